"""Payouts that seem to be over because business days that they may pay are not in the book.

At the first days of a statement, or of a window of a lake, payouts come in for days before it, or for
a weekend of which it tells a part; late ones after that. What such a payout should come to is not known:
it waits for the statement, and so do the lines it was compared with. A listing that names lines says
itself which.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Flags, Rows
from reconciliation.engine.outcomes import RULE_CODE, Outcome, Reason, Rule
from reconciliation.engine.payout_books import days_told
from reconciliation.engine.payout_cycles import Cycles, arrival_days
from reconciliation.engine.payout_leg import NO_DAY, PayoutLeg
from reconciliation.engine.payout_runs import LATE_DAYS, RUN_DAYS_MAX

_HALF = 1 << 31


def leave_untold_open(leg: PayoutLeg, cycles: Cycles, providers: Sequence[str]) -> None:
    """Leave payouts open that are over while the statement does not tell of all days due with them."""
    over = np.flatnonzero(leg.made.has(Outcome.OVER))
    if not len(over):
        return
    pays = np.unique(leg.lines.counterpart[leg.pays_line])
    listed = (leg.made.rule[over] == RULE_CODE[Rule.PAYOUT_LISTING]) & np.isin(over, pays)
    over = over[~listed]
    waits = _has_untold_days(leg, over, cycles, providers)
    alone = np.flatnonzero(~waits & (leg.expected[over] == 0) & ~np.isin(over, pays))
    waits[alone] = _may_be_of_before(leg, over[alone], cycles, providers)
    leg.leave_open(over[waits], Reason.FEED_GAP)


def _has_untold_days(
    leg: PayoutLeg, payouts: Rows, cycles: Cycles, providers: Sequence[str]
) -> Flags:
    """Return of which payouts a business day last due by their arrival is not told."""
    arrived = leg.payouts.day[payouts].astype(np.int64)
    day = arrived[:, np.newaxis] - np.arange(RUN_DAYS_MAX + 1)
    due = _due(leg, payouts, day, cycles, providers)
    due = np.where(due <= arrived[:, np.newaxis], due, NO_DAY)
    asked = due == due.max(axis=1, keepdims=True)
    told = np.zeros(day.shape, bool)
    for chosen, key, of_payout in days_told(leg):
        own = (of_payout[payouts].astype(np.int64) << 32)[:, np.newaxis] + day
        told |= np.isin(own, key) & chosen[payouts][:, np.newaxis]
    untold: Flags = (asked & ~told).any(axis=1)
    return untold


def _may_be_of_before(
    leg: PayoutLeg, payouts: Rows, cycles: Cycles, providers: Sequence[str]
) -> Flags:
    """Return which payouts, compared with no day, may be late ones of days before the book begins.

    Only of accounts that sell as it begins: by the first arrival due for it. One that its first days
    tell to be idle is taken to have been so before.
    """
    may_be = np.zeros(len(payouts), bool)
    if not len(payouts):
        return may_be
    sold_by = _first_sales(leg, payouts)
    for chosen, key, of_payout in days_told(leg):
        code = of_payout[payouts].astype(np.int64) << 32
        at = np.minimum(np.searchsorted(key, code - _HALF), max(len(key) - 1, 0))
        begins = key[at] - code if len(key) else np.full(len(payouts), _HALF)
        there = chosen[payouts] & (np.abs(begins) < _HALF)
        day = np.where(there, begins, 0)[:, np.newaxis] - np.arange(2)
        due, due_before = _due(leg, payouts, day, cycles, providers).T
        recent = due_before >= leg.payouts.day[payouts].astype(np.int64) - LATE_DAYS
        may_be |= there & recent & (sold_by <= due)
    return may_be


def _first_sales(leg: PayoutLeg, payouts: Rows) -> NDArray[np.int64]:
    """Return the first day on which a line of each payout's account stands."""
    block = leg.payouts.block[payouts]
    rows = np.flatnonzero(np.isin(leg.book.block, block) & ~leg.own_row)
    owner, place = np.unique(block, return_inverse=True)
    first = np.full(len(owner), _HALF)
    np.minimum.at(first, np.searchsorted(owner, leg.book.block[rows]), leg.book.day[rows])
    return first[place]


def _due(
    leg: PayoutLeg,
    payouts: Rows,
    day: NDArray[np.int64],
    cycles: Cycles,
    providers: Sequence[str],
) -> NDArray[np.int64]:
    """Return when days are due, a row of them for each payout."""
    return arrival_days(
        day.ravel(),
        np.repeat(leg.payouts.provider[payouts], day.shape[1]),
        np.repeat(leg.payout_profile[payouts], day.shape[1]),
        cycles,
        leg.profiles,
        providers,
    ).reshape(day.shape)
