"""Which lines travelled past payouts: held back from one, paid with a later one of the account.

Payouts stand in a row in the order they arrived. Each pays its own lines and those that came with it
from before, less what it holds back; what it is short or over says what the held lines come to. The
row is explained when every payout finds such lines, one or two at a time, and the last holds none. An
even payout takes part as well: it may have paid a line that came, and held one of its own of the
same sum. Every way is found, up to ``WAYS_MAX``; one is the answer, more are ambiguous: never a pick.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.held_back import DAYS_MAX, find_held_lines

WAYS_MAX = 64
"""Ways to explain one row, and sets of lines tried at one payout."""
STEPS_MAX = 4_096
"""Sets of lines tried in one row."""

Held = tuple[int, ...]
"""Lines on their way past a payout; places of ``LineWorth``."""
LinesOf = Callable[[int], Held]
"""Returns the lines of a payout's own days, asked only for payouts of rows that may be explained."""


@dataclass(frozen=True, slots=True)
class Station:
    """A payout in the row, and by how much it is short of its own lines before fees.

    Negative is over. A fee rounded to the đồng leaves at most two possible values; even is ``(0,)``.
    """

    payout: int
    arrived: int
    short_by: tuple[int, ...]
    is_late: bool = False
    """It pays days that were due before, to the đồng."""

    @property
    def is_odd(self) -> bool:
        """Whether it is short or over."""
        return self.short_by != (0,)


@dataclass(frozen=True, slots=True)
class Row:
    """Payouts that together pay all their lines (``lines`` of each), and the ways they may have done so.

    A way is what is held back at each payout, the last one holds nothing. ``are_all`` = there is no other way.
    """

    stations: tuple[Station, ...]
    lines: tuple[Held, ...]
    ways: tuple[tuple[Held, ...], ...]
    are_all: bool


def explained_rows(
    stations: Sequence[Station], lines_of: LinesOf, worth: NDArray[np.int64]
) -> Iterator[Row]:
    """Yield the shortest rows that begin and end with an odd payout and are explained, in order.

    Args:
        stations: the payouts of one account in the order they arrived, no two on one day.
        worth: đồng by line.
    """
    begin = 0
    while begin < len(stations):
        end = _ends(stations, begin)
        row = find_ways(stations[begin : end + 1], lines_of, worth) if end else None
        if row:
            yield row
        begin = end + 1 if row else begin + 1


def _ends(stations: Sequence[Station], begin: int) -> int:
    """Return where all that was held back since a payout has been paid; 0 = nowhere."""
    if not stations[begin].is_odd:
        return 0
    sums = {0}
    for at in range(begin, len(stations)):
        if stations[at].arrived - stations[begin].arrived > DAYS_MAX:
            return 0
        sums = {sum_vnd + by for sum_vnd in sums for by in stations[at].short_by}
        if at > begin and 0 in sums:
            return at
    return 0


def row_between(stations: Sequence[Station], first: int, last: int) -> list[Station]:
    """Return the row from one payout to another, as if those between were even."""
    at = {one.payout: place for place, one in enumerate(stations)}
    return [
        one if one.payout in {first, last} else replace(one, short_by=(0,))
        for one in stations[at[first] : at[last] + 1]
    ]


def find_ways(
    stations: Sequence[Station], lines_of: LinesOf, worth: NDArray[np.int64]
) -> Row | None:
    """Return how lines may have travelled along a row; ``None`` = nothing explains it."""
    days = [one.arrived for one in stations]
    if len(set(days)) < len(days):
        return None
    lines = tuple(lines_of(one.payout) for one in stations)
    search = _Search(stations, lines, worth)
    ways = tuple(search.ways(0, ()))
    return Row(tuple(stations), lines, ways, search.is_whole) if ways else None


class _Search:
    """Depth first along the row, a set of lines held at each payout; ``is_whole`` = nothing was cut short."""

    def __init__(
        self, stations: Sequence[Station], lines: Sequence[Held], worth: NDArray[np.int64]
    ) -> None:
        self._stations, self._lines, self._worth = stations, lines, worth
        self._dead: set[tuple[int, Held]] = set()
        self._found = self._steps = 0
        self.is_whole = True

    def ways(self, at: int, came: Held) -> Iterator[tuple[Held, ...]]:
        """Yield what is held from one payout on, given what came with it."""
        before = self._found
        for held in self._held(at, came):
            self._steps += 1
            if self._steps > STEPS_MAX or self._found >= WAYS_MAX:
                self.is_whole = False
                return
            if at == len(self._stations) - 1:
                self._found += 1
                yield (held,)
            elif (at, held) not in self._dead:
                for rest in self.ways(at + 1, held):
                    yield (held, *rest)
                if self._found == before:
                    self._dead.add((at, held))

    def _held(self, at: int, came: Held) -> list[Held]:
        """Return the sets of lines that a payout may hold back; at the last one, of nothing."""
        station = self._stations[at]
        total = int(self._worth[list(came)].sum())
        sums = {total + by for by in station.short_by}
        if at == len(self._stations) - 1:
            return [()] if 0 in sums else []
        lines = np.array([*self._lines[at], *came], np.int64)
        found: list[Held] = [()] if 0 in sums else []
        for sum_vnd in sorted(sums - {0}):
            sets = find_held_lines(self._worth[lines], sum_vnd, at_most=WAYS_MAX)
            self.is_whole &= len(sets) < WAYS_MAX
            found += [tuple(lines[list(chosen)].tolist()) for chosen in sets]
        if station.is_late:
            # That it is late and held two lines back besides, and still came out even, is too much.
            found = [each for each in found if len({*each} - {*came}) <= 1]
        return found
