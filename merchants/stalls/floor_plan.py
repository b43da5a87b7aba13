"""The floor plan of a market as numbers: where zones and stalls lie, in stall widths.

A zone is a box on the plan; its top row carries its name, its stalls lie below, each filling one
square counted from the left of that box and from the row under its name. Stalls without a zone
count from the corner of the plan. Values in, values out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from merchants.sentences import Sentence

STALLS_A_ROW = 12
PLAN_WIDTH = 2 * STALLS_A_ROW + 3
SIDE_MAX = 200
"""A plan wider or deeper than this is a slip of the pen."""
_ROWS_BETWEEN_AISLES = 2
_GAP = 1
NO_ZONE = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the plan, in stall widths from its top left corner."""

    x: int
    y: int
    width: int
    height: int

    def meets(self, other: "Box") -> bool:
        """Return whether the two share a square."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


class PlannedStall(NamedTuple):
    """A stall and its square in its zone; ``None`` = not placed. A tuple: there are thousands."""

    code: str
    x: int | None = None
    y: int | None = None

    @property
    def is_placed(self) -> bool:
        """Return whether the stall has a square."""
        return self.x is not None and self.y is not None


@dataclass(frozen=True, slots=True)
class PlannedZone:
    """A zone with its stalls in floor order; ``id`` ``NO_ZONE`` = the stalls outside of zones."""

    id: int
    name: str
    box: Box | None
    stalls: tuple[PlannedStall, ...]


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """The whole plan, in the order in which one walks the market."""

    zones: tuple[PlannedZone, ...]

    @property
    def is_complete(self) -> bool:
        """Return whether every zone and every stall has its place."""
        return all(
            (zone.box is not None or zone.id == NO_ZONE)
            and all(stall.is_placed for stall in zone.stalls)
            for zone in self.zones
        )

    @property
    def width(self) -> int:
        """Return how wide the plan is."""
        return max((box.x + box.width for box in _boxes(self)), default=0)

    @property
    def height(self) -> int:
        """Return how deep the plan is."""
        return max((box.y + box.height for box in _boxes(self)), default=0)


def lay_out_plan(zones: Sequence[PlannedZone]) -> FloorPlan:
    """Return the plan with every zone and stall placed by code order, whatever it was before.

    The same zones and stalls always give the same plan, and nothing overlaps: stalls fill rows of
    twelve with an aisle after every two, zones stand side by side as far as the plan is wide.
    Zones without stalls get a box of one row.
    """
    placed: list[PlannedZone] = []
    x = y = shelf = 0
    for zone in sorted(zones, key=lambda each: each.id == NO_ZONE):
        stalls = [_placed(stall, number) for number, stall in enumerate(zone.stalls)]
        width = min(max(len(stalls), 4), STALLS_A_ROW)
        height = 2 + max((stall.y or 0 for stall in stalls), default=0)
        if x and x + width > PLAN_WIDTH:
            x, y, shelf = 0, y + shelf + _GAP, 0
        if zone.id == NO_ZONE:
            # They count from the plan's corner and start a shelf of their own.
            below = y + shelf + (_GAP if x else 0)
            stalls = [stall._replace(y=(stall.y or 0) + below) for stall in stalls]
            placed.append(replace(zone, box=None, stalls=tuple(stalls)))
            continue
        placed.append(replace(zone, box=Box(x, y, width, height), stalls=tuple(stalls)))
        x, shelf = x + width + _GAP, max(shelf, height)
    by_id = {zone.id: zone for zone in placed}
    return FloorPlan(tuple(by_id[zone.id] for zone in zones))


def completed(plan: FloorPlan) -> FloorPlan:
    """Return the plan for drawing: as it is when complete, else laid out anew by code order."""
    return plan if plan.is_complete and not faults_of(plan) else lay_out_plan(plan.zones)


def faults_of(plan: FloorPlan) -> dict[str, str]:
    """Return what does not fit, by zone name or stall code, one Vietnamese sentence each."""
    faults: dict[str, str] = {}
    boxed = [(zone, zone.box) for zone in plan.zones if zone.box is not None]
    for number, (zone, box) in enumerate(boxed):
        fault = _box_fault(box)
        if fault:
            faults[zone.name] = Sentence(
                "khu “{name}” {fault}", name=zone.name, fault=Sentence.of(fault)
            )
        for other, other_box in boxed[:number]:
            if box.meets(other_box):
                faults.setdefault(
                    zone.name,
                    Sentence(
                        "khu “{name}” chồng lên khu “{other}”", name=zone.name, other=other.name
                    ),
                )
                faults.setdefault(
                    other.name,
                    Sentence(
                        "khu “{name}” chồng lên khu “{other}”", name=other.name, other=zone.name
                    ),
                )
    for zone in plan.zones:
        faults |= _stall_faults(zone)
    loose = [stall for zone in plan.zones if zone.id == NO_ZONE for stall in zone.stalls]
    for stall in loose:
        if stall.x is None or stall.y is None:
            continue
        for zone, box in boxed:
            if box.meets(Box(stall.x, stall.y, 1, 1)):
                faults.setdefault(
                    stall.code,
                    Sentence("gian {code} nằm trong khu “{name}”", code=stall.code, name=zone.name),
                )
    return faults


def new_fault(before: FloorPlan, after: FloorPlan, named: str) -> str:
    """Return what a change of the plan made wrong, of a zone or stall first; empty = nothing."""
    was = faults_of(before)
    fresh = {name: fault for name, fault in faults_of(after).items() if was.get(name) != fault}
    return fresh.get(named) or next(iter(fresh.values()), "")


def _placed(stall: PlannedStall, number: int) -> PlannedStall:
    row, x = divmod(number, STALLS_A_ROW)
    return PlannedStall(stall.code, x, row + row // _ROWS_BETWEEN_AISLES)


def _box_fault(box: Box) -> str:
    if box.width < 1 or box.height < 2:
        return "cần rộng từ 1 và sâu từ 2 ô (một hàng cho tên khu)"
    if min(box.x, box.y) < 0 or max(box.x + box.width, box.y + box.height) > SIDE_MAX:
        return Sentence("ra ngoài mặt bằng, tối đa {most} ô mỗi chiều", most=SIDE_MAX)
    return ""


def _stall_faults(zone: PlannedZone) -> dict[str, str]:
    faults: dict[str, str] = {}
    taken: dict[tuple[int, int], str] = {}
    for stall in zone.stalls:
        if stall.x is None or stall.y is None:
            continue
        place = (stall.x, stall.y)
        if place in taken:
            first = taken[place]
            faults.setdefault(
                stall.code,
                Sentence("gian {code} trùng ô với gian {first}", code=stall.code, first=first),
            )
            faults.setdefault(
                first,
                Sentence("gian {first} trùng ô với gian {code}", first=first, code=stall.code),
            )
        elif not _fits(stall.x, stall.y, zone.box):
            room = (
                Sentence(
                    "khu “{name}” ({width} × {height} ô)",
                    name=zone.name,
                    width=zone.box.width,
                    height=zone.box.height - 1,
                )
                if zone.box
                else Sentence("mặt bằng")
            )
            faults[stall.code] = Sentence(
                "gian {code} ở ô {x}, {y}: ra ngoài {room}",
                code=stall.code,
                x=stall.x,
                y=stall.y,
                room=room,
            )
        taken.setdefault(place, stall.code)
    return faults


def _fits(x: int, y: int, box: Box | None) -> bool:
    across, deep = (box.width, box.height - 1) if box else (SIDE_MAX, SIDE_MAX)
    return 0 <= x < across and 0 <= y < deep


def _boxes(plan: FloorPlan) -> Iterable[Box]:
    for zone in plan.zones:
        if zone.box is not None:
            yield zone.box
        elif zone.id == NO_ZONE:
            for stall in zone.stalls:
                if stall.x is not None and stall.y is not None:
                    yield Box(stall.x, stall.y, 1, 1)
