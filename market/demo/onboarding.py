"""Markets from the list, vendors from the sheet, posters every second Monday."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from sqlmodel import col

from market.database import reading, writing
from market.demo.watch import Watch
from market.settings import Settings
from merchants.actors import COMMAND
from merchants.days import HO_CHI_MINH
from merchants.imports.register import SheetResult, import_sheet, register_market
from merchants.markets.areas import VAN_YEN, VAN_YEN_CAVEAT, VAN_YEN_NAME, seed_van_yen
from merchants.markets.registration import MarketDetails
from merchants.posters.issue import issue_posters, poster_faces
from merchants.sheets.reading import read_sheet
from merchants.stalls.floor_positions import lay_out
from merchants.tables import Market, Stall, StallHolding, Vendor
from reconciliation.simulation.people import ISSUE_DAYS
from reconciliation.simulation.register import SimRegister
from reconciliation.simulation.sheet import flawed_rows, sheet_rows, write_sheet

SHOWN_ROWS = 7


@dataclass(frozen=True, slots=True)
class Onboarded:
    """What the register holds afterwards; ``sheet`` is the last sheet as it was handed in."""

    register: SimRegister
    sheet: bytes
    posters: int


def register_markets(
    engine: sa.Engine, markets: Sequence[MarketDetails], *, now: datetime, watch: Watch
) -> None:
    """Register the markets with their calendars, and the territory they lie in."""
    advance = watch.step("Ghi sổ chợ / Register the markets", len(markets))
    with writing(engine) as session:
        for done, market in enumerate(markets, start=1):
            register_market(session, market, now=now)
            advance(done)
        seed_van_yen(session, actor=COMMAND, now=now)
    watch.say(", ".join(f"{market.code} {market.name}" for market in markets))
    watch.say(f"{VAN_YEN}: {VAN_YEN_NAME}. {VAN_YEN_CAVEAT}")


def take_vendors_in(
    engine: sa.Engine, settings: Settings, drawn: SimRegister, *, last: date, watch: Watch
) -> Onboarded:
    """Hand the sheet in at each printing and once more at the end; issue posters in between.

    The first sheet holds mistakes people make and goes through a dry run before it counts.
    """
    days = [*ISSUE_DAYS, max(last, ISSUE_DAYS[-1])]
    advance = watch.step("Nhập danh sách, cấp tấm mã / Vendor sheet, posters", len(days))
    posters = 0
    content = b""
    for done, day in enumerate(days, start=1):
        now = morning(day)
        rows = sheet_rows(drawn, as_of=day)
        if done == 1:
            flawed = [*rows, *(flaw.row for flaw in flawed_rows(drawn, as_of=day))]
            content = write_sheet(flawed, made_at=now)
            tried = _take_sheet(engine, settings, content, now, dry_run=True)
            _tell(watch, "Chạy thử / dry run", tried)
        content = content if done == 1 else write_sheet(rows, made_at=now)
        taken = _take_sheet(engine, settings, content, now, dry_run=False)
        if done in {1, len(days)}:
            _tell(watch, f"Nhập {day:%d/%m/%Y} / taken in", taken)
        if done < len(days):
            posters += _issue(engine, settings, drawn, now)
        else:
            _place_stalls(engine, drawn, now)
        advance(done)
    codes = vendor_codes(engine)
    watch.say(f"{len(set(codes.values()))} tiểu thương, {posters} tấm mã / vendors, posters")
    return Onboarded(drawn.with_codes(codes), content, posters)


def print_book(engine: sa.Engine, settings: Settings, market_code: str, *, watch: Watch) -> bytes:
    """Return all live posters of a market as one PDF, each read back before it leaves."""
    from qr.poster_book import draw_book

    with reading(engine) as session:
        faces = poster_faces(
            session,
            market_code,
            sealer=settings.sealer,
            verification_key=settings.print_key,
            base_url=settings.base_url,
        )
    advance = watch.step(f"In tấm mã chợ {market_code} / Poster book", len(faces))
    return b"".join(draw_book(faces, on_progress=advance))


def vendor_codes(engine: sa.Engine) -> dict[tuple[str, str], str]:
    """Return the code of who holds each stall now, by market and stall code."""
    statement = (
        sa.select(col(Market.code), col(Stall.code), col(Vendor.code))
        .select_from(StallHolding)
        .join(Stall, col(Stall.id) == StallHolding.stall_id)
        .join(Market, col(Market.id) == Stall.market_id)
        .join(Vendor, col(Vendor.id) == StallHolding.vendor_id)
        .where(col(StallHolding.to_on).is_(None))
    )
    with reading(engine) as session:
        return {(market, stall): code for market, stall, code in session.execute(statement)}


def morning(day: date) -> datetime:
    """Return nine o'clock of a day at the market."""
    return datetime.combine(day, time(9), tzinfo=HO_CHI_MINH).astimezone(UTC)


def _take_sheet(
    engine: sa.Engine, settings: Settings, content: bytes, now: datetime, *, dry_run: bool
) -> SheetResult:
    sheet = read_sheet(content, "so-tieu-thuong.xlsx")
    with writing(engine) as session:
        return import_sheet(session, sheet, sealer=settings.sealer, now=now, dry_run=dry_run)


def _issue(engine: sa.Engine, settings: Settings, drawn: SimRegister, now: datetime) -> int:
    with writing(engine) as session:
        return sum(
            len(
                issue_posters(
                    session,
                    market.code,
                    sealer=settings.sealer,
                    now=now,
                    verification_key=settings.print_key,
                )
            )
            for market in drawn.markets
        )


def _place_stalls(engine: sa.Engine, drawn: SimRegister, now: datetime) -> None:
    """Lay every market's floor plan out by code order."""
    with writing(engine) as session:
        for market in drawn.markets:
            lay_out(session, market.code, actor=COMMAND, now=now)


def _tell(watch: Watch, title: str, result: SheetResult) -> None:
    counts = {kind: result.count(kind) for kind in ("accepted", "warned", "rejected")}
    watch.say(
        f"{title}: {counts['accepted']} dòng nhận, {counts['warned']} dòng cần xem lại, "
        f"{counts['rejected']} dòng từ chối"
    )
    if not result.is_dry_run:
        return
    shown = [row for row in result.rows if row.outcome == "rejected"]
    shown += [row for row in result.rows if row.outcome == "warned"]
    for row in shown[:SHOWN_ROWS]:
        watch.say(f"  dòng {row.row} {row.stall_code}: {' '.join(row.messages)}")
