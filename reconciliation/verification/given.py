"""The books of a run as they were given, in one form: whole đồng, plain words, days as ISO text.

Read once more from the files, by no code of the engine.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd

COLUMNS = (
    "record_id",
    "provider",
    "account",
    "direction",
    "transaction_type",
    "status",
    "currency",
    "amount_vnd",
    "fee_vnd",
    "tax_vnd",
    "business_date",
    "arrived_on",
    "settlement_id",
    "payout_reference",
)
"""What is read of a book; which of them it has depends on the book."""
PLACE = ["provider", "account"]
DAY = [*PLACE, "business_date"]
_MARKET_TIME = timezone(timedelta(hours=7))


def read_given(books: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return each book with the same columns, and ``moved``: the record says đồng moved.

    A word that is missing is ``""``, and so is an account; a fee or tax that is not told is ``<NA>``.
    The ``business_date`` of a payout is the day it arrived.
    """
    return {name: _read(book) for name, book in books.items()}


def text_of(column: "pd.Series[Any]") -> "pd.Series[str]":
    """Return ids as text, whole numbers as they are written, ``""`` for none."""
    if pd.api.types.is_float_dtype(column.dtype):
        column = column.astype("Int64")
    return column.astype("str").where(column.notna(), "").astype("str")


def _read(book: pd.DataFrame) -> pd.DataFrame:
    on = "arrived_on" if "arrived_on" in book else "business_date"
    return pd.DataFrame(
        {
            "record_id": text_of(_column(book, "record_id")),
            "provider": _words(book, "provider", _text),
            "account": _words(book, "account", _text),
            "direction": _words(book, "direction", _word),
            "transaction_type": _words(book, "transaction_type", _word),
            "moved": _words(book, "status", _word).eq("succeeded")
            & _words(book, "currency", _word).isin(["", "vnd"]),
            "amount_vnd": _whole(book, "amount_vnd").fillna(0).astype("int64"),
            "fee_vnd": _whole(book, "fee_vnd"),
            "tax_vnd": _whole(book, "tax_vnd"),
            "business_date": _words(book, on, _day),
            "settlement_id": _words(book, "settlement_id", _text),
            "payout_reference": _words(book, "payout_reference", _text),
        }
    )


def _column(book: pd.DataFrame, name: str) -> "pd.Series[Any]":
    return book[name] if name in book else pd.Series(None, book.index, dtype="object")


def _words(book: pd.DataFrame, name: str, read: Callable[[Any], str]) -> "pd.Series[str]":
    """Return a column of few different values, each of them read once."""
    place, told = pd.factorize(_column(book, name))
    words = np.array([*map(read, told), ""], "object")
    return pd.Series(words[place], book.index, dtype="str")


def _text(told: Any) -> str:
    return str(int(told)) if isinstance(told, float) else str(told)


def _word(told: Any) -> str:
    return str(told).strip().lower()


def _day(told: Any) -> str:
    if isinstance(told, datetime) and told.tzinfo is not None:
        told = told.astimezone(_MARKET_TIME)
    return str(told)[:10]


def _whole(book: pd.DataFrame, name: str) -> "pd.Series[Any]":
    column = _column(book, name)
    if not pd.api.types.is_integer_dtype(column.dtype):
        whole = [None if pd.isna(each) else int(each) for each in column]
        column = pd.Series(whole, book.index, dtype="object")
    return column.astype("Int64")
