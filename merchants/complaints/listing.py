"""Complaints as lists, with how long each waits, and counted for figures."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.complaints.steps import is_late
from merchants.days import market_day
from merchants.errors import ComplaintNotFound
from merchants.find import find_market
from merchants.kinds import ComplaintKind, ComplaintState
from merchants.tables import Complaint, Market, Stall, Vendor

PAGE_ROWS = 50
PAGE_ROWS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintEntry:
    """A complaint of a list; ``age_days`` counts until the answer or the end, else until today."""

    id: int
    vendor_code: str
    vendor_name: str
    stall_code: str
    kind: ComplaintKind
    amount_vnd: int | None
    happened_on: date
    said: str
    state: ComplaintState
    raised_at: datetime
    raised_by: str
    due_on: date
    age_days: int
    is_late: bool
    answer: str
    answered_at: datetime | None
    answered_by: str
    outcome: str
    closed_at: datetime | None
    closed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFilter:
    """Which complaints; ``None`` and empty = all."""

    states: tuple[ComplaintState, ...] = ()
    kind: ComplaintKind | None = None
    vendor_id: int | None = None
    is_late: bool = False
    """Only those whose answer is overdue."""
    after: int | None = None
    """The number of the last one of the page before."""
    limit: int = PAGE_ROWS


@dataclass(frozen=True, slots=True)
class ComplaintCounts:
    """How many wait for an answer, and how many of those are overdue."""

    open: int
    late: int


def list_complaints(
    session: Session, market_code: str, asked: ComplaintFilter, *, today: date
) -> tuple[list[ComplaintEntry], int | None]:
    """Return a page of complaints, the newest first, and what to pass as ``after`` next.

    Raises:
        MarketNotFound: there is no such market.
    """
    market = find_market(session, market_code)
    limit = min(max(asked.limit, 1), PAGE_ROWS_MAX)
    query = _complaints().where(col(Complaint.market_id) == market.id)
    for is_asked, condition in (
        (asked.states, col(Complaint.state).in_(asked.states)),
        (asked.kind, col(Complaint.kind) == asked.kind),
        (asked.vendor_id, col(Complaint.vendor_id) == asked.vendor_id),
        (asked.is_late, _overdue(today)),
        (asked.after, col(Complaint.id) < (asked.after or 0)),
    ):
        if is_asked:
            query = query.where(condition)
    rows = session.execute(query.order_by(col(Complaint.id).desc()).limit(limit + 1))
    found = [_entry(*row, today=today) for row in rows]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def find_complaint(
    session: Session, market_code: str, complaint_id: int, *, today: date
) -> ComplaintEntry:
    """Return one complaint.

    Raises:
        MarketNotFound, ComplaintNotFound: there is none.
    """
    market = find_market(session, market_code)
    query = _complaints().where(
        col(Complaint.market_id) == market.id, col(Complaint.id) == complaint_id
    )
    for row in session.execute(query):
        return _entry(*row, today=today)
    raise ComplaintNotFound(complaint_id)


def count_waiting(session: Session, market_id: int, *, today: date) -> ComplaintCounts:
    """Return how many complaints of a market wait for an answer."""
    waiting, late = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.case((_overdue(today), 1), else_=0)), 0),
        )
        .select_from(Complaint)
        .where(col(Complaint.market_id) == market_id, col(Complaint.state) == ComplaintState.OPEN)
    ).one()
    return ComplaintCounts(waiting, int(late))


def count_by_market(
    session: Session, first: date, last: date, *, without: Collection[int] = frozenset()
) -> Counter[str]:
    """Return by market code how many complaints are about these days; dropped ones count nowhere.

    Args:
        without: the ids of vendors who stand in no figure.
    """
    query = (
        sa.select(col(Market.code), col(Complaint.vendor_id), sa.func.count())
        .join(Market, col(Market.id) == col(Complaint.market_id))
        .where(
            col(Complaint.happened_on).between(first, last),
            col(Complaint.state) != ComplaintState.DROPPED,
        )
        .group_by(col(Market.code), col(Complaint.vendor_id))
    )
    counted: Counter[str] = Counter()
    for code, vendor_id, complaints in session.execute(query):
        if vendor_id not in without:
            counted[code] += complaints
    return counted


def _overdue(today: date) -> sa.ColumnElement[bool]:
    return sa.and_(col(Complaint.state) == ComplaintState.OPEN, col(Complaint.due_on) < today)


def _complaints() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Complaint, col(Vendor.code), col(Vendor.full_name), col(Stall.code))
        .join(Vendor, col(Vendor.id) == col(Complaint.vendor_id))
        .outerjoin(Stall, col(Stall.id) == col(Complaint.stall_id))
    )


def _entry(
    row: Complaint,
    vendor_code: str | None,
    vendor_name: str,
    stall_code: str | None,
    *,
    today: date,
) -> ComplaintEntry:
    ended_at = row.answered_at or row.closed_at
    until_on = market_day(ended_at) if ended_at else today
    return ComplaintEntry(
        id=row.id or 0,
        vendor_code=vendor_code or "",
        vendor_name=vendor_name,
        stall_code=stall_code or "",
        kind=row.kind,
        amount_vnd=row.amount_vnd,
        happened_on=row.happened_on,
        said=row.said,
        state=row.state,
        raised_at=row.raised_at,
        raised_by=row.raised_by,
        due_on=row.due_on,
        age_days=(until_on - market_day(row.raised_at)).days,
        is_late=is_late(row.state, row.due_on, today),
        answer=row.answer,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        outcome=row.outcome,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
    )
