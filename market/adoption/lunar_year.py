"""When Tết is."""

from datetime import date, timedelta
from functools import cache

from merchants.calendars.lunar import lunar_date


@cache
def tet(year: int) -> date:
    """Return the first day of the lunar year that begins in a Gregorian year."""
    day = date(year, 1, 19)  # in this and the next centuries the earliest is 20 or 21 January
    while lunar_date(day)[:2] != (1, 1):
        day += timedelta(days=1)
    return day
