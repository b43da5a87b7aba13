"""Areas and administrative units: who carried a code on a day, and which markets a report adds up."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select

from market.i18n.place_words import ADMIN_LEVELS
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, once_of, read_day
from market.pages.forms import Form, Sent
from market.pages.offers import may_open
from market.pages.rendering import address, page
from market.pages.search_text import search_fault
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.admin_units.lookup import find_units, full_name, predecessors, successors
from merchants.admin_units.versions import BEGINNING
from merchants.errors import AreaNotFound, MarketNotFound
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
from merchants.tables import AdminUnit, Market

router = APIRouter()

UNITS_PER_PAGE = 30
FIELDS = {
    "code": "ma",
    "name": "ten",
    "caveat": "luu_y",
    "legal_basis": "can_cu",
    "from_on": "tu",
    "to_on": "den",
}


@router.get("/dia-ban", response_class=HTMLResponse)
def areas(
    request: Request,
    session: Reading,
    caller: Caller,
    q: str = "",
    cap: AdminLevel | None = None,
    ngay: date | None = None,
    sau: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """List the areas, and look for administrative units of a day."""
    return _list(request, session, caller, q=q, level=cap, on=ngay, after=sau)


@router.post("/dia-ban", response_class=HTMLResponse)
def new_area(request: Request, session: Writing, caller: Caller, form: Sent) -> Response:
    """Make an area."""
    code = form.value("ma").upper()
    done = carry_out(
        request,
        session,
        caller,
        form,
        act=lambda: save_area(
            session,
            code=code,
            name=form.value("ten"),
            caveat=form.value("luu_y"),
            legal_basis=form.value("can_cu"),
            is_new=True,
            actor=caller.actor,
            now=now_of(request),
        ),
        location=f"/dia-ban/{code}",
        fields=FIELDS,
    )
    return done or _list(request, session, caller, form=form)


@router.get("/dia-ban/{area_code}", response_class=HTMLResponse)
def area(request: Request, session: Reading, caller: Caller, area_code: str) -> HTMLResponse:
    """Show an area, what its borders leave unsaid, and its markets by date."""
    found = _area(session, caller, area_code, today_of(request))
    return _show(request, session, caller, found)


@router.post("/dia-ban/{area_code}", response_class=HTMLResponse)
def change_area(
    request: Request, session: Writing, caller: Caller, area_code: str, form: Sent
) -> Response:
    """Change what is said about an area."""
    found = _area(session, caller, area_code, today_of(request))
    done = carry_out(
        request,
        session,
        caller,
        form,
        act=lambda: save_area(
            session,
            code=area_code,
            name=form.value("ten"),
            caveat=form.value("luu_y"),
            legal_basis=form.value("can_cu"),
            is_new=False,
            actor=caller.actor,
            now=now_of(request),
        ),
        location=f"/dia-ban/{area_code}",
        fields=FIELDS,
    )
    return done or _show(request, session, caller, found, form=form)


@router.post("/dia-ban/{area_code}/cho", response_class=HTMLResponse)
def change_member(
    request: Request, session: Writing, caller: Caller, area_code: str, form: Sent
) -> Response:
    """Let a market belong to an area from a day on, or up to a day."""
    found = _area(session, caller, area_code, today_of(request))
    is_end = form.value("viec") == "thoi"
    from_on = None if is_end else read_day(form, "tu", is_needed=True)
    to_on = read_day(form, "den", is_needed=is_end)
    code = form.value("cho")

    def act() -> None:
        told: dict[str, Any] = {"actor": caller.actor, "now": now_of(request)}
        if is_end:
            assert to_on is not None
            end_member(session, area_code, code, to_on=to_on, **told)
        else:
            assert from_on is not None
            add_member(session, area_code, code, from_on=from_on, to_on=to_on, **told)

    if code not in {each for each, _ in _markets(session, caller)}:
        form.refuse("cho", "Chọn một chợ trong danh sách")
    try:
        done = carry_out(
            request,
            session,
            caller,
            form,
            act=act,
            location=f"/dia-ban/{area_code}",
            fields=FIELDS,
        )
    except MarketNotFound:
        form.refuse("cho", "Chọn một chợ trong danh sách")
        done = None
    return done or _show(request, session, caller, found, member_form=form)


def _area(session: Session, caller: Principal, code: str, on: date) -> Area:
    found = find_area(session, code)
    if not areas_within([found], caller.market_codes, on):
        raise AreaNotFound(code)
    return found


def _markets(session: Session, caller: Principal) -> list[tuple[str, str]]:
    query = select(Market.code, Market.name).order_by(col(Market.code))
    return [(code, name) for code, name in session.exec(query) if caller.sees_market(code)]


def _list(
    request: Request,
    session: Session,
    caller: Principal,
    *,
    q: str = "",
    level: AdminLevel | None = None,
    on: date | None = None,
    after: str = "",
    form: Form | None = None,
) -> HTMLResponse:
    code, _, day = after.partition("@")
    try:
        last = (code, date.fromisoformat(day)) if code else None
    except ValueError:
        last = None
    units = find_units(session, text=q, level=level, on=on, after=last, limit=UNITS_PER_PAGE + 1)
    more = units[UNITS_PER_PAGE - 1] if len(units) > UNITS_PER_PAGE else None
    units = units[:UNITS_PER_PAGE]
    # One found unit is told with what it came from and what became of it.
    only = units[0] if len(units) == 1 else None
    query = {"q": q, "cap": level.value if level else None, "ngay": on}
    return page(
        request,
        "areas",
        caller=caller,
        status_code=422 if form or search_fault(q) else 200,
        search_fault=search_fault(q),
        may_change=caller.may(Right.ADMINISTER),
        may_open_area=may_open(caller, "/dia-ban/{area_code}"),
        areas=areas_within(list_areas(session), caller.market_codes, today_of(request)),
        today=today_of(request),
        units=units,
        only=only,
        before=predecessors(session, only.code, only.valid_from) if only else [],
        after=successors(session, only.code, only.valid_from) if only else [],
        name_of=_name,
        since_of=lambda unit: None if unit.valid_from == BEGINNING else unit.valid_from,
        following=address(
            request, "/dia-ban", **query, sau=f"{more.code}@{more.valid_from.isoformat()}"
        )
        if more
        else "",
        is_first=not after,
        q=q,
        level=level,
        on=on,
        levels=ADMIN_LEVELS,
        form=form or Form(),
        once=once_of(form or Form()),
    )


def _show(
    request: Request,
    session: Session,
    caller: Principal,
    found: Area,
    *,
    form: Form | None = None,
    member_form: Form | None = None,
) -> HTMLResponse:
    today = today_of(request)
    details = Form.showing(
        ma=found.code, ten=found.name, luu_y=found.caveat, can_cu=found.legal_basis
    )
    return page(
        request,
        "area",
        caller=caller,
        status_code=422 if form or member_form else 200,
        may_change=caller.may(Right.ADMINISTER),
        area=found,
        today=today,
        now_count=len(found.markets_on(today)),
        form=form or details,
        member_form=member_form or Form.showing(tu=today.isoformat()),
        markets=_markets(session, caller),
        once=[once_of(form or Form()), once_of(member_form or Form())],
    )


def _name(unit: AdminUnit) -> str:
    return full_name(unit.kind_name, unit.name)
