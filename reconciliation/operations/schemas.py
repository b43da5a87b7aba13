"""The columns of every file, kept as they come, and which feeds changed theirs since the last good one."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import insert_rows, rows_of, table_of
from reconciliation.deliveries import Read
from reconciliation.operations.columns import (
    ColumnDrift,
    Columns,
    columns_of,
    columns_sha256,
    drift_between,
    written,
)
from reconciliation.records import SourceChannel
from reconciliation.tables import DeliveryState, FeedColumns

COMPARED_WITH = 20
"""So many files that were read: a provider may write several forms in turn."""
_COLUMNS = table_of(FeedColumns)
_READ_STATES = (DeliveryState.PROCESSED, DeliveryState.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDrift:
    """The newest file of a provider has other columns than any that was read before."""

    provider: str
    delivery_id: int
    compared_with_id: int
    is_accepted: bool
    drift: ColumnDrift


def note_columns(session: Session, reads: Sequence[Read], delivery_ids: Sequence[int]) -> None:
    """Keep the columns of the files among deliveries that were just read."""
    files = [
        (read, delivery_id)
        for read, delivery_id in zip(reads, delivery_ids, strict=True)
        if read.arrival.incoming.channel is SourceChannel.FILE and read.state in _READ_STATES
    ]
    if not files:
        return
    again = [delivery_id for read, delivery_id in files if read.arrival.delivery_id is not None]
    if again:
        session.connection().execute(sa.delete(_COLUMNS).where(_COLUMNS.c.delivery_id.in_(again)))
    rows = []
    for read, delivery_id in files:
        columns = columns_of(read.arrival.incoming.content)
        if columns:
            rows.append(
                {
                    "delivery_id": delivery_id,
                    "provider": read.arrival.incoming.provider,
                    "is_accepted": read.state is DeliveryState.PROCESSED,
                    "columns_sha256": columns_sha256(columns),
                    "columns": written(columns),
                }
            )
    insert_rows(session, FeedColumns, rows)


def newest_drifts(session: Session) -> list[FeedDrift]:
    """Return the feeds whose newest file has columns that no file read before it had."""
    newest: dict[str, Any] = {}
    before: dict[str, list[Any]] = defaultdict(list)
    for row in rows_of(session, _last_files()):
        if row.provider not in newest:
            newest[row.provider] = row
        elif row.is_accepted:
            before[row.provider].append(row)
    found = []
    for provider, row in sorted(newest.items()):
        known = before[provider]
        if not known or row.columns_sha256 in {one.columns_sha256 for one in known}:
            continue
        found.append(_drift(row, known))
    return found


def _drift(row: Any, known: Sequence[Any]) -> FeedDrift:
    now: Columns = tuple(json.loads(row.columns))
    closest = max(known, key=lambda one: (len(set(json.loads(one.columns)) & set(now)), one.id))
    return FeedDrift(
        provider=row.provider,
        delivery_id=row.delivery_id,
        compared_with_id=closest.delivery_id,
        is_accepted=row.is_accepted,
        drift=drift_between(json.loads(closest.columns), now),
    )


def _last_files() -> sa.Select[Any]:
    """Return the newest file of each provider and those of the last that were read, newest first."""
    place = (
        sa.func.row_number()
        .over(
            partition_by=(_COLUMNS.c.provider, _COLUMNS.c.is_accepted),
            order_by=_COLUMNS.c.id.desc(),
        )
        .label("place")
    )
    placed = sa.select(_COLUMNS, place).subquery()
    return (
        sa.select(placed)
        .where(
            sa.or_(
                placed.c.place == 1, sa.and_(placed.c.is_accepted, placed.c.place <= COMPARED_WITH)
            )
        )
        .order_by(placed.c.id.desc())
    )
