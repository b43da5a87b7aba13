"""What the closed days say of each vendor's last weeks: seven days' money, the last receipt.

Only closed days count; what was announced since is in no list. Look-ups go through the newest close
of each day, so a restated day counts once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from reconciliation.tables import DayClose, VendorDay

WEEK_DAYS = 7
LOOKED_BACK_DAYS = 60
"""A receipt before these days is told as "longer ago": who is that long without one is dormant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDays:
    """The newest closes of a market's last days."""

    until_on: date | None
    """The last closed day; ``None`` = none in the days looked at."""
    week: tuple[tuple[int, date], ...]
    """Close id and day, the seven days up to ``until_on``, those that are closed."""
    close_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorTakings:
    """One vendor's last weeks; ``days_vnd`` has seven places, ``None`` for a day not closed."""

    week_vnd: int
    days_vnd: tuple[int | None, ...]
    last_on: date | None


def closed_days(session: Session, market_code: str, today: date) -> ClosedDays:
    """Return the closed days of a market's last weeks."""
    newest = (
        sa.select(
            col(DayClose.business_date),
            sa.func.max(col(DayClose.version)).label("version"),
        )
        .where(col(DayClose.scope) == market_code)
        .where(col(DayClose.business_date).between(today - timedelta(LOOKED_BACK_DAYS), today))
        .group_by(col(DayClose.business_date))
        .subquery()
    )
    found = session.execute(
        sa.select(col(DayClose.id), col(DayClose.business_date))
        .join(
            newest,
            (newest.c.business_date == col(DayClose.business_date))
            & (newest.c.version == col(DayClose.version)),
        )
        .where(col(DayClose.scope) == market_code)
        .order_by(col(DayClose.business_date))
    ).all()
    until_on = found[-1][1] if found else None
    return ClosedDays(
        until_on=until_on,
        week=tuple(
            (close_id, on)
            for close_id, on in found
            if until_on and (until_on - on).days < WEEK_DAYS
        ),
        close_ids=tuple(close_id for close_id, _ in found),
    )


def takings_table(closed: ClosedDays, *, of_week: bool = False) -> sa.Subquery:
    """Return one row a vendor: ``vendor_id``, ``week_vnd``, ``last_on``.

    Args:
        of_week: look at no earlier day, for which there are eight times as many rows; then
            ``last_on`` is only told of who received something in these seven.
    """
    week = [close_id for close_id, _ in closed.week]
    in_week = sa.case((col(VendorDay.close_id).in_(week), col(VendorDay.gross_vnd)), else_=0)
    received = sa.case((col(VendorDay.payments) > 0, col(VendorDay.business_date)))
    return (
        sa.select(
            col(VendorDay.vendor_id).label("vendor_id"),
            sa.cast(sa.func.sum(in_week), sa.BigInteger).label("week_vnd"),
            sa.func.max(received).label("last_on"),
        )
        .where(col(VendorDay.close_id).in_(week if of_week else closed.close_ids))
        .group_by(col(VendorDay.vendor_id))
        .subquery("takings")
    )


def takings_of(
    session: Session, closed: ClosedDays, vendor_ids: Sequence[int]
) -> dict[int, VendorTakings]:
    """Return the takings of these vendors; who has received nothing has a row of zeros."""
    days: dict[int, dict[int, int]] = {vendor_id: {} for vendor_id in vendor_ids}
    last: dict[int, date] = {}
    query = (
        sa.select(
            col(VendorDay.vendor_id),
            col(VendorDay.close_id),
            col(VendorDay.business_date),
            col(VendorDay.gross_vnd),
        )
        .where(col(VendorDay.close_id).in_(closed.close_ids))
        .where(col(VendorDay.vendor_id).in_(vendor_ids), col(VendorDay.payments) > 0)
        .order_by(col(VendorDay.business_date))
    )
    for vendor_id, close_id, on, gross_vnd in session.execute(query):
        days[vendor_id][close_id] = gross_vnd
        last[vendor_id] = on
    return {
        vendor_id: _vendor_takings(closed, received, last.get(vendor_id))
        for vendor_id, received in days.items()
    }


def _vendor_takings(
    closed: ClosedDays, received: dict[int, int], last_on: date | None
) -> VendorTakings:
    of_day = {on: received.get(close_id, 0) for close_id, on in closed.week}
    until_on = closed.until_on or date.min
    backwards = range(WEEK_DAYS - 1, -1, -1) if closed.until_on else range(0)
    days_vnd = tuple(of_day.get(until_on - timedelta(days=back)) for back in backwards)
    return VendorTakings(
        week_vnd=sum(amount for amount in days_vnd if amount), days_vnd=days_vnd, last_on=last_on
    )
