"""The rows an import made or changed: as it found them, as it left them, as they stand now."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from merchants.columns import core_table
from merchants.imports.row_text import ColumnReader
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Consent,
    Poster,
    SheetImportChange,
    Stall,
    StallHolding,
    Vendor,
    Zone,
)

RECORDED: Mapping[str, type[SQLModel]] = {
    core_table(table).name: table
    for table in (
        Zone,
        Stall,
        Vendor,
        StallHolding,
        AcceptancePoint,
        AccountChange,
        Consent,
        Poster,
    )
}
"""The tables an import writes, by name."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One row: its columns before (``None`` = the import made the row) and as the import left them."""

    row_id: int
    before: Row | None
    after: Row


@dataclass(frozen=True, slots=True)
class ImportedRows:
    """The changes of an import by table, and those rows as they stand now by id."""

    import_id: int
    changes: Mapping[str, list[Change]]
    rows: Mapping[str, Mapping[int, Row]]

    def made(self, name: str) -> dict[int, Row]:
        """Return the rows the import made, those that are still there."""
        made = (each.row_id for each in self.changes.get(name, ()) if each.before is None)
        return {row_id: self.rows[name][row_id] for row_id in made if row_id in self.rows[name]}

    def changed(self, name: str) -> dict[int, Change]:
        """Return the changes of the rows that were there before."""
        return {each.row_id: each for each in self.changes.get(name, ()) if each.before is not None}


def load_imported(session: Session, import_id: int) -> ImportedRows:
    """Return what an import did: one statement, and two for each table it touched."""
    kept = core_table(SheetImportChange)
    query = sa.select(kept.c.table_name, kept.c.row_id, kept.c.before, kept.c.after)
    query = query.where(kept.c.import_id == import_id).order_by(kept.c.id)
    readers = {name: ColumnReader(table) for name, table in RECORDED.items()}
    changes: dict[str, list[Change]] = defaultdict(list)
    for name, row_id, before, after in session.connection().execute(query):
        read = readers[name].read
        changes[name].append(Change(row_id, read(before) if before else None, read(after)))
    # The consents a sheet brought name it themselves.
    brought = touched_ids(import_id, "consent", only_made=True)
    for consent_id in session.connection().execute(brought).scalars():
        changes["consent"].append(Change(consent_id, None, {}))
    rows = {name: _stored(session, import_id, name) for name in changes}
    return ImportedRows(import_id, changes, rows)


def touched_ids(import_id: int, name: str, *, only_made: bool = False) -> "sa.Select[int]":
    """Return the query of the ids of a table's rows that an import touched, or made."""
    change, consent = core_table(SheetImportChange), core_table(Consent)
    brought = sa.select(consent.c.id).where(consent.c.import_id == import_id)
    if name == "consent" and only_made:
        return brought
    query = sa.select(change.c.row_id).where(
        change.c.import_id == import_id, change.c.table_name == name
    )
    if only_made:
        return query.where(change.c.before == "")
    if name == "consent":
        either = sa.union_all(query, brought).subquery()
        return sa.select(either.c.row_id)
    return query


def _stored(session: Session, import_id: int, name: str) -> dict[int, Row]:
    table = core_table(RECORDED[name])
    columns = [column.name for column in table.columns]
    query = sa.select(table).where(table.c.id.in_(touched_ids(import_id, name)))
    found = session.connection().execute(query)
    rows = (dict(zip(columns, row, strict=True)) for row in found)
    return {row["id"]: row for row in rows}
