"""The columns of every file and the fields of every message, and which feeds changed theirs lately."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import insert_rows, rows_of, table_of
from reconciliation.intake.columns import (
    ColumnDrift,
    Columns,
    columns_of,
    columns_sha256,
    drift_between,
    written,
)
from reconciliation.intake.deliveries import Read
from reconciliation.intake.fields import Fields, Form, fields_of, message_kind
from reconciliation.records import SourceChannel
from reconciliation.tables import Delivery, DeliveryState, FeedColumns

COMPARED_WITH = 20
"""So many files that were read: a provider may write several forms in turn."""
NEWS_FOR = timedelta(days=7)
"""So long a field that nobody met before is told to people; nothing else would end the news."""
_COLUMNS = table_of(FeedColumns)
_READ_STATES = (DeliveryState.PROCESSED, DeliveryState.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDrift:
    """The newest file has other columns than any read before, or a message had a new field."""

    provider: str
    form: Form
    delivery_id: int
    compared_with_id: int
    is_accepted: bool
    drift: ColumnDrift


def note_columns(session: Session, reads: Sequence[Read], delivery_ids: Sequence[int]) -> None:
    """Keep the columns of files, and new fields of messages, among deliveries just read."""
    told = [
        (read, delivery_id)
        for read, delivery_id in zip(reads, delivery_ids, strict=True)
        if read.state in _READ_STATES
    ]
    if not told:
        return
    again = [delivery_id for read, delivery_id in told if read.arrival.delivery_id is not None]
    if again:
        session.connection().execute(sa.delete(_COLUMNS).where(_COLUMNS.c.delivery_id.in_(again)))
    rows = []
    messages: list[tuple[Read, int, Form, Fields]] = []
    for read, delivery_id in told:
        content = read.arrival.incoming.content
        is_file = read.arrival.incoming.channel is SourceChannel.FILE
        form, fields = fields_of(content)
        # The words of a preamble in XML look like a header, so that form is asked first.
        columns = columns_of(content) if is_file and form is Form.FIELDS else ()
        if columns:
            rows.append(_kept(read, delivery_id, Form.TABLE, columns))
        else:
            messages.append((read, delivery_id, form, fields))
    insert_rows(session, FeedColumns, rows + _with_new_fields(session, messages))


def _kept(read: Read, delivery_id: int, form: Form, columns: Columns) -> dict[str, Any]:
    return {
        "delivery_id": delivery_id,
        "provider": read.arrival.incoming.provider,
        "form": form.value,
        "is_accepted": read.state is DeliveryState.PROCESSED,
        "columns_sha256": columns_sha256(columns),
        "columns": written(columns),
    }


_Name = tuple[str, str, str]
"""Provider, form and kind of message."""
_Met = dict[_Name, frozenset[str]]
_met_before: WeakKeyDictionary[sa.Pool, _Met] = WeakKeyDictionary()
"""By database the fields that are kept there: webhooks of a form long known ask nothing."""


def _with_new_fields(
    session: Session, messages: Sequence[tuple[Read, int, Form, Fields]]
) -> list[dict[str, Any]]:
    """Return what to keep of messages that name a field none of their provider named before."""
    database = session.get_bind().engine.pool
    met = _met_before.get(database, {})
    if all(
        met.get(_name(read.arrival.incoming.provider, form, fields), frozenset()).issuperset(fields)
        for read, _, form, fields in messages
    ):
        return []
    met = _met(session)
    _met_before[database] = dict(met)
    rows = []
    for read, delivery_id, form, fields in messages:
        name = _name(read.arrival.incoming.provider, form, fields)
        if not met.get(name, frozenset()).issuperset(fields):
            met[name] = met.get(name, frozenset()).union(fields)
            rows.append(_kept(read, delivery_id, form, fields))
    return rows


def _name(provider: str, form: Form, fields: Fields) -> _Name:
    return provider, form.value, message_kind(form, fields)


def _met(session: Session) -> _Met:
    """Return by kind of message every field met so far: few rows, for only news makes one."""
    wanted = sa.select(_COLUMNS.c.provider, _COLUMNS.c.form, _COLUMNS.c.columns)
    met: _Met = {}
    for row in rows_of(session, wanted.where(_COLUMNS.c.form != Form.TABLE.value)):
        fields: Fields = tuple(json.loads(row.columns))
        name = _name(row.provider, Form(row.form), fields)
        met[name] = met.get(name, frozenset()).union(fields)
    return met


def newest_drifts(session: Session, *, now: datetime) -> list[FeedDrift]:
    """Return the feeds whose newest file has columns that no file read before it had, or whose
    messages named fields of late that none had named before.
    """
    return [*_drifts_of_tables(session), *_drifts_of_messages(session, now)]


def _drifts_of_messages(session: Session, now: datetime) -> list[FeedDrift]:
    delivery = table_of(Delivery).c
    wanted = (
        sa.select(_COLUMNS, delivery.received_at)
        .join_from(_COLUMNS, table_of(Delivery), delivery.id == _COLUMNS.c.delivery_id)
        .where(_COLUMNS.c.form != Form.TABLE.value)
        .order_by(_COLUMNS.c.id)
    )
    met: dict[_Name, tuple[int, frozenset[str]]] = {}
    newest: dict[_Name, FeedDrift] = {}
    for row in rows_of(session, wanted):
        told: Fields = tuple(json.loads(row.columns))
        name, fields = _name(row.provider, Form(row.form), told), frozenset(told)
        last_id, known = met.get(name, (0, frozenset()))
        if known and now - row.received_at < NEWS_FOR:
            newest[name] = FeedDrift(
                provider=row.provider,
                form=Form(row.form),
                delivery_id=row.delivery_id,
                compared_with_id=last_id,
                is_accepted=row.is_accepted,
                drift=ColumnDrift(added=tuple(sorted(fields - known))),
            )
        met[name] = row.delivery_id, known | fields
    return [newest[name] for name in sorted(newest)]


def _drifts_of_tables(session: Session) -> list[FeedDrift]:
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
        form=Form.TABLE,
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
    placed = sa.select(_COLUMNS, place).where(_COLUMNS.c.form == Form.TABLE.value).subquery()
    return (
        sa.select(placed)
        .where(
            sa.or_(
                placed.c.place == 1, sa.and_(placed.c.is_accepted, placed.c.place <= COMPARED_WITH)
            )
        )
        .order_by(placed.c.id.desc())
    )
