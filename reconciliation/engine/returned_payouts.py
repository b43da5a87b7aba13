"""Payouts that came back, as lines of the statement tell: what each undoes, and who pays the money again.

From the day of such a line on the money is owed again. The payout whose listing tells the line pays
it: the lines of the first payout are paid with the second. Where the book tells no such lines, a
part of a payout came back, or nobody says which one, the line itself is the money that is owed: a
payout that is over by it alone pays it, and none is over that may.
"""

import numpy as np

from reconciliation.engine.books import TYPE_CODE
from reconciliation.engine.coded_text import Codes, Flags, Rows
from reconciliation.engine.listing import named_payouts
from reconciliation.engine.outcomes import RULE_CODE, Outcome, Reason, Rule
from reconciliation.engine.payout_leg import PayoutLeg, is_own_row
from reconciliation.engine.payout_runs import RUN_DAYS_MAX
from reconciliation.engine.settlement_days import worth_of_lines
from reconciliation.records import TransactionType

_UNDOES = ("bank_reference", "provider_transaction_id")


def link_returns(leg: PayoutLeg) -> None:
    """Link each line that gives a payout back with that payout, and say who pays its lines instead."""
    book = leg.book
    back = (book.type == TYPE_CODE[TransactionType.PAYOUT_REVERSAL]) & ~book.is_debit
    rows = np.flatnonzero(leg.lines.open & back)
    if not len(rows):
        return
    undone, listed = _named(leg, rows)
    paid_next = np.full(len(leg.payouts), -1, np.int64)
    at = np.flatnonzero(undone >= 0)
    _link_named(leg, rows[at], undone[at], listed[at], paid_next)
    _link_by_amount(leg, rows[(undone < 0) & (listed < 0)])
    leg.own_row[rows[leg.lines.open[rows]]] = False
    leg.paid_with = _followed(paid_next)


def _named(leg: PayoutLeg, rows: Rows) -> tuple[Codes, Codes]:
    """Return for each line the payout it undoes, and the other one whose listing tells it; else -1."""
    undone = np.full(len(rows), -1, np.int64)
    for column in _UNDOES:
        rest = np.flatnonzero(undone < 0)
        undone[rest] = named_payouts(leg, rows[rest], column)
    listed = named_payouts(leg, rows, "settlement_id")
    # A line that refers to nothing but a settlement gives that one back.
    only = (undone < 0) & ~leg.book.texts["bank_reference"].present[rows]
    undone[only] = listed[only]
    itemises = leg.found_by(leg.line_profile[rows], "listing", "learned")
    return undone, np.where(itemises & (listed != undone), listed, -1)


def _link_named(leg: PayoutLeg, rows: Rows, undone: Codes, listed: Codes, paid_next: Codes) -> None:
    """Link lines with the payouts they undo; ``paid_next``: whose listing tells that one came back."""
    alone = np.bincount(undone, minlength=len(leg.payouts))[undone] == 1
    equal = leg.book.amount[rows] == leg.payouts.amount[undone]
    undoes = alone & (equal | leg.made.has(Outcome.RETURNED)[undone])
    came_back = undone[undoes & leg.made.open[undone]]
    leg.made.decide(came_back, Outcome.RETURNED, Rule.PAYOUT_LISTING, Reason.REVERSED)
    undoes &= (listed < 0) | _has_lines(leg, undone)
    paid_next[undone[undoes]] = listed[undoes]
    whole = undoes & equal
    leg.undone_by[undone[whole]] = rows[whole]
    # What nobody lists is no money of another payout: it is told apart even where it does not fit.
    linked = undoes | (alone & (listed < 0))
    leg.lines.counterpart[rows[linked]] = undone[linked]
    leg.lines.difference[rows[linked]] = (leg.payouts.amount[undone] - leg.book.amount[rows])[
        linked
    ]
    for chosen, outcome in (
        (linked & equal, Outcome.MATCHED),
        (linked & ~equal, Outcome.MATCHED_WITH_DIFFERENCE),
        (~alone & (listed < 0), Outcome.AMBIGUOUS),
    ):
        leg.lines.decide(rows[chosen], outcome, Rule.PAYOUT_LISTING, Reason.REVERSED)


def _has_lines(leg: PayoutLeg, payouts: Codes) -> Flags:
    """Return of which payouts a listing tells lines."""
    told = leg.lines.open & leg.book.texts["settlement_id"].present
    told &= leg.found_by(leg.line_profile, "listing", "learned")
    told &= leg.book.type != TYPE_CODE[TransactionType.PAYOUT]
    told &= np.isin(leg.book.block, leg.payouts.block[payouts])
    named = named_payouts(leg, np.flatnonzero(told), "settlement_id")
    has: Flags = np.isin(payouts, named)
    return has


def _link_by_amount(leg: PayoutLeg, rows: Rows) -> None:
    """Link lines that name no payout with the only one of their sum that is said to have come back."""
    waits = np.flatnonzero(leg.made.has(Outcome.RETURNED) & (leg.undone_by < 0))
    for row in rows.tolist():
        same = waits[leg.payouts.block[waits] == leg.book.block[row]]
        same = same[leg.payouts.amount[same] == leg.book.amount[row]]
        rivals = rows[leg.book.block[rows] == leg.book.block[row]]
        rivals = rivals[leg.book.amount[rivals] == leg.book.amount[row]]
        line = np.array([row])
        if len(same) == len(rivals) == 1:
            leg.lines.decide(line, Outcome.MATCHED, Rule.PAYOUT_LISTING, Reason.REVERSED)
            leg.lines.counterpart[line], leg.undone_by[same] = same, line
        elif len(same):
            leg.lines.decide(line, Outcome.AMBIGUOUS, Rule.PAYOUT_LISTING, Reason.REVERSED)


def settle_unnamed_returns(leg: PayoutLeg) -> None:
    """Pay lines that are owed themselves with the only payout over by one; leave others open that may."""
    owed = np.flatnonzero(is_own_row(leg.book) & ~leg.own_row & ~leg.pays_line)
    concerned = np.isin(leg.payouts.block, leg.book.block[owed])
    over = np.flatnonzero(leg.made.has(Outcome.OVER) & concerned)
    listed = leg.made.rule[over] == RULE_CODE[Rule.PAYOUT_LISTING]
    over = over[~(listed & np.isin(over, leg.lines.counterpart[leg.pays_line]))]
    at, of = np.nonzero(leg.payouts.block[over][:, np.newaxis] == leg.book.block[owed])
    payouts, rows = over[at], owed[of]
    days = leg.payouts.day[payouts].astype(np.int64) - leg.book.day[rows]
    near = (days >= 0) & (days <= RUN_DAYS_MAX)
    payouts, rows = payouts[near], rows[near]
    worth = worth_of_lines(leg.book, rows, leg.line_profile, leg.profiles).net
    fits = worth == leg.made.difference[payouts]
    only = fits & (np.bincount(payouts[fits], minlength=len(leg.payouts))[payouts] == 1)
    only &= np.bincount(rows[fits], minlength=len(leg.book))[rows] == 1
    paid = payouts[only]
    whole = np.flatnonzero(leg.pays_line & np.isin(leg.lines.counterpart, paid))
    leg.lines.decide(whole, Outcome.MATCHED, Rule.CUT_OFF_RUN)
    leg.pay(rows[only], paid, Rule.CUT_OFF_RUN)
    leg.judge(paid, leg.payouts.amount[paid], Rule.CUT_OFF_RUN)
    waits = np.unique(payouts[~np.isin(rows, rows[only])])
    leg.leave_open(waits[leg.made.has(Outcome.OVER)[waits]], Reason.REVERSED)


def _followed(paid_next: Codes) -> Rows:
    """Return which payout pays the lines of each one in the end: also the second may have come back."""
    with_: Rows = np.arange(len(paid_next))
    for payout in np.flatnonzero(paid_next >= 0).tolist():
        seen, last = {payout}, payout
        while (following := int(paid_next[last])) >= 0 and following not in seen:
            seen.add(following)
            last = following
        with_[payout] = last
    return with_
