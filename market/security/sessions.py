"""One transaction per request, and the sessions of the people behind them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Request, Response
from sqlmodel import Session, col, select

from market.security.errors import PinLocked, PinWrong
from market.security.pins import count_wrong_pin
from market.security.tokens import new_token, sha256_of
from market.tables import AccessLink, HelperLogin, UserAccount, UserSession

# ``app.state.reading`` and ``app.state.writing`` are the context managers of ``market.database``
# bound to the application's engine; the security layer does not know the database by itself.


def _reading_session(request: Request) -> Iterator[Session]:
    with request.app.state.reading() as session:
        yield session


def _writing_session(request: Request) -> Iterator[Session]:
    try:
        with request.app.state.writing() as session:
            yield session
    except (PinWrong, PinLocked) as refusal:
        # What was written is undone with the rest; a wrong PIN counts all the same.
        if refusal.vendor_id is not None:
            with request.app.state.writing() as session:
                count_wrong_pin(session, refusal.vendor_id, now=request.app.state.now())
        raise


Reading = Annotated[Session, Depends(_reading_session, scope="function")]
# With the default scope the commit would come after the answer: a failed commit told as 200.
Writing = Annotated[Session, Depends(_writing_session, scope="function")]

COOKIE = "cho40"
OFFICE_HOURS = timedelta(hours=12)
"""How long a session may stand idle on a shared office computer."""
KEPT_DAYS = timedelta(days=30)
"""The same with "Giữ đăng nhập trên máy này"."""
SEEN_EVERY = timedelta(minutes=5)
"""How exactly ``last_seen_at`` is kept: a page that is only read should seldom write."""


def start_session(
    session: Session,
    *,
    now: datetime,
    user: UserAccount | None = None,
    helper_login: HelperLogin | None = None,
    link: AccessLink | None = None,
    is_kept: bool = False,
) -> str:
    """Return the token of a new session, which is told nowhere else.

    A user's session ends when it stands idle; a helper's and a link's when those end.
    """
    token = new_token()
    expires_at = now + (KEPT_DAYS if is_kept else OFFICE_HOURS)
    if helper_login is not None:
        expires_at = helper_login.expires_at
    if link is not None:
        expires_at = link.expires_at
        link.last_used_at = now
    if user is not None:
        user.last_seen_at = now
    session.add(
        UserSession(
            token_sha256=sha256_of(token),
            user_id=user.id if user else None,
            helper_login_id=helper_login.id if helper_login else None,
            link_id=link.id if link else None,
            created_at=now,
            last_seen_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    return token


def session_of_link(session: Session, token: str, link: AccessLink, *, now: datetime) -> bool:
    """Return whether a cookie's session was opened by this link and still stands."""
    row = session.exec(
        select(UserSession).where(col(UserSession.token_sha256) == sha256_of(token))
    ).one_or_none()
    return (
        row is not None and row.link_id == link.id and row.ended_at is None and row.expires_at > now
    )


def note_seen(session: Session, session_id: int, /, *, now: datetime) -> None:
    """Remember that a session was used; a user's session stays open as long again as it was given."""
    row = session.get(UserSession, session_id)
    if row is None or row.ended_at is not None or row.last_seen_at >= now:
        return
    if row.link_id is None and row.helper_login_id is None:
        row.expires_at = now + (row.expires_at - row.last_seen_at)
    row.last_seen_at = now
    if row.user_id is not None:
        session.execute(
            sa.update(UserAccount)
            .where(col(UserAccount.id) == row.user_id)
            .values(last_seen_at=now)
        )


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """End the session of a cookie, whatever it was."""
    row = session.exec(
        select(UserSession).where(col(UserSession.token_sha256) == sha256_of(token))
    ).one_or_none()
    if row is not None and row.ended_at is None:
        row.ended_at = now


def end_sessions_of(
    session: Session, user_id: int, *, now: datetime, except_id: int | None = None
) -> None:
    """End every session of a user but one."""
    session.execute(
        sa.update(UserSession)
        .where(col(UserSession.user_id) == user_id, col(UserSession.ended_at).is_(None))
        .where(col(UserSession.id) != (except_id or 0))
        .values(ended_at=now)
    )


def put_cookie(
    answer: Response, token: str, *, is_production: bool, max_age: timedelta | None = None
) -> None:
    """Give the browser its session's token; without ``max_age`` it forgets it when it is closed."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(max_age.total_seconds()) if max_age else None,
        httponly=True,
        samesite="lax",
        secure=is_production,
    )


def drop_cookie(answer: Response, *, is_production: bool) -> None:
    """Take the session's token from the browser."""
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=is_production)
