"""Every look at a poster of a market, newest first."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator, Field

from market.i18n.audit_words import RESULT_FLAGS, RESULTS, SOURCES
from market.pages.actors import actor_names
from market.pages.audits.rounds import After
from market.pages.rendering import page
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.audits.check_lists import CheckFilter, list_checks
from merchants.find import find_market
from merchants.kinds import CheckResult

router = APIRouter()

ROWS = 50
_EARLIEST, _LATEST = date(2000, 1, 1), date(2199, 12, 31)
_Day = Annotated[date, Field(ge=_EARLIEST, le=_LATEST)]
# A form that is sent with a field left empty sends the empty word.
_OrNone = BeforeValidator(lambda text: text or None)
Result = Annotated[CheckResult | None, _OrNone, Query()]
Day = Annotated[_Day | None, _OrNone, Query()]


def _asked(
    kq: Result = None,
    gian: Annotated[str, Query(max_length=12)] = "",
    tu: Day = None,
    den: Day = None,
    sau: After = None,
) -> CheckFilter:
    stall_code = gian.strip().upper()
    return CheckFilter(result=kq, stall_code=stall_code, first=tu, last=den, after=sau, limit=ROWS)


@router.get("/cho/{market_code}/kiem-tra/lich-su", response_class=HTMLResponse)
def checks(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    asked: Annotated[CheckFilter, Depends(_asked)],
) -> HTMLResponse:
    """Show the looks, filtered by result, stall and days."""
    found, next_id = list_checks(session, market_code, asked)
    return page(
        request,
        "audits/checks",
        caller=caller,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/kiem-tra/lich-su",
        back=f"/cho/{market_code}/kiem-tra",
        checks=found,
        next_id=next_id,
        asked=asked,
        names=actor_names(session, (one.recorded_by for one in found)),
        results=RESULTS,
        flags=RESULT_FLAGS,
        sources=SOURCES,
    )
