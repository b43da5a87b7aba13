"""Passes 0 and 1: repeats and conflicts inside a book, and the provider's id between the books.

Both are about the same key, so one sort serves both. In one (provider, account), records with one
id and one type are one movement told again: with the same money all but one are ``duplicate``, with
other money all are ``conflict``. A movement only goes forward: once told as reversed, tellings that
it succeeded came late and are repeats of that, and a late ``pending`` changes nothing. Of a conflict none is taken, not even the version that the
statement confirms: whoever clears it decides, and the line waits as ``ambiguous``. An id that two
records of different type share (a transfer and its fee) is neither; each kind is joined apart.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reconciliation.engine.book_columns import NO_TIME
from reconciliation.engine.books import KINDS, STATUS_CODE, CodedBook
from reconciliation.engine.coded_text import Codes, HashText, Rows, rank_rows
from reconciliation.engine.decisions import claim_pairs
from reconciliation.engine.keys import KeySide, SharedKeys, code_together, share_keys
from reconciliation.engine.outcomes import Outcome, Reason, Rule
from reconciliation.engine.passes.run import PROVIDER_ID_BIT, Run, Side
from reconciliation.profiles import IDENTITY
from reconciliation.records import Status


def validate(run: Run) -> None:
    """Decide what takes no part, and join the rest by provider id where that is the key."""
    for side in run.sides:
        set_aside(side)
        _go_forward(side, run.hash_text)
    shared = share_keys(_ids(run.payments), _ids(run.statement), run.hash_text)
    drop_repeats(run.payments, shared.crowd_left, shared.crowd_left_group)
    drop_repeats(run.statement, shared.crowd_right, shared.crowd_right_group)
    _join_by_id(run, shared)


def set_aside(side: Side) -> None:
    """Decide records in another currency, and those that say no money moved."""
    foreign, live = side.book.foreign, side.book.live
    if foreign.any():
        side.decisions.decide(foreign, Outcome.REJECTED, Rule.VALIDATE, Reason.CURRENCY)
    if not live.all():
        still = ~live & ~foreign
        side.decisions.decide(still, Outcome.NOT_APPLICABLE, Rule.VALIDATE, Reason.STATUS)


def _go_forward(side: Side, hash_text: HashText) -> None:
    """Decide tellings of success that a telling of the same money as reversed has overtaken."""
    book = side.book
    told = book.texts[IDENTITY[0]].present & (book.block >= 0)
    reversed_rows = np.flatnonzero(
        told & ~book.foreign & (book.status == STATUS_CODE[Status.REVERSED])
    )
    if not len(reversed_rows):
        return
    live = np.flatnonzero(told & side.decisions.open)
    live = live[np.isin(book.block[live], book.block[reversed_rows])]
    reversed_rows = reversed_rows[
        np.argsort(rank_rows(book.ids.text.take(reversed_rows)), kind="stable")[::-1]
    ]
    both = np.concatenate([live, reversed_rows])
    money = code_together(
        book.block[both].astype(np.int64) * KINDS + book.kind[both],
        book.type[both].astype(np.int64),
        book.amount[both],
    )
    shared = share_keys(
        KeySide(live, book.texts[IDENTITY[0]].take(live), money[: len(live)]),
        KeySide(reversed_rows, book.texts[IDENTITY[0]].take(reversed_rows), money[len(live) :]),
        hash_text,
    )
    groups = (shared.crowd_left_group, shared.crowd_right_group)
    stays = np.full(1 + int(max(group.max(initial=-1) for group in groups)), -1, np.int64)
    # Of several the one with the least record id stays: it is written last.
    place = np.empty(len(book), np.int64)
    place[reversed_rows] = np.arange(len(reversed_rows))
    order = np.argsort(place[shared.crowd_right], kind="stable")
    stays[groups[1][order]] = shared.crowd_right[order]
    overtaken = stays[groups[0]] >= 0
    for rows, reversal in (
        (shared.left, shared.right),
        (shared.crowd_left[overtaken], stays[groups[0][overtaken]]),
    ):
        side.decisions.decide(rows, Outcome.DUPLICATE, Rule.VALIDATE, Reason.REPEATED)
        side.decisions.counterpart[rows] = reversal


def drop_repeats(side: Side, rows: Rows, groups: Codes) -> None:
    """Decide ``duplicate`` and ``conflict`` among records that share an id (``groups``)."""
    if not len(rows):
        return
    book = side.book
    same_id = code_together(groups, book.type[rows].astype(np.int64))
    same_money = code_together(same_id, book.amount[rows], book.is_debit[rows].astype(np.int64))
    moneys = pd.DataFrame({"id": same_id, "money": same_money}).drop_duplicates()
    versions = np.bincount(moneys["id"], minlength=1)
    order = np.lexsort((*_content_order(book, rows), same_money))
    first = np.ones(len(rows), bool)
    first[1:] = same_money[order][1:] != same_money[order][:-1]
    stays = np.repeat(rows[order][first], np.diff(np.flatnonzero(first), append=len(rows)))
    again = rows[order][~first]
    side.decisions.decide(again, Outcome.DUPLICATE, Rule.VALIDATE, Reason.REPEATED)
    side.decisions.counterpart[again] = stays[~first]
    torn = rows[order][first & (versions[same_id[order]] > 1)]
    told = versions[same_id[order]][first & (versions[same_id[order]] > 1)]
    side.decisions.decide(
        torn, Outcome.CONFLICT, Rule.VALIDATE, Reason.OTHER_MONEY, alternatives=told - 1
    )


def _content_order(book: CodedBook, rows: Rows) -> list[NDArray[np.int64]]:
    """Return sort keys, the weakest first: told with a reference and a time before without."""
    reference = book.texts["reference"].take(rows)
    return [
        rank_rows(reference, book.ids.text.take(rows)),
        book.day[rows].astype(np.int64),
        book.time[rows],
        (book.time[rows] == NO_TIME).astype(np.int64),
        (~reference.present).astype(np.int64),
    ]


def _ids(side: Side) -> KeySide:
    """Return the ids of what takes part, by account."""
    there = side.candidates() & side.book.texts[IDENTITY[0]].present
    return side.key(np.flatnonzero(there).astype(np.int32), IDENTITY[0], by_kind=False)


def _join_by_id(run: Run, shared: SharedKeys) -> None:
    """Claim the pairs of pass 1 for profiles whose provider id is one field in both books."""
    uses = run.ids_joined().get(IDENTITY, [])
    crowd_i, crowd_j = pairs_of_crowds(run, shared)
    i = np.concatenate([shared.left, crowd_i])
    j = np.concatenate([shared.right, crowd_j])
    payments, statement = run.payments, run.statement
    good = payments.book.kind[i] == statement.book.kind[j]
    good &= run.in_force(payments, uses)[i] & run.in_force(statement, uses)[j]
    i, j = _by_payment(i[good], j[good], len(payments.book))
    run.learn(PROVIDER_ID_BIT, i)
    claim_pairs(
        payments.decisions,
        statement.decisions,
        i,
        j,
        rule=Rule.PROVIDER_ID,
        difference=statement.book.amount[j] - payments.book.amount[i],
    )


def pairs_of_crowds(run: Run, shared: SharedKeys, *, note_ties: bool = True) -> tuple[Rows, Rows]:
    """Return the pairs among crowded ids once repeats are gone; note the ties of the others."""
    rows = (shared.crowd_left, shared.crowd_right)
    kinds = [
        side.book.kind[row].astype(np.int64) for side, row in zip(run.sides, rows, strict=True)
    ]
    groups = np.concatenate([shared.crowd_left_group, shared.crowd_right_group])
    both = code_together(groups, np.concatenate(kinds))
    keys = both[: len(rows[0])], both[len(rows[0]) :]
    size = int(both.max(initial=-1)) + 1
    is_open, torn = [], []
    for side, row in zip(run.sides, rows, strict=True):
        is_open.append(side.decisions.open[row])
        torn.append(side.decisions.has(Outcome.CONFLICT)[row])
    live = [np.bincount(keys[at][is_open[at]], minlength=size) for at in (0, 1)]
    clash = [np.bincount(keys[at][torn[at]], minlength=size) for at in (0, 1)]
    for here, there in ((0, 1), (1, 0)) if note_ties else ():
        side, row, key = run.sides[here], rows[here], keys[here]
        waits = is_open[here] & (clash[there][key] > 0)
        side.note_tie(row[waits], clash[there][key[waits]], Rule.PROVIDER_ID, Reason.OTHER_MONEY)
        crowded = (live[here] > 1) | (live[there] > 1)
        tied = is_open[here] & crowded[key] & (live[there][key] > 0)
        side.note_tie(row[tied], live[there][key[tied]], Rule.PROVIDER_ID, Reason.ID_NOT_UNIQUE)
    single = (live[0] == 1) & (live[1] == 1)
    i, j = (
        rows[at][chosen][np.argsort(keys[at][chosen])]
        for at, chosen in enumerate(is_open[at] & single[keys[at]] for at in (0, 1))
    )
    return i, j


def _by_payment(i: Rows, j: Rows, size: int) -> tuple[Rows, Rows]:
    """Return the pairs in the order of the payments, so that memory is read forwards."""
    partner = np.full(size, -1, np.int64)
    partner[i] = j
    i = np.flatnonzero(partner >= 0)
    return i, partner[i]
