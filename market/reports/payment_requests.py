"""A vendor's requests for whoever looks: hers to her, what may be seen to the staff, nothing else."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from market.roles import Role
from market.security.principal import Principal
from merchants.find import find_vendor
from merchants.posters.exact_code import ExactCode, exact_code
from merchants.sealing import Sealer
from reconciliation.errors import RequestNotFound
from reconciliation.shown_requests.reading import (
    RequestList,
    ShownRequest,
    find_request,
    requests_of_day,
)
from reconciliation.shown_requests.standing import RequestState
from reconciliation.shown_requests.tracking import may_be_seen


def request_for(
    session: Session, caller: Principal, vendor_code: str, reference: str, *, now: datetime
) -> ShownRequest:
    """Return a vendor's request as far as somebody may see it.

    Raises:
        RequestNotFound: there is none, or the vendor lets nobody else see payments.
    """
    if not _is_open_to(session, caller, vendor_code):
        raise RequestNotFound(vendor_code, reference)
    return find_request(session, vendor_code, reference, now=now)


def requests_for(
    session: Session,
    caller: Principal,
    vendor_code: str,
    on: date,
    *,
    now: datetime,
    **wanted: Any,
) -> RequestList:
    """Return a vendor's requests of a day as far as somebody may see them; see ``requests_of_day``."""
    if not _is_open_to(session, caller, vendor_code):
        return RequestList(requests=(), next_id=None, counts={})
    return requests_of_day(session, vendor_code, on, now=now, **wanted)


def note_for(caller: Principal, request: ShownRequest) -> str:
    """Return a request's note: what a vendor writes to herself is shown to her alone."""
    return request.note if caller.role is Role.VENDOR else ""


def code_of(
    session: Session, vendor_code: str, request: ShownRequest, *, sealer: Sealer
) -> ExactCode | None:
    """Return the code of an open request; ``None`` = it is over, or its account no longer stands."""
    if request.standing.state is not RequestState.OPEN:
        return None
    code = exact_code(
        session,
        vendor_code,
        request.amount_vnd,
        sealer=sealer,
        stall_code=request.stall_code,
        reference=request.reference,
    )
    # Another account stands there now: a code shown for this one must not pay the other.
    if code is None or code.place.acceptance_point_id != request.acceptance_point_id:
        return None
    return code


def _is_open_to(session: Session, caller: Principal, vendor_code: str) -> bool:
    return caller.role is Role.VENDOR or may_be_seen(session, find_vendor(session, vendor_code))
