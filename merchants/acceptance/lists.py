"""Accounts and proposals as people are shown them: never more than a number's last four characters."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.acceptance.change_rules import OPEN_STATES
from merchants.accounts import MOMO, STRIPE
from merchants.errors import AccountChangeNotFound
from merchants.find import find_market, find_vendor
from merchants.kinds import (
    ENDED_POSTER_STATES,
    AcceptancePointState,
    AcceptanceType,
    AccountChangeState,
    AccountKind,
    AccountOwnerKind,
    Confirmation,
    NameMatch,
)
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Poster,
    Stall,
    StallHolding,
    TeamMember,
    Vendor,
)
from qr.participants import participants

PAGE_ROWS = 50
PAGE_ROWS_MAX = 200


class ContractState(StrEnum):
    """How an account's contract with a provider stands on a day."""

    NONE = "none"
    NOT_YET = "not yet"
    RUNNING = "running"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointEntry:
    """An account of a vendor, open or ended."""

    id: int
    kind: AccountKind
    acceptance_type: AcceptanceType
    institution: str
    feed_provider: str
    tail: str
    holder_name: str
    name_match: NameMatch
    owner_kind: AccountOwnerKind
    state: AcceptancePointState
    contract_no: str
    contract_from: date | None
    contract_to: date | None
    contract_state: ContractState
    valid_from: date
    valid_to: date | None
    live_posters: tuple[str, ...]
    """Serials of the posters that pay to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEntry:
    """A proposal of a list; people as ``Actor`` writes them, for the doors to name."""

    id: int
    vendor_code: str
    vendor_name: str
    business_name: str
    stall_codes: tuple[str, ...]
    state: AccountChangeState
    kind: AccountKind
    institution: str
    tail: str
    account_hash: str
    feed_provider: str
    holder_name: str
    name_match: NameMatch
    contract_no: str
    contract_from: date | None
    replaces: PointEntry | None
    reason: str
    proposed_at: datetime
    proposed_by: str
    assisted_by: str
    """Name of the team member who helped; empty = nobody."""
    confirmed_at: datetime | None
    confirmed_how: Confirmation | None
    confirmed_by: str
    witness: str
    has_evidence: bool
    decided_at: datetime | None
    decided_by: str
    decision_note: str


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A page of proposals; ``next_id`` is what to pass as ``after``, ``None`` = the last page."""

    entries: tuple[ChangeEntry, ...]
    next_id: int | None


def open_changes(
    session: Session,
    market_code: str,
    on: date,
    *,
    states: Iterable[AccountChangeState] = OPEN_STATES,
    newest_first: bool = False,
    after: int | None = None,
    limit: int = PAGE_ROWS,
) -> ChangePage:
    """Return a page of a market's proposals, the longest waiting first: the same few statements.

    Args:
        on: the day contracts are judged on.
        states: only these.
        after: the ``next_id`` of the page before.

    Raises:
        MarketNotFound: there is no such market.
    """
    market = find_market(session, market_code)
    limit = min(max(limit, 1), PAGE_ROWS_MAX)
    query = (
        _change_query()
        .where(col(Vendor.market_id) == market.id, col(AccountChange.state).in_(list(states)))
        .limit(limit + 1)
    )
    change_id = col(AccountChange.id)
    query = query.order_by(change_id.desc() if newest_first else change_id)
    if after is not None:
        query = query.where(change_id < after if newest_first else change_id > after)
    rows = session.execute(query).all()
    entries = _change_entries(session, rows[:limit], on)
    return ChangePage(entries, entries[-1].id if len(rows) > limit else None)


def count_changes(session: Session, market_code: str) -> dict[AccountChangeState, int]:
    """Return how many proposals of a market stand in each state.

    Raises:
        MarketNotFound: there is no such market.
    """
    market = find_market(session, market_code)
    query = (
        select(AccountChange.state, sa.func.count())
        .join(Vendor, col(Vendor.id) == AccountChange.vendor_id)
        .where(Vendor.market_id == market.id)
        .group_by(col(AccountChange.state))
    )
    found = dict(session.exec(query).all())
    return {state: found.get(state, 0) for state in AccountChangeState}


def find_change(session: Session, market_code: str, change_id: int, on: date) -> ChangeEntry:
    """Return one proposal of a market.

    Raises:
        MarketNotFound: there is no such market.
        AccountChangeNotFound: the market has no such proposal.
    """
    market = find_market(session, market_code)
    query = _change_query().where(
        col(Vendor.market_id) == market.id, col(AccountChange.id) == change_id
    )
    entries = _change_entries(session, session.execute(query).all(), on)
    if not entries:
        raise AccountChangeNotFound(change_id)
    return entries[0]


def changes_of_vendor(
    session: Session, vendor_code: str, on: date, *, states: Iterable[AccountChangeState]
) -> tuple[ChangeEntry, ...]:
    """Return a vendor's proposals in these states, newest first, at most a page.

    Raises:
        VendorNotFound: no vendor has this code.
    """
    vendor = find_vendor(session, vendor_code)
    query = (
        _change_query()
        .where(col(Vendor.id) == vendor.id, col(AccountChange.state).in_(list(states)))
        .order_by(col(AccountChange.id).desc())
        .limit(PAGE_ROWS)
    )
    return _change_entries(session, session.execute(query).all(), on)


def vendor_accounts(session: Session, vendor_code: str, on: date) -> tuple[PointEntry, ...]:
    """Return every account of a vendor, the open ones first: the same few statements.

    Raises:
        VendorNotFound: no vendor has this code.
    """
    vendor = find_vendor(session, vendor_code)
    query = (
        select(AcceptancePoint)
        .where(AcceptancePoint.vendor_id == vendor.id)
        .order_by(col(AcceptancePoint.valid_to).is_not(None), col(AcceptancePoint.id))
    )
    points = session.exec(query).all()
    posters = live_posters_of(session, [point.id for point in points])
    return tuple(point_entry(point, on, posters[point.id or 0]) for point in points)


def point_entry(point: AcceptancePoint, on: date, posters: Sequence[str] = ()) -> PointEntry:
    """Return an account as people are shown it."""
    return PointEntry(
        id=point.id or 0,
        kind=point.kind,
        acceptance_type=point.acceptance_type,
        institution=institution(point.bin, point.feed_provider),
        feed_provider=point.feed_provider,
        tail=point.account_tail,
        holder_name=point.holder_name,
        name_match=point.name_match,
        owner_kind=point.owner_kind,
        state=point.state,
        contract_no=point.provider_contract_no,
        contract_from=point.contract_from,
        contract_to=point.contract_to,
        contract_state=contract_state(
            point.provider_contract_no, point.contract_from, point.contract_to, on
        ),
        valid_from=point.valid_from,
        valid_to=point.valid_to,
        live_posters=tuple(posters),
    )


def contract_state(number: str, begins: date | None, until: date | None, on: date) -> ContractState:
    """Return how a contract stands on a day; its last day is still its own."""
    if not number:
        return ContractState.NONE
    if until is not None and until < on:
        return ContractState.EXPIRED
    if begins is not None and begins > on:
        return ContractState.NOT_YET
    return ContractState.RUNNING


def institution(bin: str | None, feed_provider: str) -> str:  # noqa: A002 (the scheme's own word)
    """Return the name of the bank or wallet an account is at."""
    if bin is not None:
        participant = participants().get(bin)
        return participant.short_name if participant else bin
    return {MOMO: "MoMo (cửa hàng)", STRIPE: "Stripe"}.get(feed_provider, feed_provider)


def stalls_of(session: Session, vendor_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the codes of the stalls each vendor holds, by vendor id: one statement."""
    held: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    query = (
        select(StallHolding.vendor_id, Stall.code)
        .join(Stall, col(Stall.id) == StallHolding.stall_id)
        .where(
            col(StallHolding.vendor_id).in_(sorted(vendor_ids)),
            col(StallHolding.to_on).is_(None),
        )
        .order_by(col(Stall.code))
    )
    for vendor_id, code in session.exec(query):
        held[vendor_id] += (code,)
    return held


def live_posters_of(
    session: Session, point_ids: Iterable[int | None]
) -> dict[int, tuple[str, ...]]:
    """Return the serials of the live posters that pay to each account: one statement."""
    serials: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    query = (
        select(Poster.acceptance_point_id, Poster.serial)
        .where(
            col(Poster.acceptance_point_id).in_(list(point_ids)),
            col(Poster.state).not_in(ENDED_POSTER_STATES),
        )
        .order_by(col(Poster.id))
    )
    for point_id, serial in session.exec(query):
        serials[point_id] += (serial or "",)
    return serials


def _change_query() -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(AccountChange, Vendor, AcceptancePoint, col(TeamMember.full_name))
        .join(Vendor, col(Vendor.id) == col(AccountChange.vendor_id))
        .outerjoin(AcceptancePoint, col(AcceptancePoint.id) == col(AccountChange.replaces_id))
        .outerjoin(TeamMember, col(TeamMember.id) == col(AccountChange.assisted_by_id))
    )


def _change_entries(session: Session, rows: Sequence[Any], on: date) -> tuple[ChangeEntry, ...]:
    stalls = stalls_of(session, {vendor.id for _, vendor, _, _ in rows})
    posters = live_posters_of(session, {point.id for _, _, point, _ in rows if point is not None})
    return tuple(
        ChangeEntry(
            id=change.id,
            vendor_code=vendor.code or "",
            vendor_name=vendor.full_name,
            business_name=vendor.business_name,
            stall_codes=stalls[vendor.id],
            state=change.state,
            kind=change.kind,
            institution=institution(change.bin, change.feed_provider),
            tail=change.account_tail,
            account_hash=change.account_hash,
            feed_provider=change.feed_provider,
            holder_name=change.holder_name,
            name_match=change.name_match,
            contract_no=change.provider_contract_no,
            contract_from=change.contract_from,
            replaces=point_entry(point, on, posters[point.id]) if point is not None else None,
            reason=change.reason,
            proposed_at=change.proposed_at,
            proposed_by=change.proposed_by,
            assisted_by=helper or "",
            confirmed_at=change.confirmed_at,
            confirmed_how=change.confirmed_how,
            confirmed_by=change.confirmed_by,
            witness=change.witness,
            has_evidence=change.evidence_sha256 is not None,
            decided_at=change.decided_at,
            decided_by=change.decided_by,
            decision_note=change.decision_note,
        )
        for change, vendor, point, helper in rows
    )
