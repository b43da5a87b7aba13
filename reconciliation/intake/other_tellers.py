"""What other deliveries that stand tell of the same movements, read from their raw bytes.

The ledger keeps who told a movement, not who told it again: that would be a row for every repetition
of every poll. When a telling no longer counts it matters, which is seldom, and the bytes know.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import rows_of, table_of
from reconciliation.errors import RawDamaged, RawMissing
from reconciliation.feeds.rules import FeedRules
from reconciliation.intake.deliveries import arrival_again, read_again
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.entries import Entry
from reconciliation.ledger.known_banks import KnownBanks
from reconciliation.records import Book, Direction, SourceChannel
from reconciliation.tables import Delivery, DeliveryState

_DELIVERY = table_of(Delivery)
Key = tuple[Book, str]
Money = tuple[Direction, int]
"""A bank uses a reference again, so under a reference only the same money is the same movement."""


@dataclass(frozen=True, slots=True)
class OtherTelling:
    """What one delivery tells of the movements that were asked for, by their key."""

    delivery_id: int
    entries: Mapping[Key, Entry]


def other_tellings(
    session: Session,
    store: RawStore,
    wanted: Mapping[Key, Money],
    *,
    provider: str,
    but: Collection[int],
    sealer: Sealer,
    rules: FeedRules,
    channel: SourceChannel | None = None,
) -> Iterator[OtherTelling]:
    """Yield the newest tellings of movements, until each was told; some may be told by nobody.

    A delivery whose bytes are lost tells nothing; one that a correction took the place of neither.

    Args:
        but: deliveries that are not asked.
        channel: of these only; ``None`` = of all.
    """
    left = dict(wanted)
    for delivery in rows_of(session, _asked(provider, channel)) if left else ():
        if not left:
            return
        if delivery.id in but:
            continue
        try:
            content = store.get(delivery.raw_sha256)
        except (RawMissing, RawDamaged):
            continue  # ``cho40 verify`` names it
        banks = KnownBanks(session, sealer, rules)
        arrival = arrival_again(delivery, content, sealer)
        read = read_again(arrival, sealer=sealer, banks=banks, rules=rules)
        told = {key: entry for entry in read.entries if (key := _named(entry, left)) is not None}
        if told:
            left = {key: money for key, money in left.items() if key not in told}
            yield OtherTelling(delivery.id, told)


def _asked(provider: str, channel: SourceChannel | None) -> sa.Select[Any]:
    correction = _DELIVERY.alias("correction")
    is_corrected = sa.exists().where(
        correction.c.revises_id == _DELIVERY.c.id, correction.c.state == DeliveryState.PROCESSED
    )
    asked = sa.select(_DELIVERY).where(
        _DELIVERY.c.provider == provider,
        _DELIVERY.c.state == DeliveryState.PROCESSED,
        _DELIVERY.c.rows_repeated > 0,
        _DELIVERY.c.forgotten_at.is_(None),
        ~is_corrected,
    )
    if channel is not None:
        asked = asked.where(_DELIVERY.c.channel == channel)
    return asked.order_by(_DELIVERY.c.id.desc())


def _named(entry: Entry, wanted: Mapping[Key, Money]) -> Key | None:
    """Return under which of the keys an entry tells the movement, ``None`` for another movement."""
    own, other = (entry.book, entry.key), (entry.book, entry.other_key or "")
    if own in wanted and (
        entry.other_key is None or wanted[own] == (entry.told.direction, entry.told.amount)
    ):
        return own
    return other if other in wanted else None
