"""Which version of a movement stands, found anew after something was taken back or given back.

The newest version that still stands: its delivery was not taken back, and no corrected file that
stands itself left it out. Where none stands, nothing counts under that key. Of several sources that
tell the same money one counts (``tellers``).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.ledger.changed_days import note_days_of_rows
from reconciliation.ledger.tellers import standing_rows, weigh_rows
from reconciliation.records import Book
from reconciliation.tables import Delivery, DeliveryState, ProviderTransaction

KEYS_AT_ONCE = 20_000
_ROW, _DELIVERY = table_of(ProviderTransaction), table_of(Delivery)

Key = tuple[Book, str]


@dataclass(frozen=True, slots=True)
class Recount:
    """How many rows began to count, and how many no longer do."""

    in_again: int
    out: int


def keys_told_by(session: Session, delivery_id: int) -> list[Key]:
    """Return the keys under which a delivery told something or left something out."""
    wanted = (
        sa.select(_ROW.c.book, _ROW.c.dedupe_key)
        .where(
            sa.or_(_ROW.c.delivery_id == delivery_id, _ROW.c.retracted_by_id == delivery_id),
            _ROW.c.forgotten_at.is_(None),
        )
        .distinct()
    )
    return [(row.book, row.dedupe_key) for row in rows_of(session, wanted)]


def count_anew(session: Session, keys: Iterable[Key]) -> Recount:
    """Let the newest version that stands count under each key, and no other."""
    listed = list(keys)
    in_again = out = 0
    for first in range(0, len(listed), KEYS_AT_ONCE):
        part = listed[first : first + KEYS_AT_ONCE]
        for book in Book:
            named = [key for of, key in part if of is book]
            if named:
                began, ended = _count_book(session, book, named)
                in_again += began
                out += ended
    return Recount(in_again, out)


def _count_book(session: Session, book: Book, keys: Collection[str]) -> tuple[int, int]:
    leaving = _DELIVERY.alias("leaving")
    stands = sa.and_(
        _DELIVERY.c.state == DeliveryState.PROCESSED,
        sa.or_(_ROW.c.retracted_by_id.is_(None), leaving.c.state != DeliveryState.PROCESSED),
    )
    wanted = (
        sa.select(
            _ROW.c.id,
            _ROW.c.dedupe_key,
            _ROW.c.version,
            standing_rows().label("stood"),
            stands.label("stands"),
        )
        .join_from(_ROW, _DELIVERY, _DELIVERY.c.id == _ROW.c.delivery_id)
        .outerjoin(leaving, leaving.c.id == _ROW.c.retracted_by_id)
        .where(_ROW.c.book == book, one_of(session, _ROW.c.dedupe_key, keys))
    )
    newest: dict[str, Any] = {}
    stood = set()
    for row in rows_of(session, wanted):
        if row.stood:
            stood.add(row.id)
        best = newest.get(row.dedupe_key)
        if row.stands and (best is None or row.version > best.version):
            newest[row.dedupe_key] = row
    wished = {row.id for row in newest.values()}
    # First out, then in: at no time do two versions of one movement count.
    _mark(session, stood - wished, is_current=False)
    _mark(session, wished - stood, is_current=True)
    note_days_of_rows(session, wished ^ stood)
    weighed = weigh_rows(session, wished ^ stood)
    return len(wished - stood) + weighed.in_again, len(stood - wished) + weighed.out


def _mark(session: Session, row_ids: Collection[int], *, is_current: bool) -> None:
    if row_ids:
        session.connection().execute(
            sa.update(_ROW)
            .where(one_of(session, _ROW.c.id, row_ids))
            .values(is_current=is_current, is_check=False, is_contradicted=False)
        )
