"""Forget what has been kept long enough: at the doors, uploaded sheets, and the ledger's raw rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from market.tables import HelperLogin, SignInFailure, Submission, UserSession
from merchants.columns import core_table
from merchants.complaints.forgetting import forget_complaints
from merchants.imports.steps import forget_files
from merchants.kinds import BookState
from merchants.posters.books import forget_books
from merchants.privacy.retention import Kept, forget_before
from merchants.tables import PosterBook, SheetImport
from reconciliation.operations.retention import forget_transactions


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many things of a kind were, or on a dry run would be, forgotten."""

    kind: Kept
    before_at: datetime
    count: int


def forget_old(session: Session, *, now: datetime, dry_run: bool = False) -> list[Forgotten]:
    """Forget everything whose time is over and return how much of each kind; safe to repeat.

    On a dry run nothing is changed. Children go before what they point at. The raw bytes of what the
    ledger forgot are files and go afterwards: ``reconciliation.operations.retention.remove_forgotten_bytes``.
    """
    done = []
    for kind, forget in _KINDS:
        before = forget_before(kind, now)
        done.append(Forgotten(kind, before, forget(session, before, dry_run)))
    before = forget_before(Kept.RAW_TRANSACTIONS, now)
    count = forget_transactions(session, before, now=now, dry_run=dry_run)
    done.append(Forgotten(Kept.RAW_TRANSACTIONS, before, count))
    return done


def _sessions(session: Session, before: datetime, dry_run: bool) -> int:
    ended = sa.func.coalesce(col(UserSession.ended_at), col(UserSession.expires_at)) < before
    return _delete(session, UserSession, ended, dry_run)


def _helper_logins(session: Session, before: datetime, dry_run: bool) -> int:
    still_open = sa.select(col(UserSession.helper_login_id)).where(
        col(UserSession.helper_login_id).is_not(None)
    )
    ended = sa.func.coalesce(col(HelperLogin.revoked_at), col(HelperLogin.expires_at)) < before
    condition = sa.and_(ended, col(HelperLogin.id).not_in(still_open))
    return _delete(session, HelperLogin, condition, dry_run)


def _failures(session: Session, before: datetime, dry_run: bool) -> int:
    return _delete(session, SignInFailure, col(SignInFailure.at) < before, dry_run)


def _submissions(session: Session, before: datetime, dry_run: bool) -> int:
    return _delete(session, Submission, col(Submission.at) < before, dry_run)


def _sheets(session: Session, before: datetime, dry_run: bool) -> int:
    """Let the files go, and what names people in their results; the counts stay."""
    if not dry_run:
        return forget_files(session, before)
    old = sa.and_(col(SheetImport.imported_at) < before, col(SheetImport.file_sealed).is_not(None))
    return _count(session, SheetImport, old)


def _poster_books(session: Session, before: datetime, dry_run: bool) -> int:
    """Let books of posters go; their files are removed afterwards (``BookFiles.remove_all_but``)."""
    if not dry_run:
        return forget_books(session, before)
    old = sa.and_(col(PosterBook.asked_at) < before, col(PosterBook.state) != BookState.GONE)
    return _count(session, PosterBook, old)


def _complaints(session: Session, before: datetime, dry_run: bool) -> int:
    """Let go what was said in old complaints; that there was one stays."""
    return forget_complaints(session, before, dry_run=dry_run)


_KINDS: Sequence[tuple[Kept, Callable[[Session, datetime, bool], int]]] = (
    (Kept.SESSIONS, _sessions),
    (Kept.HELPER_LOGINS, _helper_logins),
    (Kept.SIGN_IN_FAILURES, _failures),
    (Kept.SUBMISSIONS, _submissions),
    (Kept.UPLOADED_SHEETS, _sheets),
    (Kept.POSTER_BOOKS, _poster_books),
    (Kept.COMPLAINTS, _complaints),
)


def _delete(
    session: Session, table: type[SQLModel], condition: sa.ColumnElement[bool], dry_run: bool
) -> int:
    if dry_run:
        return _count(session, table, condition)
    session.flush()
    return session.connection().execute(sa.delete(core_table(table)).where(condition)).rowcount


def _count(session: Session, table: type[SQLModel], condition: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(core_table(table)).where(condition)
    return int(session.execute(query).scalar_one())
