"""What was done in a market: its register's events, newest first, a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.days import day_begins_at
from merchants.tables import Market, RegisterEvent, Stall, TeamMember, Vendor

ROWS_AT_ONCE = 2_000


EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)
"""Days beyond these are asked for by slips of the hand, and no clock can tell them apart."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing done; nobody's name or number but the helper's."""

    id: int
    at: datetime
    action: str
    actor: str
    """As ``merchants.actors.Actor`` writes it, such as ``staff:12``."""
    assisted_by: str
    vendor_code: str
    stall_code: str
    subject: str
    from_value: str
    to_value: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which events are asked for; ``None`` and empty = all."""

    action: str = ""
    first_on: date | None = None
    last_on: date | None = None


def market_log(
    session: Session,
    market_code: str,
    wanted: LogFilter,
    *,
    before_id: int | None = None,
    limit: int = 50,
) -> tuple[list[LogEntry], int | None]:
    """Return a page of events and what to pass as ``before_id`` for the next; ``None`` = the last."""
    query = _query(market_code, wanted).limit(limit + 1)
    if before_id is not None:
        query = query.where(col(RegisterEvent.id) < before_id)
    entries = [_entry(row) for row in session.execute(query)]
    shown = entries[:limit]
    return shown, shown[-1].id if len(entries) > limit else None


def whole_market_log(session: Session, market_code: str, wanted: LogFilter) -> Iterator[LogEntry]:
    """Yield every event that is asked for, newest first."""
    found = session.execute(_query(market_code, wanted).execution_options(yield_per=ROWS_AT_ONCE))
    for row in found:
        yield _entry(row)


def _query(market_code: str, wanted: LogFilter) -> "sa.Select[*tuple[Any, ...]]":
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(RegisterEvent.id),
            col(RegisterEvent.at),
            col(RegisterEvent.action),
            col(RegisterEvent.actor),
            col(TeamMember.full_name).label("assisted_by"),
            col(Vendor.code).label("vendor_code"),
            col(Stall.code).label("stall_code"),
            col(RegisterEvent.subject),
            col(RegisterEvent.from_value),
            col(RegisterEvent.to_value),
            col(RegisterEvent.reason),
            col(RegisterEvent.note),
        )
        .select_from(RegisterEvent)
        .join(Market, col(Market.id) == col(RegisterEvent.market_id))
        .outerjoin(Vendor, col(Vendor.id) == col(RegisterEvent.vendor_id))
        .outerjoin(Stall, col(Stall.id) == col(RegisterEvent.stall_id))
        .outerjoin(TeamMember, col(TeamMember.id) == col(RegisterEvent.assisted_by_id))
        .where(col(Market.code) == market_code)
        .order_by(col(RegisterEvent.id).desc())
    )
    if wanted.action:
        query = query.where(col(RegisterEvent.action) == wanted.action)
    if wanted.first_on is not None:
        query = query.where(col(RegisterEvent.at) >= day_begins_at(max(wanted.first_on, EARLIEST)))
    if wanted.last_on is not None:
        next_day = min(wanted.last_on, LATEST) + timedelta(days=1)
        query = query.where(col(RegisterEvent.at) < day_begins_at(next_day))
    return query


def _entry(row: Any) -> LogEntry:
    told: list[Any] = ["" if value is None else value for value in row]
    return LogEntry(*told)
