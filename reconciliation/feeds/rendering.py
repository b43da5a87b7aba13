"""Readings as JSON-ready objects, in the words of feeds.md section 7: one line per fact."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from reconciliation.records import FeedReading, Reject, Statement, Transaction

Line = dict[str, dict[str, Any]]

_RECORD_FIELDS = (
    "case",
    "row",
    "provider",
    "provider_account_id",
    "source_channel",
    "provider_transaction_id",
    "merchant_reference",
    "bank_reference",
    "original_transaction_id",
    "dedupe_key",
    "transaction_type",
    "direction",
    "status",
    "provider_status",
    "amount",
    "currency",
    "currency_exponent",
    "fee_amount",
    "tax_amount",
    "net_amount",
    "balance_after",
    "occurred_at",
    "time_precision",
    "booking_date",
    "value_date",
    "settlement_date",
    "business_date",
    "business_date_rule",
    "store_id",
    "terminal_id",
    "description",
)
_STATEMENT_FIELDS = (
    "case",
    "provider",
    "provider_account_id",
    "settlement_id",
    "statement_kind",
    "sequence_no",
    "currency",
    "currency_exponent",
    "opening_balance",
    "closing_balance",
    "gross_credit_amount",
    "gross_debit_amount",
    "refund_amount",
    "chargeback_amount",
    "fee_amount",
    "tax_amount",
    "net_amount",
    "transaction_count",
    "declared_count",
    "declared_credit_total",
    "declared_debit_total",
    "computed_count",
    "computed_credit_total",
    "computed_debit_total",
    "control_status",
    "completeness",
    "payout_status",
    "expected_arrival_date",
    "payout_reference",
)


def reading_lines(file: str, reading: FeedReading) -> Iterator[Line]:
    """Yield the lines of one file: its records, statements and rejects, last what became of it."""
    for transaction in reading.transactions:
        yield record_line(file, transaction)
    for statement in reading.statements:
        yield statement_line(file, statement)
    for reject in reading.rejects:
        yield reject_line(file, reject)
    yield file_line(file, reading.action.value, reading.reason)


def record_line(file: str, transaction: Transaction, case: str | None = None) -> Line:
    """Return a canonical row; ``case`` names the webhook it came in."""
    line = {name: _plain(getattr(transaction, name)) for name in _RECORD_FIELDS}
    return {"record": {"file": file, **line, "case": case or transaction.case}}


def statement_line(file: str, statement: Statement) -> Line:
    """Return a canonical statement."""
    line = {name: _plain(getattr(statement, name)) for name in _STATEMENT_FIELDS}
    return {"statement": {"file": file, **line}}


def reject_line(file: str, reject: Reject, case: str | None = None) -> Line:
    """Return a quarantined row with what it said; the sheet or the webhook is named if there is one."""
    line: dict[str, Any] = {"file": file, "row": reject.row, "reason": reject.reason}
    if named := case or reject.case:
        line["case"] = named
    return {"reject": {**line, "raw": reject.raw}}


def file_line(file: str, action: str, reason: str | None) -> Line:
    """Return what became of a file."""
    return {"file": {"file": file, "action": action, "reason": reason}}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return _instant(value)
    return value.isoformat() if isinstance(value, date) else value


def _instant(value: datetime) -> str:
    """Return ``YYYY-MM-DDTHH:MM:SSZ``, with milliseconds only when they are not zero."""
    instant = value.astimezone(UTC)
    fraction = f".{instant.microsecond // 1000:03d}" if instant.microsecond >= 1000 else ""
    return f"{instant:%Y-%m-%dT%H:%M:%S}{fraction}Z"
