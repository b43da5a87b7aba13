"""Leg C before any search: lines and payouts that take no part, and why."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.books import STATUS_CODE, BookName, CodedPayouts
from reconciliation.engine.coded_text import Codes, Flags, rank_rows
from reconciliation.engine.decisions import Decisions
from reconciliation.engine.keys import KeySide, code_together, share_keys
from reconciliation.engine.outcomes import Outcome, Reason, Rule
from reconciliation.engine.payout_leg import NO_ARRIVAL, PayoutLeg
from reconciliation.engine.payout_runs import RUN_DAYS_MAX
from reconciliation.records import Status


def set_aside_lines(leg: PayoutLeg, leg_b: Decisions) -> None:
    """Decide lines that no payout can pay: repeats, other currencies, providers without payouts."""
    book, lines = leg.book, leg.lines
    for outcome, reason in (
        (Outcome.DUPLICATE, Reason.REPEATED),
        (Outcome.CONFLICT, Reason.OTHER_MONEY),
        (Outcome.REJECTED, Reason.CURRENCY),
    ):
        rows = leg_b.has(outcome)
        lines.decide(rows, outcome, Rule.VALIDATE, reason)
        lines.counterpart[rows] = leg_b.counterpart[rows]
    still = lines.open & (book.status != STATUS_CODE[Status.SUCCEEDED])
    lines.decide(still, Outcome.NOT_APPLICABLE, Rule.VALIDATE, Reason.STATUS)
    alone = lines.open & ~_pays(leg)[book.provider, leg.line_profile]
    lines.decide(alone, Outcome.NOT_APPLICABLE, Rule.PROFILE, Reason.ONE_BOOK)
    bare = lines.open & (book.block < 0)
    lines.decide(bare, Outcome.UNATTRIBUTED, Rule.VALIDATE, Reason.NO_ACCOUNT)


def set_aside_payouts(leg: PayoutLeg) -> None:
    """Decide payouts that pay nothing: repeats, returned ones, other currencies, no account."""
    payouts, made = leg.payouts, leg.made
    made.decide(payouts.foreign, Outcome.REJECTED, Rule.VALIDATE, Reason.CURRENCY)
    alone = made.open & leg.found_by(leg.payout_profile, "none")
    made.decide(alone, Outcome.NOT_APPLICABLE, Rule.PROFILE, Reason.ONE_BOOK)
    bare = made.open & (payouts.block < 0)
    made.decide(bare, Outcome.UNATTRIBUTED, Rule.VALIDATE, Reason.NO_ACCOUNT)
    _drop_repeats(leg)
    back = made.open & payouts.returned
    made.decide(back, Outcome.RETURNED, Rule.VALIDATE, Reason.REVERSED)


def is_told_of(leg: PayoutLeg) -> Flags:
    """Return the payouts whose statement tells anything of the month before they arrived.

    A payout is over only where the statement speaks: no statement is not a statement of nothing.
    """
    payouts = leg.payouts
    told = np.zeros(len(payouts), bool)
    for chosen, key, of_payout in days_told(leg):
        end = (of_payout.astype(np.int64) << 32) + payouts.day
        first = np.searchsorted(key, end - RUN_DAYS_MAX, "left")
        last = np.searchsorted(key, end, "right")
        told |= (last > first) & chosen
    return told


def days_told(leg: PayoutLeg) -> Iterator[tuple[Flags, NDArray[np.int64], Codes]]:
    """Yield the days that statements tell of, sorted: those of a provider, and those of an account.

    With them which payouts they are told for, and the codes of all payouts that stand before a day.
    """
    book, payouts = leg.book, leg.payouts
    per_account = np.array([row.statement_per == "account" for row in leg.profiles])
    of_account: Flags = per_account[leg.payout_profile]
    yield ~of_account, np.sort(leg.statement_tells.told), payouts.provider
    if of_account.any():
        yield of_account, np.unique((book.block.astype(np.int64) << 32) + book.day), payouts.block


def _pays(leg: PayoutLeg) -> Flags:
    """Return per (provider, profile) whether payouts are told, so that a missing one is missed."""
    seen = leg.last_arrival != NO_ARRIVAL
    delivers = np.array(
        [row.has(BookName.PAYOUTS) and row.payouts != "none" for row in leg.profiles]
    )
    learned = np.array([row.payouts == "learned" for row in leg.profiles])
    pays: Flags = delivers[None, :] & (seen[:, None] | ~learned[None, :])
    return pays


def _drop_repeats(leg: PayoutLeg) -> None:
    """Decide ``duplicate`` and ``conflict`` among payouts of one account and reference."""
    payouts, made = leg.payouts, leg.made
    rows = np.flatnonzero(made.open & payouts.reference.present)
    side = KeySide(rows, payouts.reference.take(rows), payouts.block[rows])
    shared = share_keys(side, _nobody(payouts), leg.hash_text)
    rows, group = shared.crowd_left, shared.crowd_left_group
    if not len(rows):
        return
    money = code_together(group, payouts.amount[rows])
    order = np.lexsort((rank_rows(payouts.ids.text.take(rows)), payouts.day[rows], money))
    first = np.ones(len(rows), bool)
    first[1:] = money[order][1:] != money[order][:-1]
    stays = np.repeat(rows[order][first], np.diff(np.flatnonzero(first), append=len(rows)))
    again = rows[order][~first]
    made.decide(again, Outcome.DUPLICATE, Rule.VALIDATE, Reason.REPEATED)
    made.counterpart[again] = stays[~first]
    kept = rows[order][first]
    versions = np.bincount(group[order][first])[group[order][first]]
    torn = kept[versions > 1]
    made.decide(torn, Outcome.CONFLICT, Rule.VALIDATE, Reason.OTHER_MONEY)


def _nobody(payouts: CodedPayouts) -> KeySide:
    none = np.zeros(0, np.int64)
    return KeySide(none, payouts.reference.take(none), none)
