"""One zone: its name, its box on the plan, and putting two zones together."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n.words import translator
from market.pages.days import now_of
from market.pages.entries import carry_out, once_of, read_number
from market.pages.forms import Form, Sent
from market.pages.rendering import lang_of, page
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.find import find_market
from merchants.stalls.floor_plan import Box
from merchants.stalls.floor_positions import box_of
from merchants.stalls.zones import find_zone, list_zones, merge_zones, place_zone, rename_zone
from merchants.tables import Market, Zone

router = APIRouter()


@router.get("/cho/{market_code}/cai-dat/mat-bang/khu/{zone_id}", response_class=HTMLResponse)
def zone_settings(
    request: Request, session: Reading, caller: Caller, market_code: str, zone_id: RowId
) -> HTMLResponse:
    """Show a zone's name and its box on the plan."""
    market = find_market(session, market_code)
    zone = find_zone(session, market, zone_id)
    return _show(request, session, caller, market, zone, _form(zone))


@router.post("/cho/{market_code}/cai-dat/mat-bang/khu/{zone_id}", response_class=HTMLResponse)
def change_zone(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    zone_id: RowId,
    form: Sent,
) -> Response:
    """Give a zone another name or another place on the plan."""
    market = find_market(session, market_code, for_update=True)
    zone = find_zone(session, market, zone_id)
    box = _box(form)
    told: dict[str, Any] = {"actor": caller.actor, "now": now_of(request)}

    def act() -> None:
        rename_zone(session, market, zone_id, form.value("ten_khu"), **told)
        place_zone(session, market, zone_id, box, **told)

    done = carry_out(
        request,
        session,
        caller,
        form,
        act=act,
        location=f"/cho/{market_code}/cai-dat/mat-bang",
        query={"khu": zone_id},
        fields={"name": "ten_khu", "box": "x"},
    )
    return done or _show(request, session, caller, market, zone, form)


@router.post("/cho/{market_code}/cai-dat/mat-bang/khu/{zone_id}/gop", response_class=HTMLResponse)
def merge(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    zone_id: RowId,
    form: Sent,
) -> Response:
    """Move a zone's stalls into another zone and drop it."""
    market = find_market(session, market_code, for_update=True)
    zone = find_zone(session, market, zone_id)
    into = read_number(form, "vao", digits_max=9)
    if into is None or into not in {each.id for each in list_zones(session, market)}:
        form.refuse("vao", "Chọn khu để gộp vào")
    done = carry_out(
        request,
        session,
        caller,
        form,
        act=lambda: merge_zones(
            session,
            market,
            zone_id,
            into_id=into or 0,
            actor=caller.actor,
            now=now_of(request),
        ),
        location=f"/cho/{market_code}/cai-dat/mat-bang",
        query={"khu": into},
        fields={"into": "vao"},
    )
    if done is not None:
        return done
    shown = _form(zone)
    shown.errors |= form.errors
    shown.told_by = form.told_by
    return _show(request, session, caller, market, zone, shown)


def _box(form: Form) -> Box | None:
    sides = [read_number(form, name, digits_max=3) for name in ("x", "y", "rong", "sau")]
    known = [side for side in sides if side is not None]
    if known and len(known) < len(sides) and not form.errors:
        form.refuse("x", "Vị trí cần đủ bốn số, hoặc để trống cả bốn")
    return Box(*known) if len(known) == len(sides) else None


def _form(zone: Zone) -> Form:
    box = box_of(zone)
    if box is None:
        return Form.showing(ten_khu=zone.name)
    return Form.showing(ten_khu=zone.name, x=box.x, y=box.y, rong=box.width, sau=box.height)


def _show(
    request: Request, session: Session, caller: Principal, market: Market, zone: Zone, form: Form
) -> HTMLResponse:
    _ = translator(lang_of(request))
    zones = list_zones(session, market)
    return page(
        request,
        "settings_zone",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=market,
        may_change=caller.may(Right.MANAGE_MARKET),
        path=f"/cho/{market.code}/cai-dat/mat-bang",
        zone=zone,
        stalls=next(each.stalls for each in zones if each.id == zone.id),
        other_options=[
            ("", _("Chọn khu")),
            *((str(each.id), each.name) for each in zones if each.id != zone.id),
        ],
        form=form,
        once=once_of(form),
        once_merge=once_of(Form()),
    )
