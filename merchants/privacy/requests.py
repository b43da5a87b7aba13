"""What vendors ask about their data: received, answered, carried out or refused, under clocks."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.days import market_day
from merchants.errors import PrivacyRequestNotFound, PrivacyStepRefused
from merchants.events import record_event
from merchants.kinds import (
    ConsentPurpose,
    EventAction,
    PrivacyRequestKind,
    PrivacyRequestState,
)
from merchants.privacy.clocks import due_days, latest_extension
from merchants.privacy.consent_rules import PURPOSES
from merchants.privacy.consents import end_consents, standing
from merchants.privacy.erasure import erase_vendor
from merchants.sealing import Sealer
from merchants.tables import PrivacyRequest, Vendor

OPEN_STATES = (PrivacyRequestState.RECEIVED, PrivacyRequestState.ANSWERED)
WISH_LENGTH_MAX = 500
REASON_LENGTH_MAX = 200
RESTRICTED = frozenset(
    {
        ConsentPurpose.RECONCILIATION,
        ConsentPurpose.AGGREGATE_STATISTICS,
        ConsentPurpose.CONTACT,
    }
)
"""What stops when use is restricted: all but the list and the poster."""


def open_request(
    session: Session,
    vendor: Vendor,
    kind: PrivacyRequestKind,
    *,
    wish: str = "",
    processors_must_stop: bool = False,
    actor: Actor,
    now: datetime,
) -> PrivacyRequest:
    """Receive a request and start its clocks.

    Raises:
        PrivacyStepRefused: one of this kind is open already, or what to correct is not told.
    """
    assert vendor.id is not None
    _lock(session, vendor.id)
    if open_requests(session, vendor.id, kind):
        raise PrivacyStepRefused(None, "kind", f"a request for {kind.value} is open already")
    if len(wish) > WISH_LENGTH_MAX:
        raise PrivacyStepRefused(
            None, "wish", f"holds {len(wish)} characters, at most {WISH_LENGTH_MAX} fit"
        )
    if kind is PrivacyRequestKind.CORRECTION and not wish:
        raise PrivacyStepRefused(None, "wish", "what is wrong and what is right is not told")
    due = due_days(kind, market_day(now), processors_must_stop=processors_must_stop)
    request = PrivacyRequest(
        vendor_id=vendor.id,
        kind=kind,
        state=PrivacyRequestState.RECEIVED,
        wish=wish,
        received_at=now,
        received_by=str(actor),
        answer_due_on=due.answer_on,
        due_on=due.complete_on,
    )
    session.add(request)
    session.flush()
    _record(session, request, vendor, EventAction.PRIVACY_REQUESTED, actor, now)
    return request


def answer(
    session: Session, request: PrivacyRequest, *, actor: Actor, now: datetime, told: str = ""
) -> None:
    """Note that the vendor was told whether and until when it will be done.

    Raises:
        PrivacyStepRefused: it was answered before, or is closed.
    """
    vendor = _open(session, request)
    if request.state is not PrivacyRequestState.RECEIVED:
        raise PrivacyStepRefused(request.id, "state", "was answered before")
    request.state = PrivacyRequestState.ANSWERED
    request.answered_at, request.answered_by = now, str(actor)
    request.outcome = told[:WISH_LENGTH_MAX]
    session.add(request)
    _record(session, request, vendor, EventAction.PRIVACY_ANSWERED, actor, now)


def extend(
    session: Session,
    request: PrivacyRequest,
    until_on: date,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a difficult request more time, once, and note why.

    Raises:
        PrivacyStepRefused: it was extended before, its time is over, or the day is too far.
    """
    vendor = _open(session, request)
    if request.is_extended:
        raise PrivacyStepRefused(request.id, "until_on", "was extended before: once is the limit")
    if not reason or len(reason) > REASON_LENGTH_MAX:
        raise PrivacyStepRefused(
            request.id, "reason", f"needs 1 to {REASON_LENGTH_MAX} characters, has {len(reason)}"
        )
    if market_day(now) > request.due_on:
        raise PrivacyStepRefused(
            request.id, "until_on", f"the time was over on {request.due_on:%d/%m/%Y}"
        )
    latest = latest_extension(market_day(request.received_at), request.due_on)
    if not request.due_on < until_on <= latest:
        raise PrivacyStepRefused(
            request.id,
            "until_on",
            f"{until_on:%d/%m/%Y} is not after {request.due_on:%d/%m/%Y} and by {latest:%d/%m/%Y}",
        )
    request.is_extended, request.extension_reason = True, reason
    request.due_on = until_on
    session.add(request)
    _record(session, request, vendor, EventAction.PRIVACY_EXTENDED, actor, now)


def refuse(
    session: Session, request: PrivacyRequest, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Close a request that is not carried out, with the reason the vendor is told.

    Raises:
        PrivacyStepRefused: there is no reason, or consent was withdrawn: that needs nobody's leave.
    """
    _open(session, request)
    if request.kind is PrivacyRequestKind.WITHDRAWAL:
        raise PrivacyStepRefused(request.id, "kind", "withdrawing consent needs nobody's leave")
    _close(session, request, PrivacyRequestState.REFUSED, reason, actor, now)


def take_back(session: Session, request: PrivacyRequest, *, actor: Actor, now: datetime) -> None:
    """Close a request the vendor does not want any more; after completion there is no way back.

    Raises:
        PrivacyStepRefused: it is closed, or is a withdrawal: consent is given anew instead.
    """
    _open(session, request)
    if request.kind is PrivacyRequestKind.WITHDRAWAL:
        raise PrivacyStepRefused(request.id, "kind", "consent is given anew, not taken back")
    _close(session, request, PrivacyRequestState.REFUSED, TAKEN_BACK, actor, now)


TAKEN_BACK = "Người bán rút lại yêu cầu"
"""The outcome of a request its vendor took back."""


def complete(
    session: Session,
    request: PrivacyRequest,
    *,
    outcome: str = "",
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> None:
    """Carry a request out: what it erases, withdraws or hands over is done here and now.

    Access: the caller has made the export (``held_data``). Correction: the caller has changed the
    record, and ``outcome`` says what. Restriction: all but list and poster is withdrawn. Withdrawal
    from the list and deletion: the person is erased.

    Raises:
        PrivacyStepRefused: it is closed, or what was corrected is not told.
    """
    vendor = _open(session, request)
    assert vendor.id is not None
    erases = False
    match request.kind:
        case PrivacyRequestKind.CORRECTION:
            if not outcome:
                raise PrivacyStepRefused(request.id, "outcome", "what was corrected is not told")
        case PrivacyRequestKind.RESTRICTION:
            end_consents(session, vendor, RESTRICTED, actor=actor, now=now)
        case PrivacyRequestKind.DELETION:
            end_consents(session, vendor, PURPOSES, actor=actor, now=now)
            erases = True
        case PrivacyRequestKind.WITHDRAWAL:
            erases = ConsentPurpose.ONBOARDING not in standing(session, vendor.id)
        case PrivacyRequestKind.ACCESS:
            pass
    if erases:
        erase_vendor(session, vendor, sealer=sealer, actor=actor, now=now)
    if request.answered_at is None:
        request.answered_at, request.answered_by = now, str(actor)
    done = outcome or ("Đã xoá" if erases else "Đã làm xong")
    _close(session, request, PrivacyRequestState.COMPLETED, done, actor, now)


def find_request(
    session: Session,
    request_id: int,
    *,
    market_id: int | None = None,
    vendor_id: int | None = None,
) -> PrivacyRequest:
    """Return a request of a market or of a vendor.

    Raises:
        PrivacyRequestNotFound: there is none of this number there.
    """
    query = (
        select(PrivacyRequest)
        .join(Vendor, col(Vendor.id) == col(PrivacyRequest.vendor_id))
        .where(PrivacyRequest.id == request_id)
    )
    if market_id is not None:
        query = query.where(Vendor.market_id == market_id)
    if vendor_id is not None:
        query = query.where(Vendor.id == vendor_id)
    request = session.exec(query).one_or_none()
    if request is None:
        raise PrivacyRequestNotFound(request_id)
    return request


def open_requests(
    session: Session, vendor_id: int, kind: PrivacyRequestKind | None = None
) -> list[PrivacyRequest]:
    """Return a vendor's requests that are not closed, oldest first; of one kind when it is given."""
    query = select(PrivacyRequest).where(
        PrivacyRequest.vendor_id == vendor_id, col(PrivacyRequest.state).in_(OPEN_STATES)
    )
    if kind is not None:
        query = query.where(PrivacyRequest.kind == kind)
    return list(session.exec(query.order_by(col(PrivacyRequest.id))))


def _open(session: Session, request: PrivacyRequest) -> Vendor:
    """Return the vendor of a request that is still open, both kept from other writers."""
    vendor = _lock(session, request.vendor_id)
    session.refresh(request)
    if request.state not in OPEN_STATES:
        raise PrivacyStepRefused(request.id, "state", f"is {request.state.value} already")
    return vendor


def _lock(session: Session, vendor_id: int) -> Vendor:
    session.flush()
    return session.exec(select(Vendor).where(Vendor.id == vendor_id).with_for_update()).one()


def _close(
    session: Session,
    request: PrivacyRequest,
    state: PrivacyRequestState,
    outcome: str,
    actor: Actor,
    now: datetime,
) -> None:
    if not outcome or len(outcome) > WISH_LENGTH_MAX:
        raise PrivacyStepRefused(
            request.id, "reason", f"needs 1 to {WISH_LENGTH_MAX} characters, has {len(outcome)}"
        )
    request.state, request.outcome = state, outcome
    request.completed_at, request.completed_by = now, str(actor)
    session.add(request)
    vendor = _lock(session, request.vendor_id)
    _record(session, request, vendor, EventAction.PRIVACY_COMPLETED, actor, now)


def _record(
    session: Session,
    request: PrivacyRequest,
    vendor: Vendor,
    action: EventAction,
    actor: Actor,
    now: datetime,
) -> None:
    session.flush()
    record_event(
        session,
        action,
        actor=actor,
        now=now,
        market_id=vendor.market_id,
        vendor_id=vendor.id,
        subject=f"request:{request.id}",
        from_value=request.kind.value,
        to_value=request.state.value,
    )
