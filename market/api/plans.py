"""Targets for machines, and what is planned for a market."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from market.api.paging import LIMIT, AfterId, Body, Limit, Page, View
from market.api.people import Once
from market.reports.plans import planned_unit
from market.security.errors import ScopeRefused
from market.security.once import earlier_answer, remember_answer
from market.security.principal import Principal
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.campaigns.attainment import VALUE_MILLI_MAX, PlanLine
from merchants.campaigns.target_areas import markets_of_target
from merchants.campaigns.targets import (
    NewTarget,
    TargetEntry,
    list_targets,
    plans_of_markets,
    set_target,
    target_entry,
    withdraw_target,
)
from merchants.campaigns.teams import market_id_of
from merchants.days import market_day
from merchants.errors import EntryRefused
from merchants.kinds import TargetArea, TargetUnit
from merchants.sentences import Sentence

router = APIRouter(prefix="/api/v1", tags=["plans"])

PlanDay = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
MarketCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,8}$")]
Milli = Annotated[int, Field(ge=0, le=VALUE_MILLI_MAX)]
OnDay = Annotated[date | None, Query(alias="on", ge=date(2000, 1, 1), le=date(2199, 12, 31))]


class PlanLineView(View):
    """A planned value; ``*_milli`` are thousandths of the unit, shares in thousandths of a per cent."""

    target_id: int
    indicator: str
    unit: TargetUnit
    value_milli: int
    baseline_milli: int | None
    period_from: date
    period_to: date
    area: TargetArea
    area_code: str
    legal_basis: str
    source: str
    set_on: date
    set_at: datetime


class ExpectedView(PlanLineView):
    """What a market's indicator is measured by, and where the plan's line stands on the day."""

    expected_milli: int


class TargetView(PlanLineView):
    """A target of the list."""

    area_name: str
    market_codes: list[str]
    is_current: bool
    is_withdrawn: bool


class TargetBody(Body):
    """A target to be set.

    ``supersedes`` is the number of the target that counts in the same slot (indicator, area and
    period), ``null`` = there is none; anything else is refused with 409.
    """

    indicator: Annotated[str, Field(max_length=20)]
    area: TargetArea
    area_code: Annotated[str, Field(pattern=r"^[A-Za-z0-9/_-]{1,40}$")]
    period_from: PlanDay
    period_to: PlanDay
    value_milli: Milli
    baseline_milli: Milli | None = None
    legal_basis: Annotated[str, Field(max_length=200)]
    source: Annotated[str, Field(max_length=200)] = ""
    set_on: PlanDay
    supersedes: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class ReasonBody(Body):
    """Why."""

    reason: Annotated[str, Field(max_length=200)]


@router.get("/targets")
def targets(
    request: Request,
    session: Reading,
    caller: Caller,
    after: AfterId = None,
    limit: Limit = LIMIT,
    indicator: Annotated[str, Query(pattern=r"^[A-Za-z0-9._]{0,20}$")] = "",
    market: Annotated[str | None, Query(pattern=r"^[A-Z0-9]{1,8}$")] = None,
    *,
    history: bool = False,
) -> Page[TargetView]:
    """Return the targets measured in the caller's markets, in the order they were set.

    Only those that count, unless ``history`` asks for superseded and withdrawn ones too.
    """
    seen = caller.market_codes
    if market is not None:
        seen = frozenset({market}) & (frozenset({market}) if seen is None else seen)
    found = list_targets(
        session, on=_today(request), market_codes=seen, indicator=indicator, with_history=history
    )
    found = sorted(found, key=lambda entry: entry.plan.target_id)
    rest = [entry for entry in found if entry.plan.target_id > (after or 0)]
    items = [_target_view(entry) for entry in rest[:limit]]
    return Page(items=items, next=str(items[-1].target_id) if len(rest) > limit else None)


@router.post("/targets", status_code=201)
def make_target(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    body: TargetBody,
    once: Once = "",
) -> TargetView:
    """Set a target; the one it supersedes stays in the history."""
    content = f"api-target|{body.model_dump_json()}"
    earlier = earlier_answer(session, caller, once, content)
    if earlier is None:
        unit = planned_unit(body.indicator)
        if unit is None:
            raise EntryRefused(
                {"indicator": Sentence("Không có chỉ số “{indicator}”", indicator=body.indicator)}
            )
        _check_scope(caller, markets_of_target(session, body.area, body.area_code, _today(request)))
        told = body.model_dump(exclude={"supersedes"})
        row = set_target(
            session,
            NewTarget(unit=unit, **told),
            actor=caller.actor,
            now=request.app.state.now(),
            supersedes=body.supersedes,
        )
        earlier = f"/api/v1/targets/{row.id}"
        remember_answer(session, caller, once, content, earlier, request.app.state.now())
    response.headers["Location"] = earlier
    return _target_view(target_entry(session, _last_number(earlier), on=_today(request)))


@router.get("/targets/{target_id}")
def target(request: Request, session: Reading, caller: Caller, target_id: RowId) -> TargetView:
    """Return one target, superseded or not."""
    entry = target_entry(session, target_id, on=_today(request))
    if caller.market_codes is not None and not entry.market_codes & caller.market_codes:
        raise ScopeRefused
    return _target_view(entry)


@router.post("/targets/{target_id}/withdrawal", status_code=201)
def withdraw(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    target_id: RowId,
    body: ReasonBody,
) -> TargetView:
    """Say that a target no longer holds; the row that says so is returned."""
    today = _today(request)
    _check_scope(caller, target_entry(session, target_id, on=today).market_codes)
    row = withdraw_target(
        session,
        target_id,
        reason=body.reason,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    assert row.id is not None
    response.headers["Location"] = f"/api/v1/targets/{row.id}"
    return _target_view(target_entry(session, row.id, on=today))


@router.get("/markets/{market_code}/plan")
def plan(
    request: Request, session: Reading, market_code: str, on: OnDay = None
) -> Page[ExpectedView]:
    """Return what a market's indicators are measured by on a day, today unless asked."""
    market_id_of(session, market_code)
    day = on or _today(request)
    plans = plans_of_markets(session, [market_code], day)
    items = [
        ExpectedView(**_plan_values(line), expected_milli=line.expected_milli(day))
        for line in sorted(plans.values(), key=lambda line: line.indicator)
    ]
    return Page(items=items, next=None)


def _today(request: Request) -> date:
    return market_day(request.app.state.now())


def _last_number(location: str) -> int:
    return int(location.rpartition("/")[2])


def _check_scope(caller: Principal, market_codes: frozenset[str]) -> None:
    """Refuse when a market behind a target lies outside the scope of whoever sets it."""
    if caller.market_codes is not None and not (
        market_codes and market_codes <= caller.market_codes
    ):
        raise ScopeRefused


def _plan_values(line: PlanLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in PlanLineView.model_fields}


def _target_view(entry: TargetEntry) -> TargetView:
    return TargetView(
        **_plan_values(entry.plan),
        area_name=entry.area_name,
        market_codes=sorted(entry.market_codes),
        is_current=entry.is_current,
        is_withdrawn=entry.is_withdrawn,
    )
