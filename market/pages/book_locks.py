"""Locking a market's books: which months are locked, what waits outside, and the word of two people."""

from collections.abc import Callable
from datetime import date, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n.lock_words import LOCK_DECISIONS, LOCK_KINDS
from market.pages.actors import actor_names
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, once_of, read_day
from market.pages.forms import Form, Sent
from market.pages.rendering import page
from market.roles import Role
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.errors import EntryRefused
from merchants.find import find_market
from reconciliation.breaks.states import is_second_person
from reconciliation.close.locks.changing import (
    REASON_CHARS_MAX,
    decide_lock,
    find_proposal,
    list_locks,
    open_proposal,
    propose_lock,
    withdraw_lock,
)
from reconciliation.close.locks.days import held_changes
from reconciliation.close.locks.tables import LockKind
from reconciliation.errors import BookLockRefused, NamedPersonNeeded

router = APIRouter()

PATH = "/cho/{market_code}/khoa-so"
FIELDS = {"reason": "ly_do", "last": "den", "note": "ghi_chu"}
DONE = {
    "de-xuat": "Đã ghi đề xuất. Người thứ hai duyệt.",
    "duyet": "Đã duyệt.",
    "tu-choi": "Đã ghi không duyệt.",
    "rut": "Đã rút lại đề xuất.",
}
_LONG_AGO, _LONG_AHEAD = date(2000, 1, 1), date(2100, 1, 1)


@router.get(PATH, response_class=HTMLResponse)
def book_locks(
    request: Request, session: Reading, caller: Caller, market_code: str, da: str = ""
) -> HTMLResponse:
    """Show what is locked, what waits outside, and the form to propose."""
    last = today_of(request).replace(day=1) - timedelta(days=1)
    form = Form.showing(tu=f"{last.replace(day=1):%d/%m/%Y}", den=f"{last:%d/%m/%Y}")
    return _shown(request, session, caller, market_code, form, done=DONE.get(da, ""))


@router.post(PATH, response_class=HTMLResponse)
def propose(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Propose to lock days, or to open them again."""
    first, last = (read_day(form, name, is_needed=True) for name in ("tu", "den"))
    kind = form.value("viec")
    if kind not in set(LockKind):
        form.refuse("viec", "Chọn khoá sổ hoặc mở sổ")

    def act() -> None:
        assert first is not None
        assert last is not None
        propose_lock(
            session,
            find_market(session, market_code).code,
            LockKind(kind),
            first,
            last,
            reason=form.value("ly_do"),
            actor=caller.actor,
            now=now_of(request),
        )

    return _answer(request, session, caller, market_code, form, act, "de-xuat", field="viec")


@router.post(PATH + "/{lock_id}/quyet", response_class=HTMLResponse)
def decide(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    lock_id: RowId,
    form: Sent,
) -> Response:
    """Approve or turn down, as a second person."""
    proposal = find_proposal(session, market_code, lock_id)
    decision = form.value("quyet")
    if decision not in {"duyet", "tu-choi"}:
        form.refuse("ghi_chu", "Chọn duyệt hoặc không duyệt")

    def act() -> None:
        decide_lock(
            session,
            proposal,
            approve=decision == "duyet",
            note=form.value("ghi_chu"),
            actor=caller.actor,
            now=now_of(request),
        )

    return _answer(request, session, caller, market_code, form, act, decision, field="ghi_chu")


@router.post(PATH + "/{lock_id}/rut", response_class=HTMLResponse)
def withdraw(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    lock_id: RowId,
    form: Sent,
) -> Response:
    """Take one's own proposal back."""
    proposal = find_proposal(session, market_code, lock_id)

    def act() -> None:
        withdraw_lock(session, proposal, actor=caller.actor, now=now_of(request))

    return _answer(request, session, caller, market_code, form, act, "rut", field="ghi_chu")


def _answer(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    form: Form,
    act: Callable[[], None],
    done: str,
    *,
    field: str,
) -> Response:
    def told() -> None:
        try:
            act()
        except BookLockRefused as refusal:
            raise EntryRefused({field: refusal.reason}) from None
        except NamedPersonNeeded:
            raise EntryRefused({field: "Cần đăng nhập bằng tên của mình"}) from None

    answer = carry_out(
        request,
        session,
        caller,
        form,
        act=told,
        location=f"/cho/{market_code}/khoa-so",
        query={"da": done},
        fields=FIELDS,
    )
    return answer or _shown(request, session, caller, market_code, form)


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    form: Form,
    *,
    done: str = "",
) -> HTMLResponse:
    market = find_market(session, market_code)
    waiting = open_proposal(session, market_code)
    locks = list_locks(session, market_code)
    actors = {one.proposed_by for one in locks} | {one.decided_by for one in locks} - {""}
    is_writer = caller.role is not Role.AUDITOR and caller.user_id is not None
    is_second = waiting is not None and is_second_person(waiting.proposed_by, caller.actor)
    return page(
        request,
        "book_locks",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=market,
        here=f"/cho/{market_code}/khoa-so",
        day_path=f"/cho/{market_code}/chot-ngay",
        waiting=waiting,
        locks=locks,
        held=held_changes(session, market_code, _LONG_AGO, _LONG_AHEAD),
        names=actor_names(session, actors),
        kinds=LOCK_KINDS,
        decisions=LOCK_DECISIONS,
        may_propose=is_writer and caller.may(Right.RECONCILE) and waiting is None,
        may_decide=is_writer and caller.may(Right.DECIDE) and is_second,
        is_own=waiting is not None and str(caller.actor) == waiting.proposed_by,
        REASON_CHARS_MAX=REASON_CHARS_MAX,
        form=form,
        once=once_of(form),
        done=done,
    )
