"""A quarter or a year is published after its months, and tells no day that they do not.

Published before one of them it would tell that month once the others are out: the quarter less the
others, whatever the month then hides, and what closed in between.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from market.adoption.periods import Length, Period
from market.reports.editions import newest_edition
from market.reports.errors import MonthsNotPublished
from market.reports.market_changes import markets_there
from market.reports.vintage import newest_of
from merchants.days import market_day
from reconciliation.tables import DayClose


def publishing_order(session: Session, period: Period, known_at: datetime) -> list[Period]:
    """Return what is to be published for a period, itself last: before it its months that have ended.

    A month that runs is left to be published on purpose: what changes in it later must be the change
    of enough vendors. So is one whose edition is newer than what is to be published.
    """
    ended = [
        month
        for month in _awaited(session, period, known_at)
        if month.window.last < market_day(known_at) and newest_edition(session, month) is None
    ]
    return [*ended, period]


def check_months_published(session: Session, period: Period, known_at: datetime) -> None:
    """Refuse a quarter or a year that would tell days of a month before the month does.

    Raises:
        MonthsNotPublished: these months have closed days, and no edition of that instant or before.
    """
    if awaited := _awaited(session, period, known_at):
        raise MonthsNotPublished(period, awaited)


def _awaited(session: Session, period: Period, known_at: datetime) -> list[Period]:
    """Return the months of a longer period with closed days and no edition, as known at an instant."""
    if period.length is Length.MONTH:
        return []
    published = newest_of(session, period.months, known_at)
    return [
        month
        for month in period.months
        if month.label not in published and _has_closes(session, month, known_at)
    ]


def _has_closes(session: Session, month: Period, known_at: datetime) -> bool:
    window = month.window
    if not markets_there(session, window.last):
        return False  # the nightly close looks back to days before a new market's first
    closes = select(DayClose.id).where(
        col(DayClose.business_date).between(window.first, window.last),
        col(DayClose.market_id).is_not(None),
        DayClose.closed_at <= known_at,
    )
    return session.exec(closes.limit(1)).first() is not None
