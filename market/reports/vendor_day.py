"""The daily vendor report, from the newest close of the vendor's market."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.reports.arrivals import arrived_payouts, expected_arrivals
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
from market.reports.money_parts import ExpectedView, PayoutView, SourceAmounts
from market.reports.receipts import announced_receipts, closed_receipts
from market.reports.sources import prove_sources, source_amounts
from merchants.errors import PaymentsNotSeen, VendorNotFound
from merchants.tables import Market, Stall, StallHolding, Vendor
from reconciliation.errors import BooksDoNotBalance
from reconciliation.rules.kept import kept_rules
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
    vendor, market = find_vendor_and_market(session, vendor_code)
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
    sources: list[SourceAmounts] = []
    expected: list[ExpectedView] = []
    payouts: list[PayoutView] = []
    if close is None:
        receipts, amounts = announced_receipts(session, vendor.id, on), None
    else:
        assert close.id is not None
        receipts = closed_receipts(session, close.id, vendor.id)
        amounts = amounts_of(vendor_days.get(on))
        _prove_sum(vendor_code, on, receipts, amounts)
        rules = kept_rules(session, [close.rules_sha256])
        sources = source_amounts(session, [close], vendor.id, rules=rules.values())
        prove_sources(f"vendor {vendor_code} on {on:%d/%m/%Y}", sources, amounts)
        if any(one.to_come_vnd for one in sources):
            expected = expected_arrivals(session, [close], vendor.id, rules)
        if amounts.paid_out_vnd:
            payouts = arrived_payouts(
                session, market.code, vendor.id, on, on, paid_out_vnd=amounts.paid_out_vnd
            )
    waiting = [r for r in receipts if r.state not in COUNTED | {ReceiptState.REFUND}]
    return VendorDayReport(
        vendor_code=vendor_code,
        vendor_name=vendor.business_name or vendor.full_name,
        market_code=market.code,
        market_name=market.name,
        stalls=stalls_of(session, vendor.id, on),
        on=on,
        state=state_of(close),
        close=close_view(close) if close else None,
        amounts=amounts,
        sources=sources,
        expected=expected,
        payouts=payouts,
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


def find_vendor_and_market(session: Session, vendor_code: str) -> tuple[Vendor, Market]:
    """Return a vendor and her market; raise ``VendorNotFound``."""
    row = session.exec(
        select(Vendor, Market)
        .join(Market, col(Market.id) == col(Vendor.market_id))
        .where(col(Vendor.code) == vendor_code)
    ).one_or_none()
    if row is None:
        raise VendorNotFound(vendor_code)
    return row


def stalls_of(session: Session, vendor_id: int, on: date) -> list[str]:
    """Return the codes of the stalls a vendor held on a day."""
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


def amounts_of(day: VendorDay | None) -> DayAmounts:
    """Return the amounts of a closed day; a vendor without a row had nothing on it."""
    return DayAmounts(
        **{name: getattr(day, name) if day else 0 for name in DayAmounts.model_fields}
    )


def _day_of_week(
    day: date, closes: dict[date, DayClose], vendor_days: dict[date, VendorDay]
) -> DayOfWeek:
    amounts = amounts_of(vendor_days.get(day)) if day in closes else None
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
