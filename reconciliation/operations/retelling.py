"""Money whose telling was taken back and that another delivery tells as well: it goes on counting."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.feeds.rules import FeedRules
from reconciliation.intake.other_tellers import Key, Money, OtherTelling, other_tellings
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.attribution import keep_hand_attributions
from reconciliation.ledger.rows import known_versions, write_draft
from reconciliation.ledger.tellers import standing_rows
from reconciliation.ledger.tellings import LedgerDraft, Verdict
from reconciliation.records import Book
from reconciliation.tables import Delivery, ProviderTransaction

_ROW, _DELIVERY = table_of(ProviderTransaction), table_of(Delivery)


@dataclass(frozen=True, slots=True)
class StandingTelling:
    """A row that stood by a delivery's word."""

    row_id: int
    money: Money


def told_by(session: Session, delivery_id: int) -> dict[Key, StandingTelling]:
    """Return what stands by the word of a delivery, by its key."""
    row = _ROW.c
    wanted = sa.select(row.id, row.book, row.dedupe_key, row.direction, row.amount).where(
        row.delivery_id == delivery_id, standing_rows(), row.forgotten_at.is_(None)
    )
    return {
        (one.book, one.dedupe_key): StandingTelling(one.id, (one.direction, one.amount))
        for one in rows_of(session, wanted)
    }


def count_as_told_elsewhere(
    session: Session,
    store: RawStore,
    fallen: Mapping[Key, StandingTelling],
    *,
    provider: str,
    but: int,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules,
) -> int:
    """Let what fell with the delivery ``but`` count by the word of others; return how many rows do.

    Where an earlier telling stands by now, only what was told after it is believed.
    """
    stands_by = _standing_deliveries(session, fallen)
    wanted = {key: telling.money for key, telling in fallen.items()}
    counted = 0
    for other in other_tellings(
        session, store, wanted, provider=provider, but={but}, sealer=sealer, rules=rules
    ):
        counted += _count(session, other, stands_by, sealer=sealer, now=now)
    if counted:
        keep_hand_attributions(session, [telling.row_id for telling in fallen.values()])
    return counted


def _count(
    session: Session,
    other: OtherTelling,
    stands_by: Mapping[Key, int],
    *,
    sealer: Sealer,
    now: datetime,
) -> int:
    entries = [
        entry for key, entry in other.entries.items() if stands_by.get(key, 0) < other.delivery_id
    ]
    draft = LedgerDraft(known_versions(session, entries))
    verdicts = [draft.take(entry, place=0, received_at=now, now=now) for entry in entries]
    write_draft(session, draft, delivery_ids=[other.delivery_id], sealer=sealer)
    new, revised = verdicts.count(Verdict.NEW), verdicts.count(Verdict.REVISED)
    session.connection().execute(
        sa.update(_DELIVERY)
        .where(_DELIVERY.c.id == other.delivery_id)
        .values(
            rows_new=_DELIVERY.c.rows_new + new,
            rows_revised=_DELIVERY.c.rows_revised + revised,
            rows_repeated=_DELIVERY.c.rows_repeated - new - revised,
        )
    )
    return new + revised


def _standing_deliveries(session: Session, keys: Iterable[Key]) -> dict[Key, int]:
    """Return which delivery each key stands by now, of those that stand."""
    found: dict[Key, int] = {}
    listed = list(keys)
    for book in Book:
        named = [key for of, key in listed if of is book]
        wanted = sa.select(_ROW.c.dedupe_key, _ROW.c.delivery_id).where(
            _ROW.c.book == book, one_of(session, _ROW.c.dedupe_key, named), standing_rows()
        )
        found |= {(book, row.dedupe_key): row.delivery_id for row in rows_of(session, wanted)}
    return found
