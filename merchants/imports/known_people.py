"""Who of a market already has a phone or an account, so that nobody is registered twice."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.accounts import STRIPE
from merchants.tables import AcceptancePoint, Stall, StallHolding, Vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """A vendor of the market who has the same phone or account, and where they sell."""

    vendor_id: int
    vendor_code: str
    full_name: str
    stall_codes: tuple[str, ...]
    has_phone: bool
    has_account: bool


def known_people(
    session: Session, market_id: int, *, phone_hash: str, account_hashes: Collection[str]
) -> list[KnownPerson]:
    """Return the vendors of a market with this phone or one of these accounts, oldest first.

    Empty fingerprints find nobody. An account of Stripe is often the whole market's and tells of
    no person. Two statements.
    """
    same_account = (
        sa.select(col(AcceptancePoint.vendor_id))
        .where(col(AcceptancePoint.account_hash).in_([each for each in account_hashes if each]))
        .where(
            col(AcceptancePoint.valid_to).is_(None), col(AcceptancePoint.feed_provider) != STRIPE
        )
    )
    has_phone = (col(Vendor.phone_hash) == phone_hash) if phone_hash else sa.false()
    has_account = col(Vendor.id).in_(same_account)
    rows = session.execute(
        sa.select(
            col(Vendor.id),
            col(Vendor.code),
            col(Vendor.full_name),
            sa.case((has_phone, 1), else_=0),
            sa.case((has_account, 1), else_=0),
        )
        .where(col(Vendor.market_id) == market_id, col(Vendor.merged_into_id).is_(None))
        .where(has_phone | has_account)
        .order_by(col(Vendor.id))
    ).all()
    stalls = _stalls(session, [row[0] for row in rows])
    return [
        KnownPerson(
            vendor_id=vendor_id,
            vendor_code=code or "",
            full_name=full_name,
            stall_codes=tuple(stalls[vendor_id]),
            has_phone=bool(by_phone),
            has_account=bool(by_account),
        )
        for vendor_id, code, full_name, by_phone, by_account in rows
    ]


def _stalls(session: Session, vendor_ids: Collection[int]) -> defaultdict[int, list[str]]:
    stalls: defaultdict[int, list[str]] = defaultdict(list)
    held = (
        sa.select(col(StallHolding.vendor_id), col(Stall.code))
        .join(Stall, col(Stall.id) == col(StallHolding.stall_id))
        .where(col(StallHolding.vendor_id).in_(vendor_ids), col(StallHolding.to_on).is_(None))
        .order_by(col(Stall.code))
    )
    for vendor_id, code in session.execute(held):
        stalls[vendor_id].append(code)
    return stalls
