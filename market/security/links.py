"""Personal links: a signed address that opens a session for one vendor, market or the figures.

The address carries the number of a row, signed; what it opens, until when, and whether it was
revoked stands in the row, so that a link handed out can be taken back.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from itsdangerous import BadData, URLSafeSerializer
from sqlmodel import Session, col, select

from market.roles import Role
from market.security.errors import AccessNotFound, LinkExpired, LinkUnreadable
from market.security.security_log import SecurityAction, record_security_event
from market.tables import AccessLink, UserSession
from merchants.actors import Actor

LINK_DAYS = 90
EVERYTHING = "*"
LINK_ROLES = (Role.VENDOR, Role.AUDITOR, Role.ECONOMIST)
"""A vendor's own pages; a market's pages, to read; the figures of all markets."""
_SALT = "cho40.link"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def issue_link(
    session: Session,
    *,
    role: Role,
    scope: str,
    until_at: datetime,
    actor: Actor,
    now: datetime,
    secret_keys: Sequence[str],
) -> str:
    """Return the path that opens a session; put the service's address before it.

    It is told this once: the row alone does not make the address again for who has no key.
    """
    assert role in LINK_ROLES, role
    link = AccessLink(
        role=role, scope=scope, created_at=now, created_by=str(actor), expires_at=until_at
    )
    session.add(link)
    session.flush()
    assert link.id is not None
    record_security_event(
        session,
        SecurityAction.LINK_ISSUED,
        actor=actor,
        now=now,
        subject=f"link:{link.id}",
        note=f"{role.value}:{scope}",
    )
    return f"/vao/{write_link(link.id, now, secret_keys=secret_keys)}"


def revoke_links(session: Session, *, role: Role, scope: str, now: datetime, actor: Actor) -> int:
    """Revoke the links of a role and scope that still hold; return how many."""
    links = session.exec(
        select(AccessLink)
        .where(col(AccessLink.role) == role, col(AccessLink.scope) == scope)
        .where(col(AccessLink.revoked_at).is_(None), col(AccessLink.expires_at) > now)
    ).all()
    for link in links:
        _revoke(session, link, actor=actor, now=now)
    return len(links)


def revoke_link(session: Session, number: int, *, actor: Actor, now: datetime) -> AccessLink:
    """Revoke one link and end what it opened; safe to repeat.

    Raises:
        AccessNotFound: no link has this number.
    """
    link = session.get(AccessLink, number)
    if link is None:
        raise AccessNotFound(f"link {number}")
    if link.revoked_at is None:
        _revoke(session, link, actor=actor, now=now)
    return link


def list_links(
    session: Session, *, now: datetime, also_ended: bool = False, scope: str | None = None
) -> Sequence[AccessLink]:
    """Return the links that hold, newest first; of one scope, and ended ones, if asked."""
    statement = select(AccessLink).order_by(col(AccessLink.id).desc())
    if scope is not None:
        statement = statement.where(col(AccessLink.scope) == scope)
    if not also_ended:
        statement = statement.where(
            col(AccessLink.revoked_at).is_(None), col(AccessLink.expires_at) > now
        )
    return session.exec(statement).all()


def _revoke(session: Session, link: AccessLink, *, actor: Actor, now: datetime) -> None:
    link.revoked_at = now
    session.execute(
        sa.update(UserSession)
        .where(col(UserSession.link_id) == link.id, col(UserSession.ended_at).is_(None))
        .values(ended_at=now)
    )
    record_security_event(
        session,
        SecurityAction.LINK_REVOKED,
        actor=actor,
        now=now,
        subject=f"link:{link.id}",
        note=f"{link.role.value}:{link.scope}",
    )


def open_link(
    session: Session, token: str, *, secret_keys: Sequence[str], now: datetime
) -> AccessLink:
    """Return the link of a token from an address.

    Raises:
        LinkUnreadable: no key fits, the text is not whole, or there is no such link.
        LinkExpired: its time is over, or it was revoked.
    """
    number, made_at_us = read_link(token, secret_keys=secret_keys)
    link = session.get(AccessLink, number)
    if link is None or _microseconds(link.created_at) != made_at_us:
        raise LinkUnreadable
    if link.revoked_at is not None or link.expires_at <= now:
        raise LinkExpired
    return link


def write_link(number: int, created_at: datetime, *, secret_keys: Sequence[str]) -> str:
    """Return a link's number and birth as signed, URL-safe text; the newest key (first) signs.

    The birth tells links of two databases under one key apart, such as the demonstration's.
    """
    return str(_signer(secret_keys).dumps([number, _microseconds(created_at)]))


def read_link(text: str, *, secret_keys: Sequence[str]) -> tuple[int, int]:
    """Return number and birth (microseconds since 1970) that were signed.

    Raises:
        LinkUnreadable: no key fits, or the text is not as it was written.
    """
    try:
        number, made_at_us = _signer(secret_keys).loads(text)
    except (BadData, TypeError, ValueError):
        raise LinkUnreadable from None
    if type(number) is not int or type(made_at_us) is not int:
        raise LinkUnreadable
    # Base64 reads several spellings as one: with / for _, or other unused bits at the end.
    if all(text != _signer([key]).dumps([number, made_at_us]) for key in secret_keys):
        raise LinkUnreadable
    return number, made_at_us


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _signer(secret_keys: Sequence[str]) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret_key=list(reversed(secret_keys)),  # itsdangerous signs with the last one
        salt=_SALT,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
