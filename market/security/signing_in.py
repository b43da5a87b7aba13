"""Sign in with a password or a helper's code: counted first, judged after, told the same to all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from market.security.errors import UserRefused
from market.security.login_names import login_fingerprint, read_login_name
from market.security.passwords import is_password_of
from market.security.security_log import SecurityAction, record_security_event
from market.security.sessions import end_session, start_session
from market.security.throttle import (
    LOCK,
    Counter,
    OpenSession,
    Standing,
    begin_try,
    by_address,
    by_name,
    forgive,
    withdraw_try,
)
from market.security.tokens import sha256_of
from market.tables import HelperLogin, UserAccount
from merchants.actors import Actor
from merchants.files.csv_text import clean_text
from merchants.sealing import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """From where and when somebody tries, and the session the browser had until now."""

    address: str
    now: datetime
    old_token: str = ""


@dataclass(frozen=True, slots=True)
class CameIn:
    """A new session; its token goes into the browser's cookie and nowhere else."""

    token: str
    must_change_password: bool = False


def sign_in_by_password(
    reading: OpenSession,
    writing: OpenSession,
    attempt: Attempt,
    *,
    name: str,
    password: str,
    is_kept: bool,
    sealer: Sealer,
) -> CameIn | Standing:
    """Return a new session, or how many tries are left and until when there are none.

    Whether the name, the password or the account is at fault is not told, and takes equally long.
    The password is judged between two transactions: it takes a tenth of a second on purpose, and
    nobody who writes shall wait for it.
    """
    try:
        login = read_login_name(name)
    except UserRefused:
        login = clean_text(name).casefold()
    by_login = by_name(sealer, login)
    counters = [by_login, by_address(sealer, attempt.address)]
    standing = begin_try(writing, counters, now=attempt.now)
    if standing.locked_until is not None:
        return standing
    with reading() as session:
        known = session.exec(
            select(UserAccount).where(UserAccount.login_hash == login_fingerprint(sealer, login))
        ).one_or_none()
        if known is not None:
            session.expunge(known)
    hash_before = known.password_hash if known else None
    is_right = is_password_of(known, password)
    with writing() as session:
        user = session.get(UserAccount, known.id, with_for_update=True) if known else None
        is_same = user is not None and user.password_hash == hash_before
        if user is None or known is None or not (is_right and is_same and user.is_active):
            return _refused(session, user, standing, attempt)
        user.password_hash = known.password_hash  # perhaps made anew with newer parameters
        forgive(session, by_login)
        return _come_in(
            session,
            attempt,
            counters,
            SecurityAction.SIGNED_IN,
            user,
            token=start_session(session, now=attempt.now, user=user, is_kept=is_kept),
        )


def sign_in_by_code(
    writing: OpenSession, attempt: Attempt, *, code: str, sealer: Sealer
) -> CameIn | Standing:
    """Return a helper's new session; a code opens one, and only while it holds."""
    counters = [by_address(sealer, attempt.address)]
    standing = begin_try(writing, counters, now=attempt.now)
    if standing.locked_until is not None:
        return standing
    with writing() as session:
        found = session.exec(
            select(HelperLogin, UserAccount)
            .where(HelperLogin.user_id == UserAccount.id)
            .where(HelperLogin.code_sha256 == sha256_of(plain_code(code)))
        ).one_or_none()
        if found is None or not _holds(*found, attempt.now):
            return _refused(session, None, standing, attempt)
        login, user = found
        login.used_at = attempt.now
        return _come_in(
            session,
            attempt,
            counters,
            SecurityAction.HELPER_LOGIN_USED,
            user,
            token=start_session(session, now=attempt.now, user=user, helper_login=login),
        )


def plain_code(code: str) -> str:
    """Return a helper's code without the spaces and dashes people type it with."""
    return "".join(letter for letter in clean_text(code).upper() if letter.isalnum())


def _holds(login: HelperLogin, user: UserAccount, now: datetime) -> bool:
    is_open = login.used_at is None and login.revoked_at is None
    return is_open and login.expires_at > now and user.is_active


def _refused(
    session: Session, user: UserAccount | None, standing: Standing, attempt: Attempt
) -> Standing:
    record_security_event(
        session,
        SecurityAction.SIGN_IN_FAILED,
        actor="stranger",
        now=attempt.now,
        subject=f"user:{user.id}" if user else "",
    )
    if standing.tries_left == 0:
        return Standing(0, attempt.now + LOCK)
    return standing


def _come_in(
    session: Session,
    attempt: Attempt,
    counters: Sequence[Counter],
    action: SecurityAction,
    user: UserAccount,
    *,
    token: str,
) -> CameIn:
    withdraw_try(session, counters[-1])
    if attempt.old_token:
        end_session(session, attempt.old_token, now=attempt.now)
    actor = Actor(kind="staff", name=str(user.id))
    record_security_event(session, action, actor=actor, now=attempt.now, subject=f"user:{user.id}")
    return CameIn(token, user.must_change_password and action is SecurityAction.SIGNED_IN)
