"""What a measure is made of in one market, ready to be added up over the markets of an area."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Part:
    """One market's numerator and denominator, exact, and how many vendors stand behind them.

    A vendor belongs to one market, so the counts of vendors add up too.
    """

    numerator: int | Fraction = 0
    denominator: int = 0
    contributors: int = 0
    base: int = 0

    def __add__(self, other: "Part") -> "Part":
        return Part(
            self.numerator + other.numerator,
            self.denominator + other.denominator,
            self.contributors + other.contributors,
            self.base + other.base,
        )


def total(parts: Iterable[Part]) -> Part:
    """Return the sum of parts; of none it is nothing over nothing."""
    return sum(parts, Part())
