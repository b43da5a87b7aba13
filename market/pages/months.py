"""A month of a vendor and of a market: one sum, where the money is, every day, papers to take along."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from market.i18n import translator
from market.pages.days import today_of
from market.pages.rendering import lang_of, page
from market.reports import market_month_report, vendor_month_report
from market.reports.money_models import MarketMonthReport, VendorMonthReport
from market.reports.money_words import (
    MONTH_STATES,
    matched_words,
    net_words,
    run_words,
    where_it_is,
)
from market.reports.months import latest_closed_month
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.find import find_vendor
from merchants.markets.contact import spoken_phone
from merchants.tables import Market

router = APIRouter()

VENDORS_PER_PAGE = 100
MonthAsked = Annotated[
    str | None,
    Query(alias="thang", pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="2026-10"),
]


@router.get("/nguoi-ban/{vendor_code}/thang", response_class=HTMLResponse)
def vendor_month(
    request: Request, session: Reading, caller: Caller, vendor_code: str, thang: MonthAsked = None
) -> HTMLResponse:
    """Show what a vendor received by QR in a month, the newest closed one unless asked."""
    today = today_of(request)
    vendor = find_vendor(session, vendor_code)
    market = session.get_one(Market, vendor.market_id)
    first = first_of(thang) or latest_closed_month(session, market.code, today)
    report = vendor_month_report(session, vendor_code, first, today=today)
    return page(
        request,
        "vendor_month",
        caller=caller,
        vendor_code=vendor_code,
        here=f"/nguoi-ban/{vendor_code}",
        api=f"/api/v1/vendors/{vendor_code}/months/{report.month}",
        office=market,
        spoken_phone=spoken_phone,
        **_shown(request, report, today),
    )


@router.get("/cho/{market_code}/thang", response_class=HTMLResponse)
def market_month(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    thang: MonthAsked = None,
    trang: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """Show what a market received by QR in a month, the newest closed one unless asked."""
    today = today_of(request)
    first = first_of(thang) or latest_closed_month(session, market_code, today)
    report = market_month_report(session, market_code, first, today=today)
    lines = [line for line in report.vendors if line.has_receipts]
    pages = max(1, -(-len(lines) // VENDORS_PER_PAGE))
    number = min(trang, pages)
    return page(
        request,
        "market_month",
        caller=caller,
        here=f"/cho/{market_code}/thang",
        day_page=f"/cho/{market_code}",
        api=f"/api/v1/markets/{market_code}/months/{report.month}",
        vendors=lines[(number - 1) * VENDORS_PER_PAGE : number * VENDORS_PER_PAGE],
        vendor_count=len(lines),
        only_costs=len(report.vendors) - len(lines),
        page=number,
        pages=pages,
        **_shown(request, report, today),
    )


def _shown(
    request: Request, report: VendorMonthReport | MarketMonthReport, today: date
) -> dict[str, Any]:
    _ = translator(lang_of(request))
    after = (report.first + timedelta(days=32)).replace(day=1)
    return {
        "report": report,
        "today": today,
        "month_before": f"{report.first - timedelta(days=1):%Y-%m}",
        "month_after": f"{after:%Y-%m}" if after <= today else "",
        "state_words": MONTH_STATES[report.state],
        "matched": matched_words(report.amounts, _) if report.amounts else "",
        "places": where_it_is(report.sources),
        "net_words": net_words(report.sources, _),
        "not_closed": run_words(report.days_not_closed, _) if report.days_not_closed else "",
        "provisional": run_words(report.days_provisional, _) if report.days_provisional else "",
    }


def first_of(month: str | None) -> date | None:
    """Return the first day of a month written ``2026-10``."""
    return date.fromisoformat(f"{month}-01") if month else None
