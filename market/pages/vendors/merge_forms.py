"""Two records beside each other, the form that makes them one, and the one that makes them two again."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n.vendor_words import CONSENTS, SIGNS, STATE_TICKS, VENDOR_STATES
from market.pages.days import now_of
from market.pages.forms import Form, Sent
from market.pages.rendering import page
from market.pages.vendors.file import vendor_of_form
from market.pages.vendors.forms import PATH, carried_out, other_vendor
from market.security.once import new_once
from market.security.principal import Principal
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.errors import MergeRefused
from merchants.find import find_market
from merchants.kinds import ENDED_POSTER_STATES
from merchants.tables import Vendor
from merchants.vendors.doubles import PossibleDouble
from merchants.vendors.file import VendorFile, vendor_file
from merchants.vendors.merging import merge_vendors, refuse_merge, undo_merge

router = APIRouter()

REASON_MAX = 200
OF_THE_KEPT, FILLED, OF_BOTH = (
    "Của hồ sơ được giữ",
    "Của hồ sơ được giữ; trống thì lấy của hồ sơ kia",
    "Của cả hai",
)
_FATES = {
    "Họ tên": OF_THE_KEPT,
    "Tên hộ kinh doanh": FILLED,
    "Tên trên tấm mã": FILLED,
    "Số điện thoại": FILLED,
    "Số căn cước": FILLED,
    "Gian hàng": OF_BOTH,
    "Tài khoản": OF_BOTH,
    "Tấm mã": OF_BOTH,
    "Sự đồng ý": OF_BOTH,
}
"""By what a record holds: what ``merchants.vendors.merging`` makes of it."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One thing about two records, and what the kept one will have of it."""

    label: str
    values: tuple[tuple[str, ...], tuple[str, ...]]
    fate: str


@router.get(PATH + "/gop", response_class=HTMLResponse)
def compare(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    voi: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Show two records side by side, what a merge would keep of each, and ask for it."""
    vendor = vendor_of_form(session, market_code, vendor_code)
    form = Form.showing(ho_so_trung=voi or "")
    other = None if voi is None else other_vendor(session, vendor, form, "ho_so_trung")
    if other is not None:
        try:
            refuse_merge(session, vendor, other)
        except MergeRefused as refusal:
            form.refuse("ho_so_trung", refusal.reason)
    return _compared(request, session, caller, vendor, form)


@router.post(PATH + "/gop", response_class=HTMLResponse)
def send_merge(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    form: Sent,
) -> Response:
    """Merge the two records into the one that was chosen, for the reason that was given."""
    vendor = vendor_of_form(session, market_code, vendor_code)
    other = other_vendor(session, vendor, form, "ho_so_trung")
    pair = {each.code: each for each in (vendor, other) if each is not None}
    kept = pair.pop(form.value("giu").upper(), None)
    reason = form.value("vi_sao")
    if other is not None and kept is None:
        form.refuse("giu", "Chọn hồ sơ được giữ lại")
    if other is not None and not reason:
        form.refuse("vi_sao", "Ghi vì sao biết hai hồ sơ là một người")
    elif len(reason) > REASON_MAX:
        form.refuse("vi_sao", "Ghi ngắn lại, tối đa 200 ký tự")

    def merge(one: Vendor) -> None:
        merge_vendors(
            session,
            one,
            next(iter(pair.values())),
            actor=caller.actor,
            now=now_of(request),
            reason=reason,
        )

    def again() -> HTMLResponse:
        return _compared(request, session, caller, vendor, form)

    return carried_out(request, session, caller, kept or vendor, form, "gop", merge, again=again)


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


def _compared(
    request: Request, session: Session, caller: Principal, vendor: Vendor, form: Form
) -> HTMLResponse:
    other = other_vendor(session, vendor, Form(form.values), "ho_so_trung")
    sides = [vendor] if other is None or other is vendor else [vendor, other]
    pair = [vendor_file(session, each, now=now_of(request)) for each in sides]
    signs = [one.signs for one in pair[0].doubles if {each.code for each in pair} == _codes(one)]
    return page(
        request,
        "vendor_merge",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=find_market(session, pair[0].market_code),
        pair=pair,
        signs=signs[0] if signs else (),
        sign_words=SIGNS,
        rows=_rows(*pair) if len(pair) == 2 else (),
        here=request.url.path,
        form=form,
        once=new_once(),
        reason_max=REASON_MAX,
        states=VENDOR_STATES,
        ticks=STATE_TICKS,
    )


def _codes(double: PossibleDouble) -> set[str]:
    return {double.kept.code, double.other.code}


def _rows(one: VendorFile, other: VendorFile) -> list[_Row]:
    """Return what stands in each record; ``_FATES`` says what a merge makes of it."""
    told = (_told(one), _told(other))
    return [
        _Row(label, (told[0][label], told[1][label]), fate)
        for label, fate in _FATES.items()
        if told[0][label] or told[1][label]
    ]


def _told(vendor: VendorFile) -> dict[str, tuple[str, ...]]:
    named = {
        "Họ tên": vendor.full_name,
        "Tên hộ kinh doanh": vendor.business_name,
        "Tên trên tấm mã": vendor.display_name,
        "Số điện thoại": vendor.phone_tail and f"···{vendor.phone_tail}",
        "Số căn cước": vendor.id_number_tail and f"···{vendor.id_number_tail}",
    }
    return {
        **{label: (value,) if value else () for label, value in named.items()},
        "Gian hàng": tuple(stall.stall_code for stall in vendor.held_now),
        "Tài khoản": tuple(f"{each.holder_name} ···{each.tail}" for each in vendor.accounts),
        "Tấm mã": tuple(
            each.serial for each in vendor.posters if each.state not in ENDED_POSTER_STATES
        ),
        "Sự đồng ý": tuple(
            CONSENTS[each.purpose] for each in vendor.consents if each.withdrawn_at is None
        ),
    }
