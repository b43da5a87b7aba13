"""The same cascade over parts of the accounts, in one process or in many, with one result.

A part holds whole accounts, chosen by a hash of the account's text alone: the same account falls
into the same part on every machine. What joins across accounts (records without one) is decided
before, and payouts after, over all parts. Source: architecture.md section 8.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reconciliation.engine.books import CodedBook
from reconciliation.engine.cascade import Context, Matched, match
from reconciliation.engine.coded_text import Rows, code_text, hash_text
from reconciliation.engine.decisions import NOBODY, Decisions


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of both books that belong to one part."""

    payments: Rows
    statement: Rows


def split_by_account(
    payments: CodedBook,
    statement: CodedBook,
    rows: tuple[Rows, Rows],
    *,
    accounts: pa.Array,
    parts: int,
) -> list[Part]:
    """Return the rows given, dealt out to ``parts`` by their account."""
    place = hash_text(code_text(accounts)) % np.uint64(parts)
    of_row = [place[book.account[row]] for book, row in ((payments, rows[0]), (statement, rows[1]))]
    return [
        Part(rows[0][of_row[0] == number], rows[1][of_row[1] == number]) for number in range(parts)
    ]


def match_parts(
    payments: CodedBook, statement: CodedBook, parts: list[Part], context: Context
) -> list[Matched]:
    """Return leg B of each part; with several parts each is decided in a process of its own."""
    books = [(payments.take(part.payments), statement.take(part.statement)) for part in parts]
    if len(parts) == 1:
        return [match(*books[0], context)]
    # A fork would copy Arrow's threads in whatever state they are; a spawned process starts clean.
    with ProcessPoolExecutor(len(parts), mp_context=get_context("spawn")) as pool:
        return list(pool.map(match, *zip(*books, strict=True), [context] * len(parts)))


def write_part(whole: Matched, part: Part, decided: Matched) -> Matched:
    """Write the decisions of a part into those of the whole, in row numbers of the whole."""
    sides = (
        (whole.payments, part.payments, decided.payments, part.statement),
        (whole.statement, part.statement, decided.statement, part.payments),
    )
    for everyone, rows, some, others in sides:
        some.counterpart = _renumbered(some, rows, others)
        some.class_number[some.class_number >= 0] += whole.classes
        everyone.put(rows, some)
    return Matched(whole.payments, whole.statement, whole.classes + decided.classes)


def _renumbered(some: Decisions, own: Rows, others: Rows) -> NDArray[np.int32]:
    """Return counterparts in row numbers of the whole; a repeat names a row of its own book."""
    here = some.counterpart
    across = np.append(others, NOBODY)[np.where(here < len(others), here, NOBODY)]
    inside = np.append(own, NOBODY)[np.where(here < len(own), here, NOBODY)]
    return np.where(some.names_own_book, inside, across).astype(np.int32)
