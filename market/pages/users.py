"""Users: the list, a new one, changing one, a one-time password."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select

from market.i18n import ROLE_NAMES
from market.pages.days import now_of
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import address, page
from market.roles import Role, ScopeKind
from market.security.errors import UserRefused
from market.security.login_names import masked_login_name, shown_login_name
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from market.security.user_list import list_users
from market.security.users import (
    EVERYWHERE,
    STAFF_ROLES,
    Editor,
    Scope,
    UserDraft,
    add_user,
    change_user,
    managed_user,
    reset_password,
)
from merchants.tables import AreaGroup, Market

router = APIRouter()

HERE = "/nguoi-dung"
USERS_PER_PAGE = 50
_FIELDS = {"login": "tk", "full_name": "ten", "role": "vai", "scope": "pham_vi"}
"""Which field of the form each refusal belongs to."""


@dataclass(frozen=True, slots=True)
class _UserLine:
    """A user as the list shows them."""

    id: int
    full_name: str
    role: Role
    login: str
    places: str
    is_active: bool
    last_seen_at: Any


@router.get(HERE, response_class=HTMLResponse)
def users(
    request: Request,
    session: Reading,
    caller: Caller,
    tim: str = "",
    vai: str = "",
    trang: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """Show the users the reader may manage."""
    editor, sealer = Editor.of(caller), request.app.state.sealer
    role = Role(vai) if vai in {one.value for one in editor.roles} else None
    found = list_users(
        session,
        editor=editor,
        sealer=sealer,
        asked=tim,
        role=role,
        offset=(trang - 1) * USERS_PER_PAGE,
        limit=USERS_PER_PAGE,
    )
    lines = [
        _UserLine(
            entry.user.id or 0,
            entry.user.full_name,
            entry.user.role,
            masked_login_name(sealer.open(entry.user.login_sealed)),
            ", ".join(code for _, code in entry.scopes),
            entry.user.is_active,
            entry.user.last_seen_at,
        )
        for entry in found.entries
    ]
    return page(
        request,
        "users",
        caller=caller,
        lines=lines,
        found=found.found,
        asked=tim,
        role_asked=role,
        roles=_roles(editor),
        number=trang,
        pages=max(1, -(-found.found // USERS_PER_PAGE)),
    )


@router.get(f"{HERE}/moi", response_class=HTMLResponse)
def new_user(
    request: Request, session: Reading, caller: Caller, vai: str = "", cho: str = ""
) -> HTMLResponse:
    """Show an empty form for a new user."""
    form = Form.showing(vai=vai, pham_vi=f"market:{cho}" if cho else "")
    return _user_page(request, session, caller, form)


@router.post(f"{HERE}/moi", response_class=HTMLResponse)
def make_user(request: Request, session: Writing, caller: Caller, form: Sent) -> Response:
    """Make a user and show their one-time password this once."""
    once, content = form.value("once"), f"user|{sorted(_told(form).items())}"
    earlier = earlier_answer(session, caller, once, content)
    if earlier is not None:
        return see_other(address(request, earlier))
    draft = _draft(form)
    if draft is None:
        return _user_page(request, session, caller, form)
    now = now_of(request)
    try:
        user, one_time = add_user(
            session,
            draft,
            editor=Editor.of(caller),
            sealer=request.app.state.sealer,
            now=now,
        )
    except UserRefused as refusal:
        form.refuse(_FIELDS[refusal.field], refusal.reason)
        return _user_page(request, session, caller, form)
    location = f"{HERE}/{user.id}"
    remember_answer(session, caller, once, content, location, now)
    if not one_time:
        return see_other(address(request, location))
    return _password_once(request, caller, user.id or 0, user.full_name, one_time)


@router.get(f"{HERE}/{{user_id}}", response_class=HTMLResponse)
def user(request: Request, session: Reading, caller: Caller, user_id: RowId) -> HTMLResponse:
    """Show a user to be changed."""
    entry = managed_user(session, user_id, editor=Editor.of(caller))
    login = shown_login_name(request.app.state.sealer.open(entry.user.login_sealed))
    form = Form(
        {
            "tk": [login],
            "ten": [entry.user.full_name],
            "vai": [entry.user.role.value],
            "pham_vi": [_scope_value(scope) for scope in entry.scopes],
            "dang_lam": ["1"] if entry.user.is_active else [],
            "version": [str(entry.user.version)],
        }
    )
    return _user_page(request, session, caller, form, user_id=user_id)


@router.post(f"{HERE}/{{user_id}}", response_class=HTMLResponse)
def save_user(
    request: Request, session: Writing, caller: Caller, user_id: RowId, form: Sent
) -> Response:
    """Change a user; who was changed meanwhile is shown again as they are now."""
    managed_user(session, user_id, editor=Editor.of(caller))
    draft = _draft(form, is_active=form.is_ticked("dang_lam"))
    if draft is None:
        return _user_page(request, session, caller, form, user_id=user_id)
    version = form.value("version")
    try:
        change_user(
            session,
            user_id,
            draft,
            version=int(version) if version.isascii() and version.isdigit() else 0,
            editor=Editor.of(caller),
            sealer=request.app.state.sealer,
            now=now_of(request),
        )
    except UserRefused as refusal:
        return _refused_change(request, session, caller, form, user_id, refusal)
    return see_other(address(request, f"{HERE}/{user_id}", da_ghi=1))


@router.post(f"{HERE}/{{user_id}}/mat-khau", response_class=HTMLResponse)
def new_password(
    request: Request, session: Writing, caller: Caller, user_id: RowId, form: Sent
) -> Response:
    """Give a user a one-time password and show it this once."""
    editor, now = Editor.of(caller), now_of(request)
    entry = managed_user(session, user_id, editor=editor)
    once, content = form.value("once"), f"password|{user_id}"
    if earlier_answer(session, caller, once, content) is not None:
        return see_other(address(request, f"{HERE}/{user_id}"))
    one_time = reset_password(session, user_id, editor=editor, now=now)
    remember_answer(session, caller, once, content, f"{HERE}/{user_id}", now)
    return _password_once(request, caller, user_id, entry.user.full_name, one_time)


def _refused_change(
    request: Request,
    session: Session,
    caller: Principal,
    form: Form,
    user_id: int,
    refusal: UserRefused,
) -> HTMLResponse:
    form.refuse(_FIELDS.get(refusal.field, "version"), refusal.reason)
    now_standing = managed_user(session, user_id, editor=Editor.of(caller))
    changed: list[str] = []
    if refusal.field == "version":
        entry = now_standing
        changed = [
            entry.user.full_name,
            shown_login_name(request.app.state.sealer.open(entry.user.login_sealed)),
            ROLE_NAMES[entry.user.role],
            ", ".join(code or "mọi nơi" for _, code in entry.scopes),
            "đang làm việc" if entry.user.is_active else "đã tạm ngừng",
        ]
        form.values = {**form.values, "version": [str(entry.user.version)]}
    return _user_page(request, session, caller, form, user_id=user_id, stands_now=changed)


def _draft(form: Form, *, is_active: bool = True) -> UserDraft | None:
    """Return what was filled in; ``None`` = the form says what is wrong."""
    role = form.value("vai")
    if role not in {one.value for one in STAFF_ROLES}:
        form.refuse("vai", "Chọn vai trò.")
    scopes = [_read_scope(value) for value in form.all("pham_vi") if value]
    if not scopes or None in scopes:
        form.refuse("pham_vi", "Chọn ít nhất một chợ hoặc một địa bàn.")
    if form.errors:
        return None
    return UserDraft(
        login=form.value("tk"),
        full_name=form.value("ten"),
        role=Role(role),
        scopes=tuple(scope for scope in scopes if scope is not None),
        is_active=is_active,
    )


def _told(form: Form) -> dict[str, list[str]]:
    return {name: form.all(name) for name in (*_FIELDS.values(), "dang_lam")}


def _read_scope(value: str) -> Scope | None:
    kind, _, code = value.partition(":")
    if kind not in {one.value for one in ScopeKind}:
        return None
    return EVERYWHERE if kind == ScopeKind.EVERYWHERE else (ScopeKind(kind), code)


def _scope_value(scope: Scope) -> str:
    return f"{scope[0].value}:{scope[1]}"


def _user_page(
    request: Request,
    session: Session,
    caller: Principal,
    form: Form,
    *,
    user_id: int | None = None,
    stands_now: Sequence[str] = (),
) -> HTMLResponse:
    editor = Editor.of(caller)
    return page(
        request,
        "user",
        caller=caller,
        status_code=422 if form.errors else 200,
        form=form,
        user_id=user_id,
        is_self=user_id is not None and user_id == caller.user_id,
        is_saved="da_ghi" in request.query_params,
        once=new_once(),
        roles=_roles(editor),
        places=_places(session, editor, form),
        stands_now=stands_now,
    )


def _roles(editor: Editor) -> list[tuple[Role, str]]:
    return [(role, ROLE_NAMES[role]) for role in STAFF_ROLES if role in editor.roles]


def _places(session: Session, editor: Editor, form: Form) -> list[tuple[str, str, bool]]:
    """Return the scopes the editor may give: value, name, whether it is ticked."""
    offered: list[tuple[Scope, str]] = []
    if editor.markets is None:
        offered.append((EVERYWHERE, "Mọi nơi"))
        areas = session.exec(select(AreaGroup.code, AreaGroup.name).order_by(AreaGroup.code))
        offered += [((ScopeKind.AREA, code), name) for code, name in areas]
    markets = session.exec(select(Market.code, Market.name).order_by(col(Market.code)))
    offered += [
        ((ScopeKind.MARKET, code), f"{name} ({code})")
        for code, name in markets
        if editor.reaches((ScopeKind.MARKET, code))
    ]
    ticked = set(form.all("pham_vi"))
    only = len(offered) == 1
    return [
        (_scope_value(scope), name, only or _scope_value(scope) in ticked)
        for scope, name in offered
    ]


def _password_once(
    request: Request, caller: Principal, user_id: int, full_name: str, one_time: str
) -> HTMLResponse:
    answer = page(
        request,
        "user_password",
        caller=caller,
        user_id=user_id,
        full_name=full_name,
        one_time=one_time,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
