"""The floor of a market as a picture: each stall a square in the colour of its progress.

Squares of one zone and one progress are one path: ten thousand squares are then a few strings and
not ten thousand elements.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from market.overview.figures import Figures, count
from merchants.stalls.floor import floor_order
from merchants.stalls.floor_plan import (
    NO_ZONE,
    Box,
    FloorPlan,
    PlannedStall,
    PlannedZone,
    completed,
)
from merchants.stalls.floor_positions import box_of
from merchants.stalls.progress import Need, Progress, stall_progress
from merchants.tables import Zone

SQUARE = 24
"""Units of the drawing a stall width takes, the gap to its neighbour included."""
_INSET = 2
_SIDE = SQUARE - 2 * _INSET
_AROUND = f"h{_SIDE}v{_SIDE}h-{_SIDE}z"
PICTURE_WIDTH = 700
"""Wider pictures are scaled down to about this, so their letters are scaled up."""
STRIP_SQUARE, STRIP_COLUMNS = 13, 24
_STRIP_AROUND = "h11v11h-11z"
_CODE_ORDER = attrgetter("code_order")


class FloorStall(NamedTuple):
    """A stall on the floor; a plain tuple, because there are ten thousand of them."""

    code: str
    code_order: str
    zone_id: int
    progress: Progress
    need: Need
    has_code: bool
    since: datetime | None
    """Since when something is to be done here; ``None`` = nothing is, or nobody knows."""
    plan_x: int | None
    plan_y: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorZone:
    """A zone with its drawing; ``id`` ``NO_ZONE`` = the stalls outside of zones."""

    id: int
    name: str
    with_code: int
    in_frame: int
    stalls: tuple[FloorStall, ...]
    left: int
    top: int
    width: int
    height: int
    paths: Mapping[Progress, str]
    bangs: str
    """The marks in squares where a person is needed, so that colour is not all."""
    strip: Mapping[Progress, str]
    strip_height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A market's floor and its figures."""

    figures: Figures
    zones: tuple[FloorZone, ...]
    width: int
    height: int

    @property
    def letters(self) -> float:
        """Return how much larger letters are drawn, so that a wide plan can be read."""
        return round(max(1.0, self.width / PICTURE_WIDTH), 2)

    def zone(self, name: str) -> FloorZone | None:
        """Return the zone of this name, the first one for an empty name; ``None`` when none has it."""
        if not name:
            return self.zones[0] if self.zones else None
        return next((zone for zone in self.zones if zone.name == name), None)


def floor_of(session: Session, market_id: int) -> Floor:
    """Return the floor of a market: two statements, however many stalls."""
    zones = session.execute(sa.select(Zone).where(col(Zone.market_id) == market_id)).scalars().all()
    stalls = _stalls(session, market_id)
    by_zone: defaultdict[int, list[FloorStall]] = defaultdict(list)
    for stall in stalls:
        by_zone[stall.zone_id].append(stall)
    for held in by_zone.values():
        held.sort(key=_CODE_ORDER)
    plan = completed(_plan(zones, by_zone))
    figures = count(stalls)
    drawn = tuple(_drawn(zone, by_zone[zone.id]) for zone in plan.zones if by_zone[zone.id])
    tied = sum(zone.with_code for zone in drawn), sum(zone.in_frame for zone in drawn)
    assert tied == (figures.with_code, figures.in_frame), "the zones are not the market"
    return Floor(
        figures=figures, zones=drawn, width=plan.width * SQUARE, height=plan.height * SQUARE
    )


def _stalls(session: Session, market_id: int) -> list[FloorStall]:
    floor = stall_progress([market_id])
    # An instant costs as much to read as the rest of a row; only what waits has an age.
    waits_since = sa.case((floor.c.need != Need.NONE.value, floor.c.since))
    query = sa.select(
        floor.c.code,
        floor.c.code_order,
        floor.c.zone_id,
        floor.c.progress,
        floor.c.need,
        floor.c.has_code,
        waits_since,
        floor.c.plan_x,
        floor.c.plan_y,
    )
    # Past the session, which has nothing to remember of rows that are no objects.
    rows = session.connection().execute(query)
    words, needs = {each.value: each for each in Progress}, {each.value: each for each in Need}
    return [
        FloorStall(
            code,
            order,
            zone_id or NO_ZONE,
            words[progress],
            needs[need],
            bool(has_code),
            since,
            x,
            y,
        )
        for code, order, zone_id, progress, need, has_code, since, x, y in rows
    ]


def _plan(zones: Iterable[Zone], by_zone: Mapping[int, Sequence[FloorStall]]) -> FloorPlan:
    def placed(zone_id: int) -> tuple[PlannedStall, ...]:
        held = by_zone.get(zone_id, ())
        return tuple(PlannedStall(each.code, each.plan_x, each.plan_y) for each in held)

    walked = sorted(zones, key=lambda zone: floor_order(zone.name, ""))
    planned = [
        PlannedZone(zone.id or NO_ZONE, zone.name, box_of(zone), placed(zone.id or NO_ZONE))
        for zone in walked
    ]
    if NO_ZONE in by_zone:
        planned.append(PlannedZone(NO_ZONE, "", None, placed(NO_ZONE)))
    return FloorPlan(tuple(planned))


def _drawn(zone: PlannedZone, stalls: Sequence[FloorStall]) -> FloorZone:
    box = zone.box or _around(zone.stalls)
    # Stalls of a zone count from the row under its name, others from the plan's corner.
    left, top = (box.x, box.y + 1) if zone.box else (0, 0)
    paths: defaultdict[Progress, list[str]] = defaultdict(list)
    strip: defaultdict[Progress, list[str]] = defaultdict(list)
    bangs = []
    for number, (stall, square) in enumerate(zip(stalls, zone.stalls, strict=True)):
        assert square.x is not None
        assert square.y is not None
        x, y = (left + square.x) * SQUARE, (top + square.y) * SQUARE
        paths[stall.progress].append(f"M{x + _INSET} {y + _INSET}{_AROUND}")
        if stall.progress is Progress.ISSUE:
            bangs.append(f"M{x + SQUARE // 2} {y + 7}v6m0 3.5v.1")
        strip[stall.progress].append(_strip_square(number))
    figures = count(stalls)
    return FloorZone(
        id=zone.id,
        name=zone.name,
        with_code=figures.with_code,
        in_frame=figures.in_frame,
        stalls=tuple(stalls),
        left=box.x * SQUARE,
        top=box.y * SQUARE,
        width=box.width * SQUARE,
        height=box.height * SQUARE,
        paths={progress: "".join(squares) for progress, squares in paths.items()},
        bangs="".join(bangs),
        strip={progress: "".join(squares) for progress, squares in strip.items()},
        strip_height=-(-len(stalls) // STRIP_COLUMNS) * STRIP_SQUARE,
    )


@lru_cache(maxsize=2**14)
def _strip_square(number: int) -> str:
    row, column = divmod(number, STRIP_COLUMNS)
    return f"M{column * STRIP_SQUARE + 1} {row * STRIP_SQUARE + 1}{_STRIP_AROUND}"


def _around(stalls: Sequence[PlannedStall]) -> Box:
    """Return the box around stalls outside of zones."""
    xs, ys = [each.x or 0 for each in stalls], [each.y or 0 for each in stalls]
    return Box(min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1)
