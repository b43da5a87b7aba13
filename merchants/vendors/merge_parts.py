"""What merging two records and taking them apart have in common."""

from datetime import datetime

from sqlmodel import Session, SQLModel

from merchants.actors import Actor
from merchants.events import record_events
from merchants.kinds import EventAction
from merchants.lifecycle.states import derive_vendor_states
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Complaint,
    Consent,
    DisplayedCode,
    Poster,
    PrivacyRequest,
    StallHolding,
    Vendor,
    Visit,
)

MOVED: tuple[type[SQLModel], ...] = (
    StallHolding,
    AcceptancePoint,
    AccountChange,
    Poster,
    DisplayedCode,
    Consent,
    PrivacyRequest,
    Visit,
    Complaint,
)
"""The tables whose rows a merge hands to the kept record; events stay with whom they happened to."""


def record_merge(
    session: Session,
    action: EventAction,
    kept: Vendor,
    merged: Vendor,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
) -> None:
    """Record on both what was done to them."""
    events = [
        {
            "action": action,
            "market_id": kept.market_id,
            "vendor_id": vendor.id,
            "subject": f"vendor:{other.code}",
            "to_value": "kept" if vendor is kept else "merged",
            "note": note,
        }
        for vendor, other in ((kept, merged), (merged, kept))
    ]
    record_events(session, events, actor=actor, now=now)


def derive_both(session: Session, *vendors: Vendor, actor: Actor, now: datetime) -> None:
    """Bring the states of both in line."""
    derive_vendor_states(
        session,
        [vendors[0].market_id],
        actor=actor,
        now=now,
        vendor_ids=[each.id or 0 for each in vendors],
    )
