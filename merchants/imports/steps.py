"""A sheet taken in by steps: received, checked, written; each step survives whoever began it dying.

The caller commits after each function: what a step found is what the next one, perhaps another
process, goes on from. The file itself is kept sealed until nobody needs it.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.columns import core_table
from merchants.errors import (
    ImportFileForgotten,
    ImportNotFound,
    ImportStepRefused,
    MarketNotFound,
    SheetRefused,
)
from merchants.imports.records import FILE_NAME_LENGTH, note_result
from merchants.imports.register import plan_sheet, write_sheet
from merchants.imports.row_results import Progress, SheetResult, no_progress
from merchants.kept_sentences import write_sentences
from merchants.kinds import ImportState
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.sheets.reading import Sheet, read_sheet
from merchants.tables import Market, SheetImport, SheetImportChange, SheetImportRow

STALLED_AFTER = timedelta(seconds=60)
"""Without a sign of life for so long whoever checked or wrote an import is taken for dead."""
KEPT_DAYS = 30
"""For so long a file and what an import changed are kept."""

MOVED = Sentence(
    "Sổ chợ đã đổi sau lần kiểm tra trước: đây là kết quả kiểm tra mới, chưa ghi gì. Xem lại rồi ghi."
)

_UNDER_WAY = (ImportState.CHECKING, ImportState.WRITING)


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing: the result, or the new check when the register has moved meanwhile."""

    result: SheetResult
    is_written: bool


def receive_file(
    session: Session,
    content: bytes,
    name: str,
    *,
    market_code: str,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> SheetImport:
    """Keep a file that came for a market, sealed, and return its import, which waits to be checked.

    Raises:
        MarketNotFound: no such market.
    """
    market_id = session.exec(select(Market.id).where(Market.code == market_code)).first()
    if market_id is None:
        raise MarketNotFound(market_code)
    record = SheetImport(
        market_id=market_id,
        file_name=(name.strip() or "danh-sach")[-FILE_NAME_LENGTH:],
        file_sha256=hashlib.sha256(content).hexdigest(),
        file_sealed=sealer.seal_bytes(content),
        state=ImportState.CHECKING,
        actor=str(actor),
        imported_at=now,
        beat_at=now,
    )
    session.add(record)
    session.flush()
    return record


def find_import(
    session: Session, market_code: str, import_id: int, *, for_update: bool = False
) -> SheetImport:
    """Return one of a market's imports.

    Raises:
        ImportNotFound: the market has none of this number.
    """
    query = (
        select(SheetImport)
        # A file may weigh megabytes: it is loaded when it is read.
        .options(sa.orm.defer(SheetImport.file_sealed))  # type: ignore[arg-type]
        .join(Market, col(Market.id) == SheetImport.market_id)
        .where(SheetImport.id == import_id, Market.code == market_code)
    )
    if for_update:
        query = query.with_for_update(of=SheetImport).execution_options(populate_existing=True)
    record = session.exec(query).first()
    if record is None:
        raise ImportNotFound(import_id)
    return record


def is_stalled(record: SheetImport, now: datetime) -> bool:
    """Return whether whoever checked or wrote an import has died half-way."""
    last_seen = record.beat_at or record.imported_at
    return record.state in _UNDER_WAY and now - last_seen > STALLED_AFTER


def open_sheet(record: SheetImport, *, sealer: Sealer) -> Sheet:
    """Return the sheet of an import, read anew from its file.

    Raises:
        ImportFileForgotten: the file is not kept any more.
        SheetRefused: it cannot be read.
    """
    if record.file_sealed is None:
        raise ImportFileForgotten(record.id or 0)
    return read_sheet(sealer.open_bytes(record.file_sealed), record.file_name)


def plan_file(
    session: Session,
    record: SheetImport,
    *,
    market_code: str,
    sealer: Sealer,
    now: datetime,
    progress: Progress = no_progress,
) -> SheetResult:
    """Return what an import's file would do to the register now; writes nothing.

    Raises:
        ImportFileForgotten: the file is not kept any more.
        SheetRefused: it cannot be read.
    """
    sheet = open_sheet(record, sealer=sealer)
    return plan_sheet(
        session, sheet, sealer=sealer, now=now, market_code=market_code, progress=progress
    ).result


def note_check(
    session: Session, record: SheetImport, result: SheetResult, *, now: datetime
) -> None:
    """Note the check of an import that is waiting for one; a second check finds nothing to do."""
    if record.state is ImportState.CHECKING:
        note_result(session, record, result, now=now)


def note_refusal(session: Session, record: SheetImport, refusal: SheetRefused) -> None:
    """Note that an import's file cannot be read; the file is forgotten at once."""
    if record.state is ImportState.CHECKING:
        record.state = ImportState.FAILED
        record.refusal = write_sentences([refusal.reason])
        record.file_sealed = None
        record.beat_at = None
        session.add(record)
        session.flush()


def note_beat(
    session: Session, import_id: int, *, rows_done: int, rows_total: int, now: datetime
) -> None:
    """Note how far the check or the writing of an import has come, as a sign of life."""
    table = core_table(SheetImport)
    session.connection().execute(
        sa.update(table)
        .where(table.c.id == import_id, table.c.state.in_(_UNDER_WAY))
        .values(rows_done=rows_done, rows_total=rows_total, beat_at=now)
    )


def begin_writing(session: Session, record: SheetImport, *, now: datetime) -> bool:
    """Let a checked import be written; return whether that is still to be done.

    Asked twice it is begun once: what is being written or was written stays as it is.

    Raises:
        ImportStepRefused: it is not checked yet, failed, or was undone.
    """
    if record.state in {ImportState.WRITING, ImportState.WRITTEN}:
        return False
    if record.state is not ImportState.CHECKED:
        raise ImportStepRefused(record.id or 0, record.state.value, "written")
    record.state, record.beat_at, record.rows_done = ImportState.WRITING, now, 0
    session.add(record)
    session.flush()
    return True


def begin_again(session: Session, record: SheetImport, *, now: datetime) -> bool:
    """Let an import whose worker died be checked once more; return whether that was needed.

    A writing that died has written nothing: it was one transaction.
    """
    if not is_stalled(record, now):
        return False
    record.state, record.beat_at, record.rows_done = ImportState.CHECKING, now, 0
    session.add(record)
    session.flush()
    return True


def write_file(
    session: Session,
    record: SheetImport,
    *,
    market_code: str,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
    progress: Progress = no_progress,
) -> Written:
    """Write exactly what was checked, or nothing.

    Everything is planned anew in the writing transaction. When the register has moved so that the
    rows would now come to something else than was shown, the new check takes the old one's place
    and waits to be looked at.

    Raises:
        ImportStepRefused: the import is not being written.
        ImportFileForgotten: the file is not kept any more.
        SheetRefused: it cannot be read.
    """
    if record.state is not ImportState.WRITING:
        raise ImportStepRefused(record.id or 0, record.state.value, "written")
    sheet = open_sheet(record, sealer=sealer)
    planned = plan_sheet(
        session,
        sheet,
        sealer=sealer,
        now=now,
        market_code=market_code,
        for_update=True,
        progress=progress,
    )
    if not _is_as_shown(session, record, planned.result):
        checked = replace(planned.result, remarks=[MOVED, *planned.result.remarks])
        note_result(session, record, checked, now=now)
        return Written(checked, is_written=False)
    result = write_sheet(session, planned, record, actor=actor, now=now, progress=progress)
    if not result.count("rejected"):
        record.file_sealed = None  # nobody has a row left to correct
        session.add(record)
        session.flush()
    return Written(result, is_written=True)


def forget_files(session: Session, before: datetime) -> int:
    """Forget the files of imports older than an instant; return how many were forgotten.

    What they changed goes with them, and their messages, which may name people: such an import can
    be neither written nor undone any more. Its counts stay.
    """
    record = core_table(SheetImport)
    old = sa.select(record.c.id).where(
        record.c.imported_at < before,
        sa.or_(record.c.state.not_in(_UNDER_WAY), record.c.beat_at < before),
    )
    connection = session.connection()
    for table in (SheetImportChange, SheetImportRow):
        kept = core_table(table)
        connection.execute(sa.delete(kept).where(kept.c.import_id.in_(old)))
    forgotten = connection.execute(
        sa.update(record)
        .where(record.c.id.in_(old), record.c.file_sealed.is_not(None))
        .values(file_sealed=None)
    )
    return forgotten.rowcount


def _is_as_shown(session: Session, record: SheetImport, result: SheetResult) -> bool:
    """Return whether each row comes to what was shown of it: its outcome and its change."""
    noted = select(SheetImportRow.row, SheetImportRow.outcome, SheetImportRow.change).where(
        SheetImportRow.import_id == record.id
    )
    shown = {row: (outcome, change) for row, outcome, change in session.exec(noted)}
    return shown == {each.row: (each.outcome, each.change) for each in result.rows}
