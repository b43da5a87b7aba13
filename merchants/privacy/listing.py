"""The privacy requests of a market or of everybody: those whose time runs out first come first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.days import market_day
from merchants.kinds import PrivacyRequestKind, PrivacyRequestState, RequestsShown
from merchants.privacy.requests import OPEN_STATES
from merchants.tables import Market, PrivacyRequest, Stall, StallHolding, Vendor

ROWS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEntry:
    """A request of a list, with how long it has been waiting."""

    id: int
    vendor_code: str
    vendor_name: str
    market_code: str
    stalls: str
    kind: PrivacyRequestKind
    state: PrivacyRequestState
    received_at: datetime
    answer_due_on: date
    due_on: date
    is_extended: bool
    age_days: int
    is_answer_late: bool
    is_late: bool

    @property
    def answer_waits(self) -> bool:
        """Return whether the first clock still runs: nobody has answered."""
        return self.state is PrivacyRequestState.RECEIVED


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A page of the list; ``total`` counts all that fit the filter."""

    entries: tuple[RequestEntry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """How many are open, and how many of those are late."""

    open: int
    late: int


def list_requests(
    session: Session,
    *,
    today: date,
    market_id: int | None = None,
    shown: RequestsShown = RequestsShown.OPEN,
    kind: PrivacyRequestKind | None = None,
    offset: int = 0,
    limit: int = ROWS,
) -> RequestPage:
    """Return a page of requests, the next clock to run out first, closed ones last.

    The clock of whoever has no answer yet is that of the answer. Two statements.
    """
    conditions = _conditions(shown, today)
    if market_id is not None:
        conditions.append(col(Vendor.market_id) == market_id)
    if kind is not None:
        conditions.append(col(PrivacyRequest.kind) == kind)
    total = session.execute(
        sa.select(sa.func.count())
        .select_from(PrivacyRequest)
        .join(Vendor, col(Vendor.id) == col(PrivacyRequest.vendor_id))
        .where(*conditions)
    ).scalar_one()
    # One code a vendor, however many stalls: the list is about people.
    stall = (
        sa.select(sa.func.min(col(Stall.code)))
        .join(StallHolding, col(StallHolding.stall_id) == col(Stall.id))
        .where(col(StallHolding.vendor_id) == col(Vendor.id), col(StallHolding.to_on).is_(None))
        .correlate(Vendor)
        .scalar_subquery()
    )
    is_closed = col(PrivacyRequest.state).not_in(OPEN_STATES)
    is_unanswered = col(PrivacyRequest.state) == PrivacyRequestState.RECEIVED
    rows = session.execute(
        sa.select(PrivacyRequest, col(Vendor.code), col(Vendor.full_name), col(Market.code), stall)
        .join(Vendor, col(Vendor.id) == col(PrivacyRequest.vendor_id))
        .join(Market, col(Market.id) == col(Vendor.market_id))
        .where(*conditions)
        .order_by(
            sa.case((is_closed, 1), else_=0),
            sa.case(
                (is_closed, None),
                (is_unanswered, col(PrivacyRequest.answer_due_on)),
                else_=col(PrivacyRequest.due_on),
            ),
            col(PrivacyRequest.id).desc(),
        )
        .offset(offset)
        .limit(limit)
    ).all()
    return RequestPage(tuple(_entry(row, today) for row in rows), int(total))


def count_requests(session: Session, market_id: int, *, today: date) -> RequestCounts:
    """Return how many requests of a market wait, and how many are late."""
    late = sa.and_(*_conditions(RequestsShown.LATE, today))
    row = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((late, 1), else_=0)), 0))
        .select_from(PrivacyRequest)
        .join(Vendor, col(Vendor.id) == col(PrivacyRequest.vendor_id))
        .where(col(Vendor.market_id) == market_id, *_conditions(RequestsShown.OPEN, today))
    ).one()
    return RequestCounts(int(row[0]), int(row[1]))


def _conditions(shown: RequestsShown, today: date) -> list[sa.ColumnElement[bool]]:
    is_open = col(PrivacyRequest.state).in_(OPEN_STATES)
    match shown:
        case RequestsShown.OPEN:
            return [is_open]
        case RequestsShown.CLOSED:
            return [sa.not_(is_open)]
        case RequestsShown.LATE:
            unanswered = sa.and_(
                col(PrivacyRequest.state) == PrivacyRequestState.RECEIVED,
                col(PrivacyRequest.answer_due_on) < today,
            )
            return [is_open, sa.or_(col(PrivacyRequest.due_on) < today, unanswered)]
        case RequestsShown.ALL:
            return []


def _entry(row: Any, today: date) -> RequestEntry:
    request, vendor_code, vendor_name, market_code, stall = row
    is_open = request.state in OPEN_STATES
    is_unanswered = request.state is PrivacyRequestState.RECEIVED
    return RequestEntry(
        id=request.id,
        vendor_code=vendor_code,
        vendor_name=vendor_name,
        market_code=market_code,
        stalls=stall or "",
        kind=request.kind,
        state=request.state,
        received_at=request.received_at,
        answer_due_on=request.answer_due_on,
        due_on=request.due_on,
        is_extended=request.is_extended,
        age_days=(today - market_day(request.received_at)).days,
        is_answer_late=is_unanswered and request.answer_due_on < today,
        is_late=is_open and request.due_on < today,
    )
