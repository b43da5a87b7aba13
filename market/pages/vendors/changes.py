"""The forms of a vendor's file: details, steps by hand, test payments."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.pages.campaigns.forms import kind_in, number_in
from market.pages.days import now_of
from market.pages.forms import Sent
from market.pages.vendors.file import file_page, vendor_of_form
from market.pages.vendors.forms import PATH, carried_out
from market.security.scope import Caller
from market.security.sessions import Writing
from merchants.errors import (
    ChangedMeanwhile,
)
from merchants.kinds import VendorState
from merchants.lifecycle.steps import LEADS_TO, HandStep
from merchants.tables import Vendor
from merchants.vendors.details import VendorChanges
from merchants.vendors.edit import change_vendor
from merchants.vendors.steps import SeenBy, record_test_payment, resumed_state, take_step

router = APIRouter()
_SEEN_BY: Mapping[str, SeenBy] = {"nguoi_ban": "vendor", "nguoi_ho_tro": "helper"}


@router.post(PATH + "/sua", response_class=HTMLResponse)
def send_details(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    form: Sent,
) -> Response:
    """Change a vendor's details; who comes second is told what the first changed."""
    vendor = vendor_of_form(session, market_code, vendor_code)
    changes = VendorChanges(
        full_name=form.value("ho_ten"),
        business_name=form.value("ten_ho"),
        display_name=form.value("ten_tam_ma"),
        phone=form.value("dien_thoai") or None,
        id_number=form.value("so_cccd") or None,
    )
    version = form.value("ban")
    try:
        return carried_out(
            request,
            session,
            caller,
            vendor,
            form,
            "sua",
            lambda one: change_vendor(
                session,
                one.code or "",
                changes,
                version=int(version) if version.isascii() and version.isdigit() else 0,
                sealer=request.app.state.sealer,
                actor=caller.actor,
                now=now_of(request),
                revoke_posters=form.is_ticked("thu_hoi"),
            ),
        )
    except ChangedMeanwhile as changed:
        session.refresh(vendor)
        return file_page(request, session, caller, vendor, form, changed=changed)


@router.post(PATH + "/buoc", response_class=HTMLResponse)
def send_step(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    form: Sent,
) -> Response:
    """Take a step by hand: invite, suspend, resume, let go."""
    vendor = vendor_of_form(session, market_code, vendor_code)
    step = kind_in(form, "viec", HandStep, needed="Chọn việc cần ghi")
    to = _state_for(session, vendor, step)

    def take(one: Vendor) -> None:
        assert to is not None
        take_step(
            session,
            one,
            to,
            actor=caller.actor,
            now=now_of(request),
            reason=form.value("ly_do"),
            note=form.value("ghi_chu"),
        )

    return carried_out(request, session, caller, vendor, form, "buoc", take)


@router.post(PATH + "/thu-tien", response_class=HTMLResponse)
def send_test_payment(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    form: Sent,
) -> Response:
    """Note a small payment that was seen to arrive."""
    vendor = vendor_of_form(session, market_code, vendor_code)
    amount = number_in(form, "so_tien", needed="Ghi số tiền đã chuyển thử")
    seen_by = _SEEN_BY.get(form.value("ai_thay"))
    if seen_by is None:
        form.refuse("ai_thay", "Chọn ai đã thấy tiền vào trên điện thoại của người bán")

    def note(one: Vendor) -> None:
        assert amount is not None
        assert seen_by is not None
        record_test_payment(
            session,
            one,
            amount_vnd=amount,
            seen_by=seen_by,
            actor=caller.actor,
            now=now_of(request),
        )

    return carried_out(request, session, caller, vendor, form, "thu", note)


def _state_for(session: Session, vendor: Vendor, step: HandStep | None) -> VendorState | None:
    return resumed_state(session, vendor) if step is HandStep.RESUME else LEADS_TO.get(step)
