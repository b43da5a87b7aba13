"""The log of the doors, as far as somebody may see it; and whose numbers stand in a log."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.roles import ScopeKind
from market.security.principal import Principal
from market.security.users import Scope
from market.tables import SecurityEvent, UserAccount, UserScope
from merchants.days import day_begins_at
from merchants.markets.log import EARLIEST, LATEST, LogFilter

ROWS_AT_ONCE = 2_000
STAFF = "staff:"


def security_log(
    session: Session,
    caller: Principal,
    wanted: LogFilter,
    *,
    before_id: int | None = None,
    limit: int = 50,
) -> tuple[list[SecurityEvent], int | None]:
    """Return a page of events, newest first, and what to pass as ``before_id`` for the next.

    Who sees only some markets sees what the users of these markets did and what was done to them,
    and what names one of the markets.
    """
    query = _query(session, caller, wanted).limit(limit + 1)
    if before_id is not None:
        query = query.where(col(SecurityEvent.id) < before_id)
    events = list(session.exec(query))
    shown = events[:limit]
    return shown, shown[-1].id if len(events) > limit else None


def whole_security_log(
    session: Session, caller: Principal, wanted: LogFilter
) -> Iterator[SecurityEvent]:
    """Yield every event that is asked for, newest first."""
    query = _query(session, caller, wanted)
    yield from session.exec(query.execution_options(yield_per=ROWS_AT_ONCE))


def names_of_actors(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """Return the names of the users among actors such as ``staff:12``, in one question."""
    numbers = {
        int(actor.removeprefix(STAFF))
        for actor in actors
        if actor.startswith(STAFF) and actor.removeprefix(STAFF).isdigit()
    }
    if not numbers:
        return {}
    rows = session.exec(
        select(UserAccount.id, UserAccount.full_name).where(col(UserAccount.id).in_(numbers))
    )
    return {f"{STAFF}{id_}": full_name for id_, full_name in rows}


def _query(session: Session, caller: Principal, wanted: LogFilter) -> Any:
    query = select(SecurityEvent).order_by(col(SecurityEvent.id).desc())
    if caller.market_codes is not None:
        query = query.where(_concerns(session, caller))
    if wanted.action:
        query = query.where(col(SecurityEvent.action) == wanted.action)
    if wanted.first_on is not None:
        begins_at = day_begins_at(max(wanted.first_on, EARLIEST))
        query = query.where(col(SecurityEvent.at) >= begins_at)
    if wanted.last_on is not None:
        ends_at = day_begins_at(min(wanted.last_on, LATEST) + timedelta(days=1))
        query = query.where(col(SecurityEvent.at) < ends_at)
    return query


def _concerns(session: Session, caller: Principal) -> sa.ColumnElement[bool]:
    scopes: dict[int, list[Scope]] = {}
    for row in session.exec(select(UserScope)):
        scopes.setdefault(row.user_id, []).append((row.kind, row.code))
    own = {
        id_
        for id_, held in scopes.items()
        if all(kind is ScopeKind.MARKET and caller.sees_market(code) for kind, code in held)
    } | ({caller.user_id} - {None})
    markets = sorted(caller.market_codes or ())
    note = col(SecurityEvent.note)
    return sa.or_(
        col(SecurityEvent.actor).in_([f"{STAFF}{id_}" for id_ in own]),
        col(SecurityEvent.subject).in_([f"user:{id_}" for id_ in own]),
        col(SecurityEvent.subject).in_([f"market:{code}" for code in markets]),
        note.in_([f"auditor:{code}" for code in markets]),
        *(note.startswith(f"market:{code} ", autoescape=True) for code in markets),
    )
