"""Look things up in the register; each function asks the same few queries for any size."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.errors import MarketNotFound, VendorNotFound
from merchants.kinds import (
    PosterState,
)
from merchants.tables import AcceptancePoint, Market, Poster, Stall, Vendor
from merchants.vendor_code import read_vendor_code


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterStanding:
    """What anyone may learn about a poster from its serial, to check the one before them."""

    serial: str
    state: PosterState
    market_code: str
    market_name: str
    stall_code: str
    holder_name: str
    account_tail: str
    issued_on: date
    ended_on: date | None
    end_reason: str
    """A ``PosterEnd``; empty = it has not ended, or nobody said why."""


def find_market(session: Session, code: str, *, for_update: bool = False) -> Market:
    """Return the market of this code.

    ``for_update`` keeps a second writer of the market waiting until this transaction ends.

    Raises:
        MarketNotFound: there is none.
    """
    query = select(Market).where(Market.code == code)
    market = session.exec(query.with_for_update() if for_update else query).one_or_none()
    if market is None:
        raise MarketNotFound(code)
    return market


def market_codes(session: Session) -> list[str]:
    """Return the codes of all markets, sorted."""
    return list(session.exec(select(Market.code).order_by(Market.code)))


def find_vendor(session: Session, code: str) -> Vendor:
    """Return the vendor of this code.

    Raises:
        VendorNotFound: no vendor has it, or it is no code at all.
    """
    vendor_id = read_vendor_code(code)
    vendor = session.get(Vendor, vendor_id) if vendor_id else None
    if vendor is None:
        raise VendorNotFound(code)
    return vendor


def find_poster_standing(session: Session, serial: str) -> PosterStanding | None:
    """Return how a poster stands, live or ended; ``None`` when none was issued under the serial."""
    query = (
        sa.select(Poster, col(Stall.code), col(Market.code), col(Market.name), AcceptancePoint)
        .join(Stall, col(Stall.id) == Poster.stall_id)
        .join(Market, col(Market.id) == Stall.market_id)
        .join(AcceptancePoint, col(AcceptancePoint.id) == Poster.acceptance_point_id)
        .where(col(Poster.serial) == serial)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    poster, stall_code, market_code, market_name, point = found
    return PosterStanding(
        serial=serial,
        state=poster.state,
        market_code=market_code,
        market_name=market_name,
        stall_code=stall_code,
        holder_name=point.holder_name,
        account_tail=point.account_tail,
        issued_on=poster.issued_on,
        ended_on=poster.ended_on,
        end_reason=poster.end_reason,
    )
