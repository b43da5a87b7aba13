"""The forms of a vendor's stalls: taken, left, handed over."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.pages.campaigns.forms import day_in, kind_in
from market.pages.days import now_of
from market.pages.forms import Form, Sent
from market.pages.vendors.file import file_page, vendor_of_form
from market.pages.vendors.forms import PATH, carried_out, other_vendor
from market.pages.vendors.takers import (
    ASKED,
    CHOSEN,
    PERSON_FIELDS,
    found_takers,
    person_of,
)
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Writing
from merchants.errors import EntryRefused
from merchants.find import find_market
from merchants.kinds import ExitReason
from merchants.sentences import Sentence
from merchants.tables import Vendor
from merchants.vendor_code import read_vendor_code
from merchants.vendors.file import held_stall_codes
from merchants.vendors.holdings import HoldingDetails, hand_over, leave_stall, take_stall
from merchants.vendors.listing import ListedVendor
from merchants.vendors.registering import NewPerson, register_person

router = APIRouter()


@router.post(PATH + "/nhan-gian", response_class=HTMLResponse)
def send_taken_stall(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    form: Sent,
) -> Response:
    """Give the vendor one more stall that is free."""
    vendor = vendor_of_form(session, market_code, vendor_code)
    on = day_in(form, "ngay_nhan", needed="Ghi ngày nhận gian hàng")
    contract_to = day_in(form, "hd_den")
    stall = form.value("gian_nhan").upper()
    if not stall:
        form.refuse("gian_nhan", "Ghi mã gian hàng, ví dụ A012")

    def take(one: Vendor) -> None:
        assert on is not None
        take_stall(
            session,
            market_code,
            stall,
            one,
            on,
            actor=caller.actor,
            now=now_of(request),
            details=HoldingDetails(contract_no=form.value("hd_so"), contract_to=contract_to),
        )

    return carried_out(request, session, caller, vendor, form, "nhan", take)


@router.post(PATH + "/tra-gian", response_class=HTMLResponse)
def send_left_stall(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    form: Sent,
) -> Response:
    """End the vendor's holding of a stall."""
    vendor = vendor_of_form(session, market_code, vendor_code)
    on = day_in(form, "ngay_tra", needed="Ghi ngày cuối ở gian hàng")
    reason = kind_in(form, "ly_do_tra", ExitReason)
    stall = _own_stall(session, vendor, form, "gian_tra")

    def leave(_: Vendor) -> None:
        assert on is not None
        leave_stall(
            session,
            market_code,
            stall,
            on,
            actor=caller.actor,
            now=now_of(request),
            details=HoldingDetails(reason=reason.value if reason else ""),
        )

    return carried_out(request, session, caller, vendor, form, "tra", leave)


@router.post(PATH + "/chuyen-gian", response_class=HTMLResponse)
def send_handed_over(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    form: Sent,
) -> Response:
    """Let one of the vendor's stalls change hands; who takes it may be new to the register."""
    vendor = vendor_of_form(session, market_code, vendor_code)
    if form.is_ticked("tim"):
        return file_page(request, session, caller, vendor, form)
    on = day_in(form, "ngay_chuyen", needed="Ghi ngày đầu của người nhận")
    stall = _own_stall(session, vendor, form, "gian_chuyen")
    found = found_takers(request, session, vendor, form)
    person = person_of(form, found)
    known = _known_taker(session, vendor, form, found) if person is None else None

    def hand(_: Vendor) -> None:
        assert on is not None
        now = now_of(request)
        taker = known or _registered(request, session, market_code, caller, person)
        hand_over(session, market_code, stall, taker, on, actor=caller.actor, now=now)

    return carried_out(request, session, caller, vendor, form, "chuyen", hand)


def _known_taker(
    session: Session, vendor: Vendor, form: Form, found: Sequence[ListedVendor]
) -> Vendor | None:
    """Return whom of the register the form names; nobody is taken for having a like name."""
    asked = form.value(ASKED)
    if form.value(CHOSEN):
        return other_vendor(session, vendor, form, CHOSEN)
    if read_vendor_code(asked.upper()) is not None:
        return other_vendor(session, vendor, form, ASKED)
    if not asked:
        form.refuse(ASKED, "Tìm người nhận, hoặc ghi người mới ở dưới")
    elif found:
        form.refuse(ASKED, "Chọn người nhận trong danh sách dưới đây")
    else:
        form.refuse(
            ASKED, Sentence("Chợ chưa có ai khớp “{text}”: ghi người mới ở dưới", text=asked[:40])
        )
    return None


def _registered(
    request: Request,
    session: Session,
    market_code: str,
    caller: Principal,
    person: NewPerson | None,
) -> Vendor:
    assert person is not None
    market = find_market(session, market_code, for_update=True)
    try:
        return register_person(
            session,
            market,
            person,
            sealer=request.app.state.sealer,
            actor=caller.actor,
            now=now_of(request),
        )
    except EntryRefused as refusal:
        told = {PERSON_FIELDS.get(name, name): text for name, text in refusal.faults.items()}
        raise EntryRefused(told) from refusal


def _own_stall(session: Session, vendor: Vendor, form: Form, field: str) -> str:
    """Return the stall named in a field if the vendor holds it; else say so."""
    stall = form.value(field).upper()
    if stall not in held_stall_codes(session, vendor):
        form.refuse(field, "Chọn một gian hàng người bán đang giữ")
    return stall
