"""Between the database and a lake: a span of days out, as rows and as books, and rows back in.

What goes out of one database and into another is the same ledger: exported again, it has the same bytes.
Raw bytes are not in it; they lie in the raw store, which a backup carries.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import insert_rows, new_ids, one_of, rows_of, table_of
from reconciliation.close.frames import read_window
from reconciliation.errors import DaysRefused, LakeDisagrees
from reconciliation.intake.ingest import INGEST_LOCK
from reconciliation.lake.layout import NO_BUCKET, NO_DATE, Lake, LakeFile, open_lake
from reconciliation.lake.ledger_tables import (
    DELIVERIES,
    MODELS,
    NAMED,
    OF_DELIVERY,
    STATEMENTS,
    TRANSACTIONS,
    Numbers,
    Row,
    columns_of,
    delivery_keys,
    numbers_of_requests,
    numbers_of_vendors,
    plain_rows,
    request_references,
    schema_of,
    vendor_codes,
    with_names,
)
from reconciliation.lake.parts import read_file
from reconciliation.lake.writing import write_lake, write_rows
from reconciliation.ledger.tellers import Teller, standing_rows, weigh_told
from reconciliation.records import Book
from reconciliation.tables import Delivery, ProviderTransaction

_BY_CONTENT = ("book", "dedupe_key", "version")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows of the ledger came in, and how many were here already."""

    rows: int
    known: int
    deliveries: int


def export_days(session: Session, folder: Path, first: date, last: date) -> Lake:
    """Write the days from ``first`` to ``last`` into a new lake: books for the engine, and the rows.

    Raises:
        DaysRefused: the last day lies before the first.
        LakeFolderTaken: the folder holds a lake already.
    """
    if last < first:
        raise DaysRefused(first, last)
    window = read_window(session, first, last)
    books = {
        name: [pa.Table.from_pandas(getattr(window.books, name), preserve_index=False)]
        for name in ("payments", "statement", "payouts")
    }
    return write_lake(folder, books, rows_of_tables=_ledger(session, folder, first, last))


def _ledger(session: Session, folder: Path, first: date, last: date) -> Iterator[LakeFile]:
    """Write the rows of the ledger day by day, then what they came with."""
    table = table_of(ProviderTransaction).c
    days = sa.select(table.business_date).where(table.business_date.between(first, last))
    came_with: set[int] = set()
    for (day,) in rows_of(session, days.distinct().order_by(table.business_date)):
        rows = plain_rows(session, TRANSACTIONS, table.business_date == day)
        rows.sort(key=lambda row: tuple(row[name] for name in _BY_CONTENT))
        of_day = {row[name] for row in rows for name in OF_DELIVERY[:2]} - {None}
        came_with |= of_day
        keys = _keys(session, _deliveries(session, of_day))
        numbers: Numbers = {
            "vendor_id": vendor_codes(session, _told(rows, "vendor_id")),
            "payment_request_id": request_references(session, _told(rows, "payment_request_id")),
            **dict.fromkeys(OF_DELIVERY, keys),
        }
        named = with_names(rows, numbers, columns_of(TRANSACTIONS))
        yield _write(folder, TRANSACTIONS, day.isoformat(), named)
    deliveries = _deliveries(session, came_with)
    keys = _keys(session, deliveries)
    named = with_names(deliveries, dict.fromkeys(OF_DELIVERY, keys), columns_of(DELIVERIES))
    for row, told in zip(deliveries, named, strict=True):
        told["key"] = keys[row["id"]]
    yield _write(folder, DELIVERIES, NO_DATE, sorted(named, key=lambda row: str(row["key"])))
    of_delivery = table_of(MODELS[STATEMENTS]).c.delivery_id
    of_these = [row["id"] for row in deliveries]
    statements = plain_rows(session, STATEMENTS, one_of(session, of_delivery, of_these))
    named = with_names(statements, dict.fromkeys(OF_DELIVERY, keys), columns_of(STATEMENTS))
    named.sort(key=lambda row: str(sorted(row.items())))
    yield _write(folder, STATEMENTS, NO_DATE, named)


def _deliveries(session: Session, ids: Iterable[int]) -> list[Row]:
    """Return deliveries and those that they revise, all the way back."""
    number = table_of(Delivery).c.id
    found: dict[int, Row] = {}
    wanted = set(ids)
    while wanted:
        rows = plain_rows(session, DELIVERIES, one_of(session, number, wanted))
        found |= {row["id"]: row for row in rows}
        wanted = {row["revises_id"] for row in rows} - {None} - found.keys()
    return [found[number] for number in sorted(found)]


def _keys(session: Session, deliveries: Iterable[Row]) -> dict[int, str]:
    """Return the names of all deliveries here that have the bytes of some, by their number."""
    raw = table_of(Delivery).c.raw_sha256
    return delivery_keys(
        plain_rows(session, DELIVERIES, one_of(session, raw, _told(deliveries, "raw_sha256")))
    )


def _write(folder: Path, name: str, day: str, rows: Sequence[Row]) -> LakeFile:
    table = pa.Table.from_pylist(list(rows), schema=schema_of(name))
    return write_rows(folder, name, day, NO_BUCKET, table, 0)


def import_days(session: Session, folder: Path) -> Imported:
    """Add the rows of a lake to the ledger; what is here already stays, and twice does nothing.

    Raises:
        LakeRefused: a file is damaged.
        LakeDisagrees: a row names a vendor or request that is not here, or what is here says
            something else; nothing is kept.
    """
    lake = open_lake(folder)
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(INGEST_LOCK)))
    deliveries, arrived = _import_deliveries(session, lake)
    rows = known = 0
    for file in lake.files_of(TRANSACTIONS, [NO_BUCKET]):
        told = read_file(lake, file, schema_of(TRANSACTIONS).names).to_pylist()
        new = _new_rows(session, file, told)
        numbers = {
            "vendor": _all(
                file, "vendor", told, numbers_of_vendors(session, _told(told, "vendor"))
            ),
            "payment_request": _all(
                file,
                "payment_request",
                told,
                numbers_of_requests(session, _told(told, "payment_request")),
            ),
        }
        _insert(session, TRANSACTIONS, new, {**numbers, "delivery": deliveries})
        weigh_told(session, map(_telling, new))
        _refuse_two_current(session, file, told)
        rows += len(new)
        known += len(told) - len(new)
    return Imported(rows, known, arrived)


def _import_deliveries(session: Session, lake: Lake) -> tuple[dict[str, int], int]:
    """Add the deliveries that are not here; return the number of each by its name."""
    told = _read(lake, DELIVERIES)
    numbers = {key: number for number, key in _keys(session, told).items()}
    new = [row for row in told if row["key"] not in numbers]
    fresh = {
        row["key"]: n for row, n in zip(new, new_ids(session, Delivery, len(new)), strict=True)
    }
    numbers |= fresh
    # What a delivery revises comes before it: a file is corrected after it came.
    new.sort(key=lambda row: (row["received_at"], row["key"]))
    _insert(session, DELIVERIES, new, {"delivery": numbers}, own=fresh)
    statements = [row for row in _read(lake, STATEMENTS) if row["delivery"] in fresh]
    _insert(session, STATEMENTS, statements, {"delivery": numbers})
    return numbers, len(new)


def _insert(
    session: Session,
    name: str,
    rows: Sequence[Row],
    numbers: dict[str, dict[str, int]],
    *,
    own: dict[str, int] | None = None,
) -> None:
    """Insert rows of the lake with the numbers that this database has for what they name."""
    columns = columns_of(name)
    by_column = {
        column: numbers.get(NAMED[column], numbers["delivery"])
        for column in columns
        if column in NAMED
    }
    values = [
        (
            *([own[row["key"]]] if own is not None else []),
            *(
                by_column[column].get(row[NAMED[column]]) if column in NAMED else row[column]
                for column in columns
            ),
        )
        for row in rows
    ]
    names = ["id", *columns] if own is not None else columns
    insert_rows(session, MODELS[name], values, columns=names)


def _new_rows(session: Session, file: LakeFile, told: list[Row]) -> list[Row]:
    """Return the rows that are not here; refuse one that is here with other content."""
    table = table_of(ProviderTransaction).c
    columns = [sa.type_coerce(table.book, sa.String), table.dedupe_key, table.version]
    wanted = sa.select(*columns, table.content_sha256).where(
        one_of(session, table.dedupe_key, _told(told, "dedupe_key"))
    )
    found: Iterable[Any] = rows_of(session, wanted)
    here = {tuple(row[:3]): row[3] for row in found}
    for row in told:
        content = here.get(tuple(row[name] for name in _BY_CONTENT), row["content_sha256"])
        if content != row["content_sha256"]:
            problem = f"{row['dedupe_key']} version {row['version']} says something else here"
            raise LakeDisagrees(file.path, problem)
    return [row for row in told if tuple(row[name] for name in _BY_CONTENT) not in here]


def _telling(row: Row) -> tuple[Teller, str | None, date]:
    teller = Teller(row["account_alias"], Book(row["book"]), row["provider"], row["ledger"])
    return teller, row["bank_reference"], row["business_date"]


def _refuse_two_current(session: Session, file: LakeFile, told: list[Row]) -> None:
    table = table_of(ProviderTransaction).c
    wanted = sa.select(sa.type_coerce(table.book, sa.String), table.dedupe_key).where(
        standing_rows(), one_of(session, table.dedupe_key, _told(told, "dedupe_key"))
    )
    counted = Counter(tuple(row) for row in rows_of(session, wanted))
    torn = sorted(key for key, count in counted.items() if count > 1)
    if torn:
        raise LakeDisagrees(file.path, f"{torn[0][1]} has a newer version here")


def _all(file: LakeFile, column: str, rows: list[Row], numbers: dict[str, int]) -> dict[str, int]:
    """Return the numbers if all names have one."""
    for name in sorted(_told(rows, column)):
        if name not in numbers:
            raise LakeDisagrees(file.path, f"{column} {name} is not in this database")
    return numbers


def _read(lake: Lake, name: str) -> list[Row]:
    rows: list[Row] = []
    for file in lake.files_of(name, [NO_BUCKET]):
        rows += read_file(lake, file, schema_of(name).names).to_pylist()
    return rows


def _told(rows: Iterable[Row], column: str) -> set[Any]:
    return {row[column] for row in rows} - {None}
