"""API tokens: a machine's key, told once, with the role and scope of the user who made it."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from market.security.errors import AccessNotFound
from market.security.security_log import SecurityAction, record_security_event
from market.security.tokens import new_api_token, sha256_of
from market.tables import ApiToken
from merchants.actors import Actor

TOKEN_DAYS = 365
NAME_LETTERS_MAX = 60


def create_token(
    session: Session, user_id: int, name: str, *, until_at: datetime, actor: Actor, now: datetime
) -> tuple[ApiToken, str]:
    """Return the row and the token itself, which is told nowhere else."""
    token = new_api_token()
    row = ApiToken(
        user_id=user_id,
        name=name,
        token_sha256=sha256_of(token),
        token_tail=token[-4:],
        created_at=now,
        expires_at=until_at,
    )
    session.add(row)
    session.flush()
    record_security_event(
        session,
        SecurityAction.TOKEN_CREATED,
        actor=actor,
        now=now,
        subject=f"user:{user_id}",
        note=f"token:{row.id}",
    )
    return row, token


def tokens_of(session: Session, user_id: int) -> Sequence[ApiToken]:
    """Return a user's tokens, newest first, those that no longer hold too."""
    return session.exec(
        select(ApiToken).where(col(ApiToken.user_id) == user_id).order_by(col(ApiToken.id).desc())
    ).all()


def revoke_token(
    session: Session, token_id: int, *, user_id: int | None, actor: Actor, now: datetime
) -> ApiToken:
    """Revoke a token; with ``user_id`` only one of that user's.

    Raises:
        AccessNotFound: there is none.
    """
    row = session.get(ApiToken, token_id)
    if row is None or (user_id is not None and row.user_id != user_id):
        raise AccessNotFound(f"token {token_id}")
    if row.revoked_at is None:
        row.revoked_at = now
        record_security_event(
            session,
            SecurityAction.TOKEN_REVOKED,
            actor=actor,
            now=now,
            subject=f"user:{row.user_id}",
            note=f"token:{row.id}",
        )
    return row


def note_used(session: Session, token_id: int, /, *, now: datetime) -> None:
    """Remember that a token was used."""
    row = session.get(ApiToken, token_id)
    if row is not None:
        row.last_used_at = now
