"""The daily vendor report, from the newest close of the vendor's market."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

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
    COUNTED,
    NOT_CASH_EN,
    NOT_CASH_VI,
    DayAmounts,
    DayOfWeek,
    ReceiptState,
    ReceiptView,
    VendorDayReport,
)
from market.reports.receipts import announced_receipts, closed_receipts
from merchants.errors import PaymentsNotSeen, VendorNotFound
from merchants.tables import Market, Stall, StallHolding, Vendor
from reconciliation.errors import BooksDoNotBalance
from reconciliation.tables import DayClose, VendorDay

DAYS_SHOWN = 7


def vendor_day_report(session: Session, vendor_code: str, on: date) -> VendorDayReport:
    """Return what a vendor received by QR on a day and in the seven days up to it.

    A day that is not closed has no amounts: what providers announced is told, and added to nothing.

    Raises:
        VendorNotFound: no vendor has this code.
        PaymentsNotSeen: the vendor is in the poster-only tier.
        BooksDoNotBalance: the receipts do not add up to the vendor's day of the close.
    """
    refuse_far_day(on)
    vendor, market = _vendor_and_market(session, vendor_code)
    assert vendor.id is not None
    if vendor.is_poster_only:
        raise PaymentsNotSeen(vendor_code)
    first = on - timedelta(days=DAYS_SHOWN - 1)
    closes = {
        day: close
        for (_, day), close in newest_closes_of(session, [market.code], first, on).items()
    }
    vendor_days = _vendor_days(session, vendor.id, closes.values())
    close = closes.get(on)
    if close is None:
        receipts, amounts = announced_receipts(session, vendor.id, on), None
    else:
        assert close.id is not None
        receipts = closed_receipts(session, close.id, vendor.id)
        amounts = _amounts(vendor_days.get(on))
        _prove_sum(vendor_code, on, receipts, amounts)
    waiting = [r for r in receipts if r.state not in COUNTED | {ReceiptState.REFUND}]
    return VendorDayReport(
        vendor_code=vendor_code,
        vendor_name=vendor.business_name or vendor.full_name,
        market_code=market.code,
        market_name=market.name,
        stalls=_stalls(session, vendor.id, on),
        on=on,
        state=state_of(close),
        close=close_view(close) if close else None,
        amounts=amounts,
        receipts=receipts,
        announced=len(waiting),
        announced_vnd=sum(r.amount_vnd for r in waiting),
        week=[
            _day_of_week(first + timedelta(days=n), closes, vendor_days) for n in range(DAYS_SHOWN)
        ],
        latest_closed_on=latest_closed_on(session, market.code),
        note_vi=NOT_CASH_VI,
        note_en=NOT_CASH_EN,
    )


def _vendor_and_market(session: Session, vendor_code: str) -> tuple[Vendor, Market]:
    row = session.exec(
        select(Vendor, Market)
        .join(Market, col(Market.id) == col(Vendor.market_id))
        .where(col(Vendor.code) == vendor_code)
    ).one_or_none()
    if row is None:
        raise VendorNotFound(vendor_code)
    return row


def _stalls(session: Session, vendor_id: int, on: date) -> list[str]:
    statement = (
        select(Stall.code)
        .join(StallHolding, col(StallHolding.stall_id) == col(Stall.id))
        .where(col(StallHolding.vendor_id) == vendor_id, col(StallHolding.from_on) <= on)
        .where(sa.or_(col(StallHolding.to_on).is_(None), col(StallHolding.to_on) >= on))
        .distinct()
        .order_by(col(Stall.code))
    )
    return list(session.exec(statement))


def _vendor_days(
    session: Session, vendor_id: int, closes: Iterable[DayClose]
) -> dict[date, VendorDay]:
    close_ids = [close.id for close in closes]
    rows = session.exec(
        select(VendorDay)
        .where(col(VendorDay.close_id).in_(close_ids))
        .where(VendorDay.vendor_id == vendor_id)
    )
    return {row.business_date: row for row in rows}


def _amounts(day: VendorDay | None) -> DayAmounts:
    """Return the amounts of a closed day; a vendor without a row had nothing on it."""
    return DayAmounts(
        **{name: getattr(day, name) if day else 0 for name in DayAmounts.model_fields}
    )


def _day_of_week(
    day: date, closes: dict[date, DayClose], vendor_days: dict[date, VendorDay]
) -> DayOfWeek:
    amounts = _amounts(vendor_days.get(day)) if day in closes else None
    return DayOfWeek(
        on=day,
        is_closed=amounts is not None,
        payments=amounts.payments if amounts else None,
        gross_vnd=amounts.gross_vnd if amounts else None,
    )


def _prove_sum(
    vendor_code: str, on: date, receipts: Sequence[ReceiptView], amounts: DayAmounts
) -> None:
    """Raise unless the receipts told are exactly the money of the day."""
    counted = [receipt.amount_vnd for receipt in receipts if receipt.state in COUNTED]
    refunds = -sum(r.amount_vnd for r in receipts if r.state is ReceiptState.REFUND)
    told = (len(counted), sum(counted), refunds)
    closed = (amounts.payments, amounts.gross_vnd, amounts.refunds_vnd)
    if told != closed:
        raise BooksDoNotBalance(
            f"vendor {vendor_code} on {on:%d/%m/%Y}: receipts come to {told} "
            f"(count, đồng, đồng given back), the close says {closed}"
        )
