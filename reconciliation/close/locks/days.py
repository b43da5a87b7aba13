"""Which days are locked: of the agreed spans that cover a day, the one decided last holds."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, select

from reconciliation.close.locks.tables import BookLock, HeldChange, LockKind
from reconciliation.tables import Decision

Cell = tuple[str, date]


def locked_days(session: Session, scopes: Collection[str], first: date, last: date) -> set[Cell]:
    """Return the locked (scope, day)s of some scopes, from ``first`` to ``last``."""
    wanted = (
        select(BookLock)
        .where(
            BookLock.decision == Decision.APPROVED,
            col(BookLock.scope).in_(sorted(scopes)),
            col(BookLock.first_on) <= last,
            col(BookLock.last_on) >= first,
        )
        .order_by(col(BookLock.decided_at), col(BookLock.id))
    )
    locked: set[Cell] = set()
    for one in session.exec(wanted):
        begin, end = max(one.first_on, first), min(one.last_on, last)
        span = {(one.scope, begin + timedelta(days=n)) for n in range((end - begin).days + 1)}
        locked = locked | span if one.kind is LockKind.LOCK else locked - span
    return locked


def lock_of(session: Session, scope: str, on: date) -> BookLock | None:
    """Return by which agreement a day is locked; ``None`` = it is not."""
    wanted = (
        select(BookLock)
        .where(
            BookLock.decision == Decision.APPROVED,
            BookLock.scope == scope,
            col(BookLock.first_on) <= on,
            col(BookLock.last_on) >= on,
        )
        .order_by(col(BookLock.decided_at).desc(), col(BookLock.id).desc())
        .limit(1)
    )
    newest = session.exec(wanted).first()
    return newest if newest is not None and newest.kind is LockKind.LOCK else None


def held_changes(session: Session, scope: str, first: date, last: date) -> Sequence[HeldChange]:
    """Return what late data would change on locked days of a scope, in their order."""
    wanted = (
        select(HeldChange)
        .where(HeldChange.scope == scope, col(HeldChange.business_date).between(first, last))
        .order_by(col(HeldChange.business_date))
    )
    return session.exec(wanted).all()


def keep_held(session: Session, held: Collection[HeldChange], looked_at: Collection[Cell]) -> None:
    """Keep what would change on locked days; of the other cells that were looked at nothing is held.

    What was found before and is found again keeps the time at which it was found first.
    """
    found = {(one.scope, one.business_date): one for one in held}
    scopes, days = {scope for scope, _ in looked_at}, [day for _, day in looked_at]
    if not days:
        return
    known = session.exec(
        select(HeldChange).where(
            col(HeldChange.scope).in_(sorted(scopes)),
            col(HeldChange.business_date).between(min(days), max(days)),
        )
    )
    for row in known.all():
        cell = (row.scope, row.business_date)
        if cell not in looked_at:
            continue
        now = found.pop(cell, None)
        if now is not None and (now.inputs_sha256, now.version) == (row.inputs_sha256, row.version):
            row.gross_change_vnd, row.net_change_vnd = now.gross_change_vnd, now.net_change_vnd
            session.add(row)
            continue
        session.delete(row)
        if now is not None:
            found[cell] = now
    session.flush()
    session.add_all(found.values())
    session.flush()
