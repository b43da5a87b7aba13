"""A market's stalls as a sheet to keep, correct and send in again."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.pages.days import now_of, today_of
from market.pages.imports.start import Kind, attachment
from market.pages.rendering import page
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.security_log import SecurityAction, record_security_event
from market.security.sessions import Reading, Writing
from merchants.find import find_market
from merchants.stalls.changes import count_states

router = APIRouter()

PATH = "/cho/{market_code}/xuat/gian-hang.{kind}"


@router.get("/cho/{market_code}/xuat", response_class=HTMLResponse)
def offer(request: Request, session: Reading, caller: Caller, market_code: str) -> HTMLResponse:
    """Say what the export holds before it is taken away."""
    market = find_market(session, market_code)
    return page(
        request,
        "imports/export",
        caller=caller,
        market=market,
        here=f"/cho/{market_code}/xuat",
        stalls=sum(count_states(session, market).values()),
    )


@router.get(PATH, response_class=Response)
def export(
    request: Request, session: Writing, caller: Caller, market_code: str, kind: Kind
) -> Response:
    """Return the stalls of a market; that they were taken away is remembered."""
    return export_sheet(request, session, caller, market_code, kind)


def export_sheet(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    kind: Kind,
    stall_codes: Sequence[str] | None = None,
) -> Response:
    """Return the chosen stalls of a market, or all, as a file; note that they were taken away."""
    from merchants.imports.export import market_sheet

    chosen = None if stall_codes is None else frozenset(stall_codes)
    sheet = market_sheet(session, market_code, sealer=request.app.state.sealer, stall_codes=chosen)
    record_security_event(
        session,
        SecurityAction.DATA_EXPORTED,
        actor=caller.actor,
        now=now_of(request),
        subject=f"market:{market_code}",
        note=f"vendor sheet {kind.value}, {len(sheet.lines)} stalls",
    )
    content = sheet.to_xlsx() if kind is Kind.XLSX else sheet.to_csv()
    return attachment(content, f"gian-hang-{market_code}-{today_of(request):%Y-%m-%d}", kind)
