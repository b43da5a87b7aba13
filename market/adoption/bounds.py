"""Values and shares with bounds: what is confirmed, what is credible, and what lies between, by name.

A *break* is money that was announced and is not confirmed: in no statement yet, of nobody known, in
two readings. Confirmed money leaves all breaks out, credible money takes them all in; the truth lies
between, and the breaks are the whole width. Source: reconciliation.md 9.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Side(StrEnum):
    """On which side of a share a break would count once it is cleared."""

    PART = "part"
    REST = "rest"
    UNKNOWN = "unknown"
    """On either: it is not known whose money it is."""


@dataclass(frozen=True, slots=True)
class OpenBreak:
    """Money of one kind of break, at least 0 đồng."""

    name: str
    value_vnd: int
    side: Side = Side.PART


@dataclass(frozen=True, slots=True)
class Bounds:
    """From what to what a figure reaches, and how much of the width each break explains.

    ``confirmed`` is the figure without any break. For a sum it is ``low``; a share may also fall,
    because a break may belong to the rest.
    """

    low: Fraction
    confirmed: Fraction
    high: Fraction
    explained: tuple[tuple[str, Fraction], ...]
    """By name, the largest break first; the numbers add up to ``high - low``."""

    @property
    def width(self) -> Fraction:
        """Return how much is open."""
        return self.high - self.low

    def over(self, divisor: int) -> "Bounds":
        """Return the bounds of the figure divided by a count that is known exactly."""
        return Bounds(
            self.low / divisor,
            self.confirmed / divisor,
            self.high / divisor,
            tuple((name, value / divisor) for name, value in self.explained),
        )


def sum_bounds(confirmed_vnd: int, breaks: Iterable[OpenBreak]) -> Bounds:
    """Return the bounds of a sum: ``[confirmed, confirmed + all breaks]``."""
    grouped = _grouped(breaks)
    explained = tuple((one, Fraction(sum(parts.values()))) for one, parts in grouped)
    credible = confirmed_vnd + sum(value for _, value in explained)
    return Bounds(Fraction(confirmed_vnd), Fraction(confirmed_vnd), Fraction(credible), explained)


def share_bounds(part_vnd: int, rest_vnd: int, breaks: Iterable[OpenBreak]) -> Bounds | None:
    """Return the bounds of ``part / (part + rest)``; ``None`` where no money is even credible.

    With breaks p that would join the part, r that would join the rest, and u of nobody known::

        low  = part / (part + rest + r + u)
        high = (part + p + u) / (part + p + u + rest)

    Both follow from a/(a + b) growing with a and falling with b. A break explains by how much the
    width shrinks when it is cleared away, the largest first; so the explanations add up.
    """
    grouped = _grouped(breaks)
    everything = part_vnd + rest_vnd + sum(sum(sides.values()) for _, sides in grouped)
    if not everything:
        return None
    explained = []
    left = list(grouped)
    width = _width(part_vnd, rest_vnd, left)
    while left:
        name, _ = left.pop(0)
        narrower = _width(part_vnd, rest_vnd, left)
        explained.append((name, width - narrower))
        width = narrower
    low, high = _ends(part_vnd, rest_vnd, grouped)
    confirmed = Fraction(part_vnd, part_vnd + rest_vnd) if part_vnd + rest_vnd else low
    return Bounds(low, confirmed, high, tuple(explained))


_Grouped = tuple[str, dict[Side, int]]


def _grouped(breaks: Iterable[OpenBreak]) -> list[_Grouped]:
    """Return the breaks by name, the largest first, equal ones by name."""
    by_name: dict[str, dict[Side, int]] = defaultdict(lambda: defaultdict(int))
    for one in breaks:
        if one.value_vnd < 0:
            raise ValueError(f"break {one.name} of {one.value_vnd} đồng is below 0")
        by_name[one.name][one.side] += one.value_vnd
    return sorted(by_name.items(), key=lambda item: (-sum(item[1].values()), item[0]))


def _ends(part: int, rest: int, grouped: Sequence[_Grouped]) -> tuple[Fraction, Fraction]:
    side = {one: sum(sides.get(one, 0) for _, sides in grouped) for one in Side}
    least = part + rest + side[Side.REST] + side[Side.UNKNOWN]
    most = part + side[Side.PART] + side[Side.UNKNOWN]
    low = Fraction(part, least) if least else Fraction(0)
    high = Fraction(most, most + rest) if most + rest else Fraction(0)
    return low, high


def _width(part: int, rest: int, grouped: Sequence[_Grouped]) -> Fraction:
    low, high = _ends(part, rest, grouped)
    return high - low
