"""Days on which an account's statement lacks lines, as its own running balances prove.

Each line leads from one balance to the next. Whatever the order of the lines, every balance that one
of them begins with is where another one ended, but for the opening balance; each further one stands
behind lines that are not there. They belong to the days from the last line before to the first after.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Codes, Flags
from reconciliation.engine.keys import code_together
from reconciliation.engine.outcomes import Outcome
from reconciliation.engine.passes.run import Side


@dataclass(frozen=True, slots=True)
class Gaps:
    """Stretches of days (since 1970) of accounts in which lines are missing."""

    block: Codes
    first: Codes
    last: Codes

    def hold(self, block: Codes, day: NDArray[np.int32]) -> Flags:
        """Return which records lie in a gap of their account."""
        inside = np.zeros(len(block), bool)
        for of, first, last in zip(
            self.block.tolist(), self.first.tolist(), self.last.tolist(), strict=True
        ):
            inside |= (block == of) & (day >= first) & (day <= last)
        return inside


def find_gaps(statement: Side) -> Gaps:
    """Return the gaps of a statement; an account that leaves out a balance has none to show."""
    book = statement.book
    counted = book.live & (book.block >= 0)
    counted &= ~statement.decisions.has(Outcome.DUPLICATE, Outcome.CONFLICT)
    rows = np.flatnonzero(counted & np.isin(book.block, np.unique(book.block[book.balance_told])))
    rows = rows[~np.isin(book.block[rows], book.block[rows[~book.balance_told[rows]]])]
    signed = np.where(book.is_debit[rows], -book.amount[rows], book.amount[rows])
    after, block, day = book.balance[rows], book.block[rows].astype(np.int64), book.day[rows]
    ends, starts = _left_over(block, after, after - signed, day)
    return _between(ends, starts)


def _left_over(
    block: Codes, after: Codes, before: Codes, day: Codes
) -> tuple[tuple[Codes, Codes], tuple[Codes, Codes]]:
    """Return (account, day) of balances that nothing follows, and of those that nothing leads to."""
    node = code_together(np.concatenate([block, block]), np.concatenate([after, before]))
    size = int(node.max(initial=-1)) + 1
    excess = np.bincount(node[: len(block)], minlength=size)
    excess = excess - np.bincount(node[len(block) :], minlength=size)
    found = []
    for places, sign in ((node[: len(block)], 1), (node[len(block) :], -1)):
        # Of lines that share a balance the earliest begin it and the latest end it.
        order = np.lexsort((-sign * day, places))
        first = np.searchsorted(places[order], places[order], "left")
        inside = np.arange(len(order)) - first
        chosen = order[inside < sign * excess[places[order]]]
        chosen = chosen[np.lexsort((day[chosen], block[chosen]))]
        found.append((block[chosen], day[chosen]))
    return found[0], found[1]


def _between(ends: tuple[Codes, Codes], starts: tuple[Codes, Codes]) -> Gaps:
    """Return the days between each end of a chain and the begin of the next one of its account."""
    place = np.arange(len(ends[0]))
    is_last = np.append(ends[0][1:] != ends[0][:-1], True)[: len(place)]
    at = place[~is_last]
    edges = np.stack([ends[1][at], starts[1][at + 1]]) if len(at) else np.zeros((2, 0), np.int64)
    return Gaps(ends[0][at], edges.min(axis=0), edges.max(axis=0))
