"""Payouts that no run proves, and days that no payout pays.

A payout is compared with the days due on its day (else with all that was due before it). Two odd
payouts that make each other good by lines held back are explained; the others are short or over.
Where several payouts of one account and day are left, it cannot be told which is short: ambiguous.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from reconciliation.coded_text import Rows
from reconciliation.cut_off_runs import RUN_DAYS_MAX, PayoutRuns
from reconciliation.held_back import OddPayout, find_held_lines, pair_odd_payouts
from reconciliation.keys import code_together
from reconciliation.outcomes import Outcome, Reason, Rule
from reconciliation.payout_leg import PayoutLeg, UnpaidDays
from reconciliation.settlement_days import LineWorth, SettlementDays, paid_for
from reconciliation.sums import sum_by


def compare_with_due(
    leg: PayoutLeg,
    worth: LineWorth,
    days: SettlementDays,
    due: NDArray[np.int64],
    runs: PayoutRuns,
    asked: Rows,
) -> None:
    """Decide the payouts that are still open, and the lines of the days they are compared with."""
    rest = np.flatnonzero(runs.open)
    rest = rest[np.lexsort((runs.arrived[rest], runs.block[rest]))]
    same_day = code_together(runs.block[rest], runs.arrived[rest])
    alone = np.bincount(same_day)[same_day] == 1
    whole: list[tuple[int, Rows]] = []
    empty: list[int] = []
    for (at, places), single in zip(
        _days_of_each(days, due, runs, rest), alone.tolist(), strict=True
    ):
        if not len(places):
            empty.append(at)
        elif single:
            runs.day_payout[places] = at
            whole.append((at, places))
        else:
            runs.contested[places] = True
            runs.solutions[at] = 2
    tied = asked[rest[runs.solutions[rest] > 1]]
    leg.made.decide(tied, Outcome.AMBIGUOUS_PAYOUT, Rule.CUT_OFF_RUN, Reason.TIE, alternatives=2)
    leg.judge(asked[empty], np.zeros(len(empty), np.int64), Rule.CUT_OFF_RUN)
    if whole:
        _write_whole(leg, worth, days, asked, whole)
        _make_good(leg, worth, days, runs, asked, whole)


def settle_unpaid(
    leg: PayoutLeg,
    worth: LineWorth,
    days: SettlementDays,
    due: NDArray[np.int64],
    runs: PayoutRuns,
) -> None:
    """Decide the lines no payout took: contested, not due yet, or due and missing."""
    last = np.full(leg.providers, np.iinfo(np.int64).min, np.int64)
    np.maximum.at(last, leg.payouts.provider, leg.payouts.day.astype(np.int64))
    free = runs.day_payout < 0
    overdue = free & ~runs.contested & (due <= last[days.provider])
    of_line = np.where(days.line_day >= 0, days.line_day, 0)
    placed = days.line_day >= 0
    if len(days):
        for chosen, outcome, reason in (
            (free & runs.contested, Outcome.AMBIGUOUS, Reason.TIE),
            (overdue, Outcome.MISSING, Reason.NOT_TOLD),
            (free & ~runs.contested & ~overdue, Outcome.PENDING_CUT_OFF, Reason.CUT_OFF),
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
    alone = leg.made.open
    leg.judge(np.flatnonzero(alone), np.zeros(int(alone.sum()), np.int64), Rule.PAYOUT_LISTING)


def _days_of_each(
    days: SettlementDays, due: NDArray[np.int64], runs: PayoutRuns, rest: Rows
) -> list[tuple[int, Rows]]:
    """Return for each open payout the free days due with it, else those due before it."""
    start = np.searchsorted(days.block, runs.block[rest], "left")
    end = np.searchsorted(days.block, runs.block[rest], "right")
    found = []
    taken = runs.day_payout >= 0
    for at, first, last in zip(rest.tolist(), start.tolist(), end.tolist(), strict=True):
        of_block = np.arange(first, last)
        free = of_block[~taken[of_block] & ~runs.contested[of_block]]
        arrived = runs.arrived[at]
        places = free[due[free] == arrived]
        if not len(places):
            before = (due[free] < arrived) & (due[free] >= arrived - RUN_DAYS_MAX)
            places = free[before]
            taken[places] = True
        found.append((at, places))
    return found


def _write_whole(
    leg: PayoutLeg,
    worth: LineWorth,
    days: SettlementDays,
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
    leg.pay(
        worth.rows[placed],
        asked[of_payout],
        Rule.CUT_OFF_RUN,
        Outcome.MATCHED_WITH_DIFFERENCE,
        Reason.PAYOUT_DIFFERS,
    )


def _make_good(
    leg: PayoutLeg,
    worth: LineWorth,
    days: SettlementDays,
    runs: PayoutRuns,
    asked: Rows,
    whole: list[tuple[int, Rows]],
) -> None:
    """Explain the payouts of an account that make each other good."""
    odd: dict[int, list[OddPayout]] = defaultdict(list)
    for at, places in whole:
        short_by = _missing_before_fee(leg, days, int(runs.amount[at]), places)
        odd[int(runs.block[at])].append(OddPayout(at, int(runs.arrived[at]), short_by))
    for of_account in odd.values():
        for short, over, sums in pair_odd_payouts(of_account):
            _explain(leg, worth, days, runs, asked, (short.payout, over.payout), sums)


def _missing_before_fee(
    leg: PayoutLeg, days: SettlementDays, amount: int, places: Rows
) -> tuple[int, ...]:
    """Return how much worth of lines a payout lacks: no, one, or (by rounding) two values."""
    net, bare = int(days.net[places].sum()), int(days.bare[places].sum())
    if not bare:
        return (net - amount,)
    profile = days.profile[places[-1:]]

    def paid(worth: int) -> int:
        return int(paid_for(np.array([net]), np.array([worth]), profile, leg.profiles)[0])

    low, high = 0, 2 * max(amount - net, 0) + 2 * abs(bare) + 2
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if paid(middle) < amount else (low, middle)
    return tuple(bare - worth for worth in (low, low + 1) if paid(worth) == amount)


def _explain(
    leg: PayoutLeg,
    worth: LineWorth,
    days: SettlementDays,
    runs: PayoutRuns,
    asked: Rows,
    payouts: tuple[int, int],
    sums: tuple[int, ...],
) -> None:
    """Decide two payouts that make each other good, and the lines that moved between them."""
    placed = days.line_day >= 0
    lines, later = (
        np.flatnonzero(placed & (runs.day_payout[days.line_day] == payout)) for payout in payouts
    )
    worth_of = (worth.net + worth.bare)[lines]
    solutions = [found for sum_vnd in sums for found in find_held_lines(worth_of, sum_vnd)]
    if not solutions:
        return
    pair = asked[list(payouts)]
    if len(solutions) > 1:
        leg.made.decide(
            pair, Outcome.AMBIGUOUS_PAYOUT, Rule.HELD_BACK, Reason.HELD_BACK, alternatives=2
        )
        return
    held = worth.rows[lines[list(solutions[0])]]
    leg.lines.decide(worth.rows[lines], Outcome.MATCHED, Rule.HELD_BACK)
    leg.lines.decide(worth.rows[later], Outcome.MATCHED, Rule.HELD_BACK)
    later_payout = np.full(len(held), pair[1])
    leg.pay(held, later_payout, Rule.HELD_BACK, reason=Reason.HELD_BACK)
    leg.made.decide(pair, Outcome.PAID, Rule.HELD_BACK, Reason.HELD_BACK)
    leg.made.difference[pair] = 0
    leg.expected[pair] = leg.payouts.amount[pair]
