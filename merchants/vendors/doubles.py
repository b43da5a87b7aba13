"""Records of a market that may be one person twice, with what speaks for it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.accounts import STRIPE
from merchants.find import find_market
from merchants.kinds import VendorState
from merchants.names import name_words
from merchants.sort_names import search_text
from merchants.tables import AcceptancePoint, Stall, StallHolding, Vendor, VendorMerge, Zone

GROUP_MAX = 12
"""A phone or account that more records share tells of a shared phone, not of one person."""


LIKE_MAX = 500
"""Of more namesakes than these a hint on one vendor's page says nothing."""


class Sign(StrEnum):
    """What two records have in common."""

    ID_NUMBER = "id_number"
    ACCOUNT = "account"
    PHONE = "phone"
    NAME_AND_ZONE = "name_and_zone"


WEIGHTS: Mapping[Sign, int] = MappingProxyType(
    {Sign.ID_NUMBER: 8, Sign.ACCOUNT: 4, Sign.PHONE: 2, Sign.NAME_AND_ZONE: 1}
)
"""How much each speaks for one person; families share phones, neighbours share names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubleSide:
    """One of two records as a list may show it."""

    id: int
    code: str
    full_name: str
    state: VendorState
    phone_tail: str
    stall_codes: tuple[str, ...]
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleDouble:
    """Two records; ``kept`` is the one registered first."""

    kept: DoubleSide
    other: DoubleSide
    signs: tuple[Sign, ...]

    @property
    def weight(self) -> int:
        """Return how much speaks for one person; the ranking of a list."""
        return sum(WEIGHTS[sign] for sign in self.signs)

    @property
    def is_strong(self) -> bool:
        """Return whether more than a name speaks for it: such pairs are counted as work to do."""
        return self.signs != (Sign.NAME_AND_ZONE,)


@dataclass(slots=True)
class _Known:
    side: DoubleSide
    phone_hash: str | None
    id_number_hash: str | None
    name_key: str
    account_hashes: set[str]


def possible_doubles(
    session: Session, market_code: str, *, of_vendor: int | None = None
) -> list[PossibleDouble]:
    """Return the pairs of a market's records that may be one person, what speaks most for it first.

    The same few statements for any number of vendors. Pairs that were merged and taken apart again
    are left out: somebody has decided that they are two.

    Args:
        of_vendor: only pairs with this vendor; then only records like this one are read.

    Raises:
        MarketNotFound: there is no such market.
    """
    market_id = find_market(session, market_code).id
    like = _like(session, market_id, of_vendor) if of_vendor else None
    known = _known(session, market_id, like)
    told_apart = _told_apart(session, market_id)
    signs: dict[tuple[int, int], set[Sign]] = defaultdict(set)
    for sign, groups in _groups(known.values()).items():
        for group in groups.values():
            if sign is not Sign.ID_NUMBER and len(group) > GROUP_MAX:
                continue
            for pair in combinations(sorted(group), 2):
                if pair not in told_apart and (of_vendor is None or of_vendor in pair):
                    signs[pair].add(sign)
    pairs = [
        PossibleDouble(
            kept=known[first].side,
            other=known[second].side,
            signs=tuple(sign for sign in Sign if sign in found),
        )
        for (first, second), found in signs.items()
    ]
    return sorted(pairs, key=lambda pair: (-pair.weight, pair.kept.id, pair.other.id))


def _groups(known: Iterable[_Known]) -> dict[Sign, dict[Any, set[int]]]:
    groups: dict[Sign, dict[Any, set[int]]] = {sign: defaultdict(set) for sign in Sign}
    for one in known:
        for sign, key in _keys(one):
            groups[sign][key].add(one.side.id)
    return groups


def _keys(one: _Known) -> Iterator[tuple[Sign, Any]]:
    if one.phone_hash:
        yield Sign.PHONE, one.phone_hash
    if one.id_number_hash:
        yield Sign.ID_NUMBER, one.id_number_hash
    for account_hash in one.account_hashes:
        yield Sign.ACCOUNT, account_hash
    for zone in one.side.zones if one.name_key else ():
        yield Sign.NAME_AND_ZONE, (one.name_key, zone)


def _like(session: Session, market_id: int | None, vendor_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a record is one of those like this vendor's, found once for all."""
    vendor = session.get_one(Vendor, vendor_id)
    own = sa.select(col(AcceptancePoint.account_hash)).where(
        col(AcceptancePoint.vendor_id) == vendor_id, col(AcceptancePoint.valid_to).is_(None)
    )
    same_account = sa.select(col(AcceptancePoint.vendor_id)).where(
        col(AcceptancePoint.account_hash).in_(own)
    )
    name = search_text(vendor.full_name)
    is_like = sa.or_(
        col(Vendor.id) == vendor_id,
        _is(col(Vendor.phone_hash), vendor.phone_hash),
        _is(col(Vendor.id_number_hash), vendor.id_number_hash),
        col(Vendor.id).in_(same_account),
        col(Vendor.search_text).startswith(name, autoescape=True) if name else sa.false(),
    )
    itself_first = sa.case((col(Vendor.id) == vendor_id, 0), else_=1)
    query = (
        sa.select(col(Vendor.id))
        .where(col(Vendor.market_id) == market_id, is_like)
        .order_by(itself_first, col(Vendor.id))
        .limit(LIKE_MAX)
    )
    return col(Vendor.id).in_(list(session.execute(query).scalars()))


def _is(column: Any, value: str | None) -> sa.ColumnElement[bool]:
    """Return whether a column holds the value; two unknown values are not the same."""
    return sa.false() if value is None else column == value


def _known(
    session: Session, market_id: int | None, like: sa.ColumnElement[bool] | None
) -> dict[int, _Known]:
    wanted = sa.and_(
        col(Vendor.market_id) == market_id,
        col(Vendor.merged_into_id).is_(None),
        sa.true() if like is None else like,
    )
    stalls = _stalls(session, wanted)
    accounts = _accounts(session, wanted)
    query = sa.select(
        col(Vendor.id),
        col(Vendor.code),
        col(Vendor.full_name),
        col(Vendor.state),
        col(Vendor.phone_tail),
        col(Vendor.phone_hash),
        col(Vendor.id_number_hash),
    ).where(wanted)
    known = {}
    for vendor_id, code, full_name, state, tail, phone_hash, id_number_hash in session.execute(
        query
    ):
        held = stalls[vendor_id]
        side = DoubleSide(
            id=vendor_id,
            code=code or "",
            full_name=full_name,
            state=state,
            phone_tail=tail,
            stall_codes=tuple(dict.fromkeys(stall for stall, _ in held)),
            zones=tuple(dict.fromkeys(zone for _, zone in held)),
        )
        known[vendor_id] = _Known(
            side, phone_hash, id_number_hash, " ".join(name_words(full_name)), accounts[vendor_id]
        )
    return known


def _stalls(session: Session, wanted: sa.ColumnElement[bool]) -> dict[int, list[tuple[str, str]]]:
    """Return the stall codes and zones each vendor holds or has held, by vendor id."""
    query = (
        select(StallHolding.vendor_id, Stall.code, Zone.name)
        .join(Stall, col(Stall.id) == StallHolding.stall_id)
        .join(Vendor, col(Vendor.id) == StallHolding.vendor_id)
        .outerjoin(Zone, col(Zone.id) == Stall.zone_id)
        .where(wanted)
        .order_by(Stall.code)
    )
    stalls: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for vendor_id, code, zone in session.exec(query):
        stalls[vendor_id].append((code, zone or ""))
    return stalls


def _accounts(session: Session, wanted: sa.ColumnElement[bool]) -> dict[int, set[str]]:
    query = (
        select(AcceptancePoint.vendor_id, AcceptancePoint.account_hash)
        .join(Vendor, col(Vendor.id) == AcceptancePoint.vendor_id)
        .where(
            wanted,
            col(AcceptancePoint.valid_to).is_(None),
            # A Stripe account is often the whole market's.
            AcceptancePoint.feed_provider != STRIPE,
        )
    )
    accounts: dict[int, set[str]] = defaultdict(set)
    for vendor_id, account_hash in session.exec(query):
        accounts[vendor_id].add(account_hash)
    return accounts


def _told_apart(session: Session, market_id: int | None) -> set[tuple[int, int]]:
    query = (
        select(VendorMerge.kept_vendor_id, VendorMerge.merged_vendor_id)
        .join(Vendor, col(Vendor.id) == VendorMerge.kept_vendor_id)
        .where(Vendor.market_id == market_id, col(VendorMerge.undone_at).is_not(None))
    )
    return {(min(pair), max(pair)) for pair in session.exec(query)}
