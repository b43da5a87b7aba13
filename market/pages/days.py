"""The day a page is about: the one asked for, else the newest there is something to say of."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Query, Request

from merchants.days import market_day

Day = Annotated[date | None, Query(alias="ngay", description="2026-11-21")]


def now_of(request: Request) -> datetime:
    """Return the application's present instant."""
    now: datetime = request.app.state.now()
    return now


def today_of(request: Request) -> date:
    """Return today's calendar day at the market."""
    return market_day(now_of(request))
