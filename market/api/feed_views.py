"""Feeds, deliveries and nobody's money as machines get them; accounts by their last four characters."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from market.api.paging import View
from reconciliation.intake.fields import Form
from reconciliation.intake.schemas import FeedDrift
from reconciliation.operations.candidates import Hint
from reconciliation.operations.listing import DeliveryEntry, DeliveryFile, RejectEntry
from reconciliation.operations.replaying import Replayed
from reconciliation.operations.rereading import RereadDelivery
from reconciliation.operations.shared_accounts import Agreement, Contradiction, SharedAccount
from reconciliation.operations.standing import FeedStanding
from reconciliation.operations.unattributed import Claim, NobodysPayment
from reconciliation.records import Book, Direction, SignatureStatus, SourceChannel, TransactionType
from reconciliation.tables import Decision, DeliveryState


class FeedView(View):
    """One provider through one channel today; ``waiting`` and ``rows_waiting`` of any day."""

    provider: str
    channel: SourceChannel
    is_configured: bool
    last_at: datetime | None
    deliveries_today: int
    by_state: dict[DeliveryState, int]
    rows_new: int
    rows_repeated: int
    rows_revised: int
    rows_rejected: int
    bad_signatures: int
    waiting: int
    waiting_since: datetime | None
    rows_waiting: int

    @classmethod
    def of(cls, one: FeedStanding) -> "FeedView":
        """Return the view of a feed."""
        return cls(deliveries_today=one.came_today, **asdict(one))


class SourceView(View):
    """What one source told of an account in the last days, in rows."""

    provider: str
    counting: int
    checks: int
    without_reference: int
    contradicting: int


class SharedAccountView(View):
    """One book of an account that several sources tell of; the first has precedence."""

    ledger: str
    account_tail: str
    book: Book
    agreement: Agreement
    sources: list[SourceView]

    @classmethod
    def of(cls, one: SharedAccount) -> "SharedAccountView":
        """Return the view of an account."""
        return cls(
            ledger=one.ledger,
            account_tail=one.account_tail,
            book=one.book,
            agreement=one.agreement,
            sources=[
                SourceView(
                    provider=source.provider,
                    counting=source.counting,
                    checks=source.checks,
                    without_reference=source.without_reference,
                    contradicting=source.contradicting,
                )
                for source in one.sources
            ],
        )


class ContradictionView(View):
    """A row under whose bank reference another source tells other money, or another day."""

    delivery_id: int
    provider: str
    row: int
    account_tail: str
    business_date: date

    @classmethod
    def of(cls, one: Contradiction) -> "ContradictionView":
        """Return the view of a contradiction."""
        return cls(**asdict(one))


class DriftView(View):
    """How the newest file of a provider differs in its columns, or a message in its fields."""

    provider: str
    form: Form
    delivery_id: int
    compared_with_id: int
    is_accepted: bool
    renamed: list[tuple[str, str]]
    added: list[str]
    missing: list[str]
    is_reordered: bool

    @classmethod
    def of(cls, one: FeedDrift) -> "DriftView":
        """Return the view of a drift."""
        return cls(
            provider=one.provider,
            form=one.form,
            delivery_id=one.delivery_id,
            compared_with_id=one.compared_with_id,
            is_accepted=one.is_accepted,
            renamed=list(one.drift.renamed),
            added=list(one.drift.added),
            missing=list(one.drift.missing),
            is_reordered=one.drift.is_reordered,
        )


class DeliveryView(View):
    """One thing that came through a door."""

    id: int
    provider: str
    channel: SourceChannel
    name: str
    account_tail: str
    received_at: datetime
    state: DeliveryState
    reason: str
    signature_status: SignatureStatus
    raw_bytes: int
    raw_sha256: str
    rows_new: int
    rows_repeated: int
    rows_revised: int
    rows_rejected: int
    revises_id: int | None
    is_forgotten: bool

    @classmethod
    def of(cls, one: DeliveryEntry) -> "DeliveryView":
        """Return the view of a delivery."""
        return cls(**asdict(one))


class ControlView(View):
    """The control totals of a file; amounts are ``null`` for who sees only some markets."""

    period_from: date | None
    period_to: date | None
    control_status: str
    completeness: str
    computed_count: int
    declared_count: int | None
    gross_credit_amount: int | None
    gross_debit_amount: int | None


class VoidView(View):
    """A wish to take a delivery back, and what was decided; people as ``staff:12``."""

    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision: Decision


class DeliveryFileView(View):
    """One delivery with everything but its rows."""

    delivery: DeliveryView
    controls: list[ControlView]
    voids: list[VoidView]
    revised_by: list[int]
    rows_counting: int
    rows_superseded: int
    rows_checks: int
    rows_contradicted: int
    rejects_open: int
    rejects: int

    @classmethod
    def of(cls, file: DeliveryFile, *, has_amounts: bool) -> "DeliveryFileView":
        """Return the view of a delivery."""
        return cls(
            delivery=DeliveryView.of(file.entry),
            controls=[_control(one, has_amounts=has_amounts) for one in file.statements],
            voids=[_told(VoidView, one) for one in file.voids],
            revised_by=list(file.revised_by),
            rows_counting=file.rows_counting,
            rows_superseded=file.rows_superseded,
            rows_checks=file.rows_checks,
            rows_contradicted=file.rows_contradicted,
            rejects_open=file.rejects_open,
            rejects=file.rejects,
        )


class RejectView(View):
    """A row that could not be read; what it said is asked for apart."""

    id: int
    case: str | None
    row: int
    reason: str
    settled_at: datetime | None
    has_raw: bool

    @classmethod
    def of(cls, one: RejectEntry) -> "RejectView":
        """Return the view of a rejected row."""
        return cls(**asdict(one))


class ReplayedView(View):
    """What came of reading a delivery again; ``problem`` is empty when it was read."""

    delivery_id: int
    before: DeliveryState
    after: DeliveryState
    problem: str
    reason: str
    rows_new: int
    rows_revised: int
    rows_repeated: int
    rows_waiting: int
    rows_waited: int
    is_changed: bool

    @classmethod
    def of(cls, one: Replayed) -> "ReplayedView":
        """Return the view of what came of it."""
        return cls(is_changed=one.is_changed, **asdict(one))


class RowChangeView(View):
    """One difference between the books and the bytes as they are read now."""

    kind: str
    row: int
    fields: list[str]
    was_amount: int | None
    amount: int | None


class RereadView(View):
    """What reading one delivery again came to."""

    delivery_id: int
    provider: str
    problem: str
    is_readable_now: bool
    same: int
    added: int
    changed: int
    gone: int
    changes: list[RowChangeView]

    @classmethod
    def of(cls, one: RereadDelivery) -> "RereadView":
        """Return the view of a delivery that was read again."""
        return cls(**asdict(one))


class VoidResultView(View):
    """What a decision about a delivery did to the books."""

    delivery_id: int
    decision: Decision
    rows_out: int
    rows_in_again: int
    rows_told_elsewhere: int
    """Of those that fell, how many go on counting because other deliveries tell them as well."""


class LedgerDayView(View):
    """One ledger's statements of one day: accounts by state."""

    ledger: str
    day: date
    state: str | None
    expected: int
    accounts: dict[str, int]
    rows: int

    @classmethod
    def of(cls, one: Any) -> "LedgerDayView":
        """Return the view of a ``LedgerDay``."""
        return cls(
            ledger=one.ledger,
            day=one.day,
            state=one.state,
            expected=one.expected,
            accounts={str(state): number for state, number in one.accounts.items()},
            rows=one.rows,
        )


class CandidateView(View):
    """A vendor a row might belong to, and what points there."""

    vendor_code: str
    vendor_name: str
    market_code: str
    hints: list[Hint]


class ClaimView(View):
    """What somebody said about whose a row is, and what was decided; people as ``staff:12``."""

    id: int
    transaction_id: int
    vendor_id: int
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision: Decision

    @classmethod
    def of(cls, one: Claim) -> "ClaimView":
        """Return the view of a claim."""
        return cls(**asdict(one))


class NobodysPaymentView(View):
    """A row that counts and names nobody; ``memo`` without numbers of phones and accounts."""

    id: int
    book: Book
    provider: str
    account_tail: str
    amount_vnd: int
    direction: Direction
    kind: TransactionType
    occurred_at: datetime | None
    business_date: date
    memo: str
    candidates: list[CandidateView]
    claim: ClaimView | None

    @classmethod
    def of(cls, one: NobodysPayment) -> "NobodysPaymentView":
        """Return the view of a row."""
        told = asdict(one)
        for candidate in told["candidates"]:
            del candidate["vendor_id"]
        return cls(**told)


def _control(one: Any, *, has_amounts: bool) -> ControlView:
    told = {name: getattr(one, name) for name in ControlView.model_fields}
    if not has_amounts:
        told |= {"gross_credit_amount": None, "gross_debit_amount": None}
    return ControlView(**told)


def _told(view: Any, one: Any) -> Any:
    return view(**{name: getattr(one, name) for name in view.model_fields})
