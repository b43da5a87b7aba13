"""What each payout pays so far, while leg C looks for its run of business days; and taking it back."""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Flags, Rows
from reconciliation.engine.payout_leg import PayoutLeg
from reconciliation.engine.payout_readings import Reading, Readings
from reconciliation.engine.settlement_days import SettlementDays, missing_before_fee

RUN_DAYS_MAX = 31
"""Business days with money that one payout may pay."""
LATE_DAYS = 10
"""How late a payout often is: a weekend, a holiday and some more. Days due before are tried after all else."""


class Fit(IntEnum):
    """How a run fits the calendar of a payout, the strongest first."""

    DUE = 0
    CARRIED = 1
    OVERDUE = 2
    LATE = 3


LATE_FITS = (Fit.OVERDUE, Fit.LATE)


@dataclass(slots=True)
class PayoutRuns:
    """State of the search. ``day_payout``: payout of each settlement day, -1 for none yet.

    ``first``, ``last``: the days a payout pays (places, -1 for none); ``fit``: how; ``solutions``:
    how many runs explain it; ``contested``: days that an ambiguous payout may be for; ``spent``: those
    of them that ambiguous payouts come to in all, so that no other pays them; ``compared``:
    payouts of another sum than the days due with them, and those days; ``shared``: payouts that
    divide the days due with them; ``readings``: what those with several solutions may pay.
    """

    block: NDArray[np.int64]
    amount: NDArray[np.int64]
    arrived: NDArray[np.int64]
    day_payout: NDArray[np.int64]
    contested: Flags
    spent: Flags
    first: Rows
    last: Rows
    fit: NDArray[np.int64]
    solutions: NDArray[np.int64]
    compared: dict[int, Rows] = field(default_factory=dict)
    shared: list[int] = field(default_factory=list)
    readings: Readings = field(default_factory=Readings)

    @property
    def open(self) -> Flags:
        """Payouts that are neither explained nor ambiguous nor compared with their day."""
        waiting: Flags = (self.first < 0) & (self.solutions < 2)
        waiting[[*self.compared, *self.shared]] = False
        return waiting


def short_before_fee(
    leg: PayoutLeg,
    days: SettlementDays,
    runs: PayoutRuns,
    asked: Rows,
    payout: int,
    places: Rows,
) -> tuple[int, ...]:
    """Return how much worth of lines a payout lacks of some days: no, one, or (by rounding) two values."""
    net, bare = int(days.net[places].sum()), int(days.bare[places].sum())
    profile = int(days.profile[places[-1]] if len(places) else leg.payout_profile[asked[payout]])
    return missing_before_fee(int(runs.amount[payout]), net, bare, profile, leg.profiles)


Doubts = dict[int, list[Reading]]
"""Payouts that may pay something else than they do, and what."""


def doubt(doubts: Doubts, payout: int, *others: Reading) -> None:
    """Add a payout in doubt and its other readings."""
    doubts.setdefault(payout, []).extend(others)


def leave_in_doubt(days: SettlementDays, payouts: PayoutRuns, doubtful: Doubts) -> None:
    """Take back what payouts pay: another reading of them sums as well."""
    for payout, others in doubtful.items():
        places = days.of_block(int(payouts.block[payout]))
        paid = places[payouts.day_payout[places] == payout]
        own = [Reading.of(paid.tolist())] if len(paid) else []
        # A run sums; days that a payout is only compared with may not.
        in_order = [*others, *own] if payout in payouts.compared else [*own, *others]
        payouts.readings.add(payout, *in_order)
        payouts.contested[[place for reading in in_order for place in reading.days]] = True
        payouts.day_payout[paid] = -1
        payouts.first[payout] = payouts.last[payout] = -1
        payouts.solutions[payout] = 2
        payouts.compared.pop(payout, None)
