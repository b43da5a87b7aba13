"""The vendors of a market, those without a stall too, and the records that may be doubles."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from market.i18n.vendor_words import SIGNS, STATE_TICKS, VENDOR_STATES
from market.pages.rendering import page
from market.pages.search_text import search_fault
from market.pages.vendors.file import may_of
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.find import find_market
from merchants.kinds import VendorState
from merchants.vendors.double_counts import count_doubles
from merchants.vendors.doubles import possible_doubles
from merchants.vendors.listing import Holding, VendorQuery, list_market_vendors

router = APIRouter()

ROWS = 50
PAGE_MAX = 10_000
_HOLDINGS = {"": Holding.ANY, "co": Holding.WITH, "khong": Holding.WITHOUT}


@router.get("/cho/{market_code}/nguoi-ban", response_class=HTMLResponse)
def vendors(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    q: str = "",
    gian: str = "",
    buoc: str = "",
    trang: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 1,
) -> HTMLResponse:
    """Show the vendors of a market in the order of their given names."""
    state = next((each for each in VendorState if each.value == buoc), None)
    query = VendorQuery(
        text=q,
        state=state,
        holding=_HOLDINGS.get(gian, Holding.ANY),
        skip=(trang - 1) * ROWS,
        limit=ROWS,
    )
    found = list_market_vendors(session, market_code, query, sealer=request.app.state.sealer)
    fault = search_fault(q)
    return page(
        request,
        "vendors",
        caller=caller,
        status_code=422 if fault else 200,
        search_fault=fault,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/nguoi-ban",
        found=found,
        asked={"q": q, "gian": gian if gian in _HOLDINGS else "", "buoc": state or ""},
        tabs=[(key, found.counts[holding]) for key, holding in _HOLDINGS.items()],
        number=trang,
        pages=max(-(-found.total // ROWS), 1),
        may=may_of(caller),
        states=VENDOR_STATES,
        ticks=STATE_TICKS,
    )


@router.get("/cho/{market_code}/trung-ten", response_class=HTMLResponse)
def doubles(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    trang: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 1,
) -> HTMLResponse:
    """Show the records that may be one person, what speaks most for it first."""
    market = find_market(session, market_code)
    found = possible_doubles(session, market_code)
    assert market.id is not None
    total = count_doubles(session, market.id)
    return page(
        request,
        "vendor_doubles",
        caller=caller,
        market=market,
        here=f"/cho/{market_code}/trung-ten",
        pairs=found[(trang - 1) * ROWS : trang * ROWS],
        total=total,
        weak_total=len(found) - total,
        number=trang,
        pages=max(-(-len(found) // ROWS), 1),
        may=may_of(caller),
        signs=SIGNS,
        states=VENDOR_STATES,
        ticks=STATE_TICKS,
    )
