"""The floor plan in the register: read it, lay it out by code order, take places in and out."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, select

from merchants.actors import Actor
from merchants.columns import core_table
from merchants.errors import ListRefused
from merchants.events import record_event
from merchants.find import find_market
from merchants.kinds import EventAction
from merchants.stalls.floor import floor_order
from merchants.stalls.floor_csv import read_positions, write_positions
from merchants.stalls.floor_plan import (
    NO_ZONE,
    Box,
    FloorPlan,
    PlannedStall,
    PlannedZone,
    faults_of,
    lay_out_plan,
)
from merchants.tables import Market, Stall, Zone


def plan_of(session: Session, market: Market) -> FloorPlan:
    """Return the plan as it stands, zones and stalls in floor order: two queries."""
    zones = session.exec(select(Zone).where(Zone.market_id == market.id)).all()
    stalls: dict[int, list[PlannedStall]] = {zone.id or 0: [] for zone in zones}
    query = select(Stall.zone_id, Stall.code, Stall.plan_x, Stall.plan_y).where(
        Stall.market_id == market.id
    )
    for zone_id, code, x, y in session.exec(query):
        stalls.setdefault(zone_id or NO_ZONE, []).append(PlannedStall(code, x, y))
    planned = [
        PlannedZone(zone.id or 0, zone.name, box_of(zone), _in_order(stalls[zone.id or 0]))
        for zone in sorted(zones, key=lambda zone: floor_order(zone.name, ""))
    ]
    if loose := stalls.get(NO_ZONE):
        planned.append(PlannedZone(NO_ZONE, "", None, _in_order(loose)))
    return FloorPlan(tuple(planned))


def box_of(zone: Zone) -> Box | None:
    """Return the zone's box on the plan; ``None`` = not placed."""
    if zone.plan_x is None or zone.plan_y is None:
        return None
    return Box(zone.plan_x, zone.plan_y, zone.plan_width or 0, zone.plan_height or 0)


def lay_out(session: Session, market_code: str, *, actor: Actor, now: datetime) -> int:
    """Place every zone and stall of a market by code order; return how many stalls moved.

    What was placed by hand is placed anew: take the positions out as CSV first to keep them.

    Raises:
        MarketNotFound: no market has the code.
    """
    market = find_market(session, market_code, for_update=True)
    plan = plan_of(session, market)
    return _save(session, market, plan, lay_out_plan(plan.zones), "laid out", actor, now)


def positions_csv(session: Session, market: Market) -> bytes:
    """Return every stall's place, and its zone's, as CSV, to be taken in again."""
    return write_positions(plan_of(session, market))


def take_positions(
    session: Session, market_code: str, content: bytes, name: str, *, actor: Actor, now: datetime
) -> int:
    """Take places in from a CSV as ``positions_csv`` writes it; return how many stalls moved.

    All or nothing: half a plan would overlap. Stalls the file does not name stay where they are.

    Raises:
        MarketNotFound: no market has the code.
        SheetRefused: the file is no text.
        ListRefused: a line cannot be read, names what the market does not have, or what it says
            makes stalls or zones overlap; every such line is told.
    """
    market = find_market(session, market_code, for_update=True)
    before = plan_of(session, market)
    told = read_positions(content, name, before)
    after = told.put_on(before)
    if faults := faults_of(after):
        raise ListRefused(name, {told.line_of(named): fault for named, fault in faults.items()})
    return _save(session, market, before, after, name, actor, now)


def _save(
    session: Session,
    market: Market,
    before: FloorPlan,
    after: FloorPlan,
    told: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Write what moved in two statements and one event; return how many stalls did."""
    boxes_before = {zone.id: zone.box for zone in before.zones}
    moved_zones = [
        zone for zone in after.zones if zone.id != NO_ZONE and boxes_before[zone.id] != zone.box
    ]
    squares_before = {stall.code: stall for zone in before.zones for stall in zone.stalls}
    moved_stalls = [
        stall
        for zone in after.zones
        for stall in zone.stalls
        if squares_before[stall.code] != stall
    ]
    if not moved_zones and not moved_stalls:
        return 0
    market_id = market.id
    session.flush()
    connection = session.connection()
    zones, stalls = core_table(Zone), core_table(Stall)
    if moved_zones:
        connection.execute(
            sa.update(zones)
            .where(zones.c.id == sa.bindparam("of_id"))
            .values({name: sa.bindparam(name) for name in _ZONE_PLACES}),
            [
                {"of_id": zone.id, **dict(zip(_ZONE_PLACES, _sides(zone.box), strict=True))}
                for zone in moved_zones
            ],
        )
    if moved_stalls:
        connection.execute(
            sa.update(stalls)
            .where(stalls.c.market_id == market_id, stalls.c.code == sa.bindparam("of_code"))
            .values(plan_x=sa.bindparam("x"), plan_y=sa.bindparam("y")),
            [{"of_code": stall.code, "x": stall.x, "y": stall.y} for stall in moved_stalls],
        )
    session.expire_all()  # rows read before this are as they were
    record_event(
        session,
        EventAction.PLACE_CHANGED,
        actor=actor,
        now=now,
        market_id=market_id,
        subject="floor_plan",
        to_value=f"zones={len(moved_zones)}; stalls={len(moved_stalls)}",
        note=told[:200],
    )
    return len(moved_stalls)


_ZONE_PLACES = ("plan_x", "plan_y", "plan_width", "plan_height")


def _sides(box: Box | None) -> tuple[int | None, ...]:
    return (box.x, box.y, box.width, box.height) if box else (None,) * 4


def _in_order(stalls: Iterable[PlannedStall]) -> tuple[PlannedStall, ...]:
    return tuple(sorted(stalls, key=lambda stall: floor_order("", stall.code)))
