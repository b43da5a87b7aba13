"""Who is active and who sleeps, judged by the receipts of closed days.

Source: domain.md 6.2 and 11.3 (U1, A30): active is who has an eligible receipt in the thirty days to
the newest closed day of the market. Who lets the service see no payment is never judged by them.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.actors import SYSTEM
from merchants.columns import core_table
from merchants.kinds import HANGING_POSTER_STATES, VendorState
from merchants.lifecycle.states import Move, move_vendors
from merchants.lifecycle.steps import judged_by_payments
from merchants.tables import Market, Poster, Vendor
from reconciliation.close.receipts import receipts
from reconciliation.tables import DayClose

ACTIVE_DAYS = 30
_JUDGED = (VendorState.POSTER_INSTALLED, VendorState.ACTIVE, VendorState.DORMANT)


def judge_activity(
    session: Session, *, now: datetime, market_codes: Collection[str] | None = None
) -> int:
    """Wake the vendors who were paid and put to sleep those who no longer are; return how many moved.

    Safe to repeat: the same closed days judge the same way. Markets without a closed day are left
    as they are.

    Args:
        market_codes: only these markets; ``None`` = all.
    """
    last_days = _newest_closed_days(session, market_codes)
    if not last_days:
        return 0
    paid = _paid(session, last_days)
    vendor = core_table(Vendor)
    hangs = sa.exists().where(
        col(Poster.vendor_id) == vendor.c.id, col(Poster.state).in_(HANGING_POSTER_STATES)
    )
    query = (
        sa.select(vendor.c.id, vendor.c.market_id, vendor.c.state)
        .where(
            vendor.c.market_id.in_(sorted(last_days)),
            vendor.c.state.in_(_JUDGED),
            ~vendor.c.is_poster_only,
            hangs,
        )
        .order_by(vendor.c.id)
        .with_for_update()
    )
    moves = []
    for vendor_id, market_id, state in session.execute(query):
        judged = judged_by_payments(state, has_receipt=vendor_id in paid)
        if judged is not state:
            moves.append(
                Move(vendor_id=vendor_id, market_id=market_id, current=state, wanted=judged)
            )
    move_vendors(session, moves, actor=SYSTEM, now=now)
    return len(moves)


def _newest_closed_days(session: Session, market_codes: Collection[str] | None) -> dict[int, date]:
    """Return the newest closed day of each market that has one, by market id."""
    newest = sa.func.max(col(DayClose.business_date))
    query = (
        sa.select(col(DayClose.market_id), newest)
        .join(Market, col(Market.id) == col(DayClose.market_id))
        .group_by(col(DayClose.market_id))
    )
    if market_codes is not None:
        query = query.where(col(Market.code).in_(sorted(market_codes)))
    return {market_id: day for market_id, day in session.execute(query) if market_id is not None}


def _paid(session: Session, last_days: dict[int, date]) -> set[int]:
    """Return the vendors with a receipt in the thirty days to the newest closed day of the market."""
    before = timedelta(days=ACTIVE_DAYS - 1)
    found = receipts(session, min(last_days.values()) - before, max(last_days.values()))
    return {
        vendor_id
        for vendor_id, market_id, day in zip(
            found["vendor_id"].tolist(),
            found["market_id"].tolist(),
            found["business_date"].dt.date,
            strict=True,
        )
        if market_id in last_days and last_days[market_id] - before <= day <= last_days[market_id]
    }
