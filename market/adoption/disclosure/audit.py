"""What an attacker can work out of tables with holes: bounds of every hidden cell.

The attacker knows every shown cell, every sum between cells, and that no value is below 0. The
least and the largest value a hidden cell can then have are linear programmes. Source: Fischetti,
Salazar, Management Science 46 (2000), 1002-1012; Handbook on Statistical Disclosure Control, 4.3.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from market.adoption.disclosure.tables import Key, LinkedTables, Sum

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_SCALED_TO = 1e6
"""The largest number in a programme: the solver's tolerance of 1e-7 is then a part in 10^13."""
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Reach:
    """From what to what a hidden value may lie, as far as anybody outside can tell."""

    low: float
    high: float

    @property
    def is_one_value(self) -> bool:
        """Say whether the bounds leave one value only: the cell is told, hidden or not."""
        return self.high - self.low <= _TOLERANCE * max(1.0, abs(self.low)) * 10

    def protects(self, value: int, level: Fraction) -> bool:
        """Say whether both ends are at least ``level`` away from the value, or the lower end at 0."""
        slack = _TOLERANCE * max(1.0, float(value))
        return (
            self.high - value >= float(level) - slack
            and value - self.low >= min(float(level), float(value)) - slack
        )


def reach_of_hidden(
    tables: LinkedTables,
    hidden: Collection[Key],
    wanted: Iterable[Key] | None = None,
    *,
    limits: Mapping[Key, tuple[int, int]] | None = None,
) -> dict[Key, Reach]:
    """Return the bounds of hidden cells; ``high`` is infinite where nothing limits them.

    Args:
        hidden: the cells that are not shown; all others are known exactly.
        wanted: which of them to bound; ``None`` = all.
        limits: from what to what some hidden cells are said to lie ("<5").
    """
    hidden = frozenset(hidden)
    wanted = None if wanted is None else frozenset(wanted)
    found: dict[Key, Reach] = {}
    for cells, sums in _components(tables, hidden, wanted):
        asked = cells if wanted is None else sorted(set(cells) & wanted)
        found.update(_solved(tables, cells, sums, asked, limits or {}))
    return found


def _components(
    tables: LinkedTables, hidden: frozenset[Key], wanted: frozenset[Key] | None
) -> list[tuple[list[Key], list[Sum]]]:
    """Return the hidden cells in parts that share no sum: each is a programme of its own.

    Only parts that hold a wanted cell; ``None`` = all.
    """
    leader = {key: key for key in hidden}

    def find(key: Key) -> Key:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    open_sums = []
    for one in tables.sums:
        inside = [key for key in (one.total, *one.parts) if key in hidden]
        if inside:
            open_sums.append((one, inside[0]))
            for key in inside[1:]:
                leader[find(key)] = find(inside[0])
    cells: dict[Key, list[Key]] = {}
    for key in sorted(hidden):
        cells.setdefault(find(key), []).append(key)
    sums: dict[Key, list[Sum]] = {}
    for one, first in open_sums:
        sums.setdefault(find(first), []).append(one)
    return [
        (keys, sums.get(at, []))
        for at, keys in cells.items()
        if wanted is None or not wanted.isdisjoint(keys)
    ]


def _solved(
    tables: LinkedTables,
    cells: list[Key],
    sums: list[Sum],
    asked: Iterable[Key],
    limits: Mapping[Key, tuple[int, int]],
) -> dict[Key, Reach]:
    from scipy.optimize import linprog  # 0.2 s and 30 MB, for those who publish only

    matrix, known = _programme(tables, cells, sums)
    scale = max((abs(each) for each in known), default=0) / _SCALED_TO or 1.0
    right = np.array([each / scale for each in known])
    place = {key: at for at, key in enumerate(cells)}
    bounds = [
        tuple(end / scale for end in limits[key]) if key in limits else (0, None) for key in cells
    ]

    def extreme(key: Key, sign: int) -> float:
        goal = np.zeros(len(cells))
        goal[place[key]] = sign
        solution = linprog(goal, A_eq=matrix, b_eq=right, bounds=bounds, method="highs")
        if solution.status == 3:
            return float("inf")
        # The true values solve the programme, so that it has a solution.
        assert solution.status == 0, solution.message
        return float(sign * solution.fun * scale)

    return {key: Reach(extreme(key, 1), extreme(key, -1)) for key in asked}


def _programme(
    tables: LinkedTables, cells: list[Key], sums: list[Sum]
) -> "tuple[csr_array | None, list[int]]":
    """Return the sums as rows over the hidden cells, and what the shown cells leave for each."""
    from scipy.sparse import csr_array

    if not sums:
        return None, []
    place = {key: at for at, key in enumerate(cells)}
    rows, columns, signs, known = [], [], [], []
    for number, one in enumerate(sums):
        left = 0
        for key, sign in [(one.total, -1), *((part, 1) for part in one.parts)]:
            if key in place:
                rows.append(number)
                columns.append(place[key])
                signs.append(float(sign))
            else:
                left -= sign * tables.cells[key].value
        known.append(left)
    matrix = csr_array((signs, (rows, columns)), shape=(len(sums), len(cells)))
    return matrix, known
