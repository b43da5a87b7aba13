"""Take a vendor sheet into the register: judge every row, plan, and write all of it at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from merchants.actors import COMMAND, Actor
from merchants.days import market_day
from merchants.errors import MarketNotFound, SheetRefused
from merchants.events import record_event
from merchants.find import market_codes
from merchants.imports.plan import RegisterPlan
from merchants.imports.plan_rows import RowPlan, RowRefused
from merchants.imports.planned import write_planned
from merchants.imports.records import new_record, note_result
from merchants.imports.row_results import (
    Outcome,
    Progress,
    RowResult,
    SheetResult,
    Step,
    no_progress,
)
from merchants.imports.standing import Standing, load_standing
from merchants.kinds import EventAction
from merchants.markets.registration import MarketDetails, register_market
from merchants.remedies import remedied_whole
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.sheets.application import RowReading, read_application
from merchants.sheets.reading import Sheet, SheetRow
from merchants.tables import SheetImport

__all__ = [
    "MarketDetails",
    "PlannedSheet",
    "RowResult",
    "SheetResult",
    "import_sheet",
    "plan_sheet",
    "register_market",
    "write_sheet",
]

_EQUAL = "Trùng dòng {rows}: cùng mã gian hàng {stall}, giống hệt"
_DIFFERENT = "Trùng dòng {rows}: cùng mã gian hàng {stall}, nhưng khác nội dung"
_KEEP_ONE = "giữ một dòng, xoá dòng kia"
PROGRESS_ROWS = 500
"""Progress is told once in so many rows."""


@dataclass(frozen=True, slots=True)
class PlannedSheet:
    """What a sheet would do to the register: the result of each row, and the drafts behind it."""

    result: SheetResult
    standing: Standing

    @property
    def market_id(self) -> int | None:
        """Return the one market the sheet is about; ``None`` = several, or none that exists."""
        ids = list(self.standing.market_ids.values())
        return ids[0] if len(ids) == 1 else None


def import_sheet(
    session: Session,
    sheet: Sheet,
    *,
    sealer: Sealer,
    now: datetime,
    actor: Actor = COMMAND,
    market_code: str | None = None,
    dry_run: bool = False,
    listed_on: date | None = None,
) -> SheetResult:
    """Register what a sheet says and return what became of each row.

    Rows stand alone: a rejected one keeps no other out. Taking the same sheet in again changes
    nothing. What is written is the caller's to commit; on a dry run nothing is. The number of
    statements does not grow with the number of rows.

    Args:
        market_code: the market the sheet is for; ``None`` = each row names its own.
        listed_on: the day from which the list holds, the day of ``now`` when ``None``; stalls are
            held and accounts are valid from it where the row tells no earlier day.

    Raises:
        MarketNotFound: ``market_code`` names no market.
        SheetRefused: no ``market_code`` and no such column.
    """
    planned = plan_sheet(
        session,
        sheet,
        sealer=sealer,
        now=now,
        market_code=market_code,
        listed_on=listed_on,
        for_update=not dry_run,
    )
    if dry_run:
        return planned.result
    record = new_record(session, sheet, market_id=planned.market_id, actor=actor, now=now)
    return write_sheet(session, planned, record, actor=actor, now=now)


def plan_sheet(
    session: Session,
    sheet: Sheet,
    *,
    sealer: Sealer,
    now: datetime,
    market_code: str | None,
    listed_on: date | None = None,
    for_update: bool = False,
    progress: Progress = no_progress,
) -> PlannedSheet:
    """Return what a sheet would do; as ``import_sheet`` on a dry run, with ``for_update`` to write it."""
    known_codes = market_codes(session)
    if market_code is not None and market_code not in known_codes:
        raise MarketNotFound(market_code)
    if market_code is None and "market_code" not in sheet.columns:
        raise SheetRefused(
            sheet.name, remedied_whole("thiếu cột “Mã chợ”", "thêm cột này, hoặc chọn chợ khi nhập")
        )

    today = market_day(now)
    readings = _read_rows(sheet, market_code, today, progress)
    _refuse_unknown_markets(readings, known_codes)
    _refuse_doubled_stalls(readings, sheet.rows)

    named = {reading.market_code for reading in readings} | (
        {market_code} if market_code else set()
    )
    standing = load_standing(session, named, for_update=for_update)
    plan = RegisterPlan(standing, sealer=sealer, now=now, listed_on=listed_on or today, today=today)
    planned = _plan_rows(plan, readings, progress)
    results = [_result(reading, planned.get(reading.row)) for reading in readings]
    return PlannedSheet(
        SheetResult(
            results, sheet.name, sheet.sha256, True, sheet.remarks, sheet_title=sheet.title
        ),
        standing,
    )


def write_sheet(
    session: Session,
    planned: PlannedSheet,
    record: SheetImport,
    *,
    actor: Actor,
    now: datetime,
    progress: Progress = no_progress,
) -> SheetResult:
    """Write what was planned under the record of its import and return what became of each row."""
    assert record.id is not None
    result = replace(planned.result, is_dry_run=False, import_id=record.id)
    progress(Step.WRITE, 0, len(result.rows))
    write_planned(session, planned.standing, actor=actor, now=now, import_id=record.id)
    note_result(session, record, result, now=now)
    record_event(
        session,
        EventAction.IMPORTED,
        actor=actor,
        now=now,
        market_id=record.market_id,
        import_id=record.id,
        subject=f"import:{record.id}",
    )
    progress(Step.WRITE, len(result.rows), len(result.rows))
    return result


def _read_rows(
    sheet: Sheet, market_code: str | None, today: date, progress: Progress
) -> list[RowReading]:
    readings = []
    for done, row in enumerate(sheet.rows):
        if done % PROGRESS_ROWS == 0:
            progress(Step.READ, done, len(sheet.rows))
        readings.append(read_application(row, market_code=market_code, today=today))
    return readings


def _plan_rows(
    plan: RegisterPlan, readings: Sequence[RowReading], progress: Progress
) -> dict[int, RowPlan]:
    """Plan the readable rows, ordered by what they say and not by where they stand in the file."""
    planned = {}
    in_order = sorted(readings, key=lambda each: (each.market_code, each.stall_code))
    for done, reading in enumerate(in_order):
        if done % PROGRESS_ROWS == 0:
            progress(Step.PLAN, done, len(in_order))
        if reading.application is None:
            continue
        try:
            planned[reading.row] = plan.take(reading.application)
        except RowRefused as refusal:
            reading.reasons.append(refusal.told)
    plan.finish()
    progress(Step.PLAN, len(in_order), len(in_order))
    return planned


def _refuse_unknown_markets(readings: Iterable[RowReading], known_codes: Sequence[str]) -> None:
    for reading in readings:
        if reading.market_code and reading.market_code not in known_codes:
            known = ", ".join(known_codes) or Sentence("chưa có chợ nào")
            _refuse(
                reading,
                Sentence(
                    "Mã chợ ghi {code}, sổ chợ không có (đang có: {known})",
                    code=reading.market_code,
                    known=known,
                ),
                "sửa cột Mã chợ, hoặc ghi chợ này vào sổ trước",
            )


def _refuse_doubled_stalls(readings: Sequence[RowReading], rows: Sequence[SheetRow]) -> None:
    """Refuse rows that name one stall twice: all but the first if they are equal, else all.

    Taking the first of two that differ would let the order of the rows decide what is registered.
    """
    places = defaultdict(list)
    for reading, row in zip(readings, rows, strict=True):
        if reading.stall_code:
            places[reading.market_code, reading.stall_code].append((reading, row))
    for same_stall in places.values():
        first_reading, first_row = same_stall[0]
        are_equal = all(row.cells == first_row.cells for _, row in same_stall)
        for reading, _ in same_stall[1:]:
            what = _EQUAL if are_equal else _DIFFERENT
            values = {"rows": first_reading.row, "stall": reading.stall_code}
            _refuse(reading, Sentence(what, **values), _KEEP_ONE)
        if len(same_stall) > 1 and not are_equal:
            others = ", ".join(str(reading.row) for reading, _ in same_stall[1:])
            values = {"rows": others, "stall": first_reading.stall_code}
            _refuse(first_reading, Sentence(_DIFFERENT, **values), _KEEP_ONE)


def _refuse(reading: RowReading, why: str, fix: str) -> None:
    reading.reasons.append(remedied_whole(why, fix))
    reading.application = None


def _result(reading: RowReading, planned: RowPlan | None) -> RowResult:
    if planned is None:
        return RowResult(
            reading.row,
            "rejected",
            "none",
            reading.stall_code,
            reading.reasons,
            full_name=reading.full_name,
        )
    messages = [*reading.remarks, *planned.remarks]
    outcome: Outcome = "warned" if messages else "accepted"
    return RowResult(
        reading.row,
        outcome,
        planned.change,
        reading.stall_code,
        messages,
        full_name=reading.full_name,
        proposes_account=bool(planned.proposals),
    )
