"""What the other book tells of a missing record under another account or currency.

It looks over all accounts, so it runs when every account is decided. Nothing is claimed: whoever
clears it sees where the money is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from reconciliation.engine.books import KINDS, CodedBook
from reconciliation.engine.coded_text import (
    CodedText,
    Codes,
    Flags,
    HashText,
    Rows,
    join_texts,
)
from reconciliation.engine.keys import KeySide, code_together, share_keys
from reconciliation.engine.outcomes import REASON_CODE, Outcome, Reason
from reconciliation.engine.passes.run import Run, Side
from reconciliation.profiles import Join

WRONG_ACCOUNT = REASON_CODE[Reason.WRONG_ACCOUNT]
_MISSING = (Outcome.MISSING_IN_STATEMENT, Outcome.MISSING_IN_PAYMENTS)


@dataclass(frozen=True, slots=True)
class MissingRows:
    """Missing records whose id may stand under another account, of both books behind each other.

    ``key``: what two of them must share, besides the ``text`` of their id, to be one movement.
    """

    is_line: Flags
    rows: Rows
    key: Codes
    text: CodedText

    def pairs(self, hash_text: HashText) -> tuple[Rows, Rows]:
        """Return the places of the records that one record of the other book, and no third, shares."""
        places = [np.flatnonzero(~self.is_line), np.flatnonzero(self.is_line)]
        if not (len(places[0]) and len(places[1])):
            return places[0][:0], places[1][:0]
        left, right = (KeySide(at, self.text.take(at), self.key[at]) for at in places)
        shared = share_keys(left, right, hash_text)
        return shared.left, shared.right


def missing_rows(run: Run) -> list[tuple[Join, MissingRows]]:
    """Return the missing records of every join by provider id, with ``kind`` and amount as key.

    The provider is part of the key by its code, so what parts with codes of their own find is put
    under one coding before it is compared.
    """
    found = []
    for join, missing in _missing(run):
        books = [side.book for side in run.sides]
        facts = [
            np.concatenate([column(book)[rows] for book, rows in zip(books, missing, strict=True)])
            for column in (_provider_and_kind, _amount)
        ]
        text = join_texts(
            *(
                book.texts[field].take(rows).compact()
                for book, field, rows in zip(books, join, missing, strict=True)
            )
        )
        is_line = np.repeat([False, True], [len(rows) for rows in missing])
        found.append(
            (join, MissingRows(is_line, np.concatenate(missing), code_together(*facts), text))
        )
    return found


_MISSING_SCHEMA = pa.schema(
    [
        ("is_line", pa.bool_()),
        ("row", pa.int64()),
        ("join", pa.large_string()),
        ("provider", pa.large_string()),
        ("kind", pa.int8()),
        ("amount", pa.int64()),
        ("text", pa.large_string()),
    ]
)


def missing_table(run: Run, providers: Sequence[str]) -> pa.Table:
    """Return the same with providers by name, so that what parts find can be laid side by side."""
    names = pa.array(providers, pa.large_string())
    tables = []
    for join, found in missing_rows(run):
        facts = {
            name: np.concatenate(
                [
                    getattr(side.book, name)[found.rows[found.is_line == is_line]]
                    for is_line, side in enumerate(run.sides)
                ]
            )
            for name in ("provider", "kind", "amount")
        }
        tables.append(
            pa.table(
                {
                    "is_line": found.is_line,
                    "row": found.rows.astype(np.int64),
                    "join": pa.array([" ".join(join)] * len(found.rows), pa.large_string()),
                    "provider": names.take(pa.array(facts["provider"])),
                    "kind": facts["kind"],
                    "amount": facts["amount"],
                    "text": found.text.to_arrow().cast(pa.large_string()),
                }
            )
        )
    return pa.concat_tables(tables) if tables else _MISSING_SCHEMA.empty_table()


def stand_elsewhere(missing: pd.DataFrame) -> pd.Series:
    """Return which rows of such a table one row of the other book, and no third, tells as well."""
    same = missing.groupby(["join", "provider", "kind", "amount", "text"], sort=False)["is_line"]
    return (same.transform("size") == 2) & (same.transform("sum") == 1)


def name_other_accounts(run: Run) -> None:
    """Give missing records the reason ``wrong_account`` where both books tell one under an id."""
    for _, missing in missing_rows(run):
        pairs = missing.pairs(run.hash_text)
        for side, places in zip(run.sides, pairs, strict=True):
            side.decisions.reason[missing.rows[places]] = WRONG_ACCOUNT


def name_other_currency(run: Run) -> None:
    """Give missing records the reason ``currency`` where their id stands beside other money."""
    for join, missing in _missing(run):
        for here in (0, 1):
            _find_other_currency(run, join, here, missing[here])


def _missing(run: Run) -> Iterator[tuple[Join, list[Rows]]]:
    for join, users in run.ids_joined().items():
        yield (
            join,
            [
                np.flatnonzero(
                    side.decisions.has(*_MISSING)
                    & side.book.texts[field].present
                    & run.in_force(side, users)
                )
                for side, field in zip(run.sides, join, strict=True)
            ],
        )


def _provider_and_kind(book: CodedBook) -> Codes:
    return book.provider.astype(np.int64) * KINDS + book.kind


def _amount(book: CodedBook) -> Codes:
    return book.amount


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
