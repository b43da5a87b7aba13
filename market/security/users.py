"""Users: who may be made, changed and switched off, by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.roles import Role, ScopeKind
from market.security.errors import UserNotFound, UserRefused
from market.security.login_names import login_fingerprint, read_login_name
from market.security.passwords import new_one_time_password, take_password
from market.security.principal import Principal
from market.security.security_log import SecurityAction, record_security_event
from market.security.sessions import end_sessions_of
from market.tables import ApiToken, UserAccount, UserScope
from merchants.actors import COMMAND, Actor
from merchants.files.csv_text import clean_text
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.tables import AreaGroup, Market

NAME_LETTERS_MAX = 80
STAFF_ROLES = tuple(role for role in Role if role is not Role.VENDOR)
Scope = tuple[ScopeKind, str]
EVERYWHERE: Scope = (ScopeKind.EVERYWHERE, "")

_MANAGES: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.ADMIN: frozenset(STAFF_ROLES),
        Role.MARKET_MANAGER: frozenset({Role.MARKET_CLERK, Role.FIELD_HELPER, Role.AUDITOR}),
    }
)
"""Whom each role may make and change; nobody makes somebody above themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Who changes users: which roles, where, and that they are not changing themselves."""

    actor: Actor
    roles: frozenset[Role]
    markets: frozenset[str] | None
    """``None`` = everywhere."""
    user_id: int | None = None

    @classmethod
    def of(cls, caller: Principal) -> "Editor":
        """Return what a principal may do to users."""
        return cls(
            actor=caller.actor,
            roles=_MANAGES.get(caller.role, frozenset()),
            markets=caller.market_codes,
            user_id=caller.user_id,
        )

    def may_manage(self, role: Role, scopes: Sequence[Scope]) -> bool:
        """Return whether a user of this role and these scopes is theirs to change."""
        return role in self.roles and all(self.reaches(scope) for scope in scopes)

    def reaches(self, scope: Scope) -> bool:
        """Return whether a scope lies within their own."""
        kind, code = scope
        return self.markets is None or (kind is ScopeKind.MARKET and code in self.markets)


AT_THE_TERMINAL = Editor(actor=COMMAND, roles=frozenset(STAFF_ROLES), markets=None)
"""Whoever runs commands on the machine itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDraft:
    """What somebody filled in about a user."""

    login: str
    full_name: str
    role: Role
    scopes: tuple[Scope, ...]
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class UserEntry:
    """A user with their scopes, as they stand."""

    user: UserAccount
    scopes: tuple[Scope, ...]


def add_user(
    session: Session,
    draft: UserDraft,
    *,
    editor: Editor,
    sealer: Sealer,
    now: datetime,
    password: str | None = None,
) -> tuple[UserAccount, str]:
    """Return the new user and a one-time password to hand over, empty where none is needed.

    A field helper gets no password: they come in with codes. A given ``password`` is the user's
    own and stays.

    Raises:
        UserRefused, PasswordRefused: with the field and a Vietnamese reason.
    """
    name = read_login_name(draft.login)
    _check_draft(session, draft, editor)
    _check_login_free(session, login_fingerprint(sealer, name), None)
    user = UserAccount(
        login_hash=login_fingerprint(sealer, name),
        login_sealed=sealer.seal(name),
        full_name=clean_text(draft.full_name),
        role=draft.role,
        is_active=draft.is_active,
        created_at=now,
        created_by=str(editor.actor),
    )
    one_time = ""
    if password is not None:
        take_password(user, password)
    elif draft.role is not Role.FIELD_HELPER:
        one_time = new_one_time_password()
        take_password(user, one_time, must_change=True)
    session.add(user)
    session.flush()
    _write_scopes(session, user, draft.scopes)
    _record(session, SecurityAction.USER_ADDED, editor, user, now, note=_told(draft))
    return user, one_time


def change_user(
    session: Session,
    user_id: int,
    draft: UserDraft,
    *,
    version: int,
    editor: Editor,
    sealer: Sealer,
    now: datetime,
) -> UserAccount:
    """Change a user and return the row; sessions end where something was taken away.

    Raises:
        UserNotFound: not a user the editor may manage.
        UserRefused: with the field and a Vietnamese reason; ``version`` when somebody was faster.
    """
    entry = managed_user(session, user_id, editor=editor, is_to_change=True)
    user = entry.user
    if user.version != version:
        raise UserRefused("version", "Người khác vừa sửa tài khoản này. Xem lại rồi ghi lần nữa.")
    name = read_login_name(draft.login)
    _check_draft(session, draft, editor)
    _check_login_free(session, login_fingerprint(sealer, name), user.id)
    is_other_reach = (draft.role, set(draft.scopes)) != (user.role, set(entry.scopes))
    if is_other_reach or draft.is_active != user.is_active:
        if user.id == editor.user_id:
            raise UserRefused("role", "Không tự đổi vai trò, phạm vi hay tạm ngừng chính mình.")
        _keep_an_admin(session, entry, draft)
    was_active = user.is_active
    user.login_hash, user.login_sealed = login_fingerprint(sealer, name), sealer.seal(name)
    user.full_name, user.role = clean_text(draft.full_name), draft.role
    user.is_active = draft.is_active
    user.version += 1
    if is_other_reach:
        _write_scopes(session, user, draft.scopes)
    if is_other_reach or not draft.is_active:
        end_sessions_of(session, user_id, now=now)
    _record(session, SecurityAction.USER_CHANGED, editor, user, now, note=_told(draft))
    if was_active and not draft.is_active:
        _record(session, SecurityAction.USER_SWITCHED_OFF, editor, user, now)
    return user


def reset_password(
    session: Session, user_id: int, *, editor: Editor, now: datetime, password: str | None = None
) -> str:
    """Return a one-time password; the user's sessions end and their API tokens are revoked.

    A given ``password`` is the user's own and stays; then nothing is returned.

    Raises:
        UserNotFound: not a user the editor may manage.
        PasswordRefused: the given one cannot be taken.
    """
    user = managed_user(session, user_id, editor=editor, is_to_change=True).user
    one_time = "" if password is not None else new_one_time_password()
    take_password(user, password or one_time, must_change=password is None)
    user.version += 1
    end_sessions_of(session, user_id, now=now)
    session.execute(
        sa.update(ApiToken)
        .where(col(ApiToken.user_id) == user_id, col(ApiToken.revoked_at).is_(None))
        .values(revoked_at=now)
    )
    _record(session, SecurityAction.PASSWORD_RESET, editor, user, now)
    return one_time


def managed_user(
    session: Session, user_id: int, *, editor: Editor, is_to_change: bool = False
) -> UserEntry:
    """Return a user with scopes; raise ``UserNotFound`` unless the editor may manage them.

    Who is to be changed is locked: of two editors the second sees what the first has done.
    """
    user = session.get(UserAccount, user_id, with_for_update=is_to_change or None)
    if user is not None:
        scopes = scopes_of(session, [user_id]).get(user_id, ())
        if editor.may_manage(user.role, scopes):
            return UserEntry(user, scopes)
    raise UserNotFound(str(user_id))


def user_by_login(session: Session, login: str, *, sealer: Sealer) -> UserAccount:
    """Return the user who signs in with this name; raise ``UserNotFound``."""
    try:
        name = read_login_name(login)
    except UserRefused as refusal:
        raise UserNotFound(login) from refusal
    user = session.exec(
        select(UserAccount).where(UserAccount.login_hash == login_fingerprint(sealer, name))
    ).one_or_none()
    if user is None:
        raise UserNotFound(login)
    return user


def scopes_of(session: Session, user_ids: Sequence[int]) -> dict[int, tuple[Scope, ...]]:
    """Return the scopes of users, each in a fixed order."""
    found: dict[int, tuple[Scope, ...]] = {}
    rows = session.exec(
        select(UserScope)
        .where(col(UserScope.user_id).in_(user_ids))
        .order_by(col(UserScope.kind), col(UserScope.code))
    )
    for row in rows:
        found[row.user_id] = (*found.get(row.user_id, ()), (row.kind, row.code))
    return found


def users_of_market(session: Session, market_code: str, role: Role) -> Sequence[UserAccount]:
    """Return the active users of a role whose scope names a market or is everywhere, by name."""
    reaching = sa.select(col(UserScope.user_id)).where(
        sa.or_(
            col(UserScope.kind) == ScopeKind.EVERYWHERE,
            sa.and_(col(UserScope.kind) == ScopeKind.MARKET, col(UserScope.code) == market_code),
        )
    )
    return session.exec(
        select(UserAccount)
        .where(col(UserAccount.role) == role, col(UserAccount.is_active))
        .where(col(UserAccount.id).in_(reaching))
        .order_by(col(UserAccount.full_name), col(UserAccount.id))
    ).all()


def _check_draft(session: Session, draft: UserDraft, editor: Editor) -> None:
    name = clean_text(draft.full_name)
    if not name:
        raise UserRefused("full_name", "Điền họ và tên.")
    if len(name) > NAME_LETTERS_MAX:
        raise UserRefused(
            "full_name",
            Sentence(
                "Họ và tên dài {n} ký tự, ghi được {most}.",
                n=len(name),
                most=NAME_LETTERS_MAX,
            ),
        )
    if draft.role not in editor.roles:
        raise UserRefused("role", "Vai trò này không do mình cấp được.")
    if not draft.scopes:
        raise UserRefused("scope", "Chọn ít nhất một chợ hoặc một địa bàn.")
    if EVERYWHERE in draft.scopes and len(draft.scopes) > 1:
        raise UserRefused("scope", "Chọn mọi nơi, hoặc từng chợ, từng địa bàn; không cả hai.")
    for scope in draft.scopes:
        if not editor.reaches(scope):
            raise UserRefused(
                "scope",
                Sentence("{place} nằm ngoài phạm vi của mình.", place=scope[1] or "Mọi nơi"),
            )
    _check_places(session, draft.scopes)


def _check_places(session: Session, scopes: Sequence[Scope]) -> None:
    for kind, column in ((ScopeKind.MARKET, Market.code), (ScopeKind.AREA, AreaGroup.code)):
        asked = {code for scope_kind, code in scopes if scope_kind is kind}
        if asked:
            known = set(session.exec(select(column).where(col(column).in_(asked))))
            if asked - known:
                raise UserRefused(
                    "scope",
                    Sentence("Không có {unknown}.", unknown=", ".join(sorted(asked - known))),
                )


def _check_login_free(session: Session, login_hash: str, own_id: int | None) -> None:
    taken = session.exec(
        select(UserAccount.id).where(UserAccount.login_hash == login_hash)
    ).one_or_none()
    if taken is not None and taken != own_id:
        raise UserRefused("login", "Số điện thoại hoặc email này đã có tài khoản.")


def _keep_an_admin(session: Session, entry: UserEntry, draft: UserDraft) -> None:
    """Refuse what would leave nobody who may do everything everywhere."""
    user = entry.user
    is_whole = user.role is Role.ADMIN and user.is_active and EVERYWHERE in entry.scopes
    stays = draft.role is Role.ADMIN and draft.is_active and EVERYWHERE in draft.scopes
    if not is_whole or stays:
        return
    # All of them are locked, so that two admins who switch each other off wait for one another.
    admins = session.exec(
        select(UserAccount.id)
        .join(UserScope, col(UserScope.user_id) == col(UserAccount.id))
        .where(col(UserAccount.role) == Role.ADMIN, col(UserAccount.is_active))
        .where(col(UserScope.kind) == ScopeKind.EVERYWHERE)
        .with_for_update(of=UserAccount)
    ).all()
    if not set(admins) - {user.id}:
        raise UserRefused("role", "Đây là người quản trị cuối cùng. Thêm người khác trước.")


def _write_scopes(session: Session, user: UserAccount, scopes: Sequence[Scope]) -> None:
    session.execute(sa.delete(UserScope).where(col(UserScope.user_id) == user.id))
    for kind, code in sorted(set(scopes)):
        session.add(UserScope(user_id=user.id or 0, kind=kind, code=code))
    session.flush()


def _told(draft: UserDraft) -> str:
    places = ",".join(code or "*" for _, code in sorted(draft.scopes))
    return f"{draft.role.value} {places}"[:200]


def _record(
    session: Session,
    action: SecurityAction,
    editor: Editor,
    user: UserAccount,
    now: datetime,
    *,
    note: str = "",
) -> None:
    record_security_event(
        session, action, actor=editor.actor, now=now, subject=f"user:{user.id}", note=note
    )
