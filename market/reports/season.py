"""The seasonal index of an area, of the months as they were published: nothing else is looked at."""

from collections.abc import Sequence

from market.adoption.periods import Length, Period, Scheme
from market.adoption.seasons import MONTHS_MIN, seasonal_index
from market.reports.study_models import SeasonView

MONTHS_KEPT = 60
"""How many months a series of an edition holds at most."""

Month = tuple[str, float | None]


def seasons_of(series: Sequence[Month]) -> SeasonView:
    """Return the index, or how many months in a row there are so far.

    Args:
        series: label and U8 of months, oldest first.
    """
    months = _in_a_row(series)
    factors: list[float] = []
    if len(months) >= MONTHS_MIN:
        first = Period.read(months[0][0]).first_month % 12 + 1
        found = seasonal_index([value for _, value in months], first)
        factors = [round(found[month], 3) for month in range(1, 13)]
    return SeasonView(
        months=len(months),
        first=months[0][0] if months else "",
        last=months[-1][0] if months else "",
        factors=factors,
    )


def series_with(
    before: Sequence[Month], period: Period, value: float | None
) -> list[tuple[str, float | None]]:
    """Return a series with a month at its end; periods of other lengths add nothing."""
    if period.length is not Length.MONTH:
        return list(before)
    earlier = [one for one in before if one[0] < period.label]
    return [*earlier, (period.label, value)][-MONTHS_KEPT:]


def _in_a_row(series: Sequence[Month]) -> list[tuple[str, float]]:
    """Return the newest months without a gap and with a value above 0."""
    found: list[tuple[str, float]] = []
    for label, value in reversed(series):
        follows = not found or Period.read(found[-1][0], Scheme.CALENDAR).previous().label == label
        if not value or not follows:
            break
        found.append((label, value))
    return list(reversed(found))
