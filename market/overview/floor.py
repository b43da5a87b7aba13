"""The floor of a market: how far the stalls of each zone have come, and one zone stall by stall.

A market may have ten thousand stalls and a page has room for a hundred: the counts of every zone
are always told, the stalls themselves of one zone and row by row.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from market.overview.figures import Figures, count
from merchants.stalls.floor import floor_order
from merchants.stalls.floor_plan import NO_ZONE, Box
from merchants.stalls.floor_positions import box_of
from merchants.stalls.progress import Need, Progress, stall_progress
from merchants.tables import Zone

ROW_STALLS = 120
"""Stalls of a zone that are shown at once; a zone of more is looked at row by row."""
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
class ZoneRow:
    """Stalls of a zone that stand one after the other, as many as a page shows."""

    number: int
    """From one."""
    stalls: Sequence[FloorStall]

    @property
    def name(self) -> str:
        """Return the first and the last stall of the row, which is how it is found."""
        first, last = self.stalls[0].code, self.stalls[-1].code
        return first if first == last else f"{first} – {last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorZone:
    """A zone and how many of its stalls stand where; ``id`` ``NO_ZONE`` = outside of zones."""

    id: int
    name: str
    progress: Mapping[Progress, int]
    with_code: int
    in_frame: int
    box: Box | None
    """Where it lies on the plan of the market; ``None`` = not placed."""
    stalls: tuple[FloorStall, ...]
    """In the order of their codes."""

    @property
    def rows(self) -> list[ZoneRow]:
        """Return the stalls in rows that a page has room for."""
        return [
            ZoneRow(number=number, stalls=self.stalls[first : first + ROW_STALLS])
            for number, first in enumerate(range(0, len(self.stalls), ROW_STALLS), start=1)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A market's floor and its figures; zones in the order in which one walks the market."""

    figures: Figures
    zones: tuple[FloorZone, ...]

    @property
    def stalls(self) -> list[FloorStall]:
        """Return every stall of the market."""
        return [stall for zone in self.zones for stall in zone.stalls]

    def zone(self, zone_id: str) -> FloorZone | None:
        """Return the zone of this number, the first one for any other; ``None`` = there is none."""
        first = self.zones[0] if self.zones else None
        return next((zone for zone in self.zones if str(zone.id) == zone_id), first)


def floor_of(session: Session, market_id: int) -> Floor:
    """Return the floor of a market: two statements, however many stalls."""
    zones = session.execute(sa.select(Zone).where(col(Zone.market_id) == market_id)).scalars().all()
    stalls = _stalls(session, market_id)
    by_zone: defaultdict[int, list[FloorStall]] = defaultdict(list)
    for stall in stalls:
        by_zone[stall.zone_id].append(stall)
    walked = sorted(zones, key=lambda zone: floor_order(zone.name, ""))
    places = [(zone.id or NO_ZONE, zone.name, box_of(zone)) for zone in walked]
    floor = Floor(
        figures=count(stalls),
        zones=tuple(
            _zone(zone_id, name, box, by_zone[zone_id])
            for zone_id, name, box in (*places, (NO_ZONE, "", None))
            if zone_id in by_zone
        ),
    )
    tied = sum(each.with_code for each in floor.zones), sum(each.in_frame for each in floor.zones)
    assert tied == (floor.figures.with_code, floor.figures.in_frame), "the zones are not the market"
    return floor


def _zone(zone_id: int, name: str, box: Box | None, stalls: Sequence[FloorStall]) -> FloorZone:
    figures = count(stalls)
    return FloorZone(
        id=zone_id,
        name=name,
        progress=figures.progress,
        with_code=figures.with_code,
        in_frame=figures.in_frame,
        box=box,
        stalls=tuple(sorted(stalls, key=_CODE_ORDER)),
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
