"""Small books: each builder makes the least valid record, a test spells out what it is about."""

import itertools
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
from hypothesis import currently_in_test_context

from reconciliation.engine.books import Books
from reconciliation.engine.matching import reconcile
from reconciliation.engine.results import Reconciled
from reconciliation.profiles import Profile, Profiles, load_profiles
from reconciliation.verification.contracts import Contracts
from reconciliation.verification.files import prove_files

FRIDAY = date(2026, 11, 20)
MORNING = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
_numbers = itertools.count(1)

LINE_SCHEMA = pa.schema(
    [
        ("record_id", pa.string()),
        ("provider", pa.string()),
        ("provider_transaction_id", pa.string()),
        ("account", pa.string()),
        ("amount_vnd", pa.int64()),
        ("direction", pa.string()),
        ("transaction_type", pa.string()),
        ("status", pa.string()),
        ("occurred_at", pa.timestamp("us", tz="UTC")),
        ("business_date", pa.date32()),
        ("reference", pa.string()),
        ("bank_reference", pa.string()),
        ("settlement_id", pa.string()),
        ("original_transaction_id", pa.string()),
        ("original_is_told", pa.bool_()),
        ("balance_after_vnd", pa.int64()),
        ("currency", pa.string()),
        ("fee_vnd", pa.int64()),
        ("tax_vnd", pa.int64()),
    ]
)
PAYOUT_SCHEMA = pa.schema(
    [
        ("record_id", pa.string()),
        ("provider", pa.string()),
        ("account", pa.string()),
        ("amount_vnd", pa.int64()),
        ("payout_reference", pa.string()),
        ("arrived_on", pa.date32()),
        ("status", pa.string()),
        ("currency", pa.string()),
    ]
)
REQUEST_SCHEMA = pa.schema(
    [
        ("record_id", pa.string()),
        ("provider", pa.string()),
        ("account", pa.string()),
        ("amount_vnd", pa.int64()),
        ("reference", pa.string()),
        ("expires_at", pa.timestamp("us", tz="UTC")),
    ]
)

Row = dict[str, Any]


def at(minutes: float, days: int = 0) -> datetime:
    """The morning of Friday, some minutes and days later."""
    return MORNING + timedelta(days=days, minutes=minutes)


def record(record_id: str | None = None, /, **told: Any) -> Row:
    """A payment or a statement line: 50,000 đồng into account A on Friday morning, without ids."""
    return {
        "record_id": record_id or f"r{next(_numbers)}",
        "provider": "wallet",
        "account": "A",
        "amount_vnd": 50_000,
        "direction": "credit",
        "transaction_type": "payment",
        "status": "succeeded",
        "occurred_at": MORNING,
        "business_date": FRIDAY,
        **told,
    }


def refund(record_id: str, /, **told: Any) -> Row:
    """Money back to a customer."""
    return record(record_id, **{"direction": "debit", "transaction_type": "refund", **told})


def payout(record_id: str | None = None, /, **told: Any) -> Row:
    """50,000 đồng paid out to account A on Saturday."""
    return {
        "record_id": record_id or f"o{next(_numbers)}",
        "provider": "wallet",
        "account": "A",
        "amount_vnd": 50_000,
        "arrived_on": FRIDAY + timedelta(days=1),
        **told,
    }


def request(record_id: str | None = None, /, **told: Any) -> Row:
    """A request for 50,000 đồng into account A."""
    return {
        "record_id": record_id or f"q{next(_numbers)}",
        "provider": "wallet",
        "account": "A",
        "amount_vnd": 50_000,
        **told,
    }


def table(rows: list[Row], schema: pa.Schema = LINE_SCHEMA) -> pa.Table:
    """Rows as a book."""
    return pa.Table.from_pylist(rows, schema=schema)


def books(
    payments: list[Row],
    statement: list[Row],
    payouts: list[Row] | None = None,
    requests: list[Row] | None = None,
) -> Books:
    """Rows as the books of a run."""
    return Books(
        payments=table(payments),
        statement=table(statement),
        payouts=None if payouts is None else table(payouts, PAYOUT_SCHEMA),
        requests=None if requests is None else table(requests, REQUEST_SCHEMA),
    )


def run(
    payments: list[Row],
    statement: list[Row],
    payouts: list[Row] | None = None,
    *,
    requests: list[Row] | None = None,
    profile: dict[str, Any] | None = None,
    **options: Any,
) -> Reconciled:
    """Reconcile rows, and prove every value of every table from the rows alone.

    Drawn worlds are not proved here, there are thousands: tests/reconciliation/verification draws some.

    Args:
        profile: of the provider "wallet", where the general one will not do.
    """
    given, by = books(payments, statement, payouts, requests), rules(profile)
    result = reconcile(given, by, **options)
    if not currently_in_test_context():
        assert proved(result, given, by) == []
    return result


def proved(result: Reconciled, given: Books, by: Profiles) -> list[str]:
    """What the verifier, which shares no code with the engine, finds wrong with a run."""
    frames = {
        name: book.to_pandas()
        for name in ("payments", "statement", "payouts", "requests")
        if (book := getattr(given, name)) is not None
    }
    tables = (result.outcomes, result.vendor_day, result.payouts, result.roll_forward)
    return prove_files(frames, *tables, contracts=Contracts(json.loads(by.content)[0]))


def rules(profile: dict[str, Any] | None = None) -> Profiles:
    """The packaged profiles, with one of "wallet" if it is described."""
    rows = load_profiles().rows
    if profile is None:
        return Profiles(rows)
    general = next(row for row in rows if row.provider == "*")
    told = {name: getattr(general, name) for name in Profile.__dataclass_fields__}
    return Profiles((*rows, Profile(**{**told, "provider": "wallet", **profile})))


def decided(result: Reconciled, record_id: str, leg: str = "B") -> pd.Series:
    """The one outcome of a record on a leg."""
    outcomes = result.outcomes
    rows = outcomes[outcomes["record_id"].eq(record_id) & outcomes["leg"].eq(leg)]
    assert len(rows) == 1
    return rows.iloc[0]


def outcomes(result: Reconciled, leg: str = "B") -> dict[str, str]:
    """The outcome of each record on a leg."""
    rows = result.outcomes[result.outcomes["leg"].eq(leg)]
    return dict(zip(rows["record_id"], rows["outcome"], strict=True))
