"""Payouts that differ from the days beside them, explained by lines that one left to a later one.

First rows of payouts that make each other good one after the other (``carried_lines``), then pairs
that leave each other no choice; of a pair any number of a few lines may have moved. Where lines may
have travelled in several ways all of them stay undecided, also those of even payouts on the way.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from reconciliation.engine.carried_lines import (
    Held,
    Row,
    Station,
    explained_rows,
    find_ways,
    row_between,
)
from reconciliation.engine.coded_text import Rows
from reconciliation.engine.decisions import NOBODY
from reconciliation.engine.held_back import OddPayout, pair_odd_payouts
from reconciliation.engine.outcomes import Outcome, Reason, Rule
from reconciliation.engine.payout_leg import NO_DAY, PayoutLeg
from reconciliation.engine.payout_readings import Reading, comes_to, in_order_of_ids
from reconciliation.engine.payout_runs import LATE_FITS, PayoutRuns, short_before_fee
from reconciliation.engine.settlement_days import LinesOfDays, LineWorth, SettlementDays
from reconciliation.engine.subset_sums import find_subsets


def explain_odd_payouts(
    leg: PayoutLeg,
    worth: LineWorth,
    days: SettlementDays,
    runs: PayoutRuns,
    asked: Rows,
    odd: Sequence[tuple[int, Rows]],
) -> None:
    """Explain what can be explained among payouts that differ from the days beside them.

    Args:
        odd: places in ``asked`` of such payouts, each with the days it is compared with.
    """
    explain = _Explaining(leg, worth, days, runs, asked)
    of_account: dict[int, list[OddPayout]] = defaultdict(list)
    for at, places in odd:
        short_by = short_before_fee(leg, days, runs, asked, at, places)
        found = OddPayout(at, int(runs.arrived[at]), short_by)
        of_account[int(runs.block[at])].append(found)
    for block, payouts in of_account.items():
        explain.account(block, payouts)


class _Explaining:
    def __init__(
        self,
        leg: PayoutLeg,
        worth: LineWorth,
        days: SettlementDays,
        runs: PayoutRuns,
        asked: Rows,
    ) -> None:
        self._leg = leg
        self._worth = worth
        self._total = worth.net + worth.bare
        self._days = days
        self._runs = runs
        self._asked = asked
        self._lines = LinesOfDays(days)

    def account(self, block: int, odd: Sequence[OddPayout]) -> None:
        """Explain the odd payouts of one account."""
        stations = self._stations(block, odd)
        explained: set[int] = set()
        for row in explained_rows(stations, self._lines_of, self._total):
            if whole := self._that_come_out(row):
                self._settle(whole)
                explained |= {one.payout for one in row.stations}
        rest = [one for one in odd if one.payout not in explained]
        for short, over, sums in pair_odd_payouts(rest):
            with_lines = [
                one
                for one in stations
                if one.payout in {short.payout, over.payout} or self._lines_of(one.payout)
            ]
            between = row_between(with_lines, short.payout, over.payout)
            if not explained.isdisjoint(one.payout for one in between):
                continue  # other lines travelled past here already
            explained |= {one.payout for one in between}
            found = find_ways(between, self._lines_of, self._total)
            if found and (whole := self._that_come_out(found)):
                self._settle(whole)
            else:
                self._move_many(short.payout, over.payout, sums)

    def _stations(self, block: int, odd: Sequence[OddPayout]) -> list[Station]:
        """Return the payouts of an account that are decided, in the order they arrived."""
        runs = self._runs
        places = self._days.of_block(block)
        takers = runs.day_payout[places]
        short_by = {one.payout: one.short_by for one in odd}
        known = (set(takers.tolist()) - {-1, *runs.shared}) | short_by.keys()
        return [
            Station(
                payout,
                int(runs.arrived[payout]),
                short_by.get(payout, (0,)),
                is_late=payout not in short_by and int(runs.fit[payout]) in LATE_FITS,
            )
            for payout in sorted(known, key=lambda one: (runs.arrived[one], one))
        ]

    def _lines_of(self, payout: int) -> Held:
        """Return the lines of the days that a payout pays or is compared with, in order of their ids."""
        lines = self._lines.of(self._days_of(payout))
        return tuple(in_order_of_ids(self._leg, self._worth, lines).tolist())

    def _that_come_out(self, row: Row) -> Row | None:
        """Return a row with the ways in which each payout comes to its sum once the fee is off.

        Lines that tell a fee of their own weigh other than those whose fee is taken from the payout.
        """
        lines = [line for own in row.lines for line in own]
        if not self._worth.bare[lines].any():
            return row
        ways = tuple(way for way in row.ways if self._comes_out(row, way))
        return replace(row, ways=ways) if ways else None

    def _comes_out(self, row: Row, way: tuple[Held, ...]) -> bool:
        came: Held = ()
        for station, own, held in zip(row.stations, row.lines, way, strict=True):
            lines = {*own, *came} - set(held)
            due = int(self._runs.amount[station.payout]) if station.is_odd else self._comes_to(own)
            if self._comes_to(sorted(lines)) != due:
                return False
            came = held
        return True

    def _comes_to(self, lines: Sequence[int]) -> int:
        own = np.array(lines, np.int64)
        return comes_to(self._leg, self._worth, self._days, own) if len(own) else 0

    def _settle(self, row: Row) -> None:
        """Decide the payouts of a row that is explained, and the lines that travelled along it."""
        held = [{way[at] for way in row.ways} for at in range(len(row.stations))]
        unsure = [len(sets) > 1 or not row.are_all for sets in held]
        unsure[-1] = False
        for at, station in enumerate(row.stations):
            if station.is_odd:
                rows = self._worth.rows[list(row.lines[at])]
                self._leg.lines.decide(rows, Outcome.MATCHED, Rule.HELD_BACK)
            if unsure[at] or unsure[at - 1]:
                self._leave_open(station.payout, Rule.HELD_BACK, lines_too=unsure[at])
                self._tell_ways(row, at)
            elif station.is_odd:
                self._make_whole(station.payout, Rule.HELD_BACK)
        for at, own in enumerate(row.lines):
            if not unsure[at]:
                for line in set(next(iter(held[at]))) & set(own):
                    self._pay_later(line, row, held, unsure, at)
        lines = [line for own in row.lines for line in own]
        for at, station in enumerate(row.stations):
            if station.is_odd or unsure[at] or unsure[at - 1]:
                self._keep(station.payout, lines)

    def _pay_later(
        self, line: int, row: Row, held: Sequence[set[Held]], unsure: Sequence[bool], at: int
    ) -> None:
        """Decide which payout of a row pays a line that was held back at one of them.

        None that may have held back several sets: one more than the search tries may have the line in it.
        """
        rows = self._worth.rows[[line]]
        for later in range(at + 1, len(row.stations)):
            passed = {line in each for each in held[later]}
            if passed == {False} and not unsure[later]:
                paid_with = np.full(1, self._asked[row.stations[later].payout])
                self._leg.pay(rows, paid_with, Rule.HELD_BACK, reason=Reason.HELD_BACK)
                return
            if passed != {True}:
                break
        self._leg.lines.decide(rows, Outcome.AMBIGUOUS, Rule.HELD_BACK, Reason.TIE)
        self._leg.lines.counterpart[rows] = NOBODY

    def _tell_ways(self, row: Row, at: int) -> None:
        """Keep what a payout of a row may pay: its own lines less what it held, and what came."""
        payout = row.stations[at].payout
        own = self._days_of(payout).tolist()
        for way in row.ways:
            came, held = set(way[at - 1] if at else ()), set(way[at])
            self._runs.readings.add(payout, Reading.of(own, less=held - came, more=came - held))

    def _move_many(self, short: int, over: int, sums: Sequence[int]) -> None:
        """Decide two payouts between which any number of a few lines may have moved."""
        lines, later = (np.array(self._lines_of(payout), np.int64) for payout in (short, over))
        solutions = [
            found for sum_vnd in sums for found in find_subsets(self._total[lines], sum_vnd)
        ]
        rule = Rule.PAYOUT_SUBSET
        if solutions:
            both = self._worth.rows[np.concatenate([lines, later])]
            self._leg.lines.decide(both, Outcome.MATCHED, rule)
        if len(solutions) == 1:
            held = self._worth.rows[lines[list(solutions[0])]]
            paid_with = np.full(len(held), self._asked[over])
            self._leg.pay(held, paid_with, rule, reason=Reason.HELD_BACK)
            for payout in (short, over):
                self._make_whole(payout, rule)
                self._keep(payout, [*lines, *later])
        elif solutions:
            self._leave_open(short, rule, lines_too=True)
            self._leave_open(over, rule, lines_too=False)
            self._keep(short, lines.tolist())
            self._keep(over, later.tolist())
            own, beside = self._days_of(short).tolist(), self._days_of(over).tolist()
            for chosen in solutions:
                moved = lines[list(chosen)].tolist()
                self._runs.readings.add(short, Reading.of(own, less=moved))
                self._runs.readings.add(over, Reading.of(beside, more=moved))

    def _days_of(self, payout: int) -> Rows:
        places = self._days.of_block(int(self._runs.block[payout]))
        own: Rows = places[self._runs.day_payout[places] == payout]
        return own

    def _keep(self, payout: int, lines: Sequence[int]) -> None:
        """Say which days a payout pays, and what it comes to, by which of some lines name it now."""
        leg, row = self._leg, self._asked[payout]
        own = np.array(lines, np.int64)
        own = own[leg.lines.counterpart[self._worth.rows[own]] == row]
        days = leg.book.day[self._worth.rows[own]]
        leg.first_on[row] = days.min() if len(days) else NO_DAY
        leg.last_on[row] = days.max(initial=NO_DAY)
        leg.expected[row] = self._comes_to(own.tolist())
        off = leg.payouts.amount[row] - leg.expected[row]
        leg.made.difference[row] = off if len(own) else 0

    def _make_whole(self, payout: int, rule: Rule) -> None:
        row = self._asked[[payout]]
        self._leg.made.decide(row, Outcome.PAID, rule, Reason.HELD_BACK)

    def _leave_open(self, payout: int, rule: Rule, *, lines_too: bool) -> None:
        """Leave open what a payout pays: what came with it, or any of its own lines too."""
        leg, row = self._leg, self._asked[[payout]]
        leg.made.decide(row, Outcome.AMBIGUOUS_PAYOUT, rule, Reason.HELD_BACK, alternatives=2)
        if lines_too:
            rows = self._worth.rows[list(self._lines_of(payout))]
            leg.lines.decide(rows, Outcome.AMBIGUOUS, rule, Reason.TIE)
            leg.lines.counterpart[rows] = NOBODY
