"""Looks at posters as lists: of a market, of one vendor, newest first, filtered."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.days import day_begins_at
from merchants.errors import CheckNotFound
from merchants.find import find_market
from merchants.kinds import CheckResult, CheckSource
from merchants.tables import Poster, PosterCheck, Stall, Vendor

PAGE_ROWS = 50
PAGE_ROWS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEntry:
    """A look of a list; ``device_at`` is the phone's word, ``checked_at`` ours."""

    id: int
    stall_code: str
    vendor_code: str
    serial: str
    result: CheckResult
    source: CheckSource
    is_self_check: bool
    codes_seen: int
    unused_correction_permille: int | None
    evidence_sha256: str | None
    note: str
    checked_at: datetime
    device_at: datetime | None
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFilter:
    """Which looks of a market; ``None`` and empty = all. Days are both included."""

    result: CheckResult | None = None
    stall_code: str = ""
    vendor_id: int | None = None
    first: date | None = None
    last: date | None = None
    is_self_check: bool | None = None
    after: int | None = None
    """The number of the last one of the page before."""
    limit: int = PAGE_ROWS


def list_checks(
    session: Session, market_code: str, asked: CheckFilter
) -> tuple[list[CheckEntry], int | None]:
    """Return a page of the looks, the newest first, and what to pass as ``after`` next.

    Raises:
        MarketNotFound: there is no such market.
    """
    market = find_market(session, market_code)
    limit = min(max(asked.limit, 1), PAGE_ROWS_MAX)
    query = _checks().where(col(PosterCheck.market_id) == market.id)
    query = query.order_by(col(PosterCheck.id).desc()).limit(limit + 1)
    for is_asked, condition in (
        (asked.result, col(PosterCheck.result) == asked.result),
        (asked.stall_code, col(Stall.code) == asked.stall_code),
        (asked.vendor_id, col(Poster.vendor_id) == asked.vendor_id),
        (asked.after, col(PosterCheck.id) < (asked.after or 0)),
    ):
        if is_asked:
            query = query.where(condition)
    if asked.is_self_check is not None:
        query = query.where(col(PosterCheck.is_self_check).is_(asked.is_self_check))
    if asked.first is not None:
        query = query.where(col(PosterCheck.checked_at) >= day_begins_at(asked.first))
    if asked.last is not None:
        end_at = day_begins_at(asked.last + timedelta(days=1))
        query = query.where(col(PosterCheck.checked_at) < end_at)
    found = [_entry(*row) for row in session.execute(query)]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def find_check(
    session: Session, market_code: str, check_id: int, *, vendor_id: int | None = None
) -> CheckEntry:
    """Return one look.

    Raises:
        MarketNotFound: there is no such market.
        CheckNotFound: it has no such look, or it is another vendor's.
    """
    market = find_market(session, market_code)
    query = _checks().where(col(PosterCheck.market_id) == market.id)
    query = query.where(col(PosterCheck.id) == check_id)
    if vendor_id is not None:
        query = query.where(col(Poster.vendor_id) == vendor_id)
    for row in session.execute(query):
        return _entry(*row)
    raise CheckNotFound(check_id)


def all_checks(session: Session, market_code: str, asked: CheckFilter) -> list[CheckEntry]:
    """Return every look asked for, a page after the other."""
    found: list[CheckEntry] = []
    after: int | None = asked.after
    while True:
        page, after = list_checks(
            session, market_code, replace(asked, after=after, limit=PAGE_ROWS_MAX)
        )
        found += page
        if after is None:
            return found


def _checks() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(PosterCheck, col(Poster.serial), col(Stall.code), col(Vendor.code))
        .join(Poster, col(Poster.id) == col(PosterCheck.poster_id))
        .join(Stall, col(Stall.id) == col(Poster.stall_id))
        .join(Vendor, col(Vendor.id) == col(Poster.vendor_id))
    )


def _entry(
    check: PosterCheck, serial: str | None, stall_code: str, vendor_code: str | None
) -> CheckEntry:
    return CheckEntry(
        id=check.id or 0,
        stall_code=stall_code,
        vendor_code=vendor_code or "",
        serial=serial or "",
        result=check.result,
        source=check.source,
        is_self_check=check.is_self_check,
        codes_seen=check.codes_seen,
        unused_correction_permille=check.unused_correction_permille,
        evidence_sha256=check.evidence_sha256,
        note=check.note,
        checked_at=check.checked_at,
        device_at=check.device_at,
        recorded_by=check.recorded_by,
    )
