"""What the other book tells of a missing record under another account or currency.

It looks over all accounts, so it runs when every account is decided. Nothing is claimed: whoever
clears it sees where the money is.
"""

import numpy as np

from reconciliation.engine.books import KINDS
from reconciliation.engine.coded_text import Flags, Rows
from reconciliation.engine.keys import KeySide, code_together, share_keys
from reconciliation.engine.outcomes import REASON_CODE, Outcome, Reason
from reconciliation.engine.passes.run import Run, Side

_MISSING = (Outcome.MISSING_IN_STATEMENT, Outcome.MISSING_IN_PAYMENTS)


def explain_missing(run: Run) -> None:
    """Give missing records the reason ``wrong_account`` or ``currency`` where an id shows it."""
    joins = run.joins(
        (at, (join,))
        for at in sorted(run.has_both_books())
        if (join := run.profiles[at].provider_id) is not None
    )
    for join, users in joins.items():
        missing = [
            np.flatnonzero(
                side.decisions.has(*_MISSING)
                & side.book.texts[field].present
                & run.in_force(side, users)
            )
            for side, field in zip(run.sides, join, strict=True)
        ]
        _find_other_accounts(run, join, missing)
        for here in (0, 1):
            _find_other_currency(run, join, here, missing[here])


def _find_other_accounts(run: Run, join: tuple[str, str], missing: list[Rows]) -> None:
    if not (len(missing[0]) and len(missing[1])):
        return
    books = [side.book for side in run.sides]
    block = code_together(
        np.concatenate(
            [
                book.provider[rows].astype(np.int64) * KINDS + book.kind[rows]
                for book, rows in zip(books, missing, strict=True)
            ]
        ),
        np.concatenate([book.amount[rows] for book, rows in zip(books, missing, strict=True)]),
    )
    of_book = np.split(block, [len(missing[0])])
    keys = [
        KeySide(rows, book.texts[field].take(rows), of_row)
        for book, field, rows, of_row in zip(books, join, missing, of_book, strict=True)
    ]
    shared = share_keys(keys[0], keys[1], run.hash_text)
    for side, rows in ((run.payments, shared.left), (run.statement, shared.right)):
        side.decisions.reason[rows] = REASON_CODE[Reason.WRONG_ACCOUNT]


def _find_other_currency(run: Run, join: tuple[str, str], here: int, missing: Rows) -> None:
    side, other = run.sides[here], run.sides[1 - here]
    foreign = np.flatnonzero(other.book.foreign & other.book.texts[join[1 - here]].present)
    if not (len(foreign) and len(missing)):
        return
    shared = share_keys(
        _key(side, missing, join[here]), _key(other, foreign, join[1 - here]), run.hash_text
    )
    told = np.zeros(len(side.book), bool)
    told[shared.left] = True
    told[_shared_crowd(shared.crowd_left, shared.crowd_left_group, shared.crowd_right_group)] = True
    side.decisions.reason[told] = REASON_CODE[Reason.CURRENCY]


def _key(side: Side, rows: Rows, field: str) -> KeySide:
    return KeySide(rows, side.book.texts[field].take(rows), side.book.block[rows])


def _shared_crowd(rows: Rows, groups: Rows, others: Rows) -> Rows:
    there: Flags = np.isin(groups, others)
    return rows[there]
