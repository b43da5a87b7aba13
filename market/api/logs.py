"""The logs for machines: the doors', and a market's register."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from market.api.paging import LIMIT, AfterId, Limit, Page, View
from market.security.reading_log import security_log
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.find import find_market
from merchants.markets.log import LogFilter, market_log

router = APIRouter(prefix="/api/v1", tags=["logs"])

Action = Annotated[str, Query(max_length=40)]
First = Annotated[date | None, Query(alias="from")]
Last = Annotated[date | None, Query(alias="to")]


class SecurityEventView(View):
    """One thing that happened at the doors."""

    id: int
    at: datetime
    action: str
    actor: str
    subject: str
    note: str


class RegisterEventView(View):
    """One thing done to a market's register."""

    id: int
    at: datetime
    action: str
    actor: str
    assisted_by: str
    vendor_code: str
    stall_code: str
    subject: str
    from_value: str
    to_value: str
    reason: str
    note: str


@router.get("/log")
def doors_log(
    session: Reading,
    caller: Caller,
    after: AfterId = None,
    limit: Limit = LIMIT,
    action: Action = "",
    first: First = None,
    last: Last = None,
) -> Page[SecurityEventView]:
    """Return what happened at the doors, newest first, as far as the caller's scope reaches."""
    wanted = LogFilter(action=action, first_on=first, last_on=last)
    events, next_id = security_log(session, caller, wanted, before_id=after, limit=limit)
    items = [
        SecurityEventView(
            id=event.id or 0,
            at=event.at,
            action=event.action,
            actor=event.actor,
            subject=event.subject,
            note=event.note,
        )
        for event in events
    ]
    return Page(items=items, next=str(next_id) if next_id else None)


@router.get("/markets/{market_code}/log")
def register_log(
    session: Reading,
    market_code: str,
    after: AfterId = None,
    limit: Limit = LIMIT,
    action: Action = "",
    first: First = None,
    last: Last = None,
) -> Page[RegisterEventView]:
    """Return what was done to a market's register, newest first."""
    find_market(session, market_code)
    wanted = LogFilter(action=action, first_on=first, last_on=last)
    entries, next_id = market_log(session, market_code, wanted, before_id=after, limit=limit)
    items = [
        RegisterEventView(
            id=entry.id,
            at=entry.at,
            action=entry.action,
            actor=entry.actor,
            assisted_by=entry.assisted_by,
            vendor_code=entry.vendor_code,
            stall_code=entry.stall_code,
            subject=entry.subject,
            from_value=entry.from_value,
            to_value=entry.to_value,
            reason=entry.reason,
            note=entry.note,
        )
        for entry in entries
    ]
    return Page(items=items, next=str(next_id) if next_id else None)
