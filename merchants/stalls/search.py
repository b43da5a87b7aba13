"""Find the stalls of a market: one function behind page, API and command line.

The database filters, counts, orders and cuts; the number of statements does not grow with the market.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.columns import UtcDateTime
from merchants.errors import CursorUnreadable
from merchants.find import find_market
from merchants.kinds import (
    ENDED_POSTER_STATES,
    AccountKind,
    NameMatch,
    PosterState,
    StallState,
    VendorState,
)
from merchants.sealing import Sealer
from merchants.stalls.floor_sorting import floor_order_columns
from merchants.stalls.matching import matching_stalls, matching_vendors
from merchants.stalls.progress import (
    Need,
    Progress,
    stall_holders,
    stall_places,
    stall_progress,
)
from merchants.tables import AcceptancePoint, Poster, Stall, StallHolding, Vendor, Zone

LIMIT_MAX = 200
LEFT_SHOWN_MAX = 10
_NEVER_ON = date(1900, 1, 1)
_LATEST_AT = datetime(9999, 1, 1, tzinfo=UTC)


class StallSort(StrEnum):
    """The orders of the list; equal ones follow floor and code."""

    FLOOR = "floor"
    NAME = "name"
    NEED = "need"
    """What waits longest first."""
    LAST = "last"
    """The latest receipt first; needs takings."""
    WEEK = "week"
    """The most money of seven days first; needs takings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StallQuery:
    """What to look for; empty texts and ``None`` ask nothing.

    ``after`` continues behind the last row of an earlier page; ``skip`` leaves out so many rows.
    """

    text: str = ""
    zone: str = ""
    goods_group: str = ""
    progress: Progress | None = None
    need: Need | None = None
    stall_codes: Sequence[str] | None = None
    sort: StallSort = StallSort.FLOOR
    after: str = ""
    skip: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry:
    """A receiving account as people may see it: never more than its last four characters."""

    kind: AccountKind
    bin: str | None
    feed_provider: str
    tail: str
    holder_name: str
    name_match: NameMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterEntry:
    """The newest live poster of a stall."""

    serial: str
    state: PosterState
    issued_on: date
    installed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderEntry:
    """Who holds a stall; of the phone the last three digits."""

    id: int
    code: str
    full_name: str
    business_name: str
    phone_tail: str
    state: VendorState
    since: datetime
    is_poster_only: bool
    consented_on: date | None
    accounts: tuple[AccountEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StallEntry:
    """A stall of the list."""

    id: int
    zone: str
    stall_code: str
    goods_group: str
    state: StallState
    progress: Progress
    need: Need
    has_code: bool
    vendor: HolderEntry | None
    poster: PosterEntry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftVendor:
    """A vendor of the market who holds no stall any more."""

    code: str
    full_name: str
    state: VendorState


@dataclass(frozen=True, slots=True, kw_only=True)
class StallPage:
    """One page of the list. ``counts`` leave the asked progress aside: they are the tabs' numbers."""

    entries: tuple[StallEntry, ...]
    total: int
    counts: Mapping[Progress, int]
    next: str | None
    left: tuple[LeftVendor, ...] = field(default=())


def find_stalls(
    session: Session,
    market_code: str,
    query: StallQuery,
    *,
    sealer: Sealer,
    takings: sa.FromClause | None = None,
) -> StallPage:
    """Return the stalls of a market that a query asks for.

    Args:
        takings: one row a vendor, ``vendor_id``, ``week_vnd``, ``last_on``: what the closed days
            say, for the orders by money. Whoever may not see money passes ``None``.

    Raises:
        MarketNotFound: there is no such market.
        CursorUnreadable: ``after`` is not the ``next`` of a page of this order.
    """
    assert takings is not None or query.sort not in {StallSort.LAST, StallSort.WEEK}
    market_id = find_market(session, market_code).id
    assert market_id is not None
    limit = min(query.limit, LIMIT_MAX)
    meant = _Meant(session, market_id, query, sealer)
    counts = _counts(session, market_id, meant)
    rows, order = _places(session, market_id, meant, limit, takings)
    is_more = len(rows) > limit
    return StallPage(
        entries=_entries(session, market_id, [row["stall_id"] for row in rows[:limit]]),
        total=sum(counts.values()) if query.progress is None else counts[query.progress],
        counts=counts,
        next=_write_cursor(query.sort, rows[limit - 1], order) if is_more else None,
        left=_left(session, market_id, query.text, sealer) if query.text else (),
    )


def every_stall(session: Session, market_code: str, *, sealer: Sealer) -> list[StallEntry]:
    """Return all stalls of a market in floor order, page after page.

    Raises:
        MarketNotFound: there is no such market.
    """
    entries: list[StallEntry] = []
    after: str | None = ""
    while after is not None:
        query = StallQuery(after=after, limit=LIMIT_MAX)
        page = find_stalls(session, market_code, query, sealer=sealer)
        entries += page.entries
        after = page.next
    return entries


class _Meant:
    """The conditions of a query, for whichever table of stalls they are asked of."""

    def __init__(self, session: Session, market_id: int, query: StallQuery, sealer: Sealer) -> None:
        self.query = query
        self.zones = _zones(session, market_id)
        self.by_text = matching_stalls(session, market_id, query.text, sealer)
        self.of_group = sa.select(col(Stall.id)).where(
            col(Stall.market_id) == market_id, col(Stall.goods_group) == query.goods_group
        )

    def floor(self, market_id: int) -> sa.Subquery:
        """Return the least that tells which stalls are meant and where they stand."""
        query = self.query
        is_progress_asked = query.progress is not None or query.need is not None
        if is_progress_asked or query.sort is StallSort.NEED:
            return stall_progress([market_id])
        needs_holder = self.by_text is not None or query.sort is not StallSort.FLOOR
        return stall_holders(market_id) if needs_holder else stall_places(market_id)

    def conditions(
        self, floor: sa.FromClause, *, whatever_progress: bool = False
    ) -> list[sa.ColumnElement[bool]]:
        query = self.query
        conditions: list[sa.ColumnElement[bool]] = []
        if self.by_text is not None:
            conditions.append(self.by_text(floor))
        if query.zone:
            meant = [zone_id for zone_id, name in self.zones.items() if name == query.zone]
            conditions.append(floor.c.zone_id.in_(meant))
        if query.goods_group:
            conditions.append(floor.c.stall_id.in_(self.of_group))
        if query.stall_codes is not None:
            conditions.append(floor.c.code.in_(query.stall_codes))
        if query.need is not None:
            conditions.append(floor.c.need == query.need.value)
        if query.progress is not None and not whatever_progress:
            conditions.append(floor.c.progress == query.progress.value)
        return conditions


def _counts(session: Session, market_id: int, meant: _Meant) -> dict[Progress, int]:
    floor = stall_progress([market_id])
    counted = (
        sa.select(floor.c.progress, sa.func.count())
        .where(*meant.conditions(floor, whatever_progress=True))
        .group_by(floor.c.progress)
    )
    found = {row[0]: row[1] for row in session.execute(counted)}
    return {progress: found.get(progress.value, 0) for progress in Progress}


Order = list[tuple[sa.ColumnElement[Any], bool]]
"""Columns without nulls, and whether they go down."""


def _order(
    floor: sa.FromClause,
    sort: StallSort,
    takings: sa.FromClause | None,
    zones: Mapping[int, str],
) -> Order:
    as_one_walks: Order = [(column, False) for column in floor_order_columns(floor, zones)]
    match sort:
        case StallSort.NAME:
            is_empty = sa.case((floor.c.vendor_id.is_(None), 1), else_=0)
            name = sa.func.coalesce(col(Vendor.sort_name), "")
            return [(is_empty, False), (name, False), *as_one_walks]
        case StallSort.NEED:
            rests = sa.case((floor.c.need == Need.NONE.value, 1), else_=0)
            since = sa.func.coalesce(floor.c.since, sa.literal(_LATEST_AT, floor.c.since.type))
            return [(rests, False), (since, False), *as_one_walks]
        case StallSort.LAST if takings is not None:
            last_on = sa.func.coalesce(takings.c.last_on, sa.literal(_NEVER_ON, sa.Date()))
            return [(last_on, True), *as_one_walks]
        case StallSort.WEEK if takings is not None:
            return [(sa.func.coalesce(takings.c.week_vnd, 0), True), *as_one_walks]
    return as_one_walks


def _places(
    session: Session, market_id: int, meant: _Meant, limit: int, takings: sa.FromClause | None
) -> tuple[Sequence[sa.RowMapping], Order]:
    """Return the page's stalls and one more when there is one, with no column that is not needed.

    Ten thousand rows are ordered here, so how far each has come is only asked where it counts.
    """
    query = meant.query
    floor = meant.floor(market_id)
    order = _order(floor, query.sort, takings, meant.zones)
    keys = [column.label(f"key_{place}") for place, (column, _) in enumerate(order)]
    statement = (
        sa.select(floor.c.stall_id, *keys)
        .where(*meant.conditions(floor))
        .order_by(*(column.desc() if is_down else column for column, is_down in order))
        .limit(limit + 1)
        .offset(query.skip)
    )
    if query.sort is StallSort.NAME:
        statement = statement.outerjoin(Vendor, col(Vendor.id) == floor.c.vendor_id)
    if query.sort in {StallSort.LAST, StallSort.WEEK} and takings is not None:
        statement = statement.outerjoin(takings, takings.c.vendor_id == floor.c.vendor_id)
    if query.after:
        statement = statement.where(_behind(order, _read_cursor(query.sort, query.after, order)))
    return session.execute(statement).mappings().all(), order


def _zones(session: Session, market_id: int) -> dict[int, str]:
    of_market = sa.select(col(Zone.id), col(Zone.name)).where(col(Zone.market_id) == market_id)
    return {row[0]: row[1] for row in session.execute(of_market)}


def _behind(order: Order, values: Sequence[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that a row comes behind the one with these values."""
    steps = []
    for place, (column, is_down) in enumerate(order):
        same = [each == value for (each, _), value in zip(order[:place], values, strict=False)]
        further = column < values[place] if is_down else column > values[place]
        steps.append(sa.and_(*same, further))
    return sa.or_(*steps)


def _write_cursor(sort: StallSort, row: sa.RowMapping, order: Order) -> str:
    values = [row[f"key_{place}"] for place in range(len(order))]
    told = [value.isoformat() if isinstance(value, date) else value for value in values]
    return urlsafe_b64encode(json.dumps([sort.value, *told]).encode()).decode().rstrip("=")


def _read_cursor(sort: StallSort, text: str, order: Order) -> list[Any]:
    try:
        named, *values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        read = [_typed(value, column) for value, (column, _) in zip(values, order, strict=True)]
    except (ValueError, TypeError):
        raise CursorUnreadable(text) from None
    if named != sort.value:
        raise CursorUnreadable(text)
    return read


def _typed(value: object, column: sa.ColumnElement[Any]) -> Any:
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(str(value))
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(str(value))
    if type(value) is not (int if isinstance(column.type, sa.Integer) else str):
        raise TypeError(value)
    return value


def _entries(session: Session, market_id: int, stall_ids: Sequence[int]) -> tuple[StallEntry, ...]:
    floor = stall_progress([market_id], stall_ids)
    found = session.execute(
        sa.select(
            floor,
            col(Stall.goods_group),
            col(Stall.state).label("stall_state"),
            col(Vendor.code).label("vendor_code"),
            col(Vendor.full_name),
            col(Vendor.business_name),
            col(Vendor.phone_tail),
            col(Vendor.state).label("vendor_state"),
            col(Vendor.is_poster_only),
            col(Vendor.consented_on),
        )
        .select_from(floor)
        .join(Stall, col(Stall.id) == floor.c.stall_id)
        .outerjoin(Vendor, col(Vendor.id) == floor.c.vendor_id)
    ).mappings()
    rows = {row["stall_id"]: row for row in found}
    accounts = _accounts(session, [row["vendor_id"] for row in rows.values() if row["vendor_id"]])
    posters = _posters(session, stall_ids)
    return tuple(_entry(rows[stall_id], accounts, posters) for stall_id in stall_ids)


def _entry(
    row: sa.RowMapping,
    accounts: Mapping[int, list[AccountEntry]],
    posters: Mapping[int, PosterEntry],
) -> StallEntry:
    return StallEntry(
        id=row["stall_id"],
        zone=row["zone"],
        stall_code=row["code"],
        goods_group=row["goods_group"],
        state=row["stall_state"],
        progress=Progress(row["progress"]),
        need=Need(row["need"]),
        has_code=bool(row["has_code"]),
        vendor=_holder(row, accounts) if row["vendor_id"] else None,
        poster=posters.get(row["stall_id"]),
    )


def _holder(row: sa.RowMapping, accounts: Mapping[int, list[AccountEntry]]) -> HolderEntry:
    return HolderEntry(
        id=row["vendor_id"],
        code=row["vendor_code"] or "",
        full_name=row["full_name"],
        business_name=row["business_name"],
        phone_tail=row["phone_tail"],
        state=row["vendor_state"],
        since=row["since"],
        is_poster_only=row["is_poster_only"],
        consented_on=row["consented_on"],
        accounts=tuple(accounts.get(row["vendor_id"], ())),
    )


def _accounts(session: Session, vendor_ids: Sequence[int]) -> dict[int, list[AccountEntry]]:
    """Return the open acceptance points of each vendor, the oldest first."""
    point = AcceptancePoint
    query = (
        sa.select(
            col(point.vendor_id),
            col(point.kind),
            col(point.bin),
            col(point.feed_provider),
            col(point.account_tail),
            col(point.holder_name),
            col(point.name_match),
        )
        .where(col(point.vendor_id).in_(vendor_ids), col(point.valid_to).is_(None))
        .order_by(col(point.id))
    )
    accounts: defaultdict[int, list[AccountEntry]] = defaultdict(list)
    for vendor_id, kind, bin_, feed, tail, holder, match in session.execute(query):
        accounts[vendor_id].append(
            AccountEntry(
                kind=kind,
                bin=bin_,
                feed_provider=feed,
                tail=tail,
                holder_name=holder,
                name_match=match,
            )
        )
    return accounts


def _posters(session: Session, stall_ids: Sequence[int]) -> dict[int, PosterEntry]:
    query = (
        sa.select(
            col(Poster.stall_id),
            col(Poster.serial),
            col(Poster.state),
            col(Poster.issued_on),
            col(Poster.installed_on),
        )
        .where(col(Poster.stall_id).in_(stall_ids))
        .where(col(Poster.state).not_in(ENDED_POSTER_STATES))
        .order_by(col(Poster.id))
    )
    return {
        stall_id: PosterEntry(
            serial=serial or "", state=state, issued_on=issued_on, installed_on=installed_on
        )
        for stall_id, serial, state, issued_on, installed_on in session.execute(query)
    }


def _left(session: Session, market_id: int, text: str, sealer: Sealer) -> tuple[LeftVendor, ...]:
    """Return vendors the text means who hold no stall, so that nobody registers them anew."""
    holds = (
        select(StallHolding.id)
        .where(col(StallHolding.vendor_id) == col(Vendor.id), col(StallHolding.to_on).is_(None))
        .exists()
    )
    query = (
        sa.select(col(Vendor.code), col(Vendor.full_name), col(Vendor.state))
        .where(matching_vendors(market_id, text, sealer))
        # Cheap first: who holds nothing has left, and few have.
        .where(col(Vendor.state) == VendorState.EXITED)
        .where(col(Vendor.merged_into_id).is_(None), ~holds)
        .order_by(col(Vendor.sort_name), col(Vendor.id))
        .limit(LEFT_SHOWN_MAX)
    )
    return tuple(
        LeftVendor(code=code or "", full_name=name, state=state)
        for code, name, state in session.execute(query)
    )
