"""Where a page of a list ended: the values of its last row, as text that a reader hands back."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from merchants.columns import UtcDateTime
from merchants.errors import CursorUnreadable

Order = list[tuple[sa.ColumnElement[Any], bool]]
"""Columns without nulls, and whether they go down."""


def sorted_by(order: Order) -> list[sa.ColumnElement[Any]]:
    """Return what a statement is ordered by."""
    return [column.desc() if is_down else column for column, is_down in order]


def behind(order: Order, values: Sequence[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that a row comes behind the one with these values."""
    steps = []
    for place, (column, is_down) in enumerate(order):
        same = [each == value for (each, _), value in zip(order[:place], values, strict=False)]
        further = column < values[place] if is_down else column > values[place]
        steps.append(sa.and_(*same, further))
    return sa.or_(*steps)


def write_cursor(named: str, values: Sequence[Any]) -> str:
    """Return the values of a row of the order of this name as text."""
    told = [value.isoformat() if isinstance(value, date) else value for value in values]
    return urlsafe_b64encode(json.dumps([named, *told]).encode()).decode().rstrip("=")


def read_cursor(named: str, text: str, order: Order) -> list[Any]:
    """Return the values that ``write_cursor`` was given.

    Raises:
        CursorUnreadable: the text is none of this order.
    """
    try:
        told, *values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        read = [_typed(value, column) for value, (column, _) in zip(values, order, strict=True)]
    except (ValueError, TypeError):
        raise CursorUnreadable(text) from None
    if told != named:
        raise CursorUnreadable(text)
    return read


def _typed(value: object, column: sa.ColumnElement[Any]) -> Any:
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(str(value))
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(str(value))
    if type(value) is not (int if isinstance(column.type, sa.Integer) else str):
        raise TypeError(value)
    return value
