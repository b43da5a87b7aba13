"""A vendor's proofs of a day, and the page where everybody compares what seals a market's days."""

import inspect
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import col, select

from market.pages.days import Day, today_of
from market.pages.months import MonthAsked, first_of
from market.pages.rendering import page
from market.reports.closes import latest_closed_on
from market.reports.payment_proofs import ProvedKind, day_proofs, sealed_days
from market.security.open_doors import kept_answer, meter_public
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.find import find_market, find_vendor
from merchants.markets.contact import spoken_phone
from merchants.tables import Market
from reconciliation.verification import proof_check

router = APIRouter()

ROOTS_PATH = "/ma-kiem"
SHOWN_FIRST = 6


@router.get("/nguoi-ban/{vendor_code}/bang-chung", response_class=HTMLResponse)
def proofs(
    request: Request, session: Reading, caller: Caller, vendor_code: str, ngay: Day = None
) -> HTMLResponse:
    """Show which payments of a vendor are in the market's figure of a day, each with its proof."""
    market = session.get_one(Market, find_vendor(session, vendor_code).market_id)
    on = ngay or latest_closed_on(session, market.code) or today_of(request)
    told = day_proofs(session, vendor_code, on)
    return page(
        request,
        "vendor_proofs",
        caller=caller,
        vendor_code=vendor_code,
        here=f"/nguoi-ban/{vendor_code}",
        api=f"/api/v1/vendors/{vendor_code}/days/{on.isoformat()}/proof",
        roots_path=ROOTS_PATH,
        on=on,
        shown_first=SHOWN_FIRST,
        told=told,
        in_figure=[one for one in told.payments if one.kind is ProvedKind.SALE],
        office=told.market,
        spoken_phone=spoken_phone,
    )


@router.get(ROOTS_PATH, response_class=HTMLResponse, dependencies=[Depends(meter_public)])
def roots(
    request: Request,
    session: Reading,
    cho: Annotated[str, Query(max_length=8)] = "",
    thang: MonthAsked = None,
) -> Response:
    """Show what seals a market's days of a month, so that nobody is shown another."""
    markets = session.exec(select(Market).order_by(col(Market.name), col(Market.code))).all()
    market = find_market(session, cho) if cho else next(iter(markets), None)
    today = today_of(request)
    newest = latest_closed_on(session, market.code) if market else None
    first = first_of(thang) or (newest or today).replace(day=1)
    told = page(
        request,
        "market_roots",
        markets=markets,
        market=market,
        first=first,
        month_before=f"{first - timedelta(days=1):%Y-%m}",
        month_after=_month_after(first, today),
        days=sealed_days(session, market.code, first) if market else [],
        here=ROOTS_PATH,
    )
    return kept_answer(request, bytes(told.body), "text/html; charset=utf-8")


@router.get(
    f"{ROOTS_PATH}/proof_check.py", response_class=Response, dependencies=[Depends(meter_public)]
)
def checker(request: Request) -> Response:
    """Give the program that checks a proof: one file to read, and to run elsewhere."""
    answer = kept_answer(
        request, inspect.getsource(proof_check).encode(), "text/x-python; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="proof_check.py"'
    return answer


def _month_after(first: date, today: date) -> str:
    after = (first + timedelta(days=32)).replace(day=1)
    return f"{after:%Y-%m}" if after <= today else ""
