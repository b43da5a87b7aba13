"""The manager's home: the market in one sentence, its floor, and what is to be done."""

from datetime import date

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlmodel import col

from market.overview.chart import draw_chart
from market.overview.done_today import done_today
from market.overview.figures import figures_of
from market.overview.floor import floor_of
from market.overview.plan_progress import plan_progress
from market.overview.to_do import NEEDS, ToDo, ToDoKind, to_do
from market.overview.words import DONE, PROGRESS, TO_DO
from market.pages.days import now_of, today_of
from market.pages.offers import may_open
from market.pages.rendering import page
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.find import find_market
from merchants.tables import Market

router = APIRouter()

TILES_MAX = 400
"""A zone of more stalls shows its tiles as far as this, and the list for the rest."""
MORE_PAGES = (
    (
        "Hằng ngày",
        (
            ("/cho/{market_code}", "scale", "Ngày chợ", "Tiền vào, đối soát, chốt ngày"),
            ("/cho/{market_code}/duyet", "shield", "Duyệt tài khoản", "Cần người thứ hai"),
            (
                "/cho/{market_code}/kiem-tra",
                "qr",
                "Kiểm tra tấm mã",
                "Bốc mỗi ngày chợ, quét tại gian",
            ),
            ("/cho/{market_code}/su-co", "warn", "Sự cố mã lạ", "Mã dán đè, mã trả cho người khác"),
            (
                "/cho/{market_code}/doi-ten-tai-khoan",
                "key",
                "Tên tài khoản",
                "Hộ kinh doanh phải đổi",
            ),
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
        ),
    ),
)


@router.get("/cho", response_class=HTMLResponse)
def markets(request: Request, session: Reading, caller: Caller) -> HTMLResponse:
    """Show the markets the reader may see, with how far each has come."""
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
    )


@router.get("/cho/{market_code}/tong-quan", response_class=HTMLResponse)
def overview(
    request: Request, session: Reading, caller: Caller, market_code: str, khu: str = ""
) -> HTMLResponse:
    """Show where the market stands against its plan, and today's work."""
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
    work = to_do(session, market, [stall for zone in floor.zones for stall in zone.stalls], now=now)
    return page(
        request,
        "overview",
        caller=caller,
        market=market,
        here=f"/cho/{market_code}/tong-quan",
        stalls_path=f"/cho/{market_code}/gian-hang",
        today=today,
        floor=floor,
        figures=figures,
        plan=plan,
        chart=draw_chart(plan.weeks),
        zone=floor.zone(khu),
        work=[(each, _path(caller, market_code, each)) for each in work],
        done=done_today(session, market.id, now=now),
        may_write=caller.may(Right.WRITE_REGISTER) and caller.user_id is not None,
        may_import=may_open(caller, "/cho/{market_code}/nhap"),
        TILES_MAX=TILES_MAX,
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
        (title, [entry for entry in entries if may_open(caller, entry[0])])
        for title, entries in MORE_PAGES
    ]
    return page(
        request,
        "more",
        caller=caller,
        market=market,
        groups=[(title, entries) for title, entries in groups if entries],
    )


def _path(caller: Principal, market_code: str, thing: ToDo) -> str:
    """Return where a thing is done, empty when that page is not open to the reader."""
    if thing.kind in NEEDS:
        needs = NEEDS[thing.kind]
        return f"/cho/{market_code}/gian-hang?viec={needs[0].value}&xep=viec"
    template = {
        ToDoKind.INCIDENTS: "/cho/{market_code}/su-co",
        ToDoKind.PRIVACY: "/cho/{market_code}/quyen-rieng-tu",
        ToDoKind.ACCOUNTS: "/cho/{market_code}/duyet",
        ToDoKind.DAYS: "/cho/{market_code}",
        ToDoKind.IMPORT: "/cho/{market_code}/nhap",
        ToDoKind.DOUBLES: "/cho/{market_code}/trung-ten",
    }[thing.kind]
    if not may_open(caller, template):
        return ""
    path = template.replace("{market_code}", market_code)
    return f"{path}?ngay={thing.oldest}" if thing.kind is ToDoKind.DAYS else path
