"""Take a vendor sheet into the register: judge every row, plan, and write all of it at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlmodel import Session

from merchants.actors import COMMAND
from merchants.application import RowReading, read_application
from merchants.days import market_day
from merchants.errors import MarketNotFound, SheetRefused
from merchants.find import market_codes
from merchants.kinds import ImportState
from merchants.places import MarketDetails, register_market
from merchants.plan import RegisterPlan
from merchants.plan_rows import Change, RowPlan, RowRefused
from merchants.sealing import Sealer
from merchants.sheet import Sheet, SheetRow
from merchants.standing import load_standing
from merchants.tables import SheetImport
from merchants.vendor_states import derive_vendor_states
from merchants.write_plan import write_drafts

__all__ = ["MarketDetails", "RowResult", "SheetResult", "import_sheet", "register_market"]

Outcome = Literal["accepted", "warned", "rejected"]


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row; ``messages`` are Vietnamese: reasons when rejected, else remarks."""

    row: int
    outcome: Outcome
    change: Change
    stall_code: str
    messages: list[str]


@dataclass(frozen=True, slots=True)
class SheetResult:
    """What became of a sheet, row by row in the order of the file."""

    rows: list[RowResult]
    file_name: str
    file_sha256: str
    is_dry_run: bool

    def count(self, wanted: Outcome | Change) -> int:
        """Return how many rows have this outcome or this change."""
        return sum(wanted in {row.outcome, row.change} for row in self.rows)


def import_sheet(
    session: Session,
    sheet: Sheet,
    *,
    sealer: Sealer,
    now: datetime,
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
    known_codes = market_codes(session)
    if market_code is not None and market_code not in known_codes:
        raise MarketNotFound(market_code)
    if market_code is None and "market_code" not in sheet.columns:
        raise SheetRefused(sheet.name, "thiếu cột “Mã chợ”. Thêm cột này, hoặc chọn chợ khi nhập.")

    today = market_day(now)
    readings = [read_application(row, market_code=market_code, today=today) for row in sheet.rows]
    _refuse_unknown_markets(readings, known_codes)
    _refuse_doubled_stalls(readings, sheet.rows)

    named = {reading.market_code for reading in readings}
    standing = load_standing(session, named, for_update=not dry_run)
    plan = RegisterPlan(standing, sealer=sealer, now=now, listed_on=listed_on or today, today=today)
    planned = _plan_rows(plan, readings)
    results = [_result(reading, planned.get(reading.row)) for reading in readings]
    result = SheetResult(results, sheet.name, sheet.sha256, dry_run)
    if not dry_run:
        write_drafts(session, standing.drafts)
        derive_vendor_states(session, standing.market_ids.values())
        session.add(_record(result, now))
        session.flush()
    return result


def _plan_rows(plan: RegisterPlan, readings: Iterable[RowReading]) -> dict[int, RowPlan]:
    """Plan the readable rows, ordered by what they say and not by where they stand in the file."""
    planned = {}
    for reading in sorted(readings, key=lambda each: (each.market_code, each.stall_code)):
        if reading.application is None:
            continue
        try:
            planned[reading.row] = plan.take(reading.application)
        except RowRefused as refusal:
            reading.reasons.append(str(refusal))
    plan.finish()
    return planned


def _refuse_unknown_markets(readings: Iterable[RowReading], known_codes: Sequence[str]) -> None:
    for reading in readings:
        if reading.market_code and reading.market_code not in known_codes:
            known = ", ".join(known_codes) or "chưa có chợ nào"
            _refuse(
                reading,
                f"Mã chợ ghi {reading.market_code}, sổ chợ không có (đang có: {known}). "
                "Sửa cột Mã chợ, hoặc ghi chợ này vào sổ trước.",
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
            what = "giống hệt" if are_equal else "nhưng khác nội dung"
            _refuse(
                reading,
                f"Trùng dòng {first_reading.row}: cùng mã gian hàng {reading.stall_code}, {what}. "
                "Giữ một dòng, xoá dòng kia.",
            )
        if len(same_stall) > 1 and not are_equal:
            others = ", ".join(str(reading.row) for reading, _ in same_stall[1:])
            _refuse(
                first_reading,
                f"Trùng dòng {others}: cùng mã gian hàng {first_reading.stall_code}, nhưng khác "
                "nội dung. Giữ một dòng, xoá dòng kia.",
            )


def _refuse(reading: RowReading, reason: str) -> None:
    reading.reasons.append(reason)
    reading.application = None


def _result(reading: RowReading, planned: RowPlan | None) -> RowResult:
    if planned is None:
        return RowResult(reading.row, "rejected", "none", reading.stall_code, reading.reasons)
    messages = [*reading.remarks, *planned.remarks]
    outcome: Outcome = "warned" if messages else "accepted"
    return RowResult(reading.row, outcome, planned.change, reading.stall_code, messages)


def _record(result: SheetResult, now: datetime) -> SheetImport:
    return SheetImport(
        file_name=result.file_name[-200:],
        file_sha256=result.file_sha256,
        state=ImportState.WRITTEN,
        actor=str(COMMAND),
        imported_at=now,
        written_at=now,
        rows_total=len(result.rows),
        rows_done=len(result.rows),
        rows_warned=result.count("warned"),
        rows_created=result.count("created"),
        rows_changed=result.count("changed"),
        rows_same=result.count("same"),
        rows_rejected=result.count("rejected"),
    )
