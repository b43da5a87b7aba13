"""Setting the PIN: the first by the personal link alone, every later one with the one before."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import Translator, clock, translator
from market.pages.days import now_of
from market.pages.forms import Form, Sent, see_other
from market.pages.own.pin_field import note_own
from market.pages.rendering import address, lang_of, page
from market.security.errors import PinLocked, PinNeeded, PinRefused, PinWrong
from market.security.pins import check_pin, has_pin, remember_pin, set_pin
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.events import record_event
from merchants.find import find_vendor
from merchants.kinds import EventAction
from merchants.tables import Vendor

router = APIRouter()

PATH = "/nguoi-ban/{vendor_code}/cua-toi/ma-pin"


@router.get(PATH, response_class=HTMLResponse)
def pin_page(request: Request, session: Reading, caller: Caller, vendor_code: str) -> HTMLResponse:
    """Show the form of the PIN."""
    return _shown(request, session, caller, find_vendor(session, vendor_code), Form())


@router.post(PATH, response_class=HTMLResponse)
def change_pin(
    request: Request, session: Writing, caller: Caller, form: Sent, vendor_code: str
) -> Response:
    """Set a vendor's PIN."""
    vendor = find_vendor(session, vendor_code)
    assert vendor.id is not None
    _, now = translator(lang_of(request)), now_of(request)
    if form.value("pin_moi") != form.value("pin_lai"):
        form.refuse("pin_lai", _("Hai lần gõ chưa giống nhau. Cô/bác gõ lại mã mới."))
    if has_pin(session, vendor.id):
        _check_old(session, vendor.id, form, _, request)
    if not form.errors:
        try:
            set_pin(session, vendor.id, form.value("pin_moi"), now=now)
        except PinRefused as refusal:
            form.refuse("pin_moi", _(refusal.reason))
    if form.errors:
        return _shown(request, session, caller, vendor, form, status_code=422)
    remember_pin(session, caller, now=now)
    record_event(
        session,
        EventAction.PIN_SET,
        actor=caller.actor,
        now=now,
        market_id=vendor.market_id,
        vendor_id=vendor.id,
    )
    note_own(session, vendor, caller.actor, now, "pin")
    return see_other(address(request, f"/nguoi-ban/{vendor_code}/cua-toi", xong="ma-pin"))


def _check_old(
    session: Session, vendor_id: int, form: Form, _: Translator, request: Request
) -> None:
    try:
        check_pin(session, vendor_id, form.value("pin"), now=now_of(request))
    except PinNeeded:
        form.refuse("pin", _("Cô/bác gõ mã PIN đang dùng."))
    except PinWrong as wrong:
        form.refuse("pin", _("Mã PIN chưa đúng, còn được thử {n} lần nữa.", n=wrong.tries_left))
    except PinLocked as locked:
        form.refuse(
            "pin",
            _(
                "Gõ sai nhiều lần nên tạm khoá đến {at}. Quên mã PIN thì cô/bác gặp ban quản lý chợ.",
                at=clock(locked.until_at),
            ),
        )


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
        "own/pin",
        caller=caller,
        here=f"/nguoi-ban/{vendor.code}/cua-toi",
        form=form,
        has_pin=has_pin(session, vendor.id),
        **options,
    )
