"""Everything staff need on one vendor, read with a constant number of statements."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.errors import VendorNotFound
from merchants.find import find_vendor
from merchants.kinds import (
    AcceptancePointState,
    AccountChangeState,
    AccountKind,
    ConsentPurpose,
    EventAction,
    NameMatch,
    PosterState,
    VendorState,
)
from merchants.lifecycle.states import facts_of
from merchants.lifecycle.step_line import StepLine, step_line
from merchants.lifecycle.steps import HandStep, Missing, VendorFacts, missing_for, steps_by_hand
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Consent,
    DisplayedCode,
    Market,
    Poster,
    RegisterEvent,
    Stall,
    StallHolding,
    Vendor,
    Zone,
)
from merchants.vendors.doubles import PossibleDouble, possible_doubles
from merchants.vendors.merging import merges_of


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStall:
    """A stall the vendor holds or has held; ``to_on`` ``None`` = still."""

    stall_code: str
    zone: str
    goods_group: str
    from_on: date
    to_on: date | None
    contract_no: str
    contract_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAccount:
    """An open receiving account, by its last characters."""

    kind: AccountKind
    bin: str | None
    feed_provider: str
    tail: str
    holder_name: str
    name_match: NameMatch
    state: AcceptancePointState
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPoster:
    """A poster issued to the vendor, ended ones too."""

    serial: str
    stall_code: str
    state: PosterState
    issued_on: date
    installed_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenConsent:
    """A consent that was given, and whether it was withdrawn."""

    purpose: ConsentPurpose
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingMerge:
    """A double that was merged into this record."""

    id: int
    code: str
    full_name: str
    merged_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorFile:
    """One vendor: details, steps, stalls, accounts, posters, codes, consents, doubles."""

    id: int
    code: str
    market_code: str
    full_name: str
    business_name: str
    display_name: str
    phone_tail: str
    id_number_tail: str
    state: VendorState
    state_since: datetime
    version: int
    is_poster_only: bool
    first_self_action_at: datetime | None
    facts: VendorFacts
    line: StepLine
    missing: tuple[Missing, ...]
    """What is missing for a poster that hangs."""
    hand_steps: tuple[HandStep, ...]
    stalls: tuple[HeldStall, ...]
    accounts: tuple[HeldAccount, ...]
    has_open_change: bool
    """A proposed account waits for the vendor or for a second person."""
    posters: tuple[HeldPoster, ...]
    hanging_codes: int
    consents: tuple[GivenConsent, ...]
    merges: tuple[StandingMerge, ...]
    doubles: tuple[PossibleDouble, ...]

    @property
    def held_now(self) -> tuple[HeldStall, ...]:
        """Return the stalls held today."""
        return tuple(stall for stall in self.stalls if stall.to_on is None)


def vendor_file(session: Session, vendor: Vendor, *, now: datetime) -> VendorFile:
    """Return a vendor's file: the same number of statements whatever hangs on the vendor."""
    assert vendor.id is not None
    market = session.get_one(Market, vendor.market_id)
    facts = facts_of(session, vendor.id)
    reached = reached_at(session, vendor.id)
    merged_away = vendor.merged_into_id is not None
    return VendorFile(
        id=vendor.id,
        code=vendor.code or "",
        market_code=market.code,
        full_name=vendor.full_name,
        business_name=vendor.business_name,
        display_name=vendor.display_name,
        phone_tail=vendor.phone_tail,
        id_number_tail=vendor.id_number_tail,
        state=vendor.state,
        state_since=vendor.state_since or vendor.registered_at,
        version=vendor.version,
        is_poster_only=vendor.is_poster_only,
        first_self_action_at=vendor.first_self_action_at,
        facts=facts,
        line=step_line(facts, reached, registered_at=vendor.registered_at, now=now),
        missing=missing_for(VendorState.POSTER_INSTALLED, facts),
        hand_steps=() if merged_away else steps_by_hand(vendor.state, kind="staff"),
        stalls=_stalls(session, vendor.id),
        accounts=_accounts(session, vendor.id),
        has_open_change=_has_open_change(session, vendor.id),
        posters=_posters(session, vendor.id),
        hanging_codes=_hanging_codes(session, vendor.id),
        consents=_consents(session, vendor.id),
        merges=tuple(
            StandingMerge(
                id=record.id or 0,
                code=merged.code or "",
                full_name=merged.full_name,
                merged_at=record.merged_at,
            )
            for record, merged in merges_of(session, vendor.id)
        ),
        doubles=tuple(possible_doubles(session, market.code, of_vendor=vendor.id)),
    )


def vendor_in_market(session: Session, market_code: str, vendor_code: str) -> Vendor:
    """Return the vendor of this code if the market is theirs, a merged record too.

    Raises:
        VendorNotFound: this market has no such vendor.
    """
    vendor = find_vendor(session, vendor_code)
    if session.get_one(Market, vendor.market_id).code != market_code:
        raise VendorNotFound(vendor_code)
    return vendor


def held_stall_codes(session: Session, vendor: Vendor) -> list[str]:
    """Return the codes of the stalls a vendor holds today, sorted."""
    query = (
        select(Stall.code)
        .join(StallHolding, col(StallHolding.stall_id) == Stall.id)
        .where(StallHolding.vendor_id == vendor.id, col(StallHolding.to_on).is_(None))
        .order_by(Stall.code)
    )
    return list(session.exec(query))


def reached_at(session: Session, vendor_id: int) -> dict[VendorState, datetime]:
    """Return when a vendor last came to each state."""
    query = (
        sa.select(col(RegisterEvent.to_value), sa.func.max(col(RegisterEvent.at)))
        .where(
            col(RegisterEvent.vendor_id) == vendor_id,
            col(RegisterEvent.action) == EventAction.STATE_CHANGED.value,
        )
        .group_by(col(RegisterEvent.to_value))
    )
    return {VendorState(state): at for state, at in session.execute(query)}


def _stalls(session: Session, vendor_id: int) -> tuple[HeldStall, ...]:
    query = (
        select(StallHolding, Stall, Zone.name)
        .join(Stall, col(Stall.id) == StallHolding.stall_id)
        .outerjoin(Zone, col(Zone.id) == Stall.zone_id)
        .where(StallHolding.vendor_id == vendor_id)
        .order_by(col(StallHolding.to_on).is_not(None), Stall.code, col(StallHolding.from_on))
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


def _accounts(session: Session, vendor_id: int) -> tuple[HeldAccount, ...]:
    query = (
        select(AcceptancePoint)
        .where(AcceptancePoint.vendor_id == vendor_id, col(AcceptancePoint.valid_to).is_(None))
        .order_by(col(AcceptancePoint.id))
    )
    return tuple(
        HeldAccount(
            kind=point.kind,
            bin=point.bin,
            feed_provider=point.feed_provider,
            tail=point.account_tail,
            holder_name=point.holder_name,
            name_match=point.name_match,
            state=point.state,
            valid_from=point.valid_from,
        )
        for point in session.exec(query)
    )


def _has_open_change(session: Session, vendor_id: int) -> bool:
    query = select(AccountChange.id).where(
        AccountChange.vendor_id == vendor_id,
        col(AccountChange.state).in_([AccountChangeState.PROPOSED, AccountChangeState.CONFIRMED]),
    )
    return session.exec(query).first() is not None


def _posters(session: Session, vendor_id: int) -> tuple[HeldPoster, ...]:
    query = (
        select(Poster, Stall.code)
        .join(Stall, col(Stall.id) == Poster.stall_id)
        .where(Poster.vendor_id == vendor_id)
        .order_by(col(Poster.ended_on).is_not(None), col(Poster.id).desc())
    )
    return tuple(
        HeldPoster(
            serial=poster.serial or "",
            stall_code=stall_code,
            state=poster.state,
            issued_on=poster.issued_on,
            installed_on=poster.installed_on,
            ended_on=poster.ended_on,
        )
        for poster, stall_code in session.exec(query)
    )


def _hanging_codes(session: Session, vendor_id: int) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(DisplayedCode)
        .where(col(DisplayedCode.vendor_id) == vendor_id, col(DisplayedCode.ended_on).is_(None))
    )
    count: int = session.execute(query).scalar_one()
    return count


def _consents(session: Session, vendor_id: int) -> tuple[GivenConsent, ...]:
    query = (
        select(Consent)
        .where(Consent.vendor_id == vendor_id)
        .order_by(col(Consent.withdrawn_at).is_not(None), col(Consent.id))
    )
    return tuple(
        GivenConsent(
            purpose=consent.purpose, given_at=consent.given_at, withdrawn_at=consent.withdrawn_at
        )
        for consent in session.exec(query)
    )
