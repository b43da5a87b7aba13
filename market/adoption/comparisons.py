"""Comparisons that calendars do not spoil: same weekdays, same number of openings, Tết beside Tết.

Source: domain.md 11.6. A weekly market has four or five openings a month, a daily one thirty, and
Tết falls into January or February. So days are matched before their figures are.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import pandas as pd

from market.adoption.frames import within
from market.adoption.indicator import Window
from market.adoption.lunar_year import tet
from merchants.calendars.holidays import holidays


def tet_aligned(window: Window, years_back: int = 1) -> Window:
    """Return the window of an earlier year that lies as many weeks from its Tết, weekday by weekday.

    The Tết is the one nearest to the middle of the window.
    """
    middle = window.first + (window.last - window.first) / 2
    year = min(range(middle.year - 1, middle.year + 2), key=lambda each: abs(tet(each) - middle))
    back = _monday(tet(year)) - _monday(tet(year - years_back))
    return Window(window.first - back, window.last - back)


def holidays_in(window: Window) -> set[date]:
    """Return the holidays of a window."""
    days = (window.first + timedelta(days=ahead) for ahead in range(window.days))
    return {day for day in days if day in holidays(day.year)}


@dataclass(frozen=True, slots=True)
class MatchedDays:
    """Market days of two windows that can be compared: ``market_id, day_on``, one row a day."""

    now: pd.DataFrame
    then: pd.DataFrame

    @property
    def market_ids(self) -> list[int]:
        """Return the markets that have days on both sides."""
        return sorted(self.now["market_id"].unique().tolist())


def matched_days(
    market_days: pd.DataFrame, now: Window, then: Window, *, left_out: Collection[date] = ()
) -> MatchedDays:
    """Return for each market as many openings of each weekday on both sides, the first of each.

    Days ``left_out`` (holidays) are on neither side. A market without a common weekday is
    left out, and with it its figures: only markets present in both windows are compared.

    Args:
        market_days: ``market_id, day_on`` of open, closed days, each once, without those on which a
            market was disturbed (a flood, a storm).
    """
    skipped = pd.to_datetime(pd.Series(sorted(left_out), dtype="datetime64[s]"))
    usable = market_days[~market_days["day_on"].isin(skipped)].sort_values(["market_id", "day_on"])
    sides = []
    for window in (now, then):
        side = usable[within(usable["day_on"], window)].copy()
        side["weekday"] = side["day_on"].dt.day_of_week
        side["nth"] = side.groupby(["market_id", "weekday"]).cumcount()
        sides.append(side)
    keys = ["market_id", "weekday", "nth"]
    common = sides[0][keys].merge(sides[1][keys], on=keys, validate="one_to_one")
    matched = [side.merge(common, on=keys, validate="one_to_one") for side in sides]
    return MatchedDays(*(each[["market_id", "day_on"]] for each in matched))


@dataclass(frozen=True, slots=True)
class Growth:
    """A sum of two windows, of all markets and of those present in both."""

    now: int
    then: int
    matched_now: int
    matched_then: int
    matched_markets: tuple[int, ...]
    opened: tuple[int, ...]
    """Markets with figures now only."""
    closed: tuple[int, ...]
    """Markets with figures then only."""

    @property
    def raw(self) -> Fraction | None:
        """Return the growth of everything; ``None`` where there was nothing."""
        return Fraction(self.now - self.then, self.then) if self.then else None

    @property
    def matched(self) -> Fraction | None:
        """Return the growth of the markets present in both windows; ``None`` where there was nothing."""
        if not self.matched_then:
            return None
        return Fraction(self.matched_now - self.matched_then, self.matched_then)


def growth(now: Mapping[int, int], then: Mapping[int, int]) -> Growth:
    """Return raw and matched-market growth of a sum.

    Args:
        now: by market present in the window, also with 0; a market that is not there was not open,
            or nobody closed its books.
        then: the same of the window compared with.
    """
    both = now.keys() & then.keys()
    return Growth(
        now=sum(now.values()),
        then=sum(then.values()),
        matched_now=sum(now[market] for market in both),
        matched_then=sum(then[market] for market in both),
        matched_markets=tuple(sorted(both)),
        opened=tuple(sorted(now.keys() - both)),
        closed=tuple(sorted(then.keys() - both)),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
