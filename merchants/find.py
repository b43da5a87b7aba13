"""Look things up in the register; each function asks the same few queries for any size."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from merchants.errors import MarketNotFound, VendorNotFound
from merchants.floor import floor_order
from merchants.kinds import (
    ENDED_POSTER_STATES,
    AccountKind,
    NameMatch,
    PosterState,
    StallState,
    VendorState,
)
from merchants.tables import AcceptancePoint, Market, Poster, Stall, StallHolding, Vendor, Zone
from merchants.vendor_code import read_vendor_code


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry:
    """A receiving account as people may see it: never more than its last four characters."""

    kind: AccountKind
    bin: str | None
    feed_provider: str
    tail: str
    holder_name: str
    name_match: NameMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorEntry:
    """A vendor of a list; of the phone the last three digits."""

    id: int
    code: str
    full_name: str
    business_name: str
    phone_tail: str
    state: VendorState
    consented_on: date | None
    accounts: tuple[AccountEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterEntry:
    """A live poster of a list."""

    serial: str
    state: PosterState
    issued_on: date
    installed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StallEntry:
    """A stall of the list: who holds it, where the money goes, which poster is its own."""

    zone: str
    stall_code: str
    goods_group: str
    state: StallState
    vendor: VendorEntry | None
    poster: PosterEntry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterStanding:
    """What anyone may learn about a poster from its serial, to check the one before them."""

    serial: str
    state: PosterState
    market_name: str
    stall_code: str
    holder_name: str
    account_tail: str
    issued_on: date
    ended_on: date | None


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


def list_stalls(session: Session, market_code: str) -> list[StallEntry]:
    """Return the stalls of a market in floor order.

    Raises:
        MarketNotFound: there is no such market.
    """
    market_id = find_market(session, market_code).id
    vendors = _holders(session, market_id)
    posters = _live_posters(session, market_id)
    query = (
        select(Stall, Zone.name)
        .outerjoin(Zone, col(Zone.id) == Stall.zone_id)
        .where(Stall.market_id == market_id)
    )
    entries = [
        StallEntry(
            zone=zone or "",
            stall_code=stall.code,
            goods_group=stall.goods_group,
            state=stall.state,
            vendor=vendors.get(stall.id),
            poster=posters.get(stall.id),
        )
        for stall, zone in session.exec(query)
    ]
    return sorted(entries, key=lambda entry: floor_order(entry.zone, entry.stall_code))


def find_poster_standing(session: Session, serial: str) -> PosterStanding | None:
    """Return how a poster stands, live or ended; ``None`` when none was issued under the serial."""
    query = (
        select(Poster, Stall.code, Market.name, AcceptancePoint)
        .join(Stall, col(Stall.id) == Poster.stall_id)
        .join(Market, col(Market.id) == Stall.market_id)
        .join(AcceptancePoint, col(AcceptancePoint.id) == Poster.acceptance_point_id)
        .where(Poster.serial == serial)
    )
    found = session.exec(query).one_or_none()
    if found is None:
        return None
    poster, stall_code, market_name, point = found
    return PosterStanding(
        serial=serial,
        state=poster.state,
        market_name=market_name,
        stall_code=stall_code,
        holder_name=point.holder_name,
        account_tail=point.account_tail,
        issued_on=poster.issued_on,
        ended_on=poster.ended_on,
    )


def _holders(session: Session, market_id: int | None) -> dict[int | None, VendorEntry]:
    """Return who holds each stall, by stall id."""
    accounts = _open_accounts(session, market_id)
    query = (
        select(StallHolding.stall_id, Vendor)
        .join(Vendor, col(Vendor.id) == StallHolding.vendor_id)
        .where(Vendor.market_id == market_id, col(StallHolding.to_on).is_(None))
    )
    return {
        stall_id: VendorEntry(
            id=vendor.id or 0,
            code=vendor.code or "",
            full_name=vendor.full_name,
            business_name=vendor.business_name,
            phone_tail=vendor.phone_tail,
            state=vendor.state,
            consented_on=vendor.consented_on,
            accounts=tuple(accounts[vendor.id]),
        )
        for stall_id, vendor in session.exec(query)
    }


def _open_accounts(
    session: Session, market_id: int | None
) -> defaultdict[int | None, list[AccountEntry]]:
    """Return the open acceptance points of each vendor, by vendor id."""
    query = (
        select(AcceptancePoint)
        .join(Vendor, col(Vendor.id) == AcceptancePoint.vendor_id)
        .where(Vendor.market_id == market_id, col(AcceptancePoint.valid_to).is_(None))
        .order_by(col(AcceptancePoint.id))
    )
    accounts: defaultdict[int | None, list[AccountEntry]] = defaultdict(list)
    for point in session.exec(query):
        accounts[point.vendor_id].append(
            AccountEntry(
                kind=point.kind,
                bin=point.bin,
                feed_provider=point.feed_provider,
                tail=point.account_tail,
                holder_name=point.holder_name,
                name_match=point.name_match,
            )
        )
    return accounts


def _live_posters(session: Session, market_id: int | None) -> dict[int | None, PosterEntry]:
    """Return the newest live poster of each stall, by stall id."""
    query = (
        select(Poster)
        .join(Stall, col(Stall.id) == Poster.stall_id)
        .where(Stall.market_id == market_id, col(Poster.state).not_in(ENDED_POSTER_STATES))
        .order_by(col(Poster.id))
    )
    return {
        poster.stall_id: PosterEntry(
            serial=poster.serial or "",
            state=poster.state,
            issued_on=poster.issued_on,
            installed_on=poster.installed_on,
        )
        for poster in session.exec(query)
    }
