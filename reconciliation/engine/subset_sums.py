"""Which of a few lines come to a sum: all of up to 24 lines, in two halves, up to two answers.

Two answers are enough to know that there is no telling. The search is bounded by the number of
lines, not by a clock, so that a slow machine gives the same answer as a fast one.
"""

import numpy as np
from numpy.typing import NDArray

ITEMS_MAX = 24


def find_subsets(worth: NDArray[np.int64], sum_vnd: int) -> tuple[tuple[int, ...], ...]:
    """Return the non-empty sets of places that come to a sum; at most two, none of too many lines."""
    if not 0 < len(worth) <= ITEMS_MAX:
        return ()
    middle = len(worth) // 2
    left, right = _all_sums(worth[:middle]), _all_sums(worth[middle:])
    order = np.argsort(right, kind="stable")
    begin = np.searchsorted(right[order], sum_vnd - left, "left")
    end = np.searchsorted(right[order], sum_vnd - left, "right")
    found: list[tuple[int, ...]] = []
    for chosen in np.flatnonzero(end > begin).tolist():
        for place in range(int(begin[chosen]), int(end[chosen])):
            both = chosen | int(order[place]) << middle
            if both:
                found.append(tuple(at for at in range(len(worth)) if both >> at & 1))
            if len(found) == 2:
                return tuple(found)
    return tuple(found)


def _all_sums(worth: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sum of every set of lines; bit n of the place says whether line n is in it."""
    sums = np.zeros(1, np.int64)
    for each in worth:
        sums = np.concatenate([sums, sums + each])
    return sums
