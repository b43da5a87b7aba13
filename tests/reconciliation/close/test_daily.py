"""What a vendor's and a market's day come to: one day worked by hand, then what always holds."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.close.daily import VENDOR_DAY_COLUMNS, count_day, sum_markets
from reconciliation.close.day_figures import AMOUNTS, COUNTS, MEASURES
from reconciliation.errors import BooksDoNotBalance

DAY = date(2026, 11, 20)


def row(record_id: int, book: str, outcome: str, amount_vnd: int, **changes: Any) -> dict[str, Any]:
    """A succeeded credit payment of vendor 1 at the bank, unless said otherwise."""
    values: dict[str, Any] = {
        "record_id": record_id,
        "book": book,
        "ledger": "bank_vcb",
        "vendor_id": 1,
        "business_date": DAY,
        "transaction_type": "payment",
        "direction": "credit",
        "status": "succeeded",
        "amount_vnd": amount_vnd,
        "fee_vnd": None,
        "tax_vnd": None,
        "outcome": outcome,
        "reason": "",
        "difference_vnd": 0,
    }
    return values | changes


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows as the frame ``count_day`` takes."""
    lines = pd.DataFrame(rows, columns=list(row(0, "statement", "matched", 0)))
    kept = dict.fromkeys(["record_id", "amount_vnd", "difference_vnd"], "int64")
    kept |= {"business_date": "datetime64[s]"}
    missing = dict.fromkeys(["vendor_id", "fee_vnd", "tax_vnd"], "Int64")
    texts = ["book", "ledger", "transaction_type", "direction", "status", "outcome", "reason"]
    return lines.astype(kept | missing | dict.fromkeys(texts, "str"))


def payouts(*amounts: tuple[int | None, int]) -> pd.DataFrame:
    """Payouts of the day as (vendor, amount)."""
    table = pd.DataFrame(amounts, columns=["vendor_id", "amount_vnd"]).assign(business_date=DAY)
    kept = {"vendor_id": "Int64", "amount_vnd": "int64", "business_date": "datetime64[s]"}
    return table.astype(kept)


def measures_of(days: pd.DataFrame, vendor_id: int) -> dict[str, int]:
    """The figures of one vendor that are not zero."""
    found = days[days["vendor_id"] == vendor_id].to_dict("records")[0]
    return {name: found[name] for name in [*MEASURES, "net_vnd"] if found[name]}


def test_a_day_with_every_outcome_comes_to_what_was_worked_out_by_hand() -> None:
    lines = frame(
        [
            row(1, "statement", "matched", 50_000),
            row(101, "payments", "matched", 50_000),
            row(2, "statement", "matched_in_class", 20_000),
            row(3, "statement", "matched_in_class", 20_000),
            row(102, "payments", "matched_in_class", 20_000),
            row(103, "payments", "matched_in_class", 20_000),
            row(4, "statement", "matched_with_difference", 30_000, difference_vnd=-5_000),
            row(104, "payments", "matched_with_difference", 35_000, difference_vnd=-5_000),
            row(105, "payments", "pending_cut_off", 12_000),
            row(106, "payments", "missing_in_statement", 7_000),
            row(5, "statement", "missing_in_payments", 9_000),
            row(6, "statement", "ambiguous", 15_000),
            row(107, "payments", "ambiguous", 15_000),
            row(108, "payments", "ambiguous", 15_000),
            row(7, "statement", "duplicate", 11_000),
            row(8, "statement", "conflict", 8_000),
            row(9, "statement", "conflict", 18_000),
            row(10, "statement", "rejected", 0),
            row(11, "statement", "ignored", 4_000),
            row(12, "statement", "matched", 5_000, transaction_type="refund", direction="debit"),
            row(
                13, "statement", "not_applicable", 3_300, transaction_type="fee", direction="debit"
            ),
            row(
                14,
                "statement",
                "matched",
                2_000_000,
                transaction_type="transfer",
                direction="debit",
            ),
            row(15, "statement", "missing_in_payments", 99_000, status="failed"),
            row(20, "statement", "not_applicable", 40_000, vendor_id=2, ledger="momo", fee_vnd=400),
            row(30, "statement", "matched", 6_000, vendor_id=None),
        ]
    )

    facts = count_day(lines, payouts((2, 39_000), (None, 1_000)))

    assert measures_of(facts.vendor_day, 1) == {
        "payments": 6,
        "gross_vnd": 50_000 + 20_000 + 20_000 + 30_000 + 9_000 + 15_000,
        "refunds": 1,
        "refunds_vnd": 5_000,
        "fees_vnd": 3_300,
        "net_vnd": 144_000 - 5_000 - 3_300,
        "matched": 4,
        "matched_vnd": 50_000 + 20_000 + 20_000 + 30_000,
        "pending": 1,
        "pending_vnd": 12_000,
        # difference, missing twice, ambiguous line and the announcement beyond it, conflict twice
        "unexplained": 7,
        "unexplained_vnd": 5_000 + 7_000 + 9_000 + 15_000 + 15_000 + 8_000 + 18_000,
    }
    assert measures_of(facts.vendor_day, 2) == {
        "payments": 1,
        "gross_vnd": 40_000,
        "fees_vnd": 400,
        "net_vnd": 39_600,
        "matched": 1,
        "matched_vnd": 40_000,
        "paid_out_vnd": 39_000,
    }
    assert facts.unattributed[["gross_vnd", "paid_out_vnd"]].to_dict("records") == [
        {"gross_vnd": 6_000, "paid_out_vnd": 1_000}
    ]


def test_the_part_both_sides_agree_on_is_matched_and_only_the_rest_is_unexplained() -> None:
    told_more = row(1, "statement", "matched_with_difference", 50_000, difference_vnd=5_000)

    day = measures_of(count_day(frame([told_more]), payouts()).vendor_day, 1)

    assert (day["gross_vnd"], day["matched_vnd"], day["unexplained_vnd"]) == (50_000, 45_000, 5_000)


def test_a_pair_of_which_the_announcement_failed_is_not_matched() -> None:
    line = row(1, "statement", "matched_with_difference", 50_000, difference_vnd=50_000)
    failed = row(
        101,
        "payments",
        "matched_with_difference",
        50_000,
        difference_vnd=50_000,
        status="failed",
    )

    day = measures_of(count_day(frame([line, failed]), payouts()).vendor_day, 1)

    assert day == {
        "payments": 1,
        "gross_vnd": 50_000,
        "net_vnd": 50_000,
        "unexplained": 1,
        "unexplained_vnd": 50_000,
    }


def test_a_payment_whose_line_failed_is_unexplained_once() -> None:
    failed = row(
        1,
        "statement",
        "matched_with_difference",
        50_000,
        difference_vnd=-50_000,
        status="failed",
    )
    payment = row(101, "payments", "matched_with_difference", 50_000, difference_vnd=-50_000)

    day = measures_of(count_day(frame([failed, payment]), payouts()).vendor_day, 1)

    assert day == {"unexplained": 1, "unexplained_vnd": 50_000}


def test_what_undoes_a_payment_whose_line_was_reversed_takes_nothing_more() -> None:
    lines = frame(
        [
            row(1, "statement", "matched", 50_000, reason="reversed", status="reversed"),
            row(101, "payments", "matched", 50_000, reason="reversed"),
            row(
                102,
                "payments",
                "not_applicable",
                50_000,
                reason="reversed",
                transaction_type="reversal",
                direction="debit",
            ),
        ]
    )

    assert count_day(lines, payouts()).vendor_day.empty


def test_money_that_comes_back_to_the_vendor_lowers_the_refunds() -> None:
    lines = frame(
        [
            row(
                1, "statement", "matched", 30_000, transaction_type="chargeback", direction="debit"
            ),
            row(2, "statement", "matched", 30_000, transaction_type="chargeback_reversal"),
            row(3, "statement", "matched", 1_000, transaction_type="refund", direction="debit"),
        ]
    )

    day = measures_of(count_day(lines, payouts()).vendor_day, 1)

    assert day == {"refunds": 2, "refunds_vnd": 1_000, "net_vnd": -1_000}


def test_the_announcing_book_alone_is_no_gross() -> None:
    lines = frame([row(1, "payments", "matched", 50_000)])

    assert count_day(lines, payouts()).vendor_day.empty


def test_a_ledger_with_one_book_counts_that_book() -> None:
    lines = frame([row(1, "payments", "not_applicable", 50_000)])

    day = measures_of(count_day(lines, payouts()).vendor_day, 1)

    assert (day["gross_vnd"], day["matched_vnd"]) == (50_000, 50_000)


def test_an_outcome_that_leaves_gross_unaccounted_for_is_refused() -> None:
    lines = frame([row(1, "statement", "unheard_of", 50_000)])

    with pytest.raises(BooksDoNotBalance, match="record 1: outcome 'unheard_of' leaves 50000"):
        count_day(lines, payouts())


def test_no_rows_make_no_facts() -> None:
    facts = count_day(frame([]), payouts())

    assert facts.vendor_day.empty
    assert tuple(facts.vendor_day.columns) == VENDOR_DAY_COLUMNS


outcomes = {
    "statement": [
        "matched",
        "matched_in_class",
        "matched_with_difference",
        "not_applicable",
        "missing_in_payments",
        "ambiguous",
        "conflict",
        "duplicate",
        "rejected",
        "pending_cut_off",
    ],
    "payments": ["matched", "pending_cut_off", "missing_in_statement", "ambiguous", "conflict"],
}
lines_of_any_day = st.lists(
    st.sampled_from(["statement", "payments"]).flatmap(
        lambda book: st.builds(
            row,
            record_id=st.just(0),
            book=st.just(book),
            outcome=st.sampled_from(outcomes[book]),
            amount_vnd=st.sampled_from([1, 10_000, 15_000, 2**53 + 1, 2**56 + 3]),
            vendor_id=st.sampled_from([1, 2, None]),
            business_date=st.sampled_from([DAY, date(2026, 11, 21)]),
            ledger=st.sampled_from(["bank_vcb", "momo"]),
            transaction_type=st.sampled_from(
                ["payment", "payment", "refund", "refund_reversal", "fee", "tax", "transfer"]
            ),
            direction=st.sampled_from(["credit", "debit"]),
            status=st.sampled_from(["succeeded", "succeeded", "failed"]),
            fee_vnd=st.sampled_from([None, 0, 110]),
            tax_vnd=st.sampled_from([None, 11]),
            difference_vnd=st.sampled_from([1, -10_000, -(2**53) - 1]),
        )
    ),
    max_size=30,
).map(lambda rows: [one | {"record_id": number} for number, one in enumerate(rows)])


@settings(max_examples=40)
@given(lines_of_any_day)
def test_vendors_and_nobody_together_hold_every_row(rows: list[dict[str, Any]]) -> None:
    facts = count_day(frame(rows), payouts((1, 5), (None, 7)))

    counting = [
        one
        for one in rows
        if one["status"] == "succeeded"
        and one["outcome"] not in {"duplicate", "conflict", "rejected"}
        and (one["book"] == "statement" or one["outcome"] == "not_applicable")
    ]
    sales = [
        one["amount_vnd"]
        for one in counting
        if (one["transaction_type"], one["direction"]) == ("payment", "credit")
    ]
    both = pd.concat([facts.vendor_day, facts.unattributed])
    assert sum(both["gross_vnd"].tolist()) == sum(sales)
    assert sum(both["payments"].tolist()) == len(sales)
    assert sum(both["paid_out_vnd"].tolist()) == 12
    assert (both["matched_vnd"] <= both["gross_vnd"]).all()
    assert (both[list(COUNTS)] >= 0).all(axis=None)


@settings(max_examples=40)
@given(lines_of_any_day, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[dict[str, Any]], shuffler: Any) -> None:
    shuffled = list(rows)
    shuffler.shuffle(shuffled)

    straight = count_day(frame(rows), payouts())
    mixed = count_day(frame(shuffled), payouts())

    pd.testing.assert_frame_equal(straight.vendor_day, mixed.vendor_day)
    pd.testing.assert_frame_equal(straight.unattributed, mixed.unattributed)


@settings(max_examples=40)
@given(lines_of_any_day, st.integers(2, 9))
def test_all_amounts_times_k_make_all_sums_times_k(rows: list[dict[str, Any]], k: int) -> None:
    money = ("amount_vnd", "fee_vnd", "tax_vnd", "difference_vnd")
    scaled = [one | {name: one[name] * k for name in money if one[name]} for one in rows]

    plain = count_day(frame(rows), payouts()).vendor_day
    larger = count_day(frame(scaled), payouts()).vendor_day

    pd.testing.assert_frame_equal(larger[list(AMOUNTS)], plain[list(AMOUNTS)] * k)
    pd.testing.assert_frame_equal(larger[list(COUNTS)], plain[list(COUNTS)])


def market_days(*market_ids: int) -> pd.DataFrame:
    """One open day for each market."""
    table = pd.DataFrame({"market_id": list(market_ids), "business_date": DAY, "is_open": True})
    return table.astype({"market_id": "int64", "business_date": "datetime64[s]"})


def test_a_market_day_is_the_sum_of_its_vendors_days() -> None:
    facts = count_day(
        frame(
            [
                row(1, "statement", "matched", 2**53 + 1),
                row(2, "statement", "matched", 2_000, vendor_id=2),
                row(3, "statement", "missing_in_payments", 3_000, vendor_id=3),
                row(4, "payments", "pending_cut_off", 4_000, vendor_id=2),
            ]
        ),
        payouts(),
    )
    vendors = pd.DataFrame({"vendor_id": [1, 2, 3], "market_id": [10, 10, 20]})

    found = sum_markets(facts.vendor_day, vendors, market_days(10, 20, 30)).to_dict("records")

    assert [one["gross_vnd"] for one in found] == [2**53 + 2_001, 3_000, 0]
    assert [one["vendors_receiving"] for one in found] == [2, 1, 0]
    assert [one["pending_vnd"] for one in found] == [4_000, 0, 0]
    assert [one["unexplained_vnd"] for one in found] == [0, 3_000, 0]


def test_a_vendors_day_outside_the_days_asked_for_is_refused() -> None:
    facts = count_day(frame([row(1, "statement", "not_applicable", 1_000)]), payouts())
    vendors = pd.DataFrame({"vendor_id": [1], "market_id": [10]})

    with pytest.raises(BooksDoNotBalance, match="vendors' days hold 1, market days 0"):
        sum_markets(facts.vendor_day, vendors, market_days(20))
