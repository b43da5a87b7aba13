"""Leg A: a request a vendor showed, and the payment that carries its reference.

A request is paid by the one payment of its account that names it: by the same reference, by the
reference as a word of a longer remark, or by a reference with check characters of which a bank
changed one, if the amount agrees. Several payments that name one request pay it in parts when they
come to its amount; otherwise nothing is taken. A payment nobody asked for is no break: most come
over a static code.
"""

from dataclasses import dataclass

import numpy as np

from reconciliation.engine.book_columns import NO_TIME
from reconciliation.engine.books import CodedBook, CodedRequests
from reconciliation.engine.coded_text import HashText, Rows
from reconciliation.engine.decisions import Decisions, claim_pairs
from reconciliation.engine.outcomes import OUTCOME_CODE, REASON_CODE, Outcome, Reason, Rule
from reconciliation.engine.request_names import read_request_books
from reconciliation.engine.sums import sum_by

_SET_ASIDE = (
    (Outcome.DUPLICATE, Reason.REPEATED),
    (Outcome.CONFLICT, Reason.OTHER_MONEY),
    (Outcome.REJECTED, Reason.CURRENCY),
)


@dataclass(slots=True)
class RequestLeg:
    """Leg A of a run; differences are payment minus request. ``classes``: requests paid in parts."""

    requests: Decisions
    payments: Decisions
    classes: int = 0


def last_told(payments: CodedBook) -> int:
    """Return when the last payment of a book happened, ``NO_TIME`` if no time is told."""
    return int(payments.time.max(initial=NO_TIME))


def settle_requests(
    requests: CodedRequests,
    payments: CodedBook,
    leg_b: Decisions,
    hash_text: HashText,
    *,
    last_at: int,
) -> RequestLeg:
    """Return leg A; ``leg_b`` says which payments are repeats, conflicts or rejected.

    ``last_at`` is ``last_told`` over all accounts: a request that expired before it is stale.
    """
    leg = RequestLeg(Decisions.none_yet(len(requests)), Decisions.none_yet(len(payments)))
    _set_aside(leg, requests, payments, leg_b)
    _join(leg, requests, payments, hash_text)
    _note_lateness(leg, requests, payments)
    asked = leg.payments.open
    leg.payments.decide(asked, Outcome.NOT_APPLICABLE, Rule.REQUEST_REFERENCE, Reason.NOT_REQUESTED)
    stale = (requests.expires != NO_TIME) & (requests.expires < last_at)
    unpaid = leg.requests.open
    leg.requests.decide(
        unpaid & stale, Outcome.MISSING_IN_PAYMENTS, Rule.RESIDUAL, Reason.STALE_REQUEST
    )
    leg.requests.decide(unpaid & ~stale, Outcome.PENDING_CUT_OFF, Rule.RESIDUAL, Reason.CUT_OFF)
    return leg


def _set_aside(
    leg: RequestLeg, requests: CodedRequests, payments: CodedBook, leg_b: Decisions
) -> None:
    leg.requests.decide(requests.foreign, Outcome.REJECTED, Rule.VALIDATE, Reason.CURRENCY)
    bare = leg.requests.open & (requests.block < 0)
    leg.requests.decide(bare, Outcome.UNATTRIBUTED, Rule.VALIDATE, Reason.NO_ACCOUNT)
    for outcome, reason in _SET_ASIDE:
        rows = leg_b.has(outcome)
        leg.payments.decide(rows, outcome, Rule.VALIDATE, reason)
        leg.payments.counterpart[rows] = leg_b.counterpart[rows]
    still = leg.payments.open & ~payments.live
    leg.payments.decide(still, Outcome.NOT_APPLICABLE, Rule.VALIDATE, Reason.STATUS)


def _note_lateness(leg: RequestLeg, requests: CodedRequests, payments: CodedBook) -> None:
    """Give plain matches the reason ``late`` where the payment came after the request expired."""
    i = np.flatnonzero(leg.requests.outcome == OUTCOME_CODE[Outcome.MATCHED])
    j = leg.requests.counterpart[i]
    late = (requests.expires[i] != NO_TIME) & (payments.time[j] > requests.expires[i])
    for side, rows in ((leg.requests, i[late]), (leg.payments, j[late])):
        side.reason[rows] = REASON_CODE[Reason.LATE]


def _join(
    leg: RequestLeg, requests: CodedRequests, payments: CodedBook, hash_text: HashText
) -> None:
    """Decide the requests that payments name, and those payments."""
    books = read_request_books(requests, payments, (leg.requests, leg.payments))
    named = books.named(hash_text)
    for side, (rows, others) in ((leg.requests, named.crowded), (leg.payments, named.crowding)):
        side.decide(
            rows,
            Outcome.AMBIGUOUS,
            Rule.REQUEST_REFERENCE,
            Reason.ID_NOT_UNIQUE,
            alternatives=others,
        )
    _take(leg, requests, payments, (named.request, named.payment))
    i, j = books.nearly_named((leg.requests.open, leg.payments.open))
    sure = (np.bincount(i)[i] == 1) & (np.bincount(j)[j] == 1)
    _claim(leg, requests, payments, i[sure], j[sure], Rule.REQUEST_REPAIR)


def _take(
    leg: RequestLeg, requests: CodedRequests, payments: CodedBook, named: tuple[Rows, Rows]
) -> None:
    """Claim what is named once, confirm what is paid in parts, leave the rest ambiguous."""
    i, j = named
    # A payment that names two requests, or one of a crowd, pays none: both stay as they are.
    torn = (np.bincount(j)[j] > 1) | ~leg.payments.open[j]
    doubtful = np.zeros(len(requests), bool)
    doubtful[i[torn]] = True
    count = np.bincount(i, minlength=len(requests))
    whole = ~doubtful[i] & leg.requests.open[i]
    _claim(leg, requests, payments, i[whole & (count[i] == 1)], j[whole & (count[i] == 1)])
    rest = leg.requests.open[i]
    i, j = i[rest], j[rest]
    paid = sum_by(i, len(requests), payments.amount[j])
    several = (count > 1) & ~doubtful
    parts = several & (paid == requests.amount)
    _confirm_parts(leg, i[parts[i]], j[parts[i]])
    lacking = several & (paid < requests.amount)
    of_payment = np.bincount(j, minlength=len(payments))
    for chosen, reason in (
        (lacking, Reason.SPLIT_INCOMPLETE),
        ((several & (paid > requests.amount)) | doubtful, Reason.ID_NOT_UNIQUE),
    ):
        on = chosen[i]
        for side, rows, others in ((leg.requests, i[on], count), (leg.payments, j[on], of_payment)):
            still = np.unique(rows[side.open[rows]])
            side.decide(
                still,
                Outcome.AMBIGUOUS,
                Rule.REQUEST_REFERENCE,
                reason,
                alternatives=others[still],
            )
    leg.requests.difference[lacking] = paid[lacking] - requests.amount[lacking]


def _claim(
    leg: RequestLeg,
    requests: CodedRequests,
    payments: CodedBook,
    i: Rows,
    j: Rows,
    rule: Rule = Rule.REQUEST_REFERENCE,
) -> None:
    difference = payments.amount[j] - requests.amount[i]
    claim_pairs(leg.requests, leg.payments, i, j, rule=rule, difference=difference)


def _confirm_parts(leg: RequestLeg, i: Rows, j: Rows) -> None:
    """Confirm requests and the payments that come to their amount, each as a set."""
    requests, number = np.unique(i, return_inverse=True)
    for side, rows, of_row in (
        (leg.requests, requests, np.arange(len(requests))),
        (leg.payments, j, number),
    ):
        side.decide(rows, Outcome.MATCHED_IN_CLASS, Rule.REQUEST_SPLIT)
        side.class_number[rows] = of_row
    leg.classes = len(requests)
