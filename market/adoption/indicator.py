"""One figure with everything a reader needs to judge it."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from market.adoption.bounds import Bounds
from market.adoption.definitions import (
    ACTIVE_WINDOW_DAYS,
    DICTIONARY,
    DORMANT_DAYS,
    Definition,
    Unit,
)
from market.adoption.intervals import Interval


@dataclass(frozen=True, slots=True)
class Window:
    """The days a figure speaks of, both ends included."""

    first: date
    last: date

    def thirty_days(self) -> "Window":
        """Return the 30 days that end with this window."""
        return Window(self.last - timedelta(days=ACTIVE_WINDOW_DAYS - 1), self.last)

    def ninety_days(self) -> "Window":
        """Return the 90 days that end with this window."""
        return Window(self.last - timedelta(days=DORMANT_DAYS - 1), self.last)

    def part_in(self, other: "Window") -> "Window":
        """Return the days of both; they share some."""
        return Window(max(self.first, other.first), min(self.last, other.last))

    @property
    def days(self) -> int:
        """Return how many days the window holds."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A numerator over a denominator before it is told whose and when.

    Args:
        contributors: vendors counted in the numerator, or whose money is in it.
        base: vendors the denominator rests on.
        others: vendors counted in the rest of the denominator; ``None`` = whoever is in the base and
            contributes nothing.
    """

    id: str
    value: float | int | None
    numerator: float | int | None
    denominator: int
    contributors: int
    base: int
    window_first: date | None
    """``None`` = from the beginning."""
    window_last: date
    others: int | None = None
    interval: Interval | None = None
    """Where the value is a sample's or an estimate's; ``None`` = it was counted."""
    bounds: Bounds | None = None
    """Of sums and shares of money: confirmed and credible; ``None`` = no money is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A measure with its definition, the data coverage of its area, and how final it is.

    ``value`` is ``None`` when the denominator is 0: there is nothing to say, which is not 0.
    """

    id: str
    name_vi: str
    name_en: str
    value: float | int | None
    unit: Unit
    numerator: float | int | None
    denominator: int
    contributors: int
    base: int
    window_first: date | None
    window_last: date
    coverage: float | None
    """S6 of the area; ``None`` = no stall audited."""
    is_provisional: bool
    others: int | None = None
    interval: Interval | None = None
    bounds: Bounds | None = None

    @property
    def rest(self) -> int:
        """Return the vendors that the denominator less the numerator would tell of."""
        return max(self.base - self.contributors, 0) if self.others is None else self.others

    @property
    def definition(self) -> Definition:
        """Return the row of the dictionary this value answers to."""
        return DICTIONARY[self.id]


def indicator(measure: Measure, *, coverage: float | None, is_provisional: bool) -> Indicator:
    """Return the measure as an indicator of the dictionary."""
    definition = DICTIONARY[measure.id]
    return Indicator(
        id=measure.id,
        name_vi=definition.name_vi,
        name_en=definition.name_en,
        value=measure.value,
        unit=definition.unit,
        numerator=measure.numerator,
        denominator=measure.denominator,
        contributors=measure.contributors,
        base=measure.base,
        window_first=measure.window_first,
        window_last=measure.window_last,
        coverage=coverage,
        is_provisional=is_provisional,
        others=measure.others,
        interval=measure.interval,
        bounds=measure.bounds,
    )


def ratio(numerator: int | Fraction, denominator: int) -> float | None:
    """Return the exact quotient as the nearest float; ``None`` when the denominator is 0."""
    return float(Fraction(numerator) / denominator) if denominator else None


def whole_vnd(numerator: int, denominator: int) -> int | None:
    """Return the quotient in whole đồng, halves up; ``None`` when the denominator is 0."""
    return (2 * numerator + denominator) // (2 * denominator) if denominator else None
