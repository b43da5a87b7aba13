"""The small payment a vendor tries, and the word that it arrived: nobody says that in their place."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import translator
from market.pages.days import now_of
from market.pages.forms import Form, Sent, see_other
from market.pages.own.pin_field import asks_pin, note_own, pin_holds
from market.pages.rendering import address, lang_of, page
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.pins import has_pin
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.errors import StepRefused
from merchants.find import find_vendor
from merchants.tables import Vendor
from merchants.vendors.own_steps import has_tried_payment
from merchants.vendors.steps import (
    TEST_PAYMENT_MAX_VND,
    TEST_PAYMENT_MIN_VND,
    record_test_payment,
)

router = APIRouter()

PATH = "/nguoi-ban/{vendor_code}/cua-toi/thu-tien"
AMOUNTS_VND = (TEST_PAYMENT_MIN_VND, TEST_PAYMENT_MAX_VND)


@router.get(PATH, response_class=HTMLResponse)
def test_payment_page(
    request: Request, session: Reading, caller: Caller, vendor_code: str
) -> HTMLResponse:
    """Show how a small payment is tried."""
    form = Form.showing(so_tien=str(TEST_PAYMENT_MIN_VND), once=new_once())
    return _shown(request, session, caller, find_vendor(session, vendor_code), form)


@router.post(PATH, response_class=HTMLResponse)
def say_it_arrived(
    request: Request, session: Writing, caller: Caller, form: Sent, vendor_code: str
) -> Response:
    """Note that the vendor saw the small payment arrive."""
    vendor = find_vendor(session, vendor_code)
    _, now = translator(lang_of(request)), now_of(request)
    once, amount = form.value("once"), form.value("so_tien")
    content = f"{request.url.path}\n{amount}"
    earlier = earlier_answer(session, caller, once, content)
    if earlier is not None:
        return see_other(earlier)
    if amount not in {str(each) for each in AMOUNTS_VND}:
        form.refuse("so_tien", _("Chọn số tiền đã thử."))
    if form.errors or not pin_holds(session, caller, vendor, form, _, now):
        return _shown(request, session, caller, vendor, form, status_code=422)
    try:
        record_test_payment(
            session, vendor, amount_vnd=int(amount), seen_by="vendor", actor=caller.actor, now=now
        )
    except StepRefused:
        form.refuse(
            "so_tien",
            _("Tên chủ tài khoản chưa khớp nên chưa thử được. Cô/bác gặp ban quản lý chợ."),
        )
        return _shown(request, session, caller, vendor, form, status_code=409)
    note_own(session, vendor, caller.actor, now, "test_payment")
    location = address(request, f"/nguoi-ban/{vendor_code}/cua-toi", xong="thu-tien")
    remember_answer(session, caller, once, content, location, now)
    return see_other(location)


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    vendor: Vendor,
    form: Form,
    **options: Any,
) -> HTMLResponse:
    assert vendor.id is not None
    return page(
        request,
        "own/test_payment",
        caller=caller,
        here=f"/nguoi-ban/{vendor.code}/cua-toi",
        day_page=f"/nguoi-ban/{vendor.code}",
        form=form,
        amounts=AMOUNTS_VND,
        has_tried=has_tried_payment(session, vendor),
        has_pin=has_pin(session, vendor.id),
        asks_pin=asks_pin(caller, now_of(request)),
        **options,
    )
