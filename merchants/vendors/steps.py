"""Steps people take with a vendor by hand: invite, test payment, suspend, resume, exit, return."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.entries import Faults
from merchants.errors import StepRefused
from merchants.events import record_event
from merchants.kinds import EventAction, ExitReason, VendorState
from merchants.lifecycle.states import Move, derive_vendor_states, facts_of, move_vendors
from merchants.lifecycle.steps import (
    BY_HAND,
    HandStep,
    Missing,
    VendorFacts,
    hand_step,
    missing_for,
    state_of,
)
from merchants.tables import Vendor
from merchants.vendors.holdings import leave_all_stalls

TEST_PAYMENT_MIN_VND = 1_000
TEST_PAYMENT_MAX_VND = 2_000
NOTE_LENGTH = 500

SeenBy = Literal["vendor", "helper"]

_AFTER_NAME_CHECK = (
    VendorState.NAME_MATCHED,
    VendorState.TEST_PAYMENT_OK,
    VendorState.POSTER_ISSUED,
    VendorState.POSTER_INSTALLED,
    VendorState.ACTIVE,
    VendorState.DORMANT,
)


def take_step(
    session: Session,
    vendor: Vendor,
    to: VendorState,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    note: str = "",
    evidence_sha256: str | None = None,
) -> VendorState:
    """Take a vendor one step further by hand and return the state that came of it.

    Who leaves gives back every stall, whose posters are revoked; who returns goes on from there to
    where the facts put them.

    Args:
        reason: one of ``ExitReason``; needed to suspend and to exit.
        evidence_sha256: of a signed paper or a recording.

    Raises:
        StepRefused: no such step leads there by hand, or something is missing for it.
        EntryRefused: the note is too long.
    """
    vendor = _locked(session, vendor)
    facts = facts_of(session, _id(vendor))
    step = hand_step(vendor.state, to)
    _require(vendor, to, _missing(vendor, to, step, facts, actor=actor, reason=reason))
    assert step is not None
    told = _told(vendor, reason, note, evidence_sha256)
    _move(session, vendor, to, actor=actor, now=now, told=told)
    if step is HandStep.EXIT:
        leave_all_stalls(session, vendor, actor=actor, now=now, reason=reason)
    derive_vendor_states(
        session, [vendor.market_id], actor=actor, now=now, vendor_ids=[_id(vendor)]
    )
    return vendor.state


def resumed_state(session: Session, vendor: Vendor) -> VendorState:
    """Return where a suspended vendor stands once resumed."""
    return state_of(facts_of(session, _id(vendor)))


def record_test_payment(
    session: Session,
    vendor: Vendor,
    *,
    amount_vnd: int,
    seen_by: SeenBy,
    actor: Actor,
    now: datetime,
    evidence_sha256: str | None = None,
) -> VendorState:
    """Note that a small payment was seen to arrive in the vendor's own bank app; return the state.

    The receipt itself is no sale: the adoption figures leave out one receipt of this vendor, day
    and amount (``reconciliation.close.receipts``). Later than the name check the state stays as it is.

    Raises:
        EntryRefused: the amount is not from 1,000 to 2,000 đ.
        StepRefused: the account's name is not checked yet.
    """
    faults = Faults()
    if not TEST_PAYMENT_MIN_VND <= amount_vnd <= TEST_PAYMENT_MAX_VND:
        faults.say("amount", "Thử với số tiền từ 1.000 đến 2.000 đồng")
    faults.refuse_any()
    vendor = _locked(session, vendor)
    to = VendorState.TEST_PAYMENT_OK
    if vendor.state not in _AFTER_NAME_CHECK or actor.kind == "system":
        facts = facts_of(session, _id(vendor))
        _require(
            vendor, to, missing_for(VendorState.NAME_MATCHED, facts) or (Missing.NOT_FROM_HERE,)
        )
    record_event(
        session,
        EventAction.TEST_PAYMENT_SEEN,
        actor=actor,
        now=now,
        market_id=vendor.market_id,
        vendor_id=vendor.id,
        to_value=str(amount_vnd),
        reason=seen_by,
        evidence_sha256=evidence_sha256,
    )
    if vendor.state is VendorState.NAME_MATCHED:
        _move(session, vendor, to, actor=actor, now=now, told=_told(vendor, "", "", None))
    return vendor.state


def _missing(
    vendor: Vendor,
    to: VendorState,
    step: HandStep | None,
    facts: VendorFacts,
    *,
    actor: Actor,
    reason: str,
) -> Sequence[Missing]:
    if step is None or vendor.merged_into_id is not None:
        is_decided_by_hand = any(to in rule.to_states for rule in BY_HAND.values())
        why = Missing.NOT_FROM_HERE if is_decided_by_hand else Missing.NOT_BY_HAND
        return missing_for(to, facts) or (why,)
    rule = BY_HAND[step]
    if actor.kind not in rule.actors or step is HandStep.TEST_PAYMENT:
        return (Missing.NOT_BY_HAND,)
    reasons = {each.value for each in ExitReason}
    if (rule.needs_reason or reason) and reason not in reasons:
        return (Missing.REASON,)
    if step is HandStep.RESUME and to is not state_of(facts):
        return missing_for(to, facts) or (Missing.NOT_FROM_HERE,)
    return missing_for(to, facts)


def _require(vendor: Vendor, to: VendorState, missing: Sequence[Missing]) -> None:
    if missing:
        raise StepRefused(vendor.code or "", vendor.state, to, [each.value for each in missing])


def _told(vendor: Vendor, reason: str, note: str, evidence: str | None) -> dict[str, Any]:
    faults = Faults()
    text = faults.text("note", note, length_max=NOTE_LENGTH)
    faults.refuse_any()
    vendor.version += 1
    return {
        "subject": f"state#{vendor.version}",
        "reason": reason,
        "note": text,
        "evidence_sha256": evidence,
    }


def _move(
    session: Session,
    vendor: Vendor,
    to: VendorState,
    *,
    actor: Actor,
    now: datetime,
    told: dict[str, Any],
) -> None:
    session.add(vendor)
    session.flush()
    move = Move(vendor_id=_id(vendor), market_id=vendor.market_id, current=vendor.state, wanted=to)
    move_vendors(session, [move], actor=actor, now=now, told=told)


def _locked(session: Session, vendor: Vendor) -> Vendor:
    """Return the vendor as stored now, kept from a second writer until the transaction ends."""
    session.flush()
    query = select(Vendor).where(col(Vendor.id) == vendor.id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def _id(vendor: Vendor) -> int:
    assert vendor.id is not None
    return vendor.id
