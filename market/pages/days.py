"""The day a page is about: the one asked for, else the newest there is something to say of."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Query, Request

from merchants.days import market_day

Day = Annotated[date | None, Query(alias="ngay", description="2026-11-21")]


def month_asked(on: date, today: date) -> str:
    """Return the month of a day as addresses write it; empty for one that has not begun."""
    return f"{on:%Y-%m}" if (on.year, on.month) <= (today.year, today.month) else ""


def now_of(request: Request) -> datetime:
    """Return the application's present instant."""
    now: datetime = request.app.state.now()
    return now


def today_of(request: Request) -> date:
    """Return today's calendar day at the market."""
    return market_day(now_of(request))
