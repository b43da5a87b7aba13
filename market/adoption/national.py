"""How much QR payments of the whole country grew, as the State Bank tells it, beside a period of ours.

Another series than ours: see the definition each row names. Source: domain.md 11.1, 13.1.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from market.adoption.periods import Period, Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalGrowth:
    """Growth of a span against the same span a year before; shares of one."""

    definition: str
    """A row of the dictionary."""
    first: date
    last: date
    count: float
    value: float
    source: str


@cache
def national_growths() -> tuple[NationalGrowth, ...]:
    """Return all that are known, by the day they end on."""
    told = files("market.adoption").joinpath("national_growth.toml").read_text(encoding="utf-8")
    rows = [NationalGrowth(**row) for row in tomllib.loads(told)["growth"]]
    return tuple(sorted(rows, key=lambda one: (one.last, one.first)))


def same_period(
    period: Period, known: Sequence[NationalGrowth] | None = None
) -> NationalGrowth | None:
    """Return the growth of a period; ``None`` = nobody told it.

    A year that is cut off on the 14th stands beside the calendar year of its name: the country is
    told by no other.
    """
    window = Period(period.first_month, period.length, Scheme.CALENDAR).window
    rows = national_growths() if known is None else known
    return next((one for one in rows if (one.first, one.last) == (window.first, window.last)), None)


def newest_before(
    last: date, known: Sequence[NationalGrowth] | None = None
) -> NationalGrowth | None:
    """Return the newest growth of days up to one; ``None`` = there is none."""
    rows = national_growths() if known is None else known
    return next((one for one in reversed(rows) if one.last <= last), None)
