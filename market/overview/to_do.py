"""What waits for somebody at a market, how long already, and where it is done."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col

from market.overview.floor import FloorStall
from merchants.calendars.market_calendars import calendar_of
from merchants.days import market_day
from merchants.kinds import ComplaintState, ImportState, IncidentState, PrivacyRequestState
from merchants.stalls.progress import OPEN_CHANGES, Need
from merchants.tables import (
    AccountChange,
    Complaint,
    Incident,
    Market,
    Poster,
    PrivacyRequest,
    SheetImport,
    Stall,
    Vendor,
)
from merchants.vendors.double_counts import count_doubles
from reconciliation.breaks.states import WAITING
from reconciliation.breaks.tables import Break
from reconciliation.tables import DayClose

CLOSES_LOOKED_BACK_DAYS = 14
DUE_SOON_DAYS = 2


class ToDoKind(StrEnum):
    """The things to do, in the order they are shown."""

    INCIDENTS = "incidents"
    """A wrong code where a poster hangs: first of all, money may be going astray."""
    PRIVACY = "privacy"
    COMPLAINTS = "complaints"
    ACCOUNTS = "accounts"
    BREAKS = "breaks"
    DAYS = "days"
    NAMES = "names"
    POSTERS = "posters"
    SUSPENDED = "suspended"
    DRAFTS = "drafts"
    INSTALL = "install"
    START = "start"
    DORMANT = "dormant"
    IMPORT = "import"
    DOUBLES = "doubles"


NEEDS: dict[ToDoKind, tuple[Need, ...]] = {
    ToDoKind.NAMES: (Need.NAME,),
    ToDoKind.POSTERS: (Need.WRONG_POSTER, Need.REVOKED),
    ToDoKind.SUSPENDED: (Need.SUSPENDED,),
    ToDoKind.DRAFTS: (Need.DRAFT,),
    ToDoKind.INSTALL: (Need.INSTALL,),
    ToDoKind.START: (Need.START,),
    ToDoKind.DORMANT: (Need.DORMANT,),
}
"""The things that are stalls with one of these needs: the list shows them by ``need``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """One kind of thing to do. ``oldest`` names the one that waits longest."""

    kind: ToDoKind
    count: int
    days: int | None = None
    """How long the oldest waits; ``None`` = not told."""
    oldest: str = ""
    due_on: date | None = None
    is_urgent: bool = False


def to_do(
    session: Session, market: Market, stalls: Sequence[FloorStall], *, now: datetime
) -> list[ToDo]:
    """Return what waits at a market, the urgent kinds first; nothing for what does not wait.

    A fixed number of statements. ``stalls`` are those of the floor, so that the counts are its.
    """
    assert market.id is not None
    today = market_day(now)
    in_need = defaultdict(list)
    for stall in stalls:
        in_need[stall.need].append(stall)
    found = [
        _incidents(session, market.id, now),
        _privacy(session, market.id, today),
        _complaints(session, market.id, now, today),
        _accounts(session, market.id, now),
        _breaks(session, market.code, now, today),
        _days(session, market, today),
        *(
            _stalls_in_need(kind, [stall for need in needs for stall in in_need[need]], now)
            for kind, needs in NEEDS.items()
        ),
        _import(session, market.id, now),
        ToDo(kind=ToDoKind.DOUBLES, count=count_doubles(session, market.id)),
    ]
    order = list(ToDoKind)
    return sorted(
        (each for each in found if each.count),
        key=lambda each: (not each.is_urgent, order.index(each.kind)),
    )


def _stalls_in_need(kind: ToDoKind, meant: Sequence[FloorStall], now: datetime) -> ToDo:
    waiting = [stall for stall in meant if stall.since is not None]
    oldest = min(waiting, key=lambda stall: stall.since or now, default=None)
    return ToDo(
        kind=kind,
        count=len(meant),
        days=(now - oldest.since).days if oldest and oldest.since else None,
        oldest=oldest.code if oldest else "",
        is_urgent=kind is ToDoKind.POSTERS,
    )


def _accounts(session: Session, market_id: int, now: datetime) -> ToDo:
    count, first_at = session.execute(
        sa.select(sa.func.count(), sa.func.min(col(AccountChange.proposed_at)))
        .join(Vendor, col(Vendor.id) == col(AccountChange.vendor_id))
        .where(col(Vendor.market_id) == market_id, col(AccountChange.state).in_(OPEN_CHANGES))
    ).one()
    days = (now - first_at).days if first_at else None
    return ToDo(kind=ToDoKind.ACCOUNTS, count=count, days=days, is_urgent=True)


def _incidents(session: Session, market_id: int, now: datetime) -> ToDo:
    """Return the incidents that are not closed; ``oldest`` is the stall of the first."""
    waits = (
        sa.select(sa.func.count().over().label("waiting"), col(Stall.code), col(Incident.found_at))
        .join(Poster, col(Poster.id) == col(Incident.poster_id))
        .join(Stall, col(Stall.id) == col(Poster.stall_id))
        .where(col(Incident.market_id) == market_id, col(Incident.state) != IncidentState.CLOSED)
        .order_by(col(Incident.id))
        .limit(1)
    )
    first = session.execute(waits).one_or_none()
    if first is None:
        return ToDo(kind=ToDoKind.INCIDENTS, count=0)
    count, stall_code, found_at = first
    return ToDo(
        kind=ToDoKind.INCIDENTS,
        count=count,
        days=(now - found_at).days,
        oldest=stall_code,
        is_urgent=True,
    )


def _privacy(session: Session, market_id: int, today: date) -> ToDo:
    is_answered = col(PrivacyRequest.state) == PrivacyRequestState.ANSWERED
    due_on = sa.case(
        (is_answered, col(PrivacyRequest.due_on)), else_=col(PrivacyRequest.answer_due_on)
    )
    waits = (PrivacyRequestState.RECEIVED, PrivacyRequestState.ANSWERED)
    count, first_on = session.execute(
        sa.select(sa.func.count(), sa.func.min(due_on))
        .join(Vendor, col(Vendor.id) == col(PrivacyRequest.vendor_id))
        .where(col(Vendor.market_id) == market_id, col(PrivacyRequest.state).in_(waits))
    ).one()
    soon = today + timedelta(days=DUE_SOON_DAYS)
    return ToDo(
        kind=ToDoKind.PRIVACY,
        count=count,
        due_on=first_on,
        is_urgent=first_on is not None and first_on <= soon,
    )


def _complaints(session: Session, market_id: int, now: datetime, today: date) -> ToDo:
    """Return the complaints nobody has answered; urgent when one is due soon or overdue."""
    count, first_at, due_on = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.min(col(Complaint.raised_at)),
            sa.func.min(col(Complaint.due_on)),
        ).where(col(Complaint.market_id) == market_id, col(Complaint.state) == ComplaintState.OPEN)
    ).one()
    return ToDo(
        kind=ToDoKind.COMPLAINTS,
        count=count,
        days=(now - first_at).days if first_at else None,
        due_on=due_on,
        is_urgent=due_on is not None and due_on <= today + timedelta(days=DUE_SOON_DAYS),
    )


def _breaks(session: Session, market_code: str, now: datetime, today: date) -> ToDo:
    """Return what closes left open; urgent when money should have been cleared by now."""
    count, first_at, due_on = session.execute(
        sa.select(
            sa.func.count(), sa.func.min(col(Break.opened_at)), sa.func.min(col(Break.due_on))
        ).where(col(Break.scope) == market_code, col(Break.state).in_(WAITING))
    ).one()
    return ToDo(
        kind=ToDoKind.BREAKS,
        count=count,
        days=(now - first_at).days if first_at else None,
        due_on=due_on,
        is_urgent=due_on is not None and due_on < today,
    )


def _days(session: Session, market: Market, today: date) -> ToDo:
    """Return the market days since the first close that are over and not closed."""
    last = today - timedelta(days=1)
    first = today - timedelta(days=CLOSES_LOOKED_BACK_DAYS)
    closed = set(
        session.execute(
            sa.select(col(DayClose.business_date))
            .where(col(DayClose.scope) == market.code, col(DayClose.business_date) <= last)
            .distinct()
        ).scalars()
    )
    begun_on = min(closed, default=None)
    missing = [
        day
        for day in calendar_of(session, market, first, last).open_days(first, last)
        if day not in closed and begun_on is not None and day > begun_on
    ]
    return ToDo(
        kind=ToDoKind.DAYS,
        count=len(missing),
        days=(today - missing[0]).days if missing else None,
        oldest=missing[0].isoformat() if missing else "",
        is_urgent=True,
    )


def _import(session: Session, market_id: int, now: datetime) -> ToDo:
    """Return the rejected rows of the newest sheet, as long as no newer one came without any."""
    newest = session.execute(
        sa.select(col(SheetImport.rows_rejected), col(SheetImport.written_at), col(SheetImport.id))
        .where(col(SheetImport.market_id) == market_id)
        .where(col(SheetImport.state) == ImportState.WRITTEN)
        .order_by(col(SheetImport.id).desc())
        .limit(1)
    ).one_or_none()
    if newest is None or not newest[0]:
        return ToDo(kind=ToDoKind.IMPORT, count=0)
    days = (now - newest[1]).days if newest[1] else None
    return ToDo(kind=ToDoKind.IMPORT, count=newest[0], days=days, oldest=str(newest[2]))
