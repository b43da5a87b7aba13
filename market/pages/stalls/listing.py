"""The list of a market's stalls: find them, filter them, choose many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col

from market.overview.words import NEEDS, PROGRESS
from market.pages.days import today_of
from market.pages.forms import Form, see_other
from market.pages.imports.exporting import PATH as EXPORT_PATH
from market.pages.offers import may_open
from market.pages.rendering import address, page
from market.pages.search_text import search_fault
from market.pages.stalls.choice import BY_MONEY, PAGE_STALLS, Choice, ListChoice, pages_shown
from market.reports.takings import VendorTakings, closed_days, takings_of, takings_table
from market.security.once import new_once
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.accounts import MOMO, STRIPE
from merchants.find import find_market
from merchants.stalls.progress import Need, Progress
from merchants.stalls.search import AccountEntry, StallPage, StallSort, find_stalls
from merchants.tables import Market, Stall, Zone
from qr.participants import participants

router = APIRouter()

GOODS_GROUPS_MAX = 60
SPARK_WIDTH, SPARK_HEIGHT, SPARK_INSET = 84, 24, 4
SORT_WORDS = (
    ("ma", "Theo mã"),
    ("ten", "Theo tên"),
    ("viec", "Việc cần làm"),
    ("tien", "Tiền 7 ngày"),
    ("lan-cuoi", "Lần cuối"),
)
TASK_WORDS = (
    ("in", "In tấm mã QR (PDF)"),
    ("cap", "Cấp tấm mã QR"),
    ("treo", "Ghi đã treo tấm mã hôm nay"),
    ("moi", "Ghi đã mời tham gia"),
)
EXPORT_WORDS = ("xuat", "Xuất Excel")
DONE_WORDS = {
    "cap": "Đã cấp tấm mã cho {n} gian",
    "treo": "Đã ghi treo tấm mã ở {n} gian",
    "moi": "Đã ghi mời {n} người bán",
}
TABS = (
    Progress.ISSUE, Progress.DOING, Progress.NOT_BEGUN, Progress.READY, Progress.ACTIVE, Progress.VACANT,
)  # fmt: skip
_OUTSIDE_VIETQR = {MOMO: "MoMo", STRIPE: "Stripe"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list: what was asked for, what was found, and the takings of those vendors."""

    market: Market
    choice: ListChoice
    found: StallPage
    takings: Mapping[int, VendorTakings]
    until_on: date | None


@router.get("/cho/{market_code}/gian-hang", response_class=HTMLResponse)
def stalls(
    request: Request, session: Reading, caller: Caller, market_code: str, choice: Choice
) -> Response:
    """Show the stalls the filters ask for."""
    listed = listed_stalls(request, session, caller, market_code, choice)
    pages = max(1, -(-listed.found.total // PAGE_STALLS))
    if choice.trang > pages:
        here = f"/cho/{market_code}/gian-hang"
        return see_other(address(request, here, **choice.params(trang=pages)))
    status_code = 422 if search_fault(choice.q) else 200
    return list_page(request, session, caller, listed, status_code=status_code)


def listed_stalls(
    request: Request, session: Session, caller: Principal, market_code: str, choice: ListChoice
) -> Listed:
    """Return a page of stalls; no takings for who may not see money, and none of the poster-only."""
    market = find_market(session, market_code)
    sees_money = caller.may(Right.READ_MARKET)
    query = choice.query(sees_money=sees_money)
    sealer = request.app.state.sealer
    if not sees_money:
        found = find_stalls(session, market_code, query, sealer=sealer)
        return Listed(market, choice, found, {}, None)
    closed = closed_days(session, market_code, today_of(request))
    of_week = query.sort is StallSort.WEEK
    table = takings_table(closed, of_week=of_week) if query.sort in BY_MONEY else None
    found = find_stalls(session, market_code, query, sealer=sealer, takings=table)
    shown = [
        entry.vendor.id
        for entry in found.entries
        if entry.vendor is not None and not entry.vendor.is_poster_only
    ]
    return Listed(market, choice, found, takings_of(session, closed, shown), closed.until_on)


def list_page(
    request: Request,
    session: Session,
    caller: Principal,
    listed: Listed,
    *,
    form: Form | None = None,
    status_code: int = 200,
) -> HTMLResponse:
    """Return the page of the list; ``form`` is a refused one about the stalls that were ticked."""
    market, choice, found = listed.market, listed.choice, listed.found
    query = request.query_params
    return page(
        request,
        "stalls",
        caller=caller,
        status_code=status_code,
        market=market,
        here=f"/cho/{market.code}/gian-hang",
        choice=choice,
        search_fault=search_fault(choice.q),
        found=found,
        takings=listed.takings,
        until_on=listed.until_on,
        sees_money=caller.may(Right.READ_MARKET),
        may_write=caller.may(Right.WRITE_REGISTER) and caller.user_id is not None,
        may_import=may_open(caller, "/cho/{market_code}/nhap"),
        zones=_names(session, sa.select(col(Zone.name)).where(col(Zone.market_id) == market.id)),
        goods_groups=_goods_groups(session, market),
        tabs=TABS,
        pages=pages_shown(choice.trang, max(1, -(-found.total // PAGE_STALLS))),
        form=form or Form.showing(once=new_once()),
        done={name: query.get(name, "")[:200] for name in ("xong", "so", "chua")},
        vendor_pages=may_open(caller, "/cho/{market_code}/nguoi-ban/{vendor_code}"),
        sorts=SORT_WORDS,
        tasks=(*TASK_WORDS, EXPORT_WORDS) if may_open(caller, EXPORT_PATH) else TASK_WORDS,
        done_words=DONE_WORDS,
        PROGRESS=PROGRESS,
        NEEDS=NEEDS,
        Need=Need,
        bank_of=bank_of,
        spark=spark,
    )


def bank_of(account: AccountEntry) -> str:
    """Return the short name of the bank or wallet of an account."""
    participant = participants().get(account.bin or "")
    if participant is not None:
        return participant.short_name
    return _OUTSIDE_VIETQR.get(account.feed_provider, account.bin or "")


def spark(days_vnd: Sequence[int | None]) -> tuple[str, str, str]:
    """Return the line of seven days as a path, and where its last point is."""
    points = [(place, amount) for place, amount in enumerate(days_vnd) if amount is not None]
    highest = max((amount for _, amount in points), default=0) or 1
    step = (SPARK_WIDTH - 2 * SPARK_INSET) / max(1, len(days_vnd) - 1)
    room = SPARK_HEIGHT - 2 * SPARK_INSET
    drawn = [
        (
            f"{SPARK_INSET + place * step:.1f}",
            f"{SPARK_HEIGHT - SPARK_INSET - room * amount / highest:.1f}",
        )
        for place, amount in points
    ]
    path = "L".join(f"{x} {y}" for x, y in drawn)
    return f"M{path}", *drawn[-1]


def _goods_groups(session: Session, market: Market) -> list[str]:
    query = sa.select(col(Stall.goods_group)).where(
        col(Stall.market_id) == market.id, col(Stall.goods_group) != ""
    )
    return _names(session, query.distinct().limit(GOODS_GROUPS_MAX))


def _names(session: Session, query: "sa.Select[Any]") -> list[str]:
    return sorted(session.execute(query).scalars())
