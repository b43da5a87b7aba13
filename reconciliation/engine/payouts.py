"""Leg C: which statement lines each payout pays. Source: reconciliation.md section 4.

First the provider's own listing, then the cut-off run, then the run without lines that were held
back; where none is proved, the payout is compared with what was due as a whole. A payout whose
parts cannot be told apart is ``ambiguous_payout``; nothing is picked, up to two readings are told.
"""

from dataclasses import dataclass

import numpy as np

from reconciliation.engine.across import Across
from reconciliation.engine.coded_books import CodedBooks
from reconciliation.engine.coded_text import Flags, HashText, Rows, rank_rows
from reconciliation.engine.compared_payouts import compare_with_due
from reconciliation.engine.cut_off_runs import find_runs
from reconciliation.engine.decisions import Decisions
from reconciliation.engine.even_stretches import leave_even_stretches_open
from reconciliation.engine.listing import link_own_rows, settle_listed
from reconciliation.engine.outcomes import Outcome, Reason, Rule
from reconciliation.engine.payout_books import set_aside_lines, set_aside_payouts
from reconciliation.engine.payout_cycles import (
    CycleFacts,
    Cycles,
    due_days,
    find_facts,
    learn_cycles,
)
from reconciliation.engine.payout_doubts import doubt_runs
from reconciliation.engine.payout_leg import NO_DAY, PayoutLeg, is_own_row
from reconciliation.engine.payout_readings import write_readings
from reconciliation.engine.payout_runs import LATE_FITS, PayoutRuns
from reconciliation.engine.returned_payouts import link_returns, settle_unnamed_returns
from reconciliation.engine.settlement_days import (
    LineWorth,
    SettlementDays,
    add_up_days,
    worth_of_lines,
)
from reconciliation.engine.unpaid import overdue_days, settle_unpaid
from reconciliation.engine.untold_days import leave_untold_open
from reconciliation.profiles import Profiles


@dataclass(frozen=True, slots=True)
class OpenRuns:
    """Leg C once the listings are settled: what no listing names, and what was learnt from it."""

    leg: PayoutLeg
    worth: LineWorth
    days: SettlementDays
    asked: Rows
    facts: CycleFacts
    cycles: Cycles


def settle_listings(
    coded: CodedBooks, leg_b: Decisions, across: Across, profiles: Profiles, hash_text: HashText
) -> OpenRuns:
    """Return leg C after the listings; ``leg_b`` says which lines are repeats, conflicts, rejected."""
    book, payouts, providers = coded.statement, coded.payouts, coded.providers
    leg = PayoutLeg(
        book=book,
        payouts=payouts,
        profiles=profiles.rows,
        line_profile=profiles.index(providers, book.provider, book.day),
        payout_profile=profiles.index(providers, payouts.provider, payouts.day),
        providers=len(providers),
        last_arrival=across.last_arrivals(providers),
        statement_tells=across.statement.coverage(providers),
        hash_text=hash_text,
        lines=Decisions.none_yet(len(book)),
        made=Decisions.none_yet(len(payouts)),
        expected=np.zeros(len(payouts), np.int64),
        first_on=np.full(len(payouts), NO_DAY, np.int32),
        last_on=np.full(len(payouts), NO_DAY, np.int32),
        own_row=is_own_row(book),
        undone_by=np.full(len(payouts), -1),
        paid_with=np.arange(len(payouts)),
    )
    set_aside_lines(leg, leg_b)
    set_aside_payouts(leg)
    link_returns(leg)
    link_own_rows(leg)
    settle_listed(leg)
    in_runs = leg.lines.open & leg.found_by(leg.line_profile, "cut_off_run", "learned")
    in_runs &= ~is_own_row(book)  # a return is owed from its day on, and paid with any payout
    worth = worth_of_lines(leg.book, np.flatnonzero(in_runs), leg.line_profile, leg.profiles)
    days = add_up_days(leg.book, worth, leg.line_profile)
    asked = _in_order(
        leg, leg.made.open & leg.found_by(leg.payout_profile, "cut_off_run", "learned")
    )
    facts = find_facts(days, payouts, asked, leg.profiles)
    return OpenRuns(leg, worth, days, asked, facts, learn_cycles(facts, providers))


def _in_order(leg: PayoutLeg, wanted: Flags) -> Rows:
    """Return payouts in an order that the order of the book's rows does not change."""
    rows = np.flatnonzero(wanted)
    names = rank_rows(leg.payouts.ids.text.take(rows))
    order: Rows = rows[np.lexsort((names, leg.payouts.day[rows], leg.payouts.block[rows]))]
    return order


def settle_payouts(found: OpenRuns, cycles: Cycles, providers: tuple[str, ...]) -> PayoutLeg:
    """Return leg C; ``cycles`` is what was learnt over all accounts."""
    leg, worth, days, asked = found.leg, found.worth, found.days, found.asked
    due, known = due_days(days, cycles, leg.profiles, providers)
    runs = PayoutRuns(
        block=leg.payouts.block[asked].astype(np.int64),
        amount=leg.payouts.amount[asked],
        arrived=leg.payouts.day[asked].astype(np.int64),
        day_payout=np.full(len(days), -1, np.int64),
        contested=np.zeros(len(days), bool),
        spent=np.zeros(len(days), bool),
        first=np.full(len(asked), -1, np.int64),
        last=np.full(len(asked), -1, np.int64),
        fit=np.zeros(len(asked), np.int64),
        solutions=np.zeros(len(asked), np.int64),
    )
    find_runs(days, due, runs, leg.profiles)
    doubt_runs(leg, worth, days, due, runs)
    _write_runs(leg, worth, days, due, runs, asked, known)
    compare_with_due(leg, worth, days, due, runs, asked)
    missing = np.flatnonzero(overdue_days(leg, days, due, runs))
    leave_even_stretches_open(leg, worth, days, due, runs, asked, missing)
    settle_unpaid(leg, worth, days, due, runs)
    settle_unnamed_returns(leg)
    leave_untold_open(leg, cycles, providers)
    write_readings(leg, worth, days, runs.readings, asked)
    return leg


def _write_runs(
    leg: PayoutLeg,
    worth: LineWorth,
    days: SettlementDays,
    due: Rows,
    runs: PayoutRuns,
    asked: Rows,
    known: Flags,
) -> None:
    """Decide the payouts whose run is proved, and the lines of it."""
    nothing = worth.rows[days.line_day < 0]
    leg.lines.decide(nothing, Outcome.MATCHED, Rule.CUT_OFF_RUN)
    placed = np.flatnonzero(days.line_day >= 0)
    taken = runs.day_payout[days.line_day[placed]]
    placed, taken = placed[taken >= 0], taken[taken >= 0]
    leg.pay(worth.rows[placed], asked[taken], Rule.CUT_OFF_RUN)
    solved = np.flatnonzero(runs.first >= 0)
    leg.judge(asked[solved], leg.payouts.amount[asked[solved]], Rule.CUT_OFF_RUN)
    late = np.isin(runs.fit[solved], LATE_FITS)
    late &= runs.arrived[solved] > due[runs.last[solved]]
    late &= known[leg.payouts.provider[asked[solved]]]
    leg.made.decide(asked[solved[late]], Outcome.LATE, Rule.CUT_OFF_RUN, Reason.LATE)
