"""A market's floor: the drawn plan, its zones and stalls, and the ways to add and place them."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n.place_words import STALL_KINDS, STALL_STATES
from market.i18n.words import translator
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, is_carried_out, once_of, options
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import address, lang_of, page
from market.pages.settings.drawing import CLASSES, draw
from market.pages.settings.stall import details_of, zone_options
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import ROW_ID_MAX
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.campaigns.team_zones import teams_of_zones
from merchants.errors import ListRefused, SheetRefused
from merchants.find import find_market
from merchants.kinds import StallState
from merchants.sentences import Sentence
from merchants.stalls.changes import (
    add_stalls,
    count_states,
    list_stall_places,
    read_codes,
    states_by_code,
)
from merchants.stalls.floor_positions import lay_out, plan_of, positions_csv, take_positions
from merchants.stalls.zones import add_zone, list_zones
from merchants.tables import Market

router = APIRouter()

STALLS_PER_PAGE = 25
FAULTS_SHOWN = 20
NEW_STATES = (StallState.VACANT, StallState.PLANNED)


@router.get("/cho/{market_code}/cai-dat/mat-bang", response_class=HTMLResponse)
def market_floor(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    khu: Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)] = None,
    tt: StallState | None = None,
    sau: Annotated[str, Query(max_length=12)] = "",
) -> HTMLResponse:
    """Show the plan, the zones and a page of the stalls."""
    market = find_market(session, market_code)
    return _show(request, session, caller, market, _Listed(khu, tt, sau))


@router.get("/cho/{market_code}/cai-dat/mat-bang/vi-tri.csv", response_class=Response)
def positions(session: Reading, market_code: str) -> Response:
    """Return every stall's place, to be edited in a spreadsheet and taken in again."""
    market = find_market(session, market_code)
    return Response(
        positions_csv(session, market),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="mat-bang-{market.code}.csv"'},
    )


@router.post("/cho/{market_code}/cai-dat/mat-bang/gian", response_class=HTMLResponse)
def new_stalls(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Add stalls that nobody holds yet."""
    market = find_market(session, market_code, for_update=True)
    details = details_of(session, market, form)
    state = next((each for each in NEW_STATES if each == form.value("tt")), StallState.VACANT)
    done = carry_out(
        request,
        session,
        caller,
        form,
        act=lambda: add_stalls(
            session,
            market,
            read_codes(form.value("ma")),
            details,
            state=state,
            actor=caller.actor,
            now=now_of(request),
        ),
        location=_path(market_code),
        query={"khu": details.zone_id},
        fields={"codes": "ma", "area_m2": "m2", "goods_group": "nganh", "state": "tt"},
    )
    return done or _show(request, session, caller, market, stalls_form=form)


@router.post("/cho/{market_code}/cai-dat/mat-bang/khu", response_class=HTMLResponse)
def new_zone(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Add a zone."""
    market = find_market(session, market_code, for_update=True)
    done = carry_out(
        request,
        session,
        caller,
        form,
        act=lambda: add_zone(
            session, market, form.value("ten_khu"), actor=caller.actor, now=now_of(request)
        ),
        location=_path(market_code),
        fields={"name": "ten_khu"},
    )
    return done or _show(request, session, caller, market, zone_form=form)


@router.post("/cho/{market_code}/cai-dat/mat-bang/xep", response_class=HTMLResponse)
def lay_out_floor(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Place every zone and stall by code order."""
    market = find_market(session, market_code)
    if not form.is_ticked("dong_y"):
        form.refuse("dong_y", "Đánh dấu là đã hiểu: vị trí đang có sẽ được xếp lại")
    is_carried_out(
        session,
        form,
        lambda: lay_out(session, market_code, actor=caller.actor, now=now_of(request)),
        {},
    )
    if form.errors:
        return _show(request, session, caller, market, layout_form=form)
    return see_other(address(request, _path(market_code)))


@router.post("/cho/{market_code}/cai-dat/mat-bang/vi-tri", response_class=HTMLResponse)
def take_in_positions(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Take the places of stalls in from a CSV, all of them or none."""
    market = find_market(session, market_code)
    sent = form.files.get("tep")
    content = sent.file.read() if sent is not None else b""
    if sent is None or not content:
        form.refuse("tep", "Chưa chọn tệp CSV")
    else:
        name = (sent.filename or "vi-tri.csv")[:120]
        try:
            with session.begin_nested():
                take_positions(
                    session, market_code, content, name, actor=caller.actor, now=now_of(request)
                )
        except SheetRefused as refusal:
            form.refuse("tep", refusal.reason)
        except ListRefused as refusal:
            form.refuse("tep", _faults(refusal))
    if form.errors:
        return _show(request, session, caller, market, file_form=form)
    return see_other(address(request, _path(market_code)))


def _faults(refusal: ListRefused) -> str:
    told = [
        Sentence("dòng {line}: {fault}", line=line, fault=Sentence.of(fault))
        if line
        else Sentence.of(fault)
        for line, fault in sorted(refusal.faults.items())[:FAULTS_SHOWN]
    ]
    more = len(refusal.faults) - len(told)
    if more > 0:
        return Sentence("{faults}; và {more} dòng khác. Chưa xếp gian nào", faults=told, more=more)
    return Sentence("{faults}. Chưa xếp gian nào", faults=told)


def _path(market_code: str) -> str:
    return f"/cho/{market_code}/cai-dat/mat-bang"


@dataclass(frozen=True, slots=True)
class _Listed:
    """Which stalls the list shows; ``after`` is the last one of the page before."""

    zone_id: int | None = None
    state: StallState | None = None
    after: str = ""


def _show(
    request: Request,
    session: Session,
    caller: Principal,
    market: Market,
    listed: _Listed | None = None,
    **sent: Form,
) -> HTMLResponse:
    """Return the page; ``sent`` is the form that was refused, by its name in the template."""
    listed = listed or _Listed()
    _ = translator(lang_of(request))
    path = _path(market.code)
    opened = {
        "stalls_form": Form.showing(co_dinh="1", khu=listed.zone_id, tt="vacant"),
        "zone_form": Form(),
        "layout_form": Form(),
        "file_form": Form(),
    }
    forms = opened | sent
    zones = list_zones(session, market)
    stalls, has_more = list_stall_places(
        session,
        market,
        zone_id=listed.zone_id,
        state=listed.state,
        after=listed.after,
        limit=STALLS_PER_PAGE,
    )
    counts = count_states(session, market)
    query = {"khu": listed.zone_id, "tt": listed.state.value if listed.state else None}
    following = address(request, path, **query, sau=stalls[-1].code) if has_more else ""
    return page(
        request,
        "settings_floor",
        caller=caller,
        status_code=422 if sent else 200,
        market=market,
        may_change=caller.may(Right.MANAGE_MARKET),
        path=path,
        drawing=draw(plan_of(session, market), states_by_code(session, market)),
        zones=zones,
        zone_teams=teams_of_zones(session, market.code, today_of(request)),
        zone_id=listed.zone_id,
        state=listed.state,
        stalls=stalls,
        counts=counts,
        total=sum(counts.values()),
        following=following,
        is_first=not listed.after,
        **forms,
        once=[once_of(form) for form in forms.values()],
        stall_kinds=STALL_KINDS,
        stall_kind_options=options(STALL_KINDS, _),
        zone_options=zone_options(zones, _),
        stall_states=STALL_STATES,
        new_states=NEW_STATES,
        classes=CLASSES,
    )
