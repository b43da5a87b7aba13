"""Stalls and doubles of a vendor for machines."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from sqlmodel import Session

from market.api.vendor_answers import ONE, Once, is_first, remember, vendor_path, vendor_view
from market.api.vendor_views import (
    HandOverBody,
    LeaveBody,
    MergeBody,
    TakeBody,
    VendorView,
)
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Writing
from merchants.errors import HoldingRefused
from merchants.files.csv_text import clean_text
from merchants.sentences import Sentence
from merchants.tables import Vendor
from merchants.vendors.file import held_stall_codes, vendor_in_market
from merchants.vendors.holdings import HoldingDetails, hand_over, leave_stall, take_stall
from merchants.vendors.merging import merge_vendors, merges_of, undo_merge

router = APIRouter(prefix="/api/v1/markets/{market_code}", tags=["vendors"])

StallPath = Annotated[str, Path(max_length=12, pattern=r"^[^\x00-\x1f]+$")]


@router.post(ONE + "/holdings", status_code=HTTPStatus.CREATED)
def post_holding(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    body: TakeBody,
    once: Once = "",
) -> VendorView:
    """Give the vendor a free stall."""
    vendor = vendor_in_market(session, market_code, vendor_code)
    if is_first(session, caller, once, request, body.model_dump_json()):
        take_stall(
            session,
            market_code,
            body.stall_code.upper(),
            vendor,
            body.from_on,
            actor=caller.actor,
            now=request.app.state.now(),
            details=HoldingDetails(
                contract_no=clean_text(body.contract_no), contract_to=body.contract_to
            ),
        )
        remember(session, caller, once, request, body.model_dump_json())
    response.headers["Location"] = vendor_path(market_code, vendor)
    return vendor_view(request, session, vendor)


@router.post(ONE + "/holdings/{stall_code:path}/end")
def end_holding(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    stall_code: StallPath,
    body: LeaveBody,
) -> VendorView:
    """End the vendor's holding of a stall; its posters are revoked."""
    vendor = vendor_in_market(session, market_code, vendor_code)
    leave_stall(
        session,
        market_code,
        _own_stall(session, vendor, stall_code),
        body.last_on,
        actor=caller.actor,
        now=request.app.state.now(),
        details=HoldingDetails(
            reason=body.reason.value if body.reason else "", note=clean_text(body.note)
        ),
    )
    return vendor_view(request, session, vendor)


@router.post(ONE + "/holdings/{stall_code:path}/hand-over", status_code=HTTPStatus.CREATED)
def hand_stall_over(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    stall_code: StallPath,
    body: HandOverBody,
) -> VendorView:
    """Let a stall of the vendor change hands; answers with the new holder."""
    vendor = vendor_in_market(session, market_code, vendor_code)
    taker = vendor_in_market(session, market_code, body.to_vendor.upper())
    hand_over(
        session,
        market_code,
        _own_stall(session, vendor, stall_code),
        taker,
        body.from_on,
        actor=caller.actor,
        now=request.app.state.now(),
        details=HoldingDetails(
            contract_no=clean_text(body.contract_no),
            contract_to=body.contract_to,
            reason=body.reason.value if body.reason else "",
            note=clean_text(body.note),
        ),
    )
    response.headers["Location"] = vendor_path(market_code, taker)
    return vendor_view(request, session, taker)


@router.post(ONE + "/merges", status_code=HTTPStatus.CREATED)
def post_merge(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    body: MergeBody,
    once: Once = "",
) -> VendorView:
    """Merge a double into the vendor."""
    vendor = vendor_in_market(session, market_code, vendor_code)
    if is_first(session, caller, once, request, body.model_dump_json()):
        merge_vendors(
            session,
            vendor,
            vendor_in_market(session, market_code, body.double.upper()),
            actor=caller.actor,
            now=request.app.state.now(),
            reason=clean_text(body.reason),
        )
        remember(session, caller, once, request, body.model_dump_json())
    merges = merges_of(session, vendor.id or 0)
    last = f"/merges/{merges[0][0].id}" if merges else ""
    response.headers["Location"] = vendor_path(market_code, vendor) + last
    return vendor_view(request, session, vendor)


@router.delete(ONE + "/merges/{merge_id}")
def delete_merge(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    merge_id: RowId,
) -> VendorView:
    """Take a merge into the vendor back."""
    vendor = vendor_in_market(session, market_code, vendor_code)
    undo_merge(session, market_code, merge_id, actor=caller.actor, now=request.app.state.now())
    return vendor_view(request, session, vendor)


def _own_stall(session: Session, vendor: Vendor, stall_code: str) -> str:
    stall = stall_code.upper()
    if stall not in held_stall_codes(session, vendor):
        raise HoldingRefused(
            stall, "stall", Sentence("{code} không giữ gian hàng này", code=vendor.code)
        )
    return stall
