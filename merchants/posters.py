"""Posters: issued once a stall and acceptance point, drawn again unchanged, ended by name.

Drawing a poster again is no re-issue: the payload is kept sealed, with its SHA-256, and serial and
codes follow from it. Source: qr.md section 11, domain.md sections 6.2 and 10.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.days import market_day
from merchants.errors import PayloadAltered, PosterNotFound, PosterStepRefused, StallNotFound
from merchants.find import find_market
from merchants.kinds import ENDED_POSTER_STATES, AcceptancePointState, PosterState
from merchants.poster_places import (
    PosterPlace,
    floor_key,
    payload_for,
    poster_face,
    poster_places,
)
from merchants.reserved_ids import reserve_ids
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Market, Poster, Stall, Vendor, Zone
from merchants.vendor_states import derive_vendor_states
from qr.errors import SerialRefused
from qr.poster import PosterFace
from qr.serial import poster_serial


@dataclass(frozen=True, slots=True)
class PosterBlock:
    """A stall that gets no poster, and what is missing (in Vietnamese, for the manager)."""

    stall_code: str
    reason: str


def issue_posters(
    session: Session, market_code: str, *, sealer: Sealer, now: datetime, verification_key: str
) -> list[Poster]:
    """Issue a poster to each occupied stall that has none and may have one; return the new ones.

    It may when the vendor has consented and the holder's name of an open bank account matches
    exactly or normalised; ``poster_blocks`` tells why the others get none. Safe to repeat.

    Raises:
        MarketNotFound: there is no such market.
        SerialRefused: the verification key is empty: its codes could be made by anyone.
    """
    _require_key(verification_key)
    market = find_market(session, market_code, for_update=True)
    issued = []
    for place in _without_poster(session, market):
        try:
            issued.append(_new_poster(place, sealer, market_day(now)))
        except PosterStepRefused:
            continue  # told by ``poster_blocks``; one stall's missing paper stops no other
    _add_posters(session, market, issued)
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
    verification_key: str,
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


def record_installation(session: Session, stall_code: str, market_code: str, on: date) -> Poster:
    """Note the day a stall's poster was hung up, and return the poster.

    Raises:
        MarketNotFound: there is no such market.
        StallNotFound: there is no such stall.
        PosterNotFound: the stall has no live poster.
        PosterStepRefused: the day is before the poster was issued.
    """
    return record_installations(session, market_code, {stall_code: on})[0]


def record_installations(
    session: Session, market_code: str, days: Mapping[str, date]
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
        point.state = AcceptancePointState.LIVE
        session.add_all([poster, point])
    _derive_states(session, market)
    return [poster for poster, _, _ in hung]


def revoke_poster(session: Session, serial: str, *, now: datetime) -> Poster:
    """End a poster for good; whoever checks its serial is told so.

    Raises:
        PosterNotFound: no live poster has this serial.
    """
    poster, _, market = _live_poster(session, serial)
    _end(session, poster, PosterState.REVOKED, market_day(now))
    _derive_states(session, market)
    return poster


def replace_poster(
    session: Session, serial: str, *, sealer: Sealer, now: datetime, verification_key: str
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
    _end(session, poster, PosterState.REPLACED, market_day(now))
    _add_posters(session, market, [fresh])
    return fresh


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
        payload_sha256=_sha256(payload),
        state=PosterState.GENERATED,
        issued_on=issued_on,
    )


def _add_posters(session: Session, market: Market, posters: Sequence[Poster]) -> None:
    # With ids of their own the rows go out in one statement; the serial is made from the id.
    for poster, new_id in zip(posters, reserve_ids(session, Poster, len(posters)), strict=True):
        poster.id = new_id
        poster.serial = poster_serial(market.code, new_id)
    session.add_all(posters)
    _derive_states(session, market)


def _derive_states(session: Session, market: Market) -> None:
    session.flush()
    assert market.id is not None
    derive_vendor_states(session, [market.id])


def _end(session: Session, poster: Poster, state: PosterState, ended_on: date) -> None:
    poster.state = state
    poster.ended_on = max(ended_on, poster.issued_on)
    session.add(poster)
    session.flush()


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


def _require_key(verification_key: str) -> None:
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
    if _sha256(payload) != poster.payload_sha256:
        raise PayloadAltered(poster.serial or "")
    return payload


def _sha256(payload: str) -> str:
    return hashlib.sha256(payload.encode("ascii")).hexdigest()
