"""The daily market report: what came in, how sure it is, and from whom."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.reports.closes import (
    close_view,
    latest_closed_on,
    newest_closes_of,
    refuse_far_day,
    state_of,
)
from market.reports.models import (
    LINE_AMOUNTS,
    NOT_CASH_EN,
    NOT_CASH_VI,
    DayAmounts,
    MarketDayReport,
    VendorLine,
)
from merchants.errors import MarketNotFound
from merchants.tables import Market, Stall, StallHolding, Vendor
from reconciliation.tables import MarketDay, VendorDay


def market_day_report(session: Session, market_code: str, on: date) -> MarketDayReport:
    """Return what a market received by QR on a day, with a line for each vendor.

    Raises:
        MarketNotFound: no market has this code.
    """
    refuse_far_day(on)
    market = session.exec(select(Market).where(Market.code == market_code)).one_or_none()
    if market is None:
        raise MarketNotFound(market_code)
    close = newest_closes_of(session, [market_code], on, on).get((market_code, on))
    close_id = close.id if close else None
    total = session.exec(select(MarketDay).where(MarketDay.close_id == close_id)).one_or_none()
    return MarketDayReport(
        market_code=market_code,
        market_name=market.name,
        on=on,
        state=state_of(close),
        close=close_view(close) if close else None,
        is_open=total.is_open if total else None,
        amounts=_amounts(total) if total else None,
        vendors_receiving=total.vendors_receiving if total else None,
        vendors=_vendor_lines(session, close_id, on),
        latest_closed_on=latest_closed_on(session, market_code),
        note_vi=NOT_CASH_VI,
        note_en=NOT_CASH_EN,
    )


def _amounts(total: MarketDay) -> DayAmounts:
    return DayAmounts(**{name: getattr(total, name) for name in DayAmounts.model_fields})


def _vendor_lines(session: Session, close_id: int | None, on: date) -> list[VendorLine]:
    rows = session.exec(
        select(VendorDay, Vendor)
        .join(Vendor, col(Vendor.id) == col(VendorDay.vendor_id))
        .where(VendorDay.close_id == close_id)
    ).all()
    stalls = _stalls(session, close_id, on)
    lines = [
        VendorLine(
            vendor_code=vendor.code or "",
            vendor_name=vendor.business_name or vendor.full_name,
            stalls=stalls.get(vendor.id, []),
            **{name: getattr(day, name) for name in LINE_AMOUNTS},
        )
        for day, vendor in rows
    ]
    return sorted(lines, key=lambda line: (line.stalls or ["~"], line.vendor_code))


def _stalls(session: Session, close_id: int | None, on: date) -> dict[int | None, list[str]]:
    statement = (
        select(StallHolding.vendor_id, Stall.code)
        .join(Stall, col(Stall.id) == col(StallHolding.stall_id))
        .join(VendorDay, col(VendorDay.vendor_id) == col(StallHolding.vendor_id))
        .where(col(VendorDay.close_id) == close_id, col(StallHolding.from_on) <= on)
        .where(sa.or_(col(StallHolding.to_on).is_(None), col(StallHolding.to_on) >= on))
        .distinct()
        .order_by(col(Stall.code))
    )
    stalls: dict[int | None, list[str]] = {}
    for vendor_id, code in session.exec(statement):
        stalls.setdefault(vendor_id, []).append(code)
    return stalls
