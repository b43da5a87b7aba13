"""Everything the register holds on one vendor, as one tree: what a data subject may ask to see.

Of the vendor's own values nothing is left out and nothing masked when the sealer is given; without
it sealed values are shown by their last characters only, as on a page that others may look over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from merchants.acceptance.lists import institution
from merchants.columns import core_table
from merchants.find import find_vendor
from merchants.sealing import Sealer
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Complaint,
    Consent,
    DisplayedCode,
    Market,
    MarketOperator,
    Poster,
    PrivacyRequest,
    RegisterEvent,
    SheetImport,
    SheetImportChange,
    Stall,
    StallHolding,
    Vendor,
    VendorMerge,
    Visit,
    Zone,
)

Row = TypeVar("Row", bound=SQLModel)
Held = TypeVar("Held")

HELD_TABLES = frozenset(
    {
        "vendor",
        "stall_holding",
        "acceptance_point",
        "account_change",
        "displayed_code",
        "poster",
        "consent",
        "privacy_request",
        "visit",
        "complaint",
        "register_event",
        "vendor_merge",
    }
)
"""The tables that point at vendors and are told here; a test asks about every other one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPerson:
    """Who the vendor is to the market."""

    vendor_code: str
    market_code: str
    market_name: str
    kept_by: str
    """Who runs the market and answers for the data; empty = not told."""
    full_name: str
    business_name: str
    display_name: str
    phone: str
    id_number: str
    """``···345`` when a fingerprint and the last three digits are kept, else empty."""
    state: str
    state_since: datetime | None
    registered_at: datetime
    consented_on: date | None
    is_poster_only: bool
    first_self_action_at: datetime | None
    other_records: tuple[str, ...]
    """Codes of records found to be the same person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStall:
    """A stall held, from and to which day."""

    stall_code: str
    zone: str
    goods_group: str
    from_on: date
    to_on: date | None
    contract_no: str
    contract_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAccount:
    """A receiving account, past or present."""

    kind: str
    acceptance_type: str
    institution: str
    account: str
    holder_name: str
    name_match: str
    owner_kind: str
    contract_no: str
    contract_from: date | None
    contract_to: date | None
    told_by: str
    """Which feed tells about it; empty = none."""
    state: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAccountChange:
    """A proposed account and what became of it."""

    kind: str
    acceptance_type: str
    institution: str
    account: str
    holder_name: str
    name_match: str
    contract_no: str
    contract_from: date | None
    state: str
    reason: str
    proposed_at: datetime
    proposed_by: str
    confirmed_at: datetime | None
    confirmed_how: str
    witness: str
    decided_at: datetime | None
    decided_by: str
    decision_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCode:
    """A QR code seen at the vendor's stall, with what it says."""

    stall_code: str
    scheme: str
    label: str
    payload: str
    is_own_wallet_code: bool
    first_seen_on: date
    last_seen_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPoster:
    """A poster issued to the vendor, with what its code says."""

    serial: str
    stall_code: str
    payload: str
    state: str
    issued_on: date
    installed_on: date | None
    ended_on: date | None
    end_reason: str
    """A ``PosterEnd``; empty = it has not ended, or nobody said why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldConsent:
    """A row of the ledger of consents."""

    purpose: str
    notice_version: str
    language: str
    is_read_aloud: bool
    channel: str
    given_at: datetime
    recorded_by: str
    witness: str
    evidence_sha256: str | None
    withdrawn_at: datetime | None
    withdrawal_recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRequest:
    """What the vendor asked about their data."""

    number: int
    kind: str
    state: str
    wish: str
    received_at: datetime
    answer_due_on: date
    due_on: date
    is_extended: bool
    extension_reason: str
    answered_at: datetime | None
    completed_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldVisit:
    """A helper's visit."""

    visited_on: date
    stall_code: str
    minutes: int
    outcome: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldComplaint:
    """What the vendor said went wrong with money, and what they were told."""

    number: int
    stall_code: str
    kind: str
    amount_vnd: int | None
    happened_on: date
    said: str
    state: str
    raised_at: datetime
    raised_by: str
    due_on: date
    answer: str
    answered_at: datetime | None
    outcome: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEvent:
    """One thing that was done; ``actor`` is staff by number, the vendor, a command or a job."""

    at: datetime
    action: str
    actor: str
    was_assisted: bool
    stall_code: str
    subject: str
    from_value: str
    to_value: str
    reason: str
    note: str
    evidence_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMerge:
    """Two records taken for one person."""

    kept: str
    merged: str
    reason: str
    moved: str
    merged_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSheet:
    """A sheet that brought or changed something of this record, and what it was before and after."""

    file_name: str
    imported_at: datetime
    before: str
    after: str
    is_file_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldInRegister:
    """Everything the register holds on one vendor."""

    person: HeldPerson
    stalls: tuple[HeldStall, ...]
    accounts: tuple[HeldAccount, ...]
    account_changes: tuple[HeldAccountChange, ...]
    codes: tuple[HeldCode, ...]
    posters: tuple[HeldPoster, ...]
    consents: tuple[HeldConsent, ...]
    requests: tuple[HeldRequest, ...]
    visits: tuple[HeldVisit, ...]
    complaints: tuple[HeldComplaint, ...]
    events: tuple[HeldEvent, ...]
    merges: tuple[HeldMerge, ...]
    sheets: tuple[HeldSheet, ...]


def held_in_register(
    session: Session, vendor_code: str, *, sealer: Sealer | None = None
) -> HeldInRegister:
    """Return what is held: a fixed number of statements, each list oldest first.

    Args:
        sealer: opens accounts, phone and payloads; ``None`` = they are masked.

    Raises:
        VendorNotFound: no vendor has this code.
    """
    vendor = find_vendor(session, vendor_code)
    assert vendor.id is not None
    opened = _Opening(sealer)
    stall_codes = _stall_codes(session, vendor.market_id)
    return HeldInRegister(
        person=_person(session, vendor, opened),
        stalls=_stalls(session, vendor.id),
        accounts=_rows(session, AcceptancePoint, vendor.id, lambda row: _account(row, opened)),
        account_changes=_rows(session, AccountChange, vendor.id, lambda row: _change(row, opened)),
        codes=_rows(session, DisplayedCode, vendor.id, lambda row: _code(row, opened, stall_codes)),
        posters=_rows(session, Poster, vendor.id, lambda row: _poster(row, opened, stall_codes)),
        consents=_rows(session, Consent, vendor.id, _consent),
        requests=_rows(session, PrivacyRequest, vendor.id, _request),
        visits=_rows(session, Visit, vendor.id, lambda row: _visit(row, stall_codes)),
        complaints=_rows(session, Complaint, vendor.id, lambda row: _complaint(row, stall_codes)),
        events=_rows(session, RegisterEvent, vendor.id, lambda row: _event(row, stall_codes)),
        merges=_merges(session, vendor.id),
        sheets=_sheets(session, vendor.id),
    )


class _Opening:
    """Opens sealed values, or shows their tails."""

    def __init__(self, sealer: Sealer | None) -> None:
        self._sealer = sealer

    def __call__(self, sealed: str | None, tail: str) -> str:
        if self._sealer is not None and sealed:
            return self._sealer.open(sealed)
        return f"···{tail}" if tail else ""


def _rows(
    session: Session, table: type[Row], vendor_id: int, tell: Callable[[Row], Held]
) -> tuple[Held, ...]:
    columns = core_table(table).c
    query = select(table).where(columns.vendor_id == vendor_id).order_by(columns.id)
    return tuple(tell(row) for row in session.exec(query))


def _person(session: Session, vendor: Vendor, opened: _Opening) -> HeldPerson:
    market = session.get_one(Market, vendor.market_id)
    operator = session.exec(
        select(MarketOperator.name)
        .where(MarketOperator.market_id == market.id, col(MarketOperator.to_on).is_(None))
        .order_by(col(MarketOperator.from_on).desc())
    ).first()
    others = session.exec(
        select(Vendor.code).where(Vendor.merged_into_id == vendor.id).order_by(col(Vendor.id))
    )
    return HeldPerson(
        vendor_code=vendor.code or "",
        market_code=market.code,
        market_name=market.name,
        kept_by=operator or "",
        full_name=vendor.full_name,
        business_name=vendor.business_name,
        display_name=vendor.display_name,
        phone=opened(vendor.phone_sealed, vendor.phone_tail),
        id_number=f"···{vendor.id_number_tail}" if vendor.id_number_tail else "",
        state=vendor.state.value,
        state_since=vendor.state_since,
        registered_at=vendor.registered_at,
        consented_on=vendor.consented_on,
        is_poster_only=vendor.is_poster_only,
        first_self_action_at=vendor.first_self_action_at,
        other_records=tuple(code or "" for code in others),
    )


def _stall_codes(session: Session, market_id: int) -> dict[int | None, str]:
    query = sa.select(col(Stall.id), col(Stall.code)).where(col(Stall.market_id) == market_id)
    return {row[0]: row[1] for row in session.execute(query)}


def _stalls(session: Session, vendor_id: int) -> tuple[HeldStall, ...]:
    query = (
        select(StallHolding, Stall, Zone.name)
        .join(Stall, col(Stall.id) == col(StallHolding.stall_id))
        .outerjoin(Zone, col(Zone.id) == col(Stall.zone_id))
        .where(StallHolding.vendor_id == vendor_id)
        .order_by(col(StallHolding.from_on), col(StallHolding.id))
    )
    return tuple(
        HeldStall(
            stall_code=stall.code,
            zone=zone or "",
            goods_group=stall.goods_group,
            from_on=holding.from_on,
            to_on=holding.to_on,
            contract_no=holding.contract_no,
            contract_to=holding.contract_to,
        )
        for holding, stall, zone in session.exec(query)
    )


def _account(row: AcceptancePoint, opened: _Opening) -> HeldAccount:
    return HeldAccount(
        kind=row.kind.value,
        acceptance_type=row.acceptance_type.value,
        institution=institution(row.bin, row.feed_provider),
        account=opened(row.account_sealed, row.account_tail),
        holder_name=row.holder_name,
        name_match=row.name_match.value,
        owner_kind=row.owner_kind.value,
        contract_no=row.provider_contract_no,
        contract_from=row.contract_from,
        contract_to=row.contract_to,
        told_by=row.feed_provider,
        state=row.state.value,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _change(row: AccountChange, opened: _Opening) -> HeldAccountChange:
    return HeldAccountChange(
        kind=row.kind.value,
        acceptance_type=row.acceptance_type.value,
        institution=institution(row.bin, row.feed_provider),
        account=opened(row.account_sealed, row.account_tail),
        holder_name=row.holder_name,
        name_match=row.name_match.value,
        contract_no=row.provider_contract_no,
        contract_from=row.contract_from,
        state=row.state.value,
        reason=row.reason,
        proposed_at=row.proposed_at,
        proposed_by=row.proposed_by,
        confirmed_at=row.confirmed_at,
        confirmed_how=row.confirmed_how.value if row.confirmed_how else "",
        witness=row.witness,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        decision_note=row.decision_note,
    )


def _code(row: DisplayedCode, opened: _Opening, stall_codes: dict[int | None, str]) -> HeldCode:
    return HeldCode(
        stall_code=stall_codes.get(row.stall_id, ""),
        scheme=row.scheme.value,
        label=row.label,
        payload=opened(row.payload_sealed, ""),
        is_own_wallet_code=row.is_own_wallet_code,
        first_seen_on=row.first_seen_on,
        last_seen_on=row.last_seen_on,
        ended_on=row.ended_on,
    )


def _poster(row: Poster, opened: _Opening, stall_codes: dict[int | None, str]) -> HeldPoster:
    return HeldPoster(
        serial=row.serial or "",
        stall_code=stall_codes.get(row.stall_id, ""),
        payload=opened(row.payload_sealed, ""),
        state=row.state.value,
        issued_on=row.issued_on,
        installed_on=row.installed_on,
        ended_on=row.ended_on,
        end_reason=row.end_reason,
    )


def _consent(row: Consent) -> HeldConsent:
    return HeldConsent(
        purpose=row.purpose.value,
        notice_version=row.notice_version,
        language=row.language,
        is_read_aloud=row.is_read_aloud,
        channel=row.channel.value,
        given_at=row.given_at,
        recorded_by=row.recorded_by,
        witness=row.witness,
        evidence_sha256=row.evidence_sha256,
        withdrawn_at=row.withdrawn_at,
        withdrawal_recorded_by=row.withdrawal_recorded_by,
    )


def _request(row: PrivacyRequest) -> HeldRequest:
    return HeldRequest(
        number=row.id or 0,
        kind=row.kind.value,
        state=row.state.value,
        wish=row.wish,
        received_at=row.received_at,
        answer_due_on=row.answer_due_on,
        due_on=row.due_on,
        is_extended=row.is_extended,
        extension_reason=row.extension_reason,
        answered_at=row.answered_at,
        completed_at=row.completed_at,
        outcome=row.outcome,
    )


def _visit(row: Visit, stall_codes: dict[int | None, str]) -> HeldVisit:
    return HeldVisit(
        visited_on=row.visited_on,
        stall_code=stall_codes.get(row.stall_id, ""),
        minutes=row.minutes,
        outcome=row.outcome.value,
        reason=row.reason,
        note=row.note,
    )


def _complaint(row: Complaint, stall_codes: dict[int | None, str]) -> HeldComplaint:
    return HeldComplaint(
        number=row.id or 0,
        stall_code=stall_codes.get(row.stall_id, ""),
        kind=row.kind.value,
        amount_vnd=row.amount_vnd,
        happened_on=row.happened_on,
        said=row.said,
        state=row.state.value,
        raised_at=row.raised_at,
        raised_by=row.raised_by,
        due_on=row.due_on,
        answer=row.answer,
        answered_at=row.answered_at,
        outcome=row.outcome,
        closed_at=row.closed_at,
    )


def _event(row: RegisterEvent, stall_codes: dict[int | None, str]) -> HeldEvent:
    return HeldEvent(
        at=row.at,
        action=row.action,
        actor=row.actor,
        was_assisted=row.assisted_by_id is not None,
        stall_code=stall_codes.get(row.stall_id, ""),
        subject=row.subject,
        from_value=row.from_value,
        to_value=row.to_value,
        reason=row.reason,
        note=row.note,
        evidence_sha256=row.evidence_sha256,
    )


def _merges(session: Session, vendor_id: int) -> tuple[HeldMerge, ...]:
    query = (
        select(VendorMerge)
        .where(
            sa.or_(
                col(VendorMerge.kept_vendor_id) == vendor_id,
                col(VendorMerge.merged_vendor_id) == vendor_id,
            )
        )
        .order_by(col(VendorMerge.id))
    )
    rows = session.exec(query).all()
    ids = {each for row in rows for each in (row.kept_vendor_id, row.merged_vendor_id)}
    told = sa.select(col(Vendor.id), col(Vendor.code)).where(col(Vendor.id).in_(ids))
    codes = {row[0]: row[1] or "" for row in session.execute(told)}
    return tuple(
        HeldMerge(
            kept=codes[row.kept_vendor_id],
            merged=codes[row.merged_vendor_id],
            reason=row.reason,
            moved=row.moved,
            merged_at=row.merged_at,
            undone_at=row.undone_at,
        )
        for row in rows
    )


def _sheets(session: Session, vendor_id: int) -> tuple[HeldSheet, ...]:
    query = (
        select(SheetImportChange, SheetImport)
        .join(SheetImport, col(SheetImport.id) == col(SheetImportChange.import_id))
        .where(SheetImportChange.table_name == "vendor", SheetImportChange.row_id == vendor_id)
        .order_by(col(SheetImportChange.id))
    )
    return tuple(
        HeldSheet(
            file_name=sheet.file_name,
            imported_at=sheet.imported_at,
            before=change.before,
            after=change.after,
            is_file_kept=sheet.file_sealed is not None,
        )
        for change, sheet in session.exec(query)
    )
