"""A vendor's fees of a month, or of several, against the contract, with the letter to the provider."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from market.pages.days import today_of
from market.pages.months import MonthAsked, first_of
from market.pages.rendering import page
from market.reports.fee_audit import fee_audit_report
from market.reports.months import latest_closed_month
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.find import find_vendor
from merchants.markets.contact import spoken_phone
from merchants.tables import Market

router = APIRouter()

MONTHS_ASKED = (1, 3, 6, 12)


@router.get("/nguoi-ban/{vendor_code}/phi", response_class=HTMLResponse)
def fees(
    request: Request,
    session: Reading,
    caller: Caller,
    vendor_code: str,
    thang: MonthAsked = None,
    so: Annotated[
        int, Query(ge=1, le=12, description="So many months, the asked one the last.")
    ] = 1,
) -> HTMLResponse:
    """Show what was charged of a vendor in a month or several, and what the contract asks for."""
    today = today_of(request)
    vendor = find_vendor(session, vendor_code)
    market = session.get_one(Market, vendor.market_id)
    month = first_of(thang) or latest_closed_month(session, market.code, today)
    report = fee_audit_report(session, vendor_code, month, today=today, months=so)
    after = (month + timedelta(days=32)).replace(day=1)
    return page(
        request,
        "vendor_fees",
        caller=caller,
        vendor_code=vendor_code,
        here=f"/nguoi-ban/{vendor_code}",
        api=f"/api/v1/vendors/{vendor_code}/fees/{report.month}",
        office=market,
        spoken_phone=spoken_phone,
        report=report,
        month_before=f"{month - timedelta(days=1):%Y-%m}",
        months_asked=MONTHS_ASKED,
        of_months=f"months={so}",
        month_after=f"{after:%Y-%m}" if after <= today else "",
    )
