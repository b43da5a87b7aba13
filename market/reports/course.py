"""How figures went before a period: each period as its own newest edition told it.

No edition is asked for what it repeats of others: a month that nobody published hides none before it,
and one that was published late is seen from those after it.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from market.adoption.periods import Length, Period, Scheme
from market.reports.models import PeriodTables, Product, TrendPoint
from market.reports.season import MONTHS_KEPT, series_with
from market.reports.vintage import newest_of
from market.tables import AdoptionEditionTable

MONEY = "U8"
TREND_IDS = ("S3", "U1", "U3", MONEY)
TREND_PERIODS = 13
"""A year and the same period of the year before."""
COURSE = "course"
"""The part of an edition that holds its own points: a year of them is read for every page."""
_POINTS = TypeAdapter(tuple[TrendPoint, ...])


def own_points(tables: PeriodTables) -> list[TrendPoint]:
    """Return what a period adds itself to the course of every area."""
    return [
        TrendPoint(
            period=tables.period,
            area_code=code,
            indicator=id_,
            value=area[id_].value,
            hidden=area[id_].hidden,
            is_provisional=area[id_].is_provisional,
        )
        for code, area in tables.areas.items()
        for id_ in TREND_IDS
    ]


def written(points: Sequence[TrendPoint]) -> bytes:
    """Return points as they are kept of an edition."""
    return zlib.compress(_POINTS.dump_json(tuple(points)), 6)


def with_course(
    session: Session, tables: PeriodTables, known_at: datetime | None, *, with_own: bool
) -> PeriodTables:
    """Return tables with the periods before them, each by its newest edition known at an instant.

    Args:
        known_at: ``None`` = now.
        with_own: the period is published, or about to be: it is the last of its own course.
    """
    period = Period.read(tables.period, Scheme(tables.scheme))
    own = own_points(tables) if with_own else []
    before = [period.moved(-back) for back in range(TREND_PERIODS - 1, 0, -1)]
    months = _months_before(period)
    told = _published(session, [*before, *months], tables.product, known_at)
    trend = [*_in_order(told, before), *own]
    series: dict[str, list[tuple[str, float | None]]] = {}
    for one in _in_order(told, months):
        if one.indicator == MONEY:
            series.setdefault(one.area_code, []).append((one.period, one.value))
    for one in own:
        if one.indicator == MONEY:
            before_it = series.get(one.area_code, [])
            series[one.area_code] = series_with(before_it, period, one.value)
    return tables.model_copy(update={"trend": trend, "series": series})


def unbroken(labels: Iterable[str]) -> list[str]:
    """Return the labels of all periods from the first to the last: a period without a figure is a gap.

    Labels are counted alike by both cut-offs.
    """
    read = [Period.read(label) for label in labels]
    if not read:
        return []
    first, last = min(read), max(read)
    found = [first]
    while found[-1] < last:
        found.append(found[-1].moved(1))
    return [one.label for one in found]


def _months_before(period: Period) -> list[Period]:
    """Return the months before a month; of a quarter or a year, those in it are among them."""
    is_month = period.length is Length.MONTH
    newest = period.previous() if is_month else period.months[-1]
    return [newest.moved(-back) for back in range(MONTHS_KEPT - 1, -1, -1)]


def _published(
    session: Session, periods: Sequence[Period], product: Product, known_at: datetime | None
) -> dict[str, tuple[TrendPoint, ...]]:
    """Return by label the points of those periods that were published.

    Editions made before points were kept apart have none.
    """
    editions = newest_of(session, periods, known_at)
    if not editions:
        return {}
    labels = {one.id: label for label, one in editions.items()}
    kept = session.exec(
        select(AdoptionEditionTable.edition_id, AdoptionEditionTable.content).where(
            col(AdoptionEditionTable.edition_id).in_(labels),
            AdoptionEditionTable.product == product.value,
            AdoptionEditionTable.part == COURSE,
        )
    )
    return {labels[edition]: _read(content) for edition, content in kept}


def _in_order(
    told: Mapping[str, Sequence[TrendPoint]], periods: Sequence[Period]
) -> list[TrendPoint]:
    return [point for one in periods for point in told.get(one.label, ())]


@lru_cache(maxsize=256)
def _read(content: bytes) -> tuple[TrendPoint, ...]:
    """Return the points of an edition; the same bytes are read once, because nothing changes them."""
    return _POINTS.validate_json(zlib.decompress(content))
