"""Requests with what became of each, read from the ledger: the same few statements for any number."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import HO_CHI_MINH
from merchants.find import find_vendor
from merchants.request_reference import read_request_reference
from merchants.tables import Vendor
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.errors import RequestNotFound
from reconciliation.shown_requests.standing import (
    Asked,
    RequestState,
    Standing,
    TellingOfRequest,
    standing,
)
from reconciliation.tables import PaymentRequest, ProviderTransaction

_REQUEST, _ROW = table_of(PaymentRequest), table_of(ProviderTransaction)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRequest:
    """A request and what became of it."""

    id: int
    reference: str
    amount_vnd: int
    note: str
    stall_code: str
    acceptance_point_id: int
    created_at: datetime
    expires_at: datetime
    cancelled_at: datetime | None
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestList:
    """A page of a vendor's requests, newest first; ``next_id`` = pass it as ``before_id``."""

    requests: tuple[ShownRequest, ...]
    next_id: int | None
    counts: Mapping[RequestState, int]
    """Of the whole day, whatever is filtered."""


def find_request(
    session: Session, vendor_code: str, reference: str, *, now: datetime
) -> ShownRequest:
    """Return a vendor's request by its reference.

    Raises:
        VendorNotFound: no vendor has the code.
        RequestNotFound: it is not the reference of a request of this vendor.
    """
    vendor = find_vendor(session, vendor_code)
    row = None
    if read_request_reference(reference) is not None:
        statement = sa.select(_REQUEST).where(
            _REQUEST.c.reference == reference, _is_of(vendor.id or 0)
        )
        row = session.connection().execute(statement).one_or_none()
    if row is None:
        raise RequestNotFound(vendor_code, reference)
    return _shown(row, standings(session, [row.id], now=now)[row.id])


def requests_of_day(
    session: Session,
    vendor_code: str,
    on: date,
    *,
    now: datetime,
    state: RequestState | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> RequestList:
    """Return a vendor's requests of a day at the market, newest first.

    What became of each is known only when all are looked at; ``making`` bounds how many a day holds.
    """
    vendor = find_vendor(session, vendor_code)
    begins = datetime.combine(on, time.min, tzinfo=HO_CHI_MINH)
    statement = (
        sa.select(_REQUEST)
        .where(
            _is_of(vendor.id or 0),
            _REQUEST.c.created_at >= begins,
            _REQUEST.c.created_at < begins + timedelta(days=1),
        )
        .order_by(_REQUEST.c.id.desc())
    )
    session.flush()
    rows = session.connection().execute(statement).all()
    stand = standings(session, [row.id for row in rows], now=now)
    counts: dict[RequestState, int] = defaultdict(int)
    for one in stand.values():
        counts[one.state] += 1
    found = [
        _shown(row, stand[row.id])
        for row in rows
        if (state is None or stand[row.id].state is state)
        and (before_id is None or row.id < before_id)
    ]
    shown = tuple(found[:limit])
    return RequestList(
        requests=shown,
        next_id=shown[-1].id if len(found) > limit else None,
        counts=counts,
    )


def standings(
    session: Session, request_ids: Collection[int], *, now: datetime
) -> dict[int, Standing]:
    """Return what became of requests, by id; three statements. Ids of no request are left out."""
    if not request_ids:
        return {}
    wanted = sa.select(
        _REQUEST.c.id, _REQUEST.c.amount_vnd, _REQUEST.c.expires_at, _REQUEST.c.cancelled_at
    ).where(one_of(session, _REQUEST.c.id, request_ids))
    asked = {
        row.id: Asked(row.amount_vnd, row.expires_at, row.cancelled_at)
        for row in rows_of(session, wanted)
    }
    tellings: dict[int, dict[int, TellingOfRequest]] = defaultdict(dict)
    for statement in (_movements(session, request_ids), _reversals(session, request_ids)):
        for row in rows_of(session, statement):
            tellings[row.payment_request_id][row.id] = _telling(row)
    return {
        request_id: standing(one, tellings[request_id].values(), now)
        for request_id, one in asked.items()
    }


def _telling(row: Any) -> TellingOfRequest:
    return TellingOfRequest(
        transaction_id=row.id,
        movement=(row.book, row.dedupe_key),
        provider=row.provider,
        ledger=row.ledger,
        version=row.version,
        direction=row.direction,
        kind=row.ledger_type,
        status=row.status,
        amount_vnd=row.amount,
        occurred_at=row.occurred_at,
        known_at=row.known_at,
    )


def _movements(session: Session, request_ids: Collection[int]) -> sa.Select[Any]:
    """Return every version of the movements of which one version names a request.

    A provider that tells more of a payment later need not quote the remark again.
    """
    named = _ROW.alias("named")
    joined = sa.and_(named.c.book == _ROW.c.book, named.c.dedupe_key == _ROW.c.dedupe_key)
    return _told(session, request_ids, named, joined)


def _reversals(session: Session, request_ids: Collection[int]) -> sa.Select[Any]:
    """Return what takes back, by its id, a payment that names a request."""
    named = _ROW.alias("named")
    joined = sa.and_(
        _ROW.c.original_transaction_id == named.c.provider_transaction_id,
        _ROW.c.provider == named.c.provider,
        _ROW.c.account_alias == named.c.account_alias,
        _ROW.c.id != named.c.id,
    )
    return _told(session, request_ids, named, joined)


def _told(
    session: Session,
    request_ids: Collection[int],
    named: sa.FromClause,
    joined: sa.ColumnElement[bool],
) -> sa.Select[Any]:
    """Return the statement of rows in đồng that belong to the vendor who asked."""
    asker, holder = table_of(Vendor).alias("asker"), table_of(Vendor).alias("holder")
    return (
        sa.select(
            named.c.payment_request_id,
            _ROW.c.book,
            _ROW.c.dedupe_key,
            _ROW.c.id,
            _ROW.c.provider,
            _ROW.c.ledger,
            _ROW.c.version,
            _ROW.c.direction,
            _ROW.c.ledger_type,
            _ROW.c.status,
            _ROW.c.amount,
            _ROW.c.occurred_at,
            _ROW.c.known_at,
        )
        .select_from(named)
        .join(_ROW, joined)
        .join(_REQUEST, _REQUEST.c.id == named.c.payment_request_id)
        .join(asker, asker.c.id == _REQUEST.c.vendor_id)
        .join(holder, holder.c.id == _ROW.c.vendor_id)
        .where(
            _is_named(session, named, request_ids),
            _ROW.c.currency == "VND",
            _kept(asker) == _kept(holder),
        )
    )


def _is_named(
    session: Session, named: sa.FromClause, request_ids: Collection[int]
) -> sa.ColumnElement[bool]:
    column = named.c.payment_request_id
    assert isinstance(column, sa.Column)
    return one_of(session, column, request_ids)


def _is_of(vendor_id: int) -> sa.ColumnElement[bool]:
    """Return the condition on requests of a vendor, those of records merged into hers too."""
    vendor = table_of(Vendor)
    hers = sa.select(vendor.c.id).where(_kept(vendor) == vendor_id)
    return _REQUEST.c.vendor_id.in_(hers)


def _kept(vendor: sa.FromClause) -> sa.ColumnElement[int]:
    """Return the id of the record a vendor's record was merged into, else its own."""
    return sa.func.coalesce(vendor.c.merged_into_id, vendor.c.id)


def _shown(row: Any, stands: Standing) -> ShownRequest:
    return ShownRequest(
        id=row.id,
        reference=row.reference,
        amount_vnd=row.amount_vnd,
        note=row.note,
        stall_code=row.stall_code,
        acceptance_point_id=row.acceptance_point_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        cancelled_at=row.cancelled_at,
        standing=stands,
    )
