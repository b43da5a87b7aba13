"""The Vietnamese lunar calendar, reckoned for the meridian of Hà Nội (UTC+7).

Months begin on the day of the new moon, the eleventh month holds the winter solstice, and of
thirteen months between two solstices the first without a major solar term is the leap month.
Reckoned for UTC+8 the same rules give the Chinese calendar, which differs now and then: Tết of
1985, 2007 and 2030 fell or falls on another day.

Source: Hồ Ngọc Đức, "Computing the Vietnamese lunar calendar" (the rules, the meridian and the
series chosen); the series are Jean Meeus's: phases of the moon, main terms, from "Astronomical
Formulae for Calculators", and the sun's low-accuracy position from "Astronomical Algorithms".
They err by a few minutes: a new moon that close to midnight could fall on the wrong day. Leap
months of 1982-2033 and Tết of 1984-2030 agree with published calendars (tests). Written anew.
"""

import math
from bisect import bisect_right
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from merchants.errors import LunarDateOutOfRange

YEAR_MIN, YEAR_MAX = 1900, 2199
"""Gregorian years the short series below are meant for."""

_UTC_OFFSET_DAYS = 7 / 24
_JDN_OF_ORDINAL_0 = 1721425
_FIRST_NEW_MOON = 2415021.076998695  # of the year 1900, Julian ephemeris day
_MONTH_DAYS = 29.530588853
_J2000 = 2451545.0
_CENTURY_DAYS = 36525.0


class LunarDate(NamedTuple):
    """A day of the Vietnamese lunar calendar; months 1 to 12, a leap month repeats its number."""

    day: int
    month: int
    year: int
    is_leap_month: bool


class _Month(NamedTuple):
    first_jdn: int
    number: int
    year: int
    is_leap: bool


def lunar_date(day: date) -> LunarDate:
    """Return the Vietnamese lunar date of a Gregorian day.

    Raises:
        LunarDateOutOfRange: the year is not in ``YEAR_MIN`` … ``YEAR_MAX``.
    """
    if not YEAR_MIN <= day.year <= YEAR_MAX:
        raise LunarDateOutOfRange(day, YEAR_MIN, YEAR_MAX)
    jdn = julian_day_number(day)
    months = _months_between_solstices(day.year)
    if jdn >= _eleventh_month_start(day.year):
        months = _months_between_solstices(day.year + 1)
    month = months[bisect_right(months, jdn, key=lambda each: each.first_jdn) - 1]
    return LunarDate(jdn - month.first_jdn + 1, month.number, month.year, month.is_leap)


def julian_day_number(day: date) -> int:
    """Return the Julian day number of a calendar day: 2451545 for 1 January 2000."""
    return day.toordinal() + _JDN_OF_ORDINAL_0


@lru_cache(maxsize=512)
def _months_between_solstices(year: int) -> tuple[_Month, ...]:
    """Return the months from the eleventh of lunar year - 1 up to, without, the eleventh of year."""
    first, following = _eleventh_month_start(year - 1), _eleventh_month_start(year)
    index = _new_moon_index(first)
    starts = [_new_moon_day(index + ordinal) for ordinal in range(14)]
    starts = starts[: starts.index(following) + 1]
    leap_at = _leap_position(starts) if len(starts) == 14 else None
    months = []
    for position, start in enumerate(starts[:-1]):
        is_leap = position == leap_at
        passed = position - (leap_at is not None and position >= leap_at)
        number = (10 + passed) % 12 + 1
        months.append(_Month(start, number, year - (number >= 11 and passed < 2), is_leap))
    return tuple(months)


def _leap_position(starts: list[int]) -> int:
    """Return which of thirteen months is the first without a major solar term."""
    for position in range(1, 13):
        if _solar_sector(starts[position]) == _solar_sector(starts[position + 1]):
            return position
    raise AssertionError(f"thirteen months from {starts[0]} without a leap month")


@lru_cache(maxsize=512)
def _eleventh_month_start(year: int) -> int:
    """Return the first day of the lunar month that holds the winter solstice of the year."""
    index = _new_moon_index(julian_day_number(date(year, 12, 31)))
    start = _new_moon_day(index)
    # Sector 9 begins at 270 degrees: begun on this day already, the solstice fell a month earlier.
    return _new_moon_day(index - 1) if _solar_sector(start) >= 9 else start


def _new_moon_index(jdn: int) -> int:
    """Return the index of the last new moon that falls on or before the day, 0 in early 1900."""
    index = int((jdn - _FIRST_NEW_MOON) / _MONTH_DAYS) + 1
    while _new_moon_day(index) > jdn:
        index -= 1
    return index


@lru_cache(maxsize=8192)
def _new_moon_day(index: int) -> int:
    """Return the day on which a new moon falls, in UTC+7."""
    t = index / 1236.85
    mean = (
        2415020.75933
        + 29.53058868 * index
        + 0.0001178 * t**2
        - 0.000000155 * t**3
        + 0.00033 * _sin(166.56 + 132.87 * t - 0.009173 * t**2)
    )
    sun = 359.2242 + 29.10535608 * index - 0.0000333 * t**2 - 0.00000347 * t**3
    moon = 306.0253 + 385.81691806 * index + 0.0107306 * t**2 + 0.00001236 * t**3
    latitude = 21.2964 + 390.67050646 * index - 0.0016528 * t**2 - 0.00000239 * t**3
    correction = (
        (0.1734 - 0.000393 * t) * _sin(sun)
        + 0.0021 * _sin(2 * sun)
        - 0.4068 * _sin(moon)
        + 0.0161 * _sin(2 * moon)
        - 0.0004 * _sin(3 * moon)
        + 0.0104 * _sin(2 * latitude)
        - 0.0051 * _sin(sun + moon)
        - 0.0074 * _sin(sun - moon)
        + 0.0004 * _sin(2 * latitude + sun)
        - 0.0004 * _sin(2 * latitude - sun)
        - 0.0006 * _sin(2 * latitude + moon)
        + 0.0010 * _sin(2 * latitude - moon)
        + 0.0005 * _sin(2 * moon + sun)
    )
    delta_t = -0.000278 + 0.000265 * t + 0.000262 * t**2
    return math.floor(mean + correction - delta_t + 0.5 + _UTC_OFFSET_DAYS)


def _solar_sector(jdn: int) -> int:
    """Return which twelfth of its path the sun is in at local midnight: 0 from the March equinox."""
    t = (jdn - 0.5 - _UTC_OFFSET_DAYS - _J2000) / _CENTURY_DAYS
    anomaly = 357.52910 + 35999.05030 * t - 0.0001559 * t**2 - 0.00000048 * t**3
    mean = 280.46645 + 36000.76983 * t + 0.0003032 * t**2
    centre = (
        (1.914600 - 0.004817 * t - 0.000014 * t**2) * _sin(anomaly)
        + (0.019993 - 0.000101 * t) * _sin(2 * anomaly)
        + 0.000290 * _sin(3 * anomaly)
    )
    # The apparent longitude: aberration and the main term of nutation.
    longitude = mean + centre - 0.00569 - 0.00478 * _sin(125.04 - 1934.136 * t)
    return int(longitude % 360 // 30)


def _sin(degrees: float) -> float:
    return math.sin(math.radians(degrees))
