"""Payouts that no run proves: compared as a whole with what was due, then looked at for what moved.

A payout is compared with the days due with it, else with the one earlier day due. Two odd payouts
that make each other good by lines held back are explained. The others are short or over; where
several payouts or several days are left it cannot be told which belongs to which: ambiguous.
"""

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Rows
from reconciliation.engine.explained_payouts import explain_odd_payouts
from reconciliation.engine.keys import code_together
from reconciliation.engine.outcomes import REASON_CODE, Outcome, Reason, Rule
from reconciliation.engine.payout_books import is_told_of
from reconciliation.engine.payout_leg import PayoutLeg
from reconciliation.engine.payout_readings import Reading
from reconciliation.engine.payout_runs import RUN_DAYS_MAX, PayoutRuns
from reconciliation.engine.settlement_days import LineWorth, SettlementDays, paid_for
from reconciliation.engine.shared_days import share_days
from reconciliation.engine.sums import sum_by


def compare_with_due(
    leg: PayoutLeg,
    worth: LineWorth,
    days: SettlementDays,
    due: NDArray[np.int64],
    runs: PayoutRuns,
    asked: Rows,
) -> None:
    """Decide the payouts that are still open, and the lines of the days they are compared with."""
    share_days(leg, worth, days, due, runs, asked)
    _compare_with_earlier_days(days, due, runs)
    tied = np.flatnonzero(runs.solutions > 1)
    leg.made.decide(
        asked[tied],
        Outcome.AMBIGUOUS_PAYOUT,
        Rule.CUT_OFF_RUN,
        Reason.TIE,
        alternatives=runs.solutions[tied],
    )
    held = asked[[at for at in tied.tolist() if _is_held_back_anyhow(days, due, runs, at)]]
    leg.made.reason[held] = REASON_CODE[Reason.HELD_BACK]
    alone = np.flatnonzero(runs.open & is_told_of(leg)[asked])
    leg.judge(asked[alone], np.zeros(len(alone), np.int64), Rule.CUT_OFF_RUN)
    whole = sorted(runs.compared.items())
    if whole:
        _write_whole(leg, worth, days, due, asked, whole)
    nothing = np.zeros(0, np.int64)
    odd = [(at, places) for at, places in whole if not leg.is_whole(asked[[at]])[0]]
    explain_odd_payouts(
        leg, worth, days, runs, asked, [*odd, *((at, nothing) for at in alone.tolist())]
    )


def _is_held_back_anyhow(
    days: SettlementDays, due: NDArray[np.int64], runs: PayoutRuns, payout: int
) -> bool:
    """Return whether lines left or came to a payout in every reading of it."""
    places = days.of_block(int(runs.block[payout]))
    due_then = places[due[places] == runs.arrived[payout]]
    return runs.readings.all_tell_of_held_back(payout, due_then.tolist())


def _compare_with_earlier_days(
    days: SettlementDays, due: NDArray[np.int64], runs: PayoutRuns
) -> None:
    """Compare each payout that is still open with the one earlier day due, if there is just one.

    Several payouts of a day, or several days due, cannot be told apart.
    """
    rest = np.flatnonzero(runs.open)
    rest = rest[np.lexsort((runs.arrived[rest], runs.block[rest]))]
    same_day = code_together(runs.block[rest], runs.arrived[rest])
    alone = np.bincount(same_day)[same_day] == 1
    start = np.searchsorted(days.block, runs.block[rest], "left")
    end = np.searchsorted(days.block, runs.block[rest], "right")
    for at, first, last, single in zip(
        rest.tolist(), start.tolist(), end.tolist(), alone.tolist(), strict=True
    ):
        places = np.arange(first, last)
        places = places[(runs.day_payout[places] < 0) & (due[places] <= runs.arrived[at])]
        places = places[due[places] >= runs.arrived[at] - RUN_DAYS_MAX]
        batches = len(np.unique(due[places]))
        if batches == 1 and single and not runs.contested[places].any():
            runs.compared[at] = places
            runs.day_payout[places] = at
        elif batches:
            runs.contested[places] = True
            runs.solutions[at] = max(2, batches)
            for on in np.unique(due[places])[::-1].tolist():
                runs.readings.add(at, Reading.of(places[due[places] == on].tolist()))


def _write_whole(
    leg: PayoutLeg,
    worth: LineWorth,
    days: SettlementDays,
    due: NDArray[np.int64],
    asked: Rows,
    whole: list[tuple[int, Rows]],
) -> None:
    """Decide payouts by all the days they are compared with, and the lines of those days."""
    payouts = np.array([at for at, _ in whole])
    taken = np.concatenate([places for _, places in whole])
    owner = np.repeat(np.arange(len(whole)), [len(places) for _, places in whole])
    net, bare = (sum_by(owner, len(whole), part[taken]) for part in (days.net, days.bare))
    profile = days.profile[[places[-1] for _, places in whole]]
    due_in_all = paid_for(net, bare, profile, leg.profiles)
    leg.judge(asked[payouts], due_in_all, Rule.CUT_OFF_RUN)
    chosen = np.full(len(days), -1, np.int64)
    chosen[taken] = payouts[owner]
    placed = np.flatnonzero(days.line_day >= 0)
    of_payout = chosen[days.line_day[placed]]
    placed, of_payout = placed[of_payout >= 0], of_payout[of_payout >= 0]
    rows, payout = worth.rows[placed], asked[of_payout]
    full = leg.is_whole(payout)
    differs = (Outcome.MATCHED_WITH_DIFFERENCE, Reason.PAYOUT_DIFFERS)
    leg.pay(rows[~full], payout[~full], Rule.CUT_OFF_RUN, *differs)
    carried = full & (due[days.line_day[placed]] < leg.payouts.day[payout])
    leg.pay(rows[full], payout[full], Rule.HELD_BACK)
    leg.pay(rows[carried], payout[carried], Rule.HELD_BACK, reason=Reason.HELD_BACK)
