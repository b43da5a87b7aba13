"""Vendors for machines: list, file, changes, steps, history."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from market.api.paging import LIMIT, AfterId, Limit, Page
from market.api.problems import problem_of_changes
from market.api.vendor_answers import ONE, Once, is_first, remember, vendor_view
from market.api.vendor_views import (
    DoubleView,
    HistoryView,
    PaymentBody,
    StepBody,
    VendorItem,
    VendorPatch,
    VendorView,
)
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.errors import ChangedMeanwhile
from merchants.kinds import VendorState
from merchants.lifecycle.steps import LEADS_TO
from merchants.vendors.details import VendorChanges
from merchants.vendors.doubles import possible_doubles
from merchants.vendors.edit import change_vendor
from merchants.vendors.file import vendor_in_market
from merchants.vendors.history import vendor_history
from merchants.vendors.listing import Holding, VendorQuery, list_market_vendors
from merchants.vendors.steps import record_test_payment, resumed_state, take_step

router = APIRouter(prefix="/api/v1/markets/{market_code}", tags=["vendors"])

Cursor = Annotated[str, Query(max_length=1_000, description="`next` of the page before.")]
Text = Annotated[str, Query(max_length=200)]


@router.get("/vendors")
def list_vendors(
    request: Request,
    session: Reading,
    market_code: str,
    q: Text = "",
    state: VendorState | None = None,
    holding: Holding = Holding.ANY,
    after: Cursor = "",
    limit: Limit = LIMIT,
) -> Page[VendorItem]:
    """Return the vendors of a market in Vietnamese order."""
    query = VendorQuery(text=q, state=state, holding=holding, after=after, limit=limit)
    found = list_market_vendors(session, market_code, query, sealer=request.app.state.sealer)
    return Page(items=[VendorItem.of(one) for one in found.entries], next=found.next)


@router.get("/vendor-doubles")
def list_doubles(
    session: Reading,
    market_code: str,
    after: Annotated[int, Query(ge=0, le=10**6, description="`next` of the page before.")] = 0,
    limit: Limit = LIMIT,
) -> Page[DoubleView]:
    """Return the records that may be one person, what speaks most for it first."""
    found = possible_doubles(session, market_code)
    end = after + limit
    following = str(end) if end < len(found) else None
    return Page(items=[DoubleView.of(pair) for pair in found[after:end]], next=following)


@router.get(ONE)
def read_vendor(
    request: Request, session: Reading, market_code: str, vendor_code: str
) -> VendorView:
    """Return everything staff need on one vendor; a merged record is shown as it is kept."""
    return vendor_view(request, session, vendor_in_market(session, market_code, vendor_code))


@router.get(ONE + "/history")
def read_history(
    session: Reading,
    market_code: str,
    vendor_code: str,
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> Page[HistoryView]:
    """Return what was done to a vendor, newest first."""
    vendor = vendor_in_market(session, market_code, vendor_code)
    found = vendor_history(session, vendor.id or 0, before_id=after, limit=limit)
    following = str(found.next_id) if found.next_id is not None else None
    return Page(items=[HistoryView.of(entry) for entry in found.entries], next=following)


@router.patch(ONE, response_model=VendorView)
def patch_vendor(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    body: VendorPatch,
) -> VendorView | Response:
    """Change a vendor's details; 409 with what was changed when somebody else was first."""
    code = vendor_in_market(session, market_code, vendor_code).code or ""
    changes = VendorChanges(**body.model_dump(exclude={"version", "revoke_posters"}))
    try:
        vendor = change_vendor(
            session,
            code,
            changes,
            version=body.version,
            sealer=request.app.state.sealer,
            actor=caller.actor,
            now=request.app.state.now(),
            revoke_posters=body.revoke_posters,
        )
    except ChangedMeanwhile as changed:
        return problem_of_changes(request, changed, changed.changes)
    return vendor_view(request, session, vendor)


@router.post(ONE + "/steps")
def post_step(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    body: StepBody,
    once: Once = "",
) -> VendorView:
    """Take a step by hand."""
    vendor = vendor_in_market(session, market_code, vendor_code)
    if is_first(session, caller, once, request, body.model_dump_json()):
        to = LEADS_TO.get(body.step) or resumed_state(session, vendor)
        take_step(
            session,
            vendor,
            to,
            actor=caller.actor,
            now=request.app.state.now(),
            reason=body.reason.value if body.reason else "",
            note=body.note,
        )
        remember(session, caller, once, request, body.model_dump_json())
    return vendor_view(request, session, vendor)


@router.post(ONE + "/test-payments")
def post_test_payment(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    body: PaymentBody,
    once: Once = "",
) -> VendorView:
    """Note a small payment that was seen to arrive; it counts in no figure."""
    vendor = vendor_in_market(session, market_code, vendor_code)
    if is_first(session, caller, once, request, body.model_dump_json()):
        record_test_payment(
            session,
            vendor,
            amount_vnd=body.amount_vnd,
            seen_by=body.seen_by,
            actor=caller.actor,
            now=request.app.state.now(),
        )
        remember(session, caller, once, request, body.model_dump_json())
    return vendor_view(request, session, vendor)
