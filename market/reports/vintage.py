"""As of when days are known: a quarter takes the days of its published months as these told them.

Were the quarter newer than its months, what came late for a few would be the quarter less its months.
What changed later is told once its month is published anew, and then in both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.indicator import Window
from market.adoption.periods import Length, Period, Scheme
from market.tables import AdoptionEdition
from reconciliation.bulk import rows_of, table_of
from reconciliation.tables import DayClose


@dataclass(frozen=True, slots=True)
class Known:
    """Closes made later are left out: of all days, and of some days closes made earlier already."""

    at: datetime | None
    """``None`` = now."""
    pinned: tuple[tuple[date, date, datetime], ...] = ()
    """First and last day, and the instant up to which closes of these days are in it."""

    def conditions(self, close: Any) -> list[sa.ColumnElement[bool]]:
        """Return what must hold of a close's columns."""
        told = [] if self.at is None else [close.closed_at <= self.at]
        return told + [
            sa.not_(sa.and_(close.business_date.between(first, last), close.closed_at > at))
            for first, last, at in self.pinned
        ]

    def newest(self, first: date, last: date) -> list[sa.ColumnElement[bool]]:
        """Return what holds of the newest close that is known of each scope and day of a span."""
        close, newer = table_of(DayClose).c, table_of(DayClose).alias("newer").c
        is_superseded = sa.exists().where(
            newer.scope == close.scope,
            newer.business_date == close.business_date,
            newer.version > close.version,
            *self.conditions(newer),
        )
        return [close.business_date.between(first, last), *self.conditions(close), ~is_superseded]

    def days_closed_since(self, session: Session, last: date) -> list[date]:
        """Return the days up to one of which some market's close is later than what is known."""
        close = table_of(DayClose).c
        told = self.conditions(close)
        if not told:
            return []
        wanted = (
            close.business_date <= last, close.market_id.is_not(None), sa.not_(sa.and_(*told))
        )  # fmt: skip
        days = sa.select(close.business_date).where(*wanted).distinct()
        return [day for (day,) in rows_of(session, days)]

    def of(self, window: Window) -> "Known":
        """Return the same for a window alone: pins of other days are left out."""
        return Known(
            self.at,
            tuple(pin for pin in self.pinned if pin[0] <= window.last and window.first <= pin[1]),
        )


KnownAt = Known | datetime | None


def known(known_at: KnownAt) -> Known:
    """Return an instant as it is asked for."""
    return known_at if isinstance(known_at, Known) else Known(known_at)


def as_published(session: Session, period: Period, known_at: datetime | None) -> Known:
    """Return as of when the days of a period are known, beside its months that are published."""
    if period.length is Length.MONTH:
        return Known(known_at)
    newest = newest_of(session, period.months, known_at)
    return Known(known_at, pinned_by(period.months, newest))


def pinned_by(
    months: Sequence[Period], newest: Mapping[str, AdoptionEdition]
) -> tuple[tuple[date, date, datetime], ...]:
    """Return the days of published months, each as its newest edition knew them."""
    return tuple(
        (month.window.first, month.window.last, newest[month.label].known_at)
        for month in months
        if month.label in newest
    )


def published_until(session: Session, first: date, today: date) -> tuple[date | None, Known]:
    """Return the last published day between two days, and as of when published days are known.

    ``None`` = no month that holds one of these days is published, of either cut-off.
    """
    pins: list[tuple[date, date, datetime]] = []
    for scheme in Scheme:
        months = months_of(Window(first, max(first, today)), scheme)
        pins += pinned_by(months, newest_of(session, months, None))
    ends = [min(last, today) for _, last, _ in pins]
    return max(ends, default=None), Known(None, tuple(pins))


def months_of(window: Window, scheme: Scheme) -> list[Period]:
    """Return the months of a scheme that hold a day of a window, in order."""
    month = Period.holding(window.first, Length.MONTH, scheme)
    found = []
    while month.window.first <= window.last:
        found.append(month)
        month = month.moved(1)
    return found


def newest_of(
    session: Session, periods: Sequence[Period], known_at: datetime | None
) -> dict[str, AdoptionEdition]:
    """Return by label the newest edition of some periods of one scheme, known by an instant."""
    wanted = select(AdoptionEdition).where(
        col(AdoptionEdition.period).in_([one.label for one in periods]),
        AdoptionEdition.scheme == periods[0].scheme.value,
    )
    if known_at is not None:
        wanted = wanted.where(col(AdoptionEdition.known_at) <= known_at)
    found = session.exec(wanted.order_by(col(AdoptionEdition.version)))
    return {one.period: one for one in found}
