"""Which close a day rests on: the newest version of a market's day."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.reports.models import CloseState, CloseView
from reconciliation.bulk import rows_of, table_of
from reconciliation.errors import DayOutOfRange
from reconciliation.tables import DayClose

YEARS_SHOWN = range(2000, 2100)


def refuse_far_day(day: date) -> None:
    """Raise ``DayOutOfRange`` for a day whose neighbours the calendar or the books cannot name."""
    if day.year not in YEARS_SHOWN:
        raise DayOutOfRange(day)


def newest_closes_of(
    session: Session, market_codes: list[str], first: date, last: date
) -> dict[tuple[str, date], DayClose]:
    """Return the newest version of each closed (market, day) from ``first`` to ``last``."""
    rows = session.exec(
        select(DayClose)
        .where(col(DayClose.scope).in_(market_codes))
        .where(col(DayClose.business_date).between(first, last))
        .order_by(col(DayClose.scope), col(DayClose.business_date), col(DayClose.version))
    )
    return {(row.scope, row.business_date): row for row in rows}


def latest_closed_on(session: Session, market_code: str) -> date | None:
    """Return the newest closed day of a market; ``None`` = none closed yet."""
    return session.exec(
        select(sa.func.max(DayClose.business_date)).where(DayClose.scope == market_code)
    ).one()


def close_view(close: DayClose) -> CloseView:
    """Return the close as a report names it."""
    return CloseView(
        market_code=close.scope,
        business_date=close.business_date,
        version=close.version,
        state=CloseState(close.state.value),
        incomplete=close.incomplete,
        closed_at=close.closed_at,
        root_sha256=close.root_sha256,
    )


def newest_views(session: Session, *wanted: sa.ColumnElement[bool]) -> list[CloseView]:
    """Return the newest of some closes of each scope and day, by scope and day: thousands, so no objects."""
    close = table_of(DayClose).c
    rows = rows_of(
        session,
        sa.select(
            close.scope,
            close.business_date,
            close.version,
            close.state,
            close.incomplete,
            close.closed_at,
            close.root_sha256,
        )
        .where(*wanted)
        .order_by(close.scope, close.business_date, close.version),
    )
    newest = {(row.scope, row.business_date): row for row in rows}
    return [
        CloseView(
            market_code=row.scope,
            business_date=row.business_date,
            version=row.version,
            state=CloseState(row.state.value),
            incomplete=row.incomplete,
            closed_at=row.closed_at,
            root_sha256=row.root_sha256,
        )
        for row in newest.values()
    ]


def state_of(close: DayClose | None) -> CloseState:
    """Return how far the books of a day have come."""
    return CloseState(close.state.value) if close else CloseState.OPEN
