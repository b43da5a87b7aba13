"""What providers said and what was decided about it."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from merchants.columns import UtcDateTime, Vnd, text_enum
from reconciliation.records import (
    Book,
    Direction,
    SignatureStatus,
    SourceChannel,
    Status,
    TransactionType,
)


class DeliveryState(StrEnum):
    """Where a delivery stands in the inbox; ``failed`` stays visible and is tried again."""

    RECEIVED = "received"
    PROCESSED = "processed"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"
    FAILED = "failed"
    VOIDED = "voided"
    """Taken back by two people (``operations.voiding``): kept, and counted nowhere."""


WAS_READ = frozenset({DeliveryState.PROCESSED, DeliveryState.DUPLICATE, DeliveryState.VOIDED})
"""Deliveries whose bytes a reader took once."""


class Decision(StrEnum):
    """What became of something that takes two people."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class CloseState(StrEnum):
    """Provisional until every expected book is complete and lateness has passed."""

    PROVISIONAL = "provisional"
    FINAL = "final"


REFUSED = "state = 'quarantined' AND forgotten_at IS NULL"
WAITING = "state IN ('received', 'quarantined', 'rejected', 'failed') AND forgotten_at IS NULL"
"""Deliveries that a person still has to do something about; as text, so that its index is used."""
OF_A_VENDOR = "is_current AND vendor_id IS NOT NULL AND forgotten_at IS NULL"
"""Rows that count and name a vendor; as text, so that their index is used."""
NOTICED = "notice <> ''"
"""Deliveries nobody signed rightly whose bytes are still kept; as text, so that its index is used."""


class Delivery(SQLModel, table=True):
    """One thing that came through a door: a webhook body, an API page or a file."""

    id: int | None = Field(default=None, primary_key=True)
    provider: str = Field(max_length=20)
    account_alias: str = Field(default="", max_length=40)
    """The account it tells about, as ``merchants.accounts.account_alias`` writes it."""
    account_sealed: str = ""
    """The account as it was named at the door; needed to read the raw bytes again."""
    channel: SourceChannel = Field(sa_type=text_enum(SourceChannel))
    name: str = Field(default="", max_length=200)
    raw_sha256: str = Field(max_length=64, index=True)
    raw_bytes: int
    received_at: datetime = Field(sa_type=UtcDateTime)
    settlement_id: str | None = None
    """The payout whose own listing a page is; needed to read the raw bytes again."""
    signed_headers: str = ""
    """JSON of the headers that carry the signature and nothing secret; empty = none."""
    notice: str = Field(default="", max_length=300)
    """What a callback asks us to read at the provider, because it is no proof itself."""
    signature_status: SignatureStatus = Field(sa_type=text_enum(SignatureStatus))
    state: DeliveryState = Field(sa_type=text_enum(DeliveryState))
    reason: str = Field(default="", max_length=200)
    rows_new: int = 0
    rows_repeated: int = 0
    rows_revised: int = 0
    rows_rejected: int = 0
    revises_id: int | None = Field(default=None, foreign_key="delivery.id")
    """The file of the same name and days that this one corrects (``intake.revisions``)."""
    forgotten_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its names and raw bytes were given up (``operations.retention``); ``None`` = they are kept."""
    raw_removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the raw bytes of a forgotten delivery had left the raw store."""

    __table_args__ = (
        # How each feed stands today is answered from this index alone.
        sa.Index("ix_delivery_feed", "provider", "channel", "received_at", "state"),
        sa.Index(
            "ix_delivery_revises_id",
            "revises_id",
            sqlite_where=sa.text("revises_id IS NOT NULL"),
            postgresql_where=sa.text("revises_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_delivery_waiting",
            "provider",
            "channel",
            "received_at",
            sqlite_where=sa.text(WAITING),
            postgresql_where=sa.text(WAITING),
        ),
        # The few that were refused, which every further one is counted against (``refused``).
        sa.Index(
            "ix_delivery_quarantined",
            "provider",
            "received_at",
            sqlite_where=sa.text(REFUSED),
            postgresql_where=sa.text(REFUSED),
        ),
        sa.Index(
            "ix_delivery_notice",
            "provider",
            "received_at",
            sqlite_where=sa.text(NOTICED),
            postgresql_where=sa.text(NOTICED),
        ),
    )


class PaymentRequest(SQLModel, table=True):
    """An exact amount a vendor asked for with a code on a screen.

    What the vendor did stands here; what became of it is read from the ledger (``shown_requests``).
    """

    __tablename__: ClassVar[str] = "payment_request"

    id: int | None = Field(default=None, primary_key=True)
    vendor_id: int = Field(foreign_key="vendor.id")
    acceptance_point_id: int = Field(foreign_key="acceptance_point.id")
    stall_code: str = Field(max_length=12)
    reference: str = Field(max_length=19, unique=True)
    amount_vnd: int = Field(sa_type=Vnd)
    note: str = Field(default="", max_length=40)
    """The vendor's own words, shown to her alone; empty once they are forgotten."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str = Field(max_length=60)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    __table_args__ = (
        sa.Index("ix_payment_request_vendor_created", "vendor_id", "created_at"),
        sa.CheckConstraint(
            "amount_vnd >= 1 AND amount_vnd <= 499999999", name="amount_within_the_scheme"
        ),
        {"sqlite_autoincrement": True},
    )


class ProviderTransaction(SQLModel, table=True):
    """A version of one money movement as one book told it. Rows are added, never changed.

    What is personal in a row is forgotten in its time (``operations.retention``); what it proves stays.

    ``is_current`` marks the newest version of a (book, dedupe_key); ``known_at`` is when this
    version came to be known.
    """

    __tablename__: ClassVar[str] = "provider_transaction"

    id: int | None = Field(default=None, primary_key=True)
    book: Book = Field(sa_type=text_enum(Book))
    provider: str = Field(max_length=20)
    ledger: str = Field(max_length=20)
    """Whose books the account is in (``ledger.accounts``): its bank's, whoever tells of it."""
    account_alias: str = Field(max_length=40)
    """Stands for the account, whose number is kept nowhere in the ledger."""
    source_channel: SourceChannel = Field(sa_type=text_enum(SourceChannel))
    provider_transaction_id: str = Field(max_length=120)
    dedupe_key: str = Field(max_length=240)
    version: int
    is_current: bool
    content_sha256: str = Field(max_length=64)
    merchant_reference: str | None = None
    bank_reference: str | None = None
    original_transaction_id: str | None = None
    transaction_type: TransactionType = Field(sa_type=text_enum(TransactionType))
    ledger_type: TransactionType = Field(sa_type=text_enum(TransactionType, name="ledger_type"))
    """What it is in the ledger it belongs to (``settlements``), which the memo decides: kept, so
    that nothing changes its kind when the memo is forgotten."""
    direction: Direction = Field(sa_type=text_enum(Direction))
    status: Status = Field(sa_type=text_enum(Status))
    provider_status: str | None = None
    amount: int = Field(sa_type=Vnd)
    currency: str = Field(max_length=3)
    currency_exponent: int
    fee_amount: int | None = Field(default=None, sa_type=Vnd)
    tax_amount: int | None = Field(default=None, sa_type=Vnd)
    net_amount: int | None = Field(default=None, sa_type=Vnd)
    balance_after: int | None = Field(default=None, sa_type=Vnd)
    occurred_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    business_date: date
    business_date_rule: str = Field(max_length=30)
    settlement_id: str | None = None
    store_id: str | None = None
    terminal_id: str | None = None
    description: str | None = None
    """The memo without the payer's name and account."""
    payer_token: str | None = Field(default=None, max_length=64)
    vendor_id: int | None = Field(default=None, foreign_key="vendor.id", index=True)
    attribution_rule: str = Field(default="", max_length=30)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    line_no: int
    known_at: datetime = Field(sa_type=UtcDateTime)
    forgotten_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When what is personal in the row was forgotten; ``None`` = it is as it was told."""
    payment_request_id: int | None = Field(default=None, foreign_key="payment_request.id")
    """The asked amount whose reference it names, whoever it was paid to (``shown_requests``)."""
    retracted_by_id: int | None = Field(default=None, foreign_key="delivery.id")
    """The corrected file that no longer tells it; its own delivery, when that read again does not."""
    is_check: bool = Field(default=False, sa_column_kwargs={"server_default": sa.text("false")})
    """It stands and counts nothing: another source of the account tells the same money (``ledger.tellers``)."""
    is_contradicted: bool = Field(
        default=False, sa_column_kwargs={"server_default": sa.text("false")}
    )
    """Another source tells other money under its bank reference; both count, and people are told."""

    __table_args__ = (
        # A day's rows, and an account's on it: where several sources tell of one account.
        sa.Index("ix_provider_transaction_business_date", "business_date", "account_alias"),
        sa.Index(
            "ix_provider_transaction_contradicted",
            "business_date",
            sqlite_where=sa.text("is_contradicted"),
            postgresql_where=sa.text("is_contradicted"),
        ),
        # Which account told first of which vendor, without looking at every row (``close.feeds``).
        sa.Index(
            "ix_provider_transaction_told_of",
            "account_alias",
            "vendor_id",
            "business_date",
            sqlite_where=sa.text(OF_A_VENDOR),
            postgresql_where=sa.text(OF_A_VENDOR),
        ),
        sa.Index(
            "ix_provider_transaction_retracted_by_id",
            "retracted_by_id",
            sqlite_where=sa.text("retracted_by_id IS NOT NULL"),
            postgresql_where=sa.text("retracted_by_id IS NOT NULL"),
        ),
        # Few rows name either, and every other one costs these indexes nothing.
        sa.Index(
            "ix_provider_transaction_payment_request_id",
            "payment_request_id",
            sqlite_where=sa.text("payment_request_id IS NOT NULL"),
            postgresql_where=sa.text("payment_request_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_provider_transaction_original_transaction_id",
            "original_transaction_id",
            sqlite_where=sa.text("original_transaction_id IS NOT NULL"),
            postgresql_where=sa.text("original_transaction_id IS NOT NULL"),
        ),
        sa.UniqueConstraint("book", "dedupe_key", "version"),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
    )


class AccountTeller(SQLModel, table=True):
    """A source that tells a book of an account, among those of which several may (``ledger.tellers``)."""

    __tablename__: ClassVar[str] = "account_teller"

    account_alias: str = Field(max_length=40, primary_key=True)
    book: Book = Field(sa_type=text_enum(Book), primary_key=True)
    provider: str = Field(max_length=20, primary_key=True)
    ledger: str = Field(max_length=20)


class SettlementStatement(SQLModel, table=True):
    """Control totals of one file or payout, kept with the delivery that told them."""

    __tablename__: ClassVar[str] = "settlement_statement"

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    provider: str = Field(max_length=20)
    ledger: str = Field(max_length=20)
    account_alias: str = Field(max_length=40)
    settlement_id: str | None = None
    statement_kind: str = Field(max_length=20)
    currency: str = Field(max_length=3)
    gross_credit_amount: int = Field(sa_type=Vnd)
    gross_debit_amount: int = Field(sa_type=Vnd)
    fee_amount: int | None = Field(default=None, sa_type=Vnd)
    tax_amount: int | None = Field(default=None, sa_type=Vnd)
    net_amount: int | None = Field(default=None, sa_type=Vnd)
    opening_balance: int | None = Field(default=None, sa_type=Vnd)
    closing_balance: int | None = Field(default=None, sa_type=Vnd)
    computed_count: int
    declared_count: int | None = None
    control_status: str = Field(max_length=10)
    completeness: str = Field(max_length=10)
    payout_status: str | None = None
    expected_arrival_on: date | None = None
    payout_reference: str | None = None
    period_from: date | None = None
    """First and last day covered: as the file declares them, else the first and last business date
    of its rows; ``None`` for an empty file that declares no period."""
    period_to: date | None = None

    __table_args__ = (
        # A corrected file finds the one it corrects by account and days.
        sa.Index(
            "ix_settlement_statement_days", "provider", "account_alias", "period_from", "period_to"
        ),
    )


class FeedReject(SQLModel, table=True):
    """A quarantined row: kept with its reason until a person decides."""

    __tablename__: ClassVar[str] = "feed_reject"

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    case: str | None = None
    """Sheet name when a workbook has several tables; ``row`` counts inside it."""
    row: int
    reason: str = Field(max_length=40)
    raw_sealed: str
    """What the row said, sealed, without the payer's name and account: a person may need it.

    Empty once it is forgotten.
    """
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the row was read after all (``operations.replaying``); ``None`` = it still waits."""

    __table_args__ = (
        sa.Index(
            "ix_feed_reject_waiting",
            "delivery_id",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
    )


class DeliveryVoid(SQLModel, table=True):
    """A person's wish to take a delivery back, and what a second person decided about it."""

    __tablename__: ClassVar[str] = "delivery_void"

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    reason: str = Field(max_length=200)
    proposed_by: str = Field(max_length=60)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str = Field(default="", max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision: Decision = Field(default=Decision.OPEN, sa_type=text_enum(Decision))

    __table_args__ = (
        sa.Index(
            "uq_delivery_void_open",
            "delivery_id",
            unique=True,
            sqlite_where=sa.text("decision = 'open'"),
            postgresql_where=sa.text("decision = 'open'"),
        ),
    )


class FeedColumns(SQLModel, table=True):
    """The columns a file came with, so that a changed form is noticed.

    Of what has no columns (JSON, XML, MT940) a row is kept only when it names a field that none of
    its provider did before.
    """

    __tablename__: ClassVar[str] = "feed_columns"

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", unique=True)
    provider: str = Field(max_length=20)
    form: str = Field(default="table", max_length=10)
    """As ``intake.fields.Form`` has it; a provider may write in several."""
    is_accepted: bool
    """Whether the file was read; the next one is compared with the newest that was."""
    columns_sha256: str = Field(max_length=64)
    columns: str = Field(sa_type=sa.Text)
    """JSON list of the cells of the header, as headers are compared, or of names of fields."""

    __table_args__ = (sa.Index("ix_feed_columns_provider_id", "provider", "id"),)


class HandAttribution(SQLModel, table=True):
    """Whose money a row is, as one person says and a second one decides. Rows are never changed back."""

    __tablename__: ClassVar[str] = "hand_attribution"

    id: int | None = Field(default=None, primary_key=True)
    transaction_id: int = Field(foreign_key="provider_transaction.id", index=True)
    vendor_id: int = Field(foreign_key="vendor.id", index=True)
    reason: str = Field(max_length=200)
    proposed_by: str = Field(max_length=60)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str = Field(default="", max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision: Decision = Field(default=Decision.OPEN, sa_type=text_enum(Decision))

    __table_args__ = (
        sa.Index(
            "uq_hand_attribution_open",
            "transaction_id",
            unique=True,
            sqlite_where=sa.text("decision = 'open'"),
            postgresql_where=sa.text("decision = 'open'"),
        ),
    )


class DayClose(SQLModel, table=True):
    """One immutable version of one market's day (or of the money nobody could be named for)."""

    __tablename__: ClassVar[str] = "day_close"

    id: int | None = Field(default=None, primary_key=True)
    scope: str = Field(max_length=8)
    """Market code, or ``*`` for money attributed to no vendor."""
    market_id: int | None = Field(default=None, foreign_key="market.id")
    business_date: date = Field(index=True)
    version: int
    state: CloseState = Field(sa_type=text_enum(CloseState))
    closed_at: datetime = Field(sa_type=UtcDateTime)
    closed_by: str = Field(default="system", max_length=60)
    """Who had it closed; like the instant no part of the root."""
    incomplete: str = Field(default="")
    """Why the day is not final, as text; empty = nothing missing."""
    inputs_sha256: str = Field(max_length=64)
    rules_sha256: str = Field(max_length=64)
    code_version: str = Field(max_length=40)
    previous_root: str = Field(default="", max_length=64)
    rest_sha256: str = Field(default="", max_length=64)
    """Of all that the root is made of but its tree, so that a proof need not tell it."""
    tree_root: str = Field(default="", max_length=64)
    """Of the tree from which vendors prove their payments (``close.proofs``); empty for ``*``."""
    root_sha256: str = Field(max_length=64)

    __table_args__ = (sa.UniqueConstraint("scope", "business_date", "version"),)


class ChangedDay(SQLModel, table=True):
    """A closed day whose rows changed since (``changed_days``); it is closed again and struck off."""

    __tablename__: ClassVar[str] = "changed_day"

    business_date: date = Field(primary_key=True)


class MatchOutcome(SQLModel, table=True):
    """What a close decided about one record on one leg."""

    __tablename__: ClassVar[str] = "match_outcome"

    close_id: int = Field(foreign_key="day_close.id", primary_key=True)
    book: str = Field(max_length=10, primary_key=True)
    record_id: int = Field(primary_key=True)
    leg: str = Field(max_length=1, primary_key=True)
    outcome: str = Field(max_length=24)
    rule: str = Field(max_length=24)
    counterpart_id: int | None = None
    class_id: str | None = Field(default=None, max_length=64)
    difference_vnd: int = Field(sa_type=Vnd)
    fee_difference_vnd: int | None = Field(default=None, sa_type=Vnd)
    reason: str = Field(default="", max_length=32)
    alternatives: int = 0


class VendorDay(SQLModel, table=True):
    """One vendor's day as one close found it; amounts in đồng.

    ``gross_vnd`` is money in by QR that the books confirm; ``pending_vnd`` was announced but is in
    no statement yet and is added to nothing.
    """

    __tablename__: ClassVar[str] = "vendor_day"

    close_id: int = Field(foreign_key="day_close.id", primary_key=True)
    vendor_id: int = Field(foreign_key="vendor.id", primary_key=True)
    business_date: date = Field(index=True)
    payments: int
    gross_vnd: int = Field(sa_type=Vnd)
    refunds: int
    refunds_vnd: int = Field(sa_type=Vnd)
    fees_vnd: int = Field(sa_type=Vnd)
    tax_vnd: int = Field(sa_type=Vnd)
    net_vnd: int = Field(sa_type=Vnd)
    matched: int
    matched_vnd: int = Field(sa_type=Vnd)
    pending: int
    pending_vnd: int = Field(sa_type=Vnd)
    unexplained: int
    unexplained_vnd: int = Field(sa_type=Vnd)
    paid_out_vnd: int = Field(sa_type=Vnd)
    lines: int = 0
    """How many records add to these figures."""
    lines_root: str = Field(default="", max_length=64)
    """Of the tree of these records (``close.proofs``)."""


class MarketDay(SQLModel, table=True):
    """One market's day: the sums of its vendors' days under the same close."""

    __tablename__: ClassVar[str] = "market_day"

    close_id: int = Field(foreign_key="day_close.id", primary_key=True)
    market_id: int = Field(foreign_key="market.id")
    business_date: date = Field(index=True)
    is_open: bool
    vendors_receiving: int
    payments: int
    gross_vnd: int = Field(sa_type=Vnd)
    refunds_vnd: int = Field(sa_type=Vnd)
    fees_vnd: int = Field(sa_type=Vnd)
    tax_vnd: int = Field(sa_type=Vnd)
    net_vnd: int = Field(sa_type=Vnd)
    matched_vnd: int = Field(sa_type=Vnd)
    pending_vnd: int = Field(sa_type=Vnd)
    unexplained_vnd: int = Field(sa_type=Vnd)
    paid_out_vnd: int = Field(sa_type=Vnd)


class JobLease(SQLModel, table=True):
    """Which worker runs a job until when, so that two workers are harmless."""

    __tablename__: ClassVar[str] = "job_lease"

    job: str = Field(primary_key=True, max_length=40)
    holder: str = Field(max_length=80)
    until_at: datetime = Field(sa_type=UtcDateTime)


class AdoptionVendorDay(SQLModel, table=True):
    """The eligible receipts of one vendor, day and channel, as the measures of adoption count them.

    Written with the close (``close.adoption_facts``), and again when a later day takes a payment
    back. A vendor without a receipt has no row.
    """

    __tablename__: ClassVar[str] = "adoption_vendor_day"

    close_id: int = Field(foreign_key="day_close.id", primary_key=True)
    vendor_id: int = Field(foreign_key="vendor.id", primary_key=True)
    provider: str = Field(max_length=20, primary_key=True)
    """The ledger that told of them."""
    acceptance_type: str = Field(max_length=20)
    """``merchants.kinds.AcceptanceType`` of the vendor's account there; empty = no such account."""
    business_date: date = Field(index=True)
    receipts: int
    value_vnd: int = Field(sa_type=Vnd)
    band_1: int
    band_2: int
    band_3: int
    band_4: int
    band_5: int
    """Receipts in each band of ``reconciliation.bands``."""


class AdoptionTicketDay(SQLModel, table=True):
    """How many eligible receipts of a closed day had which amount; it names nobody."""

    __tablename__: ClassVar[str] = "adoption_ticket_day"

    close_id: int = Field(foreign_key="day_close.id", primary_key=True)
    amount_vnd: int = Field(sa_type=Vnd, primary_key=True)
    business_date: date = Field(index=True)
    receipts: int


class AdoptionBreakDay(SQLModel, table=True):
    """Money of a closed day that is credible and not confirmed, by vendor and what stands in its way."""

    __tablename__: ClassVar[str] = "adoption_break_day"

    close_id: int = Field(foreign_key="day_close.id", primary_key=True)
    vendor_id: int = Field(foreign_key="vendor.id", primary_key=True)
    break_name: str = Field(max_length=24, primary_key=True)
    """The outcome that leaves it open."""
    provider: str = Field(max_length=20, primary_key=True)
    acceptance_type: str = Field(max_length=20)
    business_date: date = Field(index=True)
    receipts: int
    value_vnd: int = Field(sa_type=Vnd)


class AdoptionVendorHalf(SQLModel, table=True):
    """First and last day with a receipt in half a month, of each vendor: what cohorts need.

    Halves begin on the 1st and on the 15th, so that both kinds of months are made of them.
    """

    __tablename__: ClassVar[str] = "adoption_vendor_half"

    half_on: date = Field(primary_key=True)
    vendor_id: int = Field(foreign_key="vendor.id", primary_key=True)
    first_on: date
    last_on: date
