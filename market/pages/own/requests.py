"""Asking for a correction, for use to stop, or for deletion; and taking such a request back."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import translator
from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent, see_other
from market.pages.own.pin_field import asks_pin, note_own, pin_holds
from market.pages.rendering import address, lang_of, page
from market.reports.held_words import REQUEST_KINDS_VI
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.pins import has_pin
from market.security.principal import Principal
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.errors import PrivacyStepRefused
from merchants.find import find_vendor
from merchants.kinds import PrivacyRequestKind
from merchants.privacy.clocks import due_days
from merchants.privacy.requests import (
    WISH_LENGTH_MAX,
    find_request,
    open_request,
    open_requests,
    take_back,
)
from merchants.tables import PrivacyRequest, Vendor

router = APIRouter()

OWN = "/nguoi-ban/{vendor_code}/cua-toi"
KINDS = (
    PrivacyRequestKind.CORRECTION,
    PrivacyRequestKind.ACCESS,
    PrivacyRequestKind.RESTRICTION,
    PrivacyRequestKind.DELETION,
)
"""What a vendor asks here; withdrawing consent has pages of its own and needs no asking."""


@router.get(f"{OWN}/yeu-cau", response_class=HTMLResponse)
def request_page(
    request: Request, session: Reading, caller: Caller, vendor_code: str, loai: str = ""
) -> HTMLResponse:
    """Show the form of a request."""
    vendor = find_vendor(session, vendor_code)
    kind = loai if loai in set(KINDS) else KINDS[0].value
    return _shown(request, session, caller, vendor, Form.showing(loai=kind, once=new_once()))


@router.post(f"{OWN}/yeu-cau", response_class=HTMLResponse)
def ask(
    request: Request, session: Writing, caller: Caller, form: Sent, vendor_code: str
) -> Response:
    """Receive a vendor's request and start its clocks."""
    vendor = find_vendor(session, vendor_code)
    _, now = translator(lang_of(request)), now_of(request)
    once, kind = form.value("once"), form.value("loai")
    content = f"{request.url.path}\n{kind}\n{form.value('muon')}"
    earlier = earlier_answer(session, caller, once, content)
    if earlier is not None:
        return see_other(earlier)
    _check(form, session, vendor, _)
    if form.errors or not pin_holds(session, caller, vendor, form, _, now):
        return _shown(request, session, caller, vendor, form, status_code=422)
    open_request(
        session,
        vendor,
        PrivacyRequestKind(kind),
        wish=form.value("muon"),
        actor=caller.actor,
        now=now,
    )
    note_own(session, vendor, caller.actor, now, "request")
    location = address(request, f"/nguoi-ban/{vendor_code}/cua-toi", xong="yeu-cau")
    remember_answer(session, caller, once, content, location, now)
    return see_other(location)


@router.get(f"{OWN}/yeu-cau/{{request_id}}/rut-lai", response_class=HTMLResponse)
def take_back_page(
    request: Request, session: Reading, caller: Caller, vendor_code: str, request_id: RowId
) -> HTMLResponse:
    """Show what taking a request back means."""
    vendor = find_vendor(session, vendor_code)
    asked = find_request(session, request_id, vendor_id=vendor.id)
    return _taking_back(request, session, caller, vendor, asked, Form())


@router.post(f"{OWN}/yeu-cau/{{request_id}}/rut-lai", response_class=HTMLResponse)
def take_request_back(
    request: Request,
    session: Writing,
    caller: Caller,
    form: Sent,
    vendor_code: str,
    request_id: RowId,
) -> Response:
    """Close a request the vendor does not want any more."""
    vendor = find_vendor(session, vendor_code)
    _, now = translator(lang_of(request)), now_of(request)
    asked = find_request(session, request_id, vendor_id=vendor.id)
    if not pin_holds(session, caller, vendor, form, _, now):
        return _taking_back(request, session, caller, vendor, asked, form, status_code=422)
    try:
        take_back(session, asked, actor=caller.actor, now=now)
    except PrivacyStepRefused:
        form.refuse("pin", _("Yêu cầu này đã xong hoặc đã đóng, không rút lại được nữa."))
        return _taking_back(request, session, caller, vendor, asked, form, status_code=409)
    return see_other(address(request, f"/nguoi-ban/{vendor_code}/cua-toi", xong="rut-lai"))


def _check(form: Form, session: Session, vendor: Vendor, _: Any) -> None:
    kind, wish = form.value("loai"), form.value("muon")
    if kind not in set(KINDS):
        form.refuse("loai", _("Chọn một việc muốn nhờ."))
        return
    if kind == PrivacyRequestKind.CORRECTION and not wish:
        form.refuse("muon", _("Ghi chỗ nào sai và phải sửa thế nào."))
    if len(wish) > WISH_LENGTH_MAX:
        form.refuse(
            "muon",
            _(
                "Dài {n} chữ, ghi được tối đa {most}. Cô/bác viết ngắn lại.",
                n=len(wish),
                most=WISH_LENGTH_MAX,
            ),
        )
    assert vendor.id is not None
    if open_requests(session, vendor.id, PrivacyRequestKind(kind)):
        form.refuse("loai", _("Việc này cô/bác đã nhờ rồi, ban quản lý đang làm."))


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    vendor: Vendor,
    form: Form,
    **options: Any,
) -> HTMLResponse:
    assert vendor.id is not None
    today = today_of(request)
    return page(
        request,
        "own/request",
        caller=caller,
        here=f"/nguoi-ban/{vendor.code}/cua-toi",
        form=form,
        kinds=[(kind.value, REQUEST_KINDS_VI[kind.value], due_days(kind, today)) for kind in KINDS],
        wish_max=WISH_LENGTH_MAX,
        has_pin=has_pin(session, vendor.id),
        asks_pin=asks_pin(caller, now_of(request)),
        **options,
    )


def _taking_back(
    request: Request,
    session: Session,
    caller: Principal,
    vendor: Vendor,
    asked: PrivacyRequest,
    form: Form,
    **options: Any,
) -> HTMLResponse:
    assert vendor.id is not None
    return page(
        request,
        "own/take_back",
        caller=caller,
        here=f"/nguoi-ban/{vendor.code}/cua-toi",
        form=form,
        asked=asked,
        kind_words=REQUEST_KINDS_VI[asked.kind.value],
        has_pin=has_pin(session, vendor.id),
        asks_pin=asks_pin(caller, now_of(request)),
        **options,
    )
