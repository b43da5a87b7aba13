"""Fees: what a schedule expects, and what lines that charge another fee come to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.engine.fees import expected_fee, expected_tax
from reconciliation.profiles import FeeSchedule
from tests.reconciliation.engine.world import decided, record, refund, run

ID = {"provider_transaction_id": "T1"}


@pytest.mark.parametrize(
    ("amount", "schedule", "fee"),
    [
        (50_000, FeeSchedule(bps=110), 550),
        (45, FeeSchedule(bps=100), 0),
        (50, FeeSchedule(bps=100), 1),
        (100_000, FeeSchedule(bps=250, fixed_vnd=3_200), 5_700),
        (5_000, FeeSchedule(bps=10, min_vnd=200), 200),
        (10**9, FeeSchedule(bps=100, max_vnd=50_000), 50_000),
    ],
)
def test_a_fee_is_rounded_half_up_and_bounded(amount: int, schedule: FeeSchedule, fee: int) -> None:
    assert expected_fee(np.array([amount]), schedule).tolist() == [fee]


def test_the_tax_on_a_fee_is_rounded_half_up() -> None:
    assert expected_tax(np.array([550, 555]), FeeSchedule(bps=0, vat_bps=1_000)).tolist() == [
        55,
        56,
    ]


@given(st.integers(0, 2**60), st.integers(0, 10_000))
def test_a_fee_is_exact_for_any_amount(amount: int, bps: int) -> None:
    exact = (amount * bps + 5_000) // 10_000

    assert expected_fee(np.array([amount]), FeeSchedule(bps=bps)).tolist() == [exact]


def test_a_line_that_charges_another_fee_is_a_difference_of_fee() -> None:
    result = run(
        [record("p", **ID)],
        [record("s", **ID, fee_vnd=600)],
        profile={"fee": FeeSchedule(bps=110)},
    )

    for record_id in ("p", "s"):
        found = decided(result, record_id)
        assert (found.outcome, found.reason) == ("matched_with_difference", "fee")
        assert (found.difference_vnd, found.fee_difference_vnd) == (0, 50)


def test_the_fee_of_the_schedule_is_no_difference() -> None:
    result = run(
        [record("p", **ID)],
        [record("s", **ID, fee_vnd=550)],
        profile={"fee": FeeSchedule(bps=110)},
    )

    assert decided(result, "s").outcome == "matched"
    assert decided(result, "s").fee_difference_vnd == 0


def test_a_fee_nobody_told_is_not_compared() -> None:
    result = run(
        [record("p", **ID)],
        [record("s", **ID, fee_vnd=None)],
        profile={"fee": FeeSchedule(bps=110)},
    )

    assert decided(result, "s").outcome == "matched"
    assert result.outcomes["fee_difference_vnd"].isna().all()


def test_a_wrong_tax_on_a_right_fee_is_a_difference_of_tax() -> None:
    result = run(
        [record("p", **ID)],
        [record("s", **ID, fee_vnd=550, tax_vnd=50)],
        profile={"fee": FeeSchedule(bps=110, vat_bps=1_000)},
    )

    assert decided(result, "s").reason == "tax"
    assert decided(result, "s").fee_difference_vnd == -5


def test_an_amount_that_differs_stays_the_reason_beside_a_wrong_fee() -> None:
    result = run(
        [record("p", **ID)],
        [record("s", **ID, amount_vnd=40_000, fee_vnd=0)],
        profile={"fee": FeeSchedule(bps=110)},
    )

    assert decided(result, "s").reason == "amount"
    assert decided(result, "s").fee_difference_vnd == -440


def test_a_refund_has_no_fee_by_schedule() -> None:
    result = run(
        [refund("p", **ID)],
        [refund("s", **ID, fee_vnd=0)],
        profile={"fee": FeeSchedule(bps=110)},
    )

    assert decided(result, "s").outcome == "matched"


def test_without_a_schedule_no_fee_is_wrong() -> None:
    result = run([record("p", **ID)], [record("s", **ID, fee_vnd=49_999)])

    assert decided(result, "s").outcome == "matched"
