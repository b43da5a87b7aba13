"""Vietnam's public holidays of a year, from dated data and the lunar calendar."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from merchants.calendars.lunar import lunar_date

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class HolidayRules:
    """What ``holidays.toml`` says; its comments explain each kind of row."""

    source: str
    review_by: date
    """The day by which somebody has to read the law and the year's decision again."""
    solar: tuple[tuple[int, int], ...]
    """Month and day."""
    lunar: tuple[tuple[int, int, int, int], ...]
    """Lunar month and day, days before and after that are free too."""
    decided: frozenset[date]


@cache
def holiday_rules() -> HolidayRules:
    """Return the packaged rules."""
    told = tomllib.loads(files("merchants.calendars").joinpath("holidays.toml").read_text("utf-8"))
    return HolidayRules(
        source=told["source"],
        review_by=told["review_by"],
        solar=tuple((row["month"], row["day"]) for row in told["solar"]),
        lunar=tuple(
            (row["month"], row["day"], row["days_before"], row["days_after"])
            for row in told["lunar"]
        ),
        decided=frozenset(day for row in told["decided"] for day in _span(row)),
    )


@cache
def holidays(year: int) -> frozenset[date]:
    """Return the days off of a year, Saturdays and Sundays among them, made-up days included."""
    rules = holiday_rules()
    # Tết may begin in the last days of the year before, in other centuries; a margin costs nothing.
    named = {
        day
        for each in (year - 1, year, year + 1)
        for day in (*_solar(rules, each), *_lunar(rules, each))
    }
    named |= rules.decided
    return frozenset(day for day in _made_up(named) if day.year == year)


def _solar(rules: HolidayRules, year: int) -> list[date]:
    return [date(year, month, day) for month, day in rules.solar]


def _lunar(rules: HolidayRules, year: int) -> list[date]:
    days = []
    for month, number, before, after in rules.lunar:
        first = _solar_day(month, number, year)
        days += [first + timedelta(days=n) for n in range(-before, after + 1)]
    return days


def _solar_day(month: int, number: int, lunar_year: int) -> date:
    """Return the day on which a lunar date falls; in a leap year its regular month, not the leap."""
    day = date(lunar_year, 1, 15)
    while True:
        told = lunar_date(day)
        if told == (number, month, lunar_year, False):
            return day
        day += timedelta(days=1)


def _made_up(named: set[date]) -> set[date]:
    """Return the days off, with a working day for each that falls on Saturday or Sunday."""
    free = set(named)
    for day in sorted(named):
        if day.weekday() >= SATURDAY:
            following = day + timedelta(days=1)
            while following.weekday() >= SATURDAY or following in free:
                following += timedelta(days=1)
            free.add(following)
    return free


def _span(row: dict[str, Any]) -> list[date]:
    length = (row["to_on"] - row["from_on"]).days + 1
    return [row["from_on"] + timedelta(days=n) for n in range(length)]
