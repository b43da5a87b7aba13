"""The live posters of a market with what stands on each now, what did when it was issued, and why not.

One query whatever their number, and nothing sealed is opened: what a poster says is compared by
keyed marks, which name nobody.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.kinds import (
    ENDED_POSTER_STATES,
    GOOD_MATCHES,
    NameMatch,
    PosterState,
    StallState,
)
from merchants.posters.walk import Spot, walk
from merchants.sealing import Sealer
from merchants.tables import (
    AcceptancePoint,
    Market,
    Poster,
    Stall,
    StallHolding,
    Vendor,
    Zone,
)

_MARK_LENGTH = 12


class PosterFault(StrEnum):
    """Why a live poster is not what the register would print now."""

    NOT_HELD = "not_held"
    """Whoever it pays does not hold the stall any more."""
    NO_CONSENT = "no_consent"
    ACCOUNT_CLOSED = "account_closed"
    NAME_UNMATCHED = "name_unmatched"
    """The account holder's name does not go with the vendor's any more."""
    ACCOUNT = "account"
    """The account itself is another than when the poster was issued."""
    HOLDER_NAME = "holder_name"
    DISPLAY_NAME = "display_name"
    MARKET_NAME = "market_name"


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePoster:
    """A live poster and what the register says of its stall, vendor and account today."""

    poster_id: int
    serial: str
    state: PosterState
    issued_on: date
    installed_on: date | None
    payload_hash: str
    marks: str
    stall_code: str
    stall_state: StallState
    spot: Spot
    vendor_code: str
    display_name: str
    is_consented: bool
    holds_stall: bool
    holder_name: str
    bin: str
    account_tail: str
    account_hash: str
    name_match: NameMatch
    is_open: bool
    market_code: str
    market_name: str

    def faults(self, sealer: Sealer) -> list[PosterFault]:
        """Return why the poster is not what the register would print now; empty = it is."""
        wrong = {
            PosterFault.NOT_HELD: not self.holds_stall
            or self.stall_state is not StallState.OCCUPIED,
            PosterFault.NO_CONSENT: not self.is_consented,
            PosterFault.ACCOUNT_CLOSED: not self.is_open,
            PosterFault.NAME_UNMATCHED: self.name_match not in GOOD_MATCHES,
        }
        found = [fault for fault, is_wrong in wrong.items() if is_wrong]
        issued = json.loads(self.marks) if self.marks else {}
        now = self._marks(sealer) if issued else {}
        return found + [fault for fault, mark in now.items() if issued.get(fault, mark) != mark]

    def content_hash(self, sealer: Sealer, base_url: str) -> str:
        """Return the keyed fingerprint of everything that stands on the poster, printed today."""
        told = (
            base_url,
            self.serial,
            self.issued_on.isoformat(),
            self.payload_hash,
            self.stall_code,
            self.display_name,
            self.holder_name,
            self.bin,
            self.account_tail,
            self.market_name,
        )
        return sealer.fingerprint("poster\x1f" + "\x1f".join(told))

    def _marks(self, sealer: Sealer) -> dict[PosterFault, str]:
        return marks_of(
            sealer,
            account=self.account_hash,
            holder_name=self.holder_name,
            display_name=self.display_name,
            market_name=self.market_name,
        )


def marks_of(
    sealer: Sealer, *, account: str, holder_name: str, display_name: str, market_name: str
) -> dict[PosterFault, str]:
    """Return the keyed marks of what a poster rests on, by what their change would be called."""
    told: Mapping[PosterFault, str] = {
        PosterFault.ACCOUNT: account,
        PosterFault.HOLDER_NAME: holder_name,
        PosterFault.DISPLAY_NAME: display_name,
        PosterFault.MARKET_NAME: market_name,
    }
    return {
        fault: sealer.fingerprint(f"poster mark|{fault}|{text}")[:_MARK_LENGTH]
        for fault, text in told.items()
    }


def live_posters_of(
    session: Session,
    market_code: str | None = None,
    *,
    stall_codes: Collection[str] | None = None,
    zone_name: str | None = None,
    vendor_code: str | None = None,
    serials: Collection[str] | None = None,
) -> list[LivePoster]:
    """Return live posters in the order of the walk (``merchants.posters.walk``); one query.

    Every filter that is given must hold; ``zone_name`` may be empty: the stalls without a zone.
    """
    held = (
        sa.select(col(StallHolding.id))
        .where(
            col(StallHolding.stall_id) == col(Poster.stall_id),
            col(StallHolding.vendor_id) == col(Poster.vendor_id),
            col(StallHolding.to_on).is_(None),
        )
        .correlate(Poster)
        .exists()
    )
    query = (
        sa.select(
            col(Poster.id),
            col(Poster.serial),
            col(Poster.state),
            col(Poster.issued_on),
            col(Poster.installed_on),
            col(Poster.payload_hash),
            col(Poster.marks),
            col(Stall.code),
            col(Stall.state),
            col(Stall.plan_x),
            col(Stall.plan_y),
            sa.func.coalesce(col(Zone.name), ""),
            col(Zone.plan_x),
            col(Zone.plan_y),
            sa.func.coalesce(col(Vendor.code), ""),
            col(Vendor.display_name),
            col(Vendor.business_name),
            col(Vendor.full_name),
            col(Vendor.consented_on).is_not(None),
            held,
            col(AcceptancePoint.holder_name),
            sa.func.coalesce(col(AcceptancePoint.bin), ""),
            col(AcceptancePoint.account_tail),
            col(AcceptancePoint.account_hash),
            col(AcceptancePoint.name_match),
            col(AcceptancePoint.valid_to).is_(None),
            col(Market.code),
            col(Market.name),
        )
        .join(Stall, col(Stall.id) == col(Poster.stall_id))
        .join(Market, col(Market.id) == col(Stall.market_id))
        .join(Vendor, col(Vendor.id) == col(Poster.vendor_id))
        .join(AcceptancePoint, col(AcceptancePoint.id) == col(Poster.acceptance_point_id))
        .outerjoin(Zone, col(Zone.id) == col(Stall.zone_id))
        .where(col(Poster.state).not_in(ENDED_POSTER_STATES))
        .order_by(col(Poster.id))
    )
    if market_code is not None:
        query = query.where(col(Market.code) == market_code)
    if stall_codes is not None:
        query = query.where(col(Stall.code).in_(stall_codes))
    if zone_name is not None:
        query = query.where(sa.func.coalesce(col(Zone.name), "") == zone_name)
    if vendor_code is not None:
        query = query.where(col(Vendor.code) == vendor_code)
    if serials is not None:
        query = query.where(col(Poster.serial).in_(serials))
    rows = session.execute(query).all()
    return walk((_live(row) for row in rows), lambda each: each.spot)


def _live(row: Any) -> LivePoster:
    (
        poster_id, serial, state, issued_on, installed_on, payload_hash, marks, stall_code,
        stall_state, x, y, zone, zone_x, zone_y, vendor_code, display, business, full_name,
        is_consented, holds, holder, bin_, tail, account_hash, match, is_open, market, market_name,
    ) = row  # fmt: skip
    spot = Spot(zone=zone, zone_x=zone_x, zone_y=zone_y, stall_code=stall_code, x=x, y=y)
    return LivePoster(
        poster_id=poster_id,
        serial=serial or "",
        state=state,
        issued_on=issued_on,
        installed_on=installed_on,
        payload_hash=payload_hash,
        marks=marks,
        stall_code=stall_code,
        stall_state=stall_state,
        spot=spot,
        vendor_code=vendor_code,
        display_name=display or business or full_name,
        is_consented=bool(is_consented),
        holds_stall=bool(holds),
        holder_name=holder,
        bin=bin_,
        account_tail=tail,
        account_hash=account_hash,
        name_match=match,
        is_open=bool(is_open),
        market_code=market,
        market_name=market_name,
    )
