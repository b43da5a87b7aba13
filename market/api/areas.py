"""Areas, administrative units, and the adoption of an area, for machines."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field
from sqlmodel import Session

from market.api.adoption_answers import AskedPeriod, How, asked_report, csv_answer, json_answer
from market.api.adoption_examples import AREA_AS_CSV, AREA_AS_JSON
from market.api.paging import LIMIT, Body, Limit, Page, View
from market.api.places import Once
from market.reports import AdoptionReport
from market.reports.tidy_row import AreaTidyRow
from market.security.once import earlier_answer, remember_answer
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.admin_units.lookup import (
    find_units,
    full_name,
    level_of,
    predecessors,
    resolve,
    successors,
)
from merchants.admin_units.versions import BEGINNING
from merchants.days import market_day
from merchants.errors import AdminUnitNotFound, AreaNotFound, EntryRefused
from merchants.kinds import AdminLevel
from merchants.markets.areas import (
    Area,
    add_member,
    areas_within,
    end_member,
    find_area,
    list_areas,
    save_area,
)
from merchants.markets.commune_areas import COMMUNE, commune_areas, find_told_area
from merchants.tables import AdminUnit

router = APIRouter(prefix="/api/v1")

AreaCode = Annotated[str, Path(max_length=20)]


class MemberView(View):
    """A market of an area and the days it belongs to it."""

    market_code: str
    market_name: str
    from_on: date
    to_on: date | None


class AreaKind(StrEnum):
    """Who says which markets an area holds."""

    GROUP = "group"
    """People, by market and day."""
    COMMUNE = "commune"
    """The administrative map: the markets that lie in it. It is changed with its markets."""


class AreaView(View):
    """An area group or a commune; ``caveat`` goes with every figure of it."""

    code: str
    kind: AreaKind
    name: str
    caveat: str
    legal_basis: str
    members: list[MemberView]


class AreaFields(Body):
    """What is said about an area."""

    name: str = Field(min_length=1, max_length=120)
    caveat: str = Field(default="", max_length=500)
    legal_basis: str = Field(default="", max_length=200)


class AreaBody(AreaFields):
    """A new area."""

    code: str = Field(max_length=20)


class MemberBody(Body):
    """From and to which day a market belongs; without ``from_on`` only its end is told."""

    from_on: date | None = None
    to_on: date | None = None


class UnitView(View):
    """An administrative unit; ``valid_from`` ``null`` = before these records."""

    code: str
    level: AdminLevel
    name: str
    """With its kind: ``Xã Mậu A``."""
    parent_code: str
    valid_from: date | None
    valid_to: date | None
    legal_basis: str
    source: str


class UnitHistoryView(View):
    """A unit with what went into it and what became of it."""

    unit: UnitView
    predecessors: list[UnitView]
    successors: list[UnitView]


@router.get("/areas")
def read_areas(request: Request, session: Reading, caller: Caller) -> Page[AreaView]:
    """Return the area groups, then the communes with a market today, whose markets the caller sees."""
    today = _today(request)
    communes = [one for one in commune_areas(session) if one.markets_on(today)]
    areas = areas_within([*list_areas(session), *communes], caller.market_codes, today)
    return Page(items=[_area_view(area) for area in areas], next=None)


@router.post("/areas", status_code=201)
def new_area(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    body: AreaBody,
    once: Once = "",
) -> AreaView:
    """Make an area."""
    content = f"api-area|{body.model_dump_json()}"
    location = f"/api/v1/areas/{body.code}"
    if earlier_answer(session, caller, once, content) is None:
        now = request.app.state.now()
        save_area(session, **body.model_dump(), is_new=True, actor=caller.actor, now=now)
        remember_answer(session, caller, once, content, location, now)
    response.headers["Location"] = location
    return _area_view(find_area(session, body.code))


@router.get("/areas/{area_code}")
def read_area(request: Request, session: Reading, caller: Caller, area_code: AreaCode) -> AreaView:
    """Return one area."""
    return _area_view(_seen(request, session, caller, area_code))


@router.put("/areas/{area_code}")
def change_area(
    request: Request, session: Writing, caller: Caller, area_code: AreaCode, body: AreaFields
) -> AreaView:
    """Change what is said about an area."""
    save_area(
        session,
        code=area_code,
        **body.model_dump(),
        is_new=False,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    return _area_view(find_area(session, area_code))


@router.put("/areas/{area_code}/markets/{market_code}")
def put_member(
    request: Request,
    session: Writing,
    caller: Caller,
    area_code: AreaCode,
    market_code: str,
    body: MemberBody,
) -> AreaView:
    """Let a market belong to an area from a day on, or up to a day."""
    now = request.app.state.now()
    if body.from_on is not None:
        add_member(
            session,
            area_code,
            market_code,
            from_on=body.from_on,
            to_on=body.to_on,
            actor=caller.actor,
            now=now,
        )
    elif body.to_on is not None:
        end_member(session, area_code, market_code, to_on=body.to_on, actor=caller.actor, now=now)
    else:
        raise EntryRefused({"from_on": "cần ngày bắt đầu hoặc ngày cuối"})
    return _area_view(find_area(session, area_code))


# The CSV route comes first: ``{month}`` would be asked to take "2026-10.csv".
@router.get(
    "/areas/{area_code}/adoption/{month}.csv", response_class=Response, responses=AREA_AS_CSV
)
def area_adoption_csv(
    request: Request,
    session: Reading,
    caller: Caller,
    area_code: AreaCode,
    month: AskedPeriod,
    how: How,
) -> Response:
    """Return the adoption of an area in a period as CSV; each row carries the area's caveat."""
    report = asked_report(
        request, session, caller, month, how, area_code=area_code, with_closes=False
    )
    return csv_answer(request, report, how)


@router.get(
    "/areas/{area_code}/adoption/{month}",
    response_model=AdoptionReport | list[AreaTidyRow],
    responses=AREA_AS_JSON,
)
def area_adoption(
    request: Request,
    session: Reading,
    caller: Caller,
    area_code: AreaCode,
    month: AskedPeriod,
    how: How,
) -> Response:
    """Return the adoption of an area in a period: its markets and all of them together."""
    return json_answer(
        request,
        asked_report(request, session, caller, month, how, area_code=area_code),
        how,
    )


@router.get("/admin-units")
def read_units(
    session: Reading,
    q: Annotated[str, Query(max_length=80)] = "",
    level: AdminLevel | None = None,
    on: date | None = None,
    after: Annotated[str, Query(max_length=20, description="`next` of the page before.")] = "",
    limit: Limit = LIMIT,
) -> Page[UnitView]:
    """Return administrative units by code and day, found by code or name, marks or none."""
    units = find_units(session, text=q, level=level, on=on, after=_cursor(after), limit=limit + 1)
    following = None
    if len(units) > limit:
        last = units[limit - 1]
        following = f"{last.code}@{last.valid_from.isoformat()}"
    return Page(items=[_unit_view(unit) for unit in units[:limit]], next=following)


@router.get("/admin-units/{code}")
def read_unit(
    request: Request,
    session: Reading,
    code: Annotated[str, Path(max_length=5)],
    on: date | None = None,
) -> UnitHistoryView:
    """Return who carried a code on a day (today), what went into it, what became of it."""
    day = on or _today(request)
    level = level_of(code)
    if level is None:
        raise AdminUnitNotFound(code, day)
    return UnitHistoryView(
        unit=_unit_view(resolve(session, code, level, day)),
        predecessors=[_unit_view(unit) for unit in predecessors(session, code, day)],
        successors=[_unit_view(unit) for unit in successors(session, code, day)],
    )


def _today(request: Request) -> date:
    return market_day(request.app.state.now())


def _seen(request: Request, session: Session, caller: Principal, code: str) -> Area:
    area = find_told_area(session, code)
    if not areas_within([area], caller.market_codes, _today(request)):
        raise AreaNotFound(code)
    return area


def _cursor(after: str) -> tuple[str, date] | None:
    code, _, day = after.partition("@")
    if not code:
        return None
    try:
        return code, date.fromisoformat(day)
    except ValueError:
        raise EntryRefused({"after": "cần giá trị next của trang trước"}) from None


def _area_view(area: Area) -> AreaView:
    return AreaView(
        code=area.code,
        kind=AreaKind.COMMUNE if area.code.startswith(COMMUNE) else AreaKind.GROUP,
        name=area.name,
        caveat=area.caveat,
        legal_basis=area.legal_basis,
        members=[
            MemberView(
                market_code=one.market_code,
                market_name=one.market_name,
                from_on=one.from_on,
                to_on=one.to_on,
            )
            for one in area.members
        ],
    )


def _unit_view(unit: AdminUnit) -> UnitView:
    return UnitView(
        code=unit.code,
        level=unit.level,
        name=full_name(unit.kind_name, unit.name),
        parent_code=unit.parent_code,
        valid_from=None if unit.valid_from == BEGINNING else unit.valid_from,
        valid_to=unit.valid_to,
        legal_basis=unit.legal_basis,
        source=unit.source,
    )
