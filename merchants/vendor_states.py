"""Bring every vendor's state in line with the facts, after whatever changed them."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from merchants.columns import core_table
from merchants.kinds import ENDED_POSTER_STATES, GOOD_MATCHES, HANGING_POSTER_STATES
from merchants.lifecycle import VendorFacts, next_state
from merchants.tables import AcceptancePoint, Poster, StallHolding, Vendor


def derive_vendor_states(session: Session, market_ids: Iterable[int]) -> int:
    """Set the state of each vendor of the markets to what the facts bear out; return how many moved.

    Two statements, however many vendors; loaded rows of moved vendors are read again.
    """
    session.flush()
    moved = []
    for vendor_id, state, *facts in session.execute(_facts_query(market_ids)):
        names = (
            "holds_a_stall",
            "has_details",
            "has_consented",
            "has_account",
            "has_matched_name",
            "has_poster",
            "has_installed_poster",
        )
        known = dict(zip(names, map(bool, facts), strict=True))
        derived = next_state(state, VendorFacts(**known))
        if derived is not state:
            moved.append({"row_id": vendor_id, "new_state": derived})
    if moved:
        vendor = core_table(Vendor)
        statement = (
            sa.update(vendor)
            .where(vendor.c.id == sa.bindparam("row_id"))
            .values(state=sa.bindparam("new_state"))
        )
        session.connection().execute(statement, moved)
        _read_again(session, {row["row_id"] for row in moved})
    return len(moved)


def _facts_query(market_ids: Iterable[int]) -> "sa.Select[*tuple[Any, ...]]":
    open_point = sa.and_(
        col(AcceptancePoint.vendor_id) == col(Vendor.id), col(AcceptancePoint.valid_to).is_(None)
    )
    live_poster = sa.and_(
        col(Poster.vendor_id) == col(Vendor.id), col(Poster.state).not_in(ENDED_POSTER_STATES)
    )
    return (
        sa.select(
            col(Vendor.id),
            col(Vendor.state),
            _exists(
                StallHolding,
                col(StallHolding.vendor_id) == col(Vendor.id),
                col(StallHolding.to_on).is_(None),
            ),
            col(Vendor.phone_hash).is_not(None) | _exists(AcceptancePoint, open_point),
            col(Vendor.consented_on).is_not(None),
            _exists(AcceptancePoint, open_point),
            _exists(AcceptancePoint, open_point, col(AcceptancePoint.name_match).in_(GOOD_MATCHES)),
            _exists(Poster, live_poster),
            _exists(Poster, live_poster, col(Poster.state).in_(HANGING_POSTER_STATES)),
        )
        .where(col(Vendor.market_id).in_(list(market_ids)))
        .order_by(col(Vendor.id))
    )


def _exists(table: type[SQLModel], *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return select(1).select_from(table).where(*conditions).correlate(Vendor).exists()


def _read_again(session: Session, vendor_ids: set[int]) -> None:
    for row in list(session.identity_map.values()):
        if isinstance(row, Vendor) and row.id in vendor_ids:
            session.refresh(row)
