"""A vendor's month: the sum of her closed days, by day and by source, and what is still to come."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session, col, select

from market.reports.arrivals import arrived_payouts, expected_arrivals
from market.reports.models import NOT_CASH_EN, NOT_CASH_VI, DayAmounts
from market.reports.money_models import MonthDay, VendorMonthReport
from market.reports.months import Month, rests_on
from market.reports.sources import add_up, prove_sources, source_amounts
from market.reports.vendor_day import amounts_of, find_vendor_and_market, stalls_of
from merchants.errors import PaymentsNotSeen
from reconciliation.tables import MarketDay, VendorDay


def vendor_month_report(
    session: Session, vendor_code: str, month: date, *, today: date
) -> VendorMonthReport:
    """Return what a vendor received by QR in the month a day lies in, up to ``today``.

    Days that are not closed are in no sum: they are named.

    Raises:
        VendorNotFound: no vendor has this code.
        PaymentsNotSeen: the vendor is in the poster-only tier.
        MonthNotBegun: the month has not begun.
        BooksDoNotBalance: the lines do not come to the vendor's days of the closes.
    """
    vendor, market = find_vendor_and_market(session, vendor_code)
    assert vendor.id is not None
    if vendor.is_poster_only:
        raise PaymentsNotSeen(vendor_code)
    span = Month.of(session, market.code, month, today)
    own = _vendor_days(session, vendor.id, span)
    is_open = _open_days(session, span)
    days = [_day(on, span, own, is_open) for on in span.days]
    amounts = add_up(day.amounts for day in days if day.amounts is not None)
    rules = span.rules(session)
    sources = source_amounts(session, span.in_order, vendor.id, rules=rules.values())
    if amounts is not None:
        prove_sources(f"vendor {vendor_code} in {span.first:%m/%Y}", sources, amounts)
    closes = span.views()
    return VendorMonthReport(
        vendor_code=vendor_code,
        vendor_name=vendor.business_name or vendor.full_name,
        market_code=market.code,
        market_name=market.name,
        stalls=stalls_of(session, vendor.id, span.last),
        month=f"{span.first:%Y-%m}",
        first=span.first,
        last=span.last,
        state=span.whole_state,
        amounts=amounts,
        sources=sources,
        expected=expected_arrivals(session, span.in_order, vendor.id, rules),
        payouts=arrived_payouts(
            session,
            market.code,
            vendor.id,
            span.first,
            span.last,
            paid_out_vnd=amounts.paid_out_vnd if amounts else 0,
        ),
        days=days,
        days_not_closed=span.not_closed,
        days_provisional=span.provisional,
        closes=closes,
        rests_on_sha256=rests_on(closes),
        note_vi=NOT_CASH_VI,
        note_en=NOT_CASH_EN,
    )


def _vendor_days(session: Session, vendor_id: int, span: Month) -> dict[date, VendorDay]:
    rows = session.exec(
        select(VendorDay)
        .where(col(VendorDay.close_id).in_(span.close_ids))
        .where(VendorDay.vendor_id == vendor_id)
    )
    return {row.business_date: row for row in rows}


def _open_days(session: Session, span: Month) -> dict[date, bool]:
    rows = session.exec(select(MarketDay).where(col(MarketDay.close_id).in_(span.close_ids)))
    return {row.business_date: row.is_open for row in rows}


def _day(
    on: date, span: Month, own: Mapping[date, VendorDay], is_open: Mapping[date, bool]
) -> MonthDay:
    close = span.closes.get(on)
    amounts: DayAmounts | None = amounts_of(own.get(on)) if close else None
    return MonthDay(
        on=on,
        is_open=is_open.get(on),
        state=span.state(on),
        close_version=close.version if close else None,
        amounts=amounts,
        vendors_receiving=None,
    )
