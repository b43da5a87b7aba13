"""The forms that make two records one, and two again."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from market.pages.days import now_of
from market.pages.forms import Sent
from market.pages.vendors.file import vendor_of_form
from market.pages.vendors.forms import PATH, carried_out, other_vendor
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Writing
from merchants.tables import Vendor
from merchants.vendors.merging import merge_vendors, undo_merge

router = APIRouter()


@router.post(PATH + "/gop", response_class=HTMLResponse)
def send_merge(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    form: Sent,
) -> Response:
    """Merge a double into this record."""
    vendor = vendor_of_form(session, market_code, vendor_code)
    double = other_vendor(session, vendor, form, "ho_so_trung")

    def merge(one: Vendor) -> None:
        assert double is not None
        merge_vendors(
            session,
            one,
            double,
            actor=caller.actor,
            now=now_of(request),
            reason=form.value("vi_sao"),
        )

    return carried_out(request, session, caller, vendor, form, "gop", merge)


@router.post(PATH + "/tach/{merge_id}", response_class=HTMLResponse)
def send_undone_merge(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    merge_id: RowId,
    form: Sent,
) -> Response:
    """Take a merge back."""
    vendor = vendor_of_form(session, market_code, vendor_code)

    def undo(_: Vendor) -> None:
        undo_merge(session, market_code, merge_id, actor=caller.actor, now=now_of(request))

    return carried_out(request, session, caller, vendor, form, "tach", undo)
