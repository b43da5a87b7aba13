"""Several payouts of one day that together come to what was due: which lines each of them pays.

Two payouts are told apart only if they take all there is, to the đồng, and just one set of lines
comes to the first of them. With two such sets both payouts stay ambiguous: never a pick. Where a fee
is taken from the payout as a whole the parts have fees of their own, and nothing is tried.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Rows, rank_rows
from reconciliation.engine.keys import code_together
from reconciliation.engine.outcomes import Rule
from reconciliation.engine.payout_leg import PayoutLeg
from reconciliation.engine.payout_readings import Reading, in_order_of_ids
from reconciliation.engine.payout_runs import PayoutRuns
from reconciliation.engine.settlement_days import LinesOfDays, LineWorth, SettlementDays
from reconciliation.engine.subset_sums import find_subsets


def share_days(
    leg: PayoutLeg,
    worth: LineWorth,
    days: SettlementDays,
    due: NDArray[np.int64],
    runs: PayoutRuns,
    asked: Rows,
) -> None:
    """Decide the pairs of open payouts of one account and day that the lines due then explain."""
    rest = np.flatnonzero(runs.open)
    same_day = code_together(runs.block[rest], runs.arrived[rest])
    lines = LinesOfDays(days)
    for group in np.flatnonzero(np.bincount(same_day) == 2).tolist():
        both = rest[same_day == group]
        names = rank_rows(leg.payouts.ids.text.take(asked[both]))
        first, second = both[np.lexsort((names, runs.amount[both]))].tolist()
        places = days.of_block(int(runs.block[first]))
        places = places[(due[places] == runs.arrived[first]) & (runs.day_payout[places] < 0)]
        if runs.contested[places].any() or days.bare[places].any():
            continue
        own = in_order_of_ids(leg, worth, lines.of(places))
        if int(worth.net[own].sum()) != int(runs.amount[first]) + int(runs.amount[second]):
            continue
        found = find_subsets(worth.net[own], int(runs.amount[first]))
        if len(found) == 1:
            taken = np.zeros(len(own), bool)
            taken[list(found[0])] = True
            for payout, of_payout in ((first, own[taken]), (second, own[~taken])):
                paid = np.full(len(of_payout), asked[payout])
                leg.pay(worth.rows[of_payout], paid, Rule.PAYOUT_SUBSET)
                runs.shared.append(payout)
            whole = asked[[first, second]]
            leg.judge(whole, leg.payouts.amount[whole], Rule.PAYOUT_SUBSET)
            runs.day_payout[places] = first
        elif found:
            runs.solutions[[first, second]] = len(found)
            runs.contested[places] = True
            _tell_both(runs, (first, second), places, own, found)


def _tell_both(
    runs: PayoutRuns,
    payouts: tuple[int, int],
    places: Rows,
    lines: Rows,
    sets: Sequence[tuple[int, ...]],
) -> None:
    """Keep how two payouts may divide days: each set of lines for the first, the rest for the other."""
    for chosen in sets:
        first = lines[list(chosen)]
        rest = np.setdiff1d(lines, first)
        for payout, less in zip(payouts, (rest, first), strict=True):
            runs.readings.add(payout, Reading.of(places.tolist(), less=less.tolist()))
