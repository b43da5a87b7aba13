"""Personal links and PINs of vendors: issued, revoked, reset with a line in the vendor's history."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, select

from market.roles import Role
from market.security.links import LINK_DAYS, issue_link, revoke_links
from market.security.pins import forget_pin
from merchants.actors import Actor
from merchants.errors import VendorNotFound
from merchants.events import record_event
from merchants.find import find_vendor
from merchants.kinds import EventAction
from merchants.tables import RegisterEvent


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


def reset_vendor_pin(
    session: Session,
    vendor_code: str,
    *,
    days: int = LINK_DAYS,
    actor: Actor,
    now: datetime,
    secret_keys: Sequence[str],
) -> tuple[str, datetime]:
    """Void a vendor's forgotten or locked PIN and every link; return a new link to set a PIN by.

    All links end, because who holds one could otherwise set the new PIN first. Whoever resets a PIN
    is no second person for an account change that is confirmed by the next one.

    Raises:
        VendorNotFound: no vendor has this code, or it is a merged record.
    """
    vendor = find_vendor(session, vendor_code)
    if vendor.id is None or vendor.merged_into_id is not None:
        raise VendorNotFound(vendor_code)
    forget_pin(session, vendor.id)
    revoke_vendor_links(session, vendor_code, actor=actor, now=now)
    record_event(
        session,
        EventAction.PIN_RESET,
        actor=actor,
        now=now,
        market_id=vendor.market_id,
        vendor_id=vendor.id,
    )
    return issue_vendor_link(
        session, vendor_code, days=days, actor=actor, now=now, secret_keys=secret_keys
    )


def pin_reset_at(session: Session, vendor_id: int) -> datetime | None:
    """Return when staff last reset a vendor's PIN; ``None`` = never."""
    return session.exec(
        select(sa.func.max(RegisterEvent.at)).where(
            RegisterEvent.vendor_id == vendor_id, RegisterEvent.action == EventAction.PIN_RESET
        )
    ).one()


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
