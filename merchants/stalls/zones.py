"""Zones of a market: rows and areas that stalls lie in."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.days import market_day
from merchants.errors import EntryRefused, ZoneNotFound
from merchants.events import record_event
from merchants.kinds import EventAction
from merchants.sentences import Sentence
from merchants.stalls.floor import floor_order
from merchants.stalls.floor_plan import Box, new_fault
from merchants.stalls.floor_positions import box_of, plan_of
from merchants.tables import Market, Stall, Team, TeamZone, Zone

NAME_CHARS_MAX = 80


@dataclass(frozen=True, slots=True)
class ZoneEntry:
    """A zone of a list: its box on the plan and how many stalls lie in it."""

    id: int
    name: str
    box: Box | None
    stalls: int


def list_zones(session: Session, market: Market) -> list[ZoneEntry]:
    """Return the zones of a market in floor order: one query, however many there are."""
    counted = sa.func.count(col(Stall.id))
    query = (
        select(Zone, counted)
        .outerjoin(Stall, col(Stall.zone_id) == Zone.id)
        .where(Zone.market_id == market.id)
        .group_by(col(Zone.id))
    )
    entries = [
        ZoneEntry(zone.id or 0, zone.name, box_of(zone), count)
        for zone, count in session.exec(query)
    ]
    return sorted(entries, key=lambda entry: floor_order(entry.name, ""))


def find_zone(session: Session, market: Market, zone_id: int) -> Zone:
    """Return a zone of this market.

    Raises:
        ZoneNotFound: the market has no such zone.
    """
    zone = session.get(Zone, zone_id)
    if zone is None or zone.market_id != market.id:
        raise ZoneNotFound(market.code, zone_id)
    return zone


def zone_named(session: Session, market: Market, name: str) -> Zone:
    """Return the zone of this name.

    Raises:
        ZoneNotFound: the market has no such zone.
    """
    query = select(Zone).where(Zone.market_id == market.id, Zone.name == name)
    zone = session.exec(query).one_or_none()
    if zone is None:
        raise ZoneNotFound(market.code, name)
    return zone


def add_zone(session: Session, market: Market, name: str, *, actor: Actor, now: datetime) -> Zone:
    """Add a zone without stalls.

    Raises:
        EntryRefused: no name, too long a name, or another zone has it.
    """
    _check_name(session, market, name)
    assert market.id is not None
    zone = Zone(market_id=market.id, name=name)
    session.add(zone)
    session.flush()
    _record(session, market, zone, "", name, actor=actor, now=now)
    return zone


def rename_zone(
    session: Session, market: Market, zone_id: int, name: str, *, actor: Actor, now: datetime
) -> None:
    """Give a zone another name.

    Raises:
        ZoneNotFound: the market has no such zone.
        EntryRefused: no name, too long a name, or another zone has it.
    """
    zone = find_zone(session, market, zone_id)
    if zone.name == name:
        return
    _check_name(session, market, name)
    was, zone.name = zone.name, name
    session.add(zone)
    session.flush()
    _record(session, market, zone, was, name, actor=actor, now=now)


def merge_zones(
    session: Session, market: Market, zone_id: int, *, into_id: int, actor: Actor, now: datetime
) -> int:
    """Move the stalls of a zone into another and drop it; return how many moved.

    The stalls lose their squares, which counted from the box that is gone. The team that looked after
    the zone looks after the one it went into, unless another team has that.

    Raises:
        ZoneNotFound: the market has no such zone.
        EntryRefused: it is the same zone.
    """
    zone, into = find_zone(session, market, zone_id), find_zone(session, market, into_id)
    if zone.id == into.id:
        raise EntryRefused(
            {"into": Sentence("khu {name} không thể gộp vào chính nó", name=zone.name)}
        )
    stalls = list(session.exec(select(Stall).where(Stall.zone_id == zone.id)))
    for stall in stalls:
        stall.zone_id = into.id
        stall.plan_x = stall.plan_y = None
        session.add(stall)
    session.flush()
    _pass_on_team(session, zone, into, actor=actor, now=now)
    _record(session, market, zone, zone.name, into.name, actor=actor, now=now)
    session.delete(zone)
    session.flush()
    return len(stalls)


def place_zone(
    session: Session, market: Market, zone_id: int, box: Box | None, *, actor: Actor, now: datetime
) -> None:
    """Put a zone's box on the plan, or take it off.

    Raises:
        ZoneNotFound: the market has no such zone.
        EntryRefused: the box leaves the plan, meets another, or its stalls no longer fit in.
    """
    zone = find_zone(session, market, zone_id)
    was = box_of(zone)
    if was == box:
        return
    before = plan_of(session, market)
    zone.plan_x, zone.plan_y = (box.x, box.y) if box else (None, None)
    zone.plan_width, zone.plan_height = (box.width, box.height) if box else (None, None)
    session.add(zone)
    session.flush()
    fault = new_fault(before, plan_of(session, market), zone.name)
    if fault:
        raise EntryRefused({"box": fault})
    _record(session, market, zone, _told(was), _told(box), actor=actor, now=now)


def _pass_on_team(session: Session, zone: Zone, into: Zone, *, actor: Actor, now: datetime) -> None:
    query = (
        select(TeamZone, Team)
        .join(Team, col(Team.id) == col(TeamZone.team_id))
        .where(col(TeamZone.zone_id).in_([zone.id, into.id]), col(TeamZone.to_on).is_(None))
    )
    held = {row.zone_id: (row, team) for row, team in session.exec(query)}
    if zone.id not in held:
        return
    row, team = held[zone.id]
    today = market_day(now)
    row.to_on = max(today, row.from_on)
    # The zone is about to go: by the foreign key alone this session would not know.
    row.zone_id = None
    session.add(row)
    told = [(EventAction.TEAM_ZONE_TAKEN, zone.name)]
    if into.id not in held and (team.to_on is None or today <= team.to_on):
        passed = TeamZone(
            team_id=row.team_id, zone_id=into.id, zone_name=into.name, from_on=row.to_on
        )
        session.add(passed)
        told.append((EventAction.TEAM_ZONE_GIVEN, into.name))
    session.flush()
    for action, name in told:
        record_event(
            session,
            action,
            actor=actor,
            now=now,
            market_id=zone.market_id,
            subject=f"team:{team.id}",
            to_value=name,
        )


def _told(box: Box | None) -> str:
    return f"{box.x},{box.y} {box.width}x{box.height}" if box else ""


def _check_name(session: Session, market: Market, name: str) -> None:
    fault = ""
    if not name:
        fault = "chưa có tên khu"
    elif len(name) > NAME_CHARS_MAX:
        fault = Sentence("dài {n} ký tự, tối đa {most}", n=len(name), most=NAME_CHARS_MAX)
    elif any(zone.name.casefold() == name.casefold() for zone in list_zones(session, market)):
        fault = Sentence("chợ đã có khu {name}", name=name)
    if fault:
        raise EntryRefused({"name": fault})


def _record(
    session: Session,
    market: Market,
    zone: Zone,
    was: str,
    told: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    record_event(
        session,
        EventAction.PLACE_CHANGED,
        actor=actor,
        now=now,
        market_id=market.id,
        subject=f"zone:{zone.id}",
        from_value=was,
        to_value=told,
    )
