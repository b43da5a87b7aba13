"""One's own account: the name, the password, the browsers that are signed in."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from market.security.errors import AccessNotFound, UserRefused
from market.security.passwords import is_password_of, take_password
from market.security.principal import Principal
from market.security.security_log import SecurityAction, record_security_event
from market.security.sessions import end_sessions_of
from market.security.users import NAME_LETTERS_MAX
from market.tables import UserAccount, UserSession
from merchants.files.csv_text import clean_text
from merchants.sentences import Sentence


def own_user(session: Session, caller: Principal) -> UserAccount:
    """Return the row of whoever is signed in."""
    user = session.get(UserAccount, caller.user_id)
    assert user is not None
    return user


def change_own_name(session: Session, caller: Principal, name: str, *, now: datetime) -> None:
    """Change one's own name; raise ``UserRefused`` when it is empty or too long."""
    name = clean_text(name)
    if not 1 <= len(name) <= NAME_LETTERS_MAX:
        raise UserRefused(
            "full_name",
            Sentence(
                "Họ và tên cần từ 1 đến {most} ký tự, đang có {n}.",
                most=NAME_LETTERS_MAX,
                n=len(name),
            ),
        )
    user = own_user(session, caller)
    if user.full_name == name:
        return
    user.full_name = name
    user.version += 1
    _record(session, SecurityAction.USER_CHANGED, caller, now)


def change_own_password(
    session: Session, caller: Principal, *, old: str, new: str, now: datetime
) -> None:
    """Change one's own password and sign every other browser out.

    Raises:
        UserRefused: the old one is wrong (field ``old``), or the new one is the old one.
        PasswordRefused: the new one cannot be taken.
    """
    user = own_user(session, caller)
    if not is_password_of(user, old):
        raise UserRefused("old", "Mật khẩu đang dùng chưa đúng.")
    if old == new:
        raise UserRefused("new", "Mật khẩu mới phải khác mật khẩu đang dùng.")
    take_password(user, new)
    user.version += 1
    end_sessions_of(session, user.id or 0, now=now, except_id=caller.session_id)
    _record(session, SecurityAction.PASSWORD_CHANGED, caller, now)


def own_sessions(session: Session, caller: Principal, *, now: datetime) -> Sequence[UserSession]:
    """Return the browsers that are signed in as this user, the latest seen first."""
    return session.exec(
        select(UserSession)
        .where(col(UserSession.user_id) == caller.user_id)
        .where(col(UserSession.ended_at).is_(None), col(UserSession.expires_at) > now)
        .order_by(col(UserSession.last_seen_at).desc(), col(UserSession.id).desc())
    ).all()


def end_own_session(session: Session, caller: Principal, session_id: int, *, now: datetime) -> None:
    """Sign one of one's own browsers out; raise ``AccessNotFound`` for anybody else's."""
    row = session.get(UserSession, session_id)
    if row is None or row.user_id != caller.user_id:
        raise AccessNotFound(f"session {session_id}")
    if row.ended_at is None:
        row.ended_at = now
        _record(session, SecurityAction.SESSION_ENDED, caller, now)


def _record(session: Session, action: SecurityAction, caller: Principal, now: datetime) -> None:
    record_security_event(
        session, action, actor=caller.actor, now=now, subject=f"user:{caller.user_id}"
    )
