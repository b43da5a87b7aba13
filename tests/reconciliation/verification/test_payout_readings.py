"""The proof names every falsehood about what a payout in doubt may pay."""

from datetime import timedelta
from typing import Any

import pytest

from reconciliation.engine.matching import reconcile
from reconciliation.profiles import FeeSchedule
from reconciliation.verification.files import prove_files
from tests.reconciliation.engine.world import FRIDAY, books, payout, record, rules
from tests.reconciliation.verification.test_files import contracts

Readings = list[dict[str, Any]]
PER_RUN = {
    "payouts": "cut_off_run",
    "cycle_days": 1,
    "pays_on_weekends": True,
    "fee": FeeSchedule(bps=100, per="run"),
}


def findings(change: Any) -> list[str]:
    """What the proof says of a run in which one payout may pay either of two days, and is changed."""
    lines = [
        record(f"s{day}", occurred_at=None, business_date=FRIDAY + timedelta(days=day))
        for day in (0, 2)
    ]
    lines.append(record("other", occurred_at=None, account="B"))
    payouts = [
        payout("o", arrived_on=FRIDAY + timedelta(days=7), amount_vnd=49_500),
        payout("ob", account="B", amount_vnd=49_500),
    ]
    given, by = books([], lines, payouts), rules(PER_RUN)
    result = reconcile(given, by)
    told = result.payouts
    told["readings"] = [
        change([{**one, "lines": list(one["lines"])} for one in readings]) if name == "o" else None
        for name, readings in zip(told["record_id"], told["readings"], strict=True)
    ]
    frames = {
        "payments": given.payments.to_pandas(),
        "statement": given.statement.to_pandas(),
        "payouts": given.payouts.to_pandas(),
    }
    return prove_files(
        frames,
        result.outcomes,
        result.vendor_day,
        told,
        result.roll_forward,
        contracts(by),
    )


def test_both_readings_are_proved_less_the_fee_of_the_whole() -> None:
    assert findings(lambda readings: readings) == []


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda _: None, "payouts o: in doubt, and not one or two readings told"),
        (lambda _: [], "payouts o: in doubt, and not one or two readings told"),
        (lambda told: [*told, told[0]], "payouts o: in doubt, and not one or two readings told"),
        (lambda told: [told[0], told[0]], "payouts o: one reading told twice"),
        (
            lambda told: [{**told[0], "comes_to_vnd": 50_000}],
            "payouts o: a reading comes to 49500, 50000 told",
        ),
        (
            lambda told: [{**told[0], "lines": []}],
            "payouts o: a reading does not name its lines once, in order",
        ),
        (
            lambda told: [{**told[0], "lines": ["s2", "s2"]}],
            "payouts o: a reading does not name its lines once, in order",
        ),
        (
            lambda told: [{**told[0], "lines": ["nobody"]}],
            "payouts o: a reading names line nobody, which nobody gave",
        ),
        (
            lambda told: [{**told[0], "lines": ["other"]}],
            "payouts o: a reading takes line other, which is of others",
        ),
    ],
)
def test_a_reading_that_is_none_is_named(change: Any, finding: str) -> None:
    assert findings(change) == [finding]
