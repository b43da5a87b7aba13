"""A market's day for its management: what came in, how sure it is, and from whom."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from market.i18n import translator
from market.i18n.missing_words import missing_words
from market.pages.days import Day, month_asked, today_of
from market.pages.rendering import lang_of, page
from market.reports import market_day_report
from market.reports.closes import latest_closed_on
from market.reports.money_words import matched_words, net_words, where_it_is
from market.security.scope import Caller
from market.security.sessions import Reading

router = APIRouter()

VENDORS_PER_PAGE = 100


@router.get("/cho/{market_code}", response_class=HTMLResponse)
def market_day(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    ngay: Day = None,
    trang: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """Show what a market received by QR on a day, the newest closed one unless asked."""
    today = today_of(request)
    on = ngay or latest_closed_on(session, market_code) or today
    report = market_day_report(session, market_code, on)
    _ = translator(lang_of(request))
    lines = [line for line in report.vendors if line.has_receipts]
    pages = max(1, -(-len(lines) // VENDORS_PER_PAGE))
    number = min(trang, pages)
    return page(
        request,
        "market_day",
        caller=caller,
        report=report,
        here=f"/cho/{market_code}",
        api=f"/api/v1/markets/{market_code}/days/{on.isoformat()}",
        today=today,
        missing=missing_words(report.close.incomplete, _) if report.close else "",
        matched=matched_words(report.amounts, _) if report.amounts else "",
        places=where_it_is(report.sources),
        net_words=net_words(report.sources, _),
        month_asked=month_asked(on, today),
        day_before=on - timedelta(days=1),
        day_after=on + timedelta(days=1),
        vendors=lines[(number - 1) * VENDORS_PER_PAGE : number * VENDORS_PER_PAGE],
        with_receipts=len(lines),
        without_receipts=len(report.vendors) - len(lines),
        page=number,
        pages=pages,
    )
