"""Payouts that a provider itemises itself: every line names the payout that pays it."""

import numpy as np

from reconciliation.engine.coded_text import Codes, Rows
from reconciliation.engine.keys import KeySide, share_keys
from reconciliation.engine.outcomes import Outcome, Reason, Rule
from reconciliation.engine.payout_leg import PayoutLeg
from reconciliation.engine.settlement_days import worth_of_lines
from reconciliation.engine.sums import sum_by

_OWN_ROW_FIELDS = ("settlement_id", "bank_reference", "provider_transaction_id")


def link_own_rows(leg: PayoutLeg) -> None:
    """Link a payout's own entry in the provider's ledger to the payout; nothing else pays it."""
    book, payouts = leg.book, leg.payouts
    rows = np.flatnonzero(leg.lines.open & leg.own_row)
    named = np.full(len(rows), -1, np.int64)
    for column in _OWN_ROW_FIELDS:
        open_still = np.flatnonzero(named < 0)
        named[open_still] = named_payouts(leg, rows[open_still], column)
    alone = rows[named < 0]
    leg.lines.decide(alone, Outcome.NOT_APPLICABLE, Rule.PROFILE, Reason.NOT_A_PAYMENT)
    rows, named = rows[named >= 0], named[named >= 0]
    leg.lines.decide(rows, Outcome.MATCHED, Rule.PAYOUT_LISTING)
    leg.lines.counterpart[rows] = named
    off = payouts.amount[named] - book.amount[rows]
    leg.lines.difference[rows] = off
    odd = rows[off != 0]
    leg.lines.decide(odd, Outcome.MATCHED_WITH_DIFFERENCE, Rule.PAYOUT_LISTING, Reason.AMOUNT)


def settle_listed(leg: PayoutLeg) -> None:
    """Decide the lines that name a payout, and the payouts that lines name."""
    listed = leg.lines.open & leg.found_by(leg.line_profile, "listing", "learned")
    rows = np.flatnonzero(listed & leg.book.texts["settlement_id"].present)
    named = named_payouts(leg, rows, "settlement_id")
    rows, named = rows[named >= 0], leg.paid_with[named[named >= 0]]
    returned = leg.made.has(Outcome.RETURNED)[named]
    leg.pay(rows[~returned], named[~returned], Rule.PAYOUT_LISTING)
    back = rows[returned]
    leg.pay(back, named[returned], Rule.PAYOUT_LISTING, Outcome.MISSING, Reason.REVERSED)
    worth = worth_of_lines(leg.book, rows, leg.line_profile, leg.profiles)
    # A listing tells each line as it is paid: what no line tells of a fee, no fee is assumed for.
    total = sum_by(named, len(leg.payouts), worth.net + worth.bare)
    leg.expected[np.unique(named)] = total[np.unique(named)]
    payouts = np.unique(named[~returned])
    leg.judge(payouts, total[payouts], Rule.PAYOUT_LISTING)
    odd = rows[~returned & ~leg.is_whole(named)]
    leg.lines.decide(
        odd, Outcome.MATCHED_WITH_DIFFERENCE, Rule.PAYOUT_LISTING, Reason.PAYOUT_DIFFERS
    )


def named_payouts(leg: PayoutLeg, rows: Rows, column: str) -> Codes:
    """Return for each line the one payout of its account that a column names, else -1."""
    text, payouts = leg.book.texts[column], leg.payouts
    there = np.flatnonzero(
        (leg.made.open | leg.made.has(Outcome.RETURNED)) & payouts.reference.present
    )
    told = np.flatnonzero(text.present[rows])
    named = np.full(len(rows), -1, np.int64)
    shared = share_keys(
        KeySide(told, text.take(rows[told]), leg.book.block[rows[told]]),
        KeySide(there, payouts.reference.take(there), payouts.block[there]),
        leg.hash_text,
    )
    named[shared.left] = shared.right
    groups = (shared.crowd_left_group, shared.crowd_right_group)
    size = 1 + int(max(group.max(initial=-1) for group in groups))
    payout = np.full(size, -1, np.int64)
    payout[groups[1]] = shared.crowd_right
    payout[np.bincount(groups[1], minlength=size) != 1] = -1
    named[shared.crowd_left] = payout[groups[0]]
    return named
