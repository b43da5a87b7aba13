"""The list of a vendor's accounts to hand to the tax office themselves (form 01/BK-STK): in full.

Made only for the vendor, for the PIN, on paper or as a sheet; the service sends it nowhere.
"""

from enum import StrEnum

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import translator
from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent
from market.pages.own.pin_field import asks_pin, note_own, pin_holds
from market.pages.rendering import lang_of, page
from market.security.pins import has_pin
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.acceptance.lists import vendor_accounts
from merchants.acceptance.statement import account_statement
from merchants.events import record_event
from merchants.find import find_vendor
from merchants.kinds import EventAction
from merchants.tables import Vendor

router = APIRouter()
PATH = "/nguoi-ban/{vendor_code}/bang-ke-tai-khoan"


class Kind(StrEnum):
    """The files the list comes as."""

    PDF = "pdf"
    XLSX = "xlsx"


_MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get(PATH, response_class=HTMLResponse)
def list_page(request: Request, session: Reading, caller: Caller, vendor_code: str) -> HTMLResponse:
    """Show what the list will hold, numbers cut short, and the form that asks for it."""
    return _shown(request, session, caller, vendor_code, Form())


@router.post(PATH + ".{kind}", response_class=Response)
def list_file(
    request: Request,
    session: Writing,
    caller: Caller,
    vendor_code: str,
    kind: Kind,
    form: Sent,
) -> Response:
    """Return the list as a file, numbers in full."""
    from market.documents.account_books import statement_pdf, statement_xlsx

    vendor = find_vendor(session, vendor_code)
    now = now_of(request)
    if not pin_holds(session, caller, vendor, form, translator(lang_of(request)), now):
        return _shown(request, session, caller, vendor_code, form)
    statement = account_statement(
        session, vendor_code, sealer=request.app.state.sealer, on=today_of(request)
    )
    content = statement_pdf(statement) if kind is Kind.PDF else statement_xlsx(statement)
    _record(session, caller, vendor, kind, request)
    return Response(
        content,
        media_type=_MEDIA_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="bang-ke-tai-khoan.{kind.value}"',
            "Cache-Control": "no-store",
        },
    )


def _record(
    session: Session, caller: Principal, vendor: Vendor, kind: Kind, request: Request
) -> None:
    record_event(
        session,
        EventAction.DATA_EXPORTED,
        actor=caller.actor,
        now=now_of(request),
        market_id=vendor.market_id,
        vendor_id=vendor.id,
        subject="account_statement",
        to_value=kind.value,
    )
    note_own(session, vendor, caller.actor, now_of(request), "download")


def _shown(
    request: Request, session: Session, caller: Principal, vendor_code: str, form: Form
) -> HTMLResponse:
    vendor = find_vendor(session, vendor_code)
    points = vendor_accounts(session, vendor_code, today_of(request))
    return page(
        request,
        "accounts/own_list",
        caller=caller,
        status_code=422 if form.errors else 200,
        vendor=vendor,
        home=f"/nguoi-ban/{vendor_code}",
        action=f"/nguoi-ban/{vendor_code}/bang-ke-tai-khoan",
        here=f"/nguoi-ban/{vendor_code}/cua-toi",
        points=[point for point in points if point.valid_to is None],
        has_pin=has_pin(session, vendor.id or 0),
        asks_pin=asks_pin(caller, now_of(request)),
        form=form,
    )
