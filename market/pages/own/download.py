"""A vendor's copy of everything held about them, in full, for the PIN."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import translator
from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent
from market.pages.own.pin_field import asks_pin, note_own, pin_holds
from market.pages.rendering import lang_of, page
from market.privacy import export_held
from market.security.pins import has_pin
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.find import find_vendor
from merchants.tables import Vendor

router = APIRouter()

PATH = "/nguoi-ban/{vendor_code}/cua-toi/tai-ve"


@router.get(PATH, response_class=HTMLResponse)
def download_page(
    request: Request, session: Reading, caller: Caller, vendor_code: str
) -> HTMLResponse:
    """Show the form that asks for the copy."""
    return _shown(request, session, caller, find_vendor(session, vendor_code), Form())


@router.post(PATH, response_class=Response)
def download(
    request: Request, session: Writing, caller: Caller, form: Sent, vendor_code: str
) -> Response:
    """Return everything held on the vendor as PDF, or as JSON for a machine."""
    vendor = find_vendor(session, vendor_code)
    _, now = translator(lang_of(request)), now_of(request)
    if not pin_holds(session, caller, vendor, form, _, now):
        return _shown(request, session, caller, vendor, form, status_code=422)
    export = export_held(
        session, vendor, sealer=request.app.state.sealer, actor=caller.actor, now=now
    )
    note_own(session, vendor, caller.actor, now, "download")
    name = f"cho-giu-gi-{vendor_code}-{today_of(request).isoformat()}"
    if form.value("dang") == "json":
        return _file(export.json, f"{name}.json", "application/json")
    return _file(export.pdf, f"{name}.pdf", "application/pdf")


def _file(content: bytes, name: str, media_type: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)


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
        "own/download",
        caller=caller,
        here=f"/nguoi-ban/{vendor.code}/cua-toi",
        form=form,
        has_pin=has_pin(session, vendor.id),
        asks_pin=asks_pin(caller, now_of(request)),
        **options,
    )
