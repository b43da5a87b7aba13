"""What is kept of an import beside the register: its state, its counts, what became of each row."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from merchants.actors import Actor
from merchants.columns import core_table
from merchants.imports.row_results import SheetResult
from merchants.kept_sentences import write_sentences
from merchants.kinds import ImportState
from merchants.masking import without_numbers
from merchants.sheets.reading import Sheet
from merchants.tables import SheetImport, SheetImportRow

FILE_NAME_LENGTH = 200
_TITLE_LENGTH = 60


def new_record(
    session: Session, sheet: Sheet, *, market_id: int | None, actor: Actor, now: datetime
) -> SheetImport:
    """Return the record of a sheet that is read and written in one go; it has its id."""
    record = SheetImport(
        market_id=market_id,
        file_name=sheet.name[-FILE_NAME_LENGTH:],
        file_sha256=sheet.sha256,
        state=ImportState.WRITING,
        actor=str(actor),
        imported_at=now,
    )
    session.add(record)
    session.flush()
    return record


def note_result(
    session: Session, record: SheetImport, result: SheetResult, *, now: datetime
) -> None:
    """Note what became of the rows, in place of what was noted before: checked, or written."""
    for column, count in result.counts.items():
        setattr(record, column, count)
    record.rows_done = record.rows_total
    record.remarks = write_sentences(result.remarks)
    record.sheet_title = result.sheet_title[:_TITLE_LENGTH]
    record.state = ImportState.CHECKED if result.is_dry_run else ImportState.WRITTEN
    record.beat_at = None
    if not result.is_dry_run:
        record.written_at = now
    session.add(record)
    session.flush()
    noted = core_table(SheetImportRow)
    connection = session.connection()
    connection.execute(sa.delete(noted).where(noted.c.import_id == record.id))
    rows = [
        {
            "import_id": record.id,
            "row": row.row,
            "outcome": row.outcome,
            "change": row.change,
            "stall_code": row.stall_code[:40],
            "full_name": row.full_name,
            "proposes_account": row.proposes_account,
            "messages": write_sentences(row.messages, change=without_numbers),
        }
        for row in result.rows
    ]
    if rows:
        connection.execute(sa.insert(noted), rows)
