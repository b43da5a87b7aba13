"""A helper's visits to stalls: recorded once, listed by day, and whom to go to next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.campaigns.team_zones import zones_of_member
from merchants.campaigns.teams import MemberEntry, market_id_of, members_of_market
from merchants.days import market_day
from merchants.entries import Faults
from merchants.errors import TeamMemberNotFound, VisitNotFound
from merchants.events import record_event
from merchants.kinds import EventAction, ExitReason, StallState, VendorState, VisitOutcome
from merchants.sentences import Sentence
from merchants.stalls.floor import floor_order
from merchants.tables import Stall, StallHolding, Team, TeamMember, Vendor, Visit, Zone

MINUTES_MAX = 480
LATE_DAYS_MAX = 31
"""A visit is recorded within this many days: later nobody remembers it."""
REFUSED_REST_DAYS = 30
"""Who refused is left alone this long before the stall comes up as the next one again."""

ON_THE_WAY = frozenset(VendorState) - {
    VendorState.POSTER_INSTALLED,
    VendorState.ACTIVE,
    VendorState.DORMANT,
    VendorState.SUSPENDED,
    VendorState.EXITED,
}
"""States in which a helper still has something to do at the stall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVisit:
    """A visit as it is to be recorded; ``reason`` only when the vendor refused."""

    member_id: int
    stall_code: str
    visited_on: date
    minutes: int
    outcome: VisitOutcome
    reason: ExitReason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEntry:
    """A visit of a list, without the note."""

    id: int
    visited_on: date
    stall_code: str
    vendor_code: str
    member_id: int
    member_name: str
    team_id: int
    team_name: str
    minutes: int
    outcome: VisitOutcome
    reason: ExitReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFilter:
    """Which visits of a market: its days, both included, and what else is asked for."""

    first: date
    last: date
    team_id: int | None = None
    member_id: int | None = None
    outcome: VisitOutcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSum:
    """What a list of visits comes to; a stall visited twice is one stall."""

    visits: int
    stalls: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStall:
    """A stall to go to: who is there, what state they are in, and why it comes now."""

    stall_code: str
    zone: str
    vendor_code: str
    vendor_name: str
    state: VendorState
    last_visit_on: date | None
    is_follow_up: bool
    """Somebody promised to come back."""
    is_own_zone: bool = False
    """It lies in a zone of the helper's own team."""


def record_visit(
    session: Session, market_code: str, new: NewVisit, *, actor: Actor, now: datetime
) -> Visit:
    """Record a visit and return it; it counts for whoever holds the stall on that day.

    Raises:
        MarketNotFound: no market has this code.
        TeamMemberNotFound: the market has no such member.
        EntryRefused: a field breaks a rule.
    """
    market_id = market_id_of(session, market_code)
    member = _member(session, market_code, market_id, new.member_id)
    faults = Faults()
    note = faults.text("note", new.note, length_max=300)
    _check_day(faults, new.visited_on, member, market_day(now))
    if not 1 <= new.minutes <= MINUTES_MAX:
        faults.say(
            "minutes",
            Sentence(
                "Ghi {minutes} phút, cần từ 1 đến {most} phút",
                minutes=new.minutes,
                most=MINUTES_MAX,
            ),
        )
    _check_reason(faults, new)
    stall_id = session.exec(
        select(Stall.id).where(Stall.market_id == market_id, Stall.code == new.stall_code)
    ).one_or_none()
    if stall_id is None:
        faults.say(
            "stall_code",
            Sentence(
                "Chợ không có gian hàng “{stall_code}”, xem lại mã gian", stall_code=new.stall_code
            ),
        )
    faults.refuse_any()
    assert stall_id is not None
    row = Visit(
        market_id=market_id,
        stall_id=stall_id,
        vendor_id=_holder_on(session, stall_id, new.visited_on),
        team_member_id=new.member_id,
        visited_on=new.visited_on,
        minutes=new.minutes,
        outcome=new.outcome,
        reason=new.reason.value if new.reason else "",
        note=note,
        recorded_at=now,
        recorded_by=str(actor),
    )
    session.add(row)
    session.flush()
    record_event(
        session,
        EventAction.VISITED,
        actor=Actor(kind=actor.kind, name=actor.name, assisted_by_id=new.member_id),
        now=now,
        market_id=market_id,
        vendor_id=row.vendor_id,
        stall_id=stall_id,
        subject=f"visit:{row.id}",
        to_value=new.outcome.value,
        reason=row.reason,
    )
    return row


def list_visits(
    session: Session,
    market_code: str,
    asked: VisitFilter,
    *,
    after_id: int | None = None,
    offset: int = 0,
    limit: int | None = None,
) -> list[VisitEntry]:
    """Return the visits asked for, the newest recorded first.

    ``after_id`` is the last visit of the page before: what was recorded earlier follows.
    """
    market_id = market_id_of(session, market_code)
    query = _visits(market_id, asked).order_by(col(Visit.id).desc()).offset(offset).limit(limit)
    if after_id is not None:
        query = query.where(col(Visit.id) < after_id)
    return _entries(session, query)


def find_visit(session: Session, market_code: str, visit_id: int) -> VisitEntry:
    """Return one visit; raise ``VisitNotFound``, also when it is another market's."""
    anyway = VisitFilter(first=date.min, last=date.max)
    query = _visits(market_id_of(session, market_code), anyway).where(col(Visit.id) == visit_id)
    for entry in _entries(session, query):
        return entry
    raise VisitNotFound(market_code, visit_id)


def sum_visits(session: Session, market_code: str, asked: VisitFilter) -> VisitSum:
    """Return how many visits ``list_visits`` has in all, of how many stalls and minutes."""
    query = _visits(market_id_of(session, market_code), asked).with_only_columns(
        sa.func.count(col(Visit.id)),
        sa.func.count(sa.distinct(col(Visit.stall_id))),
        sa.func.coalesce(sa.func.sum(col(Visit.minutes)), 0),
    )
    visits, stalls, minutes = session.execute(query).one()
    return VisitSum(visits=visits, stalls=stalls, minutes=int(minutes))


def next_stalls(
    session: Session, market_code: str, *, on: date, limit: int, member_id: int | None = None
) -> list[NextStall]:
    """Return the stalls to go to next, three queries for any size, one more for a helper.

    Stalls whose vendor is on the way to a poster; for the helper ``member_id`` those in the zones of
    their own team before all others. First those somebody promised to come back to,
    the longest ago first; then those never visited, then the others by their last visit; of equals
    in the order one walks the market. Left out: visited today, refused within the last 30 days.
    """
    market_id = market_id_of(session, market_code)
    last = _last_visits(session, market_id)
    own_zones = zones_of_member(session, member_id, on) if member_id is not None else frozenset()
    rows = session.execute(
        sa.select(
            col(Stall.id), col(Stall.code), col(Zone.name), col(Vendor.code), col(Vendor.full_name),
            col(Vendor.state), col(Stall.zone_id),
        )
        .join(StallHolding, col(StallHolding.stall_id) == col(Stall.id))
        .join(Vendor, col(Vendor.id) == col(StallHolding.vendor_id))
        .outerjoin(Zone, col(Zone.id) == col(Stall.zone_id))
        .where(
            col(Stall.market_id) == market_id,
            col(Stall.state) == StallState.OCCUPIED,
            col(StallHolding.to_on).is_(None),
            col(Vendor.state).in_(ON_THE_WAY),
        )
    )  # fmt: skip
    waiting = []
    for stall_id, stall_code, zone, vendor_code, name, state, zone_id in rows:
        visited_on, outcome = last.get(stall_id, (None, None))
        if not _is_due(visited_on, outcome, on):
            continue
        waiting.append(
            NextStall(
                stall_code=stall_code,
                zone=zone or "",
                vendor_code=vendor_code or "",
                vendor_name=name,
                state=state,
                last_visit_on=visited_on,
                is_follow_up=outcome is VisitOutcome.FOLLOW_UP,
                is_own_zone=zone_id in own_zones,
            )
        )
    return sorted(waiting, key=_turn)[:limit]


def _turn(stall: NextStall) -> tuple[object, ...]:
    return (
        not stall.is_own_zone,
        not stall.is_follow_up,
        stall.last_visit_on or date.min,
        floor_order(stall.zone, stall.stall_code),
    )


def _is_due(visited_on: date | None, outcome: VisitOutcome | None, on: date) -> bool:
    if visited_on is None:
        return True
    rest = timedelta(days=REFUSED_REST_DAYS if outcome is VisitOutcome.REFUSED else 1)
    return on - visited_on >= rest


def _last_visits(session: Session, market_id: int) -> dict[int, tuple[date, VisitOutcome]]:
    """Return by stall the day and outcome of its newest visit."""
    rank = sa.func.row_number().over(
        partition_by=col(Visit.stall_id),
        order_by=(col(Visit.visited_on).desc(), col(Visit.id).desc()),
    )
    ranked = (
        sa.select(col(Visit.id).label("id"), rank.label("rank"))
        .where(col(Visit.market_id) == market_id, col(Visit.stall_id).is_not(None))
        .subquery()
    )
    rows = session.execute(
        sa.select(col(Visit.stall_id), col(Visit.visited_on), col(Visit.outcome))
        .join(ranked, ranked.c.id == col(Visit.id))
        .where(ranked.c.rank == 1)
    )
    return {stall_id: (visited_on, outcome) for stall_id, visited_on, outcome in rows}


def _entries(session: Session, query: "sa.Select[*tuple[Any, ...]]") -> list[VisitEntry]:
    rows = session.execute(
        query.with_only_columns(
            col(Visit.id), col(Visit.visited_on), col(Stall.code), col(Vendor.code),
            col(Visit.team_member_id), col(TeamMember.full_name), col(TeamMember.team_id),
            col(Team.name), col(Visit.minutes), col(Visit.outcome), col(Visit.reason),
        )
    )  # fmt: skip
    return [
        VisitEntry(
            id=row[0],
            visited_on=row[1],
            stall_code=row[2] or "",
            vendor_code=row[3] or "",
            member_id=row[4],
            member_name=row[5],
            team_id=row[6],
            team_name=row[7],
            minutes=row[8],
            outcome=row[9],
            reason=ExitReason(row[10]) if row[10] else None,
        )
        for row in rows
    ]


def _visits(market_id: int, asked: VisitFilter) -> "sa.Select[*tuple[Any, ...]]":
    query = (
        sa.select(col(Visit.id))
        .select_from(Visit)
        .join(TeamMember, col(TeamMember.id) == col(Visit.team_member_id))
        .join(Team, col(Team.id) == col(TeamMember.team_id))
        .outerjoin(Stall, col(Stall.id) == col(Visit.stall_id))
        .outerjoin(Vendor, col(Vendor.id) == col(Visit.vendor_id))
        .where(
            col(Visit.market_id) == market_id,
            col(Visit.visited_on).between(asked.first, asked.last),
        )
    )
    if asked.team_id is not None:
        query = query.where(col(TeamMember.team_id) == asked.team_id)
    if asked.member_id is not None:
        query = query.where(col(Visit.team_member_id) == asked.member_id)
    if asked.outcome is not None:
        query = query.where(col(Visit.outcome) == asked.outcome)
    return query


def _member(session: Session, market_code: str, market_id: int, member_id: int) -> MemberEntry:
    for member in members_of_market(session, market_id):
        if member.id == member_id:
            return member
    raise TeamMemberNotFound(market_code, member_id)


def _check_day(faults: Faults, visited_on: date, member: MemberEntry, today: date) -> None:
    if visited_on > today:
        faults.say(
            "visited_on", Sentence("Ngày {visited_on:%d/%m/%Y} chưa đến", visited_on=visited_on)
        )
    elif visited_on < today - timedelta(days=LATE_DAYS_MAX):
        faults.say(
            "visited_on",
            Sentence("Chỉ ghi được lần ghé trong {most} ngày qua", most=LATE_DAYS_MAX),
        )
    if not member.is_member(visited_on):
        faults.say("visited_on", "Người này không ở trong tổ vào ngày đó")


def _check_reason(faults: Faults, new: NewVisit) -> None:
    is_refusal = new.outcome is VisitOutcome.REFUSED
    if is_refusal and new.reason is None:
        faults.say("reason", "Chọn lý do người bán từ chối")
    if new.reason is not None and not is_refusal:
        faults.say("reason", "Chỉ chọn lý do khi người bán từ chối")


def _holder_on(session: Session, stall_id: int, on: date) -> int | None:
    return session.exec(
        select(StallHolding.vendor_id)
        .where(
            StallHolding.stall_id == stall_id,
            col(StallHolding.from_on) <= on,
            col(StallHolding.to_on).is_(None) | (col(StallHolding.to_on) >= on),
        )
        .order_by(col(StallHolding.from_on).desc())
        .limit(1)
    ).first()
