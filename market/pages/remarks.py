"""Which banks' remarks lose the code of the vendor: a market's table of some days."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from market.pages.days import today_of
from market.pages.periods import Span, span_of
from market.pages.rendering import page
from market.reports.closes import latest_closed_on
from market.reports.remarks import BOOKS, remark_loss_report
from market.security.scope import Caller
from market.security.sessions import Reading

router = APIRouter()

DAYS_SHOWN = 31
"""A page reads the remarks of at most so many days; more is a matter of the command line."""


@router.get("/cho/{market_code}/noi-dung-chuyen-khoan", response_class=HTMLResponse)
def remarks(
    request: Request, session: Reading, caller: Caller, market_code: str, asked: Span
) -> HTMLResponse:
    """Show how the codes of vendors arrived, by bank and hour, in the newest month unless asked."""
    newest = latest_closed_on(session, market_code) or today_of(request)
    first, last = span_of(asked, newest)
    if asked.first is None and asked.last is None:
        first, last = newest - timedelta(days=DAYS_SHOWN - 1), newest
    is_cut = last - first >= timedelta(days=DAYS_SHOWN)
    if is_cut:
        last = first + timedelta(days=DAYS_SHOWN - 1)
    report = remark_loss_report(session, first, last, market_code=market_code)
    return page(
        request,
        "remarks",
        caller=caller,
        here=f"/cho/{market_code}/noi-dung-chuyen-khoan",
        api=f"/api/v1/markets/{market_code}/remarks.csv?first={first}&last={last}",
        report=report,
        books=BOOKS,
        is_cut=is_cut,
        days_max=DAYS_SHOWN,
        today=today_of(request),
    )
