"""Why vendors refuse or leave, of all markets at once: two queries, however many there are."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.days import day_begins_at
from merchants.kinds import EventAction, ExitReason, VendorState, VisitOutcome
from merchants.tables import Market, RegisterEvent, Vendor, Visit


@dataclass(frozen=True, slots=True)
class Given:
    """How often a reason was given: a stall or vendor counts once, by what was said last."""

    refused: int = 0
    """Stalls that refused a helper."""
    ended: int = 0
    """Vendors suspended or gone."""


def reasons_by_market(
    session: Session, *, first: date, last: date
) -> Mapping[str, Mapping[ExitReason, Given]]:
    """Return by market code the reasons given within the days; markets without one are left out."""
    refused = session.execute(
        sa.select(col(Market.code), col(Visit.stall_id), col(Visit.reason))
        .join(Market, col(Market.id) == col(Visit.market_id))
        .where(
            col(Visit.visited_on).between(first, last),
            col(Visit.outcome) == VisitOutcome.REFUSED,
            col(Visit.stall_id).is_not(None),
        )
        .order_by(col(Visit.visited_on), col(Visit.id))
    )
    ended = session.execute(
        sa.select(col(Market.code), col(Vendor.id), col(RegisterEvent.reason))
        .join(Vendor, col(Vendor.id) == col(RegisterEvent.vendor_id))
        .join(Market, col(Market.id) == col(Vendor.market_id))
        .where(
            col(RegisterEvent.at) >= day_begins_at(first),
            col(RegisterEvent.at) < day_begins_at(last + timedelta(days=1)),
            col(RegisterEvent.action) == EventAction.STATE_CHANGED.value,
            col(RegisterEvent.to_value).in_(
                [VendorState.SUSPENDED.value, VendorState.EXITED.value]
            ),
        )
        .order_by(col(RegisterEvent.at), col(RegisterEvent.id))
    )
    known = {one.value: one for one in ExitReason}
    found: dict[str, dict[ExitReason, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for place, rows in enumerate((refused, ended)):
        last_said = {(code, who): reason for code, who, reason in rows}
        for (code, _), reason in last_said.items():
            if reason in known:
                found[code][known[reason]][place] += 1
    return {
        code: {reason: Given(*counts) for reason, counts in own.items()}
        for code, own in found.items()
    }
