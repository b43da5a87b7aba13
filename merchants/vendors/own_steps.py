"""How far the own onboarding has come, as its vendor is told: the step that waits, a payment to try."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from merchants.kinds import EventAction, VendorState
from merchants.lifecycle.states import facts_of
from merchants.lifecycle.step_line import StepLine, step_line
from merchants.tables import RegisterEvent, Vendor
from merchants.vendors.file import reached_at

_NOTHING_TO_TELL = frozenset(
    {VendorState.ACTIVE, VendorState.DORMANT, VendorState.SUSPENDED, VendorState.EXITED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSteps:
    """A vendor's five steps, and whether a small payment is still to be tried."""

    line: StepLine
    may_try_payment: bool
    """The account's name is checked and nobody has seen a small payment arrive."""


def own_steps(session: Session, vendor: Vendor, *, now: datetime) -> OwnSteps | None:
    """Return what a vendor is told of the steps; ``None`` = nothing, money comes in or came to an end.

    The same number of statements for everybody who is told something.
    """
    if vendor.state in _NOTHING_TO_TELL:
        return None
    assert vendor.id is not None
    facts = facts_of(session, vendor.id)
    line = step_line(
        facts, reached_at(session, vendor.id), registered_at=vendor.registered_at, now=now
    )
    may_try = facts.has_matched_name and not has_tried_payment(session, vendor)
    return OwnSteps(line=line, may_try_payment=may_try) if line.next or may_try else None


def has_tried_payment(session: Session, vendor: Vendor) -> bool:
    """Return whether a small payment was once seen to arrive."""
    seen = select(RegisterEvent.id).where(
        RegisterEvent.vendor_id == vendor.id,
        RegisterEvent.action == EventAction.TEST_PAYMENT_SEEN.value,
    )
    return session.exec(seen.limit(1)).first() is not None
