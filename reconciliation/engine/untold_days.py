"""Payouts that seem to be over because business days that are due with them are not in the book.

At the first days of a statement, or of a window of a lake, payouts come in for days before it, or for
a weekend of which it tells a part. What such a payout should come to is not known: it waits for the
statement, and so do the lines it was compared with. A listing that names lines says itself which.
"""

from collections.abc import Sequence

import numpy as np

from reconciliation.engine.coded_text import Flags, Rows
from reconciliation.engine.decisions import NOBODY
from reconciliation.engine.outcomes import RULE_CODE, Outcome, Reason, Rule
from reconciliation.engine.payout_books import days_told
from reconciliation.engine.payout_cycles import Cycles, arrival_days
from reconciliation.engine.payout_leg import NO_DAY, PayoutLeg
from reconciliation.engine.payout_runs import RUN_DAYS_MAX


def leave_untold_open(leg: PayoutLeg, cycles: Cycles, providers: Sequence[str]) -> None:
    """Leave payouts open that are over while the statement does not tell of all days due with them."""
    over = np.flatnonzero(leg.made.has(Outcome.OVER))
    if not len(over):
        return
    pays = np.unique(leg.lines.counterpart[leg.pays_line])
    listed = (leg.made.rule[over] == RULE_CODE[Rule.PAYOUT_LISTING]) & np.isin(over, pays)
    over = over[~listed & _has_untold_days(leg, over, cycles, providers)]
    rows = np.flatnonzero(leg.pays_line & np.isin(leg.lines.counterpart, over))
    for decisions, here in ((leg.made, over), (leg.lines, rows)):
        for rule in (Rule.CUT_OFF_RUN, Rule.PAYOUT_LISTING):
            said = here[decisions.rule[here] == RULE_CODE[rule]]
            decisions.decide(said, Outcome.PENDING_CUT_OFF, rule, Reason.FEED_GAP)
    leg.lines.counterpart[rows] = NOBODY
    leg.expected[over] = leg.made.difference[over] = 0
    leg.first_on[over] = leg.last_on[over] = NO_DAY


def _has_untold_days(
    leg: PayoutLeg, payouts: Rows, cycles: Cycles, providers: Sequence[str]
) -> Flags:
    """Return of which payouts a business day last due by their arrival is not told."""
    arrived = leg.payouts.day[payouts].astype(np.int64)
    day = arrived[:, np.newaxis] - np.arange(RUN_DAYS_MAX + 1)
    due = arrival_days(
        day.ravel(),
        np.repeat(leg.payouts.provider[payouts], day.shape[1]),
        np.repeat(leg.payout_profile[payouts], day.shape[1]),
        cycles,
        leg.profiles,
        providers,
    ).reshape(day.shape)
    due = np.where(due <= arrived[:, np.newaxis], due, NO_DAY)
    asked = due == due.max(axis=1, keepdims=True)
    told = np.zeros(day.shape, bool)
    for chosen, key, of_payout in days_told(leg):
        own = (of_payout[payouts].astype(np.int64) << 32)[:, np.newaxis] + day
        told |= np.isin(own, key) & chosen[payouts][:, np.newaxis]
    untold: Flags = (asked & ~told).any(axis=1)
    return untold
