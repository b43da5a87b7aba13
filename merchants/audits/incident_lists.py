"""Incidents as lists and as evidence: what was found, when it can have begun, what was done."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from merchants.accounts import payload_fingerprint
from merchants.errors import IncidentNotFound, PayloadAltered
from merchants.find import find_market
from merchants.kinds import CheckSource, IncidentOutcome, IncidentState, TellingWay
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Incident, Poster, PosterCheck, Stall, Vendor

PAGE_ROWS = 50
PAGE_ROWS_MAX = 200
OPEN_STATES = (IncidentState.OPEN, IncidentState.TOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEntry:
    """An incident of a list; of both accounts the last characters."""

    id: int
    state: IncidentState
    stall_code: str
    vendor_code: str
    vendor_name: str
    serial: str
    account_tail: str
    """Where the right code pays."""
    code_label: str
    """Where the wrong code pays; empty = a person saw it, nobody read it."""
    since_at: datetime
    found_at: datetime
    is_since_check: bool
    """``since_at`` is a look that found the right code; else the day the poster was hung or made."""
    source: CheckSource
    is_self_check: bool
    evidence_sha256: str | None
    check_id: int
    told_at: datetime | None
    told_how: TellingWay | None
    told_by: str
    closed_at: datetime | None
    closed_by: str
    outcome: IncidentOutcome | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFilter:
    """Which incidents; ``None`` and empty = all."""

    states: tuple[IncidentState, ...] = ()
    stall_code: str = ""
    vendor_id: int | None = None
    after: int | None = None
    """The number of the last one of the page before."""
    limit: int = PAGE_ROWS


def list_incidents(
    session: Session, market_code: str, asked: IncidentFilter
) -> tuple[list[IncidentEntry], int | None]:
    """Return a page of incidents, the newest first, and what to pass as ``after`` next.

    Raises:
        MarketNotFound: there is no such market.
    """
    market = find_market(session, market_code)
    limit = min(max(asked.limit, 1), PAGE_ROWS_MAX)
    query = _incidents().where(col(Incident.market_id) == market.id)
    query = query.order_by(col(Incident.id).desc()).limit(limit + 1)
    for is_asked, condition in (
        (asked.states, col(Incident.state).in_(asked.states)),
        (asked.stall_code, col(Stall.code) == asked.stall_code),
        (asked.vendor_id, col(Poster.vendor_id) == asked.vendor_id),
        (asked.after, col(Incident.id) < (asked.after or 0)),
    ):
        if is_asked:
            query = query.where(condition)
    found = [_entry(*row) for row in session.execute(query)]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def open_incidents_of(session: Session, vendor_id: int) -> list[IncidentEntry]:
    """Return what a vendor must know: the incidents at their stalls that are not closed, by number."""
    query = _incidents().where(
        col(Poster.vendor_id) == vendor_id, col(Incident.state).in_(OPEN_STATES)
    )
    return [_entry(*row) for row in session.execute(query.order_by(col(Incident.id)))]


def find_incident(session: Session, market_code: str, incident_id: int) -> IncidentEntry:
    """Return one incident.

    Raises:
        MarketNotFound, IncidentNotFound: there is none.
    """
    market = find_market(session, market_code)
    query = _incidents().where(
        col(Incident.market_id) == market.id, col(Incident.id) == incident_id
    )
    for row in session.execute(query):
        return _entry(*row)
    raise IncidentNotFound(incident_id)


def evidence_of(entry: IncidentEntry) -> dict[str, str | int | bool | None]:
    """Return an incident as plain values for a file; nobody's name, no whole account number."""
    told = asdict(entry)
    del told["vendor_name"]
    return {name: _plain(value) for name, value in told.items()}


def wrong_payload(
    session: Session, market_code: str, incident_id: int, *, sealer: Sealer
) -> str | None:
    """Return what the wrong code holds, whole, for whoever investigates; ``None`` = nobody read it.

    Raises:
        MarketNotFound, IncidentNotFound: there is none.
        PayloadAltered: what is stored is not what was seen.
    """
    market = find_market(session, market_code)
    query = sa.select(Incident).where(
        col(Incident.market_id) == market.id, col(Incident.id) == incident_id
    )
    row = session.execute(query).scalar_one_or_none()
    if row is None:
        raise IncidentNotFound(incident_id)
    if row.code_sealed is None:
        return None
    payload = sealer.open(row.code_sealed)
    if payload_fingerprint(sealer, payload) != row.code_hash:
        raise PayloadAltered(f"incident:{row.id}")
    return payload


def _plain(value: Any) -> str | int | bool | None:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    assert value is None or isinstance(value, str | int)
    return value


def _incidents() -> sa.Select[*tuple[Any, ...]]:
    look = aliased(PosterCheck)
    return (
        sa.select(
            Incident,
            look,
            col(Poster.serial),
            col(Stall.code),
            col(Vendor.code),
            col(Vendor.full_name),
            col(AcceptancePoint.account_tail),
        )
        .join(look, col(look.id) == col(Incident.check_id))
        .join(Poster, col(Poster.id) == col(Incident.poster_id))
        .join(Stall, col(Stall.id) == col(Poster.stall_id))
        .join(Vendor, col(Vendor.id) == col(Poster.vendor_id))
        .join(AcceptancePoint, col(AcceptancePoint.id) == col(Poster.acceptance_point_id))
    )


def _entry(
    row: Incident,
    look: PosterCheck,
    serial: str | None,
    stall_code: str,
    vendor_code: str | None,
    vendor_name: str,
    account_tail: str,
) -> IncidentEntry:
    return IncidentEntry(
        id=row.id or 0,
        state=row.state,
        stall_code=stall_code,
        vendor_code=vendor_code or "",
        vendor_name=vendor_name,
        serial=serial or "",
        account_tail=account_tail,
        code_label=row.code_label,
        since_at=row.since_at,
        found_at=row.found_at,
        is_since_check=row.last_good_check_id is not None,
        source=look.source,
        is_self_check=look.is_self_check,
        evidence_sha256=look.evidence_sha256,
        check_id=row.check_id,
        told_at=row.told_at,
        told_how=row.told_how,
        told_by=row.told_by,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        outcome=row.outcome,
        note=row.note,
    )
