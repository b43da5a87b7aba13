"""What each account's day comes to, by the same definitions as a vendor's day (``daily.py``).

The statement is the book that counts; of a provider that tells its money once, that one book. The
other book is a check and adds to nothing but ``pending_vnd`` and ``unexplained_vnd``.
``gross_vnd`` = matched + what is unexplained or pending on the book that counts.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reconciliation.engine.books import CREDIT, KINDS, TYPE_CODE, CodedBook
from reconciliation.engine.coded_books import CodedBooks
from reconciliation.engine.coded_text import Codes, Flags
from reconciliation.engine.decisions import Decisions
from reconciliation.engine.keys import code_together
from reconciliation.engine.outcomes import REASON_CODE, Outcome, Reason
from reconciliation.engine.sums import sum_by
from reconciliation.records import TransactionType

MEASURES = (
    "payments",
    "gross_vnd",
    "refunds_vnd",
    "fees_vnd",
    "matched_vnd",
    "pending_vnd",
    "unexplained_vnd",
)
_NO_DAY = np.iinfo(np.int32).max
_GIVEN_BACK = (
    TransactionType.REFUND,
    TransactionType.REFUND_REVERSAL,
    TransactionType.REVERSAL,
    TransactionType.CHARGEBACK,
    TransactionType.CHARGEBACK_REVERSAL,
)
_NOT_COUNTED = (Outcome.DUPLICATE, Outcome.CONFLICT, Outcome.REJECTED, Outcome.IGNORED)
_AGREED = (Outcome.MATCHED, Outcome.MATCHED_IN_CLASS, Outcome.NOT_APPLICABLE)
_MISSING = (Outcome.MISSING_IN_STATEMENT, Outcome.MISSING_IN_PAYMENTS, Outcome.UNATTRIBUTED)
_UNDECIDED = (Outcome.AMBIGUOUS, Outcome.CONFLICT)
"""Told by both books about the same money: only what one has beyond the other counts once."""


def add_up_account_days(books: CodedBooks, payments: Decisions, statement: Decisions) -> pa.Table:
    """Return one row per provider, account and business day: the measures and ``net_vnd``."""
    sides = ((books.payments, payments, False), (books.statement, statement, True))
    size, codes, facts = _account_days(books)
    sums = {name: np.zeros(size, np.int64) for name in MEASURES}
    undecided = []
    for (book, decisions, is_statement), code in zip(sides, codes, strict=True):
        measured, open_both = _measure(book, decisions, is_statement)
        for name, (rows, values) in measured.items():
            sums[name] += sum_by(code[rows], size, values)
        undecided.append(sum_by(code[open_both], size, book.amount[open_both]))
    sums["unexplained_vnd"] += np.maximum(*undecided)
    sums["net_vnd"] = sums["gross_vnd"] - sums["refunds_vnd"] - sums["fees_vnd"]
    return _table(books, facts, sums)


def _account_days(books: CodedBooks) -> tuple[int, list[Codes], dict[str, Codes]]:
    """Return how many account-days there are, their number per record, and what they are."""
    accounts = len(books.accounts) + 1
    both = (books.payments, books.statement)
    first_day = min(int(book.day.min(initial=_NO_DAY)) for book in both)
    span = max(int(book.day.max(initial=first_day)) for book in both) - first_day + 1
    place = [
        (book.provider.astype(np.int64) * accounts + book.account + 1) * span
        + (book.day - first_day)
        for book in both
    ]
    joined = np.concatenate(place)
    code = code_together(joined)
    what = np.zeros(int(code.max(initial=-1)) + 1, np.int64)
    what[code] = joined
    account = what // span
    facts = {
        "provider": account // accounts,
        "account": account % accounts - 1,
        "day": what % span + first_day,
    }
    return len(what), np.split(code, [len(books.payments)]), facts


Measured = dict[str, tuple[Codes, NDArray[np.int64]]]


def _measure(book: CodedBook, decisions: Decisions, is_statement: bool) -> tuple[Measured, Codes]:
    """Return for each measure (rows, values), and the rows both books may tell of."""
    # What only undoes a payment whose line says that it was taken back takes nothing more.
    alone = decisions.has(Outcome.NOT_APPLICABLE) & (
        decisions.reason != REASON_CODE[Reason.REVERSED]
    )
    live, debit = book.live, book.is_debit
    counting = live & ~decisions.has(*_NOT_COUNTED) & (True if is_statement else alone)
    payment = book.type == TYPE_CODE[TransactionType.PAYMENT]
    sale = live & payment & (book.kind % 2 == CREDIT)
    receipt = np.flatnonzero(counting & sale)
    back = np.flatnonzero(counting & _is(book, _GIVEN_BACK))
    cost = np.flatnonzero(counting & (book.fee_told | book.tax_told))
    own_cost = np.flatnonzero(counting & _is(book, (TransactionType.FEE, TransactionType.TAX)))
    agreed = np.flatnonzero(counting & sale & decisions.has(*_AGREED))
    differs = np.flatnonzero(counting & sale & decisions.has(Outcome.MATCHED_WITH_DIFFERENCE))
    both = book.amount[differs] - np.maximum(decisions.difference[differs], 0)
    # Its own status aside: a line that failed may be the other side of a payment that succeeded.
    off = np.flatnonzero(
        is_statement
        & payment
        & (book.kind % 2 == CREDIT)
        & decisions.has(Outcome.MATCHED_WITH_DIFFERENCE)
    )
    missing = np.flatnonzero(sale & decisions.has(*_MISSING))
    measured: Measured = {
        "payments": (receipt, np.ones(len(receipt), np.int64)),
        "gross_vnd": (receipt, book.amount[receipt]),
        "refunds_vnd": (back, np.where(debit[back], book.amount[back], -book.amount[back])),
        "fees_vnd": _costs(book, cost, own_cost),
        "matched_vnd": (
            np.concatenate([agreed, differs]),
            np.concatenate([book.amount[agreed], both]),
        ),
        "unexplained_vnd": (
            np.concatenate([missing, off]),
            np.concatenate([book.amount[missing], np.abs(decisions.difference[off])]),
        ),
    }
    if not is_statement:
        waiting = np.flatnonzero(sale & decisions.has(Outcome.PENDING_CUT_OFF))
        measured["pending_vnd"] = (waiting, book.amount[waiting])
    return measured, np.flatnonzero(sale & decisions.has(*_UNDECIDED))


def _is(book: CodedBook, types: tuple[TransactionType, ...]) -> Flags:
    chosen = np.zeros(KINDS + len(TYPE_CODE), bool)
    chosen[[TYPE_CODE[kind] for kind in types]] = True
    return chosen[book.type]


def _costs(book: CodedBook, told: Codes, own: Codes) -> tuple[Codes, NDArray[np.int64]]:
    """Return costs told beside a line, and lines that are a cost themselves."""
    itself = np.where(book.is_debit[own], book.amount[own], -book.amount[own])
    return np.concatenate([told, own]), np.concatenate([book.fee[told] + book.tax[told], itself])


def _table(
    books: CodedBooks, facts: dict[str, Codes], sums: dict[str, NDArray[np.int64]]
) -> pa.Table:
    """Return the rows by provider, account and day in the order of their texts."""
    account = books.accounts.take(pa.array(facts["account"], mask=facts["account"] < 0))
    provider = pa.array(books.providers, pa.large_string()).take(pa.array(facts["provider"]))
    table = pa.table(
        {
            "provider": provider,
            "account": account,
            "business_date": pa.array(facts["day"].astype(np.int32)).cast(pa.date32()),
            **{name: sums[name] for name in (*MEASURES, "net_vnd")},
        }
    )
    order = ["provider", "account", "business_date"]
    return table.sort_by([(name, "ascending") for name in order])
