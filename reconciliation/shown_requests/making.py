"""Ask for an exact amount, and take the asking back. Neither moves money, so neither asks for a PIN.

A request is the vendor's own note of what she showed; whoever holds her link could as well show her
poster. It can at worst be paid, into her own account. What it may cost is bounded: so many open at once,
so many in some minutes.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.errors import EntryRefused, VendorNotFound
from merchants.posters.exact_code import payable_stall
from merchants.request_reference import write_request_reference
from merchants.sentences import Sentence
from merchants.tables import Vendor
from qr.payload import AMOUNT_VND_MAX
from reconciliation.bulk import new_ids, rows_of, table_of
from reconciliation.errors import (
    NotPayable,
    RequestNotOpen,
    RequestsNotKept,
    TooManyOpenRequests,
    TooManyRequests,
)
from reconciliation.shown_requests.reading import ShownRequest, find_request, standings
from reconciliation.shown_requests.standing import RequestState
from reconciliation.shown_requests.tracking import Tracking, tracking
from reconciliation.tables import PaymentRequest

OPEN_MAX = 20
"""So many customers of one stall may be about to pay at once."""
RATE_MAX, RATE_WINDOW = 30, timedelta(minutes=10)
LIFETIME_MIN, LIFETIME_MAX = timedelta(minutes=1), timedelta(days=1)
NOTE_MAX = 40

AMOUNT_TOO_SMALL = "Chưa có số tiền, cần từ 1 ₫"
AMOUNT_TOO_LARGE = "Một lần chuyển được tối đa 499.999.999 ₫. Cô/bác chia làm hai lần"
NOTE_TOO_LONG = "Ghi chú dài {length} chữ, cần tối đa {most}"
NOTE_UNREADABLE = "Ghi chú có ký tự không đọc được, cô/bác gõ lại"


def make_request(
    session: Session,
    vendor_code: str,
    amount_vnd: int,
    *,
    note: str = "",
    stall_code: str | None = None,
    lifetime: timedelta,
    actor: Actor,
    now: datetime,
) -> ShownRequest:
    """Keep what a vendor asks for, under a reference of its own, and return it.

    Raises:
        EntryRefused: ``amount_vnd`` or ``note`` breaks a rule.
        NotPayable: the vendor may have no code (``merchants.posters.exact_code.payable_stall``).
        RequestsNotKept: what becomes of it could not be told (``tracking``); show a code without one.
        TooManyOpenRequests, TooManyRequests: a limit of this vendor is reached.
        VendorNotFound: no vendor has the code.
    """
    _check_entry(amount_vnd, note, lifetime)
    vendor = _vendor_alone(session, vendor_code)
    place = payable_stall(session, vendor_code, stall_code)
    if place is None or vendor.id is None:
        raise NotPayable(vendor_code)
    tracked = tracking(session, vendor, place)
    if tracked is not Tracking.TOLD:
        raise RequestsNotKept(vendor_code, tracked.value)
    _check_limits(session, vendor.id, now)
    (request_id,) = new_ids(session, PaymentRequest, 1)
    reference = write_request_reference(vendor_code, request_id)
    session.add(
        PaymentRequest(
            id=request_id,
            vendor_id=vendor.id,
            acceptance_point_id=place.acceptance_point_id,
            stall_code=place.stall_code,
            reference=reference,
            amount_vnd=amount_vnd,
            note=note,
            created_at=now,
            created_by=str(actor),
            expires_at=now + lifetime,
        )
    )
    session.flush()
    return find_request(session, vendor_code, reference, now=now)


def cancel_request(
    session: Session, vendor_code: str, reference: str, *, now: datetime
) -> ShownRequest:
    """Take an open request back; one that is cancelled already stays so. A payment is told all the same.

    Raises:
        RequestNotFound: the vendor has no such request.
        RequestNotOpen: it is paid, or its time is over.
    """
    _vendor_alone(session, vendor_code)
    shown = find_request(session, vendor_code, reference, now=now)
    if shown.standing.state is RequestState.CANCELLED:
        return shown
    if shown.standing.state is not RequestState.OPEN:
        raise RequestNotOpen(reference, shown.standing.state.value)
    session.get_one(PaymentRequest, shown.id).cancelled_at = now
    session.flush()
    return find_request(session, vendor_code, reference, now=now)


def _check_entry(amount_vnd: int, note: str, lifetime: timedelta) -> None:
    assert LIFETIME_MIN <= lifetime <= LIFETIME_MAX, lifetime
    faults: dict[str, str] = {}
    if amount_vnd < 1:
        faults["amount_vnd"] = AMOUNT_TOO_SMALL
    elif amount_vnd > AMOUNT_VND_MAX:
        faults["amount_vnd"] = AMOUNT_TOO_LARGE
    if len(note) > NOTE_MAX:
        faults["note"] = Sentence(NOTE_TOO_LONG, length=len(note), most=NOTE_MAX)
    elif not note.isprintable():
        faults["note"] = NOTE_UNREADABLE
    if faults:
        raise EntryRefused(faults)


def _vendor_alone(session: Session, vendor_code: str) -> Vendor:
    """Return the vendor, whose other requests wait: what two at once count must not be the same."""
    vendor = session.exec(
        select(Vendor).where(Vendor.code == vendor_code).with_for_update()
    ).one_or_none()
    if vendor is None:
        raise VendorNotFound(vendor_code)
    return vendor


def _check_limits(session: Session, vendor_id: int, now: datetime) -> None:
    recent = session.exec(
        select(sa.func.count())
        .select_from(PaymentRequest)
        .where(
            PaymentRequest.vendor_id == vendor_id,
            col(PaymentRequest.created_at) > now - RATE_WINDOW,
        )
    ).one()
    if recent >= RATE_MAX:
        raise TooManyRequests(RATE_MAX, RATE_WINDOW)
    request = table_of(PaymentRequest).c
    waiting = sa.select(request.id).where(
        request.vendor_id == vendor_id,
        request.created_at > now - LIFETIME_MAX,
        request.expires_at > now,
        request.cancelled_at.is_(None),
    )
    ids = [row.id for row in rows_of(session, waiting)]
    stand = standings(session, ids, now=now).values()
    if sum(one.state is RequestState.OPEN for one in stand) >= OPEN_MAX:
        raise TooManyOpenRequests(OPEN_MAX)
