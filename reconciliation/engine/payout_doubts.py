"""Runs that sum to their payout and may still be the wrong ones: another reading sums as well.

Two payouts of one sum, one of them late, may have changed places, or days of one sum in them. Where
a payout leaves out a day that was due with those it pays, and a later one carries that day along,
the provider may as well have held back lines of the same sum from the days it seems to pay. And a
payout of an earlier run may be what was due with it, less such lines; then whatever they make whole
later is in doubt as well. Never a pick.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Rows
from reconciliation.engine.held_back import find_held_lines
from reconciliation.engine.payout_leg import PayoutLeg
from reconciliation.engine.payout_readings import (
    Reading,
    comes_to,
    in_order_of_ids,
    lines_read,
)
from reconciliation.engine.payout_runs import (
    LATE_FITS,
    RUN_DAYS_MAX,
    Doubts,
    Fit,
    PayoutRuns,
    doubt,
    leave_in_doubt,
)
from reconciliation.engine.settlement_days import LinesOfDays, LineWorth, SettlementDays

_NO_DAYS: Rows = np.zeros(0, np.int64)


def doubt_runs(
    leg: PayoutLeg, worth: LineWorth, days: SettlementDays, due: NDArray[np.int64], runs: PayoutRuns
) -> None:
    """Leave ambiguous the payouts whose runs have another reading."""
    search = _OtherReadings(leg, worth, days, due, runs)
    search.exchange()
    search.leave_days_out()
    search.hold_lines_back()
    leave_in_doubt(days, runs, search.found)


class _OtherReadings:
    """The search for what payouts may pay instead of their runs; all is looked at as it was found."""

    def __init__(
        self,
        leg: PayoutLeg,
        worth: LineWorth,
        days: SettlementDays,
        due: NDArray[np.int64],
        runs: PayoutRuns,
    ) -> None:
        self.found: Doubts = {}
        self._leg, self._worth = leg, worth
        self._days, self._due, self._runs = days, due, runs
        self._lines = LinesOfDays(days)
        self._compared: dict[int, list[int]] = defaultdict(list)
        for payout in runs.compared:
            self._compared[int(runs.block[payout])].append(payout)

    def exchange(self) -> None:
        """Add late payouts, and others that may have paid their run, or a day of it, instead."""
        days, due, runs = self._days, self._due, self._runs
        for late in self._late():
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
                for at in np.flatnonzero((equal | same_sum) & in_time).tolist():
                    rival = int(rivals[at])
                    whole = {late: set(own.tolist()), rival: set(places[takers == rival].tolist())}
                    if same_sum[at]:
                        doubt(self.found, late, Reading.of(whole[rival]))
                        doubt(self.found, rival, Reading.of(whole[late]))
                    if equal[at]:
                        both = {day, int(others[at])}
                        doubt(self.found, late, Reading.of(whole[late] ^ both))
                        doubt(self.found, rival, Reading.of(whole[rival] ^ both))

    def leave_days_out(self) -> None:
        """Add payouts that may have left out lines instead of the day, and who paid that day."""
        days, due, runs = self._days, self._due, self._runs
        together = (days.block[1:] == days.block[:-1]) & (due[1:] == due[:-1])
        apart = np.flatnonzero(together & (runs.day_payout[1:] != runs.day_payout[:-1]))
        beside = set(runs.day_payout[np.concatenate([apart, apart + 1])].tolist()) - {-1}
        for payout in sorted(beside):
            if runs.first[payout] < 0:
                continue
            places = days.of_block(int(runs.block[payout]))
            batch = places[due[places] == due[runs.last[payout]]]
            takers = runs.day_payout[batch]
            later = (takers < 0) | _pays_no_run_due(runs, takers)
            later &= (takers < 0) | (runs.arrived[takers] > runs.arrived[payout])
            left_out = batch[later & (takers != payout)]
            total = int(days.net[left_out].sum()) + int(days.bare[left_out].sum())
            paid = places[runs.day_payout[places] == payout]
            both = np.concatenate([paid, left_out])
            if total > 0 and (held := self._lines_of_sum(both, total, but=left_out)):
                both = both.tolist()
                doubt(self.found, payout, *(Reading.of(both, less=found) for found in held))
                for carrier in sorted(set(runs.day_payout[left_out].tolist()) - {-1}):
                    carried = set(places[runs.day_payout[places] == carrier].tolist())
                    rest = carried - set(left_out.tolist())
                    doubt(self.found, carrier, *self._carried_instead(carrier, rest, held))

    def hold_lines_back(self) -> None:
        """Add payouts of an earlier run that may as well be what is due with them, less some lines.

        With them the payouts that these lines make whole.
        """
        days, due, runs = self._days, self._due, self._runs
        for payout in self._late():
            block = int(runs.block[payout])
            places = days.of_block(block)
            paid = places[runs.day_payout[places] == payout]
            takers = runs.day_payout[places]
            unproved = (takers < 0) | np.isin(takers, self._compared[block])
            due_too = places[unproved & (due[places] == runs.arrived[payout])]
            total = sum(
                int(part[due_too].sum()) - int(part[paid].sum()) for part in (days.net, days.bare)
            )
            held = self._lines_of_sum(due_too, total) if total > 0 else []
            if (takers[np.isin(places, due_too)] >= 0).all():
                # Another payout of the day is compared with what was due, and as odd with either: two
                # lines that changed places between the two would be too many faults.
                held = [one for one in held if len(one) == 1]
            if held:
                doubt(self.found, payout, *(Reading.of(due_too.tolist(), less=one) for one in held))
                for compared in set(runs.day_payout[due_too].tolist()) - {-1}:
                    doubt(self.found, compared)
                for later, reading in self._made_whole_after(payout, held):
                    doubt(self.found, later, reading)

    def _carried_instead(
        self, carrier: int, rest: set[int], held: Sequence[tuple[int, ...]]
    ) -> list[Reading]:
        """Return what a payout may carry instead of days left out: lines held back, or some of them."""
        runs = self._runs
        if carrier in runs.compared:
            return [Reading.of(rest, more=each) for each in held]
        parts = dict.fromkeys(part for each in held for part in (each, *((one,) for one in each)))
        readings = [Reading.of(rest, more=part) for part in parts]
        return [each for each in readings if self._comes_to(each) == runs.amount[carrier]]

    def _comes_to(self, reading: Reading) -> int:
        return comes_to(self._leg, self._worth, self._days, lines_read(self._lines, reading))

    def _made_whole_after(
        self, payout: int, held: Sequence[tuple[int, ...]]
    ) -> Iterator[tuple[int, Reading]]:
        """Yield later payouts, only compared with their days, that lines held back make whole; and how.

        Those that are still open need no doubt: they meet the days of these lines, contested.
        """
        runs = self._runs
        for later in self._compared[int(runs.block[payout])]:
            if 0 < runs.arrived[later] - runs.arrived[payout] <= RUN_DAYS_MAX:
                for one in held:
                    reading = Reading.of(runs.compared[later].tolist(), more=one)
                    if self._comes_to(reading) == runs.amount[later]:
                        yield later, reading

    def _late(self) -> list[int]:
        """Return the payouts of runs that were due before they arrived."""
        runs = self._runs
        return np.flatnonzero((runs.first >= 0) & np.isin(runs.fit, LATE_FITS)).tolist()

    def _lines_of_sum(
        self, places: Rows, sum_vnd: int, *, but: Rows = _NO_DAYS
    ) -> list[tuple[int, ...]]:
        """Return up to two sets of one or two lines of some days that come to a sum.

        Args:
            but: all the lines of these days together are no such set.
        """
        lines = self._lines.of(places)
        total = self._worth.net + self._worth.bare
        if not find_held_lines(total[lines], sum_vnd):
            return []
        lines = in_order_of_ids(self._leg, self._worth, lines)
        found = find_held_lines(total[lines], sum_vnd, at_most=3)
        whole = set(self._lines.of(but).tolist())
        sets = [tuple(lines[list(chosen)].tolist()) for chosen in found]
        return [each for each in sets if set(each) != whole][:2]


def _pays_no_run_due(runs: PayoutRuns, payouts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which payouts pay days that were due before, or are only compared with their days."""
    earlier: NDArray[np.bool_] = (runs.fit[payouts] != int(Fit.DUE)) & (runs.first[payouts] >= 0)
    return earlier | np.isin(payouts, list(runs.compared))
