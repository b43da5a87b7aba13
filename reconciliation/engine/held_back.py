"""A payout that is short because a provider held lines back, and paid them with a later one.

Said only when both ends agree: one payout is short of its run by exactly what a later payout of the
account is over its own, and one or two lines of the first run come to that sum, or, of no more than 24,
any number of them. How many such lines, pairs or sets there are is counted; with two or more it is
known which payouts belong together and not which line moved: both are ambiguous. A shortage that no later payout makes good stays ``short``.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAYS_MAX = 31


@dataclass(frozen=True, slots=True)
class OddPayout:
    """A payout that does not fit its run: ``short_by`` in đồng (negative: over) before fees.

    A fee rounded to the đồng leaves at most two possible values.
    """

    payout: int
    arrived: int
    short_by: tuple[int, ...]


def pair_odd_payouts(
    odd: Sequence[OddPayout],
) -> Iterator[tuple[OddPayout, OddPayout, tuple[int, ...]]]:
    """Yield (short, over, sums) of one account that cancel out and leave each other no choice."""
    fits = []
    for short in odd:
        for over in odd:
            sums = tuple(by for by in short.short_by if by > 0 and -by in over.short_by)
            if sums and 0 < over.arrived - short.arrived <= DAYS_MAX:
                fits.append((short, over, sums))
    while single := _forced(fits):
        yield single
        fits = [fit for fit in fits if fit[0] is not single[0] and fit[1] is not single[1]]


Fitting = tuple[OddPayout, OddPayout, tuple[int, ...]]


def _forced(fits: Sequence[Fitting]) -> Fitting | None:
    """Return a pair of which one has no other partner, the earliest first."""
    shorts = Counter(short.payout for short, _, _ in fits)
    overs = Counter(over.payout for _, over, _ in fits)
    forced = [fit for fit in fits if 1 in {shorts[fit[0].payout], overs[fit[1].payout]}]
    return min(
        forced, key=lambda fit: (fit[1].arrived, fit[0].arrived, fit[0].payout), default=None
    )


def find_held_lines(
    worth: NDArray[np.int64], sum_vnd: int, *, at_most: int = 2
) -> tuple[tuple[int, ...], ...]:
    """Return the lines, alone or two together, that come to a sum.

    Two solutions are enough to know that the answer is not unique.
    """
    alone = np.flatnonzero(worth == sum_vnd)
    found: list[tuple[int, ...]] = [(int(at),) for at in alone[:at_most]]
    order = np.argsort(worth, kind="stable")
    line = worth[order]
    partner = np.searchsorted(line, sum_vnd - line, side="left")
    reach = np.searchsorted(line, sum_vnd - line, side="right")
    here = np.arange(len(line))
    begin = np.maximum(partner, here + 1)
    for at in np.flatnonzero(reach > begin).tolist():
        for other in range(int(begin[at]), int(reach[at])):
            found.append((int(order[at]), int(order[other])))
            if len(found) >= at_most:
                return tuple(found[:at_most])
    return tuple(found[:at_most])
