"""Reporting periods: months, quarters and years, by the calendar or by the administrative cut-off.

State periodic reports are cut off on the 14th: a month runs from the 15th of the month before to the
14th, a quarter from the 15th of the month before it to the 14th of its last month, a year from
15 December to 14 December. The cut-offs nest: three months are their quarter, four quarters their
year. Source: domain.md 11.6 (NĐ 09/2019/NĐ-CP).
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from market.adoption.errors import PeriodNotReadable
from market.adoption.indicator import Window

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_FIRST_DAY_15_14 = 15
LABEL = r"2[0-9]{3}(-(0[1-9]|1[0-2])|-Q[1-4])?"
"""What ``Period.read`` reads: before 2000 no market was on any list, and days end with year 9999."""
_LABEL = re.compile(LABEL)


class Scheme(StrEnum):
    """Where a period is cut off."""

    CALENDAR = "calendar"
    ADMIN_15_14 = "admin_15_14"


class Length(StrEnum):
    """How long a period is; a quarter is three months, a year twelve."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {Length.MONTH: 1, Length.QUARTER: 3, Length.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month, quarter or year of one scheme.

    Args:
        first_month: the number of its first month, counted from year 0 (``year * 12 + month - 1``).
    """

    first_month: int
    length: Length
    scheme: Scheme = Scheme.CALENDAR

    @classmethod
    def read(cls, label: str, scheme: Scheme = Scheme.CALENDAR) -> "Period":
        """Return the period a label names: ``2026-10``, ``2026-Q4`` or ``2026``.

        Raises:
            PeriodNotReadable: the label is none of these, or of no year from 2000 to 2999.
        """
        if _LABEL.fullmatch(label) is None:
            raise PeriodNotReadable(label)
        year, _, part = label.partition("-")
        first = int(year) * 12
        if part.startswith("Q"):
            return cls(first + 3 * (int(part[1:]) - 1), Length.QUARTER, scheme)
        if part:
            return cls(first + int(part) - 1, Length.MONTH, scheme)
        return cls(first, Length.YEAR, scheme)

    @classmethod
    def holding(cls, day: date, length: Length, scheme: Scheme = Scheme.CALENDAR) -> "Period":
        """Return the period of the given length in which a day lies."""
        month = day.year * 12 + day.month - 1
        if scheme is Scheme.ADMIN_15_14 and day.day >= _FIRST_DAY_15_14:
            month += 1
        return cls(month - month % MONTHS[length], length, scheme)

    @property
    def label(self) -> str:
        """Return what ``read`` reads."""
        year, month = divmod(self.first_month, 12)
        if self.length is Length.YEAR:
            return f"{year:04}"
        if self.length is Length.QUARTER:
            return f"{year:04}-Q{month // 3 + 1}"
        return f"{year:04}-{month + 1:02}"

    @property
    def window(self) -> Window:
        """Return the days of the period."""
        following = _first_day(self.first_month + MONTHS[self.length], self.scheme)
        return Window(_first_day(self.first_month, self.scheme), following - timedelta(days=1))

    @property
    def months(self) -> "tuple[Period, ...]":
        """Return the months the period is made of."""
        return tuple(
            Period(self.first_month + number, Length.MONTH, self.scheme)
            for number in range(MONTHS[self.length])
        )

    def moved(self, periods: int) -> "Period":
        """Return the period so many periods of the same length later; before, for less than 0."""
        return Period(self.first_month + periods * MONTHS[self.length], self.length, self.scheme)

    def previous(self) -> "Period":
        """Return the period just before."""
        return self.moved(-1)

    def year_before(self) -> "Period":
        """Return the same period of the year before."""
        return Period(self.first_month - 12, self.length, self.scheme)


def month_numbers(days: "pd.Series", scheme: Scheme = Scheme.CALENDAR) -> "np.ndarray":
    """Return for each day the number of the month it belongs to (int64), as ``Period.first_month``."""
    months: np.ndarray = days.dt.year.to_numpy("int64") * 12 + days.dt.month.to_numpy("int64") - 1
    if scheme is Scheme.ADMIN_15_14:
        months = months + (days.dt.day.to_numpy("int64") >= _FIRST_DAY_15_14)
    return months


def _first_day(month: int, scheme: Scheme) -> date:
    if scheme is Scheme.ADMIN_15_14:
        year, before = divmod(month - 1, 12)
        return date(year, before + 1, _FIRST_DAY_15_14)
    year, own = divmod(month, 12)
    return date(year, own + 1, 1)
