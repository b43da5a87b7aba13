"""Payouts that came back, and the payouts with which their money was paid again."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from reconciliation.engine.results import Reconciled
from reconciliation.profiles import FeeSchedule
from tests.reconciliation.engine.test_payouts import DAILY, line, on
from tests.reconciliation.engine.world import Row, decided, payout, run

LISTING = {"payouts": "listing"}


def own(reference: str, days: int, amount: int) -> Row:
    """The entry by which a payout leaves the provider's ledger."""
    told = {"transaction_type": "payout", "direction": "debit"}
    return line(
        f"own_{reference}",
        days,
        **told,
        bank_reference=reference,
        settlement_id=reference,
        amount_vnd=amount,
    )


def back(undone: str | None, days: int, amount: int, *, listed: str | None = None) -> Row:
    """The line by which a payout comes back, listed with the payout that pays it again."""
    return line(
        f"back_{undone}",
        days,
        transaction_type="payout_reversal",
        bank_reference=undone,
        settlement_id=listed,
        amount_vnd=amount,
    )


def told(
    lines: Sequence[Row], payouts: Sequence[Row], profile: dict[str, Any] = LISTING
) -> Reconciled:
    """A run without announcements."""
    return run([], [*lines], [*payouts], profile=profile)


def said(result: Reconciled, *names: str) -> list[tuple[str, str, str | None]]:
    """Outcome, reason and counterpart of records on leg C."""
    found = [decided(result, name, "C") for name in names]
    return [
        (one.outcome, one.reason, None if pd.isna(one.counterpart_id) else one.counterpart_id)
        for one in found
    ]


def closings(result: Reconciled) -> dict[str, int]:
    """What is owed at the end of each day."""
    rolled = result.roll_forward
    return dict(zip(rolled["business_date"].astype("str"), rolled["closing_vnd"], strict=True))


FIRST = [line("s1", settlement_id="po_1", amount_vnd=30_000), own("po_1", 1, 30_000)]
SECOND = [line("s2", 3, settlement_id="po_2", amount_vnd=20_000), own("po_2", 4, 50_000)]
AGAIN = payout("o2", payout_reference="po_2", amount_vnd=50_000, arrived_on=on(5))


def first(status: str, **changed: Any) -> Row:
    plain = {"payout_reference": "po_1", "amount_vnd": 30_000, "status": status}
    return payout("o1", **{**plain, **changed})


@pytest.mark.parametrize("status", ["failed", "paid"])
def test_a_payout_that_came_back_is_owed_again_and_paid_with_the_one_that_lists_it(
    status: str,
) -> None:
    result = told([*FIRST, back("po_1", 3, 30_000, listed="po_2"), *SECOND], [first(status), AGAIN])

    assert said(result, "o1", "o2") == [("returned", "reversed", None), ("paid", "", None)]
    assert said(result, "back_po_1", "own_po_1") == [
        ("matched", "reversed", "o1"),
        ("matched", "", "o1"),
    ]
    assert decided(result, "back_po_1", "C").difference_vnd == 0
    assert said(result, "s1", "s2") == [("matched", "", "o2")] * 2
    assert closings(result) == {
        "2026-11-20": 30_000,
        "2026-11-21": 0,
        "2026-11-23": 50_000,
        "2026-11-25": 0,
    }


@pytest.mark.parametrize("first_told", range(5))
def test_no_order_of_the_lines_changes_what_is_owed(first_told: int) -> None:
    lines = [*FIRST, back("po_1", 3, 30_000, listed="po_2"), *SECOND]
    turned = [*lines[first_told:], *lines[:first_told]]

    result = told(turned, [first("failed"), AGAIN])

    assert said(result, "o1", "o2") == [("returned", "reversed", None), ("paid", "", None)]
    assert [*closings(result).values()] == [30_000, 0, 50_000, 0]


def test_of_a_payout_that_lists_its_lines_no_fee_of_the_whole_comes_off() -> None:
    by = {**LISTING, "fee": FeeSchedule(bps=100, per="run", fixed_vnd=1_000)}

    result = told(FIRST, [first("paid")], by)

    assert said(result, "o1") == [("paid", "", None)]
    assert [*closings(result).values()] == [30_000, 0]


def test_until_another_payout_lists_it_the_money_is_owed() -> None:
    result = told([*FIRST, back("po_1", 3, 30_000)], [first("paid")])

    assert said(result, "o1", "s1", "back_po_1") == [
        ("returned", "reversed", None),
        ("missing", "reversed", "o1"),
        ("matched", "reversed", "o1"),
    ]
    assert [*closings(result).values()] == [30_000, 0, 30_000]


def test_a_payout_that_came_back_twice_is_paid_by_the_third() -> None:
    lines = [
        *FIRST,
        back("po_1", 3, 30_000, listed="po_2"),
        *SECOND,
        back("po_2", 6, 50_000, listed="po_3"),
        line("s3", 6, settlement_id="po_3", amount_vnd=10_000),
    ]
    third = payout("o3", payout_reference="po_3", amount_vnd=60_000, arrived_on=on(8))

    result = told(lines, [first("failed"), {**AGAIN, "status": "failed"}, third])

    assert said(result, "o1", "o2", "o3") == [
        ("returned", "reversed", None),
        ("returned", "reversed", None),
        ("paid", "", None),
    ]
    assert said(result, "s1", "s2", "s3") == [("matched", "", "o3")] * 3
    assert [*closings(result).values()][-1] == 0


def test_the_lines_of_a_second_payout_that_came_back_are_unpaid_too() -> None:
    lines = [*FIRST, back("po_1", 3, 30_000, listed="po_2"), *SECOND, back("po_2", 6, 50_000)]

    result = told(lines, [first("failed"), {**AGAIN, "status": "failed"}])

    assert said(result, "s1", "s2") == [("missing", "reversed", "o2")] * 2
    assert [*closings(result).values()][-1] == 50_000


@pytest.mark.parametrize("payouts", [[], [first("failed")], [first("paid")]])
def test_of_a_payout_whose_lines_are_not_in_the_book_the_return_is_the_money(
    payouts: list[Row],
) -> None:
    for given in ([*payouts, AGAIN], [AGAIN, *payouts]):
        result = told([back("po_1", 3, 30_000, listed="po_2"), *SECOND], given)

        assert said(result, "o2", "back_po_1") == [("paid", "", None), ("matched", "", "o2")]
        assert [*closings(result).values()][-1] == 0


@pytest.mark.parametrize("left_out", [{"status": "failed"}, {"currency": "USD"}])
def test_a_line_that_moved_no_dong_is_no_line_of_the_payout_that_came_back(
    left_out: dict[str, str],
) -> None:
    lines = [{**FIRST[0], **left_out}, back("po_1", 3, 30_000, listed="po_2"), *SECOND]

    result = told(lines, [first("failed"), AGAIN])

    assert said(result, "o2", "back_po_1") == [("paid", "", None), ("matched", "", "o2")]
    assert [*closings(result).values()][-1] == 0


def test_a_return_of_a_payout_before_the_book_waits_for_the_payout_that_lists_it() -> None:
    lines = [back("po_1", 3, 30_000), line("s2", settlement_id="po_2")]

    result = told(lines, [payout("o2", payout_reference="po_2")])

    assert said(result, "back_po_1") == [("pending_cut_off", "cut_off", None)]
    assert [*closings(result).values()][-1] == 30_000


def test_a_part_that_came_back_is_paid_again_and_the_payout_stays() -> None:
    lines = [*FIRST, back("po_1", 3, 12_000, listed="po_2"), SECOND[0]]

    result = told(lines, [first("paid"), {**AGAIN, "amount_vnd": 32_000}])

    assert said(result, "o1", "o2", "s1", "back_po_1") == [
        ("paid", "", None),
        ("paid", "", None),
        ("matched", "", "o1"),
        ("matched", "", "o2"),
    ]


def test_what_a_bank_kept_of_a_payout_that_came_back_is_lacking_in_the_second() -> None:
    lines = [*FIRST, back("po_1", 3, 29_500, listed="po_2"), SECOND[0]]

    result = told(lines, [first("failed"), {**AGAIN, "amount_vnd": 49_500}])

    assert said(result, "o2", "back_po_1") == [
        ("short", "amount", None),
        ("matched_with_difference", "reversed", "o1"),
    ]
    assert decided(result, "o2", "C").difference_vnd == -500
    assert decided(result, "back_po_1", "C").difference_vnd == 500
    assert [*closings(result).values()][-1] == 500


def test_two_returns_of_one_payout_are_not_picked_from() -> None:
    twice = [back("po_1", 3, 30_000), {**back("po_1", 4, 30_000), "record_id": "again"}]

    result = told([*FIRST, *twice], [first("failed")])

    assert said(result, "back_po_1", "again") == [("ambiguous", "reversed", None)] * 2
    assert said(result, "s1") == [("missing", "reversed", "o1")]


def test_a_payout_is_not_undone_by_a_return_into_another_account() -> None:
    other = {**back("po_1", 3, 30_000), "account": "B"}

    result = told([*FIRST, other], [first("paid")])

    assert said(result, "o1") == [("paid", "", None)]


def runs(*, fee: FeeSchedule | None = None) -> dict[str, Any]:
    return {**DAILY, "fee": fee}


DAYS = [line("s1", amount_vnd=30_000), line("s2", 3, amount_vnd=20_000), line("s3", 4)]
LATER = [
    payout("o2", amount_vnd=50_000, arrived_on=on(4)),
    payout("o3", arrived_on=on(5)),
]


@pytest.mark.parametrize(
    ("status", "reference"), [("failed", "F1"), ("paid", "F1"), ("failed", None)]
)
def test_without_a_listing_a_return_undoes_the_payout_it_names_or_the_only_one_of_its_sum(
    status: str, reference: str | None
) -> None:
    came_back = first(status, payout_reference=reference)

    result = told([*DAYS, back(reference, 3, 30_000)], [came_back, *LATER], DAILY)

    assert said(result, "o1", "o2", "o3") == [
        ("returned", "reversed", None),
        ("paid", "", None),
        ("paid", "", None),
    ]
    assert said(result, f"back_{reference}") == [("matched", "reversed", "o1")]
    assert said(result, "s1", "s2") == [("matched", "", "o2")] * 2
    assert [*closings(result).values()][-1] == 0


@pytest.mark.parametrize("fee", [None, FeeSchedule(bps=100, per="run")])
def test_a_return_that_names_no_payout_is_paid_with_the_one_that_is_over_by_it(
    fee: FeeSchedule | None,
) -> None:
    less = 1 if fee is None else 0.99
    payouts = [
        first("paid", payout_reference=None, amount_vnd=int(30_000 * less)),
        payout("o2", amount_vnd=int((30_000 + 20_000) * less), arrived_on=on(4)),
        payout("o3", amount_vnd=int(50_000 * less), arrived_on=on(5)),
    ]

    result = told([*DAYS, back(None, 3, int(30_000 * less))], payouts, runs(fee=fee))

    assert said(result, "o1", "o2", "o3") == [("paid", "", None)] * 3
    assert said(result, "s1", "s2", "back_None") == [
        ("matched", "", "o1"),
        ("matched", "", "o2"),
        ("matched", "", "o2"),
    ]
    assert [*closings(result).values()][-1] == 0


def test_a_return_that_names_no_payout_may_be_paid_on_its_own_day_or_alone() -> None:
    came_back = first("paid", payout_reference=None)
    at_once = payout("o2", amount_vnd=50_000, arrived_on=on(4))
    alone = [
        payout("o2", amount_vnd=20_000, arrived_on=on(4)),
        payout("p", amount_vnd=30_000, arrived_on=on(6)),
    ]

    then = told([*DAYS, back(None, 4, 30_000)], [came_back, at_once, LATER[1]], DAILY)
    later = told([*DAYS, back(None, 3, 30_000)], [came_back, *alone, LATER[1]], DAILY)

    assert said(then, "back_None", "o2") == [("matched", "", "o2"), ("paid", "", None)]
    assert said(later, "back_None", "p") == [("matched", "", "p"), ("paid", "", None)]


def test_no_payout_is_over_that_may_pay_a_part_of_what_came_back() -> None:
    payouts = [first("paid", payout_reference=None), LATER[0], LATER[1]]

    result = told([*DAYS, back(None, 3, 40_000)], payouts, DAILY)

    assert said(result, "o2", "s2", "back_None") == [
        ("pending_cut_off", "reversed", None),
        ("pending_cut_off", "reversed", None),
        ("pending_cut_off", "cut_off", None),
    ]
    assert said(result, "o3") == [("paid", "", None)]


def test_a_payout_does_not_wait_for_what_came_back_and_another_paid() -> None:
    payouts = [
        payout("first", amount_vnd=7_000, arrived_on=on(1)),
        payout("second", amount_vnd=50_000, arrived_on=on(4)),
    ]

    result = told([back(None, 1, 50_000)], payouts)

    assert said(result, "back_None", "second") == [("matched", "", "second"), ("paid", "", None)]
    assert said(result, "first") == [("pending_cut_off", "feed_gap", None)]


def test_a_return_that_fits_two_payouts_that_came_back_is_not_picked_from() -> None:
    lines = [*DAYS, line("t", 1, amount_vnd=30_000), back(None, 3, 30_000)]
    twice = [
        first("failed", payout_reference=None),
        payout("p1", amount_vnd=30_000, status="failed", arrived_on=on(2)),
    ]

    result = told(lines, [*twice, *LATER], DAILY)

    assert said(result, "back_None") == [("ambiguous", "reversed", None)]
    assert said(result, "o1", "p1") == [("returned", "reversed", None)] * 2
    assert not set(result.payouts["outcome"]) & {"over", "short"}
