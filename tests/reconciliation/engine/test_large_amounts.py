"""Amounts near the end of 64 bits: taken exactly, or refused by name, never wrapped around."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciliation.engine.column_values import AMOUNT_MAX_VND
from reconciliation.errors import EngineInputRefused
from reconciliation.profiles import FeeSchedule
from tests.reconciliation.engine.world import decided, payout, record, request, run

ID = {"provider_transaction_id": "T1"}
HALF = AMOUNT_MAX_VND // 2


def given(book: str, *rows: Any) -> dict[str, Any]:
    """The books of a run in which one has rows."""
    return {"payments": [], "statement": [], book: list(rows)}


@pytest.mark.parametrize("amount", [AMOUNT_MAX_VND - 1, AMOUNT_MAX_VND])
def test_amounts_up_to_the_limit_are_taken(amount: int) -> None:
    result = run([record("p", **ID, amount_vnd=amount)], [record("s", **ID, amount_vnd=0)])

    assert decided(result, "p").difference_vnd == -amount
    assert result.sums["payments.B"]["matched_with_difference"] == amount


@pytest.mark.parametrize("column", ["amount_vnd", "fee_vnd", "tax_vnd", "balance_after_vnd"])
@pytest.mark.parametrize("amount", [AMOUNT_MAX_VND + 1, 2**63 - 1])
def test_an_amount_above_the_limit_is_refused_with_its_row(column: str, amount: int) -> None:
    lines = [record("a"), record("b", **{column: amount})]

    with pytest.raises(EngineInputRefused) as caught:
        run([], lines)

    assert (caught.value.file, caught.value.column, caught.value.row) == ("statement", column, 2)
    assert str(amount) in str(caught.value)


@pytest.mark.parametrize("amount", [-AMOUNT_MAX_VND - 1, -(2**63)])
def test_a_cost_below_the_limit_is_refused(amount: int) -> None:
    with pytest.raises(EngineInputRefused, match="row 1, fee_vnd"):
        run([], [record("s", fee_vnd=amount)])


@pytest.mark.parametrize(
    ("book", "row"),
    [("payments", record), ("statement", record), ("payouts", payout), ("requests", request)],
)
def test_a_book_has_the_same_limit_in_all(book: str, row: Callable[..., Any]) -> None:
    most = given(book, row("a", amount_vnd=HALF), row("b", amount_vnd=HALF))
    beyond = given(book, row("a", amount_vnd=HALF), row("b", amount_vnd=HALF + 1))

    taken = run(**most)
    with pytest.raises(EngineInputRefused) as caught:
        run(**beyond)

    assert taken.records[book] == 2
    assert str(caught.value) == (
        f"{book}: amount_vnd: the amounts, fees and taxes of its 2 rows, signs apart, come to "
        f"{AMOUNT_MAX_VND + 1} đồng, beyond {AMOUNT_MAX_VND}"
    )


def test_costs_count_towards_the_limit_of_a_book_signs_apart() -> None:
    line = record("s", amount_vnd=HALF, fee_vnd=-HALF // 2, tax_vnd=HALF // 2)

    taken = run([], [line])
    with pytest.raises(EngineInputRefused, match=f"come to {AMOUNT_MAX_VND + 1} đồng"):
        run([], [{**line, "fee_vnd": -HALF // 2 - 1}])

    assert taken.vendor_day.iloc[0]["net_vnd"] == HALF


def test_a_total_beyond_64_bits_is_refused_too() -> None:
    with pytest.raises(EngineInputRefused, match=f"of its 10 rows.* {10 * AMOUNT_MAX_VND} đồng"):
        run([record(f"p{n}", amount_vnd=AMOUNT_MAX_VND) for n in range(10)], [])


def test_the_largest_books_add_up_on_one_day() -> None:
    payment = record("p", **ID, amount_vnd=AMOUNT_MAX_VND)
    line = record("s", provider_transaction_id="T2", amount_vnd=AMOUNT_MAX_VND - 1)

    day = run([payment], [line]).vendor_day

    assert day["unexplained_vnd"].tolist() == [2 * AMOUNT_MAX_VND - 1]


def test_what_is_owed_fits_under_the_largest_schedule() -> None:
    dearest = FeeSchedule(bps=10_000, fixed_vnd=10**9, vat_bps=10_000)
    back = record("s", amount_vnd=AMOUNT_MAX_VND, direction="debit", provider="wallet")
    made = payout("o", amount_vnd=AMOUNT_MAX_VND, provider="wallet")

    result = run([], [back], [made], profile={"fee": dearest})

    assert result.roll_forward["closing_vnd"].min() == -4 * AMOUNT_MAX_VND - 2 * 10**9
