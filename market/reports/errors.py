"""Why a period cannot be read or published: not begun, not measured, not published, or not of a place."""

from collections.abc import Sequence
from datetime import date

from market.adoption.errors import AdoptionError
from market.adoption.periods import Period


class PeriodNotBegun(AdoptionError):
    """The first day of a period has not come: nobody can tell anything of it."""

    def __init__(self, period: Period) -> None:
        super().__init__(f"{period.label} begins on {period.window.first.isoformat()}")
        self.period = period


def check_begun(period: Period, on: date) -> None:
    """Refuse a period that has not begun by a day.

    Raises:
        PeriodNotBegun: its first day is later.
    """
    if period.window.first > on:
        raise PeriodNotBegun(period)


class NoMarketInPeriod(AdoptionError):
    """No market had opened by the end of a period: there is nothing of which anything could be told."""

    def __init__(self, period: Period) -> None:
        super().__init__(f"no market had opened by {period.window.last.isoformat()}")
        self.period = period


class MonthsNotPublished(AdoptionError):
    """A quarter or a year would tell months that were not published by then."""

    def __init__(self, period: Period, months: Sequence[Period]) -> None:
        labels = ", ".join(month.label for month in months)
        super().__init__(f"{period.label} waits for {labels}")
        self.period, self.months = period, tuple(months)


class NotMeasuredYet(AdoptionError):
    """Nothing is kept of an older period that nobody published, and measuring it takes too long."""

    def __init__(self, period: Period) -> None:
        super().__init__(f"{period.label} waits for the night to be measured")
        self.period = period


class NotPublishedBy(AdoptionError):
    """Nothing was published of a period by the end of a day.

    Args:
        first_on: the day of its first edition; ``None`` = there is none at all.
    """

    def __init__(self, period: Period, on: date, first_on: date | None) -> None:
        since = f"; its first edition is of {first_on.isoformat()}" if first_on else ""
        super().__init__(f"nothing was published of {period.label} by {on.isoformat()}{since}")
        self.period, self.on, self.first_on = period, on, first_on


class DayNotCome(AdoptionError):
    """Figures were asked for as of a day that has not come: what will be known by then, nobody knows."""

    def __init__(self, period: Period, on: date, today: date) -> None:
        super().__init__(f"{on.isoformat()} has not come: today is {today.isoformat()}")
        self.period, self.on, self.today = period, on, today


def check_come(period: Period, on: date, today: date) -> None:
    """Refuse to read a period as of a day after today.

    Raises:
        DayNotCome: the day is later.
    """
    if on > today:
        raise DayNotCome(period, on, today)


class PlaceNotInPeriod(AdoptionError):
    """What is told of a period was made before a market was registered, or an area had its markets.

    Args:
        version: of the edition that is told; ``None`` = it was kept by a night and not published.
    """

    def __init__(
        self, period: Period, code: str, name: str, *, is_market: bool, version: int | None
    ) -> None:
        told = f"edition {version}" if version else "what is kept"
        super().__init__(f"{told} of {period.label} was made before {name} ({code}) was in it")
        self.period, self.code, self.name = period, code, name
        self.is_market, self.version = is_market, version
