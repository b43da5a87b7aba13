"""On which days a market opens: daily, by weekday, by lunar day, by branch day, or by a list.

Rules are dated; where several hold on one day the market is open when any of them says so, and the
manager's correction of a single day beats them all. Source: domain.md section 5.

``params`` is one ``name=value|value`` text:

- ``daily``: empty
- ``weekly``: ``weekdays=3|7``, ISO numbers, 1 = Monday, 7 = Sunday
- ``lunar_day``: ``days=3|8|13``, days of the Vietnamese lunar month, 1 to 30
- ``branch_day``: ``branches=Thân|Dần`` or ``branches=8|2``, 0 = Tý
- ``explicit``: ``dates=2026-09-02|2026-12-31``
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from merchants.calendars.lunar import LunarDate, julian_day_number, lunar_date
from merchants.errors import CalendarRuleRefused
from merchants.kinds import CalendarRule
from qr.text import fold_to_ascii

__all__ = [
    "BRANCHES",
    "CalendarRuleSpan",
    "LunarDate",
    "branch_index",
    "check_rule",
    "is_open_on",
    "lunar_date",
    "open_days",
]

BRANCHES = ("Tý", "Sửu", "Dần", "Mão", "Thìn", "Tỵ", "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi")
"""The twelve branches (địa chi), by index."""

# Tý (0) and Tỵ (5) are the same word once their marks are gone, so only these go by folded name.
_FOLDED_BRANCHES = {
    fold_to_ascii(name): index for index, name in enumerate(BRANCHES) if index not in {0, 5}
} | {"MEO": 3}


@dataclass(frozen=True, slots=True)
class CalendarRuleSpan:
    """A rule and the days it holds for, both ends included; ``valid_to`` ``None`` = still."""

    rule_type: CalendarRule
    params: str
    valid_from: date
    valid_to: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether the rule holds on the day, whatever it says about it."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def is_open_on(
    rules: Sequence[CalendarRuleSpan], corrections: Mapping[date, bool], day: date
) -> bool:
    """Return whether the market opens on the day.

    Raises:
        CalendarRuleRefused: a rule that holds on the day has parameters that cannot be read.
    """
    if day in corrections:
        return corrections[day]
    return any(rule.covers(day) and _day_test(rule.rule_type, rule.params)(day) for rule in rules)


def open_days(
    rules: Sequence[CalendarRuleSpan], corrections: Mapping[date, bool], first: date, last: date
) -> list[date]:
    """Return the open days from ``first`` to ``last``, both included, in order."""
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return [day for day in days if is_open_on(rules, corrections, day)]


def branch_index(day: date) -> int:
    """Return the branch of a day: 0 = Tý … 11 = Hợi; 1 January 2000 is 6, Ngọ."""
    return (julian_day_number(day) + 1) % 12


def check_rule(rule_type: CalendarRule, params: str) -> None:
    """Accept a rule whose parameters can be read.

    Raises:
        CalendarRuleRefused: they cannot; the reason names the value and what is allowed.
    """
    _day_test(rule_type, params)


@lru_cache(maxsize=1024)
def _day_test(rule_type: CalendarRule, params: str) -> Callable[[date], bool]:
    if rule_type is CalendarRule.DAILY:
        if params.strip():
            raise CalendarRuleRefused(rule_type, params, "a daily market takes no params")
        return lambda _day: True
    name, read, test = _RULES[rule_type]
    try:
        wanted = frozenset(read(value) for value in _values(name, params))
    except ValueError as refusal:
        raise CalendarRuleRefused(rule_type, params, str(refusal)) from None
    return lambda day: test(day) in wanted


def _values(name: str, params: str) -> list[str]:
    given, equals, listed = params.partition("=")
    if not equals or given.strip() != name:
        raise ValueError(f"expected {name}=…")
    values = [value.strip() for value in listed.split("|")]
    if "" in values:
        raise ValueError(f"{name} has an empty value")
    if len(set(values)) < len(values):
        raise ValueError(f"{name} names a value twice")
    return values


def _number(text: str, *, first: int, last: int, what: str) -> int:
    if not (text.isascii() and text.isdigit()) or not first <= int(text) <= last:
        raise ValueError(f"{text!r} is no {what}, expected {first} to {last}")
    return int(text)


def _weekday(text: str) -> int:
    return _number(text, first=1, last=7, what="ISO weekday")


def _lunar_day(text: str) -> int:
    return _number(text, first=1, last=30, what="day of a lunar month")


def _branch(text: str) -> int:
    if text.isascii() and text.isdigit():
        return _number(text, first=0, last=11, what="branch")
    spelled = text.casefold()
    for index, name in enumerate(BRANCHES):
        if spelled == name.casefold():
            return index
    if spelled == "tị":  # the other accepted spelling of Tỵ
        return 5
    if (folded := fold_to_ascii(text)) in _FOLDED_BRANCHES:
        return _FOLDED_BRANCHES[folded]
    raise ValueError(f"{text!r} is no branch, expected Tý to Hợi or 0 to 11")


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date, expected YYYY-MM-DD") from None
    if day.isoformat() != text:
        raise ValueError(f"{text!r} is no date, expected YYYY-MM-DD")
    return day


def _same_day(day: date) -> date:
    return day


def _day_of_lunar_month(day: date) -> int:
    return lunar_date(day).day


_RULES: dict[CalendarRule, tuple[str, Callable[[str], object], Callable[[date], object]]] = {
    CalendarRule.WEEKLY: ("weekdays", _weekday, date.isoweekday),
    CalendarRule.LUNAR_DAY: ("days", _lunar_day, _day_of_lunar_month),
    CalendarRule.BRANCH_DAY: ("branches", _branch, branch_index),
    CalendarRule.EXPLICIT: ("dates", _date, _same_day),
}
