"""At the stall: who is to be asked, and what came of it, written down on a phone in seconds."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n.survey_words import OUTCOMES
from market.pages.campaigns.forms import kind_in
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, once_of, read_number
from market.pages.forms import Form, Sent
from market.pages.rendering import page
from market.pages.surveys.results import pdf_answer
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from market.survey_kinds import Answer
from market.surveys.answering import Told, record_answer
from market.surveys.errors import SurveyNotFound
from market.surveys.visits import (
    VisitEntry,
    find_survey,
    find_visit,
    list_surveys,
    next_visit,
    visits_of_market,
)
from merchants.find import find_market

router = APIRouter()

PATH = "/cho/{market_code}/khao-sat"
ROWS = 10
THOUSAND = 1_000
_FIELDS = {
    "outcome": "ket_qua",
    "cash_vnd": "tien_mat",
    "digital_vnd": "khong_tien_mat",
    "counted_cash": "dem_tien_mat",
    "counted_digital": "dem_qr",
}


@router.get(PATH, response_class=HTMLResponse)
def market_surveys(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    dot: Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)] = None,
    to: Annotated[int | None, Query(ge=1, le=20)] = None,
    xong: str = "",
) -> HTMLResponse:
    """Show whom to ask today and who is left from other days, of the newest survey or another one."""
    market = find_market(session, market_code)
    surveys = list_surveys(session, market_code=market_code, limit=ROWS)
    chosen = next((one for one in surveys if dot in {None, one.id}), None)
    if dot is not None and chosen is None:
        raise SurveyNotFound(dot)
    visits = visits_of_market(session, market_code, chosen.id) if chosen else []
    shown = [one for one in visits if to in {None, one.sheet}]
    today = today_of(request)
    return page(
        request,
        "surveys/market",
        caller=caller,
        market=market,
        here=f"/cho/{market_code}/khao-sat",
        surveys=surveys,
        survey=chosen,
        sheet=to,
        sheets=sorted({one.sheet for one in visits}),
        today=today,
        due=[one for one in shown if _is_due(one) and one.asked_on == today],
        late=[one for one in shown if _is_due(one) and one.asked_on < today],
        later=[one for one in shown if _is_due(one) and one.asked_on > today],
        done=[one for one in shown if one.outcome is not None],
        reserve=[one for one in shown if one.is_reserve and one.outcome is None],
        all_asked=[one for one in shown if not one.is_reserve],
        saved=next((one for one in visits if str(one.id) == xong), None),
        outcomes=OUTCOMES,
    )


@router.get(PATH + "/{survey_id}/phieu.pdf", response_class=Response)
def market_sheets(session: Reading, market_code: str, survey_id: RowId) -> Response:
    """Return a market's lists of a survey on paper."""
    from market.surveys.paper import sheets_of

    visits = visits_of_market(session, market_code, survey_id)
    if not visits:
        raise SurveyNotFound(survey_id)
    survey = find_survey(session, survey_id)
    content = sheets_of(session, survey, market_code)
    return pdf_answer(content, f"phieu-khao-sat-{survey_id}-{market_code.lower()}")


@router.get(PATH + "/luot/{visit_id}", response_class=HTMLResponse)
def visit_form(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    visit_id: RowId,
    xong: str = "",
) -> HTMLResponse:
    """Show the form of one stall; what was answered before is not shown again."""
    visit = find_visit(session, market_code, visit_id)
    return _shown(request, session, caller, visit, Form(), saved=xong)


@router.post(PATH + "/luot/{visit_id}", response_class=HTMLResponse)
def write_down(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    visit_id: RowId,
    form: Sent,
) -> Response:
    """Write down what came of a stall, and go on to the next one of the list."""
    visit = find_visit(session, market_code, visit_id)
    told = _read(form)

    def act() -> None:
        assert told is not None  # what could not be read is a fault, and nothing is carried out
        record_answer(session, visit, told, actor=caller.actor, now=now_of(request))

    following = next_visit(
        [
            one
            for one in visits_of_market(session, market_code, visit.survey_id)
            if one.id != visit.id
        ],
        visit,
        today_of(request),
    )
    here = f"/cho/{market_code}/khao-sat"
    answer = carry_out(
        request,
        session,
        caller,
        form,
        act=act,
        location=f"{here}/luot/{following.id}" if following else here,
        query={"xong": visit.id} if following else {"xong": visit.id, "dot": visit.survey_id},
        fields=_FIELDS,
    )
    return answer or _shown(request, session, caller, visit, form)


def _read(form: Form) -> Told | None:
    outcome = kind_in(form, "ket_qua", Answer, needed="Chọn một kết quả")
    cash, digital = (read_number(form, name) for name in ("tien_mat", "khong_tien_mat"))
    counted_cash, counted_digital = (
        read_number(form, name, digits_max=3) for name in ("dem_tien_mat", "dem_qr")
    )
    if outcome is None or form.errors:
        return None
    return Told(
        outcome=outcome,
        cash_vnd=None if cash is None else cash * THOUSAND,
        digital_vnd=None if digital is None else digital * THOUSAND,
        counted_cash=counted_cash,
        counted_digital=counted_digital,
    )


def _is_due(visit: VisitEntry) -> bool:
    return visit.outcome is None and not visit.is_reserve


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    visit: VisitEntry,
    form: Form,
    *,
    saved: str = "",
) -> HTMLResponse:
    visits = visits_of_market(session, visit.market_code, visit.survey_id)
    own = [one for one in visits if one.sheet == visit.sheet and not one.is_reserve]
    return page(
        request,
        "surveys/visit",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=find_market(session, visit.market_code),
        here=f"/cho/{visit.market_code}/khao-sat",
        visit=visit,
        form=form,
        once=once_of(form),
        today=today_of(request),
        asked=len(own),
        recorded=sum(one.outcome is not None for one in own),
        saved=next((one for one in visits if str(one.id) == saved), None),
        outcomes=OUTCOMES,
    )
