"""Write many rows at the driver's own speed; the one place where rows pass by the ORM.

PostgreSQL: ``COPY`` into a temporary table, then ``INSERT … SELECT … ON CONFLICT DO NOTHING``.
SQLite: ``executemany`` of plain tuples with ``ON CONFLICT DO NOTHING``. Every value goes through
its column's own type first, so that money stays an ``int`` and an instant is stored as UTC.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from types import NoneType
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import Session, SQLModel

from merchants.columns import VND_MAX, UtcDateTime, Vnd

COPY_FROM_COUNT = 100
"""From this many rows on, COPY and its temporary table cost less than one statement per row."""


def insert_rows(
    session: Session,
    table: type[SQLModel] | sa.Table,
    rows: Sequence[Mapping[str, Any]] | Sequence[Sequence[Any]],
    *,
    columns: Sequence[str] | None = None,
    conflict: Sequence[str] = (),
) -> int:
    """Insert rows in the session's transaction; return how many were stored.

    Args:
        rows: mappings that all have the keys of the first one, or sequences in the order of
            ``columns``. Columns that are not named get their default from the database.
        columns: names for sequences; ``None`` = all columns of the table, in its order.
        conflict: columns of the unique constraint on which a row is passed over; empty = none,
            every row must be stored.
    """
    if not rows:
        return 0
    target = table if isinstance(table, sa.Table) else table_of(table)
    if isinstance(rows[0], Mapping):
        columns = list(rows[0])
        rows = [tuple(row[name] for name in columns) for row in rows]  # type: ignore[call-overload]
    elif columns is None:
        columns = target.columns.keys()
    session.flush()  # rows may refer to objects that are only in the session yet
    connection = session.connection()
    bound = _bind(rows, [target.columns[name] for name in columns], connection.dialect)
    is_postgresql = connection.dialect.name == "postgresql"
    written = _written(connection.dialect, target.name, tuple(columns), tuple(conflict))
    if is_postgresql and len(rows) >= COPY_FROM_COUNT:
        return _copy(connection, written, bound)
    marks = ", ".join(["%s" if is_postgresql else "?"] * len(columns))
    # Names come from our own tables, values go as parameters.
    insert = f"INSERT INTO {written.table} ({written.names}) VALUES ({marks}){written.on_conflict}"  # noqa: S608
    # Past SQLAlchemy, which wants a list: the rows would be kept, and garbage collected, twice.
    with _driver(connection) as driver, closing(driver.cursor()) as cursor:
        cursor.executemany(insert, bound)
        return int(cursor.rowcount)


def rows_of(
    session: Session, statement: sa.Select[Any], values: Mapping[str, Any] | None = None
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Return the rows of a statement over plain columns, as the session's transaction sees them."""
    session.flush()
    return session.connection().execute(statement, values).all()


def table_of(model: type[SQLModel]) -> sa.Table:
    """Return the table behind a model, for statements that pass by the ORM."""
    table: sa.Table = model.__table__  # type: ignore[attr-defined]
    return table


def new_ids(session: Session, table: type[SQLModel], count: int) -> list[int]:
    """Return ids for rows about to be inserted, so that others can refer to them beforehand.

    ``INSERT … RETURNING`` in a known order is one statement per row on SQLite. There the writer is
    alone since BEGIN IMMEDIATE, so the ids after the highest are free.
    """
    target = table_of(table)
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(target.name, "id")
        numbers = sa.func.generate_series(1, count).table_valued("number")
        statement = sa.select(sa.func.nextval(sequence)).select_from(numbers)
        return list(connection.execute(statement).scalars())
    session.flush()
    last = f"SELECT max(id) FROM {target.name}"  # noqa: S608 - a table of ours
    highest = connection.exec_driver_sql(last).scalar() or 0
    return list(range(highest + 1, highest + 1 + count))


def one_of(
    session: Session, column: sa.ColumnElement[Any], values: Iterable[Any]
) -> sa.ColumnElement[bool]:
    """Return the condition "``column`` is one of ``values``" as one parameter, however many.

    An ``IN`` with a parameter for each value is compiled anew for every count and ends at the
    driver's limit of parameters (32,766 on SQLite, 65,535 on PostgreSQL).
    """
    listed: list[Any] = sorted(set(values))
    return _among(session.get_bind().dialect.name, column, None, listed)


def one_of_named(dialect: str, column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
    """Return the same condition for a statement that is made once: its values come with ``name``.

    The value of the parameter is a list; making a statement takes longer than running it.
    """
    return _among(dialect, column, name, None)


def _among(
    dialect: str, column: sa.ColumnElement[Any], name: str | None, listed: list[Any] | None
) -> sa.ColumnElement[bool]:
    if dialect == "postgresql":
        kind = sa.BigInteger if column.type.python_type is int else sa.Text
        return column == sa.any_(sa.bindparam(name, listed, type_=postgresql.ARRAY(kind)))
    each = sa.func.json_each(sa.bindparam(name, listed, type_=sa.JSON)).table_valued("value")
    return column.in_(sa.select(each.c.value))


class _Written(NamedTuple):
    """Names as they stand in a statement."""

    table: str
    names: str
    on_conflict: str


@lru_cache(maxsize=256)
def _written(
    dialect: sa.Dialect, table: str, columns: tuple[str, ...], conflict: tuple[str, ...]
) -> _Written:
    quote = dialect.identifier_preparer.quote
    unique = f" ON CONFLICT ({', '.join(map(quote, conflict))}) DO NOTHING" if conflict else ""
    return _Written(quote(table), ", ".join(map(quote, columns)), unique)


def _copy(connection: sa.Connection, written: _Written, rows: Iterator[tuple[Any, ...]]) -> int:
    table, names, on_conflict = written
    like_table = f"SELECT {names} FROM {table} WITH NO DATA"  # noqa: S608
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE bulk_rows ON COMMIT DROP AS {like_table}")
    into = f"COPY bulk_rows ({names}) FROM STDIN"
    with _driver(connection) as driver, driver.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)
    stored = connection.exec_driver_sql(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM bulk_rows{on_conflict}"  # noqa: S608
    ).rowcount
    connection.exec_driver_sql("DROP TABLE bulk_rows")
    return stored


@contextmanager
def _driver(connection: sa.Connection) -> Iterator[Any]:
    """Give the driver's own connection; its errors come out as SQLAlchemy's, without the rows."""
    assert connection.dialect.dbapi is not None
    base = connection.dialect.dbapi.Error
    try:
        yield connection.connection.driver_connection
    except base as fault:
        raise sa.exc.DBAPIError.instance(
            None, None, fault, base, hide_parameters=True, dialect=connection.dialect
        ) from fault


_PART_ROWS = 500
"""So many rows are turned into columns and back at once: they stay in the processor's cache."""
_Binder = Callable[[Iterable[Any]], Iterable[Any]]


def _bind(
    rows: Sequence[Any], columns: Sequence[sa.Column[Any]], dialect: sa.Dialect
) -> Iterator[tuple[Any, ...]]:
    """Return the rows as the driver takes them, every one checked before the first is given out."""
    binders = {
        place: binder
        for place, column in enumerate(columns)
        if (binder := _binder_of(column, dialect)) is not None
    }
    # Whole columns at a time: most need nothing.
    parts = [
        _bind_part(rows[first : first + _PART_ROWS], binders)
        for first in range(0, len(rows), _PART_ROWS)
    ]
    return chain.from_iterable(parts)


def _bind_part(rows: Sequence[Any], binders: Mapping[int, _Binder]) -> Iterator[tuple[Any, ...]]:
    by_column: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for place, binder in binders.items():
        by_column[place] = binder(by_column[place])
    return zip(*by_column, strict=True)


def _binder_of(column: sa.Column[Any], dialect: sa.Dialect) -> _Binder | None:
    """Return what makes a column's values fit the driver; ``None`` = they do as they are."""
    kind = column.type
    if isinstance(kind, Vnd):
        return lambda values: _checked_money(values, kind, dialect)
    if isinstance(kind, UtcDateTime):
        return lambda values: _utc_texts(values, kind, dialect)
    if isinstance(kind, sa.Integer):
        return lambda values: _checked_numbers(values, column.name)
    bind = _day_text if isinstance(kind, sa.Date) else _processor(kind, dialect)
    if bind is None:
        return None
    known = _Remembered(bind).__getitem__
    return lambda values: map(known, values)


def _processor(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Callable[[Any], Any] | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _checked_money(amounts: Iterable[Any], kind: Vnd, dialect: sa.Dialect) -> Iterable[Any]:
    """Return the amounts if all are whole đồng in 64 bits, looking at each value only if not."""
    amounts = list(amounts)
    if set(map(type, amounts)) <= {int, NoneType}:
        told = [amount for amount in amounts if amount is not None]
        if not told or (min(told) >= -VND_MAX - 1 and max(told) <= VND_MAX):
            return amounts
    return [kind.process_bind_param(amount, dialect) for amount in amounts]


def _checked_numbers(numbers: Iterable[Any], name: str) -> Iterable[Any]:
    # SQLite stores a numpy.int64 as an eight-byte BLOB without a word.
    if others := set(map(type, numbers)) - {int, NoneType}:
        raise TypeError(f"{name} must be int, got {', '.join(sorted(map(str, others)))}")
    return numbers


def _utc_texts(
    instants: Iterable[datetime | None], kind: UtcDateTime, dialect: sa.Dialect
) -> Iterator[str | None]:
    """Yield instants as both databases read them, in a fifth of the time their drivers take."""
    last, text = None, None
    # SQLite keeps the text, as SQLAlchemy writes it there; PostgreSQL must be told that it is UTC.
    length = _NAIVE_LENGTH if dialect.name == "sqlite" else None
    for instant in instants:
        if instant is not last:  # one instant stands for all rows of a delivery
            if instant is not None and instant.tzinfo is UTC:
                utc: datetime | None = instant
            else:
                utc = kind.process_bind_param(instant, dialect)
            text = None if utc is None else utc.isoformat(" ", "microseconds")[:length]
            last = instant
        yield text


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


_NAIVE_LENGTH = len("2026-11-20 17:30:00.123456")


class _Remembered(dict[Any, Any]):
    """Results of a function by argument: a column holds few words, days and instants of its own."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function

    def __missing__(self, value: Any) -> Any:
        result = self[value] = self._function(value)
        return result
