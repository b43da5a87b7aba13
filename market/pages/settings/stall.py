"""One stall as a place: what it is built as, where it lies, open or closed. Not who holds it."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n.place_words import STALL_KINDS, STALL_STATES
from market.i18n.words import Translator, translator
from market.pages.days import now_of
from market.pages.entries import (
    Changed,
    carry_out,
    changed_meanwhile,
    once_of,
    options,
    read_number,
)
from market.pages.forms import Form, Sent
from market.pages.rendering import lang_of, page
from market.pages.settings.drawing import CLASSES
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.find import find_market
from merchants.kinds import StallKind, StallState
from merchants.stalls.changes import StallDetails, change_stall, change_stall_state, find_stall
from merchants.stalls.states import steps_by_hand
from merchants.stalls.zones import ZoneEntry, list_zones
from merchants.tables import Market, Stall

router = APIRouter()

LABELS = {
    "khu": "Khu",
    "loai": "Loại gian",
    "co_dinh": "Điểm cố định",
    "m2": "Diện tích",
    "nganh": "Ngành hàng",
    "o_x": "Ô ngang",
    "o_y": "Ô dọc",
}
_FIELDS = {
    "zone_id": "khu",
    "kind": "loai",
    "area_m2": "m2",
    "goods_group": "nganh",
    "plan_x": "o_x",
    "plan_y": "o_y",
    "state": "sang",
}


@router.get(
    "/cho/{market_code}/cai-dat/mat-bang/gian/{stall_code:path}", response_class=HTMLResponse
)
def stall_settings(
    request: Request, session: Reading, caller: Caller, market_code: str, stall_code: str
) -> HTMLResponse:
    """Show what a stall is and where it lies."""
    market = find_market(session, market_code)
    stall = find_stall(session, market, stall_code)
    return _show(request, session, caller, market, stall, Form.showing(**_told(stall)))


@router.post(
    "/cho/{market_code}/cai-dat/mat-bang/gian/{stall_code:path}", response_class=HTMLResponse
)
def change_stall_settings(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    stall_code: str,
    form: Sent,
) -> Response:
    """Change what a stall is and where it lies or, when asked to, open or close it."""
    market = find_market(session, market_code, for_update=True)
    stall = find_stall(session, market, stall_code)
    location = f"/cho/{market_code}/cai-dat/mat-bang/gian/{stall_code}"
    if form.value("sang"):
        return _change_state(request, session, caller, market, stall, form, location)
    details = details_of(session, market, form)
    changed = changed_meanwhile(form, _told(stall), LABELS)
    if not changed:
        done = carry_out(
            request,
            session,
            caller,
            form,
            act=lambda: change_stall(
                session, market, stall_code, details, actor=caller.actor, now=now_of(request)
            ),
            location=location,
            fields=_FIELDS,
        )
        if done is not None:
            return done
    return _show(request, session, caller, market, stall, form, changed=changed)


def details_of(session: Session, market: Market, form: Form) -> StallDetails:
    """Return the details a form tells of a stall; what cannot be read is refused on it."""
    zone_id = read_number(form, "khu", digits_max=9)
    if zone_id is not None and zone_id not in {zone.id for zone in list_zones(session, market)}:
        form.refuse("khu", "Chọn một khu của chợ này")
        zone_id = None
    try:
        kind = StallKind(form.value("loai") or StallKind.COUNTER)
    except ValueError:
        form.refuse("loai", "Chọn một loại trong danh sách")
        kind = StallKind.COUNTER
    return StallDetails(
        zone_id=zone_id,
        kind=kind,
        is_fixed=form.is_ticked("co_dinh"),
        area_m2=read_number(form, "m2"),
        goods_group=form.value("nganh"),
        plan_x=read_number(form, "o_x", digits_max=3),
        plan_y=read_number(form, "o_y", digits_max=3),
    )


def zone_options(zones: Sequence[ZoneEntry], _: Translator) -> list[tuple[str, str]]:
    """Return the zones to choose from, and the choice of none."""
    return [("", _("ngoài khu")), *((str(zone.id), zone.name) for zone in zones)]


def _change_state(
    request: Request,
    session: Session,
    caller: Principal,
    market: Market,
    stall: Stall,
    form: Form,
    location: str,
) -> Response:
    to = next((state for state in StallState if state == form.value("sang")), None)
    if to is None:
        form.refuse("sang", "Chọn một tình trạng trong danh sách")
    done = carry_out(
        request,
        session,
        caller,
        form,
        act=lambda: change_stall_state(
            session,
            market,
            stall.code,
            to or stall.state,
            note=form.value("ly_do"),
            actor=caller.actor,
            now=now_of(request),
        ),
        location=location,
        fields=_FIELDS,
    )
    if done is not None:
        return done
    shown = Form.showing(**_told(stall))
    shown.errors |= form.errors
    return _show(request, session, caller, market, stall, shown)


def _told(stall: Stall) -> dict[str, str]:
    return {
        "khu": str(stall.zone_id or ""),
        "loai": stall.kind.value,
        "co_dinh": "1" if stall.is_fixed else "",
        "m2": _number(stall.area_m2),
        "nganh": stall.goods_group,
        "o_x": _number(stall.plan_x),
        "o_y": _number(stall.plan_y),
    }


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _show(
    request: Request,
    session: Session,
    caller: Principal,
    market: Market,
    stall: Stall,
    form: Form,
    *,
    changed: list[Changed] | None = None,
) -> HTMLResponse:
    _ = translator(lang_of(request))
    return page(
        request,
        "settings_stall",
        caller=caller,
        status_code=422 if form.errors or changed else 200,
        market=market,
        may_change=caller.may(Right.MANAGE_MARKET),
        path=f"/cho/{market.code}/cai-dat/mat-bang",
        stall=stall,
        form=form,
        changed=changed or [],
        seen=_told(stall),
        once=once_of(form),
        zone_options=zone_options(list_zones(session, market), _),
        stall_kind_options=options(STALL_KINDS, _),
        stall_states=STALL_STATES,
        classes=CLASSES,
        steps=sorted(steps_by_hand(stall.state)),
    )
