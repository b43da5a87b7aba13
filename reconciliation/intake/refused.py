"""How much is kept of what nobody signed rightly: enough to look into, never enough to fill a disk.

A delivery whose signature does not hold may be a rotation gone wrong, and then its bytes are the
only trace of a payment; or it is somebody at the door who sends as much as the line carries. So of
each provider at most ``KEPT_COUNT_MAX`` such deliveries and ``KEPT_BYTES_MAX`` of their bytes are
kept at a time. When there is no room left, those older than ``KEPT_FOR`` are let go (their bytes
leave the store with the next ``retention.remove_forgotten_bytes``); a delivery that still finds none
is answered as ever, counted in the log and not kept.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import rows_of, table_of
from reconciliation.tables import REFUSED, Delivery

KEPT_COUNT_MAX = 1000
KEPT_BYTES_MAX = 32 << 20
KEPT_FOR = timedelta(days=30)

_DELIVERY = table_of(Delivery)


class Room:
    """How much more that nobody signed rightly may be kept; the database is asked once a provider."""

    def __init__(self, session: Session, *, now: datetime) -> None:
        self._session = session
        self._now = now
        self._left: dict[str, tuple[int, int]] = {}

    def takes(self, provider: str, size: int) -> bool:
        """Tell whether one more delivery of ``size`` bytes may be kept, making room if it can."""
        if provider not in self._left:
            self._left[provider] = _left(self._session, provider)
            if not _fits(self._left[provider], size):
                _let_go(self._session, provider, before=self._now - KEPT_FOR, now=self._now)
                self._left[provider] = _left(self._session, provider)
        if not _fits(self._left[provider], size):
            return False
        count, bytes_left = self._left[provider]
        self._left[provider] = count - 1, bytes_left - size
        return True


def _fits(left: tuple[int, int], size: int) -> bool:
    return left[0] > 0 and size <= left[1]


def _left(session: Session, provider: str) -> tuple[int, int]:
    """Return how many more deliveries, and how many bytes, there is room for."""
    size_kept = sa.func.coalesce(sa.func.sum(_DELIVERY.c.raw_bytes), 0)
    statement = sa.select(sa.func.count().label("number"), size_kept.label("size"))
    [kept] = rows_of(session, statement.where(*_kept_of(provider)))
    return KEPT_COUNT_MAX - kept.number, KEPT_BYTES_MAX - int(kept.size)


def _let_go(session: Session, provider: str, *, before: datetime, now: datetime) -> None:
    session.connection().execute(
        sa.update(_DELIVERY)
        .where(*_kept_of(provider), _DELIVERY.c.received_at < before)
        .values(name="", reason="", signed_headers="", account_sealed="", forgotten_at=now)
    )


def _kept_of(provider: str) -> tuple[sa.ColumnElement[bool], sa.TextClause]:
    return _DELIVERY.c.provider == provider, sa.text(REFUSED)
