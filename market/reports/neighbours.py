"""Editions near a period, and the parts of its days that they tell together by subtraction."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.indicator import Window
from market.adoption.periods import Length, Period, Scheme
from market.tables import AdoptionEdition


def editions_near(
    session: Session, period: Period, known_at: datetime | None
) -> list[AdoptionEdition]:
    """Return the editions of either cut-off of the years a period lies in."""
    window = period.window
    years = {f"{on.year:04}" for on in (window.first, window.last)}
    years.add(Period.holding(window.last, Length.YEAR, period.scheme).label)
    wanted = select(AdoptionEdition).where(
        sa.or_(*(col(AdoptionEdition.period).startswith(year) for year in sorted(years)))
    )
    if known_at is not None:
        wanted = wanted.where(col(AdoptionEdition.known_at) <= known_at)
    return list(session.exec(wanted.order_by(col(AdoptionEdition.id))))


def halves_of(period: Period, editions: Sequence[AdoptionEdition]) -> Iterator[Window]:
    """Yield the halves of months, cut before the 15th, from the first to the last day of them all."""
    windows = [Period.read(one.period, Scheme(one.scheme)).window for one in editions]
    windows.append(period.window)
    first, last = min(one.first for one in windows), max(one.last for one in windows)
    while first <= last:
        following = (
            first.replace(day=15)
            if first.day < 15
            else date(first.year + first.month // 12, first.month % 12 + 1, 1)
        )
        yield Window(first, min(following - timedelta(days=1), last))
        first = following


def parts_told_apart(
    session: Session, period: Period, known_at: datetime | None
) -> Sequence[Window]:
    """Return the days whose counts a reader of a period can work out from its neighbours.

    A month that told nothing is its quarter less the two others. Where both cut-offs are published,
    so are half months.
    """
    editions = editions_near(session, period, known_at)
    if any(one.scheme != period.scheme.value for one in editions):
        return list(halves_of(period, editions))
    return [month.window for month in period.months]
