"""The manager's home: the market in one sentence, its floor, and what is to be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlmodel import col

from market.overview.chart import draw_chart
from market.overview.done_today import done_today
from market.overview.figures import figures_of
from market.overview.floor import Floor, FloorZone, floor_of
from market.overview.picture import draw_picture
from market.overview.plan_progress import plan_progress
from market.overview.to_do import NEEDS, ToDo, ToDoKind, to_do
from market.overview.words import DONE, PROGRESS, TO_DO
from market.pages.choosing_market import Wanted
from market.pages.days import now_of, today_of
from market.pages.navigation import MARKET_ASKED_PAGES
from market.pages.offers import may_open
from market.pages.rendering import address, page
from market.pages.stalls.choice import pages_shown
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.campaigns.team_zones import teams_of_zones
from merchants.find import find_market
from merchants.tables import Market

router = APIRouter()

ZONES_SHOWN = 40
"""Zones whose counts stand on one page; a market of more is looked at page by page."""
MORE_PAGES = (
    (
        "Hằng ngày",
        (
            ("/cho/{market_code}", "scale", "Ngày chợ", "Tiền vào, đối soát, chốt ngày"),
            ("/muc-do-dung", "chart", "Mức độ dùng", "Bao nhiêu người nhận tiền qua QR"),
            (
                "/cho/{market_code}/khao-sat",
                "sheet",
                "Khảo sát tiền bán",
                "Hỏi các gian đã bốc thăm, ghi tại chỗ",
            ),
            ("/nguon-tien", "download", "Nguồn tiền", "Sao kê, tin báo tiền, tiền chưa rõ của ai"),
            ("/cho/{market_code}/duyet", "shield", "Duyệt tài khoản", "Cần người thứ hai"),
            (
                "/cho/{market_code}/kiem-tra",
                "qr",
                "Kiểm tra tấm mã",
                "Bốc mỗi ngày chợ, quét tại gian",
            ),
            ("/cho/{market_code}/bang-ma", "download", "Tấm mã", "In cả chợ, cấp lại, thu hồi"),
            ("/cho/{market_code}/su-co", "warn", "Sự cố mã lạ", "Mã dán đè, mã trả cho người khác"),
            ("/cho/{market_code}/phan-anh", "scale", "Phản ánh về tiền", "Sai tiền, xin hoàn tiền"),
            (
                "/cho/{market_code}/doi-ten-tai-khoan",
                "key",
                "Tên tài khoản",
                "Hộ kinh doanh phải đổi",
            ),
            (
                "/cho/{market_code}/khoan-lech",
                "scale",
                "Khoản lệch",
                "Đề xuất, duyệt bởi hai người",
            ),
            ("/cho/{market_code}/chot-ngay", "scale", "Chốt ngày", "So ba bên, các phiên bản"),
            ("/cho/{market_code}/khoa-so", "lock", "Khoá sổ", "Hai người khoá, hai người mở"),
            ("/cho/{market_code}/trung-ten", "user", "Hồ sơ trùng", "Gộp hai hồ sơ của một người"),
            (
                "/cho/{market_code}/quyen-rieng-tu",
                "lock",
                "Quyền riêng tư",
                "Yêu cầu và hạn trả lời",
            ),
        ),
    ),
    (
        "Danh sách",
        (
            ("/cho/{market_code}/nguoi-ban", "user", "Người bán", "Ai còn bán, ai đã thôi"),
            ("/cho/{market_code}/nhap", "upload", "Nhập từ Excel", "Cả chợ một lần, xem thử trước"),
            ("/cho/{market_code}/nhap/lich-su", "clock", "Các lần nhập", "Xem lại, hoàn lại"),
            ("/cho/{market_code}/xuat", "download", "Xuất Excel", "Cùng cột với tệp nhập"),
        ),
    ),
    (
        "Người và kế hoạch",
        (
            ("/cho/{market_code}/to-ho-tro", "user", "Tổ hỗ trợ", "Lần ghé, xếp hạng"),
            (
                "/cho/{market_code}/nguoi-ho-tro",
                "key",
                "Mã cho người hỗ trợ",
                "Vào bằng điện thoại",
            ),
            ("/cho/{market_code}/ke-hoach", "chart", "Kế hoạch", "Chỉ tiêu, bảng 4 câu hỏi"),
            ("/nguoi-dung", "user", "Tài khoản làm việc", "Ai vào được, vai trò gì"),
            ("/quy-tac", "scale", "Quy tắc đối soát và phí", "Hai người mới đổi được"),
        ),
    ),
    (
        "Chợ",
        (
            ("/cho/{market_code}/cai-dat", "stall", "Cài đặt chợ", "Tên, đơn vị quản lý, xã"),
            ("/cho/{market_code}/cai-dat/lich", "clock", "Lịch chợ", "Phiên chợ, ngày nghỉ"),
            ("/cho/{market_code}/cai-dat/mat-bang", "image", "Mặt bằng", "Khu, gian, vị trí"),
            ("/dia-ban", "file", "Địa bàn", "Chợ thuộc địa bàn nào"),
            ("/cho/{market_code}/nhat-ky", "file", "Nhật ký", "Ai đã làm gì"),
            (
                "/cho/{market_code}/noi-dung-chuyen-khoan",
                "scale",
                "Nội dung chuyển khoản",
                "Ngân hàng nào hay làm mất mã",
            ),
        ),
    ),
)


@router.get("/cho", response_class=HTMLResponse)
def markets(
    request: Request, session: Reading, caller: Caller, xem: Wanted | None = None
) -> HTMLResponse:
    """Show the markets the reader may see, with how far each has come, to choose one of."""
    query = sa.select(col(Market.id), col(Market.code), col(Market.name), col(Market.commune_name))
    if caller.market_codes is not None:
        query = query.where(col(Market.code).in_(sorted(caller.market_codes)))
    rows = session.execute(query.order_by(col(Market.name), col(Market.code))).all()
    figures = figures_of(session, [row[0] for row in rows])
    home = "tong-quan" if caller.may(Right.READ_MARKET) else "gian-hang"
    return page(
        request,
        "markets",
        caller=caller,
        markets=[(code, name, commune, figures[key]) for key, code, name, commune in rows],
        home=home,
        leads_to_adoption=xem is Wanted.ADOPTION and caller.may(Right.READ_ADOPTION),
    )


@router.get("/cho/{market_code}/tong-quan", response_class=HTMLResponse)
def overview(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    khu: Annotated[str, Query(max_length=20)] = "",
    hang: Annotated[int, Query(ge=1, lt=10**6)] = 1,
    trang: Annotated[int | None, Query(ge=1, lt=10**6)] = None,
) -> HTMLResponse:
    """Show where the market stands against its plan, and today's work.

    Of the zone ``khu`` the row ``hang`` is shown stall by stall; ``trang`` turns the zones' pages.
    """
    market = find_market(session, market_code)
    assert market.id is not None
    today, now = today_of(request), now_of(request)
    floor = floor_of(session, market.id)
    figures = floor.figures
    plan = plan_progress(
        session,
        market_code,
        market.id,
        in_frame=figures.in_frame,
        with_code=figures.with_code,
        on=today,
    )
    work = to_do(session, market, floor.stalls, now=now)
    zone = floor.zone(khu)
    return page(
        request,
        "overview",
        caller=caller,
        market=market,
        here=f"/cho/{market_code}/tong-quan",
        stalls_path=f"/cho/{market_code}/gian-hang",
        today=today,
        picture=draw_picture(floor),
        zones=_zones_shown(floor, zone, trang),
        figures=figures,
        plan=plan,
        chart=draw_chart(plan.weeks),
        zone=zone,
        rows=zone.rows if zone else [],
        row=min(hang, len(zone.rows)) if zone else 1,
        pages_shown=pages_shown,
        work=[(each, _path(caller, market_code, each)) for each in work],
        done=done_today(session, market.id, now=now),
        zone_teams=teams_of_zones(session, market_code, today),
        may_write=caller.may(Right.WRITE_REGISTER) and caller.user_id is not None,
        may_import=may_open(caller, "/cho/{market_code}/nhap"),
        PROGRESS=PROGRESS,
        TO_DO=TO_DO,
        DONE=DONE,
        ToDoKind=ToDoKind,
        day_of=date.fromisoformat,
    )


@router.get("/cho/{market_code}/khac", response_class=HTMLResponse)
def more(request: Request, session: Reading, caller: Caller, market_code: str) -> HTMLResponse:
    """Show every other page of the market that is open to the reader."""
    market = find_market(session, market_code)
    groups = [
        (
            title,
            [
                (_address_of(request, path, market_code), *told)
                for path, *told in entries
                if may_open(caller, path)
            ],
        )
        for title, entries in MORE_PAGES
    ]
    return page(
        request,
        "more",
        caller=caller,
        market=market,
        groups=[(title, entries) for title, entries in groups if entries],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _ZonePage:
    """Some zones of a market, one after the other."""

    zones: Sequence[FloorZone]
    page: int
    pages: int


def _zones_shown(floor: Floor, chosen: FloorZone | None, asked: int | None) -> _ZonePage:
    """Return the zones of the page asked for, else of the page the chosen zone stands on."""
    pages = max(1, -(-len(floor.zones) // ZONES_SHOWN))
    place = floor.zones.index(chosen) if chosen else 0
    number = min(asked or 1 + place // ZONES_SHOWN, pages)
    first = (number - 1) * ZONES_SHOWN
    return _ZonePage(zones=floor.zones[first : first + ZONES_SHOWN], page=number, pages=pages)


def _address_of(request: Request, template: str, market_code: str) -> str:
    asked = market_code if template in MARKET_ASKED_PAGES else ""
    return address(request, template.replace("{market_code}", market_code), cho=asked)


def _path(caller: Principal, market_code: str, thing: ToDo) -> str:
    """Return where a thing is done, empty when that page is not open to the reader."""
    if thing.kind in NEEDS:
        needs = NEEDS[thing.kind]
        return f"/cho/{market_code}/gian-hang?viec={needs[0].value}&xep=viec"
    template = {
        ToDoKind.INCIDENTS: "/cho/{market_code}/su-co",
        ToDoKind.PRIVACY: "/cho/{market_code}/quyen-rieng-tu",
        ToDoKind.COMPLAINTS: "/cho/{market_code}/phan-anh",
        ToDoKind.ACCOUNTS: "/cho/{market_code}/duyet",
        ToDoKind.BREAKS: "/cho/{market_code}/khoan-lech",
        ToDoKind.DAYS: "/cho/{market_code}/chot-ngay",
        ToDoKind.IMPORT: "/cho/{market_code}/nhap",
        ToDoKind.DOUBLES: "/cho/{market_code}/trung-ten",
    }[thing.kind]
    if not may_open(caller, template):
        return ""
    path = template.replace("{market_code}", market_code)
    return f"{path}?ngay={thing.oldest}" if thing.kind is ToDoKind.DAYS else path
