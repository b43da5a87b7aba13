"""Short-lived ways in for field helpers: one market, a few hours, one browser."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.roles import Role
from market.security.errors import AccessNotFound, UserRefused
from market.security.security_log import SecurityAction, record_security_event
from market.security.tokens import new_code, sha256_of
from market.tables import HelperLogin, UserAccount, UserSession
from merchants.actors import Actor
from merchants.sentences import Sentence

HOURS = 8
HOURS_MAX = 24


@dataclass(frozen=True, slots=True)
class HelperLoginView:
    """A login of a helper at a market, and where it stands."""

    id: int
    user_id: int
    full_name: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    last_seen_at: datetime | None

    @property
    def is_in(self) -> bool:
        """Return whether a browser came in with it."""
        return self.used_at is not None


def issue_helper_login(
    session: Session,
    user: UserAccount,
    *,
    market_code: str,
    hours: int,
    actor: Actor,
    now: datetime,
) -> tuple[HelperLogin, str]:
    """Return the row and the code itself, which is told nowhere else.

    Raises:
        UserRefused: the user is no active field helper, or the hours are out of bounds.
    """
    if user.role is not Role.FIELD_HELPER or not user.is_active:
        raise UserRefused("helper", "Chỉ cấp mã cho người hỗ trợ tại chợ đang hoạt động.")
    if not 1 <= hours <= HOURS_MAX:
        raise UserRefused(
            "hours",
            Sentence(
                "Mã dùng được từ 1 đến {most} giờ, đang ghi {hours}.",
                most=HOURS_MAX,
                hours=hours,
            ),
        )
    assert user.id is not None
    code = new_code()
    login = HelperLogin(
        user_id=user.id,
        market_code=market_code,
        code_sha256=sha256_of(code),
        created_at=now,
        created_by=str(actor),
        expires_at=now + timedelta(hours=hours),
    )
    session.add(login)
    session.flush()
    record_security_event(
        session,
        SecurityAction.HELPER_LOGIN_ISSUED,
        actor=actor,
        now=now,
        subject=f"user:{user.id}",
        note=f"market:{market_code} login:{login.id}",
    )
    return login, code


def helper_logins_of(session: Session, market_code: str, *, now: datetime) -> list[HelperLoginView]:
    """Return the logins of a market that hold now, newest first: codes not used yet, who is in."""
    seen_at = (
        sa.select(sa.func.max(col(UserSession.last_seen_at)))
        .where(col(UserSession.helper_login_id) == col(HelperLogin.id))
        .correlate(HelperLogin)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(HelperLogin, col(UserAccount.full_name), seen_at)
        .join(UserAccount, col(UserAccount.id) == col(HelperLogin.user_id))
        .where(col(HelperLogin.market_code) == market_code)
        .where(col(HelperLogin.revoked_at).is_(None), col(HelperLogin.expires_at) > now)
        .order_by(col(HelperLogin.id).desc())
    )
    return [
        HelperLoginView(
            login.id,
            login.user_id,
            full_name,
            login.created_at,
            login.expires_at,
            login.used_at,
            last_seen_at,
        )
        for login, full_name, last_seen_at in rows
    ]


def revoke_helper_login(
    session: Session, login_id: int, *, market_code: str, actor: Actor, now: datetime
) -> None:
    """Revoke a helper login of a market and end the session it opened; safe to repeat.

    Raises:
        AccessNotFound: the market has no such login.
    """
    login = session.exec(
        select(HelperLogin).where(
            HelperLogin.id == login_id, HelperLogin.market_code == market_code
        )
    ).one_or_none()
    if login is None:
        raise AccessNotFound(f"helper login {login_id}")
    if login.revoked_at is not None:
        return
    login.revoked_at = now
    session.execute(
        sa.update(UserSession)
        .where(col(UserSession.helper_login_id) == login_id, col(UserSession.ended_at).is_(None))
        .values(ended_at=now)
    )
    record_security_event(
        session,
        SecurityAction.HELPER_LOGIN_REVOKED,
        actor=actor,
        now=now,
        subject=f"user:{login.user_id}",
        note=f"market:{market_code} login:{login_id}",
    )
