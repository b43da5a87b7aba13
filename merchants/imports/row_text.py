"""A row's columns as JSON and back, so that what a row was can be kept beside what it is."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from merchants.columns import UtcDateTime, core_table


def write_columns(values: Mapping[str, Any]) -> str:
    """Return the values as JSON: days and instants in ISO form, words of an enum as themselves."""
    return json.dumps(values, ensure_ascii=False, default=_iso)


class ColumnReader:
    """Reads rows of one table back: what was written as JSON, as the table's columns hold it."""

    def __init__(self, table: type[SQLModel]) -> None:
        columns = core_table(table).columns
        self._typed = {
            column.name: read for column in columns if (read := _reader(column.type)) is not None
        }

    def read(self, text: str) -> dict[str, Any]:
        """Return the values of one row."""
        values: dict[str, Any] = json.loads(text)
        for name, read in self._typed.items():
            if values.get(name) is not None:
                values[name] = read(values[name])
        return values


def _iso(value: object) -> str:
    assert isinstance(value, date)
    return value.isoformat()


def _reader(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any] | None:
    match kind:
        case UtcDateTime():
            return datetime.fromisoformat
        case sa.Date():
            return date.fromisoformat
        case sa.Enum(enum_class=members):
            return members
    return None
