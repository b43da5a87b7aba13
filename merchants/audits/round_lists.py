"""Rounds as people and machines read them: lists, one with its walk, and what it was drawn from."""

import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from merchants.audits.draw import Candidate
from merchants.audits.rounds import round_on
from merchants.errors import RoundNotFound
from merchants.find import find_market
from merchants.kinds import GOOD_CHECKS, CheckResult
from merchants.tables import (
    AuditItem,
    AuditRound,
    Market,
    Poster,
    PosterCheck,
    Stall,
    Vendor,
    Zone,
)

PAGE_ROWS = 50
PAGE_ROWS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundEntry:
    """A round of a list, and how far it came; of several looks at a poster the last counts."""

    id: int
    held_on: date
    method: str
    seed: str
    share_permille: int
    drawn_at: datetime
    drawn_by: str
    posters: int
    checked: int
    passed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundItem:
    """A poster of a round in walk order; without ``result`` nobody has looked yet."""

    place: int
    serial: str
    stall_code: str
    zone: str
    vendor_code: str
    vendor_name: str
    result: CheckResult | None
    checked_at: datetime | None
    check_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRecord:
    """A round with its list, and the candidates it was drawn from."""

    entry: RoundEntry
    items: tuple[RoundItem, ...]
    candidates: tuple[Candidate, ...]


def round_of_day(session: Session, market_code: str, on: date) -> RoundRecord | None:
    """Return a market's round of a day; ``None`` = none was drawn.

    Raises:
        MarketNotFound: there is no such market.
    """
    found = round_on(session, find_market(session, market_code), on)
    return find_round(session, market_code, found.id or 0) if found is not None else None


def find_round(session: Session, market_code: str, round_id: int) -> RoundRecord:
    """Return one round with its list in walk order: three statements for any size.

    Raises:
        MarketNotFound: there is no such market.
        RoundNotFound: it has no such round.
    """
    market = find_market(session, market_code)
    query = _rounds(market).add_columns(col(AuditRound.frame))
    row = session.execute(query.where(col(AuditRound.id) == round_id)).one_or_none()
    if row is None:
        raise RoundNotFound(market_code, round_id)
    walk: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(AuditItem.place),
            col(Poster.serial),
            col(Stall.code),
            col(Zone.name),
            col(Vendor.code),
            col(Vendor.full_name),
            col(PosterCheck.result),
            col(PosterCheck.checked_at),
            col(PosterCheck.id),
        )
        .join(Poster, col(Poster.id) == col(AuditItem.poster_id))
        .join(Stall, col(Stall.id) == col(Poster.stall_id))
        .join(Vendor, col(Vendor.id) == col(Poster.vendor_id))
        .outerjoin(Zone, col(Zone.id) == col(Stall.zone_id))
        .outerjoin(PosterCheck, col(PosterCheck.id) == _newest_look())
        .where(col(AuditItem.round_id) == round_id)
        .order_by(col(AuditItem.place))
    )
    candidates = tuple(Candidate(serial, waited) for serial, waited in json.loads(row[-1]))
    items = tuple(_item(*found) for found in session.execute(walk))
    return RoundRecord(entry=_entry(*row[:-1]), items=items, candidates=candidates)


def list_rounds(
    session: Session, market_code: str, *, after: int | None = None, limit: int = PAGE_ROWS
) -> tuple[list[RoundEntry], int | None]:
    """Return a page of a market's rounds, the newest first, and what to pass as ``after`` next.

    Raises:
        MarketNotFound: there is no such market.
    """
    limit = min(max(limit, 1), PAGE_ROWS_MAX)
    query = _rounds(find_market(session, market_code)).order_by(col(AuditRound.id).desc())
    if after is not None:
        query = query.where(col(AuditRound.id) < after)
    found = [_entry(*row) for row in session.execute(query.limit(limit + 1))]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def _newest_look() -> sa.ScalarSelect[Any]:
    """Return the number of the last look that fills a place."""
    return (
        sa.select(sa.func.max(col(PosterCheck.id)))
        .where(col(PosterCheck.item_id) == col(AuditItem.id))
        .correlate(AuditItem)
        .scalar_subquery()
    )


def _rounds(market: Market) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of a market's rounds with their counts, in the order of ``RoundEntry``."""
    look = aliased(PosterCheck)
    is_good = sa.case((col(look.result).in_(GOOD_CHECKS), col(look.id)))
    counts = (
        sa.select(
            col(AuditItem.round_id).label("round_id"),
            sa.func.count(col(AuditItem.id)).label("posters"),
            sa.func.count(col(look.id)).label("checked"),
            sa.func.count(is_good).label("passed"),
        )
        .join(AuditRound, col(AuditRound.id) == col(AuditItem.round_id))
        .outerjoin(look, col(look.id) == _newest_look())
        .where(col(AuditRound.market_id) == market.id)
        .group_by(col(AuditItem.round_id))
        .subquery()
    )
    told = [getattr(AuditRound, one.name) for one in fields(RoundEntry)[:-3]]
    return sa.select(*told, counts.c.posters, counts.c.checked, counts.c.passed).join(
        counts, counts.c.round_id == col(AuditRound.id)
    )


def _entry(*columns: Any) -> RoundEntry:
    return RoundEntry(**dict(zip(RoundEntry.__slots__, columns, strict=True)))


def _item(*columns: Any) -> RoundItem:
    told = dict(zip(RoundItem.__slots__, columns, strict=True))
    return RoundItem(**told | {"zone": told["zone"] or ""})
