"""How a market stands with its posters: who has one, which are to be printed, which no longer hold."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.kinds import ENDED_POSTER_STATES, StallState
from merchants.posters.books import printed_contents
from merchants.posters.issue import poster_blocks
from merchants.posters.printed import LivePoster, PosterFault, live_posters_of
from merchants.sealing import Sealer
from merchants.tables import Market, Poster, Stall, StallHolding, Vendor, Zone
from qr.poster_paper import Paper

LIMIT_MAX = 500


class Shown(StrEnum):
    """Which stalls the board shows."""

    ALL = "all"
    """Those with a live poster."""
    TO_PRINT = "to_print"
    """Posters that were never printed on this paper, or say something else since."""
    WRONG = "wrong"
    """Posters that are not what the register would print now."""
    WITHOUT = "without"
    """Occupied stalls without a poster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One live poster, or a stall without one and why it may not have one yet.

    An empty ``block`` of a stall without a poster: it may have one.
    """

    stall_code: str
    zone: str
    vendor_code: str
    vendor_name: str
    poster: LivePoster | None
    faults: Sequence[PosterFault] = ()
    is_printed: bool = False
    block: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardQuery:
    """Which part of the board is wanted.

    ``zone_name`` = only this zone, empty for the stalls without one; ``None`` = all. ``paper``: on
    which a poster counts as printed.
    """

    shown: Shown = Shown.ALL
    zone_name: str | None = None
    paper: Paper = Paper.A5
    skip: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the board and how many there are of each kind."""

    rows: Sequence[BoardRow]
    counts: Mapping[Shown, int]
    total: int


def poster_board(
    session: Session, market_code: str, query: BoardQuery, *, sealer: Sealer, base_url: str
) -> Board:
    """Return a page of a market's posters in the order of the walk; the same few queries for any size."""
    live = live_posters_of(session, market_code, zone_name=query.zone_name)
    printed = printed_contents(session, market_code, query.paper)
    rows = [
        BoardRow(
            stall_code=each.stall_code,
            zone=each.spot.zone,
            vendor_code=each.vendor_code,
            vendor_name=each.display_name,
            poster=each,
            faults=each.faults(sealer),
            is_printed=printed.get(each.poster_id) == each.content_hash(sealer, base_url),
        )
        for each in live
    ]
    chosen = {
        Shown.ALL: rows,
        Shown.TO_PRINT: [row for row in rows if not row.is_printed],
        Shown.WRONG: [row for row in rows if row.faults],
    }
    counts = Counter({kind: len(found) for kind, found in chosen.items()})
    counts[Shown.WITHOUT] = _count_without(session, market_code, query.zone_name)
    if query.shown is Shown.WITHOUT:
        page = _without(session, market_code, query, sealer=sealer)
    else:
        page = chosen[query.shown][query.skip : query.skip + query.limit]
    return Board(page, counts, counts[query.shown])


def _count_without(session: Session, market_code: str, zone_name: str | None) -> int:
    query = _query_without(market_code, zone_name).with_only_columns(
        sa.func.count(sa.distinct(col(Stall.id)))
    )
    return int(session.execute(query.order_by(None)).scalar_one())


def _without(
    session: Session, market_code: str, query: BoardQuery, *, sealer: Sealer
) -> list[BoardRow]:
    cut = _query_without(market_code, query.zone_name).offset(query.skip).limit(query.limit)
    rows = session.execute(cut).all()
    codes = [stall_code for stall_code, *_ in rows]
    blocks = {
        each.stall_code: each.reason
        for each in poster_blocks(session, market_code, sealer=sealer, stall_codes=codes)
    }
    return [
        BoardRow(
            stall_code=stall_code,
            zone=zone,
            vendor_code=vendor_code,
            vendor_name=display or business or full_name,
            poster=None,
            block=blocks.get(stall_code, ""),
        )
        for stall_code, zone, vendor_code, display, business, full_name in rows
    ]


def _query_without(market_code: str, zone_name: str | None) -> sa.Select[*tuple[Any, ...]]:
    has_poster = (
        select(Poster.id)
        .where(Poster.stall_id == Stall.id, col(Poster.state).not_in(ENDED_POSTER_STATES))
        .correlate(Stall)
        .exists()
    )
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(Stall.code),
            sa.func.coalesce(col(Zone.name), ""),
            sa.func.coalesce(col(Vendor.code), ""),
            col(Vendor.display_name),
            col(Vendor.business_name),
            col(Vendor.full_name),
        )
        .join(Market, col(Market.id) == col(Stall.market_id))
        .join(StallHolding, col(StallHolding.stall_id) == col(Stall.id))
        .join(Vendor, col(Vendor.id) == col(StallHolding.vendor_id))
        .outerjoin(Zone, col(Zone.id) == col(Stall.zone_id))
        .where(
            col(Market.code) == market_code,
            col(Stall.state) == StallState.OCCUPIED,
            col(StallHolding.to_on).is_(None),
            ~has_poster,
        )
        .order_by(sa.func.coalesce(col(Zone.name), ""), col(Stall.code_order), col(Stall.code))
    )
    if zone_name is not None:
        query = query.where(sa.func.coalesce(col(Zone.name), "") == zone_name)
    return query
