"""Sending a form or an API write twice does nothing twice: the second gets the first's answer."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from market.security.errors import SubmissionDiffers
from market.security.principal import Principal
from market.security.tokens import new_token
from market.tables import Submission

DONE = 303
KEY_LETTERS_MAX = 200


def new_once() -> str:
    """Return a value for the field ``once`` of a form that is opened anew."""
    return new_token()


def earlier_answer(session: Session, caller: Principal, once: str, content: str) -> str | None:
    """Return where the first carrying out of the same form led; ``None`` = this is the first.

    Ask inside the transaction that writes. Without ``once`` there is nothing to compare.

    Raises:
        SubmissionDiffers: the same ``once`` came with other content.
    """
    if not once:
        return None
    _one_at_a_time(session, _key(caller, once))
    earlier = session.get(Submission, _key(caller, once))
    if earlier is None:
        return None
    if earlier.request_sha256 != _digest(content):
        raise SubmissionDiffers
    return earlier.location


def earlier_body(session: Session, caller: Principal, once: str) -> str:
    """Return what was answered the first time, of a write whose answer was remembered."""
    earlier = session.get(Submission, _key(caller, once))
    return earlier.body if earlier is not None else ""


def remember_answer(
    session: Session,
    caller: Principal,
    once: str,
    content: str,
    location: str,
    now: datetime,
    *,
    body: str = "",
) -> None:
    """Remember where a form led that was carried out in this transaction.

    Args:
        body: what was answered, where it cannot be told anew from what is kept.
    """
    if not once:
        return
    session.add(
        Submission(
            key_sha256=_key(caller, once),
            request_sha256=_digest(content),
            status=DONE,
            location=location,
            body=body,
            at=now,
        )
    )
    session.flush()


def _one_at_a_time(session: Session, key: str) -> None:
    """Let the same form, sent twice at once, wait for itself; on SQLite every writer waits anyway."""
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(bytes.fromhex(key[:16]), "big", signed=True)
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def _key(caller: Principal, once: str) -> str:
    whose = f"{caller.role.value}:{caller.user_id or caller.vendor_code or ''}"
    return _digest(f"{whose}\n{once[:KEY_LETTERS_MAX]}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
