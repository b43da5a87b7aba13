"""A vendor's file for staff: everything on one vendor, and every change as a form of its own."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import translator
from market.i18n.campaign_names import EXIT_REASONS
from market.i18n.vendor_words import (
    ACCOUNT_KINDS,
    CONSENTS,
    HAND_STEPS,
    MISSING,
    NAME_MATCHES,
    POINT_STATES,
    POSTER_STATES,
    SIGNS,
    STAGE_NAMES,
    STATE_TICKS,
    VENDOR_STATES,
)
from market.pages.days import now_of, today_of
from market.pages.forms import Form, see_other
from market.pages.rendering import address, lang_of, page
from market.pages.vendors.history import change_lines, history_lines
from market.pages.vendors.takers import FOUND_MAX, found_takers
from market.security.once import new_once
from market.security.principal import Principal
from market.security.routes import ROUTES
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.errors import ChangedMeanwhile, VendorNotFound
from merchants.find import find_market
from merchants.lifecycle.steps import HandStep
from merchants.tables import Vendor
from merchants.vendors.file import VendorFile, vendor_file, vendor_in_market
from merchants.vendors.history import vendor_history
from merchants.vendors.merging import find_kept_vendor
from merchants.vendors.steps import TEST_PAYMENT_MIN_VND

router = APIRouter()

HISTORY_ROWS = 20
DONE: Mapping[str, str] = {
    "sua": "Đã ghi thông tin mới.",
    "buoc": "Đã ghi bước mới.",
    "thu": "Đã ghi lần chuyển thử.",
    "nhan": "Đã ghi gian hàng mới nhận.",
    "tra": "Đã ghi gian hàng trả lại.",
    "chuyen": "Gian hàng đã sang tên người nhận.",
    "gop": "Đã gộp hai hồ sơ. Tách lại được ở mục Hồ sơ đã gộp.",
    "tach": "Đã tách thành hai hồ sơ như trước.",
    "phan-anh": "Đã ghi phản ánh của người bán. Quản lý chợ trả lời.",
    "yeu-cau": "Đã ghi yêu cầu của người bán. Quản lý chợ trả lời và làm.",
}
"""What a form that was carried out says on the page it leads to."""


@router.get("/cho/{market_code}/nguoi-ban/{vendor_code}", response_class=HTMLResponse)
def show_file(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    truoc: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    da: str = "",
    mo: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show a vendor's file; a merged record leads to the one that was kept."""
    vendor = vendor_in_market(session, market_code, vendor_code)
    if vendor.merged_into_id is not None:
        kept = find_kept_vendor(session, vendor_code)
        return see_other(address(request, file_path(market_code, kept), da=da))
    return file_page(
        request,
        session,
        caller,
        vendor,
        Form.showing(mo=mo),
        before_id=truoc,
        done=DONE.get(da, ""),
    )


def file_page(
    request: Request,
    session: Session,
    caller: Principal,
    vendor: Vendor,
    form: Form,
    *,
    before_id: int | None = None,
    done: str = "",
    changed: ChangedMeanwhile | None = None,
) -> HTMLResponse:
    """Return a vendor's file; with faults in ``form`` as what was refused, values kept."""
    told = vendor_file(session, vendor, now=now_of(request))
    history = vendor_history(session, told.id, before_id=before_id, limit=HISTORY_ROWS)
    _ = translator(lang_of(request))
    market = find_market(session, told.market_code)
    return page(
        request,
        "vendor_file",
        caller=caller,
        status_code=_status(form, changed),
        market=market,
        vendor=told,
        here=file_path(told.market_code, vendor),
        form=_filled(form, told, today_of(request).isoformat()),
        takers=found_takers(request, session, vendor, form),
        takers_max=FOUND_MAX,
        once=new_once(),
        done=done,
        changes=change_lines(session, changed.changes, _) if changed else None,
        history=history_lines(session, history.entries, _),
        next_id=history.next_id,
        may=may_of(caller),
        words=WORDS,
        steps=[step for step in told.hand_steps if step not in _ELSEWHERE],
        today=today_of(request),
    )


def vendor_of_form(session: Session, market_code: str, vendor_code: str) -> Vendor:
    """Return the vendor of a form's path; a merged record is not changed any more.

    Raises:
        VendorNotFound: there is no such vendor, or it was merged.
    """
    vendor = vendor_in_market(session, market_code, vendor_code)
    if vendor.merged_into_id is not None:
        raise VendorNotFound(vendor_code)
    return vendor


def file_path(market_code: str, vendor: Vendor) -> str:
    """Return the path of a vendor's file."""
    return f"/cho/{market_code}/nguoi-ban/{vendor.code}"


def may_of(caller: Principal) -> dict[str, bool]:
    """Return which neighbouring pages and which forms are offered, by what the reader may open."""
    market, vendor = "/cho/{market_code}", "/nguoi-ban/{vendor_code}"
    asked = {
        "edit": ("POST", f"{market}{vendor}/sua"),
        "merge": ("POST", f"{market}{vendor}/gop"),
        "doubles": ("GET", f"{market}/trung-ten"),
        "day": ("GET", vendor),
        "breaks": ("GET", f"{market}/khoan-lech"),
        "poster": ("GET", f"{vendor}/bang-ma.{{kind}}"),
        "accounts": ("GET", f"{market}/duyet"),
        "codes": ("GET", f"{market}/gian-hang/{{stall_code:path}}/ma-qr"),
        "stall": ("GET", f"{market}/gian-hang/{{stall_code:path}}"),
        "privacy": ("GET", f"{market}/quyen-rieng-tu"),
        "links": ("GET", f"{market}{vendor}/duong-dan"),
        "consents": ("GET", f"{market}{vendor}/dong-y"),
        "requests": ("GET", f"{market}{vendor}/yeu-cau"),
        "complaints": ("GET", f"{market}{vendor}/phan-anh"),
    }
    return {name: _may(caller, *route) for name, route in asked.items()}


def _may(caller: Principal, method: str, template: str) -> bool:
    right = ROUTES.get((method, template))
    writes = caller.role.value != "auditor" and caller.user_id is not None
    return right is not None and caller.may(right) and (method == "GET" or writes)


# Carried out by forms of their own, which ask for more than a reason.
_ELSEWHERE = frozenset({HandStep.TEST_PAYMENT, HandStep.RETURN})

WORDS: Mapping[str, Mapping[Any, str]] = {
    "state": VENDOR_STATES,
    "tick": STATE_TICKS,
    "stage": STAGE_NAMES,
    "missing": MISSING,
    "step": HAND_STEPS,
    "sign": SIGNS,
    "consent": CONSENTS,
    "account": ACCOUNT_KINDS,
    "point": POINT_STATES,
    "match": NAME_MATCHES,
    "poster": POSTER_STATES,
    "reason": EXIT_REASONS,
}


def _status(form: Form, changed: ChangedMeanwhile | None) -> HTTPStatus:
    if changed is not None:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _filled(form: Form, told: VendorFile, today: str) -> Form:
    """Return the form with every field of the page: what was sent, else what is known."""
    known = Form.showing(
        ho_ten=told.full_name,
        ten_ho=told.business_name,
        ten_tam_ma=told.display_name,
        so_tien=TEST_PAYMENT_MIN_VND,
        ngay_nhan=today,
        ngay_tra=today,
        ngay_chuyen=today,
    )
    return Form({**known.values, **form.values}, form.files, form.errors, form.told_by)
