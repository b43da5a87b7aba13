"""The forms of a proposal: the vendor's recorded word, taking it back, a second person's decision."""

import hashlib
from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.pages.accounts.queue import change_page
from market.pages.accounts.shown import carried_out
from market.pages.campaigns.forms import kind_in
from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent
from market.security.principal import Principal
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Writing
from merchants.acceptance.changes import (
    PosterFate,
    PosterKeys,
    Verdict,
    confirm_account,
    decide_account,
    withdraw_account,
)
from merchants.acceptance.lists import find_change
from merchants.errors import (
    AccountAlreadyOpen,
    AlreadyDecided,
    ConfirmationRefused,
    MerchantsError,
    NotConfirmedYet,
    SecondPersonNeeded,
    WithdrawalRefused,
)
from merchants.kinds import Confirmation

router = APIRouter()
PATH = "/cho/{market_code}/duyet/{change_id}"

_TOO_LATE: dict[type[MerchantsError], tuple[str, str]] = {
    AlreadyDecided: ("ghi_chu", "Đề nghị này vừa có người khác xử lý xong. Xem lại ở trên."),
}
_DECIDING: dict[type[MerchantsError], tuple[str, str]] = {
    **_TOO_LATE,
    SecondPersonNeeded: (
        "ghi_chu",
        "Cần người thứ hai: không phải người đề nghị, ghi lời xác nhận, hay vừa đặt lại mã PIN.",
    ),
    NotConfirmedYet: ("ghi_chu", "Người bán chưa xác nhận, chưa duyệt được."),
    AccountAlreadyOpen: (
        "ghi_chu",
        "Người bán đã có tài khoản này bằng cách khác. Trả lại đề nghị.",
    ),
}


@router.post(PATH, response_class=HTMLResponse)
def decide(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    change_id: RowId,
    form: Sent,
) -> Response:
    """Approve or reject, as a second person."""
    vendor_code = _vendor_code(request, session, market_code, change_id)
    decision = form.value("quyet")
    if decision not in {"duyet", "tra"}:
        form.refuse("quyet", "Chọn duyệt hoặc trả lại")
    fate = kind_in(form, "tam_ma", PosterFate) or PosterFate.REPLACE

    def act() -> str:
        state = request.app.state
        decide_account(
            session,
            vendor_code,
            change_id,
            Verdict(approve=decision == "duyet", note=form.value("ghi_chu"), posters=fate),
            keys=PosterKeys(state.sealer, state.verification_key),
            actor=caller.actor,
            now=now_of(request),
        )
        return f"/cho/{market_code}/duyet/{change_id}"

    return _answer(
        request, session, caller, (market_code, change_id), form, act, decision, _DECIDING
    )


@router.post(PATH + "/xac-nhan", response_class=HTMLResponse)
def confirm(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    change_id: RowId,
    form: Sent,
) -> Response:
    """Record the vendor's signature or spoken word; of the proof only its SHA-256 is kept."""
    vendor_code = _vendor_code(request, session, market_code, change_id)
    how = kind_in(form, "cach", Confirmation, needed="Chọn chữ ký hoặc lời nói")
    proof = form.files.get("bang_chung")
    content = proof.file.read() if proof is not None else b""
    if not content:
        form.refuse("bang_chung", "Chưa có ảnh giấy đã ký hoặc bản ghi âm")
    if not form.value("nguoi_chung"):
        form.refuse("nguoi_chung", "Chưa ghi ai chứng kiến")
    if how is Confirmation.PIN:
        form.refuse("cach", "Mã PIN chỉ người bán tự gõ ở trang riêng của mình")

    def act() -> str:
        assert how is not None
        confirm_account(
            session,
            vendor_code,
            change_id,
            how,
            evidence_sha256=hashlib.sha256(content).hexdigest(),
            witness=form.value("nguoi_chung"),
            actor=caller.actor,
            now=now_of(request),
        )
        return f"/cho/{market_code}/duyet/{change_id}"

    refusals: dict[type[MerchantsError], tuple[str, str]] = {
        AlreadyDecided: ("cach", "Đề nghị này vừa có người khác xử lý xong."),
        ConfirmationRefused: ("cach", "Chưa ghi được: cần người đăng nhập bằng tên của mình."),
    }
    return _answer(
        request, session, caller, (market_code, change_id), form, act, "xac-nhan", refusals
    )


@router.post(PATH + "/rut", response_class=HTMLResponse)
def take_back(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    change_id: RowId,
    form: Sent,
) -> Response:
    """Take one's own proposal back."""
    vendor_code = _vendor_code(request, session, market_code, change_id)

    def act() -> str:
        withdraw_account(
            session,
            vendor_code,
            change_id,
            reason=form.value("ghi_chu"),
            actor=caller.actor,
            now=now_of(request),
        )
        return f"/cho/{market_code}/duyet/{change_id}"

    refusals: dict[type[MerchantsError], tuple[str, str]] = {
        **_TOO_LATE,
        WithdrawalRefused: ("ghi_chu", "Chỉ người đề nghị rút lại được; người khác thì trả lại."),
    }
    return _answer(request, session, caller, (market_code, change_id), form, act, "rut", refusals)


def _answer(
    request: Request,
    session: Session,
    caller: Principal,
    change: tuple[str, int],
    form: Form,
    act: Callable[[], str],
    done: str,
    refusals: Mapping[type[MerchantsError], tuple[str, str]],
) -> Response:
    """Carry the form out, or show the proposal again as it stands now with what was refused."""
    answer = carried_out(request, session, caller, form, act, done=done, sentences=refusals)
    if answer is not None:
        return answer
    return change_page(request, session, caller, *change, form)


def _vendor_code(request: Request, session: Session, market_code: str, change_id: int) -> str:
    """Return whose proposal it is; of another market it is not found."""
    return find_change(session, market_code, change_id, today_of(request)).vendor_code
