"""The floor of a small market as a picture: each stall a square in the colour of its progress.

Squares of one zone and one progress are one path. A market of more stalls than a screen can show
squares of has no picture; its zones are told as bars.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from market.overview.floor import Floor, FloorZone
from merchants.stalls.floor_plan import (
    NO_ZONE,
    Box,
    FloorPlan,
    PlannedStall,
    PlannedZone,
    completed,
)
from merchants.stalls.progress import Progress

DRAWN_STALLS_MAX = 600
DEPTH_MAX = 1.4
"""A plan deeper than so many times its width is a column to scroll, not a picture to look at."""
SQUARE = 24
"""Units of the drawing a stall width takes, the gap to its neighbour included."""
_INSET = 2
_SIDE = SQUARE - 2 * _INSET
_AROUND = f"h{_SIDE}v{_SIDE}h-{_SIDE}z"
PICTURE_WIDTH = 700
"""Wider pictures are scaled down to about this, so their letters are scaled up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnZone:
    """A zone's box and squares, in units of the drawing."""

    zone: FloorZone
    left: int
    top: int
    width: int
    height: int
    squares: Mapping[Progress, str]
    bangs: str
    """The marks in squares where a person is needed, so that colour is not all."""
    crosses: str
    """The marks in squares where nobody sells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A market's floor, drawn."""

    width: int
    height: int
    zones: tuple[DrawnZone, ...]

    @property
    def letters(self) -> float:
        """Return how much larger letters are drawn, so that a wide plan can be read."""
        return round(max(1.0, self.width / PICTURE_WIDTH), 2)


def draw_picture(floor: Floor) -> Picture | None:
    """Return the picture of a floor; ``None`` = it would be too large to be looked at."""
    if not 0 < floor.figures.all_stalls <= DRAWN_STALLS_MAX:
        return None
    plan = completed(_plan(floor))
    if plan.height > DEPTH_MAX * plan.width:
        return None
    drawn = {zone.id: zone for zone in plan.zones}
    return Picture(
        width=plan.width * SQUARE,
        height=plan.height * SQUARE,
        zones=tuple(_drawn(zone, drawn[zone.id]) for zone in floor.zones),
    )


def _plan(floor: Floor) -> FloorPlan:
    return FloorPlan(
        tuple(
            PlannedZone(
                zone.id,
                zone.name,
                zone.box,
                tuple(PlannedStall(each.code, each.plan_x, each.plan_y) for each in zone.stalls),
            )
            for zone in floor.zones
        )
    )


def _drawn(zone: FloorZone, planned: PlannedZone) -> DrawnZone:
    box = planned.box or _around(planned.stalls)
    # Stalls of a zone count from the row under its name, others from the plan's corner.
    left, top = (box.x, box.y + 1) if planned.id != NO_ZONE else (0, 0)
    squares: defaultdict[Progress, list[str]] = defaultdict(list)
    bangs, crosses = [], []
    for stall, place in zip(zone.stalls, planned.stalls, strict=True):
        x, y = _corner(place, left, top)
        squares[stall.progress].append(f"M{x + _INSET} {y + _INSET}{_AROUND}")
        if stall.progress is Progress.ISSUE:
            bangs.append(f"M{x + SQUARE // 2} {y + 7}v6m0 3.5v.1")
        if stall.progress is Progress.VACANT:
            crosses.append(f"M{x + 9} {y + 9}l6 6m0-6l-6 6")
    return DrawnZone(
        zone=zone,
        left=box.x * SQUARE,
        top=box.y * SQUARE,
        width=box.width * SQUARE,
        height=box.height * SQUARE,
        squares={progress: "".join(paths) for progress, paths in squares.items()},
        bangs="".join(bangs),
        crosses="".join(crosses),
    )


def _corner(place: PlannedStall, left: int, top: int) -> tuple[int, int]:
    assert place.x is not None
    assert place.y is not None
    return (left + place.x) * SQUARE, (top + place.y) * SQUARE


def _around(stalls: Sequence[PlannedStall]) -> Box:
    """Return the box around stalls outside of zones."""
    xs, ys = [each.x or 0 for each in stalls], [each.y or 0 for each in stalls]
    return Box(min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1)
