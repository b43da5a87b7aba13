"""What holds from a day on: put a new period among those known so that no day has two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from and to which something holds, both included; ``to_on`` ``None`` = still."""

    from_on: date
    to_on: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether the day lies in the period."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)

    def meets(self, other: "Period") -> bool:
        """Return whether some day lies in both."""
        return (self.to_on is None or other.from_on <= self.to_on) and (
            other.to_on is None or self.from_on <= other.to_on
        )


def make_room(known: Sequence[Period], new: Period) -> list[Period | None]:
    """Return what is left of each known period once a new one holds; ``None`` = nothing.

    The new period wins on all its days. One that lies within a known period cuts it at its first
    day, and what came after its last day is not taken up again: whoever says "from then to then"
    says what follows, too.
    """
    left: list[Period | None] = []
    for period in known:
        if not period.meets(new):
            left.append(period)
        elif period.from_on < new.from_on:
            left.append(Period(period.from_on, new.from_on - _ONE_DAY))
        elif new.to_on is not None and (period.to_on is None or period.to_on > new.to_on):
            left.append(Period(new.to_on + _ONE_DAY, period.to_on))
        else:
            left.append(None)
    return left
