"""Payouts that no run proves: compared as a whole with what was due, then looked at for what moved.

A payout is compared with the days due with it, else with the one earlier day due. Two odd payouts
that make each other good by lines held back are explained. The others are short or over; where
several payouts or several days are left it cannot be told which belongs to which: ambiguous.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Rows
from reconciliation.engine.cut_off_runs import RUN_DAYS_MAX, PayoutRuns
from reconciliation.engine.decisions import NOBODY
from reconciliation.engine.held_back import OddPayout, find_held_lines, pair_odd_payouts
from reconciliation.engine.keys import code_together
from reconciliation.engine.outcomes import Outcome, Reason, Rule
from reconciliation.engine.payout_books import is_told_of
from reconciliation.engine.payout_leg import NO_DAY, PayoutLeg
from reconciliation.engine.payout_readings import Reading, in_order_of_ids
from reconciliation.engine.settlement_days import LinesOfDays, LineWorth, SettlementDays, paid_for
from reconciliation.engine.shared_days import share_days
from reconciliation.engine.subset_sums import find_subsets
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
    alone = np.flatnonzero(runs.open & is_told_of(leg)[asked])
    leg.judge(asked[alone], np.zeros(len(alone), np.int64), Rule.CUT_OFF_RUN)
    whole = sorted(runs.compared.items())
    if whole:
        _write_whole(leg, worth, days, due, asked, whole)
    nothing = np.zeros(0, np.int64)
    explain = _Explaining(leg, worth, days, runs, asked)
    odd = [(at, places) for at, places in whole if not leg.is_whole(asked[[at]])[0]]
    explain.odd_payouts([*odd, *((at, nothing) for at in alone.tolist())])


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
    net, bare = (
        sum_by(owner, len(whole), part[taken], what="the days of one payout")
        for part in (days.net, days.bare)
    )
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


class _Explaining:
    """The search for lines that moved from one payout to a later one."""

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
        self._days = days
        self._runs = runs
        self._asked = asked
        self._lines = LinesOfDays(days)

    def odd_payouts(self, compared: list[tuple[int, Rows]]) -> None:
        """Explain what can be explained among payouts that differ from the days beside them."""
        odd: dict[int, list[OddPayout]] = defaultdict(list)
        for at, places in compared:
            arrived = int(self._runs.arrived[at])
            found = OddPayout(at, arrived, self._missing_before_fee(at, places))
            odd[int(self._runs.block[at])].append(found)
        for of_account in odd.values():
            for short, over, sums in pair_odd_payouts(of_account):
                self._explain_lines(short.payout, over.payout, sums)

    def _missing_before_fee(self, at: int, places: Rows) -> tuple[int, ...]:
        """Return how much worth of lines a payout lacks: no, one, or (by rounding) two values."""
        leg, days, amount = self._leg, self._days, int(self._runs.amount[at])
        net, bare = int(days.net[places].sum()), int(days.bare[places].sum())
        number = int(
            days.profile[places[-1]] if len(places) else leg.payout_profile[self._asked[at]]
        )
        schedule = leg.profiles[number].fee
        if schedule is None or schedule.per != "run":
            return (net + bare - amount,)
        profile = np.array([number])

        def paid(worth: int) -> int:
            return int(paid_for(np.array([net]), np.array([worth]), profile, leg.profiles)[0])

        low, high = 0, 2 * max(amount - net, 0) + 2 * abs(bare) + 2
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if paid(middle) < amount else (low, middle)
        return tuple(bare - worth for worth in (low, low + 1) if paid(worth) == amount)

    def _explain_lines(self, short: int, over: int, sums: tuple[int, ...]) -> None:
        """Decide two payouts that make each other good, and the lines that moved between them."""
        lines = in_order_of_ids(self._leg, self._worth, self._lines_of(short))
        later = self._lines_of(over)
        worth_of = self._worth.net[lines] + self._worth.bare[lines]
        rule = Rule.HELD_BACK
        solutions = [found for sum_vnd in sums for found in find_held_lines(worth_of, sum_vnd)]
        if not solutions:
            rule = Rule.PAYOUT_SUBSET
            solutions = [found for sum_vnd in sums for found in find_subsets(worth_of, sum_vnd)]
        if len(solutions) == 1:
            held = self._worth.rows[lines[list(solutions[0])]]
            self._leg.lines.decide(self._worth.rows[lines], Outcome.MATCHED, rule)
            self._leg.lines.decide(self._worth.rows[later], Outcome.MATCHED, rule)
            self._pay_later(held, over, rule)
            self._keep_days(short)
            self._make_whole([short, over], rule)
        elif solutions:
            self._leave_ambiguous(short, over, rule, [lines[list(held)] for held in solutions])

    def _days_of(self, payout: int) -> Rows:
        places = self._days.of_block(int(self._runs.block[payout]))
        own: Rows = places[self._runs.day_payout[places] == payout]
        return own

    def _lines_of(self, payout: int) -> Rows:
        """Return the lines (places in ``worth``) of the days a payout is compared with."""
        return self._lines.of(self._days_of(payout))

    def _pay_later(self, rows: Rows, payout: int, rule: Rule) -> None:
        paid_with = np.full(len(rows), self._asked[payout])
        self._leg.pay(rows, paid_with, rule, reason=Reason.HELD_BACK)

    def _keep_days(self, payout: int) -> None:
        """Say which days a payout pays now that some of its lines are paid with another."""
        row = self._asked[payout]
        days = self._leg.book.day[self._leg.pays_line & (self._leg.lines.counterpart == row)]
        self._leg.first_on[row] = days.min() if len(days) else NO_DAY
        self._leg.last_on[row] = days.max(initial=NO_DAY)

    def _make_whole(self, payouts: list[int], rule: Rule) -> None:
        rows = self._asked[payouts]
        self._leg.made.decide(rows, Outcome.PAID, rule, Reason.HELD_BACK)
        self._leg.made.difference[rows] = 0
        self._leg.expected[rows] = self._leg.payouts.amount[rows]

    def _leave_ambiguous(self, short: int, over: int, rule: Rule, moved: Sequence[Rows]) -> None:
        """Leave open which lines the first payout left to the second: any of its lines may be one."""
        leg, both = self._leg, self._asked[[short, over]]
        leg.made.decide(both, Outcome.AMBIGUOUS_PAYOUT, rule, Reason.HELD_BACK, alternatives=2)
        rows = self._worth.rows[self._lines_of(short)]
        leg.lines.decide(rows, Outcome.AMBIGUOUS, rule, Reason.TIE)
        leg.lines.counterpart[rows] = NOBODY
        self._keep_days(short)
        leg.expected[both[0]] = leg.made.difference[both[0]] = 0
        own, later = self._days_of(short).tolist(), self._days_of(over).tolist()
        for lines in moved:
            self._runs.readings.add(short, Reading.of(own, less=lines.tolist()))
            self._runs.readings.add(over, Reading.of(later, more=lines.tolist()))
