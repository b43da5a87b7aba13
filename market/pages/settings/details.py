"""What is said about a market, who runs it, and the commune it lies in, each with its history."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n.place_words import MARKET_KINDS, OPERATOR_KINDS, rule_words
from market.i18n.words import translator
from market.pages.days import now_of, today_of
from market.pages.entries import (
    Changed,
    carry_out,
    changed_meanwhile,
    once_of,
    options,
    read_day,
    read_number,
)
from market.pages.forms import Form, Sent
from market.pages.rendering import lang_of, page
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.calendars.market_calendars import current_rules
from merchants.find import find_market
from merchants.kinds import MarketKind, OperatorKind
from merchants.markets.areas import list_areas
from merchants.markets.communes import attach_commune, communes_of
from merchants.markets.contact import spoken_phone
from merchants.markets.details import (
    MarketFacts,
    OperatorDetails,
    change_market,
    class_remark,
    operators_of,
    set_operator,
)
from merchants.sentences import Sentence
from merchants.stalls.changes import count_states
from merchants.tables import Market

router = APIRouter()

LABELS = {
    "ten": "Tên chợ",
    "loai": "Loại chợ",
    "hang": "Hạng đã khai",
    "so_gian": "Số gian đếm được",
    "ngay_dem": "Ngày đếm",
    "goi": "Số gọi ban quản lý",
    "goi_luc": "Lúc nào có người nghe",
}
_FIELDS = {
    "name": "ten",
    "kind": "loai",
    "market_class": "hang",
    "stalls_counted": "so_gian",
    "stalls_counted_on": "ngay_dem",
    "contact_phone": "goi",
    "contact_note": "goi_luc",
}
_OPERATOR_FIELDS = {
    "name": "dv_ten",
    "supervised_by": "dv_tren",
    "legal_basis": "dv_can_cu",
    "from_on": "dv_tu",
}


@router.get("/cho/{market_code}/cai-dat", response_class=HTMLResponse)
def market_settings(
    request: Request, session: Reading, caller: Caller, market_code: str
) -> HTMLResponse:
    """Show what is said about a market."""
    market = find_market(session, market_code)
    return _show(request, session, caller, market, details=Form.showing(**_told(market)))


@router.post("/cho/{market_code}/cai-dat", response_class=HTMLResponse)
def change_details(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Change what is said about a market."""
    market = find_market(session, market_code, for_update=True)
    facts = MarketFacts(
        name=form.value("ten"),
        kind=_kind(form, "loai", MarketKind, market.kind),
        market_class=read_number(form, "hang", digits_max=1) or 0,
        stalls_counted=read_number(form, "so_gian", digits_max=5),
        stalls_counted_on=read_day(form, "ngay_dem"),
        contact_phone=form.value("goi"),
        contact_note=form.value("goi_luc"),
    )
    changed = changed_meanwhile(form, _told(market), LABELS)
    if not changed:
        done = carry_out(
            request,
            session,
            caller,
            form,
            act=lambda: change_market(
                session, market_code, facts, actor=caller.actor, now=now_of(request)
            ),
            location=f"/cho/{market_code}/cai-dat",
            fields=_FIELDS,
        )
        if done is not None:
            return done
    return _show(request, session, caller, market, details=form, changed=changed)


@router.post("/cho/{market_code}/cai-dat/don-vi", response_class=HTMLResponse)
def change_operator(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Say who runs a market from a day on."""
    market = find_market(session, market_code)
    from_on = read_day(form, "dv_tu", is_needed=True)
    details = OperatorDetails(
        kind=_kind(form, "dv_loai", OperatorKind, OperatorKind.OTHER),
        name=form.value("dv_ten"),
        supervised_by=form.value("dv_tren"),
        legal_basis=form.value("dv_can_cu"),
    )
    done = carry_out(
        request,
        session,
        caller,
        form,
        act=lambda: set_operator(
            session,
            market_code,
            details,
            from_on=from_on or today_of(request),
            actor=caller.actor,
            now=now_of(request),
        ),
        location=f"/cho/{market_code}/cai-dat",
        fields=_OPERATOR_FIELDS,
    )
    return done or _show(
        request, session, caller, market, details=Form.showing(**_told(market)), operator=form
    )


@router.post("/cho/{market_code}/cai-dat/xa", response_class=HTMLResponse)
def change_commune(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Say in which commune a market lies from a day on."""
    market = find_market(session, market_code)
    from_on = read_day(form, "xa_tu", is_needed=True)
    to_on = read_day(form, "xa_den")
    if from_on and to_on and to_on < from_on:
        form.refuse(
            "xa_den",
            Sentence(
                "{to_on:%d/%m/%Y} đứng trước ngày bắt đầu {from_on:%d/%m/%Y}",
                to_on=to_on,
                from_on=from_on,
            ),
        )
    done = carry_out(
        request,
        session,
        caller,
        form,
        act=lambda: attach_commune(
            session,
            market,
            form.value("xa_ma"),
            from_on=from_on or today_of(request),
            to_on=to_on,
            actor=caller.actor,
            now=now_of(request),
        ),
        location=f"/cho/{market_code}/cai-dat",
        fields={"code": "xa_ma"},
    )
    return done or _show(
        request, session, caller, market, details=Form.showing(**_told(market)), commune=form
    )


def _kind(form: Form, name: str, kinds: Any, fallback: Any) -> Any:
    try:
        return kinds(form.value(name))
    except ValueError:
        form.refuse(name, "Chọn một loại trong danh sách")
        return fallback


def _told(market: Market) -> dict[str, str]:
    counted_on = market.stalls_counted_on
    return {
        "ten": market.name,
        "loai": market.kind.value,
        "hang": str(market.market_class),
        "so_gian": "" if market.stalls_counted is None else str(market.stalls_counted),
        "ngay_dem": counted_on.isoformat() if counted_on else "",
        "goi": spoken_phone(market.contact_phone),
        "goi_luc": market.contact_note,
    }


def _show(
    request: Request,
    session: Session,
    caller: Principal,
    market: Market,
    *,
    details: Form,
    operator: Form | None = None,
    commune: Form | None = None,
    changed: list[Changed] | None = None,
) -> HTMLResponse:
    _ = translator(lang_of(request))
    today = today_of(request)
    operator = operator or Form.showing(dv_tu=today.isoformat())
    commune = commune or Form.showing(xa_tu=today.isoformat())
    rule = current_rules(session, today).get(market.id or 0)
    forms = (details, operator, commune)
    is_refused = bool(changed) or any(form.errors for form in forms)
    return page(
        request,
        "settings_details",
        caller=caller,
        status_code=422 if is_refused else 200,
        market=market,
        may_change=caller.may(Right.MANAGE_MARKET),
        details=details,
        operator=operator,
        commune=commune,
        changed=changed or [],
        seen=_told(market),
        once=[once_of(form) for form in forms],
        market_kinds=MARKET_KINDS,
        market_kind_options=options(MARKET_KINDS, _),
        operator_kinds=OPERATOR_KINDS,
        operator_kind_options=options(OPERATOR_KINDS, _),
        operators=list(reversed(operators_of(session, market))),
        communes=list(reversed(communes_of(session, [market])[market.id or 0])),
        areas=[area for area in list_areas(session) if market.code in area.markets_on(today)],
        remark=class_remark(market.market_class, market.stalls_counted),
        stalls=count_states(session, market),
        rule=rule_words(rule, _),
        today=today,
        is_current=lambda one: _holds(one.from_on, one.to_on, today),
    )


def _holds(from_on: date, to_on: date | None, today: date) -> bool:
    return from_on <= today and (to_on is None or today <= to_on)
