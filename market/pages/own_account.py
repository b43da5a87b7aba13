"""One's own account: name, password, browsers that are signed in, API tokens."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.pages.days import now_of
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import address, page
from market.security.api_tokens import (
    NAME_LETTERS_MAX,
    TOKEN_DAYS,
    create_token,
    revoke_token,
    tokens_of,
)
from market.security.errors import PasswordRefused, UserRefused
from market.security.login_names import shown_login_name
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.own_account import (
    change_own_name,
    change_own_password,
    end_own_session,
    own_sessions,
    own_user,
)
from market.security.passwords import LETTERS_MIN
from market.security.principal import Principal
from market.security.return_paths import CHANGE_PASSWORD
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.sentences import Sentence

router = APIRouter()

HERE = "/tai-khoan"
TOKEN_DAYS_OFFERED = (30, 90, 365)


@router.get(HERE, response_class=HTMLResponse)
def own_account(request: Request, session: Reading, caller: Caller) -> HTMLResponse:
    """Show one's own account."""
    form = Form.showing(ten=caller.name, han=str(TOKEN_DAYS))
    return _account_page(request, session, caller, form)


@router.post(f"{HERE}/ten", response_class=HTMLResponse)
def change_name(request: Request, session: Writing, caller: Caller, form: Sent) -> Response:
    """Change one's own name."""
    try:
        change_own_name(session, caller, form.value("ten"), now=now_of(request))
    except UserRefused as refusal:
        form.refuse("ten", refusal.reason)
        return _account_page(request, session, caller, form)
    return see_other(address(request, HERE))


@router.get(CHANGE_PASSWORD, response_class=HTMLResponse)
def password_page(request: Request, session: Reading, caller: Caller) -> HTMLResponse:
    """Ask for the old password and a new one."""
    return _password_page(request, session, caller, Form())


@router.post(CHANGE_PASSWORD, response_class=HTMLResponse)
def change_password(request: Request, session: Writing, caller: Caller, form: Sent) -> Response:
    """Change one's own password and sign the other browsers out."""
    old, new = form.exactly("cu"), form.exactly("moi")
    if new != form.exactly("lai"):
        form.refuse("lai", "Hai lần gõ mật khẩu mới chưa giống nhau.")
        return _password_page(request, session, caller, form)
    try:
        change_own_password(session, caller, old=old, new=new, now=now_of(request))
    except PasswordRefused as refusal:
        form.refuse("moi", refusal.reason)
    except UserRefused as refusal:
        form.refuse("cu" if refusal.field == "old" else "moi", refusal.reason)
    if form.errors:
        return _password_page(request, session, caller, form)
    return see_other(address(request, HERE))


@router.post(f"{HERE}/may/{{session_id}}/dong", response_class=HTMLResponse)
def close_session(
    request: Request, session: Writing, caller: Caller, session_id: RowId
) -> Response:
    """Sign one of one's own browsers out."""
    end_own_session(session, caller, session_id, now=now_of(request))
    return see_other(address(request, HERE))


@router.post(f"{HERE}/ma-api", response_class=HTMLResponse)
def add_token(request: Request, session: Writing, caller: Caller, form: Sent) -> Response:
    """Create an API token and show it this once."""
    name, days = form.value("may"), form.value("han")
    if not 1 <= len(name) <= NAME_LETTERS_MAX:
        form.refuse(
            "may",
            Sentence(
                "Ghi tên máy hoặc chương trình, 1 đến {most} ký tự.",
                most=NAME_LETTERS_MAX,
            ),
        )
    if days not in {str(offered) for offered in TOKEN_DAYS_OFFERED}:
        form.refuse("han", "Chọn một trong các thời hạn.")
    if form.errors:
        return _account_page(request, session, caller, form)
    once, content = form.value("once"), f"token|{name}|{days}"
    if earlier_answer(session, caller, once, content) is not None:
        return see_other(address(request, HERE))
    now = now_of(request)
    _, token = create_token(
        session,
        caller.user_id or 0,
        name,
        until_at=now + timedelta(days=int(days)),
        actor=caller.actor,
        now=now,
    )
    remember_answer(session, caller, once, content, HERE, now)
    fresh = Form.showing(ten=caller.name, han=str(TOKEN_DAYS))
    return _account_page(request, session, caller, fresh, new_token=token)


@router.post(f"{HERE}/ma-api/{{token_id}}/thu-hoi", response_class=HTMLResponse)
def end_token(request: Request, session: Writing, caller: Caller, token_id: RowId) -> Response:
    """Revoke one of one's own API tokens."""
    revoke_token(session, token_id, user_id=caller.user_id, actor=caller.actor, now=now_of(request))
    return see_other(address(request, HERE))


def _account_page(
    request: Request, session: Session, caller: Principal, form: Form, *, new_token: str = ""
) -> HTMLResponse:
    now = now_of(request)
    user = own_user(session, caller)
    answer = page(
        request,
        "own_account",
        caller=caller,
        status_code=422 if form.errors else 200,
        form=form,
        once=new_once(),
        login=shown_login_name(request.app.state.sealer.open(user.login_sealed)),
        has_password=user.password_hash is not None,
        sessions=own_sessions(session, caller, now=now),
        tokens=[_token_line(token, now) for token in tokens_of(session, user.id or 0)],
        days_offered=TOKEN_DAYS_OFFERED,
        new_token=new_token,
    )
    if new_token:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _token_line(token: Any, now: datetime) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "tail": token.token_tail,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "holds": token.revoked_at is None and token.expires_at > now,
    }


def _password_page(
    request: Request, session: Session, caller: Principal, form: Form
) -> HTMLResponse:
    user = own_user(session, caller)
    return page(
        request,
        "own_password",
        caller=caller,
        status_code=422 if form.errors else 200,
        form=form,
        must_change=user.must_change_password,
        letters_min=LETTERS_MIN,
    )
