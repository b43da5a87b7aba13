"""Database to frames: the books of a span of days for the engine; receipts for adoption.

One SELECT per book, no objects of the ORM. Money is int64 from the driver to the engine. A record
is named to the engine by what its provider called it (``record_key``), never by a database id, so
that outcomes, classes and hashes are the same on every machine that reads the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from merchants.columns import UtcDateTime
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.frozen import frozen_frame, read_frozen
from reconciliation.close.originals import find_originals
from reconciliation.close.payout_frames import (
    CURRENCY,
    decide_payouts,
    read_payouts,
    told_columns,
)
from reconciliation.close.receipts import receipts
from reconciliation.close.roots import record_key
from reconciliation.close.stores import settling_account, told_store
from reconciliation.engine.books import Books
from reconciliation.records import Book
from reconciliation.references import find_vendor_codes
from reconciliation.tables import ProviderTransaction

__all__ = ["RECORD_COLUMNS", "Window", "read_window", "receipts"]


RECORD_COLUMNS = {
    "book": "str",
    "record_id": "int64",
    "key": "str",
    "content_sha256": "str",
    "ledger": "str",
    "account": "str",
    "vendor_id": "Int64",
    "business_date": "datetime64[s]",
    "transaction_type": "str",
    "direction": "str",
    "status": "str",
    "amount_vnd": "int64",
    "fee_vnd": "Int64",
    "tax_vnd": "Int64",
}
"""Columns of ``Window.records``. ``record_id`` is the row's id, for a payout object minus its id."""

TOLD = (
    "id",
    "provider",
    "ledger",
    "account_alias",
    "store_id",
    "provider_transaction_id",
    "dedupe_key",
    "version",
    "content_sha256",
    "original_transaction_id",
    "merchant_reference",
    "bank_reference",
    "ledger_type",
    "direction",
    "status",
    "amount",
    "currency",
    "fee_amount",
    "tax_amount",
    "occurred_at",
    "business_date",
    "settlement_id",
    "description",
    "vendor_id",
    "forgotten_at",
)
"""The columns of the ledger from which a book is made."""
_LINE_COLUMNS = {
    "record_id": "int64",
    "key": "str",
    "content_sha256": "str",
    "ledger": "str",
    "account": "str",
    "provider_transaction_id": "str",
    "bank_reference": "str",
    "original_transaction_id": "str",
    "original_is_told": "bool",
    "reference": "str",
    "transaction_type": "str",
    "direction": "str",
    "status": "str",
    "amount_vnd": "int64",
    "currency": "str",
    "fee_vnd": "Int64",
    "tax_vnd": "Int64",
    "business_date": "datetime64[s]",
    "settlement_id": "str",
    "description": "object",
    "vendor_id": "Int64",
    "is_forgotten": "bool",
}


@dataclass(frozen=True, slots=True)
class Window:
    """The books of a span of days, and beside them every record of the three books.

    ``books`` name records by ``key``. Money in other currencies is among them under its
    ``currency``, for the engine to reject, with no đồng at all.
    ``decided`` holds outcomes of what the engine is not given: payouts that have not arrived.
    ``frozen`` holds those of forgotten rows, which are not decided anew (``frozen``).
    """

    books: Books
    records: pd.DataFrame
    decided: pd.DataFrame
    frozen: pd.DataFrame


def read_window(session: Session, first: date, last: date) -> Window:
    """Return what is known now of the business days from ``first`` to ``last``, both included."""
    payments = read_book(session, Book.PAYMENTS, first, last)
    statement = read_book(session, Book.STATEMENT, first, last)
    forgotten = {
        row_id
        for book in (payments, statement)
        for row_id in book.loc[book["is_forgotten"], "record_id"].tolist()
    }
    kept = read_frozen(session, forgotten, first, last) if forgotten else []
    payouts = read_payouts(
        session, statement, first, last, frozen={(row["book"], row["record_id"]) for row in kept}
    )
    return window_of(payments, statement, payouts, kept)


def window_of(
    payments: pd.DataFrame,
    statement: pd.DataFrame,
    payouts: pd.DataFrame,
    kept: Sequence[dict[str, Any]] = (),
) -> Window:
    """Return the window of three books as ``read_book`` and ``read_payouts`` read them.

    ``kept``: outcomes of forgotten rows, as ``read_frozen`` returns them.
    """
    for book in (payments, statement, payouts):
        book["amount_vnd"] = book["amount_vnd"].where(book["currency"].eq(CURRENCY), 0)
    keys = {
        row_id: key
        for book in (payments, statement, payouts)
        for row_id, key in zip(book["record_id"].tolist(), book["key"].tolist(), strict=True)
    }
    frozen = frozen_frame(list(kept), keys)
    is_open = [
        ~book["record_id"].isin({row["record_id"] for row in kept})
        for book in (payments, statement, payouts)
    ]
    decided = decide_payouts(payouts[is_open[2]])
    records = pd.concat(
        [
            payments.assign(book="payments"),
            statement.assign(book="statement"),
            payouts.assign(book="payouts", transaction_type="payout", direction="credit"),
        ],
        ignore_index=True,
    )
    return Window(
        books=Books(
            payments=_for_engine(payments[is_open[0]]),
            statement=_for_engine(statement[is_open[1]]),
            payouts=_for_engine(
                payouts[is_open[2] & ~payouts["key"].isin(decided["record_id"])]
            ).rename(columns={"business_date": "arrived_on"}),
        ),
        records=records.reindex(columns=list(RECORD_COLUMNS)).astype(RECORD_COLUMNS),
        decided=decided,
        frozen=frozen,
    )


def _for_engine(book: pd.DataFrame) -> pd.DataFrame:
    """Return a book with the names of the engine's contract: the ledger is its provider."""
    ours = ["record_id", "vendor_id", "content_sha256", "is_forgotten"]
    return book.drop(columns=ours, errors="ignore").rename(
        columns={"key": "record_id", "ledger": "provider"}
    )


def read_book(
    session: Session, book: Book, first: date, last: date, *only: sa.ColumnElement[bool]
) -> pd.DataFrame:
    """Return the current records of one book: the engine's columns and those of ``records``.

    Whatever else a column of the ledger comes to tell here belongs into ``TOLD``: by these columns
    ``account_inputs`` knows whether an account's rows are still what they were.
    """
    row = table_of(ProviderTransaction)
    table = row.c
    wanted = sa.select(*(_plain(told_column(row, name)) for name in TOLD)).where(
        table.book == book, table.is_current, table.business_date.between(first, last), *only
    )
    told = told_columns(rows_of(session, wanted), TOLD)
    codes = _codes_in({*told["merchant_reference"], *told["description"]})
    originals, is_told = find_originals(
        session, told["account_alias"], told["original_transaction_id"]
    )
    lines = pd.DataFrame(
        {
            "record_id": told["id"],
            "key": map(record_key, told["dedupe_key"], told["version"]),
            "content_sha256": told["content_sha256"],
            "ledger": told["ledger"],
            "account": map(
                settling_account, told["provider"], told["account_alias"], told["store_id"]
            ),
            "provider_transaction_id": told["provider_transaction_id"],
            "bank_reference": told["bank_reference"],
            "original_transaction_id": originals,
            "original_is_told": is_told,
            "reference": [
                " ".join(sorted(codes[reference] | codes[memo]))
                for reference, memo in zip(
                    told["merchant_reference"], told["description"], strict=True
                )
            ],
            "transaction_type": told["ledger_type"],
            "direction": told["direction"],
            "status": told["status"],
            "amount_vnd": told["amount"],
            "currency": told["currency"],
            "fee_vnd": told["fee_amount"],
            "tax_vnd": told["tax_amount"],
            "business_date": told["business_date"],
            "settlement_id": told["settlement_id"],
            "description": told["description"],
            "vendor_id": told["vendor_id"],
            "is_forgotten": [at is not None for at in told["forgotten_at"]],
        }
    )
    occurred_at = pd.to_datetime(pd.Series(told["occurred_at"], dtype="object"), utc=True)
    return lines.astype(_LINE_COLUMNS).assign(occurred_at=occurred_at)


def told_column(row: sa.FromClause, name: str) -> sa.ColumnElement[Any]:
    """Return what a row says under one of the names in ``TOLD``."""
    return told_store(row) if name == "store_id" else row.c[name]


def _plain(column: Any) -> Any:
    """Return an enum column as the text it is stored as; an object per cell is not needed.

    Nor is a call for each instant: a frame's are UTC, with or without a time zone from the driver.
    """
    if isinstance(column.type, UtcDateTime):
        return sa.type_coerce(column, sa.DateTime(timezone=True))
    return sa.type_coerce(column, sa.String) if isinstance(column.type, sa.Enum) else column


def _codes_in(texts: set[str | None]) -> dict[str | None, frozenset[str]]:
    """Return the vendor codes in each text; a poster's memo repeats, so each is read once."""
    return {text: frozenset(find_vendor_codes(text)) for text in texts}
