"""Personal links of vendors: issued and revoked with a line in the vendor's history."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from market.roles import Role
from market.security.links import issue_link, revoke_links
from merchants.actors import Actor
from merchants.events import record_event
from merchants.find import find_vendor
from merchants.kinds import EventAction


def issue_vendor_link(
    session: Session,
    vendor_code: str,
    *,
    days: int,
    actor: Actor,
    now: datetime,
    secret_keys: Sequence[str],
) -> tuple[str, datetime]:
    """Return the path of a new link, told nowhere else, and until when it holds."""
    vendor = find_vendor(session, vendor_code)
    until_at = now + timedelta(days=days)
    path = issue_link(
        session,
        role=Role.VENDOR,
        scope=vendor_code,
        until_at=until_at,
        actor=actor,
        now=now,
        secret_keys=secret_keys,
    )
    record_event(
        session,
        EventAction.LINK_ISSUED,
        actor=actor,
        now=now,
        market_id=vendor.market_id,
        vendor_id=vendor.id,
        to_value=until_at.date().isoformat(),
    )
    return path, until_at


def revoke_vendor_links(session: Session, vendor_code: str, *, actor: Actor, now: datetime) -> int:
    """Revoke a vendor's links that hold, close what they opened, and return how many."""
    vendor = find_vendor(session, vendor_code)
    ended = revoke_links(session, role=Role.VENDOR, scope=vendor_code, now=now, actor=actor)
    if ended:
        record_event(
            session,
            EventAction.LINK_REVOKED,
            actor=actor,
            now=now,
            market_id=vendor.market_id,
            vendor_id=vendor.id,
            from_value=str(ended),
        )
    return ended
