"""Posters: issued once a stall and acceptance point, drawn again unchanged, ended by name.

Drawing a poster again is no re-issue: the payload is kept sealed, with its fingerprint; serial and
codes follow from it. Source: qr.md section 11, domain.md sections 6.2 and 10.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

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
    PosterState,
)
from merchants.lifecycle.states import derive_vendor_states
from merchants.posters.ends import end_posters, record_posters
from merchants.posters.places import (
    PosterPlace,
    floor_key,
    payload_for,
    poster_face,
    poster_places,
)
from merchants.reserved_ids import reserve_ids
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Market, Poster, Stall, Vendor, Zone
from qr.errors import SerialRefused
from qr.poster import PosterFace
from qr.print_code import PrintKey
from qr.serial import poster_serial


@dataclass(frozen=True, slots=True)
class PosterBlock:
    """A stall that gets no poster, and what is missing (in Vietnamese, for the manager)."""

    stall_code: str
    reason: str


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
    _require_key(verification_key)
    market = find_market(session, market_code, for_update=True)
    if stall_codes is not None:
        _require_stalls(session, market, stall_codes)
    issued = []
    for place in _without_poster(session, market):
        if stall_codes is not None and place.stall.code not in stall_codes:
            continue
        try:
            issued.append(_new_poster(place, sealer, market_day(now)))
        except PosterStepRefused:
            continue  # told by ``poster_blocks``; one stall's missing paper stops no other
    _add_posters(session, market, issued, actor=actor, now=now)
    return issued


def poster_blocks(session: Session, market_code: str, *, sealer: Sealer) -> list[PosterBlock]:
    """Return the occupied stalls without a poster that may not have one yet, and why.

    Raises:
        MarketNotFound: there is no such market.
    """
    blocks = []
    for place in _without_poster(session, find_market(session, market_code)):
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
    """Return what is on the live posters of a market, in floor order.

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
    query = (
        sa.select(Poster, Stall, Zone, Vendor, AcceptancePoint)
        .join(Stall, col(Stall.id) == Poster.stall_id)
        .join(Vendor, col(Vendor.id) == Poster.vendor_id)
        .join(AcceptancePoint, col(AcceptancePoint.id) == Poster.acceptance_point_id)
        .outerjoin(Zone, col(Zone.id) == Stall.zone_id)
        .where(col(Stall.market_id) == market.id, col(Poster.state).not_in(ENDED_POSTER_STATES))
        .order_by(col(Poster.id))
    )
    if stall_codes is not None:
        query = query.where(col(Stall.code).in_(stall_codes))
    rows = session.execute(query).all()
    found = sorted(rows, key=lambda row: floor_key(row[2], row[1]))
    _require_posters(market, stall_codes or (), (stall.code for _, stall, _, _, _ in found))
    return [
        poster_face(
            PosterPlace(market, stall, vendor, point, has_poster=True),
            payload=_open_payload(poster, sealer),
            serial=poster.serial or "",
            issued_on=poster.issued_on,
            verification_key=verification_key,
            base_url=base_url,
        )
        for poster, stall, _, vendor, point in found
    ]


def record_installation(
    session: Session,
    stall_code: str,
    market_code: str,
    on: date,
    *,
    now: datetime,
    actor: Actor = COMMAND,
) -> Poster:
    """Note the day a stall's poster was hung up, and return the poster.

    Raises:
        MarketNotFound: there is no such market.
        StallNotFound: there is no such stall.
        PosterNotFound: the stall has no live poster.
        PosterStepRefused: the day is before the poster was issued.
    """
    return record_installations(session, market_code, {stall_code: on}, now=now, actor=actor)[0]


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
    _derive_states(session, market, actor=actor, now=now)
    return [poster for poster, _, _ in hung]


def revoke_poster(
    session: Session, serial: str, *, now: datetime, actor: Actor = COMMAND, reason: str = ""
) -> Poster:
    """End a poster for good; whoever checks its serial is told so.

    Raises:
        PosterNotFound: no live poster has this serial.
    """
    poster, _, market = _live_poster(session, serial)
    end_posters(session, [poster], market, PosterState.REVOKED, actor=actor, now=now, reason=reason)
    _derive_states(session, market, actor=actor, now=now)
    return poster


def replace_poster(
    session: Session,
    serial: str,
    *,
    sealer: Sealer,
    now: datetime,
    verification_key: PrintKey,
    actor: Actor = COMMAND,
) -> Poster:
    """End a lost or damaged poster and return the one issued in its place, under a new serial.

    Raises:
        PosterNotFound: no live poster has this serial.
        PosterStepRefused: the stall may not have a poster any more.
        SerialRefused: the verification key is empty.
    """
    _require_key(verification_key)
    poster, stall, market = _live_poster(session, serial)
    place = next((each for each in poster_places(session, market) if each.stall is stall), None)
    if place is None:
        raise PosterStepRefused(stall.code, "gian hàng không có người bán")
    fresh = _new_poster(place, sealer, market_day(now))
    end_posters(session, [poster], market, PosterState.REPLACED, actor=actor, now=now)
    _add_posters(session, market, [fresh], actor=actor, now=now)
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
        _require_key(verification_key)
    for poster, stall in posters:
        state = PosterState.REVOKED
        if place_of is not None:
            try:
                fresh.append(_new_poster(place_of(stall), sealer, market_day(now)))
                state = PosterState.REPLACED
            except PosterStepRefused as refusal:
                blocks[stall.code] = refusal.reason
        ends[state].append(poster)
    for state, ended in ends.items():
        end_posters(session, ended, market, state, actor=actor, now=now, reason="account")
    _add_posters(session, market, fresh, actor=actor, now=now)
    return fresh, blocks


def _without_poster(session: Session, market: Market) -> list[PosterPlace]:
    return [place for place in poster_places(session, market) if not place.has_poster]


def _new_poster(place: PosterPlace, sealer: Sealer, issued_on: date) -> Poster:
    point, payload = payload_for(place, sealer)
    assert point.id is not None
    assert place.stall.id is not None
    assert place.vendor.id is not None
    return Poster(
        stall_id=place.stall.id,
        acceptance_point_id=point.id,
        vendor_id=place.vendor.id,
        payload_sealed=sealer.seal(payload),
        payload_hash=payload_fingerprint(sealer, payload),
        state=PosterState.GENERATED,
        issued_on=issued_on,
    )


def _add_posters(
    session: Session, market: Market, posters: Sequence[Poster], *, actor: Actor, now: datetime
) -> None:
    # With ids of their own the rows go out in one statement; the serial is made from the id.
    for poster, new_id in zip(posters, reserve_ids(session, Poster, len(posters)), strict=True):
        poster.id = new_id
        poster.serial = poster_serial(market.code, new_id)
    session.add_all(posters)
    record_posters(
        session,
        EventAction.POSTER_ISSUED,
        market,
        [(poster, PosterState.GENERATED.value) for poster in posters],
        actor=actor,
        now=now,
    )
    _derive_states(session, market, actor=actor, now=now)


def _derive_states(session: Session, market: Market, *, actor: Actor, now: datetime) -> None:
    assert market.id is not None
    derive_vendor_states(session, [market.id], actor=actor, now=now)


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


def _require_key(verification_key: PrintKey) -> None:
    if not verification_key:
        raise SerialRefused("key", "is empty")


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
