"""What the measures refuse to tell, and why."""

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from market.adoption.periods import Period


class AdoptionError(ValueError):
    """A figure is asked for that the data, or the rules of disclosure, do not allow."""


class NotMeasuredYet(AdoptionError):
    """Nothing is kept of an older period that nobody published, and measuring it takes too long."""

    def __init__(self, period: "Period") -> None:
        super().__init__(f"{period.label} waits for the night to be measured")
        self.period = period


class NotPublishedBy(AdoptionError):
    """Nothing was published of a period by the end of a day."""

    def __init__(self, period: "Period", on: date) -> None:
        super().__init__(f"nothing was published of {period.label} by {on.isoformat()}")
        self.period, self.on = period, on
