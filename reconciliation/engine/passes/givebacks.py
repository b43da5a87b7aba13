"""Pass 7: refunds, reversals and disputes, by the payment they name as their original.

Two books may give a refund ids of their own and still name the same payment: one refund of a payment
in each book is one movement, whatever the amounts; of several each is claimed with its amount, if
that is unique. What is given back of a payment may not come to more than it; what names a payment
that no book tells is an orphan. A payment that one book calls reversed agrees with the other book
when that one tells the payment and, beside it, the entry that takes it back.
"""

import numpy as np

from reconciliation.engine.books import (
    GIVE_BACK_TYPES,
    KINDS,
    STATUS_CODE,
    TYPE_CODE,
    CodedBook,
)
from reconciliation.engine.coded_text import Codes, Flags, Rows
from reconciliation.engine.decisions import claim_pairs
from reconciliation.engine.keys import KeySide, code_together, share_keys
from reconciliation.engine.outcomes import (
    MATCHED,
    OUTCOME_CODE,
    REASON_CODE,
    Outcome,
    Reason,
    Rule,
)
from reconciliation.engine.passes.run import ORIGINAL_BIT, Run, Side
from reconciliation.engine.sums import sum_by
from reconciliation.records import Status, TransactionType

ORIGINAL = "original_transaction_id"
_MISSING = (Outcome.MISSING_IN_STATEMENT, Outcome.MISSING_IN_PAYMENTS)
_ID_FIELD = "provider_transaction_id"


def join_originals(run: Run) -> None:
    """Claim pairs of entries that give back the same payment; none where an original is not told."""
    if not all(side.book.texts[ORIGINAL].present.any() for side in run.sides):
        return
    for with_amount in (True, False):
        keys = _keys(run, with_amount=with_amount)
        shared = share_keys(keys[0], keys[1], run.hash_text)
        i, j = shared.left, shared.right
        run.learn(ORIGINAL_BIT, i)
        claim_pairs(
            run.payments.decisions,
            run.statement.decisions,
            i,
            j,
            rule=Rule.ORIGINAL,
            difference=run.statement.book.amount[j] - run.payments.book.amount[i],
        )


def judge_givebacks(run: Run) -> None:
    """Say what is wrong with entries that give back a payment, once everything is decided."""
    for here, there in ((0, 1), (1, 0)):
        side = run.sides[here]
        _leave_disputes_open(side)
        rows = np.flatnonzero(
            is_give_back(side.book) & side.book.texts[ORIGINAL].present & (side.book.block >= 0)
        )
        rows = rows[side.book.live[rows] & ~side.decisions.has(Outcome.DUPLICATE)[rows]]
        if not len(rows):
            continue
        own = _originals(run, here, here, rows)
        _explain_reversals(run, here, rows, own)
        _refuse_excess(run, here, rows, own)
        known = side.book.original_told[rows] | (own >= 0)
        known |= _originals(run, here, there, rows) >= 0
        orphan = rows[~known]
        orphan = orphan[side.decisions.has(*_MISSING)[orphan]]
        side.decisions.reason[orphan] = REASON_CODE[Reason.REFUND_ORPHAN]


def is_give_back(book: CodedBook) -> Flags:
    """Return which records give money back, or take back what was given."""
    chosen = np.zeros(len(TYPE_CODE), bool)
    chosen[[TYPE_CODE[kind] for kind in GIVE_BACK_TYPES]] = True
    return chosen[book.type]


def _keys(run: Run, *, with_amount: bool) -> list[KeySide]:
    rows = [
        np.flatnonzero(
            side.candidates() & is_give_back(side.book) & side.book.texts[ORIGINAL].present
        )
        for side in run.sides
    ]
    books = [(side.book, row) for side, row in zip(run.sides, rows, strict=True)]
    facts = [
        np.concatenate(
            [book.block[row].astype(np.int64) * KINDS + book.kind[row] for book, row in books]
        ),
        np.concatenate([book.type[row].astype(np.int64) for book, row in books]),
    ]
    if with_amount:
        facts.append(np.concatenate([book.amount[row] for book, row in books]))
    block = np.split(code_together(*facts), [len(rows[0])])
    return [
        KeySide(row, side.book.texts[ORIGINAL].take(row), of_row)
        for side, row, of_row in zip(run.sides, rows, block, strict=True)
    ]


def _originals(run: Run, here: int, there: int, rows: Rows) -> Codes:
    """Return for each entry of one book the row of its original in another (or the same), else -1.

    An original is the one live record of the account that has the id and gives nothing back.
    """
    side, book = run.sides[here].book, run.sides[there].book
    found = np.full(len(rows), -1, np.int64)
    fields = {
        profile.provider_id[there] if profile.provider_id else _ID_FIELD for profile in run.profiles
    }
    for field in sorted(fields):
        on = np.flatnonzero(found < 0)
        named = KeySide(on, side.texts[ORIGINAL].take(rows[on]), side.block[rows[on]])
        original = (book.block >= 0) & book.texts[field].present & ~is_give_back(book)
        original &= ~run.sides[there].decisions.has(Outcome.DUPLICATE)
        original &= np.isin(book.block, side.block[rows])
        place = np.flatnonzero(original)
        ids = KeySide(place, book.texts[field].take(place), book.block[place])
        shared = share_keys(named, ids, run.hash_text)
        found[shared.left] = shared.right
        groups = (shared.crowd_left_group, shared.crowd_right_group)
        size = 1 + int(max(group.max(initial=-1) for group in groups))
        only = np.full(size, -1, np.int64)
        only[groups[1]] = shared.crowd_right
        only[np.bincount(groups[1], minlength=size) != 1] = -1
        found[shared.crowd_left] = only[groups[0]]
    return found


def _explain_reversals(run: Run, here: int, rows: Rows, own: Codes) -> None:
    """Settle a reversed payment whose other book tells the payment and the entry that undoes it."""
    side, other = run.sides[here], run.sides[1 - here]
    undoes = (side.book.type[rows] == TYPE_CODE[TransactionType.REVERSAL]) & (own >= 0)
    undoes &= side.book.amount[rows] == side.book.amount[own]
    undoes &= side.book.is_debit[rows] != side.book.is_debit[own]
    undoes &= side.decisions.has(*_MISSING)[rows]
    undoes &= np.bincount(own[undoes], minlength=len(side.book))[own] == 1
    entry, payment = rows[undoes], own[undoes]
    reversed_there = side.decisions.reason[payment] == REASON_CODE[Reason.REVERSED]
    reversed_there &= side.decisions.has(*MATCHED)[payment]
    settled, of = entry[reversed_there], payment[reversed_there]
    partner = side.decisions.counterpart[of]
    for decided, row in ((side.decisions, of), (other.decisions, partner)):
        decided.decide(row, Outcome.MATCHED, Rule.STATUS, Reason.REVERSED)
        decided.difference[row] = 0
    side.decisions.decide(settled, Outcome.NOT_APPLICABLE, Rule.ORIGINAL, Reason.REVERSED)
    both = side.decisions.has(*_MISSING)[payment]
    for row in (entry[both], payment[both]):
        side.decisions.reason[row] = REASON_CODE[Reason.REVERSED]


def _refuse_excess(run: Run, here: int, rows: Rows, own: Codes) -> None:
    """Note the entries of a payment of which more was given back than it came to."""
    side, other = run.sides[here], run.sides[1 - here]
    book = side.book
    counted = (own >= 0) & ~book.foreign[own]
    rows, own = rows[counted], own[counted]
    back = np.where(
        book.is_debit[rows] != book.is_debit[own], book.amount[rows], -book.amount[rows]
    )
    given = sum_by(own, len(book), back)
    beyond = rows[given[own] > book.amount[own]]
    side.decisions.reason[beyond] = REASON_CODE[Reason.OVER_REFUNDED]
    paired = beyond[side.decisions.outcome[beyond] == OUTCOME_CODE[Outcome.MATCHED]]
    for decided, row in (
        (side.decisions, paired),
        (other.decisions, side.decisions.counterpart[paired]),
    ):
        decided.outcome[row] = OUTCOME_CODE[Outcome.MATCHED_WITH_DIFFERENCE]
        decided.reason[row] = REASON_CODE[Reason.OVER_REFUNDED]


def _leave_disputes_open(side: Side) -> None:
    """Keep waiting for a dispute that is told as pending: the money may still go."""
    book, decisions = side.book, side.decisions
    waits = book.type == TYPE_CODE[TransactionType.CHARGEBACK]
    waits &= book.status == STATUS_CODE[Status.PENDING]
    waits &= decisions.outcome == OUTCOME_CODE[Outcome.NOT_APPLICABLE]
    waits &= decisions.reason == REASON_CODE[Reason.STATUS]
    decisions.decide(waits, Outcome.PENDING_CUT_OFF, Rule.VALIDATE, Reason.DISPUTE_OPEN)
