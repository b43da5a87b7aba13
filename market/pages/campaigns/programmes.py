"""Programmes and their waves, as they are added."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select

from market.pages.campaigns.forms import content_of, day_in, number_in, tell
from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import page
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.campaigns.programmes import (
    NewProgramme,
    NewWave,
    add_programme,
    add_wave,
    find_programme,
)
from merchants.errors import EntryRefused
from merchants.tables import Market

router = APIRouter()

_PROGRAMME_FIELDS = {"code": "ma", "name": "ten", "legal_basis": "can_cu", "to_on": "den"}
_WAVE_FIELDS = {
    "number": "so",
    "name": "ten",
    "from_on": "tu",
    "to_on": "den",
    "market_codes": "cho",
}


@router.get("/ke-hoach/chuong-trinh", response_class=HTMLResponse)
def programme_form(request: Request, caller: Caller) -> HTMLResponse:
    """Show the form for a programme or a time-bound campaign."""
    form = Form.showing(tu=today_of(request).isoformat(), once=new_once())
    return _programme_page(request, caller, form)


@router.post("/ke-hoach/chuong-trinh", response_class=HTMLResponse)
def send_programme(request: Request, session: Writing, caller: Caller, form: Sent) -> Response:
    """Add a programme."""
    once, content = form.value("once"), content_of(form)
    if done := earlier_answer(session, caller, once, content):
        return see_other(done)
    from_on = day_in(form, "tu", needed="Ghi ngày bắt đầu")
    to_on = day_in(form, "den")
    if from_on is not None and not form.errors:
        new = NewProgramme(
            code=form.value("ma"),
            name=form.value("ten"),
            legal_basis=form.value("can_cu"),
            from_on=from_on,
            to_on=to_on,
        )
        try:
            add_programme(session, new, actor=caller.actor, now=now_of(request))
        except EntryRefused as refusal:
            tell(form, refusal, _PROGRAMME_FIELDS)
        else:
            remember_answer(session, caller, once, content, "/ke-hoach", now_of(request))
            return see_other("/ke-hoach")
    return _programme_page(request, caller, form, status_code=422)


@router.get("/ke-hoach/chuong-trinh/{programme_code}/dot", response_class=HTMLResponse)
def wave_form(
    request: Request, session: Reading, caller: Caller, programme_code: str
) -> HTMLResponse:
    """Show the form for a programme's next wave."""
    programme = find_programme(session, programme_code)
    form = Form.showing(
        so=max((wave.number for wave in programme.waves), default=0) + 1,
        tu=max(programme.from_on, today_of(request)).isoformat(),
        once=new_once(),
    )
    return _wave_page(request, session, caller, programme_code, form)


@router.post("/ke-hoach/chuong-trinh/{programme_code}/dot", response_class=HTMLResponse)
def send_wave(
    request: Request, session: Writing, caller: Caller, programme_code: str, form: Sent
) -> Response:
    """Add a wave with the markets that begin in it."""
    once, content = form.value("once"), content_of(form, programme_code)
    if done := earlier_answer(session, caller, once, content):
        return see_other(done)
    number = number_in(form, "so", needed="Ghi số đợt")
    from_on = day_in(form, "tu", needed="Ghi ngày bắt đầu")
    to_on = day_in(form, "den")
    known = set(session.exec(select(Market.code)))
    if number is not None and from_on is not None and not form.errors:
        new = NewWave(
            number=number,
            name=form.value("ten"),
            from_on=from_on,
            to_on=to_on,
            market_codes=[code for code in form.all("cho") if code in known],
        )
        try:
            add_wave(session, programme_code, new, actor=caller.actor, now=now_of(request))
        except EntryRefused as refusal:
            tell(form, refusal, _WAVE_FIELDS)
        else:
            remember_answer(session, caller, once, content, "/ke-hoach", now_of(request))
            return see_other("/ke-hoach")
    return _wave_page(request, session, caller, programme_code, form, status_code=422)


def _programme_page(
    request: Request, caller: Principal, form: Form, *, status_code: int = 200
) -> HTMLResponse:
    return page(
        request,
        "programme",
        caller=caller,
        status_code=status_code,
        form=form,
        once=form.value("once"),
    )


def _wave_page(
    request: Request,
    session: Session,
    caller: Principal,
    programme_code: str,
    form: Form,
    *,
    status_code: int = 200,
) -> HTMLResponse:
    programme = find_programme(session, programme_code)
    markets = session.exec(select(Market.code, Market.name).order_by(col(Market.code))).all()
    return page(
        request,
        "wave",
        caller=caller,
        status_code=status_code,
        form=form,
        once=form.value("once"),
        programme=programme,
        markets=markets,
    )
