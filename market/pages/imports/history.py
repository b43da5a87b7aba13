"""Every import of a market, newest first, with who did it and what came of it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from market.i18n.import_words import STATES
from market.pages.actors import actor_names
from market.pages.rendering import page
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.find import find_market
from merchants.imports.listing import list_imports, may_be_undone

router = APIRouter()

ROWS = 20
PAGE_MAX = 10_000


@router.get("/cho/{market_code}/nhap/lich-su", response_class=HTMLResponse)
def history(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    trang: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 1,
) -> HTMLResponse:
    """Show the imports of a market."""
    found = list_imports(session, market_code, skip=(trang - 1) * ROWS, limit=ROWS)
    names = [each.actor for each in found.imports] + [each.undone_by for each in found.imports]
    return page(
        request,
        "imports/history",
        caller=caller,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/nhap/lich-su",
        imports=found.imports,
        total=found.total,
        number=trang,
        pages=max(-(-found.total // ROWS), 1),
        actors=actor_names(session, names),
        states=STATES,
        may_undo=caller.may(Right.DECIDE),
        newest=next(filter(may_be_undone, found.imports), None) if trang == 1 else None,
    )
