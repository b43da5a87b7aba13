"""A market's last market day, and the day it meets again from, for machines."""

from datetime import date

from fastapi import APIRouter, Request

from market.api.paging import Body
from market.api.places import MarketView, read_market
from market.security.scope import Caller
from market.security.sessions import Writing
from merchants.calendars.market_spans import continue_calendar
from merchants.find import find_market
from reconciliation.close.market_ends import close_market

router = APIRouter(prefix="/api/v1/markets/{market_code}/calendar")


class ClosingBody(Body):
    """The last market day before a market closes for good."""

    last_on: date


class ReopeningBody(Body):
    """From when a closed market meets again; the day after its last takes the closing back."""

    from_on: date


@router.put("/last-day")
def close(
    request: Request, session: Writing, caller: Caller, market_code: str, body: ClosingBody
) -> MarketView:
    """Close a market after its last market day; refused when a later closed day has money."""
    market = find_market(session, market_code, for_update=True)
    close_market(session, market, body.last_on, actor=caller.actor, now=request.app.state.now())
    return read_market(request, session, market_code)


@router.post("/reopening")
def reopen(
    request: Request, session: Writing, caller: Caller, market_code: str, body: ReopeningBody
) -> MarketView:
    """Let a closed market meet again by the rule it had."""
    market = find_market(session, market_code, for_update=True)
    continue_calendar(
        session, market, body.from_on, actor=caller.actor, now=request.app.state.now()
    )
    return read_market(request, session, market_code)
