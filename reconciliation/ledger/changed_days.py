"""Closed days whose rows changed since: each is closed again by the next run of the work, however old.

Whoever changes what counts, or whose it is, notes the business days of the rows. A day that was never
closed is not noted: nobody reported it.
"""

from collections.abc import Collection, Iterable
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.tables import ChangedDay, DayClose, ProviderTransaction

_CHANGED = table_of(ChangedDay)


def note_changed_days(session: Session, days: Iterable[date]) -> None:
    """Note those of the days that were closed; one statement, two where there is one."""
    wanted = set(days)
    if not wanted:
        return
    closed, noted = table_of(DayClose).c.business_date, _CHANGED.c.business_date
    found = _days(session, sa.select(closed).where(closed.in_(wanted)).distinct())
    if not found:
        return
    fresh = found - _days(session, sa.select(noted).where(noted.in_(found)))
    if fresh:
        rows = [{"business_date": day} for day in sorted(fresh)]
        session.connection().execute(sa.insert(_CHANGED), rows)


def _days(session: Session, wanted: sa.Select[tuple[date]]) -> set[date]:
    return {row.business_date for row in rows_of(session, wanted)}


def note_days_of_rows(session: Session, row_ids: Collection[int]) -> None:
    """Note the closed days that rows of the ledger lie on."""
    if row_ids:
        row = table_of(ProviderTransaction).c
        wanted = sa.select(row.business_date).where(one_of(session, row.id, row_ids)).distinct()
        note_changed_days(session, _days(session, wanted))


def changed_days(session: Session, *, before: date, limit: int) -> list[date]:
    """Return noted days before a day, the latest first."""
    noted = _CHANGED.c.business_date
    wanted = sa.select(noted).where(noted < before).order_by(noted.desc()).limit(limit)
    return [row.business_date for row in rows_of(session, wanted)]


def forget_changed_days(session: Session, first: date, last: date) -> None:
    """Strike the days from ``first`` to ``last`` off: they were just closed."""
    noted = _CHANGED.c.business_date
    session.connection().execute(sa.delete(_CHANGED).where(noted.between(first, last)))
