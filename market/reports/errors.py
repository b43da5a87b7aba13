"""Why a period cannot be read: nobody published it by then, or the night has not measured it yet."""

from datetime import date

from market.adoption.errors import AdoptionError
from market.adoption.periods import Period


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
