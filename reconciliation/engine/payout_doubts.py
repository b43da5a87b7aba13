"""Runs that sum to their payout and may still be the wrong ones: another reading sums as well.

Two payouts of one sum, one of them late, may have changed places, or days of one sum in them. Where
a payout leaves out a day that was due with those it pays, and a later one carries that day along,
the provider may as well have held back lines of the same sum from the days it seems to pay. And a
payout of an earlier run may be what was due with it, less such lines. Never a pick.
"""

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.cut_off_runs import LATE_FITS, Fit, PayoutRuns, leave_in_doubt
from reconciliation.engine.held_back import find_held_lines
from reconciliation.engine.settlement_days import LinesOfDays, LineWorth, SettlementDays


def doubt_runs(
    worth: LineWorth, days: SettlementDays, due: NDArray[np.int64], runs: PayoutRuns
) -> None:
    """Leave ambiguous the payouts whose runs have another reading."""
    torn = _exchangeable(days, due, runs) | _with_days_left_out(worth, days, due, runs)
    leave_in_doubt(days, runs, torn | _late_or_held_back(worth, days, due, runs))


def _exchangeable(days: SettlementDays, due: NDArray[np.int64], runs: PayoutRuns) -> set[int]:
    """Return late payouts, and others that may have paid their run, or a day of it, instead."""
    torn: set[int] = set()
    for late in np.flatnonzero((runs.first >= 0) & np.isin(runs.fit, LATE_FITS)).tolist():
        places = days.of_block(int(runs.block[late]))
        takers = runs.day_payout[places]
        own, others = places[takers == late], places[(takers >= 0) & (takers != late)]
        others = others[runs.first[runs.day_payout[others]] >= 0]
        others = others[due[others] <= runs.arrived[late]]
        rivals = runs.day_payout[others]
        worth = (days.net[others], days.bare[others])
        same_sum = runs.amount[rivals] == runs.amount[late]
        for day in own.tolist():
            equal = (worth[0] == days.net[day]) & (worth[1] == days.bare[day])
            in_time = (runs.arrived[rivals] >= due[day]) & (
                runs.arrived[rivals] <= runs.arrived[late]
            )
            found = set(rivals[(equal | same_sum) & in_time].tolist())
            torn |= found | ({late} if found else set())
    return torn


def _with_days_left_out(
    worth: LineWorth, days: SettlementDays, due: NDArray[np.int64], runs: PayoutRuns
) -> set[int]:
    """Return payouts that may have left out lines instead of the day, and who paid that day."""
    together = (days.block[1:] == days.block[:-1]) & (due[1:] == due[:-1])
    apart = np.flatnonzero(together & (runs.day_payout[1:] != runs.day_payout[:-1]))
    lines = LinesOfDays(days)
    torn: set[int] = set()
    for payout in set(runs.day_payout[np.concatenate([apart, apart + 1])].tolist()) - {-1}:
        if runs.first[payout] < 0:
            continue
        places = days.of_block(int(runs.block[payout]))
        batch = places[due[places] == due[runs.last[payout]]]
        takers = runs.day_payout[batch]
        later = (takers < 0) | _pays_more_than_a_run(runs, takers)
        later &= (takers < 0) | (runs.arrived[takers] > runs.arrived[payout])
        left_out = batch[later & (takers != payout)]
        total = int(days.net[left_out].sum()) + int(days.bare[left_out].sum())
        own = lines.of(places[runs.day_payout[places] == payout])
        if total > 0 and find_held_lines(worth.net[own] + worth.bare[own], total):
            torn |= {payout, *runs.day_payout[left_out].tolist()}
    return torn - {-1}


def _late_or_held_back(
    worth: LineWorth, days: SettlementDays, due: NDArray[np.int64], runs: PayoutRuns
) -> set[int]:
    """Return payouts of an earlier run that may as well be what is due with them, less some lines."""
    lines = LinesOfDays(days)
    torn: set[int] = set()
    for payout in np.flatnonzero((runs.first >= 0) & np.isin(runs.fit, LATE_FITS)).tolist():
        places = days.of_block(int(runs.block[payout]))
        paid = places[runs.day_payout[places] == payout]
        takers = runs.day_payout[places]
        unproved = (takers < 0) | np.isin(takers, list(runs.compared))
        due_too = places[unproved & (due[places] == runs.arrived[payout])]
        held = sum(
            int(part[due_too].sum()) - int(part[paid].sum()) for part in (days.net, days.bare)
        )
        own = lines.of(due_too)
        if held > 0 and find_held_lines(worth.net[own] + worth.bare[own], held):
            torn |= {payout, *runs.day_payout[due_too].tolist()}
    return torn - {-1}


def _pays_more_than_a_run(runs: PayoutRuns, payouts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which payouts carry earlier days along, or are only compared with their days."""
    more: NDArray[np.bool_] = (runs.fit[payouts] == int(Fit.CARRIED)) & (runs.first[payouts] >= 0)
    return more | np.isin(payouts, list(runs.compared))
