"""Rows changed together so that they can be put back exactly, unless somebody built on them since.

What is remembered of a row: its column values before, in JSON, and fingerprints of the values after,
which tell whether it still stands as it was left without keeping those values a second time.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from merchants.columns import UtcDateTime, core_table

_FINGERPRINT_DIGITS = 16


class MovedRows:
    """Change rows and remember each column's value from before its first change."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int], tuple[SQLModel, dict[str, Any]]] = {}

    def put(self, session: Session, row: SQLModel, column: str, value: object) -> None:
        """Set a column of a stored row; nothing is remembered where that changes nothing."""
        if getattr(row, column) == value:
            return
        self.note(row, column)
        setattr(row, column, value)
        session.add(row)

    def note(self, row: SQLModel, *columns: str) -> None:
        """Remember columns of a row as they stand, because others are about to change them."""
        key = (core_table(type(row)).name, row.id)  # type: ignore[attr-defined]
        _, values = self._rows.setdefault(key, (row, {}))
        for column in columns:
            values.setdefault(column, plain(getattr(row, column)))

    def as_json(self) -> str:
        """Return what was changed, as rows stand now; flush first."""
        rows: dict[str, list[dict[str, Any]]] = {}
        for (table, row_id), (row, before) in self._rows.items():
            after = {column: fingerprint(getattr(row, column)) for column in before}
            rows.setdefault(table, []).append({"id": row_id, "before": before, "after": after})
        return json.dumps(rows, ensure_ascii=False, sort_keys=True)


class RowChange:
    """A remembered change of one row, with the row as it stands now."""

    def __init__(self, table: type[SQLModel], row: Any, told: Mapping[str, Any]) -> None:
        self.table = table
        self.row = row
        self.id: int = told["id"]
        self.before: Mapping[str, Any] = told["before"]
        self._after: Mapping[str, str] = told["after"]

    def changed_since(self, leave: Collection[str] = ()) -> list[str]:
        """Return ``table id: column`` of each column, but those, that no longer stands as left."""
        name = f"{core_table(self.table).name} {self.id}"
        if self.row is None:
            return [name]
        return [
            f"{name}: {column}"
            for column, left in self._after.items()
            # A sealed value differs after the keys were rotated; the hash beside it tells a change.
            if column not in leave
            and not column.endswith("_sealed")
            and fingerprint(getattr(self.row, column)) != left
        ]

    def put_back(self, session: Session, leave: Collection[str] = ()) -> None:
        """Restore the values from before, of all remembered columns but those."""
        for column, value in self.before.items():
            if column not in leave:
                setattr(self.row, column, typed(self.table, column, value))
        session.add(self.row)


def remembered(
    session: Session, moved: str, tables: Sequence[type[SQLModel]]
) -> Iterator[RowChange]:
    """Yield the remembered changes with their rows, one statement a table."""
    told_by_table = json.loads(moved)
    for table in tables:
        told = told_by_table.get(core_table(table).name, [])
        if not told:
            continue
        key = col(table.id)  # type: ignore[attr-defined]
        query = select(table).where(key.in_([each["id"] for each in told]))
        rows = {row.id: row for row in session.exec(query)}  # type: ignore[attr-defined]
        for each in told:
            yield RowChange(table, rows.get(each["id"]), each)


def plain(value: object) -> Any:
    """Return a column's value as JSON holds it."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Enum():
            return value.value
        case _:
            return value


def typed(table: type[SQLModel], column: str, value: Any) -> Any:
    """Return a value from JSON as the column holds it."""
    if value is None:
        return None
    match core_table(table).c[column].type:
        case UtcDateTime():
            return datetime.fromisoformat(value)
        case sa.Date():
            return date.fromisoformat(value)
        case sa.Enum(enum_class=kind) if kind is not None:
            return kind(value)
        case _:
            return value


def fingerprint(value: object) -> str:
    """Return what tells one value from another without being it."""
    text = json.dumps(plain(value), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_FINGERPRINT_DIGITS]
