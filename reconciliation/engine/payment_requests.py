"""Leg A: a request a vendor showed, and the payment that carries its reference.

A request is paid by the one payment of its account with that reference; where several carry it,
none is taken. A payment nobody asked for is no break: most come over a static code.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from reconciliation.engine.book_columns import NO_TIME
from reconciliation.engine.books import CREDIT, CodedBook, CodedRequests
from reconciliation.engine.coded_text import HashText
from reconciliation.engine.decisions import Decisions, claim_pairs
from reconciliation.engine.keys import KeySide, share_keys
from reconciliation.engine.outcomes import Outcome, Reason, Rule
from reconciliation.engine.remark_codes import read_remarks

_SET_ASIDE = (
    (Outcome.DUPLICATE, Reason.REPEATED),
    (Outcome.CONFLICT, Reason.OTHER_MONEY),
    (Outcome.REJECTED, Reason.CURRENCY),
)


@dataclass(frozen=True, slots=True)
class RequestLeg:
    """Leg A of a run; differences are payment minus request."""

    requests: Decisions
    payments: Decisions


def settle_requests(
    requests: CodedRequests, payments: CodedBook, leg_b: Decisions, hash_text: HashText
) -> RequestLeg:
    """Return leg A; ``leg_b`` says which payments are repeats, conflicts or rejected."""
    leg = RequestLeg(Decisions.none_yet(len(requests)), Decisions.none_yet(len(payments)))
    _set_aside(leg, requests, payments, leg_b)
    _join(leg, requests, payments, hash_text)
    asked = leg.payments.open
    leg.payments.decide(asked, Outcome.NOT_APPLICABLE, Rule.REQUEST_REFERENCE, Reason.NOT_REQUESTED)
    told = payments.time[payments.time != NO_TIME]
    stale = (requests.expires != NO_TIME) & (requests.expires < told.max(initial=NO_TIME))
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


def _join(
    leg: RequestLeg, requests: CodedRequests, payments: CodedBook, hash_text: HashText
) -> None:
    reference = payments.texts["reference"]
    asked = np.flatnonzero(leg.requests.open & requests.reference.present)
    paid = leg.payments.open & reference.present & (payments.block >= 0)
    paid_rows = np.flatnonzero(paid & (payments.kind == CREDIT))
    texts = pa.concat_arrays(
        [requests.reference.take(asked).to_arrow(), reference.take(paid_rows).to_arrow()]
    )
    squeezed = read_remarks(texts).squeezed
    told = squeezed.present
    here, there = told[: len(asked)], told[len(asked) :]
    shared = share_keys(
        KeySide(asked[here], squeezed.take(np.flatnonzero(here)), requests.block[asked[here]]),
        KeySide(
            paid_rows[there],
            squeezed.take(np.flatnonzero(there) + len(asked)),
            payments.block[paid_rows[there]],
        ),
        hash_text,
    )
    claim_pairs(
        leg.requests,
        leg.payments,
        shared.left,
        shared.right,
        rule=Rule.REQUEST_REFERENCE,
        difference=payments.amount[shared.right] - requests.amount[shared.left],
    )
    groups = (shared.crowd_left_group, shared.crowd_right_group)
    size = 1 + int(max(group.max(initial=-1) for group in groups))
    counts = [np.bincount(group, minlength=size) for group in groups]
    for side, rows, group, others in (
        (leg.requests, shared.crowd_left, groups[0], counts[1]),
        (leg.payments, shared.crowd_right, groups[1], counts[0]),
    ):
        tied = others[group] > 0
        side.decide(
            rows[tied],
            Outcome.AMBIGUOUS,
            Rule.REQUEST_REFERENCE,
            Reason.ID_NOT_UNIQUE,
            alternatives=others[group[tied]],
        )
