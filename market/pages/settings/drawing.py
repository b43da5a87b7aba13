"""The floor plan as a drawing: boxes and squares in pixels, for the page's SVG."""

from collections.abc import Mapping
from dataclasses import dataclass

from merchants.kinds import StallState
from merchants.stalls.floor_plan import NO_ZONE, FloorPlan, PlannedZone, completed

UNIT = 26
MARGIN = 10
_INSET = 2
STALLS_DRAWN_MAX = 2_000
"""Of a larger market only the zones are drawn: the page stays light, the list has every stall."""
CLASSES: Mapping[StallState, str] = {
    StallState.OCCUPIED: "ready",
    StallState.VACANT: "todo",
    StallState.PLANNED: "doing",
    StallState.CLOSED: "vacant",
}


@dataclass(frozen=True, slots=True)
class DrawnStall:
    """A square; ``is_crossed`` = closed."""

    x: int
    y: int
    kind: str
    is_crossed: bool


@dataclass(frozen=True, slots=True)
class DrawnZone:
    """A zone's box with its name and squares."""

    id: int
    name: str
    x: int
    y: int
    width: int
    height: int
    occupied: int
    total: int
    stalls: tuple[DrawnStall, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole plan; ``is_stored`` = drawn where stalls were placed, else by code order."""

    width: int
    height: int
    zones: tuple[DrawnZone, ...]
    is_stored: bool
    has_stalls: bool


def draw(plan: FloorPlan, states: Mapping[str, StallState]) -> Drawing:
    """Return the drawing of a plan; a plan not placed whole is drawn by code order."""
    placed = completed(plan)
    count = sum(len(zone.stalls) for zone in placed.zones)
    has_stalls = count <= STALLS_DRAWN_MAX
    return Drawing(
        width=placed.width * UNIT + 2 * MARGIN,
        height=placed.height * UNIT + 2 * MARGIN,
        zones=tuple(_zone(zone, states, has_stalls=has_stalls) for zone in placed.zones),
        is_stored=placed is plan,
        has_stalls=has_stalls,
    )


def _zone(zone: PlannedZone, states: Mapping[str, StallState], *, has_stalls: bool) -> DrawnZone:
    left = zone.box.x if zone.box else 0
    # The top row of a box carries the zone's name.
    top = zone.box.y + 1 if zone.box else 0
    stalls = (
        DrawnStall(
            x=MARGIN + (left + stall.x) * UNIT + _INSET,
            y=MARGIN + (top + stall.y) * UNIT + _INSET,
            kind=CLASSES[states[stall.code]],
            is_crossed=states[stall.code] is StallState.CLOSED,
        )
        for stall in zone.stalls
        if stall.x is not None and stall.y is not None
    )
    return DrawnZone(
        id=zone.id,
        name=zone.name if zone.id != NO_ZONE else "",
        x=MARGIN + left * UNIT,
        y=MARGIN + (zone.box.y if zone.box else 0) * UNIT,
        width=(zone.box.width if zone.box else 0) * UNIT,
        height=(zone.box.height if zone.box else 0) * UNIT,
        occupied=sum(states[stall.code] is StallState.OCCUPIED for stall in zone.stalls),
        total=len(zone.stalls),
        stalls=tuple(stalls) if has_stalls else (),
    )
