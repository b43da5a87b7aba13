"""Slow down whoever guesses: failures are counted by sign-in name and by caller's address."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.tables import SignInFailure
from merchants.sealing import Sealer

WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
NAME_TRIES = 5
ADDRESS_TRIES = 20
"""More than for a name: a whole market office comes from one address."""

OpenSession = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Counter:
    """Whose failures are counted: a fingerprint, and how many are borne."""

    key_hash: str
    tries: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody who tries stands."""

    tries_left: int
    locked_until: datetime | None = None


def by_name(sealer: Sealer, name: str) -> Counter:
    """Return the counter of a sign-in name."""
    return Counter(sealer.fingerprint(f"sign-in name|{name}"), NAME_TRIES)


def by_address(sealer: Sealer, address: str) -> Counter:
    """Return the counter of a caller's address."""
    return Counter(sealer.fingerprint(f"sign-in address|{address}"), ADDRESS_TRIES)


def begin_try(writing: OpenSession, counters: Sequence[Counter], *, now: datetime) -> Standing:
    """Count a try as failed before it is judged, and return where that leaves whoever tries.

    Counting first keeps a hundred guesses at once from all being the first. A locked name counts
    no further, so that the lock ends at its time.
    """
    with writing() as session:
        standing = _standing(session, counters, now)
        if standing.locked_until is not None:
            return standing
        session.add_all(SignInFailure(key_hash=one.key_hash, at=now) for one in counters)
    with writing() as session:
        return _after(session, counters, now)


def forgive(session: Session, counter: Counter) -> None:
    """Forget the failures of a name that has signed in."""
    session.execute(sa.delete(SignInFailure).where(col(SignInFailure.key_hash) == counter.key_hash))


def withdraw_try(session: Session, counter: Counter) -> None:
    """Take back the try just counted for an address: it was none."""
    newest = (
        sa.select(sa.func.max(col(SignInFailure.id)))
        .where(col(SignInFailure.key_hash) == counter.key_hash)
        .scalar_subquery()
    )
    session.execute(sa.delete(SignInFailure).where(col(SignInFailure.id) == newest))


def _standing(session: Session, counters: Sequence[Counter], now: datetime) -> Standing:
    """Return where the failures so far leave somebody: locked, or with so many tries."""
    left, locked = [], []
    for counter in counters:
        failed_at = _failures(session, counter, now)
        recent = [at for at in failed_at if at > now - WINDOW]
        left.append(max(counter.tries - len(recent), 0))
        if len(failed_at) >= counter.tries:
            newest, oldest = failed_at[0], failed_at[counter.tries - 1]
            if newest - oldest < WINDOW and newest + LOCK > now:
                locked.append(newest + LOCK)
    return Standing(min(left), max(locked, default=None))


def _after(session: Session, counters: Sequence[Counter], now: datetime) -> Standing:
    """Return the standing if the try just counted fails; over the limit it is not even judged."""
    over = [
        counter
        for counter in counters
        if sum(at > now - WINDOW for at in _failures(session, counter, now)) > counter.tries
    ]
    standing = _standing(session, counters, now)
    return standing if over else Standing(standing.tries_left)


def _failures(session: Session, counter: Counter, now: datetime) -> Sequence[datetime]:
    """Return when the newest failures were that can still matter, newest first."""
    return session.exec(
        select(SignInFailure.at)
        .where(col(SignInFailure.key_hash) == counter.key_hash)
        .where(col(SignInFailure.at) > now - WINDOW - LOCK)
        .order_by(col(SignInFailure.at).desc(), col(SignInFailure.id).desc())
        .limit(counter.tries + 1)
    ).all()
