"""When a cell is unsafe: too few contributors, or one of them nearly alone.

A contributor is a *holding*: all stalls and accounts of a vendor, and family stalls under one
household business, count once. Contributions are at least 0, x₁ ≥ x₂ ≥ …, X their sum.
Source: Handbook on Statistical Disclosure Control (sdcTools/HandbookSDC), chapter 4, table of
sensitivity rules and table of upper protection levels. The parameters of the concentration rules
stay secret: who knows p can narrow a hidden value down.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

Contributions = Mapping[str, int]
"""By holding, its contribution to a cell."""


@dataclass(frozen=True, slots=True)
class CellRule:
    """The rule of one product for cells of value.

    Args:
        holdings_min: a cell of fewer contributors is unsafe, the minimum frequency.
        p_percent: a cell is unsafe where the second largest contributor could tell the largest one's
            value to within so many percent.
    """

    holdings_min: int
    p_percent: Fraction

    def is_unsafe(self, contributions: Contributions, waived: frozenset[str] = frozenset()) -> bool:
        """Say whether a cell may not be shown; one that nobody contributes to may."""
        contributing = {holding: x for holding, x in contributions.items() if x}
        if not contributing:
            return False
        return len(contributing) < self.holdings_min or breaks_p_percent(
            contributing, self.p_percent, waived
        )

    def protection_level(self, contributions: Contributions) -> Fraction:
        """Return how far from its value an attacker's bounds must stay on both sides, at least 1 đồng.

        p/100·x₁ − (X − x₁ − x₂): then the second largest still misses x₁ by p percent. A cell unsafe
        for its frequency alone must not be told exactly.
        """
        first, second = _largest(contributions)
        rest = sum(contributions.values()) - first - second
        return max(self.p_percent / 100 * first - rest, Fraction(1))


def grouped_by_holding(
    contributions: Iterable[tuple[int, int]], holding_of: Mapping[int, str]
) -> dict[str, int]:
    """Return the contributions of vendors by holding; a vendor in no holding is one of her own."""
    found: dict[str, int] = defaultdict(int)
    for vendor_id, value in contributions:
        found[holding_of.get(vendor_id) or f"#{vendor_id}"] += value
    return dict(found)


def breaks_p_percent(
    contributions: Contributions, p_percent: Fraction, waived: frozenset[str] = frozenset()
) -> bool:
    """Say whether ``X − x₁ − x₂ < p/100·x₁``.

    Who has waived protection need not be protected, but still knows her own value: x₁ is the largest
    contribution without waiver, x₂ the largest of all others.
    """
    protected = {h: x for h, x in contributions.items() if x and h not in waived}
    if not protected:
        return False
    target = max(protected, key=lambda holding: (protected[holding], holding))
    others = [x for holding, x in contributions.items() if holding != target]
    second = max(others, default=0)
    rest = sum(others) - second
    return rest < p_percent / 100 * protected[target]


def _largest(contributions: Contributions) -> tuple[int, int]:
    first, second, *_ = [*sorted(contributions.values(), reverse=True), 0, 0]
    return first, second
