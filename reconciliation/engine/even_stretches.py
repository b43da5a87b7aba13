"""Stretches of an account's payouts that come to what was due in all, where one by one they do not.

What is due by a day, less what has been paid by then, is a balance. Where it comes back to what it
was, all that was due in between has been paid: nothing of such a stretch is short, over or missing
for sure, although no search found which lines or days waited where. If some lines of the stretch
come to the balance of each day, they may be what waited, and all its payouts are left open.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Rows
from reconciliation.engine.decisions import NOBODY
from reconciliation.engine.held_back import DAYS_MAX
from reconciliation.engine.outcomes import Outcome, Reason, Rule
from reconciliation.engine.payout_leg import NO_DAY, PayoutLeg
from reconciliation.engine.payout_readings import Reading
from reconciliation.engine.payout_runs import PayoutRuns, short_before_fee
from reconciliation.engine.settlement_days import LinesOfDays, LineWorth, SettlementDays

STRETCHES_MAX = 8
"""Stretches looked at for one payout or day that stands alone."""
REACH_MAX = 1 << 22
"""Sums of lines of a stretch that are counted; where there may be more, one is taken to fit."""
_NOT_EVEN = 1 << 62
"""Worth that is missing where no lines come to a payout once its fee is off: it makes nothing even."""
_STANDS_ALONE = (Outcome.SHORT, Outcome.OVER)


def leave_even_stretches_open(
    leg: PayoutLeg,
    worth: LineWorth,
    days: SettlementDays,
    due: NDArray[np.int64],
    runs: PayoutRuns,
    asked: Rows,
    missing: Rows,
) -> None:
    """Leave open the payouts of even stretches in which one is short or over, or a day is missing.

    Args:
        missing: days due that no payout pays.
    """
    alone: dict[int, set[int]] = defaultdict(set)
    odd = np.flatnonzero(leg.made.has(*_STANDS_ALONE)[asked])
    for block, day in zip(runs.block[odd].tolist(), runs.arrived[odd].tolist(), strict=True):
        alone[block].add(day)
    for block, day in zip(days.block[missing].tolist(), due[missing].tolist(), strict=True):
        alone[block].add(day)
    search = _Stretches(leg, worth, days, due, runs, asked)
    for block in sorted(alone):
        search.account(block, sorted(alone[block]))


@dataclass(frozen=True, slots=True)
class _Balance:
    """What is due less what is paid, on each day on which either changes.

    ``low`` and ``high`` are by how much it changes: a fee rounded to the đồng leaves more than one value.
    """

    on: list[int]
    low: list[int]
    high: list[int]

    def even_around(self, day: int) -> list[tuple[int, int]]:
        """Return the stretches (places of first and last day) around a day, the shortest first."""
        at = self.on.index(day)
        ends = ((first, self._even_again(first)) for first in range(at + 1))
        found = [(first, last) for first, last in ends if last >= at]
        return sorted(found, key=lambda stretch: (stretch[1] - stretch[0], stretch))

    def _even_again(self, first: int) -> int:
        """Return where the balance first is what it was before a day; -1 = nowhere in time."""
        low = high = 0
        for last in range(first, len(self.on)):
            low, high = low + self.low[last], high + self.high[last]
            if self.on[last] - self.on[first] > DAYS_MAX:
                break
            if low <= 0 <= high:
                return last
        return -1


class _Stretches:
    def __init__(
        self,
        leg: PayoutLeg,
        worth: LineWorth,
        days: SettlementDays,
        due: NDArray[np.int64],
        runs: PayoutRuns,
        asked: Rows,
    ) -> None:
        self._leg, self._worth = leg, worth
        self._days, self._due, self._runs, self._asked = days, due, runs, asked
        self._lines = LinesOfDays(days)

    def account(self, block: int, alone: Sequence[int]) -> None:
        """Leave open what is even around the days of one account on which something stands alone."""
        first_and_last = (
            np.searchsorted(self._runs.block, block, side) for side in ("left", "right")
        )
        payouts = np.arange(*first_and_last)
        if not len(payouts):
            return
        places = self._days.of_block(block)
        balance = self._balance(places, payouts)
        done = NO_DAY
        for day in alone:
            if day <= done:
                continue
            for first, last in balance.even_around(day)[:STRETCHES_MAX]:
                begin, end = balance.on[first], balance.on[last]
                own = places[(self._due[places] >= begin) & (self._due[places] <= end)]
                arrived = self._runs.arrived[payouts]
                inside = payouts[(arrived >= begin) & (arrived <= end)]
                if len(own) and len(inside) and self._may_wait(balance, first, last, own):
                    self._leave_open(inside, own, places)
                    done = end
                    break

    def _balance(self, places: Rows, payouts: Rows) -> _Balance:
        """Return the balance of an account."""
        days, due, runs = self._days, self._due, self._runs
        worth = (days.net + days.bare)[places]
        taken = runs.day_payout[places] >= 0
        of_days = (due[places], runs.arrived[runs.day_payout[places[taken]]])
        on, at = np.unique(np.concatenate([*of_days, runs.arrived[payouts]]), return_inverse=True)
        change = np.zeros(len(on), np.int64)
        np.add.at(change, at[: -len(payouts)], np.concatenate([worth, -worth[taken]]))
        low, high = change.tolist(), change.tolist()
        # A run is paid to the đồng: only the others may lack something.
        unproved = runs.first[payouts] < 0
        for payout, here in zip(
            payouts[unproved].tolist(), at[-len(payouts) :][unproved].tolist(), strict=True
        ):
            lacks = self._lacks(payout, places[runs.day_payout[places] == payout])
            low[here] += min(lacks)
            high[here] += max(lacks)
        return _Balance(on.tolist(), low, high)

    def _lacks(self, payout: int, places: Rows) -> tuple[int, ...]:
        lacks = short_before_fee(self._leg, self._days, self._runs, self._asked, payout, places)
        return lacks or (_NOT_EVEN,)

    def _may_wait(self, balance: _Balance, first: int, last: int, places: Rows) -> bool:
        """Return whether lines due so far come to the balance on each day of a stretch."""
        total = self._worth.net + self._worth.bare
        every = total[self._lines.of(places)]
        unit = max(gcd(*every.tolist()), 1)
        counted = int(np.abs(every).sum()) // unit <= REACH_MAX
        reached, below, above, low, high = 1, 0, 0, 0, 0
        for at in range(first, last):
            low, high = low + balance.low[at], high + balance.high[at]
            for each in total[self._lines.of(places[self._due[places] == balance.on[at]])].tolist():
                below, above = below + max(-each, 0), above + max(each, 0)
                reached |= reached << abs(each) // unit if counted else 0
            fits = range(-(-max(low, -below) // unit), min(high, above) // unit + 1)
            if not any(reached >> (each + below // unit) & 1 or not counted for each in fits):
                return False
        return True

    def _leave_open(self, payouts: Rows, places: Rows, of_account: Rows) -> None:
        """Leave open payouts and days of an account, and all payouts that pay lines of theirs."""
        leg, runs, asked = self._leg, self._runs, self._asked
        lines = self._lines.of(of_account)
        rows, inside = self._worth.rows[lines], np.isin(self._days.line_day[lines], places)
        taken = leg.lines.counterpart[rows]
        while True:
            theirs = inside | np.isin(taken, asked[payouts])
            named = np.flatnonzero(np.isin(asked, taken[theirs]))
            if np.isin(named, payouts).all():
                break
            payouts = np.union1d(payouts, named)
        last = runs.arrived[payouts].max()
        is_new = ~leg.made.has(Outcome.AMBIGUOUS_PAYOUT)[asked[payouts]]
        is_last = runs.arrived[payouts] == last
        new = payouts[is_new]
        for payout in new.tolist():
            self._tell_own(payout, lines[taken == asked[payout]], places)
        # Whatever waited, the last of them settled it, were they in doubt before or not.
        for payout in payouts[is_last].tolist():
            runs.readings.add(payout, Reading.of(places.tolist()))
        leg.made.decide(
            asked[new], Outcome.AMBIGUOUS_PAYOUT, Rule.CUT_OFF_RUN, Reason.TIE, alternatives=2
        )
        of_book = asked[payouts]
        leg.expected[of_book] = leg.made.difference[of_book] = 0
        leg.first_on[of_book] = leg.last_on[of_book] = NO_DAY
        leg.lines.decide(rows[theirs], Outcome.AMBIGUOUS, Rule.CUT_OFF_RUN, Reason.TIE)
        leg.lines.counterpart[rows[theirs]] = NOBODY
        runs.contested[places] = True

    def _tell_own(self, payout: int, paid: Rows, stretch: Rows) -> None:
        """Keep the lines a payout was found to pay, and that it may pay any that were due by then."""
        runs = self._runs
        if len(paid):
            own = np.unique(self._days.line_day[paid])
            less = np.setdiff1d(self._lines.of(own), paid)
            runs.readings.add(payout, Reading.of(own.tolist(), less=less.tolist()))
        is_late = self._leg.made.has(Outcome.OVER, Outcome.LATE)[self._asked[payout]]
        if is_late or not len(paid):
            so_far = stretch[self._due[stretch] <= runs.arrived[payout]]
            runs.readings.add(payout, Reading.of(so_far.tolist()))
