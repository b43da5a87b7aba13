"""A vendor takes a consent back: what stops at once, and what the clocks leave time for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.days import market_day
from merchants.events import record_events
from merchants.kinds import ConsentPurpose, EventAction, PosterState, PrivacyRequestKind
from merchants.lifecycle.states import derive_vendor_states
from merchants.posters.ends import end_posters, live_posters
from merchants.privacy.consent_rules import TAKING_PART
from merchants.privacy.consents import end_consents
from merchants.privacy.erasure import end_dealings
from merchants.privacy.requests import open_request, open_requests
from merchants.tables import AcceptancePoint, Market, PrivacyRequest, StallHolding, Vendor

WITH_CLOCKS = TAKING_PART | {ConsentPurpose.RECONCILIATION}
"""Withdrawing these leaves something to clean up: posters that hang, payments that are kept."""
WITHDRAWN = "consent_withdrawn"
"""Reason told with what ends because of a withdrawal."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was withdrawn, and the request whose clocks run until all of it is carried out."""

    purposes: frozenset[ConsentPurpose]
    request: PrivacyRequest | None


def withdraw(
    session: Session,
    vendor: Vendor,
    purposes: Collection[ConsentPurpose],
    *,
    processors_must_stop: bool | None = None,
    actor: Actor,
    now: datetime,
) -> Withdrawal:
    """Withdraw consent to some purposes, which needs neither a reason nor anybody's leave.

    At once: no payment is told about a vendor who withdrew ``reconciliation``; posters of one who
    withdrew ``poster`` are revoked; one who withdrew ``onboarding``, and all else with it, leaves
    the stalls, which stay in the frame. What remains to be erased is a request with clocks.

    Args:
        processors_must_stop: banks or aggregators have to be told, which gives more days; ``None``
            = when an account of the vendor is told about by one.
    """
    assert vendor.id is not None
    ended = end_consents(session, vendor, purposes, actor=actor, now=now)
    if processors_must_stop is None:
        processors_must_stop = _is_told_about(session, vendor.id)
    if ended & TAKING_PART:
        market = session.get_one(Market, vendor.market_id)
        end_posters(
            session,
            live_posters(session, vendor_id=vendor.id),
            market,
            PosterState.REVOKED,
            actor=actor,
            now=now,
            reason=WITHDRAWN,
        )
    if ConsentPurpose.ONBOARDING in ended:
        _leave_stalls(session, vendor, actor=actor, now=now)
    request = None
    if ended & WITH_CLOCKS:
        request = next(iter(open_requests(session, vendor.id, PrivacyRequestKind.WITHDRAWAL)), None)
        request = request or open_request(
            session,
            vendor,
            PrivacyRequestKind.WITHDRAWAL,
            processors_must_stop=processors_must_stop,
            actor=actor,
            now=now,
        )
    derive_vendor_states(
        session,
        [vendor.market_id],
        actor=actor,
        now=now,
        vendor_ids=[vendor.id],
        told={"reason": WITHDRAWN},
    )
    return Withdrawal(ended, request)


def _is_told_about(session: Session, vendor_id: int) -> bool:
    query = select(AcceptancePoint.id).where(
        AcceptancePoint.vendor_id == vendor_id,
        AcceptancePoint.feed_provider != "",
        col(AcceptancePoint.valid_to).is_(None),
    )
    return session.exec(query).first() is not None


def _leave_stalls(session: Session, vendor: Vendor, *, actor: Actor, now: datetime) -> None:
    assert vendor.id is not None
    query = select(StallHolding.stall_id).where(
        StallHolding.vendor_id == vendor.id, col(StallHolding.to_on).is_(None)
    )
    events = [
        {
            "action": EventAction.STALL_LEFT,
            "market_id": vendor.market_id,
            "vendor_id": vendor.id,
            "stall_id": stall_id,
            "reason": WITHDRAWN,
        }
        for stall_id in session.exec(query)
    ]
    end_dealings(session, [vendor.id], market_day(now))
    record_events(session, events, actor=actor, now=now)
