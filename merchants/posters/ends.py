"""How posters end, and what is remembered of each that is issued, hung up or ended."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.days import market_day
from merchants.events import record_events
from merchants.kinds import ENDED_POSTER_STATES, EventAction, PosterEnd, PosterState
from merchants.tables import Market, Poster


def live_posters(session: Session, *, vendor_id: int, stall_id: int | None = None) -> list[Poster]:
    """Return the posters of a vendor that have not ended, by id; at one stall when it is given."""
    query = select(Poster).where(
        Poster.vendor_id == vendor_id, col(Poster.state).not_in(ENDED_POSTER_STATES)
    )
    if stall_id is not None:
        query = query.where(Poster.stall_id == stall_id)
    return list(session.exec(query.order_by(col(Poster.id))))


def end_posters(
    session: Session,
    posters: Sequence[Poster],
    market: Market,
    state: PosterState,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    end: PosterEnd | None = None,
) -> None:
    """End posters and record each; the vendors' states are the caller's to derive afterwards.

    Args:
        reason: kept in the history; never shown to strangers.
        end: what whoever checks the serial is told; ``None`` = as the reason's first word says.
    """
    told = end or _end_of(reason)
    for poster in posters:
        poster.state = state
        poster.ended_on = max(market_day(now), poster.issued_on)
        poster.end_reason = told.value
        session.add(poster)
    session.flush()
    record_posters(
        session,
        EventAction.POSTER_ENDED,
        market,
        [(poster, state.value) for poster in posters],
        actor=actor,
        now=now,
        reason=reason,
    )


def record_posters(
    session: Session,
    action: EventAction,
    market: Market,
    posters: Sequence[tuple[Poster, str]],
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """Record one event a poster, each with what it came to."""
    events = [
        {
            "action": action,
            "market_id": market.id,
            "vendor_id": poster.vendor_id,
            "stall_id": poster.stall_id,
            "subject": f"poster:{poster.serial}",
            "to_value": to_value,
            "reason": reason,
        }
        for poster, to_value in posters
    ]
    record_events(session, events, actor=actor, now=now)


def _end_of(reason: str) -> PosterEnd:
    word = reason.partition(":")[0]
    return PosterEnd(word) if word in set(PosterEnd) else PosterEnd.OTHER
