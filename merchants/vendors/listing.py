"""The vendors of a market in Vietnamese order, those without a stall too, a page at a time."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.columns import UtcDateTime
from merchants.errors import CursorUnreadable
from merchants.find import find_market
from merchants.kinds import VendorState
from merchants.sealing import Sealer
from merchants.stalls.matching import matching_people
from merchants.tables import Stall, StallHolding, Vendor

LIMIT_MAX = 200
_SORT_NAME = re.compile(r"[0-9]{0,400}", re.ASCII)
_ID_END = 2**31


class Holding(StrEnum):
    """Whether a vendor holds a stall."""

    ANY = "any"
    WITH = "with"
    WITHOUT = "without"


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorQuery:
    """What to look for; empty text and ``None`` ask nothing.

    ``after`` continues behind the last row of an earlier page; ``skip`` leaves out so many rows.
    """

    text: str = ""
    state: VendorState | None = None
    holding: Holding = Holding.ANY
    after: str = ""
    skip: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedVendor:
    """A vendor of the list; of the phone the last three digits."""

    id: int
    code: str
    full_name: str
    business_name: str
    phone_tail: str
    state: VendorState
    state_since: datetime
    is_poster_only: bool
    stall_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorPage:
    """One page; ``counts`` leave the asked holding aside: they are the tabs' numbers."""

    entries: tuple[ListedVendor, ...]
    total: int
    counts: Mapping[Holding, int]
    next: str | None


def list_market_vendors(
    session: Session, market_code: str, query: VendorQuery, *, sealer: Sealer
) -> VendorPage:
    """Return the vendors of a market that a query asks for; merged records are left out.

    Raises:
        MarketNotFound: there is no such market.
        CursorUnreadable: ``after`` is not the ``next`` of a page.
    """
    market_id = find_market(session, market_code).id
    assert market_id is not None
    limit = min(max(query.limit, 1), LIMIT_MAX)
    wanted = _wanted(session, market_id, query, sealer)
    counts = _counts(session, wanted)
    statement = (
        sa.select(
            col(Vendor.id),
            col(Vendor.code),
            col(Vendor.full_name),
            col(Vendor.business_name),
            col(Vendor.phone_tail),
            col(Vendor.state),
            sa.func.coalesce(
                col(Vendor.state_since), col(Vendor.registered_at), type_=UtcDateTime()
            ).label("since"),
            col(Vendor.is_poster_only),
            col(Vendor.sort_name),
        )
        .where(wanted, _HOLDING[query.holding])
        .order_by(col(Vendor.sort_name), col(Vendor.id))
        .limit(limit + 1)
        .offset(query.skip)
    )
    if query.after:
        sort_name, vendor_id = _read_cursor(query.after)
        statement = statement.where(
            sa.or_(
                col(Vendor.sort_name) > sort_name,
                sa.and_(col(Vendor.sort_name) == sort_name, col(Vendor.id) > vendor_id),
            )
        )
    rows = session.execute(statement).all()
    stalls = _stalls(session, [row.id for row in rows[:limit]])
    entries = tuple(
        ListedVendor(
            id=row.id,
            code=row.code or "",
            full_name=row.full_name,
            business_name=row.business_name,
            phone_tail=row.phone_tail,
            state=row.state,
            state_since=row.since,
            is_poster_only=row.is_poster_only,
            stall_codes=tuple(stalls[row.id]),
        )
        for row in rows[:limit]
    )
    last = rows[limit - 1] if len(rows) > limit else None
    return VendorPage(
        entries=entries,
        total=counts[query.holding],
        counts=counts,
        next=_write_cursor(last.sort_name, last.id) if last is not None else None,
    )


_HOLDS = (
    sa.exists()
    .where(col(StallHolding.vendor_id) == col(Vendor.id), col(StallHolding.to_on).is_(None))
    .correlate(Vendor)
)
_HOLDING: Mapping[Holding, sa.ColumnElement[bool]] = {
    Holding.ANY: sa.true(),
    Holding.WITH: _HOLDS,
    Holding.WITHOUT: ~_HOLDS,
}


def _wanted(
    session: Session, market_id: int, query: VendorQuery, sealer: Sealer
) -> sa.ColumnElement[bool]:
    conditions = [col(Vendor.market_id) == market_id, col(Vendor.merged_into_id).is_(None)]
    if query.text:
        conditions.append(matching_people(session, market_id, query.text, sealer))
    if query.state is not None:
        conditions.append(col(Vendor.state) == query.state)
    return sa.and_(*conditions)


def _counts(session: Session, wanted: sa.ColumnElement[bool]) -> dict[Holding, int]:
    holds = sa.case((_HOLDS, 1), else_=0)
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(holds), 0)).where(wanted)
    every, with_stall = session.execute(query.select_from(Vendor)).one()
    return {
        Holding.ANY: int(every),
        Holding.WITH: int(with_stall),
        Holding.WITHOUT: int(every) - int(with_stall),
    }


def _stalls(session: Session, vendor_ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        sa.select(col(StallHolding.vendor_id), col(Stall.code))
        .join(Stall, col(Stall.id) == col(StallHolding.stall_id))
        .where(col(StallHolding.vendor_id).in_(vendor_ids), col(StallHolding.to_on).is_(None))
        .order_by(col(Stall.code))
    )
    stalls: dict[int, list[str]] = defaultdict(list)
    for vendor_id, code in session.execute(query):
        stalls[vendor_id].append(code)
    return stalls


def _write_cursor(sort_name: str, vendor_id: int) -> str:
    told = json.dumps([sort_name, vendor_id]).encode()
    return urlsafe_b64encode(told).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[str, int]:
    try:
        sort_name, vendor_id = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError):
        raise CursorUnreadable(text) from None
    is_ours = type(sort_name) is str and type(vendor_id) is int
    if not is_ours or not _SORT_NAME.fullmatch(sort_name) or not 0 < vendor_id < _ID_END:
        raise CursorUnreadable(text)
    return sort_name, vendor_id
