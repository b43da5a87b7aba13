"""Controlled rounding of counts: multiples of a base that still add up.

Rounding each count by itself can be undone by adding up the others; so all counts of linked tables
are rounded together, each to one of the two multiples around it, such that every sum holds. For a
table of two dimensions that is always possible (Cox, Ernst, INFOR 20 (1982), 423–432); where linked
tables leave no such choice, some counts move by one multiple more.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from market.adoption.disclosure.tables import Key, Sum
from market.adoption.errors import AdoptionError

_REACHES = (0, 1, 2, 3)
"""By how many multiples beyond the two around it a count may move, tried in this order."""


class RoundingNotPossible(AdoptionError):
    """No multiples near these counts add up."""

    def __init__(self, counts: int, base: int) -> None:
        super().__init__(f"{counts} counts cannot be rounded to multiples of {base} that add up")
        self.counts, self.base = counts, base


def round_controlled(
    counts: Mapping[Key, int],
    sums: Sequence[Sum],
    base: int,
    fixed: Mapping[Key, int] = MappingProxyType({}),
) -> dict[Key, int]:
    """Return every count as a multiple of ``base``, all sums kept, as near to the counts as can be.

    The same counts are rounded the same way each time. Multiples stay as they are wherever each
    count needs to move to one of its two neighbours only.

    Args:
        base: 3 or 5; 1 leaves the counts alone.
        fixed: what some counts were rounded to before, with other sums.

    Raises:
        RoundingNotPossible: the sums do not hold for the counts, or no multiples near them add up.
    """
    if base == 1 or not counts:
        return dict(counts)
    keys = sorted(counts)
    for reach in _REACHES:
        found = _solved(
            [counts[key] for key in keys],
            _rows(keys, sums),
            base,
            reach,
            [fixed.get(key) for key in keys],
        )
        if found is not None:
            return dict(zip(keys, found, strict=True))
    raise RoundingNotPossible(len(counts), base)


def _rows(keys: Sequence[Key], sums: Sequence[Sum]) -> np.ndarray:
    place = {key: at for at, key in enumerate(keys)}
    rows = np.zeros((len(sums), len(keys)))
    for number, one in enumerate(sums):
        rows[number, place[one.total]] -= 1
        for part in one.parts:
            rows[number, place[part]] += 1
    return rows


def _solved(
    counts: list[int], rows: np.ndarray, base: int, reach: int, fixed: list[int | None]
) -> list[int] | None:
    """Return the rounded counts that move least in all; ``None`` where none add up.

    Unknowns: by how many multiples each count lies above the one below it, and how far that is.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    size = len(counts)
    below = np.array([count // base for count in counts], dtype="int64")
    rest = np.array([count % base for count in counts], dtype="int64")
    one = np.eye(size)
    lowest, highest = np.maximum(-reach, -below), reach + (rest > 0)
    for place, known in enumerate(fixed):
        if known is not None:
            lowest[place] = highest[place] = known // base - below[place]
    constraints = [
        LinearConstraint(np.hstack([base * one, -one]), ub=rest),
        LinearConstraint(np.hstack([-base * one, -one]), ub=-rest),
    ]
    if len(rows):
        owed = -rows @ below
        constraints.append(LinearConstraint(np.hstack([rows, 0 * rows]), owed, owed))
    solution = milp(
        np.append(np.zeros(size), np.ones(size)),
        constraints=constraints,
        bounds=Bounds(
            np.append(lowest, np.zeros(size)),
            np.append(highest, np.full(size, np.inf)),
        ),
        integrality=np.append(np.ones(size), np.zeros(size)),
    )
    if solution.status != 0:
        return None
    moved = np.rint(solution.x[:size]).astype("int64")
    return [int(each) for each in (below + moved) * base]
