"""How many pairs of a market's records share a phone, an account or an id number.

``doubles`` names the pairs; the home page only counts them and must not load ten thousand records.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from merchants.accounts import STRIPE
from merchants.tables import AcceptancePoint, Vendor, VendorMerge
from merchants.vendors.doubles import GROUP_MAX


def count_doubles(session: Session, market_id: int) -> int:
    """Return the number of pairs that are told by more than a name: one statement.

    What more than ``GROUP_MAX`` records share tells of no person, and pairs that were merged and
    taken apart again have been decided.
    """
    records = (
        sa.select(col(Vendor.id), col(Vendor.phone_hash), col(Vendor.id_number_hash))
        .where(col(Vendor.market_id) == market_id, col(Vendor.merged_into_id).is_(None))
        .cte("records")
        .prefix_with("MATERIALIZED")
    )
    accounts = (
        sa.select(col(AcceptancePoint.vendor_id).label("id"), col(AcceptancePoint.account_hash))
        .join(records, records.c.id == col(AcceptancePoint.vendor_id))
        .where(
            col(AcceptancePoint.valid_to).is_(None), col(AcceptancePoint.feed_provider) != STRIPE
        )
        .distinct()
        .cte("accounts")
        .prefix_with("MATERIALIZED")
    )
    by_phone = sa.select(records.c.id, records.c.phone_hash.label("sign"))
    by_id_number = sa.select(records.c.id, records.c.id_number_hash.label("sign"))
    by_account = sa.select(accounts.c.id, accounts.c.account_hash.label("sign"))
    pairs = sa.union(
        _pairs(by_phone.where(records.c.phone_hash.is_not(None)), GROUP_MAX),
        _pairs(by_id_number.where(records.c.id_number_hash.is_not(None)), None),
        _pairs(by_account, GROUP_MAX),
    ).subquery("pairs")
    merge = aliased(VendorMerge)
    told_apart = (
        sa.select(sa.literal(1))
        .select_from(merge)
        .where(
            col(merge.undone_at).is_not(None),
            sa.or_(
                (col(merge.kept_vendor_id) == pairs.c.first)
                & (col(merge.merged_vendor_id) == pairs.c.second),
                (col(merge.kept_vendor_id) == pairs.c.second)
                & (col(merge.merged_vendor_id) == pairs.c.first),
            ),
        )
        .exists()
    )
    count: int = session.execute(
        sa.select(sa.func.count()).select_from(pairs).where(~told_apart)
    ).scalar_one()
    return count


def _pairs(signs: "sa.Select[Any]", group_max: int | None) -> "sa.Select[Any]":
    told = signs.subquery()
    shared = sa.select(told.c.sign).group_by(told.c.sign).having(sa.func.count() > 1)
    if group_max is not None:
        shared = shared.having(sa.func.count() <= group_max)
    few = sa.select(told).where(told.c.sign.in_(shared)).cte().prefix_with("MATERIALIZED")
    other = few.alias()
    return (
        sa.select(few.c.id.label("first"), other.c.id.label("second"))
        .join(other, other.c.sign == few.c.sign)
        .where(few.c.id < other.c.id)
    )
