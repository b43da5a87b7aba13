"""A market's directory of cash points: what is there, one more, one that closed, or that there is none."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n.place_words import CASH_POINT_KINDS, CASH_SERVICES
from market.i18n.words import translator
from market.pages.actors import actor_names
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, once_of, options, read_day
from market.pages.forms import Form, Sent
from market.pages.rendering import lang_of, page
from market.security.once import new_once
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.find import find_market
from merchants.kinds import CashPointKind, CashService
from merchants.markets.cash_points import (
    CashPoints,
    NewCashPoint,
    add_cash_point,
    cash_points_of,
    close_cash_point,
    remove_cash_point,
    say_no_cash_points,
)

router = APIRouter()

_FIELDS = {
    "provider": "don_vi",
    "name": "ten",
    "place": "cho_nao",
    "hours": "gio",
    "from_on": "tu",
}


@router.get("/cho/{market_code}/cai-dat/nap-rut", response_class=HTMLResponse)
def cash_points(
    request: Request, session: Reading, caller: Caller, market_code: str
) -> HTMLResponse:
    """Show the directory, and the forms to change it."""
    return _show(request, session, caller, market_code)


@router.get("/cho/{market_code}/cai-dat/nap-rut.pdf", response_class=Response)
def cash_points_sheet(request: Request, session: Reading, market_code: str) -> Response:
    """Return the points that serve today as a sheet to hang beside the posters."""
    from market.documents.cash_points import cash_points_pdf

    market, today = find_market(session, market_code), today_of(request)
    found = cash_points_of(session, market, today)
    return Response(
        cash_points_pdf(market.name, found.open, on=today, is_synthetic=market.is_synthetic),
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="nap-rut-{market_code}.pdf"'},
    )


@router.post("/cho/{market_code}/cai-dat/nap-rut", response_class=HTMLResponse)
def new_cash_point(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Add a point."""
    kind = _chosen(form, "loai", CashPointKind)
    service = _chosen(form, "dich_vu", CashService)
    from_on = read_day(form, "tu", is_needed=True)

    def act() -> None:
        assert from_on is not None
        new = NewCashPoint(
            kind=kind,
            service=service,
            provider=form.value("don_vi"),
            name=form.value("ten"),
            place=form.value("cho_nao"),
            hours=form.value("gio"),
            from_on=from_on,
        )
        add_cash_point(session, market_code, new, actor=caller.actor, now=now_of(request))

    done = carry_out(
        request,
        session,
        caller,
        form,
        act=act,
        location=f"/cho/{market_code}/cai-dat/nap-rut",
        fields=_FIELDS,
    )
    return done or _show(request, session, caller, market_code, new=form)


@router.post("/cho/{market_code}/cai-dat/nap-rut/chua-co", response_class=HTMLResponse)
def no_cash_points(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Say that somebody looked and found none, or take that back."""
    on = read_day(form, "ngay_xem")
    done = carry_out(
        request,
        session,
        caller,
        form,
        act=lambda: say_no_cash_points(
            session, market_code, on, actor=caller.actor, now=now_of(request)
        ),
        location=f"/cho/{market_code}/cai-dat/nap-rut",
        fields={"on": "ngay_xem"},
    )
    return done or _show(request, session, caller, market_code, look=form)


@router.post("/cho/{market_code}/cai-dat/nap-rut/{cash_point_id}", response_class=HTMLResponse)
def change_cash_point(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    cash_point_id: RowId,
    form: Sent,
) -> Response:
    """Say when a point served last, or take out one that was written down by mistake."""
    is_mistake = form.value("viec") == "bo"
    to_on = None if is_mistake else read_day(form, f"den-{cash_point_id}", is_needed=True)

    def act() -> None:
        if is_mistake:
            remove_cash_point(
                session, market_code, cash_point_id, actor=caller.actor, now=now_of(request)
            )
            return
        assert to_on is not None
        close_cash_point(
            session,
            market_code,
            cash_point_id,
            to_on=to_on,
            actor=caller.actor,
            now=now_of(request),
        )

    done = carry_out(
        request,
        session,
        caller,
        form,
        act=act,
        location=f"/cho/{market_code}/cai-dat/nap-rut",
        fields={"to_on": f"den-{cash_point_id}"},
    )
    return done or _show(request, session, caller, market_code, ending=form)


def _chosen(form: Form, name: str, kinds: Any) -> Any:
    try:
        return kinds(form.value(name))
    except ValueError:
        form.refuse(name, "Chọn một mục trong danh sách")
        return None


def _with_today(form: Form, found: CashPoints, today: date) -> Form:
    """Return the form with today as the last day of every point nothing was typed for."""
    for one in found.open:
        if f"den-{one.id}" not in form.values:
            form.keep(f"den-{one.id}", today.isoformat())
    return form


def _show(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    *,
    new: Form | None = None,
    look: Form | None = None,
    ending: Form | None = None,
) -> HTMLResponse:
    _ = translator(lang_of(request))
    today = today_of(request)
    market = find_market(session, market_code)
    found = cash_points_of(session, market, today)
    looked_on = found.none_on.isoformat() if found.none_on else ""
    return page(
        request,
        "settings_cash_points",
        caller=caller,
        status_code=422 if new or look or ending else 200,
        market=market,
        may_change=caller.may(Right.MANAGE_MARKET),
        path=f"/cho/{market_code}/cai-dat/nap-rut",
        found=found,
        new=new or Form.showing(tu=today.isoformat()),
        look=look or Form.showing(ngay_xem=looked_on),
        ending=_with_today(ending or Form(), found, today),
        once=[once_of(new or Form()), once_of(look or Form()), new_once()],
        kinds=CASH_POINT_KINDS,
        services=CASH_SERVICES,
        kind_options=options(CASH_POINT_KINDS, _),
        service_options=options(CASH_SERVICES, _),
        actors=actor_names(session, {one.added_by for one in (*found.open, *found.closed)}),
        today=today,
    )
