"""Several payouts of one day that together come to what was due: which lines each of them pays.

Two payouts are told apart only if they take all there is, to the đồng, and just one set of lines
comes to the first of them. With two such sets both payouts stay ambiguous: never a pick. Where a fee
is taken from the payout as a whole the parts have fees of their own, and nothing is tried.
"""

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Rows
from reconciliation.engine.cut_off_runs import PayoutRuns
from reconciliation.engine.keys import code_together
from reconciliation.engine.outcomes import Rule
from reconciliation.engine.payout_leg import PayoutLeg
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
        first, second = sorted(
            rest[same_day == group].tolist(), key=lambda at: int(runs.amount[at])
        )
        places = days.of_block(int(runs.block[first]))
        places = places[(due[places] == runs.arrived[first]) & (runs.day_payout[places] < 0)]
        if runs.contested[places].any() or days.bare[places].any():
            continue
        own = lines.of(places)
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
