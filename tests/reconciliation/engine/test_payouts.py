"""Leg C: which lines a payout pays."""

from datetime import timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.engine.subset_sums import find_subsets
from tests.reconciliation.engine.world import FRIDAY, decided, outcomes, payout, record, refund, run

RUN = {"payouts": "cut_off_run", "cycle_days": 1, "pays_on_weekends": False}
DAILY = {"payouts": "cut_off_run", "cycle_days": 1, "pays_on_weekends": True}


def on(days: int) -> Any:
    """The Friday of the tests, some days later."""
    return FRIDAY + timedelta(days=days)


def line(record_id: str, days: int = 0, **told: Any) -> dict[str, Any]:
    """A statement line some days after Friday, without a time of day."""
    return record(record_id, business_date=on(days), occurred_at=None, **told)


def test_a_payout_of_the_sum_its_listing_names_is_paid() -> None:
    result = run(
        [],
        [
            line("s1", settlement_id="po_1", amount_vnd=30_000, fee_vnd=330, tax_vnd=33),
            line("s2", settlement_id="po_1", amount_vnd=20_000, fee_vnd=220, tax_vnd=22),
            refund("r", settlement_id="po_1", amount_vnd=5_000, occurred_at=None),
        ],
        [payout("o", payout_reference="po_1", amount_vnd=50_000 - 605 - 5_000)],
    )

    found = decided(result, "o", "C")
    assert (found.outcome, found.rule, found.difference_vnd) == ("paid", "payout_listing@3", 0)
    assert {decided(result, name, "C").counterpart_id for name in ("s1", "s2", "r")} == {"o"}


@pytest.mark.parametrize(
    ("amount", "outcome", "off"), [(49_000, "short", -1_000), (50_500, "over", 500)]
)
def test_a_listed_payout_of_another_sum_is_short_or_over(
    amount: int, outcome: str, off: int
) -> None:
    result = run(
        [],
        [line("s", settlement_id="po_1")],
        [payout("o", payout_reference="po_1", amount_vnd=amount)],
    )

    assert decided(result, "o", "C").outcome == outcome
    assert decided(result, "o", "C").difference_vnd == off
    assert decided(result, "s", "C").outcome == "matched_with_difference"
    assert decided(result, "s", "C").reason == "payout_differs"


def test_a_payouts_own_entry_in_the_ledger_is_the_payout_and_paid_by_nothing() -> None:
    own = {"transaction_type": "payout", "direction": "debit"}

    result = run(
        [],
        [line("s", settlement_id="po_1"), line("own", **own, bank_reference="po_1")],
        [payout("o", payout_reference="po_1")],
    )

    assert decided(result, "o", "C").outcome == "paid"
    assert decided(result, "own", "C").counterpart_id == "o"
    assert decided(result, "own", "B").outcome == "not_applicable"


def test_a_returned_payout_leaves_its_lines_unpaid() -> None:
    result = run(
        [],
        [line("s", settlement_id="po_1")],
        [payout("o", payout_reference="po_1", status="failed")],
    )

    assert decided(result, "o", "C").outcome == "returned"
    assert decided(result, "s", "C").outcome == "missing"
    assert decided(result, "s", "C").reason == "reversed"


def test_a_business_day_paid_to_the_dong_is_found_without_any_listing() -> None:
    result = run(
        [],
        [line("s1", amount_vnd=30_000), line("s2", amount_vnd=20_000)],
        [payout("o", amount_vnd=50_000)],
    )

    assert decided(result, "o", "C").rule == "cut_off_run@3"
    assert outcomes(result, "C") == {"s1": "matched", "s2": "matched", "o": "paid"}
    assert result.payouts.iloc[0]["lines"] == 2
    assert result.payouts.iloc[0]["first_on"] == FRIDAY


def test_the_same_money_told_twice_is_paid_once() -> None:
    twice = {"provider_transaction_id": "T1"}

    result = run([], [line("s1", **twice), line("s2", **twice)], [payout("o")])

    assert decided(result, "o", "C").outcome == "paid"
    assert sorted(outcomes(result, "C").values()) == ["duplicate", "matched", "paid"]


def test_a_weekend_is_paid_on_monday_day_by_day() -> None:
    result = run(
        [],
        [line(f"s{day}", day, amount_vnd=10_000 + day) for day in range(3)],
        [payout(f"o{day}", amount_vnd=10_000 + day, arrived_on=on(3)) for day in range(3)],
        profile=RUN,
    )

    for day in range(3):
        assert decided(result, f"o{day}", "C").outcome == "paid"
        assert decided(result, f"s{day}", "C").counterpart_id == f"o{day}"


def test_a_weekend_is_paid_on_monday_in_one_sum() -> None:
    result = run(
        [],
        [line(f"s{day}", day, amount_vnd=10_000 + day) for day in range(3)],
        [payout("o", amount_vnd=30_003, arrived_on=on(3))],
        profile=RUN,
    )

    assert decided(result, "o", "C").outcome == "paid"


def test_two_days_of_one_sum_and_two_payouts_are_ambiguous_and_not_picked() -> None:
    result = run(
        [],
        [line("s1", 1), line("s2", 2)],
        [payout("o1", arrived_on=on(3)), payout("o2", arrived_on=on(3))],
        profile=RUN,
    )

    assert outcomes(result, "C") == {
        "s1": "ambiguous",
        "s2": "ambiguous",
        "o1": "ambiguous_payout",
        "o2": "ambiguous_payout",
    }
    assert decided(result, "o1", "C").alternatives == 2


def test_a_payout_that_comes_days_after_its_day_is_late() -> None:
    result = run(
        [],
        [line("s1", 0, amount_vnd=11_000), line("s2", 1, amount_vnd=12_000)],
        [
            payout("o1", amount_vnd=11_000, arrived_on=on(5)),
            payout("o2", amount_vnd=12_000, arrived_on=on(2)),
        ],
        profile=DAILY,
    )

    assert decided(result, "o1", "C").outcome == "late"
    assert decided(result, "o2", "C").outcome == "paid"
    assert decided(result, "s1", "C").outcome == "matched"


def test_the_cycle_is_learnt_from_the_days_that_were_paid() -> None:
    amounts = [11_000, 12_000, 13_000, 14_000]

    result = run(
        [],
        [line(f"s{day}", day, amount_vnd=amount) for day, amount in enumerate(amounts)],
        [
            payout(f"o{day}", amount_vnd=amount, arrived_on=on(day + (6 if day == 2 else 3)))
            for day, amount in enumerate(amounts)
        ],
    )

    assert [decided(result, f"o{day}", "C").outcome for day in range(4)] == [
        "paid",
        "paid",
        "late",
        "paid",
    ]


def test_a_short_payout_is_compared_with_the_day_that_was_due() -> None:
    result = run(
        [],
        [line("s1"), line("s2", 1, amount_vnd=70_000)],
        [payout("o1", amount_vnd=45_000), payout("o2", amount_vnd=70_000, arrived_on=on(2))],
        profile=DAILY,
    )

    assert decided(result, "o1", "C").outcome == "short"
    assert decided(result, "o1", "C").difference_vnd == -5_000
    assert decided(result, "s1", "C").outcome == "matched_with_difference"
    assert decided(result, "o2", "C").outcome == "paid"


def test_a_line_held_back_and_paid_with_the_next_payout_is_found() -> None:
    lines = [
        line(f"a{n}", 0, amount_vnd=amount) for n, amount in enumerate([31_000, 17_000, 5_000])
    ]

    result = run(
        [],
        [*lines, line("b", 1, amount_vnd=40_000)],
        [
            payout("o1", amount_vnd=36_000, arrived_on=on(1)),
            payout("o2", amount_vnd=57_000, arrived_on=on(2)),
        ],
        profile=DAILY,
    )

    assert outcomes(result, "C") == {
        "a0": "matched", "a1": "matched", "a2": "matched", "b": "matched", "o1": "paid", "o2": "paid",
    }  # fmt: skip
    assert decided(result, "a1", "C").counterpart_id == "o2"
    assert decided(result, "a1", "C").reason == "held_back"
    assert decided(result, "a0", "C").counterpart_id == "o1"


def test_two_lines_that_may_have_been_held_back_are_not_picked_from() -> None:
    result = run(
        [],
        [line("a1"), line("a2"), line("b", 1, amount_vnd=40_000)],
        [
            payout("o1", amount_vnd=50_000, arrived_on=on(1)),
            payout("o2", amount_vnd=90_000, arrived_on=on(2)),
        ],
        profile=DAILY,
    )

    assert decided(result, "o1", "C").outcome == "ambiguous_payout"
    assert decided(result, "o2", "C").outcome == "ambiguous_payout"
    assert decided(result, "o1", "C").reason == "held_back"


def test_a_shortage_that_nobody_makes_good_is_no_line_held_back() -> None:
    result = run(
        [],
        [line("a1", amount_vnd=30_000), line("a2", amount_vnd=20_000)],
        [payout("o", amount_vnd=30_000)],
        profile=DAILY,
    )

    assert decided(result, "o", "C").outcome == "short"


def test_a_day_whose_payout_never_came_is_missing_and_listed() -> None:
    result = run(
        [],
        [line("s1"), line("s2", 1, amount_vnd=70_000)],
        [payout("o2", amount_vnd=70_000, arrived_on=on(2))],
        profile=DAILY,
    )

    assert decided(result, "s1", "C").outcome == "missing"
    missing = result.payouts[result.payouts["outcome"].eq("missing")].iloc[0]
    assert (missing["account"], missing["expected_vnd"]) == ("A", 50_000)
    assert missing["first_on"] == FRIDAY


def test_a_day_that_is_not_due_yet_is_pending() -> None:
    result = run(
        [],
        [line("s1"), line("s2", 1, amount_vnd=70_000)],
        [payout("o1")],
        profile=DAILY,
    )

    assert decided(result, "s2", "C").outcome == "pending_cut_off"


def test_a_payout_of_nothing_is_over() -> None:
    result = run([], [line("s")], [payout("o1"), payout("o2", account="B")], profile=DAILY)

    assert decided(result, "o2", "C").outcome == "over"
    assert decided(result, "o2", "C").difference_vnd == 50_000


def test_refunds_that_eat_a_day_are_taken_from_the_next_payout() -> None:
    result = run(
        [],
        [
            refund("r", business_date=FRIDAY, occurred_at=None, amount_vnd=20_000),
            line("s", 1, amount_vnd=90_000),
        ],
        [payout("o", amount_vnd=70_000, arrived_on=on(2))],
        profile=DAILY,
    )

    assert outcomes(result, "C") == {"r": "matched", "s": "matched", "o": "paid"}


def test_a_day_that_comes_to_nothing_needs_no_payout() -> None:
    result = run(
        [],
        [
            line("s1"),
            refund("r", occurred_at=None),
            line("s2", 1),
        ],
        [payout("o", arrived_on=on(2))],
        profile=DAILY,
    )

    assert decided(result, "s1", "C").outcome == "matched"
    assert (
        decided(result, "s1", "C").counterpart_id is None
        or decided(result, "s1", "C").isna()["counterpart_id"]
    )
    assert decided(result, "o", "C").outcome == "paid"


@pytest.mark.parametrize("sold_first", [True, False])
def test_a_sale_and_its_refund_on_days_of_their_own_are_not_missing(sold_first: bool) -> None:
    result = run(
        [],
        [
            line("s1", 0 if sold_first else 1),
            refund("r", business_date=on(1 if sold_first else 0), occurred_at=None),
            line("s2", 2, amount_vnd=70_000),
            line("s3", 3, amount_vnd=20_000),
        ],
        [
            payout("o", arrived_on=on(3), amount_vnd=70_000),
            payout("p", arrived_on=on(4), amount_vnd=20_000),
        ],
        profile=DAILY,
    )

    told = outcomes(result, "C")
    assert (told["s1"], told["r"], told["s2"], told["o"]) == ("matched",) * 3 + ("paid",)
    assert decided(result, "s1", "C").isna()["counterpart_id"]
    assert not result.payouts["outcome"].eq("missing").any()


def test_what_a_refund_does_not_take_back_is_missing() -> None:
    result = run(
        [],
        [
            line("s1"),
            refund("r", business_date=on(1), occurred_at=None, amount_vnd=20_000),
            line("s2", 2, amount_vnd=70_000),
        ],
        [payout("o", arrived_on=on(3), amount_vnd=70_000)],
        profile=DAILY,
    )

    assert decided(result, "s1", "C").outcome == "missing"


def test_the_fee_of_a_whole_run_is_taken_off_once() -> None:
    from reconciliation.profiles import FeeSchedule

    fee = FeeSchedule(bps=110, per="run")

    result = run(
        [],
        [line("s1", amount_vnd=33_333), line("s2", amount_vnd=22_222)],
        [payout("o", amount_vnd=55_555 - 611)],
        profile={**DAILY, "fee": fee},
    )

    assert decided(result, "o", "C").outcome == "paid"


def test_a_line_held_back_is_found_under_a_fee_of_the_whole_run() -> None:
    from reconciliation.profiles import FeeSchedule

    def net(gross: int) -> int:
        return gross - (gross * 110 + 5_000) // 10_000

    result = run(
        [],
        [
            line("a1", amount_vnd=31_000),
            line("a2", amount_vnd=17_000),
            line("b", 1, amount_vnd=40_000),
        ],
        [
            payout("o1", amount_vnd=net(31_000), arrived_on=on(1)),
            payout("o2", amount_vnd=net(57_000), arrived_on=on(2)),
        ],
        profile={**DAILY, "fee": FeeSchedule(bps=110, per="run")},
    )

    assert decided(result, "a2", "C").counterpart_id == "o2"
    assert decided(result, "o2", "C").outcome == "paid"


def test_without_a_book_of_payouts_leg_c_is_not_applicable() -> None:
    result = run([], [line("s")])

    assert decided(result, "s", "C").outcome == "not_applicable"
    assert decided(result, "s", "C").reason == "one_book"


def test_a_provider_that_never_paid_out_in_the_data_has_no_such_book() -> None:
    result = run([], [line("s")], [payout("o", provider="another")])

    assert decided(result, "s", "C").outcome == "not_applicable"


def test_a_payout_told_twice_under_one_reference_is_a_duplicate() -> None:
    result = run(
        [],
        [line("s")],
        [payout("o1", payout_reference="po"), payout("o2", payout_reference="po")],
        profile=DAILY,
    )

    assert sorted(outcomes(result, "C").values()) == ["duplicate", "matched", "paid"]


def test_a_payout_reference_with_two_amounts_is_a_conflict() -> None:
    result = run(
        [],
        [line("s")],
        [payout("o1", payout_reference="po"), payout("o2", payout_reference="po", amount_vnd=1)],
    )

    assert decided(result, "o1", "C").outcome == "conflict"
    assert decided(result, "o2", "C").outcome == "conflict"


def test_money_is_not_paid_into_another_account() -> None:
    result = run([], [line("s")], [payout("o", account="B")], profile=DAILY)

    assert decided(result, "s", "C").counterpart_id != "o"
    assert decided(result, "o", "C").outcome == "over"


def test_a_week_is_paid_in_one_sum() -> None:
    result = run(
        [],
        [line(f"s{day}", day, amount_vnd=10_000 + 7 * day**2) for day in range(7)],
        [payout("o", amount_vnd=70_000 + 7 * sum(d**2 for d in range(7)), arrived_on=on(7))],
        profile=DAILY,
    )

    assert decided(result, "o", "C").outcome == "paid"
    assert result.payouts.iloc[0]["lines"] == 7


def test_a_payout_of_which_no_statement_tells_anything_waits_and_is_not_over() -> None:
    result = run([], [], [payout("o")], profile=DAILY)
    early = run([], [line("s", -60, amount_vnd=7)], [payout("o")], profile=DAILY)

    for found in (decided(result, "o", "C"), decided(early, "o", "C")):
        assert (found.outcome, found.reason) == ("pending_cut_off", "feed_gap")


@pytest.mark.parametrize(
    ("arrived", "outcome"), [(0, "pending_cut_off"), (1, "over"), (3, "over"), (4, "over")]
)
def test_a_payout_of_days_before_the_book_begins_waits_and_is_not_over(
    arrived: int, outcome: str
) -> None:
    others = [line(f"s{day}", day, account="B") for day in range(4)]

    result = run([], others, [payout("o", arrived_on=on(arrived))], profile=DAILY)

    found = decided(result, "o", "C")
    assert found.outcome == outcome
    assert found.difference_vnd == (0 if outcome == "pending_cut_off" else 50_000)
    assert found.reason == ("feed_gap" if outcome == "pending_cut_off" else "amount")


def test_a_weekend_of_which_the_book_tells_a_part_is_not_overpaid() -> None:
    sold = [line("s1", 1, amount_vnd=30_000), line("s2", 2, amount_vnd=20_000), line("s3", 3)]
    paid = [payout("o1", amount_vnd=90_000, arrived_on=on(3)), payout("o2", arrived_on=on(4))]

    begun = run([], sold, paid, profile=RUN)
    whole = run([], [line("s0", amount_vnd=10_000), *sold], paid, profile=RUN)

    assert decided(begun, "o1", "C").outcome == "pending_cut_off"
    assert decided(begun, "s1", "C").outcome == decided(begun, "s2", "C").outcome
    assert decided(begun, "s1", "C").outcome == "pending_cut_off"
    assert decided(begun, "s1", "C").reason == "feed_gap"
    assert decided(begun, "o2", "C").outcome == "paid"
    assert decided(whole, "o1", "C").outcome == "over"
    assert decided(whole, "o1", "C").difference_vnd == 30_000


def account_of(days: range) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """An account that sells on some days, each paid on the next."""
    sums = {day: 10_000 + 7 * day**2 for day in days}
    return (
        [line(f"s{day}", day, amount_vnd=sums[day]) for day in days],
        [payout(f"o{day}", amount_vnd=sums[day], arrived_on=on(day + 1)) for day in days],
    )


@pytest.mark.parametrize("per", ["provider", "account"])
@pytest.mark.parametrize(
    ("arrived", "outcome"), [(2, "pending_cut_off"), (10, "pending_cut_off"), (11, "over")]
)
def test_a_late_payout_of_a_day_before_the_book_begins_waits_and_is_not_over(
    arrived: int, outcome: str, per: str
) -> None:
    lines, payouts = account_of(range(14))
    late = payout("late", amount_vnd=77_000, arrived_on=on(arrived))

    result = run([], lines, [*payouts, late], profile={**DAILY, "statement_per": per})

    found = decided(result, "late", "C")
    assert (found.outcome, found.difference_vnd > 0) == (outcome, outcome == "over")
    assert found.reason == ("feed_gap" if outcome == "pending_cut_off" else "amount")
    assert {decided(result, row["record_id"], "C").outcome for row in payouts} == {"paid"}


def test_an_account_that_the_first_days_of_the_book_tell_to_be_idle_owed_nothing_before() -> None:
    lines, payouts = account_of(range(3, 6))
    others = [line(f"b{day}", day, account="B") for day in range(6)]
    late = payout("late", amount_vnd=77_000, arrived_on=on(5))

    result = run([], [*lines, *others], [*payouts, late], profile=DAILY)

    assert decided(result, "late", "C").outcome == "over"


def test_a_payout_of_days_that_are_told_is_over_though_the_book_begins_with_them() -> None:
    lines, payouts = account_of(range(4))
    payouts[2]["amount_vnd"] += 5_000

    result = run([], lines, payouts, profile=DAILY)

    assert decided(result, "o2", "C").outcome == "over"
    assert decided(result, "o2", "C").difference_vnd == 5_000


def test_a_listing_of_lines_before_the_book_begins_is_not_overpaid() -> None:
    result = run(
        [],
        [line("s", 2, settlement_id="po_2")],
        [
            payout("o1", payout_reference="po_1", arrived_on=on(2)),
            payout("o2", payout_reference="po_2", arrived_on=on(3), amount_vnd=60_000),
        ],
        profile={**DAILY, "payouts": "listing"},
    )

    assert decided(result, "o1", "C").outcome == "pending_cut_off"
    assert decided(result, "o2", "C").outcome == "over"


def test_a_statement_of_each_account_says_nothing_of_the_others() -> None:
    lines = [line("s", account="B")]

    result = run([], lines, [payout("o")], profile={**DAILY, "statement_per": "account"})

    assert decided(result, "o", "C").outcome == "pending_cut_off"


def test_two_payouts_of_a_day_that_take_all_that_is_due_are_told_apart_by_the_only_division() -> (
    None
):
    lines = [line(f"s{n}", amount_vnd=amount) for n, amount in enumerate([11_000, 20_000, 47_000])]

    result = run(
        [],
        lines,
        [payout("o1", amount_vnd=31_000), payout("o2", amount_vnd=47_000)],
        profile=DAILY,
    )

    assert decided(result, "o1", "C").rule == decided(result, "o2", "C").rule == "payout_subset@1"
    assert [decided(result, f"s{n}", "C").counterpart_id for n in range(3)] == ["o1", "o1", "o2"]


def test_two_divisions_of_a_day_are_ambiguous_and_nothing_is_picked() -> None:
    lines = [line(f"s{n}", amount_vnd=amount) for n, amount in enumerate([10_000, 10_000, 30_000])]

    result = run(
        [],
        lines,
        [payout("o1", amount_vnd=10_000), payout("o2", amount_vnd=40_000)],
        profile=DAILY,
    )

    assert {outcomes(result, "C")[name] for name in ("o1", "o2")} == {"ambiguous_payout"}
    assert decided(result, "o1", "C").alternatives == 2
    assert {decided(result, f"s{n}", "C").outcome for n in range(3)} == {"ambiguous"}


def test_payouts_that_leave_something_over_prove_no_division() -> None:
    lines = [line(f"s{n}", amount_vnd=amount) for n, amount in enumerate([11_000, 20_000, 47_000])]

    result = run(
        [],
        lines,
        [payout("o1", amount_vnd=31_000), payout("o2", amount_vnd=46_000)],
        profile=DAILY,
    )

    assert decided(result, "o1", "C").outcome == "ambiguous_payout"


def test_three_lines_held_back_are_found_when_a_later_payout_makes_them_good() -> None:
    amounts = [11_003, 20_011, 47_029, 31_057, 73_117]
    first = [line(f"s{n}", amount_vnd=amount) for n, amount in enumerate(amounts)]
    held = amounts[0] + amounts[1] + amounts[2]

    result = run(
        [],
        [*first, line("t", 1, amount_vnd=90_000)],
        [
            payout("o1", amount_vnd=sum(amounts) - held),
            payout("o2", amount_vnd=90_000 + held, arrived_on=on(2)),
        ],
        profile=DAILY,
    )

    assert decided(result, "o1", "C").outcome == decided(result, "o2", "C").outcome == "paid"
    assert decided(result, "o1", "C").rule == "payout_subset@1"
    assert [decided(result, f"s{n}", "C").counterpart_id for n in range(5)] == [
        *["o2"] * 3,
        *["o1"] * 2,
    ]


@settings(max_examples=200)
@given(st.lists(st.integers(-9, 9), max_size=9), st.integers(-20, 30))
def test_subsets_are_those_that_trying_all_finds(worth: list[int], sum_vnd: int) -> None:
    found = find_subsets(np.array(worth, np.int64), sum_vnd)

    every = [
        places
        for size in range(1, len(worth) + 1)
        for places in combinations(range(len(worth)), size)
        if sum(worth[at] for at in places) == sum_vnd
    ]
    assert len(found) == len(set(found)) == min(2, len(every))
    assert set(found) <= set(every)


def test_a_search_is_bounded_by_the_number_of_lines() -> None:
    worth = np.array([10_007 * n + n**3 for n in range(1, 25)], np.int64)

    assert len(find_subsets(worth, int(worth[::3].sum()))) >= 1
    assert find_subsets(np.ones(25, np.int64), 3) == ()


def test_a_payout_does_not_pay_the_day_whose_lines_all_came_with_a_later_one() -> None:
    result = run(
        [],
        [
            record("a", amount_vnd=11_000),
            record("b", amount_vnd=23_000, business_date=FRIDAY + timedelta(days=1)),
            record("c", amount_vnd=47_000, business_date=FRIDAY + timedelta(days=1)),
            record("m", amount_vnd=100_000, business_date=FRIDAY + timedelta(days=3)),
        ],
        [
            payout("o1", amount_vnd=47_000, arrived_on=FRIDAY + timedelta(days=3)),
            payout("o2", amount_vnd=134_000, arrived_on=FRIDAY + timedelta(days=4)),
        ],
        profile={"payouts": "cut_off_run", "cycle_days": 1, "pays_on_weekends": False},
    )

    days = result.payouts.set_index("record_id")[["first_on", "last_on"]]
    assert days.loc["o1"].tolist() == [FRIDAY + timedelta(days=1)] * 2
    assert days.loc["o2"].tolist() == [FRIDAY, FRIDAY + timedelta(days=3)]
