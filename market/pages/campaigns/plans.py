"""All programmes, waves and targets; what is planned is set here, superseded and withdrawn."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.adoption.definitions import CATALOGUE
from market.i18n import Lang
from market.i18n.campaign_names import PHASES, TARGET_AREAS, TARGET_UNITS
from market.pages.campaigns.forms import content_of, day_in, number_in, tell
from market.pages.campaigns.market_plan import plan_year
from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import lang_of, page
from market.reports.plans import milli_text, planned_unit, read_milli, typed_text
from market.security.errors import ScopeRefused
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.campaigns.programmes import list_programmes
from merchants.campaigns.target_areas import TargetAreas, areas_to_choose
from merchants.campaigns.targets import (
    NewTarget,
    TargetEntry,
    list_targets,
    set_target,
    target_entry,
    withdraw_target,
)
from merchants.errors import EntryRefused, TargetSetMeanwhile
from merchants.kinds import TargetArea
from merchants.sentences import Sentence

router = APIRouter()

TARGETS_PER_PAGE = 100
AskedId = Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)]
_TARGET_FIELDS = {
    "value_milli": "gia_tri",
    "baseline_milli": "muc_dau",
    "period_to": "den",
    "legal_basis": "can_cu",
    "source": "nguon",
    "area_code": "pham_vi",
}


@router.get("/ke-hoach", response_class=HTMLResponse)
def plans(
    request: Request,
    session: Reading,
    caller: Caller,
    chi_so: Annotated[str, Query(max_length=20)] = "",
    lich_su: bool = False,
    trang: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """Show every programme with its waves, and the targets by area and period."""
    today = today_of(request)
    targets = list_targets(
        session,
        on=today,
        market_codes=caller.market_codes,
        indicator=chi_so,
        with_history=lich_su,
    )
    pages = max(1, -(-len(targets) // TARGETS_PER_PAGE))
    number = min(trang, pages)
    return page(
        request,
        "plans",
        caller=caller,
        today=today,
        programmes=list_programmes(session),
        targets=targets[(number - 1) * TARGETS_PER_PAGE : number * TARGETS_PER_PAGE],
        target_count=len(targets),
        indicator=chi_so,
        with_history=lich_su,
        page=number,
        pages=pages,
        may_set=caller.may(Right.SET_PLAN),
        may_administer=caller.may(Right.ADMINISTER),
        may_compare=caller.may(Right.READ_ALL_ADOPTION),
        sees=caller.sees_market,
        may_change=lambda entry: _may_set_for(caller, entry.market_codes),
        **_words(request),
    )


@router.get("/ke-hoach/muc-tieu", response_class=HTMLResponse)
def target_form(
    request: Request, session: Reading, caller: Caller, thay: AskedId = None
) -> HTMLResponse:
    """Show the form for a target: a new one, or one that supersedes the target ``thay``."""
    today = today_of(request)
    if thay is None:
        first, last = plan_year(today)
        form = Form.showing(
            tu=first.isoformat(), den=last.isoformat(), ngay=today.isoformat(), once=new_once()
        )
        return _target_page(request, session, caller, form, None)
    entry = target_entry(session, thay, on=today)
    _check_scope(caller, entry.market_codes)
    return _target_page(request, session, caller, _superseding(entry, today), entry)


@router.post("/ke-hoach/muc-tieu", response_class=HTMLResponse)
def send_target(request: Request, session: Writing, caller: Caller, form: Sent) -> Response:
    """Set a target; the one it supersedes stays in the history."""
    once, content = form.value("once"), content_of(form)
    if done := earlier_answer(session, caller, once, content):
        return see_other(done)
    seen = number_in(form, "thay")
    new = _read_target(session, form, caller, today_of(request))
    status = 422
    if new is not None:
        try:
            set_target(session, new, actor=caller.actor, now=now_of(request), supersedes=seen)
        except EntryRefused as refusal:
            tell(form, refusal, _TARGET_FIELDS)
        except TargetSetMeanwhile as meanwhile:
            status = 409
            _tell_meanwhile(session, form, meanwhile, today_of(request))
        else:
            path = f"/ke-hoach?chi_so={new.indicator}"
            remember_answer(session, caller, once, content, path, now_of(request))
            return see_other(path)
    seen = number_in(form, "thay")
    entry = target_entry(session, seen, on=today_of(request)) if seen else None
    return _target_page(request, session, caller, form, entry, status_code=status)


@router.post("/ke-hoach/muc-tieu/{target_id}/rut", response_class=HTMLResponse)
def send_withdrawal(
    request: Request, session: Writing, caller: Caller, target_id: RowId, form: Sent
) -> Response:
    """Say that a target no longer holds; it stays in the history."""
    entry = target_entry(session, target_id, on=today_of(request))
    _check_scope(caller, entry.market_codes)
    once, content = form.value("once"), content_of(form, request.url.path)
    if done := earlier_answer(session, caller, once, content):
        return see_other(done)
    try:
        withdraw_target(
            session,
            target_id,
            reason=form.value("ly_do"),
            actor=caller.actor,
            now=now_of(request),
        )
    except EntryRefused as refusal:
        tell(form, refusal, {"reason": "ly_do"})
        shown = _superseding(entry, today_of(request))
        shown.errors = form.errors
        return _target_page(request, session, caller, shown, entry, status_code=422)
    remember_answer(session, caller, once, content, "/ke-hoach", now_of(request))
    return see_other("/ke-hoach")


def _superseding(entry: TargetEntry, today: date) -> Form:
    plan = entry.plan
    return Form.showing(
        thay=plan.target_id,
        chi_so=plan.indicator,
        pham_vi=f"{plan.area.value}:{plan.area_code}",
        tu=plan.period_from.isoformat(),
        den=plan.period_to.isoformat(),
        gia_tri=typed_text(plan.value_milli),
        muc_dau=typed_text(plan.baseline_milli),
        can_cu=plan.legal_basis,
        nguon=plan.source,
        ngay=today.isoformat(),
        once=new_once(),
    )


def _may_set_for(caller: Principal, market_codes: frozenset[str]) -> bool:
    """Return whether every market behind a target lies in the scope of whoever sets it."""
    return caller.market_codes is None or (
        bool(market_codes) and market_codes <= caller.market_codes
    )


def _check_scope(caller: Principal, market_codes: frozenset[str]) -> None:
    if not _may_set_for(caller, market_codes):
        raise ScopeRefused


def _read_target(session: Session, form: Form, caller: Principal, today: date) -> NewTarget | None:
    indicator = form.value("chi_so")
    unit = planned_unit(indicator)
    if unit is None:
        form.refuse("chi_so", "Chọn chỉ số trong danh sách")
    area, area_code = _read_area(session, form, caller, today)
    period_from = day_in(form, "tu", needed="Ghi ngày đầu kỳ")
    period_to = day_in(form, "den", needed="Ghi ngày cuối kỳ")
    set_on = day_in(form, "ngay", needed="Ghi ngày giao mục tiêu")
    value = _value_in(form, "gia_tri", needed="Ghi mục tiêu, như 78,5")
    baseline = _value_in(form, "muc_dau")
    if (
        form.errors
        or unit is None
        or area is None
        or period_from is None
        or period_to is None
        or set_on is None
        or value is None
    ):
        return None
    return NewTarget(
        indicator=indicator,
        unit=unit,
        area=area,
        area_code=area_code,
        period_from=period_from,
        period_to=period_to,
        value_milli=value,
        baseline_milli=baseline,
        legal_basis=form.value("can_cu"),
        source=form.value("nguon"),
        set_on=set_on,
    )


def _read_area(
    session: Session, form: Form, caller: Principal, today: date
) -> tuple[TargetArea | None, str]:
    kind, _, code = form.value("pham_vi").partition(":")
    markets = frozenset[str]()
    if kind in [area.value for area in TargetArea]:
        markets = TargetAreas.of(session, today).markets(TargetArea(kind), code)
    if not markets:
        form.refuse("pham_vi", "Chọn chợ, đợt hoặc khu vực trong danh sách")
        return None, ""
    if not _may_set_for(caller, markets):
        form.refuse("pham_vi", "Phạm vi này có chợ ngoài địa bàn của anh/chị")
    return TargetArea(kind), code


def _value_in(form: Form, field: str, *, needed: str = "") -> int | None:
    text = form.value(field)
    value = read_milli(text) if text else None
    if text and value is None:
        form.refuse(
            field, Sentence("Ghi “{text}”, cần số như 78,5 hoặc 15.000.000", text=text[:20])
        )
    elif value is None and needed:
        form.refuse(field, needed)
    return value


def _tell_meanwhile(
    session: Session, form: Form, meanwhile: TargetSetMeanwhile, today: date
) -> None:
    """Say what counts now, and let the next sending supersede that."""
    form.values = {**form.values, "thay": [str(meanwhile.current_id or "")]}
    if meanwhile.current_id is None:
        form.refuse("gia_tri", "Mục tiêu này vừa được rút. Gửi lần nữa để đặt mới")
        return
    plan = target_entry(session, meanwhile.current_id, on=today).plan
    form.refuse(
        "gia_tri",
        Sentence(
            "Kỳ này đã có mục tiêu {value} ({legal_basis}). Gửi lần nữa để thay mục tiêu đó",
            value=milli_text(plan.value_milli, plan.unit),
            legal_basis=plan.legal_basis,
        ),
    )


def _words(request: Request) -> dict[str, Any]:
    english = lang_of(request) is Lang.EN
    names = {id_: one.name_en if english else one.name_vi for id_, one in CATALOGUE.items()}
    return {
        "indicator_names": names,
        "areas": TARGET_AREAS,
        "units": TARGET_UNITS,
        "phases": PHASES,
        "milli_text": milli_text,
    }


def _target_page(
    request: Request,
    session: Session,
    caller: Principal,
    form: Form,
    entry: TargetEntry | None,
    *,
    status_code: int = 200,
) -> HTMLResponse:
    today = today_of(request)
    members = TargetAreas.of(session, today)
    choices = [
        (f"{area.value}:{code}", area, name)
        for area, code, name in areas_to_choose(session, today)
        if _may_set_for(caller, members.markets(area, code))
    ]
    return page(
        request,
        "target",
        caller=caller,
        status_code=status_code,
        form=form,
        once=form.value("once"),
        entry=entry,
        choices=choices,
        **_words(request),
    )
