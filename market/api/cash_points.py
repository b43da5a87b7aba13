"""Where vendors of a market pay cash in or draw it, for machines."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlmodel import Session

from market.api.paging import Body, View
from market.api.people import Once
from market.api.plans import PlanDay
from market.security.once import earlier_answer, remember_answer
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.days import market_day
from merchants.find import find_market
from merchants.kinds import CashPointKind, CashService
from merchants.markets.cash_points import (
    HOURS_CHARS_MAX,
    NAME_CHARS_MAX,
    PLACE_CHARS_MAX,
    PROVIDER_CHARS_MAX,
    NewCashPoint,
    add_cash_point,
    cash_points_of,
    close_cash_point,
    find_cash_point,
    remove_cash_point,
    say_no_cash_points,
)

router = APIRouter(prefix="/api/v1/markets/{market_code}/cash-points", tags=["places"])


class CashPointView(View):
    """A place for cash; ``to_on`` is the last day it served, ``null`` = still."""

    id: int
    kind: CashPointKind
    service: CashService
    provider: str
    name: str
    place: str
    hours: str
    from_on: date
    to_on: date | None
    added_at: datetime
    added_by: str


class CashPointsView(View):
    """A market's directory today: those that serve by name, then those that closed."""

    is_known: bool
    """False = nobody wrote a point down or looked for one, which is not the same as none."""
    none_on: date | None
    """The first day somebody looked and found none."""
    items: list[CashPointView]


class CashPointBody(Body):
    """A place to be added; numbers to call are refused."""

    kind: CashPointKind
    service: CashService
    provider: Annotated[str, Field(max_length=PROVIDER_CHARS_MAX)]
    name: Annotated[str, Field(max_length=NAME_CHARS_MAX)]
    place: Annotated[str, Field(max_length=PLACE_CHARS_MAX)] = ""
    hours: Annotated[str, Field(max_length=HOURS_CHARS_MAX)] = ""
    from_on: PlanDay


class LastDayBody(Body):
    """The last day a place served."""

    to_on: PlanDay


class NoneBody(Body):
    """The day somebody looked and found none; ``null`` = nobody did."""

    on: PlanDay | None


@router.get("")
def cash_points(request: Request, session: Reading, market_code: str) -> CashPointsView:
    """Return a market's directory; it is short, so it always comes whole."""
    return _directory(request, session, market_code)


@router.post("", status_code=201)
def make_cash_point(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: CashPointBody,
    once: Once = "",
) -> CashPointView:
    """Add a place."""
    content = f"api-cash-point|{market_code}|{body.model_dump_json()}"
    location = earlier_answer(session, caller, once, content)
    if location is None:
        now = request.app.state.now()
        new = NewCashPoint(**body.model_dump())
        row = add_cash_point(session, market_code, new, actor=caller.actor, now=now)
        location = f"/api/v1/markets/{market_code}/cash-points/{row.id}"
        remember_answer(session, caller, once, content, location, now)
    response.headers["Location"] = location
    return _one(session, market_code, int(location.rpartition("/")[2]))


@router.put("/none")
def no_cash_points(
    request: Request, session: Writing, caller: Caller, market_code: str, body: NoneBody
) -> CashPointsView:
    """Say that somebody looked on a day and found none; of several days the first is kept."""
    now = request.app.state.now()
    say_no_cash_points(session, market_code, body.on, actor=caller.actor, now=now)
    return _directory(request, session, market_code)


@router.get("/{cash_point_id}")
def cash_point(session: Reading, market_code: str, cash_point_id: RowId) -> CashPointView:
    """Return one place."""
    return _one(session, market_code, cash_point_id)


@router.post("/{cash_point_id}/close")
def end_cash_point(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    cash_point_id: RowId,
    body: LastDayBody,
) -> CashPointView:
    """Say on which day a place served last; the last word counts."""
    close_cash_point(
        session,
        market_code,
        cash_point_id,
        to_on=body.to_on,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    return _one(session, market_code, cash_point_id)


@router.delete("/{cash_point_id}", status_code=204)
def drop_cash_point(
    request: Request, session: Writing, caller: Caller, market_code: str, cash_point_id: RowId
) -> None:
    """Take out a place that never was; one that closed is told its last day instead."""
    now = request.app.state.now()
    remove_cash_point(session, market_code, cash_point_id, actor=caller.actor, now=now)


def _directory(request: Request, session: Session, market_code: str) -> CashPointsView:
    market = find_market(session, market_code)
    found = cash_points_of(session, market, market_day(request.app.state.now()))
    return CashPointsView(
        is_known=found.is_known,
        none_on=found.none_on,
        items=[CashPointView(**asdict(one)) for one in (*found.open, *found.closed)],
    )


def _one(session: Session, market_code: str, cash_point_id: int) -> CashPointView:
    row = find_cash_point(session, market_code, cash_point_id)
    return CashPointView(**row.model_dump(exclude={"market_id"}))
