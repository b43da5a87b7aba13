"""A market is closed after its last market day, and opened again, on the page of its calendar."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, read_day
from market.pages.forms import Sent
from market.pages.settings.calendar import CalendarShown, show_calendar
from market.security.scope import Caller
from market.security.sessions import Writing
from merchants.calendars.market_spans import continue_calendar
from merchants.find import find_market
from reconciliation.close.market_ends import close_market

router = APIRouter()


@router.post("/cho/{market_code}/cai-dat/lich/dong", response_class=HTMLResponse)
def close(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Close a market after its last market day."""
    market = find_market(session, market_code, for_update=True)
    last_on = read_day(form, "phien_cuoi", is_needed=True) or today_of(request)
    done = carry_out(
        request,
        session,
        caller,
        form,
        act=lambda: close_market(session, market, last_on, actor=caller.actor, now=now_of(request)),
        location=f"/cho/{market_code}/cai-dat/lich",
        query={"thang": f"{last_on:%Y-%m}"},
        fields={"last_on": "phien_cuoi"},
    )
    shown = CalendarShown(first=today_of(request).replace(day=1), ends=form)
    return done or show_calendar(request, session, caller, market, shown)


@router.post("/cho/{market_code}/cai-dat/lich/mo-lai", response_class=HTMLResponse)
def reopen(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Let a closed market meet again from a day on."""
    market = find_market(session, market_code, for_update=True)
    from_on = read_day(form, "mo_lai_tu", is_needed=True) or today_of(request)
    done = carry_out(
        request,
        session,
        caller,
        form,
        act=lambda: continue_calendar(
            session, market, from_on, actor=caller.actor, now=now_of(request)
        ),
        location=f"/cho/{market_code}/cai-dat/lich",
        query={"thang": f"{from_on:%Y-%m}"},
        fields={"from_on": "mo_lai_tu"},
    )
    shown = CalendarShown(first=today_of(request).replace(day=1), ends=form)
    return done or show_calendar(request, session, caller, market, shown)
