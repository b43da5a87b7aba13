"""Exact amounts a vendor asks for: today's list, one code at a time, and what became of each.

Without a script the page of an open code is read again every few seconds (``<noscript>``); with one it
listens (``static/standing.js``). Only this page may run a script, and only our own.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup
from sqlmodel import Session

from market.i18n import translator, vnd_words
from market.pages.amount_form import amount_form
from market.pages.amounts import read_amount
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, is_carried_out
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import address, lang_of, page
from market.pages.request_words import words_of
from market.reports.payment_requests import code_of, note_for, request_for, requests_for
from market.roles import Role
from market.security.headers import SCRIPTED_CONTENT_SECURITY_POLICY
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.find import find_vendor
from merchants.sentences import Sentence
from merchants.tables import Vendor
from qr.symbol import draw_symbol
from reconciliation.errors import (
    NotPayable,
    RequestNotOpen,
    RequestsNotKept,
    TooManyOpenRequests,
    TooManyRequests,
)
from reconciliation.shown_requests.making import RATE_WINDOW, cancel_request, make_request
from reconciliation.shown_requests.standing import RequestState

router = APIRouter()

PATH = "/nguoi-ban/{vendor_code}/ma"
SHOWN = 30
FIELDS = {"amount_vnd": "so", "note": "ghi"}
STATES = {
    RequestState.OPEN: "Đang chờ",
    RequestState.PAID: "Đã nhận đủ",
    RequestState.PAID_DIFFERENTLY: "Khác số tiền",
    RequestState.PAID_SEVERAL: "Trả nhiều lần",
    RequestState.TAKEN_BACK: "Đã trả lại",
    RequestState.EXPIRED: "Hết giờ",
    RequestState.CANCELLED: "Đã huỷ",
}
"""What one may choose to see of a day, in this order."""

StateAsked = Annotated[RequestState | None, Query(alias="tt")]
Before = Annotated[int | None, Query(alias="truoc", ge=1, le=ROW_ID_MAX)]
StallAsked = Annotated[str | None, Query(max_length=12)]


@router.get(PATH, response_class=HTMLResponse)
def amounts(
    request: Request,
    session: Reading,
    caller: Caller,
    vendor_code: str,
    tt: StateAsked = None,
    truoc: Before = None,
    gian: StallAsked = None,
) -> HTMLResponse:
    """Show the form and what a vendor asked for today, newest first."""
    vendor = find_vendor(session, vendor_code)
    shown = amount_form(session, vendor, gian)
    return _list(request, session, caller, vendor, shown, state=tt, before_id=truoc)


@router.post(PATH, response_class=HTMLResponse)
def ask(
    request: Request, session: Writing, caller: Caller, form: Sent, vendor_code: str
) -> Response:
    """Keep what a vendor asks for and show its code; a mistake gives the form again."""
    vendor = find_vendor(session, vendor_code)
    typed = form.value("nhanh") or form.value("so")
    note, stall_code = form.value("ghi"), form.value("gian")
    once = form.value("once")
    content = f"{request.url.path}\n{typed}\n{note}\n{stall_code}"
    if (earlier := earlier_answer(session, caller, once, content)) is not None:
        return see_other(earlier)
    made: list[str] = []
    amount = read_amount(typed)
    if amount.amount_vnd is None:
        form.refuse("so", amount.fault)
    elif _is_made(request, session, caller, form, vendor_code, amount.amount_vnd, made):
        target = address(request, f"/nguoi-ban/{vendor_code}/ma/{made[0]}")
        remember_answer(session, caller, once, content, target, now_of(request))
        return see_other(target)
    shown = amount_form(session, vendor, stall_code or None, typed=typed) | {
        "amount_fault": form.error("so"),
        "note": note,
        "note_fault": form.error("ghi"),
        "once": once or new_once(),
    }
    return _list(request, session, caller, vendor, shown, status_code=422)


@router.get(PATH + "/{reference}", response_class=HTMLResponse)
def one_amount(
    request: Request, session: Reading, caller: Caller, vendor_code: str, reference: str
) -> HTMLResponse:
    """Show one code while it waits, and what became of it."""
    now = now_of(request)
    found = request_for(session, caller, vendor_code, reference, now=now)
    code = code_of(session, vendor_code, found, sealer=request.app.state.sealer)
    is_open = found.standing.state is RequestState.OPEN
    here = f"/nguoi-ban/{vendor_code}/ma"
    answer = page(
        request,
        "own/amount_request",
        caller=caller,
        here=here,
        asked=found,
        note=note_for(caller, found),
        words=words_of(found, translator(lang_of(request))),
        code=code,
        symbol=Markup(draw_symbol(code.payload).svg()) if code else "",  # noqa: S704 (drawn here)
        amount_words=vnd_words(found.amount_vnd),
        is_open=is_open,
        is_own=caller.role is Role.VENDOR,
        events=f"/api/v1/vendors/{vendor_code}/requests/{reference}/events"
        if now < found.expires_at
        else "",
        once=new_once(),
    )
    answer.headers["Content-Security-Policy"] = SCRIPTED_CONTENT_SECURITY_POLICY
    return answer


@router.post(PATH + "/{reference}/huy", response_class=HTMLResponse)
def cancel(
    request: Request,
    session: Writing,
    caller: Caller,
    form: Sent,
    vendor_code: str,
    reference: str,
) -> Response:
    """Take an open code back; when it was paid meanwhile, its page says so."""
    location = f"/nguoi-ban/{vendor_code}/ma/{reference}"

    def act() -> None:
        try:
            cancel_request(session, vendor_code, reference, now=now_of(request))
        except RequestNotOpen:
            return  # its page tells what it is instead

    done = carry_out(request, session, caller, form, act=act, location=location)
    return done or see_other(address(request, location))


def _is_made(
    request: Request,
    session: Session,
    caller: Principal,
    form: Form,
    vendor_code: str,
    amount_vnd: int,
    made: list[str],
) -> bool:
    """Return whether the request is kept, its reference put to ``made``; if not, the form says why."""

    def act() -> None:
        shown = make_request(
            session,
            vendor_code,
            amount_vnd,
            note=form.value("ghi"),
            stall_code=form.value("gian") or None,
            lifetime=request.app.state.request_lifetime,
            actor=caller.actor,
            now=now_of(request),
        )
        made.append(shown.reference)

    try:
        return is_carried_out(session, form, act, FIELDS)
    except TooManyOpenRequests as refusal:
        form.refuse("so", Sentence(TOO_MANY_OPEN, most=refusal.open_max))
    except TooManyRequests as refusal:
        minutes = int(RATE_WINDOW.total_seconds() // 60)
        form.refuse("so", Sentence(TOO_MANY, most=refusal.count_max, minutes=minutes))
    except NotPayable:
        form.refuse("so", NO_ACCOUNT)
    except RequestsNotKept:
        form.refuse("so", NOT_TOLD_HERE)
    return False


TOO_MANY_OPEN = "Đang có {most} mã chờ khách trả. Cô/bác huỷ bớt, hoặc chờ mã cũ hết giờ."
TOO_MANY = "Vừa làm {most} mã trong {minutes} phút. Cô/bác chờ vài phút rồi làm tiếp."
NO_ACCOUNT = (
    "Có tài khoản ngân hàng đúng tên thì mới làm được mã đúng số tiền. Cô/bác gặp ban quản lý chợ."
)
NOT_TOLD_HERE = (
    "Khoản khách trả không báo về sổ chợ, nên mã này không được ghi lại. Tấm mã vẫn dùng được."
)


def _list(
    request: Request,
    session: Session,
    caller: Principal,
    vendor: Vendor,
    shown: dict[str, Any],
    *,
    state: RequestState | None = None,
    before_id: int | None = None,
    status_code: int = 200,
) -> HTMLResponse:
    vendor_code = vendor.code or ""
    now = now_of(request)
    found = requests_for(
        session,
        caller,
        vendor_code,
        today_of(request),
        now=now,
        state=state,
        before_id=before_id,
        limit=SHOWN,
    )
    _ = translator(lang_of(request))
    return page(
        request,
        "own/amount_requests",
        caller=caller,
        status_code=status_code,
        here=f"/nguoi-ban/{vendor_code}/ma",
        vendor_name=vendor.business_name or vendor.full_name,
        found=found,
        lines=[(one, words_of(one, _), note_for(caller, one)) for one in found.requests],
        states=[(key.value, _(STATES[key]), found.counts.get(key, 0)) for key in STATES],
        state=state.value if state else "",
        now=now,
        code=None,
        **shown,
    )
