"""Canonical records: what every provider's words become. Source: feeds.md section 7."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Book(StrEnum):
    """Which of the provider's books a row was told in."""

    PAYMENTS = "payments"
    STATEMENT = "statement"


class SourceChannel(StrEnum):
    """The door a row came through."""

    WEBHOOK = "webhook"
    POLL = "poll"
    FILE = "file"
    MANUAL = "manual"


class TransactionType(StrEnum):
    """What a money movement is."""

    PAYMENT = "payment"
    REFUND = "refund"
    REFUND_REVERSAL = "refund_reversal"
    REVERSAL = "reversal"
    CHARGEBACK = "chargeback"
    CHARGEBACK_REVERSAL = "chargeback_reversal"
    FEE = "fee"
    TAX = "tax"
    PAYOUT = "payout"
    PAYOUT_REVERSAL = "payout_reversal"
    TRANSFER = "transfer"
    TOPUP = "topup"
    RESERVE = "reserve"
    ADJUSTMENT = "adjustment"
    OTHER = "other"


class Direction(StrEnum):
    """Towards the vendor's account, or away from it."""

    CREDIT = "credit"
    DEBIT = "debit"


class Status(StrEnum):
    """How far a money movement has come."""

    PENDING = "pending"
    AUTHORISED = "authorised"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REVERSED = "reversed"
    UNKNOWN = "unknown"


STATUS_RANK = {
    Status.UNKNOWN: 0,
    Status.PENDING: 1,
    Status.AUTHORISED: 2,
    Status.SUCCEEDED: 3,
    Status.FAILED: 3,
    Status.CANCELLED: 3,
    Status.REVERSED: 4,
}
"""How far a movement has come; what ranks lower came late. Source: feeds.md 10.1-4."""


class SignatureStatus(StrEnum):
    """What the signature check said about the delivery."""

    VALID = "valid"
    INVALID = "invalid"
    UNSIGNED = "unsigned"
    NOT_CHECKED = "not_checked"


class FileAction(StrEnum):
    """What becomes of a file. Source: feeds.md section 11."""

    ACCEPT = "accept"
    QUARANTINE_ROWS = "quarantine_rows"
    REJECT_FILE = "reject_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One money movement at one provider account.

    ``amount`` is never negative and is in minor units of ``currency`` (whole đồng for VND);
    ``fee_amount`` and ``tax_amount`` are costs beyond it, ``None`` = not told, which is not 0;
    ``net_amount`` is signed. ``row`` is the 1-based data row in file order; ``case`` names the
    webhook case or the sheet of a workbook with several tables.
    """

    provider: str
    provider_account_id: str
    source_channel: SourceChannel
    provider_transaction_id: str
    dedupe_key: str
    transaction_type: TransactionType
    direction: Direction
    status: Status
    amount: int
    currency: str
    currency_exponent: int
    business_date: date | None
    business_date_rule: str | None
    row: int
    case: str | None = None
    provider_event_id: str | None = None
    merchant_reference: str | None = None
    bank_reference: str | None = None
    original_transaction_id: str | None = None
    provider_status: str | None = None
    fee_amount: int | None = None
    tax_amount: int | None = None
    net_amount: int | None = None
    balance_after: int | None = None
    occurred_at: datetime | None = None
    time_precision: str | None = None
    booking_date: date | None = None
    value_date: date | None = None
    settlement_date: date | None = None
    settlement_id: str | None = None
    """The payout whose own listing named this row (Stripe ``po_…``)."""
    store_id: str | None = None
    terminal_id: str | None = None
    description: str | None = None
    bank: str | None = None
    """The bank the account is at as an announcer names it: name, code or SWIFT code."""
    payer: str | None = None
    """Payer identity as told; reduced to a keyed token before it is stored, never kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Control totals of one file, page window or payout. Source: feeds.md section 7.2."""

    provider: str
    provider_account_id: str
    settlement_id: str | None
    statement_kind: str
    currency: str
    currency_exponent: int
    gross_credit_amount: int
    gross_debit_amount: int
    transaction_count: int
    computed_count: int
    computed_credit_total: int
    computed_debit_total: int
    control_status: str
    completeness: str
    sequence_no: int | None = None
    opening_balance: int | None = None
    closing_balance: int | None = None
    refund_amount: int | None = None
    chargeback_amount: int | None = None
    fee_amount: int | None = None
    tax_amount: int | None = None
    net_amount: int | None = None
    declared_count: int | None = None
    declared_credit_total: int | None = None
    declared_debit_total: int | None = None
    payout_status: str | None = None
    expected_arrival_date: date | None = None
    payout_reference: str | None = None
    case: str | None = None
    """Sheet name when a workbook has several tables."""
    bank: str | None = None
    """The bank the account is at, where a form that many banks write names it."""
    period_from: date | None = None
    """First and last day the file itself says it covers (``Từ ngày … Đến ngày``); ``None`` = it
    does not say. A quiet day inside the period is a proven zero; without it, it is only silence."""
    period_to: date | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that waits for a person: where it stands, why, and what it said."""

    row: int
    reason: str
    raw: str
    case: str | None = None
    """Sheet name when a workbook has several tables; ``row`` counts inside it."""


@dataclass(frozen=True, slots=True)
class FeedReading:
    """What one file or body said: nothing dropped, nothing guessed.

    With ``REJECT_FILE`` all lists are empty and ``reason`` holds the code of feeds.md section 11.
    """

    action: FileAction
    transactions: tuple[Transaction, ...] = ()
    statements: tuple[Statement, ...] = ()
    rejects: tuple[Reject, ...] = ()
    reason: str | None = None
    warnings: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    """Addresses at the provider's API that a notice asks us to read; it makes no row itself."""
