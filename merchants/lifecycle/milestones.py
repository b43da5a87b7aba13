"""The milestone "tự làm": the first thing a vendor does without anybody's help."""

from datetime import datetime

from sqlmodel import Session

from merchants.actors import Actor
from merchants.events import record_event
from merchants.kinds import EventAction
from merchants.tables import Vendor


def note_self_action(
    session: Session, vendor: Vendor, *, actor: Actor, now: datetime, what: str = ""
) -> bool:
    """Note the vendor's first own action and return whether this is it.

    What staff do for a vendor, or a vendor with a helper beside them, is none. Safe to repeat.

    Args:
        what: ``login``, ``pin``, ``test_payment``, ``download`` …; kept with the milestone.
    """
    is_own = actor.kind == "vendor" and actor.assisted_by_id is None and actor.name == vendor.code
    if not is_own or vendor.first_self_action_at is not None:
        return False
    vendor.first_self_action_at = now
    session.add(vendor)
    record_event(
        session,
        EventAction.SELF_PERFORMED,
        actor=actor,
        now=now,
        market_id=vendor.market_id,
        vendor_id=vendor.id,
        to_value=what,
    )
    return True
