"""The days a page speaks of: those asked for, else the month so far."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Query

# Days beyond are asked for by slips of the hand.
_EARLIEST, _LATEST = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class AskedSpan:
    """What was asked for; either end may be missing."""

    first: date | None
    last: date | None


def _asked(
    tu: Annotated[date | None, Query(ge=_EARLIEST, le=_LATEST)] = None,
    den: Annotated[date | None, Query(ge=_EARLIEST, le=_LATEST)] = None,
) -> AskedSpan:
    return AskedSpan(tu, den)


Span = Annotated[AskedSpan, Depends(_asked)]


def span_of(asked: AskedSpan, today: date) -> tuple[date, date]:
    """Return first and last day, in this order whatever was asked; a missing end is the month's."""
    first = asked.first or (asked.last or today).replace(day=1)
    last = asked.last or first.replace(day=monthrange(first.year, first.month)[1])
    return min(first, last), max(first, last)
