"""The same cascade over parts of the accounts, in one process or in many, with one result.

A part holds whole accounts, chosen by a hash of the account's text alone: the same account falls
into the same part on every machine. What joins across accounts (records without one) is decided
before, and payouts after, over all parts. Source: architecture.md section 8.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reconciliation.engine.books import CodedBook
from reconciliation.engine.cascade import Context, Matched, match
from reconciliation.engine.coded_text import Rows, code_text, hash_text
from reconciliation.engine.crew import Crew
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
    payments: CodedBook, statement: CodedBook, parts: list[Part], context: Context, crew: Crew
) -> list[Matched]:
    """Return leg B of each part."""
    tasks = [
        (payments.take(part.payments), statement.take(part.statement), context) for part in parts
    ]
    weights = [len(part.payments) + len(part.statement) for part in parts]
    return crew.run(match_part, tasks, weights)


def match_part(task: tuple[CodedBook, CodedBook, Context]) -> Matched:
    """Return leg B of one part, wherever it is done."""
    return match(*task)


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
