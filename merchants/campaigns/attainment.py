"""A plan and how far it is reached: whole-number arithmetic, the same on every page.

*Attainment* is the value over the planned value, exactly: 70.904 of a planned 61.844 is 1.1465, printed
114,6 % or 114,65 %. It is so much "of the plan", so 100 % is exactly on plan and more is allowed. Only
what prints it rounds it: 54,545 % rounded to hundredths first and to tenths then would be 54,6 %.

*Expected* is where the plan's straight line stands on a day: at the baseline on the first day of
the period, at the planned value on the last, and in between in proportion to the days gone by,
halves up. A plan without a baseline starts at 0. Nothing says that adoption grows in a straight
line; the line is an agreement on what "on time" means. Source: domain.md 3.1, A9 and A12.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from merchants.kinds import TargetArea, TargetUnit

VALUE_MILLI_MAX = 10**15
PERCENT_MILLI_MAX = 100_000

NEAREST_FIRST = (TargetArea.MARKET, TargetArea.WAVE, TargetArea.AREA)
"""Which of several targets a market is measured by."""

ADDS_UP = frozenset({TargetUnit.VND_PER_MARKET_DAY})
"""Units of which an area's value is the sum of its markets': such a target is no single market's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A planned value with its period, and the straight line that leads to it."""

    target_id: int
    indicator: str
    unit: TargetUnit
    value_milli: int
    baseline_milli: int | None
    period_from: date
    period_to: date
    area: TargetArea
    area_code: str
    legal_basis: str
    source: str
    set_on: date
    set_at: datetime

    @property
    def value(self) -> Decimal:
        """Return the planned value as people write it: 78.5 (per cent), 15000000 (đồng)."""
        return Decimal(self.value_milli).scaleb(-3)

    def expected_milli(self, on: date) -> int:
        """Return where the line stands on a day; before and after the period where it begins, ends."""
        return expected_milli(
            baseline_milli=self.baseline_milli or 0,
            value_milli=self.value_milli,
            period_from=self.period_from,
            period_to=self.period_to,
            on=on,
        )


def attainment(*, value: Fraction, planned: Fraction) -> Fraction:
    """Return the value over the planned value, both in one unit.

    Raises:
        ValueError: nothing is planned, so that nothing can be said.
    """
    if planned <= 0:
        raise ValueError(f"a plan of {planned} cannot be attained")
    return value / planned


def expected_milli(
    *, baseline_milli: int, value_milli: int, period_from: date, period_to: date, on: date
) -> int:
    """Return where the straight line from baseline to value stands on a day."""
    if on >= period_to:
        return value_milli
    if on <= period_from:
        return baseline_milli
    gone, days = (on - period_from).days, (period_to - period_from).days
    return baseline_milli + _halves_up((value_milli - baseline_milli) * gone, days)


def nearest(plans: list[PlanLine]) -> PlanLine | None:
    """Return the target a market is measured by.

    Its own before its wave's before its area's; of equals the one with the shorter period, then the
    one set last.
    """
    return min(plans, key=_distance, default=None)


def _distance(plan: PlanLine) -> tuple[int, int, float, int]:
    return (
        NEAREST_FIRST.index(plan.area),
        (plan.period_to - plan.period_from).days,
        -plan.set_at.timestamp(),
        -plan.target_id,
    )


def _halves_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
