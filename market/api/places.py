"""Markets for machines: details, who runs them, the commune by date, the calendar."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field
from sqlmodel import Session, col, select

from market.api.paging import LIMIT, Body, Limit, Page, View
from market.security.once import earlier_answer, remember_answer
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.calendars.market_calendars import (
    CalendarDay,
    calendar_of,
    change_rule,
    correct_day,
    current_rules,
    take_back_correction,
)
from merchants.calendars.market_spans import MarketSpan, market_spans
from merchants.days import market_day
from merchants.errors import EntryRefused
from merchants.find import find_market
from merchants.kinds import CalendarRule, MarketKind, OperatorKind
from merchants.markets.communes import attach_commune, communes_of
from merchants.markets.details import (
    OperatorDetails,
    change_market,
    derived_class,
    facts_of,
    operators_of,
    set_operator,
)
from merchants.markets.registration import MarketDetails, register_market
from merchants.sentences import Sentence
from merchants.tables import Market

router = APIRouter(prefix="/api/v1/markets")

DAYS_MAX = 400
Once = Annotated[str, Header(alias="Idempotency-Key", max_length=200)]
MarketCursor = Annotated[str, Query(max_length=8, description="`next` of the page before.")]


class RuleView(View):
    """A rule of a calendar; ``params`` as the list of markets writes them."""

    rule_type: CalendarRule
    params: str
    valid_from: date
    valid_to: date | None


class MarketView(View):
    """A market as it is registered."""

    code: str
    name: str
    kind: MarketKind
    market_class: int
    """The declared class."""
    derived_class: int | None
    """The class that the counted stalls make; ``null`` = not counted."""
    stalls_counted: int | None
    stalls_counted_on: date | None
    contact_phone: str
    """The office's number, for vendors to call; empty = not told."""
    contact_note: str
    """When somebody answers there, and in which languages."""
    commune_code: str
    commune_name: str
    commune_valid_from: date
    calendar: RuleView | None
    """The rule of today."""
    opened_on: date | None
    """The first day of its first calendar; `null` = it has none."""
    closed_on: date | None
    """The last market day; `null` = nobody closed it."""
    is_synthetic: bool


class MarketBody(Body):
    """A market to be registered."""

    code: str = Field(max_length=8)
    name: str = Field(min_length=1, max_length=120)
    kind: MarketKind = MarketKind.CIVIC
    market_class: int = Field(ge=1, le=3)
    commune_code: str = Field(pattern=r"^[0-9]{5}$")
    commune_name: str = Field(min_length=1, max_length=80)
    commune_valid_from: date
    stalls_counted: int | None = Field(default=None, ge=0, le=99_999)
    stalls_counted_on: date | None = None
    calendar_rule: CalendarRule = CalendarRule.DAILY
    calendar_params: str = Field(default="", max_length=200)
    opened_on: date | None = None
    """The first market day; left out = today, so that no day before it counts."""


class MarketPatch(Body):
    """What changes about a market; what is left out stays."""

    name: str | None = Field(default=None, max_length=120)
    kind: MarketKind | None = None
    market_class: int | None = Field(default=None, ge=1, le=3)
    stalls_counted: int | None = Field(default=None, ge=0, le=99_999)
    stalls_counted_on: date | None = None
    contact_phone: str | None = Field(default=None, max_length=20)
    contact_note: str | None = Field(default=None, max_length=120)


class OperatorView(View):
    """Who ran or runs a market; ``to_on`` ``null`` = still."""

    kind: OperatorKind
    name: str
    supervised_by: str
    legal_basis: str
    from_on: date
    to_on: date | None


class OperatorBody(Body):
    """Who runs a market from a day on."""

    kind: OperatorKind
    name: str = Field(max_length=120)
    supervised_by: str = Field(default="", max_length=120)
    legal_basis: str = Field(default="", max_length=200)
    from_on: date


class CommuneView(View):
    """The commune a market lies or lay in; its code means nothing without ``valid_from``."""

    code: str
    valid_from: date
    name: str
    from_on: date
    to_on: date | None


class CommuneBody(Body):
    """The commune a market lies in from a day on."""

    code: str = Field(pattern=r"^[0-9]{5}$")
    from_on: date
    to_on: date | None = None


class DayView(View):
    """A day of a calendar."""

    on: date
    is_open: bool
    by_rule: bool
    is_corrected: bool
    note: str
    lunar_day: int
    lunar_month: int
    branch: str


class CalendarView(View):
    """A market's rules, oldest first, and the days asked for."""

    rules: list[RuleView]
    days: list[DayView]


class RuleBody(Body):
    """A rule that holds from a day on."""

    rule_type: CalendarRule
    params: str = Field(default="", max_length=200)
    from_on: date


class DayBody(Body):
    """The manager's word on a day."""

    is_open: bool
    note: str = Field(default="", max_length=200)


@router.get("")
def list_markets(
    request: Request,
    session: Reading,
    caller: Caller,
    after: MarketCursor = "",
    limit: Limit = LIMIT,
) -> Page[MarketView]:
    """Return the markets the caller sees, by code."""
    query = select(Market).where(col(Market.code) > after).order_by(col(Market.code))
    if caller.market_codes is not None:
        query = query.where(col(Market.code).in_(caller.market_codes))
    found = list(session.exec(query.limit(limit + 1)))
    rules, spans = current_rules(session, _today(request)), market_spans(session)
    items = [
        _market_view(market, rules.get(market.id or 0), spans.get(market.id or 0))
        for market in found[:limit]
    ]
    return Page(items=items, next=items[-1].code if len(found) > limit else None)


@router.post("", status_code=201)
def make_market(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    body: MarketBody,
    once: Once = "",
) -> MarketView:
    """Register a market; refused when its code is taken."""
    content = f"api-market|{body.model_dump_json()}"
    location = f"/api/v1/markets/{body.code}"
    response.headers["Location"] = location
    if earlier_answer(session, caller, once, content) is not None:
        return _one(request, session, body.code)
    if session.exec(select(Market.id).where(Market.code == body.code)).first() is not None:
        raise EntryRefused({"code": Sentence("mã {code} đã là của một chợ khác", code=body.code)})
    details = MarketDetails(
        **body.model_dump(exclude={"calendar_rule", "calendar_params"}),
        calendar_rule=body.calendar_rule,
        calendar_params=body.calendar_params,
    )
    now = request.app.state.now()
    register_market(session, details, actor=caller.actor, now=now)
    remember_answer(session, caller, once, content, location, now)
    return _one(request, session, body.code)


@router.get("/{market_code}")
def read_market(request: Request, session: Reading, market_code: str) -> MarketView:
    """Return one market."""
    return _one(request, session, market_code)


@router.patch("/{market_code}")
def patch_market(
    request: Request, session: Writing, caller: Caller, market_code: str, body: MarketPatch
) -> MarketView:
    """Change what is said about a market."""
    market = find_market(session, market_code, for_update=True)
    told = body.model_dump(exclude_unset=True)
    require_told(told, "name", "kind", "market_class", "contact_phone", "contact_note")
    known = facts_of(market)
    facts = type(known)(
        **{name: told.get(name, getattr(known, name)) for name in known.__dataclass_fields__}
    )
    change_market(session, market_code, facts, actor=caller.actor, now=request.app.state.now())
    return _one(request, session, market_code)


@router.get("/{market_code}/operator")
def list_operators(session: Reading, market_code: str) -> Page[OperatorView]:
    """Return who ran and runs a market, oldest first."""
    rows = operators_of(session, find_market(session, market_code))
    return Page(
        items=[
            OperatorView(**row.model_dump(include=set(OperatorView.model_fields))) for row in rows
        ],
        next=None,
    )


@router.post("/{market_code}/operator", status_code=201)
def new_operator(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: OperatorBody,
) -> Page[OperatorView]:
    """Say who runs a market from a day on; saying it twice changes nothing."""
    details = OperatorDetails(**body.model_dump(exclude={"from_on"}))
    set_operator(
        session,
        market_code,
        details,
        from_on=body.from_on,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    response.headers["Location"] = f"/api/v1/markets/{market_code}/operator"
    return list_operators(session, market_code)


@router.get("/{market_code}/communes")
def list_communes(session: Reading, market_code: str) -> Page[CommuneView]:
    """Return the communes a market lay and lies in, oldest first."""
    market = find_market(session, market_code)
    spans = communes_of(session, [market])[market.id or 0]
    items = [
        CommuneView(
            code=span.code,
            valid_from=span.valid_from,
            name=span.name,
            from_on=span.from_on,
            to_on=span.to_on,
        )
        for span in spans
    ]
    return Page(items=items, next=None)


@router.post("/{market_code}/communes", status_code=201)
def new_commune(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: CommuneBody,
) -> Page[CommuneView]:
    """Say in which commune a market lies from a day on."""
    if body.to_on is not None and body.to_on < body.from_on:
        raise EntryRefused({"to_on": "đứng trước ngày bắt đầu"})
    attach_commune(
        session,
        find_market(session, market_code),
        body.code,
        from_on=body.from_on,
        to_on=body.to_on,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    response.headers["Location"] = f"/api/v1/markets/{market_code}/communes"
    return list_communes(session, market_code)


@router.get("/{market_code}/calendar")
def read_calendar(
    request: Request,
    session: Reading,
    market_code: str,
    first: date | None = None,
    last: date | None = None,
) -> CalendarView:
    """Return the days from ``first`` (today) to ``last`` (six weeks later), at most 400."""
    first = first or _today(request)
    last = last or _later(first, 41)
    if not 0 <= (last - first).days < DAYS_MAX:
        raise EntryRefused({"last": Sentence("cần từ 1 đến {most} ngày", most=DAYS_MAX)})
    return _calendar(session, market_code, first, last)


@router.post("/{market_code}/calendar/rules", status_code=201)
def new_rule(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: RuleBody,
) -> CalendarView:
    """Let a rule hold from a day on; the same rule again changes nothing."""
    change_rule(
        session,
        find_market(session, market_code),
        body.rule_type,
        body.params,
        from_on=body.from_on,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    response.headers["Location"] = f"/api/v1/markets/{market_code}/calendar"
    return _calendar(session, market_code, body.from_on, _later(body.from_on, 41))


@router.put("/{market_code}/calendar/days/{on}")
def correct(
    request: Request, session: Writing, caller: Caller, market_code: str, on: date, body: DayBody
) -> DayView:
    """Say that a market is open or closed on a day, whatever the rule says."""
    correct_day(
        session,
        find_market(session, market_code),
        on,
        is_open=body.is_open,
        note=body.note,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    return _calendar(session, market_code, on, on).days[0]


@router.delete("/{market_code}/calendar/days/{on}", status_code=204)
def take_back(
    request: Request, session: Writing, caller: Caller, market_code: str, on: date
) -> None:
    """Leave a day to the rule again; fine when there is no correction."""
    market = find_market(session, market_code)
    take_back_correction(session, market, on, actor=caller.actor, now=request.app.state.now())


def require_told(told: Mapping[str, object], *names: str) -> None:
    """Refuse a patch that empties what cannot be empty; raise ``EntryRefused``."""
    empty = [name for name in names if name in told and told[name] is None]
    if empty:
        raise EntryRefused(dict.fromkeys(empty, "không để trống được"))


def _today(request: Request) -> date:
    return market_day(request.app.state.now())


def _later(day: date, days: int) -> date:
    return date.fromordinal(min(day.toordinal() + days, (date.max - timedelta(days=1)).toordinal()))


def _one(request: Request, session: Session, market_code: str) -> MarketView:
    market = find_market(session, market_code)
    rules, spans = current_rules(session, _today(request)), market_spans(session)
    return _market_view(market, rules.get(market.id or 0), spans.get(market.id or 0))


def _market_view(market: Market, rule: object, span: MarketSpan | None) -> MarketView:
    counted = market.stalls_counted
    return MarketView(
        code=market.code,
        name=market.name,
        kind=market.kind,
        market_class=market.market_class,
        derived_class=None if counted is None else derived_class(counted),
        stalls_counted=counted,
        stalls_counted_on=market.stalls_counted_on,
        contact_phone=market.contact_phone,
        contact_note=market.contact_note,
        commune_code=market.commune_code,
        commune_name=market.commune_name,
        commune_valid_from=market.commune_valid_from,
        calendar=None if rule is None else _rule_view(rule),
        opened_on=span.opened_on if span else None,
        closed_on=span.closed_on if span else None,
        is_synthetic=market.is_synthetic,
    )


def _rule_view(rule: object) -> RuleView:
    return RuleView.model_validate(rule, from_attributes=True)


def _calendar(session: Session, market_code: str, first: date, last: date) -> CalendarView:
    calendar = calendar_of(session, find_market(session, market_code), first, last)
    return CalendarView(
        rules=[_rule_view(rule) for rule in calendar.rules],
        days=[_day_view(day) for day in calendar.days(first, last)],
    )


def _day_view(day: CalendarDay) -> DayView:
    return DayView(
        on=day.on,
        is_open=day.is_open,
        by_rule=day.by_rule,
        is_corrected=day.correction is not None,
        note=day.correction.note if day.correction else "",
        lunar_day=day.lunar.day,
        lunar_month=day.lunar.month,
        branch=day.branch,
    )
