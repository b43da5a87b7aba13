"""How many wrong codes were found within some days, for figures: nobody is named."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.days import day_begins_at
from merchants.kinds import IncidentOutcome
from merchants.tables import Incident, Poster


@dataclass(frozen=True, slots=True)
class IncidentCount:
    """Incidents of some days as known at an instant."""

    found: int
    """False alarms are left out."""
    open: int
    """Of those, nothing was done about yet."""


def count_incidents(
    session: Session,
    first: date,
    last: date,
    *,
    by: datetime,
    without: Collection[int] = frozenset(),
) -> IncidentCount:
    """Return the incidents found from ``first`` to ``last``, as they stood at an instant.

    Args:
        without: the ids of vendors who stand in no figure.
    """
    query = (
        sa.select(col(Poster.vendor_id), col(Incident.closed_at), col(Incident.outcome))
        .join(Poster, col(Poster.id) == col(Incident.poster_id))
        .where(
            col(Incident.found_at) >= day_begins_at(first),
            col(Incident.found_at) < day_begins_at(last + timedelta(days=1)),
            col(Incident.found_at) <= by,
        )
    )
    found = still_open = 0
    for vendor_id, closed_at, outcome in session.execute(query):
        is_closed = closed_at is not None and closed_at <= by
        if vendor_id in without or (is_closed and outcome is IncidentOutcome.FALSE_ALARM):
            continue
        found += 1
        still_open += not is_closed
    return IncidentCount(found, still_open)
