"""Decisions as the table of outcomes that the door writes, in an order the record ids decide.

Columns: reconciliation.md section 7. The order is canonical, so the same books make the same bytes
whatever the order of their rows, and the root hash (``roots``) is read off the columns as they stand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reconciliation.engine.books import BookName, RecordIds
from reconciliation.engine.coded_text import (
    CodedText,
    Codes,
    Flags,
    Hashes,
    Rows,
    finish,
    gather_text,
    join_texts,
    mix,
)
from reconciliation.engine.decisions import Decisions
from reconciliation.engine.outcomes import OUTCOMES, REASONS, RULES, Leg

COLUMNS = (
    "book",
    "record_id",
    "leg",
    "outcome",
    "rule",
    "counterpart_id",
    "class_id",
    "difference_vnd",
    "fee_difference_vnd",
    "reason",
    "alternatives",
)
VOCABULARIES = (tuple(BookName), tuple(Leg), OUTCOMES, RULES, REASONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedBook:
    """One book on one leg: its decisions, its record ids and those its decisions name."""

    book: BookName
    leg: Leg
    decisions: Decisions
    own: RecordIds
    other: RecordIds
    class_ids: CodedText


def tabulate(books: list[DecidedBook]) -> pa.Table:
    """Return all outcomes as one table, book by book, a chunk of each column per book and leg.

    ``books`` is emptied on the way, so that what is written out need not stay.
    """
    tables: list[pa.Table] = []
    ids: dict[BookName, pa.Array] = {}
    while books:
        book = books.pop(0)
        if book.book not in ids:
            ids[book.book] = book.own.text.take(book.own.order).to_arrow()
        tables.append(_rows(book, ids[book.book]))
    return pa.concat_tables(tables)


def class_ids(members: Iterable[tuple[Codes, Hashes]], classes: int) -> CodedText:
    """Return 32 hex digits per set from the hashes of its members' record ids, in any order.

    Args:
        members: per book the set of each member and the hash of its record id.
    """
    lanes = np.zeros((classes, 2), np.uint64)
    for side, (number, hashes) in enumerate(members):
        for lane in (0, 1):
            salt = np.full(len(hashes), 2 * side + lane + 1, np.uint64)
            np.add.at(lanes[:, lane], number, finish(mix(hashes, salt)))
    digits = lanes.tobytes().hex().encode()
    return CodedText(
        np.frombuffer(digits, np.uint8), np.arange(classes) * 32, np.full(classes, 32, np.int32)
    )


def _rows(book: DecidedBook, ids: pa.Array) -> pa.Table:
    decisions, order = book.decisions, book.own.order
    size = len(order)
    number = decisions.class_number[order]
    compared = decisions.fee_compared[order]
    return pa.table(
        {
            "book": _words(np.full(size, _place(BookName, book.book)), tuple(BookName)),
            "record_id": ids,
            "leg": _words(np.full(size, _place(Leg, book.leg)), tuple(Leg)),
            "outcome": _words(decisions.outcome[order], OUTCOMES),
            "rule": _words(decisions.rule[order], RULES),
            "counterpart_id": _counterparts(book),
            "class_id": gather_text(book.class_ids, number),
            "difference_vnd": _mostly_zero(decisions.difference, order),
            "fee_difference_vnd": _told(decisions.fee_difference[order], compared),
            "reason": _words(decisions.reason[order], REASONS),
            "alternatives": _mostly_zero(decisions.alternatives, order),
        }
    )


def _counterparts(book: DecidedBook) -> pa.Array:
    """Return the ids of counterparts; a repeat names the record of its own book that stays."""
    order, other = book.own.order, book.other.text
    counterpart = book.decisions.counterpart[order]
    inside = np.flatnonzero(book.decisions.names_own_book[order])
    if len(inside):
        stays = book.own.text.take(counterpart[inside])
        counterpart[inside] = len(other.lengths) + np.arange(len(inside))
        other = join_texts(other, stays)
    return gather_text(other, counterpart)


def _mostly_zero(values: NDArray[Any], order: Rows) -> NDArray[Any]:
    """Return values in order; where all are zero, zeros that take no memory."""
    return values[order] if values.any() else np.zeros(len(order), values.dtype)


def _told(values: NDArray[np.int64], told: Flags) -> pa.Array:
    return pa.array(values, mask=~told) if told.any() else pa.nulls(len(values), pa.int64())


def _words(codes: NDArray[np.integer[Any]], vocabulary: tuple[str, ...]) -> pa.Array:
    words = pa.array([str(word) for word in vocabulary], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), words)


def _place(vocabulary: type[StrEnum], word: str) -> np.int8:
    return np.int8([*vocabulary].index(word))
