"""Posters: issued once a stall and acceptance point, drawn again unchanged, ended by name.

Drawing a poster again is no re-issue: the payload is kept sealed, with its fingerprint; serial and
codes follow from it. Source: qr.md section 11, domain.md sections 6.2 and 10.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.accounts import payload_fingerprint
from merchants.actors import COMMAND, Actor
from merchants.days import market_day
from merchants.errors import PayloadAltered, PosterNotFound, PosterStepRefused, StallNotFound
from merchants.find import find_market
from merchants.kinds import (
    ENDED_POSTER_STATES,
    AcceptancePointState,
    EventAction,
    PosterEnd,
    PosterState,
)
from merchants.posters.ends import end_posters, record_posters
from merchants.posters.making import (
    PosterBlock,
    add_posters,
    derive_states,
    new_poster,
    require_key,
)
from merchants.posters.places import (
    PosterPlace,
    payload_for,
    poster_face,
    poster_places,
)
from merchants.posters.walk import Spot, walk
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Market, Poster, Stall, Vendor, Zone
from qr.poster import PosterFace
from qr.print_code import PrintKey


def issue_posters(
    session: Session,
    market_code: str,
    *,
    sealer: Sealer,
    now: datetime,
    verification_key: PrintKey,
    actor: Actor = COMMAND,
    stall_codes: Collection[str] | None = None,
) -> list[Poster]:
    """Issue a poster to each occupied stall that has none and may have one; return the new ones.

    It may when the vendor has consented and the holder's name of an open bank account matches
    exactly or normalised; ``poster_blocks`` tells why the others get none. Safe to repeat.

    Args:
        stall_codes: only these stalls; ``None`` = all.

    Raises:
        MarketNotFound: there is no such market.
        StallNotFound: one of the stalls does not exist.
        SerialRefused: the verification key is empty: its codes could be made by anyone.
    """
    require_key(verification_key)
    market = find_market(session, market_code, for_update=True)
    if stall_codes is not None:
        _require_stalls(session, market, stall_codes)
    issued = []
    for place in _without_poster(session, market, stall_codes):
        try:
            issued.append(new_poster(place, sealer, market_day(now)))
        except PosterStepRefused:
            continue  # told by ``poster_blocks``; one stall's missing paper stops no other
    add_posters(session, market, issued, actor=actor, now=now)
    return issued


def poster_blocks(
    session: Session,
    market_code: str,
    *,
    sealer: Sealer,
    stall_codes: Collection[str] | None = None,
) -> list[PosterBlock]:
    """Return the occupied stalls without a poster that may not have one yet, and why.

    Args:
        stall_codes: only these stalls; ``None`` = all.

    Raises:
        MarketNotFound: there is no such market.
    """
    blocks = []
    for place in _without_poster(session, find_market(session, market_code), stall_codes):
        try:
            payload_for(place, sealer)
        except PosterStepRefused as refusal:
            blocks.append(PosterBlock(place.stall.code, refusal.reason))
    return blocks


def poster_faces(
    session: Session,
    market_code: str,
    *,
    sealer: Sealer,
    verification_key: PrintKey,
    base_url: str,
    stall_codes: Collection[str] | None = None,
) -> list[PosterFace]:
    """Return what is on the live posters of a market, in the order of the walk.

    Args:
        base_url: where the pages are reached; ``<base_url>/p/<serial>`` shows how a poster stands.
        stall_codes: only these stalls; ``None`` = all with a live poster.

    Raises:
        MarketNotFound: there is no such market.
        StallNotFound: one of the stalls does not exist.
        PosterNotFound: one of the stalls has no live poster.
        PayloadAltered: a stored payload is not the one that was issued.
    """
    market = find_market(session, market_code)
    if stall_codes is not None:
        _require_stalls(session, market, stall_codes)
    query = _live_rows().where(col(Stall.market_id) == market.id)
    if stall_codes is not None:
        query = query.where(col(Stall.code).in_(stall_codes))
    found = walk(session.execute(query).all(), lambda row: _spot(row[2], row[1]))
    _require_posters(market, stall_codes or (), (row[1].code for row in found))
    return [_face(row, sealer, verification_key, base_url) for row in found]


def faces_by_poster(
    session: Session,
    poster_ids: Collection[int],
    *,
    sealer: Sealer,
    verification_key: PrintKey,
    base_url: str,
) -> dict[int, PosterFace]:
    """Return what is on posters, by their id; one that has ended is left out. One query.

    Raises:
        PayloadAltered: a stored payload is not the one that was issued.
    """
    query = _live_rows().where(col(Poster.id).in_(poster_ids))
    return {
        row[0].id or 0: _face(row, sealer, verification_key, base_url)
        for row in session.execute(query).all()
    }


def record_installations(
    session: Session,
    market_code: str,
    days: Mapping[str, date],
    *,
    now: datetime,
    actor: Actor = COMMAND,
) -> list[Poster]:
    """Note the days on which the posters of stalls were hung up; all of them or, raising, none.

    Args:
        days: by stall code.

    Raises:
        MarketNotFound, StallNotFound, PosterNotFound, PosterStepRefused: as for one installation.
    """
    market = find_market(session, market_code)
    _require_stalls(session, market, days)
    query = (
        select(Poster, Stall.code, AcceptancePoint)
        .join(Stall, col(Stall.id) == Poster.stall_id)
        .join(AcceptancePoint, col(AcceptancePoint.id) == Poster.acceptance_point_id)
        .where(Stall.market_id == market.id, col(Poster.state).not_in(ENDED_POSTER_STATES))
        .order_by(col(Poster.id))
    )
    hung = [row for row in session.exec(query) if row[1] in days]
    _require_posters(market, days, (stall_code for _, stall_code, _ in hung))
    for poster, stall_code, _ in hung:
        if days[stall_code] < poster.issued_on:
            raise PosterStepRefused(
                stall_code,
                f"hung up on {days[stall_code]:%d/%m/%Y}, before it was issued on "
                f"{poster.issued_on:%d/%m/%Y}",
            )
    for poster, stall_code, point in hung:
        poster.installed_on = days[stall_code]
        if poster.state in {PosterState.GENERATED, PosterState.PRINTED}:
            poster.state = PosterState.INSTALLED
        if point.state is not AcceptancePointState.TO_MIGRATE:
            point.state = AcceptancePointState.LIVE
        session.add_all([poster, point])
    record_posters(
        session,
        EventAction.POSTER_INSTALLED,
        market,
        [(poster, days[stall_code].isoformat()) for poster, stall_code, _ in hung],
        actor=actor,
        now=now,
    )
    derive_states(session, market, actor=actor, now=now)
    return [poster for poster, _, _ in hung]


def revoke_poster(
    session: Session,
    serial: str,
    *,
    now: datetime,
    actor: Actor = COMMAND,
    reason: str = "",
    end: PosterEnd | None = None,
) -> Poster:
    """End a poster for good; whoever checks its serial is told so, and why (``end``).

    Raises:
        PosterNotFound: no live poster has this serial.
    """
    poster, _, market = _live_poster(session, serial)
    end_posters(
        session,
        [poster],
        market,
        PosterState.REVOKED,
        actor=actor,
        now=now,
        reason=reason,
        end=end,
    )
    derive_states(session, market, actor=actor, now=now)
    return poster


def replace_poster(
    session: Session,
    serial: str,
    *,
    sealer: Sealer,
    now: datetime,
    verification_key: PrintKey,
    actor: Actor = COMMAND,
    reason: str = PosterEnd.DAMAGED.value,
) -> Poster:
    """End a lost or damaged poster and return the one issued in its place, under a new serial.

    Raises:
        PosterNotFound: no live poster has this serial.
        PosterStepRefused: the stall may not have a poster any more.
        SerialRefused: the verification key is empty.
    """
    require_key(verification_key)
    poster, stall, market = _live_poster(session, serial)
    place = next((each for each in poster_places(session, market) if each.stall is stall), None)
    if place is None:
        raise PosterStepRefused(stall.code, "gian hàng không có người bán")
    fresh = new_poster(place, sealer, market_day(now))
    end_posters(
        session, [poster], market, PosterState.REPLACED, actor=actor, now=now, reason=reason
    )
    add_posters(session, market, [fresh], actor=actor, now=now)
    return fresh


def move_posters(
    session: Session,
    posters: Sequence[tuple[Poster, Stall]],
    market: Market,
    place_of: Callable[[Stall], PosterPlace] | None,
    *,
    sealer: Sealer,
    verification_key: PrintKey,
    actor: Actor,
    now: datetime,
) -> tuple[list[Poster], dict[str, str]]:
    """End posters whose account changes; return those issued in their place and why others are not.

    Args:
        place_of: gives a stall with the account its new poster pays to; ``None`` = only revoke.

    Raises:
        SerialRefused: new ones are to be issued and the verification key is empty.
    """
    fresh: list[Poster] = []
    blocks: dict[str, str] = {}
    ends: dict[PosterState, list[Poster]] = {PosterState.REPLACED: [], PosterState.REVOKED: []}
    if place_of is not None:
        require_key(verification_key)
    for poster, stall in posters:
        state = PosterState.REVOKED
        if place_of is not None:
            try:
                fresh.append(new_poster(place_of(stall), sealer, market_day(now)))
                state = PosterState.REPLACED
            except PosterStepRefused as refusal:
                blocks[stall.code] = refusal.reason
        ends[state].append(poster)
    for state, ended in ends.items():
        end_posters(
            session, ended, market, state, actor=actor, now=now, reason=PosterEnd.ACCOUNT.value
        )
    add_posters(session, market, fresh, actor=actor, now=now)
    return fresh, blocks


def _without_poster(
    session: Session, market: Market, stall_codes: Collection[str] | None
) -> list[PosterPlace]:
    places = poster_places(session, market, stall_codes=stall_codes)
    return [place for place in places if not place.has_poster]


def _live_rows() -> sa.Select[*tuple[Any, ...]]:
    """Select poster, stall, zone or none, vendor, account and market of live posters."""
    return (
        sa.select(Poster, Stall, Zone, Vendor, AcceptancePoint, Market)
        .join(Stall, col(Stall.id) == Poster.stall_id)
        .join(Market, col(Market.id) == Stall.market_id)
        .join(Vendor, col(Vendor.id) == Poster.vendor_id)
        .join(AcceptancePoint, col(AcceptancePoint.id) == Poster.acceptance_point_id)
        .outerjoin(Zone, col(Zone.id) == Stall.zone_id)
        .where(col(Poster.state).not_in(ENDED_POSTER_STATES))
        .order_by(col(Poster.id))
    )


def _spot(zone: Zone | None, stall: Stall) -> Spot:
    return Spot(
        zone=zone.name if zone else "",
        zone_x=zone.plan_x if zone else None,
        zone_y=zone.plan_y if zone else None,
        stall_code=stall.code,
        x=stall.plan_x,
        y=stall.plan_y,
    )


def _face(
    row: Any,
    sealer: Sealer,
    verification_key: PrintKey,
    base_url: str,
) -> PosterFace:
    poster, stall, _, vendor, point, market = row
    return poster_face(
        PosterPlace(market, stall, vendor, point, has_poster=True),
        payload=_open_payload(poster, sealer),
        serial=poster.serial or "",
        issued_on=poster.issued_on,
        verification_key=verification_key,
        base_url=base_url,
    )


def _live_poster(session: Session, serial: str) -> tuple[Poster, Stall, Market]:
    query = (
        select(Poster, Stall, Market)
        .join(Stall, col(Stall.id) == Poster.stall_id)
        .join(Market, col(Market.id) == Stall.market_id)
        .where(Poster.serial == serial, col(Poster.state).not_in(ENDED_POSTER_STATES))
    )
    found = session.exec(query).one_or_none()
    if found is None:
        raise PosterNotFound(f"serial {serial}")
    return found[0], found[1], found[2]


def _require_stalls(session: Session, market: Market, stall_codes: Iterable[str]) -> None:
    known = set(session.exec(select(Stall.code).where(Stall.market_id == market.id)))
    for stall_code in stall_codes:
        if stall_code not in known:
            raise StallNotFound(market.code, stall_code)


def _require_posters(market: Market, wanted: Iterable[str], found: Iterable[str]) -> None:
    with_poster = set(found)
    for stall_code in wanted:
        if stall_code not in with_poster:
            raise PosterNotFound(f"stall {stall_code} of market {market.code}")


def _open_payload(poster: Poster, sealer: Sealer) -> str:
    payload = sealer.open(poster.payload_sealed)
    if payload_fingerprint(sealer, payload) != poster.payload_hash:
        raise PayloadAltered(poster.serial or "")
    return payload
