"""A vendor's own word on a proposed account: what it is, yes with the PIN, or "not me"."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import translator
from market.pages.accounts.shown import carried_out
from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent
from market.pages.own.pin_field import pin_holds
from market.pages.rendering import lang_of, page
from market.security.once import new_once
from market.security.pins import has_pin
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.acceptance.change_rules import OPEN_STATES
from merchants.acceptance.changes import confirm_account, withdraw_account
from merchants.acceptance.lists import changes_of_vendor
from merchants.errors import (
    AccountChangeNotFound,
    AlreadyDecided,
    MerchantsError,
    ProposerHeldTheKey,
)
from merchants.find import find_vendor
from merchants.kinds import AccountChangeState, Confirmation

router = APIRouter()
PATH = "/nguoi-ban/{vendor_code}/xac-nhan-tai-khoan"
DONE = {
    "dung": "Đã ghi lời cô/bác. Ban quản lý xem lại lần nữa rồi mới đổi.",
    "khong": "Đã bỏ đề nghị. Tài khoản của cô/bác vẫn như cũ.",
}
NOT_MINE = "Người bán nói không phải của mình"


@router.get(PATH, response_class=HTMLResponse)
def confirmation(
    request: Request, session: Reading, caller: Caller, vendor_code: str, da: str = ""
) -> HTMLResponse:
    """Show the account that waits for the vendor's word, if one does."""
    return _shown(request, session, caller, vendor_code, Form(), done=DONE.get(da, ""))


@router.post(PATH, response_class=HTMLResponse)
def answer(
    request: Request, session: Writing, caller: Caller, vendor_code: str, form: Sent
) -> Response:
    """Take the vendor's yes, or their no, which ends the proposal."""
    vendor = find_vendor(session, vendor_code)
    _, now = translator(lang_of(request)), now_of(request)
    number, said = form.value("de_nghi"), form.value("tra_loi")
    if said not in DONE or not (number.isascii() and number.isdigit()):
        form.refuse("tra_loi", _("Cô/bác bấm một trong hai nút bên dưới."))
    if not form.errors and not pin_holds(
        session, caller, vendor, form, _, now, is_remembered=False
    ):
        return _shown(request, session, caller, vendor_code, form)

    def act() -> str:
        change_id = int(number[:9])
        if said == "dung":
            confirm_account(
                session, vendor_code, change_id, Confirmation.PIN, actor=caller.actor, now=now
            )
        else:
            withdraw_account(
                session, vendor_code, change_id, reason=NOT_MINE, actor=caller.actor, now=now
            )
        return f"/nguoi-ban/{vendor_code}/xac-nhan-tai-khoan"

    over = _("Đề nghị này đã xong rồi, cô/bác không phải làm gì nữa.")
    refusals: dict[type[MerchantsError], tuple[str, str]] = {
        ProposerHeldTheKey: (
            "tra_loi",
            _(
                "Người đề nghị cũng là người cấp đường dẫn này cho cô/bác, nên chợ không nhận mã PIN "
                "cho việc này. Cô/bác ra ban quản lý ký giấy xác nhận giúp."
            ),
        ),
        AlreadyDecided: ("tra_loi", over),
        AccountChangeNotFound: ("tra_loi", over),
    }
    done = carried_out(request, session, caller, form, act, done=said, sentences=refusals)
    return done or _shown(request, session, caller, vendor_code, form)


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    vendor_code: str,
    form: Form,
    *,
    done: str = "",
) -> HTMLResponse:
    vendor = find_vendor(session, vendor_code)
    waiting = changes_of_vendor(session, vendor_code, today_of(request), states=OPEN_STATES)
    return page(
        request,
        "accounts/own_confirmation",
        caller=caller,
        status_code=422 if form.errors else 200,
        vendor=vendor,
        home=f"/nguoi-ban/{vendor_code}",
        action=f"/nguoi-ban/{vendor_code}/xac-nhan-tai-khoan",
        here=f"/nguoi-ban/{vendor_code}/cua-toi",
        change=waiting[0] if waiting else None,
        is_confirmed=bool(waiting) and waiting[0].state is AccountChangeState.CONFIRMED,
        has_pin=has_pin(session, vendor.id or 0),
        asks_pin=True,
        form=form,
        once=new_once(),
        done=done,
    )
