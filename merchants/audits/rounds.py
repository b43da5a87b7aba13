"""Rounds of checks: one a market day, drawn by lot, recorded so that anyone can draw it again."""

import json
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.audits.draw import METHOD, Candidate, draw
from merchants.calendars.market_calendars import calendar_of
from merchants.days import market_day
from merchants.errors import AuditRefused
from merchants.events import record_event
from merchants.find import find_market
from merchants.kinds import ENDED_POSTER_STATES, EventAction
from merchants.posters.places import floor_key
from merchants.reserved_ids import reserve_ids
from merchants.sentences import Sentence
from merchants.tables import AuditItem, AuditRound, Market, Poster, PosterCheck, Stall, Zone


def draw_round(
    session: Session,
    market_code: str,
    *,
    seed: str,
    share_permille: int,
    actor: Actor,
    now: datetime,
) -> AuditRound:
    """Return the round of today, drawn now unless somebody has drawn it already.

    Args:
        seed: anything nobody could know before; recorded with the round.
        share_permille: how many of a thousand live posters are looked at.

    Raises:
        MarketNotFound: there is no such market.
        AuditRefused: the market is closed today, or has no live poster.
    """
    market = find_market(session, market_code, for_update=True)
    today = market_day(now)
    if (earlier := round_on(session, market, today)) is not None:
        return earlier
    if not calendar_of(session, market, today, today).open_days(today, today):
        raise AuditRefused(
            market.code, today, Sentence("Ngày {on:%d/%m/%Y} chợ không họp", on=today)
        )
    posters = _live_posters(session, market)
    if not posters:
        raise AuditRefused(market.code, today, "Chợ chưa có tấm mã nào đang dùng")
    candidates = _candidates(session, market, [poster for poster, _, _ in posters])
    drawn = set(draw(candidates, seed, share_permille))
    assert market.id is not None
    row = AuditRound(
        market_id=market.id,
        held_on=today,
        method=METHOD,
        seed=seed,
        share_permille=share_permille,
        frame=json.dumps([[one.serial, one.rounds_waited] for one in candidates]),
        drawn_at=now,
        drawn_by=str(actor),
    )
    session.add(row)
    session.flush()
    walk = [
        poster.id or 0
        for poster, stall, zone in sorted(posters, key=lambda found: floor_key(found[2], found[1]))
        if poster.serial in drawn
    ]
    ids = reserve_ids(session, AuditItem, len(walk))
    session.add_all(
        AuditItem(id=item_id, round_id=row.id or 0, poster_id=poster_id, place=place)
        for place, (item_id, poster_id) in enumerate(zip(ids, walk, strict=True), start=1)
    )
    record_event(
        session,
        EventAction.AUDIT_DRAWN,
        actor=actor,
        now=now,
        market_id=market.id,
        subject=f"audit:{row.id}",
        to_value=str(len(walk)),
        note=f"{METHOD}, {len(walk)} of {len(candidates)}",
    )
    return row


def round_on(session: Session, market: Market, on: date) -> AuditRound | None:
    """Return a market's round of a day; ``None`` = none was drawn."""
    return session.exec(
        select(AuditRound).where(AuditRound.market_id == market.id, AuditRound.held_on == on)
    ).one_or_none()


def _live_posters(session: Session, market: Market) -> Sequence[tuple[Poster, Stall, Zone | None]]:
    return session.exec(
        select(Poster, Stall, Zone)
        .join(Stall, col(Stall.id) == col(Poster.stall_id))
        .outerjoin(Zone, col(Zone.id) == col(Stall.zone_id))
        .where(Stall.market_id == market.id, col(Poster.state).not_in(ENDED_POSTER_STATES))
        .order_by(col(Poster.id))
    ).all()


def _candidates(session: Session, market: Market, posters: Sequence[Poster]) -> list[Candidate]:
    """Return the posters by serial, each with the rounds since it was looked at or issued."""
    newest: sa.Select[*tuple[Any, ...]] = (
        sa.select(col(PosterCheck.poster_id), sa.func.max(col(PosterCheck.checked_at)))
        .where(col(PosterCheck.market_id) == market.id, col(PosterCheck.is_self_check).is_(False))
        .group_by(col(PosterCheck.poster_id))
    )
    looked_on = {poster: market_day(at) for poster, at in session.execute(newest)}
    held = sa.select(col(AuditRound.held_on)).where(col(AuditRound.market_id) == market.id)
    days = session.execute(held.order_by(col(AuditRound.held_on))).scalars().all()

    def waited(poster: Poster) -> int:
        return len(days) - bisect_right(days, looked_on.get(poster.id, poster.issued_on))

    return sorted(
        (Candidate(poster.serial or "", waited(poster)) for poster in posters),
        key=lambda one: one.serial,
    )
