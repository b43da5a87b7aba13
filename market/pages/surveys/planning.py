"""The design of a new survey: worked out as often as one likes, then drawn."""

import secrets

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select

from market.i18n import translator
from market.i18n.survey_words import ALLOCATIONS, SIZES
from market.pages.campaigns.forms import kind_in
from market.pages.days import now_of, today_of
from market.pages.entries import (
    carry_out,
    is_carried_out,
    once_of,
    options,
    read_day,
    read_number,
)
from market.pages.forms import Form, Sent
from market.pages.rendering import lang_of, page
from market.security.errors import ScopeRefused
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from market.survey_kinds import Allocation
from market.surveys.drawing import draw_survey
from market.surveys.planning import Plan, Wish, plan_survey
from merchants.tables import Market

router = APIRouter()

PATH = "/khao-sat/moi"
DRAW = "boc"
SEED_BYTES = 16
_FIELDS = {
    "name": "ten",
    "market_codes": "cho",
    "first_on": "tu",
    "last_on": "den",
    "margin_permille": "sai_so",
    "expected_permille": "doan",
    "variation_percent": "bien_dong",
    "response_percent": "tra_loi",
    "large_m2": "lon",
    "reserve": "du_phong",
    "sheets": "nguoi",
    "first_hour": "gio_tu",
    "last_hour": "gio_den",
    "size": "luot",
}
_NUMBERS = (
    "sai_so", "doan", "bien_dong", "tra_loi", "lon", "du_phong", "nguoi", "gio_tu", "gio_den",
)  # fmt: skip
_PER_PERCENT = 10


@router.get(PATH, response_class=HTMLResponse)
def new_survey(request: Request, session: Reading, caller: Caller) -> HTMLResponse:
    """Show the form of a new survey with what is usual filled in."""
    usual = Wish(name="", market_codes=(), first_on=today_of(request), last_on=today_of(request))
    form = Form.showing(
        ten="",
        tu="",
        den="",
        sai_so=usual.margin_permille // _PER_PERCENT,
        doan=usual.expected_permille // _PER_PERCENT,
        bien_dong=usual.variation_percent,
        tra_loi=usual.response_percent,
        cach=usual.allocation.value,
        lon=usual.large_m2,
        du_phong=usual.reserve,
        nguoi=usual.sheets,
        gio_tu=usual.first_hour,
        gio_den=usual.last_hour,
        luot="",
    )
    return _shown(request, session, caller, form)


@router.post(PATH, response_class=HTMLResponse)
def plan_or_draw(request: Request, session: Writing, caller: Caller, form: Sent) -> Response:
    """Work a design out and show it, or draw it and go on to the list of surveys."""
    wish = _read_wish(form, caller)
    found: list[Plan] = []

    def work_out() -> None:
        assert wish is not None  # what could not be read is a fault, and nothing is carried out
        found.append(plan_survey(session, wish))

    def draw() -> None:
        assert wish is not None
        seed, now = secrets.token_hex(SEED_BYTES), now_of(request)
        draw_survey(session, wish, seed=seed, actor=caller.actor, now=now)

    if form.value("viec") != DRAW:
        is_carried_out(session, form, work_out, _FIELDS)
        return _shown(request, session, caller, form, found[0] if found else None)
    answer = carry_out(
        request, session, caller, form, act=draw, location="/khao-sat", fields=_FIELDS
    )
    return answer or _shown(request, session, caller, form)


def _read_wish(form: Form, caller: Principal) -> Wish | None:
    """Return what the form wishes for; ``None`` = something could not be read, told at its field."""
    first, last = (read_day(form, name, is_needed=True) for name in ("tu", "den"))
    numbers = {name: read_number(form, name) for name in _NUMBERS}
    for name, number in numbers.items():
        if number is None:
            form.refuse(name, "Chưa có số")
    size = read_number(form, "luot")
    codes = tuple(dict.fromkeys(form.all("cho")))
    if not all(caller.sees_market(code) for code in codes):
        raise ScopeRefused
    if form.errors or first is None or last is None:
        return None
    told = {name: number or 0 for name, number in numbers.items()}
    return Wish(
        name=form.value("ten"),
        market_codes=codes,
        first_on=first,
        last_on=last,
        margin_permille=told["sai_so"] * _PER_PERCENT,
        expected_permille=told["doan"] * _PER_PERCENT,
        variation_percent=told["bien_dong"],
        response_percent=told["tra_loi"],
        allocation=kind_in(form, "cach", Allocation) or Allocation.PROPORTIONAL,
        large_m2=told["lon"],
        reserve=told["du_phong"],
        sheets=told["nguoi"],
        first_hour=told["gio_tu"],
        last_hour=told["gio_den"],
        size=size,
    )


def _shown(
    request: Request, session: Session, caller: Principal, form: Form, plan: Plan | None = None
) -> HTMLResponse:
    wanted = select(Market.code, Market.name).order_by(col(Market.code))
    return page(
        request,
        "surveys/new",
        caller=caller,
        status_code=422 if form.errors else 200,
        form=form,
        once=once_of(form),
        markets=[(code, name) for code, name in session.exec(wanted) if caller.sees_market(code)],
        allocations=options(ALLOCATIONS, translator(lang_of(request))),
        plan=plan,
        sizes=SIZES,
    )
