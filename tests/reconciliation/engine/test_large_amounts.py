"""Amounts near the end of 64 bits: taken exactly, or refused by name, never wrapped around."""

import pytest

from reconciliation.engine.column_values import AMOUNT_MAX_VND
from reconciliation.errors import EngineInputRefused
from tests.reconciliation.engine.world import decided, payout, record, request, run

ID = {"provider_transaction_id": "T1"}


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


def test_the_largest_fee_and_tax_of_a_row_add_up() -> None:
    most = AMOUNT_MAX_VND
    line = record("s", **ID, amount_vnd=most, fee_vnd=most, tax_vnd=most)

    day = run([record("p", **ID, amount_vnd=most)], [line]).vendor_day.iloc[0]

    assert (day["fees_vnd"], day["net_vnd"]) == (2 * most, -most)


def test_a_payout_has_the_same_limit() -> None:
    with pytest.raises(EngineInputRefused, match="payouts: row 1, amount_vnd"):
        run([], [], [payout("o", amount_vnd=AMOUNT_MAX_VND + 1)])


def test_a_request_has_the_same_limit() -> None:
    asked = [request("q", reference="R", amount_vnd=AMOUNT_MAX_VND + 1)]

    with pytest.raises(EngineInputRefused, match="requests: row 1, amount_vnd"):
        run([], [], requests=asked)
