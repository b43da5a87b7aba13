"""Days that no payout pays: not due yet, due and missing, of no worth, or contested by payouts in doubt."""

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Flags
from reconciliation.engine.outcomes import Outcome, Reason, Rule
from reconciliation.engine.payout_books import is_told_of
from reconciliation.engine.payout_leg import PayoutLeg, UnpaidDays
from reconciliation.engine.payout_runs import RUN_DAYS_MAX, PayoutRuns
from reconciliation.engine.settlement_days import LineWorth, SettlementDays, paid_for


def overdue_days(
    leg: PayoutLeg, days: SettlementDays, due: NDArray[np.int64], runs: PayoutRuns
) -> Flags:
    """Return the days due that no payout pays and none in doubt may be for, and that are owed."""
    arrived: Flags = due <= leg.last_arrival[days.provider]
    unpaid = arrived & (runs.day_payout < 0) & ~runs.contested
    return unpaid & ~_come_to_nothing(days, unpaid)


def _come_to_nothing(days: SettlementDays, unpaid: Flags) -> Flags:
    """Return the unpaid days of an account that take each other back: sales, and their refunds.

    No payout is due for them, as for a day that comes to nothing by itself.
    """
    worth = days.net + days.bare
    nothing = np.zeros(len(days), bool)
    for block in np.unique(days.block[unpaid & (worth < 0)]).tolist():
        places = days.of_block(block)
        places = places[unpaid[places]]
        begin = 0
        while begin < len(places):
            sums = np.cumsum(worth[places[begin:]])
            near = days.day[places[begin:]] - days.day[places[begin]] <= RUN_DAYS_MAX
            end = begin + int(np.argmax((sums == 0) & near)) + 1
            together = end > begin + 1
            nothing[places[begin:end]] = together
            begin = end if together else begin + 1
    return nothing


def settle_unpaid(
    leg: PayoutLeg,
    worth: LineWorth,
    days: SettlementDays,
    due: NDArray[np.int64],
    runs: PayoutRuns,
) -> None:
    """Decide the lines no payout took: contested, not due yet, or due and missing."""
    free = runs.day_payout < 0
    overdue = overdue_days(leg, days, due, runs)
    waits = due > leg.last_arrival[days.provider]
    of_line = np.where(days.line_day >= 0, days.line_day, 0)
    placed = days.line_day >= 0
    if len(days):
        for chosen, outcome, reason in (
            (free & runs.contested, Outcome.AMBIGUOUS, Reason.TIE),
            (overdue, Outcome.MISSING, Reason.NOT_TOLD),
            (free & ~runs.contested & waits, Outcome.PENDING_CUT_OFF, Reason.CUT_OFF),
            (free & ~runs.contested & ~waits & ~overdue, Outcome.MATCHED, Reason.NONE),
        ):
            rows = worth.rows[placed & chosen[of_line]]
            open_rows = rows[leg.lines.open[rows]]
            leg.lines.decide(open_rows, outcome, Rule.CUT_OFF_RUN, reason)
    owed = paid_for(days.net, days.bare, days.profile, leg.profiles)
    missed = np.flatnonzero(overdue & (owed > 0))
    account = np.zeros(len(days), np.int32)
    account[days.line_day[placed]] = leg.book.account[worth.rows[placed]]
    leg.unpaid = UnpaidDays(days.provider[missed], account[missed], days.day[missed], owed[missed])
    listed = leg.lines.open
    leg.lines.decide(listed, Outcome.PENDING_CUT_OFF, Rule.PAYOUT_LISTING, Reason.CUT_OFF)
    silent = leg.made.open & ~is_told_of(leg)
    leg.made.decide(silent, Outcome.PENDING_CUT_OFF, Rule.CUT_OFF_RUN, Reason.FEED_GAP)
    alone = leg.made.open
    leg.judge(np.flatnonzero(alone), np.zeros(int(alone.sum()), np.int64), Rule.PAYOUT_LISTING)
