"""Concentration: how much of the value few vendors receive."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Concentration:
    """How unequally value is spread over vendors, those with nothing among them."""

    vendors: int
    receiving: int
    value_vnd: int
    hhi: float | None
    """Sum of the squared shares, 1/n to 1; ``None`` = there is no value to share."""
    equivalent_vendors: float | None
    """1/HHI: so many equal vendors would be as concentrated."""
    gini: float | None
    """With the small-sample correction, 0 to 1; ``None`` = no value, or a single vendor."""


def concentration(values_vnd: Iterable[int]) -> Concentration:
    """Return how concentrated the values are, one per vendor of the frame, at least 0.

    HHI = Σ s² with s = x/Σx. G = n/(n−1)·[2Σ i·x_i/(nΣx) − (n+1)/n], x ascending; without the
    factor a sample of n could never reach 1 (Deltas, Rev. Econ. Stat. 85 (2003), 226–234). All in
    exact integers.
    """
    ordered = sorted(values_vnd)
    if ordered and ordered[0] < 0:
        raise ValueError(f"a value of {ordered[0]} đồng is below 0")
    n, value = len(ordered), sum(ordered)
    if not value:
        return Concentration(n, 0, 0, None, None, None)
    hhi = Fraction(sum(x * x for x in ordered), value * value)
    return Concentration(
        vendors=n,
        receiving=sum(x > 0 for x in ordered),
        value_vnd=value,
        hhi=float(hhi),
        equivalent_vendors=float(1 / hhi),
        gini=float(_gini(ordered, value)) if n > 1 else None,
    )


def lorenz_points(values_vnd: Iterable[int]) -> list[tuple[float, float]]:
    """Return the Lorenz curve: share of vendors, ascending by value, and their share of the value.

    From (0, 0) to (1, 1); empty where there is no value.
    """
    ordered = sorted(values_vnd)
    value = sum(ordered)
    if not value:
        return []
    points, so_far = [(0.0, 0.0)], 0
    for number, x in enumerate(ordered, 1):
        so_far += x
        points.append((number / len(ordered), float(Fraction(so_far, value))))
    return points


def _gini(ordered: Sequence[int], value: int) -> Fraction:
    n = len(ordered)
    weighted = sum(place * x for place, x in enumerate(ordered, 1))
    plain = Fraction(2 * weighted, n * value) - Fraction(n + 1, n)
    return plain * Fraction(n, n - 1)
