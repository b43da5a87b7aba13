"""Pass 9: differences of amount whose cause is known to the đồng."""

from typing import Any

import pytest

from reconciliation.profiles import FeeSchedule
from tests.reconciliation.engine.world import decided, record, run

ID = {"provider_transaction_id": "T1"}
SCHEDULE = FeeSchedule(bps=110, vat_bps=1_000)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"amount_vnd": 49_450, "fee_vnd": 550}, "fee"),
        ({"amount_vnd": 49_395, "fee_vnd": 550, "tax_vnd": 55}, "fee"),
        ({"amount_vnd": 49_945, "fee_vnd": 550, "tax_vnd": 55}, "tax"),
        ({"amount_vnd": 49_449, "fee_vnd": 550}, "amount"),
        ({"amount_vnd": 49_450}, "amount"),
        ({"amount_vnd": 49_450, "fee_vnd": 0}, "amount"),
    ],
)
def test_a_line_after_its_own_cost_is_a_difference_of_that_cost(
    line: dict[str, Any], reason: str
) -> None:
    result = run([record("p", **ID)], [record("s", **ID, **line)])

    for name in ("p", "s"):
        assert decided(result, name).outcome == "matched_with_difference"
        assert decided(result, name).reason == reason
        assert decided(result, name).difference_vnd == line["amount_vnd"] - 50_000


@pytest.mark.parametrize(
    ("amount", "reason"), [(49_450, "fee"), (49_395, "fee"), (49_000, "amount")]
)
def test_the_fee_of_the_schedule_is_a_cause_when_the_line_tells_none(
    amount: int, reason: str
) -> None:
    result = run(
        [record("p", **ID)], [record("s", **ID, amount_vnd=amount)], profile={"fee": SCHEDULE}
    )

    assert decided(result, "p").reason == reason


@pytest.mark.parametrize(("amount", "reason"), [(50_003, "rounding"), (50_004, "amount")])
def test_rounding_is_a_cause_only_as_far_as_the_profile_says(amount: int, reason: str) -> None:
    result = run(
        [record("p", **ID)], [record("s", **ID, amount_vnd=amount)], profile={"rounding_vnd": 3}
    )

    assert decided(result, "p").reason == reason


def test_nothing_is_called_rounding_by_itself() -> None:
    result = run([record("p", **ID)], [record("s", **ID, amount_vnd=50_001)])

    assert decided(result, "p").reason == "amount"


@pytest.mark.parametrize(("budget", "reason"), [(4, "rounding"), (3, "amount")])
def test_beyond_the_budget_of_an_account_and_day_no_difference_is_explained_away(
    budget: int, reason: str
) -> None:
    payments = [record(f"p{n}", provider_transaction_id=f"T{n}") for n in range(2)]
    lines = [{**row, "record_id": f"s{row['record_id']}", "amount_vnd": 49_998} for row in payments]
    other = {"account": "B", "provider_transaction_id": "B1"}

    result = run(
        [*payments, record("q", **other)],
        [*lines, record("t", **other, amount_vnd=49_998)],
        profile={"rounding_vnd": 2, "difference_budget_vnd": budget},
    )

    assert {decided(result, name).reason for name in ("p0", "p1", "sp0", "sp1")} == {reason}
    assert decided(result, "q").reason == "rounding"
