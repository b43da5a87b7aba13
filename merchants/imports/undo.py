"""Undo a whole import: what it made goes, what it changed comes back, all of it or nothing.

A row it made that something else refers to by now (a poster, a payment) cannot go: it ends. A row it
changed comes back only while it still holds what the import wrote.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.columns import UtcDateTime
from merchants.days import market_day
from merchants.errors import ImportFileForgotten, ImportStepRefused, NewerImportStands
from merchants.events import record_events
from merchants.imports.changes import FOLLOWING
from merchants.imports.imported_rows import ImportedRows, load_imported
from merchants.imports.planned_events import vendor_fields_changed
from merchants.imports.undo_checks import refuse_changed, refuse_taken_places
from merchants.imports.undo_fates import Fates, decide_fates
from merchants.imports.undo_steps import end_kept, remove, restore
from merchants.kinds import EventAction, ImportState
from merchants.lifecycle.states import derive_vendor_states
from merchants.tables import Market, SheetImport

# A holding or poster is opened again only after what took its place is gone.
_RESTORED_FIRST = ("zone", "stall", "vendor", "acceptance_point", "account_change", "consent")
_RESTORED_LAST = ("stall_holding", "poster")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """How many rows of the register went, ended and came back."""

    removed: int
    ended: int
    restored: int


def undo_import(session: Session, record: SheetImport, *, actor: Actor, now: datetime) -> Undone:
    """Undo a written import; the register is then as it was before, vendors' versions aside.

    Raises:
        ImportStepRefused: it was not written, or is undone already.
        NewerImportStands: a newer import of the market has changed something and stands.
        ImportFileForgotten: what it changed is no longer kept.
        ImportChangedSince: something it wrote was changed since; names stalls and columns.
    """
    assert record.id is not None
    if record.state is not ImportState.WRITTEN:
        raise ImportStepRefused(record.id, record.state.value, "undone")
    _lock_markets(session, record)
    _refuse_older(session, record)
    imported = load_imported(session, record.id)
    is_forgotten = not imported.changes.keys() - {
        "consent"
    }  # consents name their import themselves
    if record.rows_created + record.rows_changed > 0 and is_forgotten:
        raise ImportFileForgotten(record.id)

    refuse_changed(session, imported)
    restored = sum(restore(session, imported, name) for name in _RESTORED_FIRST)
    fates = decide_fates(session, imported)
    ended = end_kept(session, fates, market_day(now))
    removed = remove(session, fates)
    refuse_taken_places(session, imported)
    restored += sum(restore(session, imported, name) for name in _RESTORED_LAST)
    record_events(session, _events(record, imported, fates), actor=actor, now=now)
    if any(fates.kept.values()) or _has_moved_on(imported):
        market_ids = {row["market_id"] for row in imported.rows.get("vendor", {}).values()}
        told = {"import_id": record.id}
        derive_vendor_states(session, market_ids, actor=actor, now=now, told=told)

    record.state, record.undone_at, record.undone_by = ImportState.UNDONE, now, str(actor)
    record.file_sealed = None
    session.add(record)
    session.flush()
    session.expire_all()  # most of it was changed past the session
    return Undone(removed=removed, ended=ended, restored=restored)


def _lock_markets(session: Session, record: SheetImport) -> None:
    query = select(Market.id).order_by(col(Market.id)).with_for_update()
    if record.market_id is not None:
        query = query.where(Market.id == record.market_id)
    session.exec(query).all()


def _refuse_older(session: Session, record: SheetImport) -> None:
    newer = select(sa.func.max(SheetImport.id)).where(
        col(SheetImport.state) == ImportState.WRITTEN,
        sa.tuple_(col(SheetImport.written_at), col(SheetImport.id))
        > sa.tuple_(sa.literal(record.written_at, UtcDateTime), sa.literal(record.id)),
        col(SheetImport.rows_created) + col(SheetImport.rows_changed) > 0,
    )
    if record.market_id is not None:
        newer = newer.where(
            sa.or_(
                col(SheetImport.market_id) == record.market_id,
                col(SheetImport.market_id).is_(None),
            )
        )
    newer_id = session.exec(newer).one()
    if newer_id is not None:
        raise NewerImportStands(record.id or 0, newer_id)


def _has_moved_on(imported: ImportedRows) -> bool:
    """Return whether a vendor or an account has taken steps since, which now rest on other facts."""
    for name, columns in FOLLOWING.items():
        for row_id, change in imported.changed(name).items():
            row = imported.rows[name].get(row_id)
            followed = columns & change.after.keys()
            if row is not None and any(row[each] != change.after[each] for each in followed):
                return True
    return False


def _events(record: SheetImport, imported: ImportedRows, fates: Fates) -> Iterator[dict[str, Any]]:
    """Yield one event for the import, one for each vendor and stall still there, and the fields put back."""
    told = {"action": EventAction.IMPORT_UNDONE, "import_id": record.id}
    yield told | {"market_id": record.market_id, "subject": f"import:{record.id}"}
    for name, column in (("vendor", "vendor_id"), ("stall", "stall_id")):
        for row_id in sorted({*imported.changed(name), *fates.kept[name]}):
            row = imported.rows[name][row_id]
            yield told | {"market_id": row["market_id"], column: row_id}
    for row_id, change in imported.changed("vendor").items():
        row = imported.rows["vendor"][row_id]
        assert change.before is not None
        restored = {**row, **change.before, "version": row["version"] + 1}
        place = {"market_id": row["market_id"], "vendor_id": row_id, "import_id": record.id}
        for event in vendor_fields_changed(row, restored, change.before.keys()):
            yield event | place
