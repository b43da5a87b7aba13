"""The floor of a market for machines: zones, stalls as places, the plan."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field
from sqlmodel import Session

from market.api.paging import LIMIT, Body, Limit, Page, View
from market.api.places import Once, require_told
from market.security.once import earlier_answer, remember_answer
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.find import find_market
from merchants.kinds import StallKind, StallState
from merchants.stalls.changes import (
    ADDED_MAX,
    StallDetails,
    StallPlace,
    add_stalls,
    change_stall,
    change_stall_state,
    find_stall,
    list_stall_places,
    read_codes,
)
from merchants.stalls.floor_plan import SIDE_MAX, Box
from merchants.stalls.floor_positions import lay_out
from merchants.stalls.zones import (
    ZoneEntry,
    add_zone,
    find_zone,
    list_zones,
    merge_zones,
    place_zone,
    rename_zone,
)

router = APIRouter(prefix="/api/v1/markets/{market_code}")

StallCode = Annotated[str, Path(max_length=12)]
Number = Annotated[int, Field(ge=1, le=ROW_ID_MAX)]
Side = Annotated[int, Field(ge=0, lt=SIDE_MAX)]


class BoxView(View):
    """A zone's box on the plan, in stall widths from the top left corner."""

    x: int
    y: int
    width: int
    height: int


class ZoneView(View):
    """A zone; ``box`` ``null`` = not placed."""

    id: int
    name: str
    stalls: int
    box: BoxView | None


class BoxBody(Body):
    """Where a zone's box lies; its top row carries the name."""

    x: Side
    y: Side
    width: int = Field(ge=1, le=SIDE_MAX)
    height: int = Field(ge=2, le=SIDE_MAX)


class ZoneBody(Body):
    """A new zone."""

    name: str = Field(min_length=1, max_length=80)


class ZonePatch(Body):
    """What changes about a zone; a ``box`` of ``null`` takes it off the plan."""

    name: str | None = Field(default=None, min_length=1, max_length=80)
    box: BoxBody | None = None


class MergeBody(Body):
    """The zone that takes the stalls in."""

    into_id: Number


class PlaceView(View):
    """A stall as a place, without anybody's name."""

    code: str
    zone_id: int | None
    zone: str
    kind: StallKind
    is_fixed: bool
    area_m2: int | None
    goods_group: str
    state: StallState
    plan_x: int | None
    plan_y: int | None


class StallFields(Body):
    """What a stall is."""

    zone_id: Number | None = None
    kind: StallKind = StallKind.COUNTER
    is_fixed: bool = True
    area_m2: int | None = Field(default=None, ge=1, le=100_000)
    goods_group: str = Field(default="", max_length=60)


class StallsBody(StallFields):
    """New stalls that nobody holds yet; ``codes`` singly or in spans: ``A001-A024``."""

    codes: list[str] = Field(min_length=1, max_length=ADDED_MAX)
    state: StallState = StallState.VACANT


class StallPatch(Body):
    """What changes about a stall; what is left out stays."""

    zone_id: Number | None = None
    kind: StallKind | None = None
    is_fixed: bool | None = None
    area_m2: int | None = Field(default=None, ge=1, le=100_000)
    goods_group: str | None = Field(default=None, max_length=60)
    plan_x: Side | None = None
    plan_y: Side | None = None
    state: StallState | None = None
    note: str = Field(default="", max_length=200)


class LaidOut(View):
    """How many stalls a plan laid out anew moved."""

    moved: int


@router.get("/zones")
def read_zones(session: Reading, market_code: str) -> Page[ZoneView]:
    """Return the zones of a market in floor order."""
    zones = list_zones(session, find_market(session, market_code))
    return Page(items=[_zone_view(zone) for zone in zones], next=None)


@router.post("/zones", status_code=201)
def new_zone(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: ZoneBody,
    once: Once = "",
) -> ZoneView:
    """Add a zone."""
    market = find_market(session, market_code, for_update=True)
    content = f"api-zone|{market_code}|{body.model_dump_json()}"
    earlier = earlier_answer(session, caller, once, content)
    if earlier is None:
        now = request.app.state.now()
        zone = add_zone(session, market, body.name, actor=caller.actor, now=now)
        earlier = f"/api/v1/markets/{market_code}/zones/{zone.id}"
        remember_answer(session, caller, once, content, earlier, now)
    response.headers["Location"] = earlier
    return _zone(session, market_code, int(earlier.rpartition("/")[2]))


@router.patch("/zones/{zone_id}")
def patch_zone(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    zone_id: RowId,
    body: ZonePatch,
) -> ZoneView:
    """Give a zone another name or another place on the plan."""
    market = find_market(session, market_code, for_update=True)
    now = request.app.state.now()
    if body.name is not None:
        rename_zone(session, market, zone_id, body.name, actor=caller.actor, now=now)
    if "box" in body.model_fields_set:
        box = Box(**body.box.model_dump()) if body.box else None
        place_zone(session, market, zone_id, box, actor=caller.actor, now=now)
    return _zone(session, market_code, zone_id)


@router.post("/zones/{zone_id}/merge")
def merge_zone(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    zone_id: RowId,
    body: MergeBody,
) -> ZoneView:
    """Move a zone's stalls into another zone and drop it; return the other."""
    market = find_market(session, market_code, for_update=True)
    merge_zones(
        session,
        market,
        zone_id,
        into_id=body.into_id,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    return _zone(session, market_code, body.into_id)


@router.get("/places")
def read_places(
    session: Reading,
    market_code: str,
    zone_id: Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)] = None,
    state: StallState | None = None,
    after: Annotated[str, Query(max_length=12, description="`next` of the page before.")] = "",
    limit: Limit = LIMIT,
) -> Page[PlaceView]:
    """Return the stalls of a market as places, in floor order."""
    market = find_market(session, market_code)
    places, has_more = list_stall_places(
        session, market, zone_id=zone_id, state=state, after=after, limit=limit
    )
    items = [_place_view(place) for place in places]
    return Page(items=items, next=items[-1].code if has_more else None)


@router.post("/places", status_code=201)
def new_places(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: StallsBody,
    once: Once = "",
) -> Page[PlaceView]:
    """Add stalls that nobody holds yet; all of them or none."""
    market = find_market(session, market_code, for_update=True)
    content = f"api-places|{market_code}|{body.model_dump_json()}"
    location = f"/api/v1/markets/{market_code}/places"
    codes = read_codes(",".join(body.codes))
    if earlier_answer(session, caller, once, content) is None:
        now = request.app.state.now()
        details = StallDetails(**body.model_dump(exclude={"codes", "state"}))
        add_stalls(session, market, codes, details, state=body.state, actor=caller.actor, now=now)
        remember_answer(session, caller, once, content, location, now)
    response.headers["Location"] = location
    places, _ = list_stall_places(session, market, limit=10**6)
    wanted = set(codes)
    return Page(items=[_place_view(p) for p in places if p.code in wanted], next=None)


@router.patch("/places/{stall_code:path}")
def patch_place(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    stall_code: StallCode,
    body: StallPatch,
) -> PlaceView:
    """Change what a stall is, where it lies, or whether it is open."""
    market = find_market(session, market_code, for_update=True)
    stall = find_stall(session, market, stall_code)
    now = request.app.state.now()
    told = body.model_dump(exclude_unset=True, exclude={"state", "note"})
    require_told(told, "kind", "is_fixed", "goods_group")
    known = {name: getattr(stall, name) for name in StallDetails.__dataclass_fields__}
    change_stall(
        session, market, stall_code, StallDetails(**(known | told)), actor=caller.actor, now=now
    )
    if body.state is not None:
        change_stall_state(
            session, market, stall_code, body.state, note=body.note, actor=caller.actor, now=now
        )
    places, _ = list_stall_places(session, market, limit=10**6)
    return next(_place_view(place) for place in places if place.code == stall_code)


@router.post("/floor/lay-out")
def lay_out_floor(request: Request, session: Writing, caller: Caller, market_code: str) -> LaidOut:
    """Place every zone and stall by code order; doing it twice moves nothing."""
    moved = lay_out(session, market_code, actor=caller.actor, now=request.app.state.now())
    return LaidOut(moved=moved)


def _zone(session: Session, market_code: str, zone_id: int) -> ZoneView:
    market = find_market(session, market_code)
    zone = find_zone(session, market, zone_id)
    return next(_zone_view(one) for one in list_zones(session, market) if one.id == zone.id)


def _zone_view(zone: ZoneEntry) -> ZoneView:
    box = zone.box
    return ZoneView(
        id=zone.id,
        name=zone.name,
        stalls=zone.stalls,
        box=BoxView(x=box.x, y=box.y, width=box.width, height=box.height) if box else None,
    )


def _place_view(place: StallPlace) -> PlaceView:
    return PlaceView.model_validate(place, from_attributes=True)
