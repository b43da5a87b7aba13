"""A market's month: the sum of its closed days, by day, by source and by vendor."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.reports.issues import top_issues
from market.reports.market_day import amounts_of_market, vendor_lines
from market.reports.models import NOT_CASH_EN, NOT_CASH_VI
from market.reports.money_models import MarketMonthReport, MonthDay
from market.reports.months import Month, rests_on
from market.reports.sources import add_up, prove_sources, source_amounts
from merchants.errors import MarketNotFound
from merchants.tables import Market
from reconciliation.errors import BooksDoNotBalance
from reconciliation.tables import MarketDay, VendorDay

MONTH_ISSUES_TOLD = 10


def market_month_report(
    session: Session, market_code: str, month: date, *, today: date
) -> MarketMonthReport:
    """Return what a market received by QR in the month a day lies in, up to ``today``.

    Raises:
        MarketNotFound: no market has this code.
        MonthNotBegun: the month has not begun.
        BooksDoNotBalance: vendors, sources and days do not come to the same.
    """
    market = session.exec(select(Market).where(Market.code == market_code)).one_or_none()
    if market is None:
        raise MarketNotFound(market_code)
    span = Month.of(session, market_code, month, today)
    totals = _totals(session, span)
    days = [_day(on, span, totals) for on in span.days]
    amounts = add_up(day.amounts for day in days if day.amounts is not None)
    vendors, untracked = vendor_lines(session, span.close_ids, span.last)
    lines = [*vendors, *([untracked] if untracked else [])]
    rules = span.rules(session)
    sources = source_amounts(session, span.in_order, rules=rules.values())
    if amounts is not None:
        where = f"market {market_code} in {span.first:%m/%Y}"
        prove_sources(where, sources, amounts)
        if sum(line.net_vnd for line in lines) != amounts.net_vnd:
            raise BooksDoNotBalance(f"{where}: vendors' months do not come to {amounts.net_vnd}")
    closes = span.views()
    return MarketMonthReport(
        market_code=market_code,
        market_name=market.name,
        month=f"{span.first:%Y-%m}",
        first=span.first,
        last=span.last,
        state=span.whole_state,
        amounts=amounts,
        vendors_receiving=_receiving(session, span) if amounts else None,
        sources=sources,
        issues=top_issues(session, span.close_ids, MONTH_ISSUES_TOLD) if closes else [],
        days=days,
        days_not_closed=span.not_closed,
        days_provisional=span.provisional,
        vendors=vendors,
        untracked=untracked,
        closes=closes,
        rests_on_sha256=rests_on(closes),
        note_vi=NOT_CASH_VI,
        note_en=NOT_CASH_EN,
    )


def _totals(session: Session, span: Month) -> dict[date, MarketDay]:
    rows = session.exec(select(MarketDay).where(col(MarketDay.close_id).in_(span.close_ids)))
    return {row.business_date: row for row in rows}


def _receiving(session: Session, span: Month) -> int:
    """Return how many different vendors received anything, each once."""
    wanted = (
        sa.select(sa.func.count(col(VendorDay.vendor_id).distinct()))
        .where(col(VendorDay.close_id).in_(span.close_ids))
        .where(col(VendorDay.payments) > 0)
    )
    return int(session.execute(wanted).scalar_one())


def _day(on: date, span: Month, totals: Mapping[date, MarketDay]) -> MonthDay:
    close, total = span.closes.get(on), totals.get(on)
    return MonthDay(
        on=on,
        is_open=total.is_open if total else None,
        state=span.state(on),
        close_version=close.version if close else None,
        amounts=amounts_of_market(total) if total else None,
        vendors_receiving=total.vendors_receiving if total else None,
    )
