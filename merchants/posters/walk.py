"""The one way through a market on which posters are handed out: to and fro, row after row."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from merchants.stalls.floor import floor_order

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a stall stands: its zone and the zone's box on the plan, its own place inside the zone."""

    zone: str
    zone_x: int | None
    zone_y: int | None
    stall_code: str
    x: int | None
    y: int | None


def walk(things: Iterable[T], spot_of: Callable[[T], Spot]) -> list[T]:
    """Return things in the order in which somebody who walks the market comes by them.

    Zones with a box on the floor plan come first, from the top of the plan downwards and from left
    to right; after them the other zones by name, 2 before 10, what lies in no zone before the first.
    Inside a zone one walks to and fro: its rows from the top downwards, the first of those with
    anything in them from left to right, the next from right to left, and so on. What has no place
    on the plan comes at the end of its zone, by code. Two things on one place come by code.
    """
    zones: dict[str, list[tuple[Spot, T]]] = defaultdict(list)
    for thing in things:
        spot = spot_of(thing)
        zones[spot.zone].append((spot, thing))
    in_order = sorted(zones.values(), key=lambda inside: _zone_key(inside[0][0]))
    return [thing for inside in in_order for thing in _through(inside)]


def _zone_key(spot: Spot) -> tuple[object, ...]:
    by_name = floor_order(spot.zone, "")
    if spot.zone_x is None or spot.zone_y is None:
        return (1, 0, 0, by_name)
    return (0, spot.zone_y, spot.zone_x, by_name)


def _through(inside: Sequence[tuple[Spot, T]]) -> list[T]:
    rows: dict[int, list[tuple[Spot, T]]] = defaultdict(list)
    nowhere: list[tuple[Spot, T]] = []
    for spot, thing in inside:
        if spot.x is None or spot.y is None:
            nowhere.append((spot, thing))
        else:
            rows[spot.y].append((spot, thing))
    walked: list[T] = []
    for count, y in enumerate(sorted(rows)):
        row = sorted(rows[y], key=_along)
        walked += [thing for _, thing in (reversed(row) if count % 2 else row)]
    nowhere.sort(key=_by_code)
    return walked + [thing for _, thing in nowhere]


def _along(pair: tuple[Spot, T]) -> tuple[object, ...]:
    return (pair[0].x or 0, _by_code(pair))


def _by_code(pair: tuple[Spot, T]) -> tuple[object, ...]:
    return floor_order("", pair[0].stall_code)
