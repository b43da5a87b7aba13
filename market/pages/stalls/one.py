"""One stall: who is there, which code hangs, what comes next."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col

from market.overview.words import NEEDS, PROGRESS
from market.pages.days import today_of
from market.pages.forms import Form
from market.pages.offers import may_open
from market.pages.posters.shown import files_of
from market.pages.rendering import page
from market.pages.stalls.bulk import Task
from market.pages.stalls.listing import bank_of, spark
from market.reports.takings import VendorTakings, closed_days, takings_of
from market.security.once import new_once
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.errors import StallNotFound
from merchants.find import find_market
from merchants.kinds import GOOD_MATCHES, HANGING_POSTER_STATES
from merchants.posters.printed import live_posters_of
from merchants.stalls.progress import Need
from merchants.stalls.search import StallEntry, StallQuery, find_stalls
from merchants.tables import StallHolding, Vendor

router = APIRouter()

EARLIER_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Held:
    """A time somebody held the stall."""

    vendor_code: str
    full_name: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class NextStep:
    """One of the steps from a name to a poster that hangs; ``task`` or ``path`` do it."""

    words: str
    is_done: bool
    task: Task | None = None
    path: str = ""
    do: str = ""


@router.get("/cho/{market_code}/gian-hang/{stall_code:path}", response_class=HTMLResponse)
def stall(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    stall_code: str,
    luu: str = "",
) -> HTMLResponse:
    """Show one stall of the market."""
    market = find_market(session, market_code)
    query = StallQuery(stall_codes=[stall_code])
    entries = find_stalls(session, market_code, query, sealer=request.app.state.sealer).entries
    if not entries:
        raise StallNotFound(market_code, stall_code)
    (entry,) = entries
    takings, until_on = _takings(request, session, caller, market_code, entry)
    here = f"/cho/{market_code}/gian-hang"
    return page(
        request,
        "stall",
        caller=caller,
        market=market,
        here=here,
        stall=entry,
        held=_held(session, entry.id),
        takings=takings,
        until_on=until_on,
        sees_money=caller.may(Right.READ_MARKET),
        may_write=caller.may(Right.WRITE_REGISTER) and caller.user_id is not None,
        steps=_steps(entry, here) if entry.vendor is not None else [],
        links=_links(caller, market_code, entry),
        saved=luu,
        files=files_of(
            request,
            live_posters_of(session, market_code, stall_codes=[entry.stall_code]),
            f"/cho/{market_code}/bang-ma/tep",
        ),
        form=Form.showing(once=new_once()),
        PROGRESS=PROGRESS,
        NEEDS=NEEDS,
        Need=Need,
        Task=Task,
        bank_of=bank_of,
        spark=spark,
    )


def _takings(
    request: Request, session: Session, caller: Principal, market_code: str, entry: StallEntry
) -> tuple[VendorTakings | None, date | None]:
    vendor = entry.vendor
    if vendor is None or vendor.is_poster_only or not caller.may(Right.READ_MARKET):
        return None, None
    closed = closed_days(session, market_code, today_of(request))
    return takings_of(session, closed, [vendor.id])[vendor.id], closed.until_on


def _held(session: Session, stall_id: int) -> list[Held]:
    rows = session.execute(
        sa.select(
            col(Vendor.code),
            col(Vendor.full_name),
            col(StallHolding.from_on),
            col(StallHolding.to_on),
        )
        .join(Vendor, col(Vendor.id) == col(StallHolding.vendor_id))
        .where(col(StallHolding.stall_id) == stall_id)
        .order_by(col(StallHolding.from_on).desc(), col(StallHolding.id).desc())
        .limit(EARLIER_SHOWN)
    )
    return [Held(code or "", name, from_on, to_on) for code, name, from_on, to_on in rows]


def _steps(entry: StallEntry, here: str) -> list[NextStep]:
    """Return the way from a name to a poster that hangs; each step rests on those before."""
    vendor, poster = entry.vendor, entry.poster
    assert vendor is not None
    form = f"{here}/{entry.stall_code}/dang-ky"
    has_name = any(account.name_match in GOOD_MATCHES for account in vendor.accounts)
    hangs = poster is not None and poster.state in HANGING_POSTER_STATES
    return [
        NextStep("Người bán đồng ý", vendor.consented_on is not None, path=form, do="Ghi tiếp"),
        NextStep("Có tài khoản nhận tiền", bool(vendor.accounts), path=form, do="Ghi tiếp"),
        NextStep("Tên chủ tài khoản khớp", has_name, path=form, do="Sửa tên"),
        NextStep("Cấp tấm mã", entry.has_code, task=Task.ISSUE, do="Cấp tấm mã"),
        NextStep("Treo tấm mã ở gian", hangs, task=Task.INSTALLED, do="Ghi đã treo"),
        # Last: a link can be given on paper, and no poster waits for a phone.
        NextStep("Có số điện thoại", bool(vendor.phone_tail), path=form, do="Ghi tiếp"),
    ]


def _links(caller: Principal, market_code: str, entry: StallEntry) -> list[tuple[str, str, str]]:
    """Return the pages about this stall and its vendor: icon, words, path."""
    vendor = entry.vendor
    of_vendor = f"/cho/{market_code}/nguoi-ban/{vendor.code}" if vendor else ""
    of_stall = f"/cho/{market_code}/gian-hang/{entry.stall_code}"
    place = f"/cho/{market_code}/cai-dat/mat-bang/gian/{entry.stall_code}"
    offered = (
        ("user", "Hồ sơ và lịch sử", "/cho/{market_code}/nguoi-ban/{vendor_code}", of_vendor),
        (
            "key",
            "Đường dẫn cho người bán",
            "/cho/{market_code}/nguoi-ban/{vendor_code}/duong-dan",
            of_vendor and f"{of_vendor}/duong-dan",
        ),
        (
            "qr",
            "Mã QR đang treo",
            "/cho/{market_code}/gian-hang/{stall_code:path}/ma-qr",
            f"{of_stall}/ma-qr",
        ),
        (
            "stall",
            "Vị trí, loại gian",
            "/cho/{market_code}/cai-dat/mat-bang/gian/{stall_code:path}",
            place,
        ),
    )
    return [
        (picture, words, path)
        for picture, words, template, path in offered
        if path and may_open(caller, template)
    ]
