"""The register of some markets as it stands, loaded whole: ten thousand rows cost a handful of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from merchants.days import market_day
from merchants.imports.drafts import (
    Draft,
    HoldingDraft,
    PointDraft,
    PosterDraft,
    ProposalDraft,
    StallDraft,
    VendorDraft,
    ZoneDraft,
)
from merchants.kinds import ENDED_POSTER_STATES, AccountChangeState, ConsentPurpose
from merchants.names import name_words
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Consent,
    Market,
    Poster,
    Stall,
    StallHolding,
    Vendor,
    Zone,
)

OPEN_CHANGE_STATES = (AccountChangeState.PROPOSED, AccountChangeState.CONFIRMED)
"""A vendor has one change of account in these states at most."""
CONSENTED_PURPOSES = (ConsentPurpose.ONBOARDING, ConsentPurpose.POSTER)
"""What the day of consent in a sheet stands for."""


@dataclass
class Standing:
    """The register of the named markets, by the keys a sheet knows things by."""

    market_ids: dict[str, int]
    zones: dict[tuple[int, str], ZoneDraft] = field(default_factory=dict)
    stalls: dict[tuple[int, str], StallDraft] = field(default_factory=dict)
    vendors: dict[tuple[int, str, str], VendorDraft] = field(default_factory=dict)
    """By market, name and the fingerprint of a phone or an account."""
    holders_of_account: dict[str, set[object]] = field(default_factory=dict)
    """All vendors of the whole register with an open point of that fingerprint."""
    drafts: list[Draft] = field(default_factory=list)

    def add(self, draft: Draft) -> None:
        """Take a draft into the register, stored or new."""
        self.drafts.append(draft)

    def index_vendor(self, vendor: VendorDraft) -> None:
        """Let the vendor be found by name with phone, and by name with each open account."""
        market_id, name = vendor.values["market_id"], name_key(vendor.values["full_name"])
        hashes = [point.values["account_hash"] for point in vendor.points]
        proposed = vendor.proposal.values["account_hash"] if vendor.proposal else None
        for fingerprint in [vendor.values["phone_hash"], *hashes, proposed]:
            if fingerprint:
                self.vendors.setdefault((market_id, name, fingerprint), vendor)
        for fingerprint in hashes:
            self.holders_of_account.setdefault(fingerprint, set()).add(vendor.id or vendor)


def name_key(name: str) -> str:
    """Return the form under which two spellings of one name are the same."""
    return " ".join(name_words(name))


def load_standing(session: Session, market_codes: Iterable[str], *, for_update: bool) -> Standing:
    """Return the register of those of the markets that exist; the same few queries for any size.

    ``for_update`` keeps a second writer of these markets waiting until this transaction ends.
    """
    wanted = sorted(set(market_codes))
    query = select(Market.code, Market.id).where(col(Market.code).in_(wanted)).order_by(Market.code)
    known = session.exec(query.with_for_update() if for_update else query).all()
    standing = Standing({code: market_id for code, market_id in known if market_id is not None})
    ids = list(standing.market_ids.values())
    zones = _load_zones(session, standing, ids)
    stalls = _load_stalls(session, standing, ids, zones)
    vendors = _load_vendors(session, standing, ids)
    _load_points(session, standing, vendors, ids)
    _load_holdings(session, standing, stalls, vendors, ids)
    _load_posters(session, standing, stalls, vendors, ids)
    _load_proposals(session, standing, vendors, ids)
    _load_withdrawals(session, vendors, ids)
    for vendor in vendors.values():
        # The record of a double holds nothing any more: nobody is found by it.
        if vendor.values["merged_into_id"] is None:
            standing.index_vendor(vendor)
    return standing


def _load_zones(session: Session, standing: Standing, ids: list[int]) -> dict[int, ZoneDraft]:
    zones = {}
    for row in _rows(session, select(*_columns(Zone)).where(col(Zone.market_id).in_(ids))):
        zones[row["id"]] = zone = ZoneDraft(row, row["id"])
        standing.zones[row["market_id"], row["name"].casefold()] = zone
        standing.add(zone)
    return zones


def _load_stalls(
    session: Session, standing: Standing, ids: list[int], zones: dict[int, ZoneDraft]
) -> dict[int, StallDraft]:
    stalls = {}
    for row in _rows(session, select(*_columns(Stall)).where(col(Stall.market_id).in_(ids))):
        stalls[row["id"]] = stall = StallDraft(row, row["id"], zone=zones.get(row["zone_id"]))
        standing.stalls[row["market_id"], row["code"]] = stall
        standing.add(stall)
    return stalls


def _load_vendors(session: Session, standing: Standing, ids: list[int]) -> dict[int, VendorDraft]:
    query = select(*_columns(Vendor)).where(col(Vendor.market_id).in_(ids)).order_by(col(Vendor.id))
    vendors = {row["id"]: VendorDraft(row, row["id"]) for row in _rows(session, query)}
    for vendor in vendors.values():
        standing.add(vendor)
    return vendors


def _load_points(
    session: Session, standing: Standing, vendors: dict[int, VendorDraft], ids: list[int]
) -> None:
    is_open = col(AcceptancePoint.valid_to).is_(None)
    everywhere = select(AcceptancePoint.account_hash, AcceptancePoint.vendor_id).where(is_open)
    for account_hash, vendor_id in session.exec(everywhere):
        standing.holders_of_account.setdefault(account_hash, set()).add(vendor_id)
    query = (
        select(*_columns(AcceptancePoint))
        .join(Vendor, col(Vendor.id) == AcceptancePoint.vendor_id)
        .where(col(Vendor.market_id).in_(ids), is_open)
        .order_by(col(AcceptancePoint.id))
    )
    for row in _rows(session, query):
        vendor = vendors[row["vendor_id"]]
        point = PointDraft(row, row["id"], vendor=vendor)
        vendor.points.append(point)
        standing.add(point)


def _load_holdings(
    session: Session,
    standing: Standing,
    stalls: dict[int, StallDraft],
    vendors: dict[int, VendorDraft],
    ids: list[int],
) -> None:
    query = (
        select(*_columns(StallHolding))
        .join(Stall, col(Stall.id) == StallHolding.stall_id)
        .where(col(Stall.market_id).in_(ids), col(StallHolding.to_on).is_(None))
    )
    ended = (
        select(StallHolding.stall_id, sa.func.max(StallHolding.to_on))
        .join(Stall, col(Stall.id) == StallHolding.stall_id)
        .where(col(Stall.market_id).in_(ids), col(StallHolding.to_on).is_not(None))
        .group_by(col(StallHolding.stall_id))
    )
    for stall_id, last_on in session.exec(ended):
        stalls[stall_id].held_until = last_on
    for row in _rows(session, query):
        stall = stalls[row["stall_id"]]
        stall.holding = HoldingDraft(row, row["id"], stall=stall, vendor=vendors[row["vendor_id"]])
        standing.add(stall.holding)


def _load_posters(
    session: Session,
    standing: Standing,
    stalls: dict[int, StallDraft],
    vendors: dict[int, VendorDraft],
    ids: list[int],
) -> None:
    query = (
        select(*_columns(Poster))
        .join(Stall, col(Stall.id) == Poster.stall_id)
        .where(col(Stall.market_id).in_(ids), col(Poster.state).not_in(ENDED_POSTER_STATES))
        .order_by(col(Poster.id))
    )
    for row in _rows(session, query):
        stall = stalls[row["stall_id"]]
        poster = PosterDraft(row, row["id"], market_id=stall.values["market_id"])
        stall.posters.append(poster)
        vendors[row["vendor_id"]].posters.append(poster)
        standing.add(poster)


def _load_proposals(
    session: Session, standing: Standing, vendors: dict[int, VendorDraft], ids: list[int]
) -> None:
    query = (
        select(*_columns(AccountChange))
        .join(Vendor, col(Vendor.id) == AccountChange.vendor_id)
        .where(col(Vendor.market_id).in_(ids), col(AccountChange.state).in_(OPEN_CHANGE_STATES))
    )
    for row in _rows(session, query):
        vendor = vendors[row["vendor_id"]]
        replaces = next((point for point in vendor.points if point.id == row["replaces_id"]), None)
        vendor.proposal = ProposalDraft(row, row["id"], vendor=vendor, replaces=replaces)
        standing.add(vendor.proposal)


def _load_withdrawals(session: Session, vendors: dict[int, VendorDraft], ids: list[int]) -> None:
    query = (
        select(Consent.vendor_id, sa.func.max(Consent.withdrawn_at))
        .join(Vendor, col(Vendor.id) == Consent.vendor_id)
        .where(col(Vendor.market_id).in_(ids), col(Consent.withdrawn_at).is_not(None))
        .where(col(Consent.purpose).in_(CONSENTED_PURPOSES))
        .group_by(col(Consent.vendor_id))
    )
    for vendor_id, withdrawn_at in session.exec(query):
        assert withdrawn_at is not None
        vendors[vendor_id].withdrew_on = market_day(withdrawn_at)


def _columns(table: type[SQLModel]) -> Sequence[Any]:
    return list(sa.inspect(table).columns)


def _rows(session: Session, query: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(query).mappings()]
