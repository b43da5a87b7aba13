"""A market's rounds of checks: drawn once a market day, walked, and recorded for whoever doubts."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n.audit_words import RESULT_FLAGS, RESULTS
from market.pages.actors import actor_names
from market.pages.audits.shown import may_look
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, once_of
from market.pages.forms import Form, Sent
from market.pages.rendering import page
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.audits.incident_lists import OPEN_STATES, IncidentFilter, list_incidents
from merchants.audits.round_lists import find_round, list_rounds, round_of_day
from merchants.audits.rounds import draw_round
from merchants.errors import AuditRefused
from merchants.find import find_market

router = APIRouter()

PATH = "/cho/{market_code}/kiem-tra"
ROWS = 20
INCIDENTS_SHOWN = 5
SEED_BYTES = 16

After = Annotated[int | None, Query(alias="sau", ge=1, le=ROW_ID_MAX)]


@router.get(PATH, response_class=HTMLResponse)
def rounds(
    request: Request, session: Reading, caller: Caller, market_code: str, sau: After = None
) -> HTMLResponse:
    """Show today's round in the order one walks, and the rounds before."""
    return _shown(request, session, caller, market_code, Form(), sau)


@router.post(PATH, response_class=HTMLResponse)
def draw_today(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Draw today's round; drawn already it is the same one."""

    def act() -> None:
        try:
            draw_round(
                session,
                market_code,
                seed=secrets.token_hex(SEED_BYTES),
                share_permille=request.app.state.audit_share_permille,
                actor=caller.actor,
                now=now_of(request),
            )
        except AuditRefused as refusal:
            form.refuse("boc", refusal.reason)

    location = f"/cho/{market_code}/kiem-tra"
    answer = carry_out(request, session, caller, form, act=act, location=location)
    return answer or _shown(request, session, caller, market_code, form)


@router.get(PATH + "/lan/{round_id}", response_class=HTMLResponse)
def one_round(
    request: Request, session: Reading, caller: Caller, market_code: str, round_id: RowId
) -> HTMLResponse:
    """Show one round with everything it takes to draw it again."""
    market = find_market(session, market_code)
    record = find_round(session, market_code, round_id)
    return page(
        request,
        "audits/round",
        caller=caller,
        market=market,
        here=f"/cho/{market_code}/kiem-tra",
        record=record,
        drawn_by=actor_names(session, [record.entry.drawn_by])[record.entry.drawn_by],
        results=RESULTS,
        flags=RESULT_FLAGS,
    )


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    form: Form,
    after: int | None = None,
) -> HTMLResponse:
    market = find_market(session, market_code)
    found, next_id = list_rounds(session, market_code, after=after, limit=ROWS)
    asked = IncidentFilter(states=OPEN_STATES, limit=INCIDENTS_SHOWN)
    incidents, _ = list_incidents(session, market_code, asked)
    return page(
        request,
        "audits/rounds",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=market,
        here=f"/cho/{market_code}/kiem-tra",
        incidents_path=f"/cho/{market_code}/su-co",
        today=today_of(request),
        record=round_of_day(session, market_code, today_of(request)),
        rounds=found,
        next_id=next_id,
        incidents=incidents,
        form=form,
        once=once_of(form),
        may_look=may_look(caller),
        share=request.app.state.audit_share_permille / 1000,
        results=RESULTS,
        flags=RESULT_FLAGS,
    )
