"""Deliveries as lists: newest first, by feed, state and day, page by page; and one with all it told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import day_begins_at
from merchants.markets.log import EARLIEST, LATEST
from reconciliation.bulk import rows_of, table_of
from reconciliation.errors import DeliveryNotFound
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.tables import (
    WAITING,
    Delivery,
    DeliveryState,
    DeliveryVoid,
    FeedReject,
    ProviderTransaction,
    SettlementStatement,
)

PAGE_ROWS = 50
PAGE_ROWS_MAX = 200
WAITING_STATES = (
    DeliveryState.RECEIVED,
    DeliveryState.QUARANTINED,
    DeliveryState.REJECTED,
    DeliveryState.FAILED,
)
"""States in which a person still has to do something; ``tables.WAITING`` says the same."""
_DELIVERY, _REJECT = table_of(Delivery), table_of(FeedReject)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryEntry:
    """A delivery of a list; ``rows_rejected`` is what was kept aside when it was last read."""

    id: int
    provider: str
    channel: SourceChannel
    name: str
    account_tail: str
    received_at: datetime
    state: DeliveryState
    reason: str
    signature_status: SignatureStatus
    raw_bytes: int
    raw_sha256: str
    rows_new: int
    rows_repeated: int
    rows_revised: int
    rows_rejected: int
    revises_id: int | None
    is_forgotten: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries; ``None`` and empty = all."""

    provider: str = ""
    channel: SourceChannel | None = None
    states: tuple[DeliveryState, ...] = ()
    received_on: date | None = None
    has_rejects: bool = False
    """Only those with rows that still wait for a person."""
    before: int | None = None
    """The number of the last one of the page before."""
    limit: int = PAGE_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectEntry:
    """A row that could not be read; what it said stays sealed here."""

    id: int
    case: str | None
    row: int
    reason: str
    settled_at: datetime | None
    has_raw: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFile:
    """Everything that is known of one delivery, but for its rows one by one."""

    entry: DeliveryEntry
    statements: Sequence[SettlementStatement]
    voids: Sequence[DeliveryVoid]
    revised_by: Sequence[int]
    """Later files that correct it."""
    rows_counting: int
    """Rows it told that count now."""
    rows_superseded: int
    """Rows it told that a later version, a corrected file or a void put out of the books."""
    rows_checks: int
    """Rows it told that another source of the account tells as well, so that they count there."""
    rows_contradicted: int
    """Rows under whose bank reference another source tells other money, or another day."""
    rejects_open: int
    rejects: int


def list_deliveries(
    session: Session, asked: DeliveryFilter
) -> tuple[list[DeliveryEntry], int | None]:
    """Return a page of deliveries, the newest first, and what to pass as ``before`` next."""
    limit = min(max(asked.limit, 1), PAGE_ROWS_MAX)
    wanted = sa.select(_DELIVERY).where(*_conditions(asked)).order_by(_DELIVERY.c.id.desc())
    rows = rows_of(session, wanted.limit(limit + 1))
    found = [_entry(row) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else None


def find_delivery(session: Session, delivery_id: int) -> DeliveryEntry:
    """Return one delivery.

    Raises:
        DeliveryNotFound: there is none of this number.
    """
    rows = rows_of(session, sa.select(_DELIVERY).where(_DELIVERY.c.id == delivery_id))
    if not rows:
        raise DeliveryNotFound(delivery_id)
    return _entry(rows[0])


def delivery_file(session: Session, delivery_id: int) -> DeliveryFile:
    """Return one delivery with its control totals and what became of its rows.

    Raises:
        DeliveryNotFound: there is none of this number.
    """
    entry = find_delivery(session, delivery_id)
    row = table_of(ProviderTransaction).c
    kinds = row.is_current, row.is_check, row.is_contradicted
    told = sa.select(*kinds, sa.func.count()).where(row.delivery_id == delivery_id)
    counts: Counter[tuple[bool, bool]] = Counter()
    contradicted = 0
    for is_current, is_check, is_contradicted, number in session.execute(told.group_by(*kinds)):
        counts[bool(is_current), bool(is_check)] += number
        contradicted += number if is_contradicted else 0
    reject = _REJECT.c
    numbers: list[sa.ColumnElement[Any]] = [
        sa.func.count(reject.id).label("all"),
        sa.func.count(reject.settled_at).label("settled"),
    ]
    [rejected] = rows_of(session, sa.select(*numbers).where(reject.delivery_id == delivery_id))
    revised = sa.select(_DELIVERY.c.id).where(_DELIVERY.c.revises_id == delivery_id)
    return DeliveryFile(
        entry=entry,
        statements=_of_delivery(session, SettlementStatement, delivery_id),
        voids=_of_delivery(session, DeliveryVoid, delivery_id),
        revised_by=[one.id for one in rows_of(session, revised.order_by(_DELIVERY.c.id))],
        rows_counting=counts[True, False],
        rows_superseded=counts[False, False],
        rows_checks=counts[False, True],
        rows_contradicted=contradicted,
        rejects_open=rejected.all - rejected.settled,
        rejects=rejected.all,
    )


def list_rejects(
    session: Session, delivery_id: int, *, after: int | None = None, limit: int = PAGE_ROWS
) -> tuple[list[RejectEntry], int | None]:
    """Return a page of a delivery's rejected rows in their order, and what to pass as ``after``.

    Raises:
        DeliveryNotFound: there is no delivery of this number.
    """
    find_delivery(session, delivery_id)
    limit = min(max(limit, 1), PAGE_ROWS_MAX)
    wanted = sa.select(_REJECT).where(_REJECT.c.delivery_id == delivery_id)
    if after is not None:
        wanted = wanted.where(_REJECT.c.id > after)
    rows = rows_of(session, wanted.order_by(_REJECT.c.id).limit(limit + 1))
    found = [
        RejectEntry(
            id=row.id,
            case=row.case,
            row=row.row,
            reason=row.reason,
            settled_at=row.settled_at,
            has_raw=bool(row.raw_sealed),
        )
        for row in rows[:limit]
    ]
    return found, found[-1].id if len(rows) > limit else None


def received_between(first: date | None, last: date | None) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on deliveries received on some days; days no calendar needs are bounded."""
    received_at, found = _DELIVERY.c.received_at, []
    if first is not None:
        found.append(received_at >= day_begins_at(min(max(first, EARLIEST), LATEST)))
    if last is not None:
        ends_on = min(max(last, EARLIEST), LATEST) + timedelta(days=1)
        found.append(received_at < day_begins_at(ends_on))
    return found


def _conditions(asked: DeliveryFilter) -> list[Any]:
    column = _DELIVERY.c
    found: list[Any] = []
    if asked.provider:
        found.append(column.provider == asked.provider)
    if asked.channel is not None:
        found.append(column.channel == asked.channel)
    if asked.states == WAITING_STATES:
        found.append(sa.text(WAITING))  # as text, so that the index of the few that wait is used
    elif asked.states:
        found.append(column.state.in_(asked.states))
    if asked.received_on is not None:
        found += received_between(asked.received_on, asked.received_on)
    if asked.has_rejects:
        waits = _REJECT.c.delivery_id == column.id, _REJECT.c.settled_at.is_(None)
        found.append(sa.exists().where(*waits))
        found.append(column.state == DeliveryState.PROCESSED)
    if asked.before is not None:
        found.append(column.id < asked.before)
    return found


def _entry(row: Any) -> DeliveryEntry:
    return DeliveryEntry(
        id=row.id,
        provider=row.provider,
        channel=row.channel,
        name=row.name,
        account_tail="" if row.forgotten_at is not None else row.account_alias[-4:],
        received_at=row.received_at,
        state=row.state,
        reason=row.reason,
        signature_status=row.signature_status,
        raw_bytes=row.raw_bytes,
        raw_sha256=row.raw_sha256,
        rows_new=row.rows_new,
        rows_repeated=row.rows_repeated,
        rows_revised=row.rows_revised,
        rows_rejected=row.rows_rejected,
        revises_id=row.revises_id,
        is_forgotten=row.forgotten_at is not None,
    )


def _of_delivery(session: Session, model: Any, delivery_id: int) -> Sequence[Any]:
    row = table_of(model)
    return rows_of(
        session, sa.select(row).where(row.c.delivery_id == delivery_id).order_by(row.c.id)
    )
