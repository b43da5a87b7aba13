"""The seasonal index of a monthly series, where there are years enough to see one."""

from collections.abc import Sequence
from statistics import fmean

from market.adoption.errors import AdoptionError

MONTHS_MIN = 24
_YEAR = 12


class SeasonsRefused(AdoptionError):
    """Fewer than 24 months, or a month without a positive value: no season can be told from chance."""

    def __init__(self, months: int, *, positive: int) -> None:
        super().__init__(
            f"{months} months, {positive} of them above 0; at least {MONTHS_MIN} are needed"
        )
        self.months, self.positive = months, positive


def seasonal_index(values: Sequence[float], first_month: int) -> dict[int, float]:
    """Return by calendar month (1 to 12) by what factor it lies above or below the trend.

    Ratio to a centred moving average of twelve months; the means of the ratios by month, scaled to
    a mean of 1. Source: Shiskin, Young, Musgrave, "The X-11 Variant", Bureau of the Census Technical
    Paper 15 (1967), in its simplest form (classical decomposition).

    Args:
        values: month by month without a gap.
        first_month: the calendar month of the first value, 1 to 12.

    Raises:
        SeasonsRefused: fewer than 24 months, or a value that is not above 0.
    """
    positive = sum(value > 0 for value in values)
    if len(values) < MONTHS_MIN or positive < len(values):
        raise SeasonsRefused(len(values), positive=positive)
    ratios: dict[int, list[float]] = {month: [] for month in range(1, _YEAR + 1)}
    half = _YEAR // 2
    for place in range(half, len(values) - half):
        around = values[place - half : place + half + 1]
        trend = (sum(around) - (around[0] + around[-1]) / 2) / _YEAR
        ratios[(first_month - 1 + place) % _YEAR + 1].append(values[place] / trend)
    means = {month: fmean(found) for month, found in ratios.items()}
    level = fmean(means.values())
    return {month: mean / level for month, mean in means.items()}
