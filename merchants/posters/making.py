"""What it takes to make a poster: its payload sealed, its serial, what the register said that day."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from merchants.accounts import payload_fingerprint
from merchants.actors import Actor
from merchants.kinds import EventAction, PosterState
from merchants.lifecycle.states import derive_vendor_states
from merchants.posters.ends import record_posters
from merchants.posters.places import PosterPlace, payload_for, shown_name
from merchants.posters.printed import marks_of
from merchants.reserved_ids import reserve_ids
from merchants.sealing import Sealer
from merchants.tables import Market, Poster
from qr.errors import SerialRefused
from qr.print_code import PrintKey
from qr.serial import poster_serial


@dataclass(frozen=True, slots=True)
class PosterBlock:
    """A stall that gets no poster, and what is missing (in Vietnamese, for the manager)."""

    stall_code: str
    reason: str


def require_key(verification_key: PrintKey) -> None:
    """Refuse to issue anything without a key: its codes could be made by anyone.

    Raises:
        SerialRefused: the key is empty.
    """
    if not verification_key:
        raise SerialRefused("key", "is empty")


def new_poster(place: PosterPlace, sealer: Sealer, issued_on: date) -> Poster:
    """Return a new poster of a stall, not yet stored and without a serial.

    Raises:
        PosterStepRefused: the stall may not have one; the reason is Vietnamese, for the manager.
    """
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
        marks=json.dumps(
            marks_of(
                sealer,
                account=point.account_hash,
                holder_name=point.holder_name,
                display_name=shown_name(place.vendor),
                market_name=place.market.name,
            )
        ),
    )


def add_posters(
    session: Session, market: Market, posters: Sequence[Poster], *, actor: Actor, now: datetime
) -> None:
    """Store new posters, each with its serial, and record them; the vendors' states follow."""
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
    derive_states(session, market, actor=actor, now=now)


def derive_states(session: Session, market: Market, *, actor: Actor, now: datetime) -> None:
    """Bring the states of a market's vendors in line with their posters."""
    assert market.id is not None
    derive_vendor_states(session, [market.id], actor=actor, now=now)
