"""Find the stalls of a market: one function behind page, API and command line.

The database filters, counts, orders and cuts; the number of statements does not grow with the market.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

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
from merchants.stalls.cursors import Order, behind, read_cursor, sorted_by, write_cursor
from merchants.stalls.floor_sorting import floor_order_columns
from merchants.stalls.matching import matching_stalls, matching_vendors
from merchants.stalls.progress import Need, Progress, holds_stall, stall_progress
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
    rows, counts = _listed(session, market_id, meant, limit, takings)
    is_more = len(rows) > limit
    return StallPage(
        entries=_entries(session, rows[:limit], meant.zones),
        total=sum(counts.values()) if query.progress is None else counts[query.progress],
        counts=counts,
        next=write_cursor(query.sort.value, rows[limit - 1].keys) if is_more else None,
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


def stall_codes_meant(
    session: Session, market_code: str, query: StallQuery, *, sealer: Sealer
) -> list[str]:
    """Return the codes of all stalls a query asks for, however many; its order and page aside.

    Raises:
        MarketNotFound: there is no such market.
    """
    market_id = find_market(session, market_code).id
    assert market_id is not None
    meant = _Meant(session, market_id, query, sealer)
    floor = stall_progress([market_id], meant.stalls())
    codes = sa.select(floor.c.code).where(*meant.of_need(floor), *meant.of_progress(floor))
    return list(session.execute(codes.order_by(floor.c.code)).scalars())


class _Meant:
    """The conditions of a query."""

    def __init__(self, session: Session, market_id: int, query: StallQuery, sealer: Sealer) -> None:
        self.query = query
        self.zones = _zones(session, market_id)
        self._market_id = market_id
        self._by_text = matching_stalls(session, market_id, query.text, sealer)

    def stalls(self) -> "sa.Select[Any] | None":
        """Return the ids of the stalls that are meant, however far they have come; ``None`` = all."""
        query = self.query
        conditions: list[sa.ColumnElement[bool]] = []
        if query.zone:
            meant = [zone_id for zone_id, name in self.zones.items() if name == query.zone]
            conditions.append(col(Stall.zone_id).in_(meant))
        if query.goods_group:
            conditions.append(col(Stall.goods_group) == query.goods_group)
        if query.stall_codes is not None:
            conditions.append(col(Stall.code).in_(query.stall_codes))
        if self._by_text is not None:
            conditions.append(self._by_text)
        if not conditions:
            return None
        ids: sa.Select[Any] = sa.select(col(Stall.id)).where(
            col(Stall.market_id) == self._market_id, *conditions
        )
        if self._by_text is not None:
            ids = ids.outerjoin(StallHolding, holds_stall())
        return ids

    def of_need(self, floor: sa.FromClause) -> list[sa.ColumnElement[bool]]:
        need = self.query.need
        return [] if need is None else [floor.c.need == need.value]

    def of_progress(self, floor: sa.FromClause) -> list[sa.ColumnElement[bool]]:
        progress = self.query.progress
        return [] if progress is None else [floor.c.progress == progress.value]


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


class _Place(NamedTuple):
    """A stall of the page: how far it is, and the values it is ordered by."""

    stall_id: int
    has_code: bool
    need: Need
    progress: Progress
    keys: tuple[Any, ...]


def _listed(
    session: Session, market_id: int, meant: _Meant, limit: int, takings: sa.FromClause | None
) -> tuple[list[_Place], dict[Progress, int]]:
    """Return the page's stalls, one more when there is one, and how many are how far: one statement.

    How far ten thousand stalls have come is decided once for the page and its tabs. What people are
    shown of a stall is read afterwards, for those of the page alone.
    """
    query = meant.query
    floor = stall_progress([market_id], meant.stalls())
    order = _order(floor, query.sort, takings, meant.zones)
    chosen = sa.select(
        floor.c.stall_id, floor.c.has_code, floor.c.need, floor.c.progress,
        *(column.label(f"key_{place}") for place, (column, _) in enumerate(order)),
    ).where(*meant.of_need(floor))  # fmt: skip
    if query.sort is StallSort.NAME:
        chosen = chosen.outerjoin(Vendor, col(Vendor.id) == floor.c.vendor_id)
    if query.sort in {StallSort.LAST, StallSort.WEEK} and takings is not None:
        chosen = chosen.outerjoin(takings, takings.c.vendor_id == floor.c.vendor_id)
    every = chosen.cte("every").prefix_with("MATERIALIZED")
    cut = _named(every, order)
    page = sa.select(every, sa.cast(sa.null(), sa.BigInteger).label("stalls")).where(
        *meant.of_progress(every)
    )
    if query.after:
        page = page.where(behind(cut, read_cursor(query.sort.value, query.after, order)))
    page = page.order_by(*sorted_by(cut)).limit(limit + 1).offset(query.skip)
    tabs = sa.select(
        *(column if column is every.c.progress else sa.null() for column in every.c),
        sa.func.count(),
    ).group_by(every.c.progress)
    both = sa.union_all(sa.select(page.subquery("page")), tabs).subquery("both")
    rows = session.execute(sa.select(both).order_by(*sorted_by(_named(both, order)))).all()
    counted = {row.progress: row.stalls for row in rows if row.stalls is not None}
    places = [
        _Place(stall_id, bool(has_code), Need(need), Progress(progress), tuple(keys))
        for stall_id, has_code, need, progress, *keys, stalls in rows
        if stalls is None
    ]
    return places, {progress: counted.get(progress.value, 0) for progress in Progress}


def _named(table: sa.FromClause, order: Order) -> Order:
    """Return the same order by the columns of a table that was made with it."""
    return [(table.c[f"key_{place}"], is_down) for place, (_, is_down) in enumerate(order)]


def _zones(session: Session, market_id: int) -> dict[int, str]:
    of_market = sa.select(col(Zone.id), col(Zone.name)).where(col(Zone.market_id) == market_id)
    return {row[0]: row[1] for row in session.execute(of_market)}


def _entries(
    session: Session, places: Sequence[_Place], zones: Mapping[int, str]
) -> tuple[StallEntry, ...]:
    stall_ids = [place.stall_id for place in places]
    found = session.execute(
        sa.select(
            col(Stall.id).label("stall_id"),
            col(Stall.zone_id),
            col(Stall.code),
            col(Stall.goods_group),
            col(Stall.state).label("stall_state"),
            col(Vendor.id).label("vendor_id"),
            col(Vendor.code).label("vendor_code"),
            col(Vendor.full_name),
            col(Vendor.business_name),
            col(Vendor.phone_tail),
            col(Vendor.state).label("vendor_state"),
            sa.func.coalesce(col(Vendor.state_since), col(Vendor.registered_at)).label("since"),
            col(Vendor.is_poster_only),
            col(Vendor.consented_on),
        )
        .select_from(Stall)
        .outerjoin(StallHolding, holds_stall())
        .outerjoin(Vendor, col(Vendor.id) == col(StallHolding.vendor_id))
        .where(col(Stall.id).in_(stall_ids))
    ).mappings()
    rows = {row["stall_id"]: row for row in found}
    accounts = _accounts(session, [row["vendor_id"] for row in rows.values() if row["vendor_id"]])
    posters = _posters(session, stall_ids)
    return tuple(_entry(place, rows[place.stall_id], zones, accounts, posters) for place in places)


def _entry(
    place: _Place,
    row: sa.RowMapping,
    zones: Mapping[int, str],
    accounts: Mapping[int, list[AccountEntry]],
    posters: Mapping[int, PosterEntry],
) -> StallEntry:
    return StallEntry(
        id=place.stall_id,
        zone=zones.get(row["zone_id"], ""),
        stall_code=row["code"],
        goods_group=row["goods_group"],
        state=row["stall_state"],
        progress=place.progress,
        need=place.need,
        has_code=place.has_code,
        vendor=_holder(row, accounts) if row["vendor_id"] else None,
        poster=posters.get(place.stall_id),
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
        # Cheap first: who holds nothing has left, and few have.
        .where(col(Vendor.state) == VendorState.EXITED)
        .where(matching_vendors(market_id, text, sealer))
        .where(col(Vendor.merged_into_id).is_(None), ~holds)
        .order_by(col(Vendor.sort_name), col(Vendor.id))
        .limit(LEFT_SHOWN_MAX)
    )
    return tuple(
        LeftVendor(code=code or "", full_name=name, state=state)
        for code, name, state in session.execute(query)
    )
