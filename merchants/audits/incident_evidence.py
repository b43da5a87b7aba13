"""Incidents taken away as evidence: everything a report to the police begins with, nobody's name."""

from dataclasses import fields, replace
from datetime import datetime

from sqlmodel import Session

from merchants.actors import Actor
from merchants.audits.incident_lists import (
    PAGE_ROWS_MAX,
    IncidentEntry,
    IncidentFilter,
    evidence_of,
    list_incidents,
)
from merchants.events import record_event
from merchants.find import find_market
from merchants.kinds import EventAction

COLUMNS = tuple(one.name for one in fields(IncidentEntry) if one.name != "vendor_name")


def take_evidence(
    session: Session,
    market_code: str,
    *,
    actor: Actor,
    now: datetime,
    asked: IncidentFilter | None = None,
) -> list[dict[str, str | int | bool | None]]:
    """Return the incidents as plain rows, the newest first; that they were taken is remembered.

    Raises:
        MarketNotFound: there is no such market.
    """
    market = find_market(session, market_code)
    asked = replace(asked or IncidentFilter(), limit=PAGE_ROWS_MAX)
    rows: list[dict[str, str | int | bool | None]] = []
    while True:
        page, after = list_incidents(session, market_code, asked)
        rows += [evidence_of(entry) for entry in page]
        if after is None:
            break
        asked = replace(asked, after=after)
    record_event(
        session,
        EventAction.DATA_EXPORTED,
        actor=actor,
        now=now,
        market_id=market.id,
        subject="incidents",
        to_value=str(len(rows)),
    )
    return rows
