"""Remember what was done to the register, by whom, with whose help and why."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.actors import Actor
from merchants.columns import core_table
from merchants.kinds import EventAction
from merchants.tables import RegisterEvent

_DEFAULTS: Mapping[str, Any] = {
    "market_id": None,
    "vendor_id": None,
    "stall_id": None,
    "subject": "",
    "from_value": "",
    "to_value": "",
    "reason": "",
    "note": "",
    "evidence_sha256": None,
    "import_id": None,
}


def record_event(
    session: Session, action: EventAction, *, actor: Actor, now: datetime, **told: Any
) -> None:
    """Add one event; ``told`` are columns of ``RegisterEvent``, without anybody's name or number."""
    record_events(session, [{"action": action, **told}], actor=actor, now=now)


def record_events(
    session: Session, events: Iterable[Mapping[str, Any]], *, actor: Actor, now: datetime
) -> None:
    """Add many events in one statement; each names at least its ``action``."""
    always = {"at": now, "actor": str(actor), "assisted_by_id": actor.assisted_by_id}
    rows = [{**_DEFAULTS, **event, **always} for event in events]
    for row in rows:
        row["action"] = EventAction(row["action"]).value
    if rows:
        session.flush()
        session.connection().execute(sa.insert(core_table(RegisterEvent)), rows)
