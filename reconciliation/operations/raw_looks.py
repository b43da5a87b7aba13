"""What came, as it came: the bytes of a delivery and the words of a rejected row, for those who may."""

import logging

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import rows_of, table_of
from reconciliation.errors import (
    DeliveryForgotten,
    RawDamaged,
    RawLost,
    RawMissing,
    RejectNotFound,
)
from reconciliation.intake.raw_store import RawStore
from reconciliation.operations.listing import DeliveryEntry, find_delivery
from reconciliation.tables import FeedReject

_log = logging.getLogger(__name__)


def raw_bytes(session: Session, store: RawStore, delivery_id: int) -> tuple[DeliveryEntry, bytes]:
    """Return a delivery and its bytes, verified.

    Raises:
        DeliveryNotFound, DeliveryForgotten: there is nothing to show.
        RawLost: the raw store lost it.
    """
    entry = find_delivery(session, delivery_id)
    if entry.is_forgotten:
        raise DeliveryForgotten(delivery_id)
    try:
        return entry, store.get(entry.raw_sha256)
    except (RawMissing, RawDamaged) as damage:
        _log.error("delivery %d cannot be shown: %s", delivery_id, damage)
        raise RawLost(delivery_id) from damage


def raw_line(session: Session, delivery_id: int, reject_id: int, *, sealer: Sealer) -> str:
    """Return what a rejected row said, without the payer's name and account.

    Raises:
        DeliveryNotFound, RejectNotFound, DeliveryForgotten: there is nothing to show.
    """
    entry = find_delivery(session, delivery_id)
    row = table_of(FeedReject).c
    wanted = sa.select(row.raw_sealed).where(row.id == reject_id, row.delivery_id == delivery_id)
    found = rows_of(session, wanted)
    if not found:
        raise RejectNotFound(delivery_id, reject_id)
    if entry.is_forgotten or not found[0].raw_sealed:
        raise DeliveryForgotten(delivery_id)
    return sealer.open(found[0].raw_sealed)
