"""The daily market report: what came in, how sure it is, and from whom.

A closed day is not rewritten when a vendor withdraws from having payments seen, or is erased. Her
money stays in the market's sums, and is told with that of all others like her in one line.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from market.reports.closes import (
    close_view,
    latest_closed_on,
    newest_closes_of,
    refuse_far_day,
    state_of,
)
from market.reports.issues import top_issues
from market.reports.models import (
    LINE_AMOUNTS,
    NOT_CASH_EN,
    NOT_CASH_VI,
    DayAmounts,
    MarketDayReport,
    VendorLine,
)
from market.reports.sources import prove_sources, source_amounts
from merchants.errors import MarketNotFound
from merchants.privacy.erasure import ERASED_NAME
from merchants.tables import Market, Stall, StallHolding, Vendor
from reconciliation.rules.kept import kept_rules
from reconciliation.tables import MarketDay, VendorDay

UNTRACKED_NAME = "Không theo dõi riêng"


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
    close_ids = [close_id] if close_id is not None else []
    vendors, untracked = vendor_lines(session, close_ids, on)
    amounts = amounts_of_market(total) if total else None
    rules = kept_rules(session, [close.rules_sha256] if close else [])
    sources = source_amounts(session, [close] if close else [], rules=rules.values())
    if amounts is not None:
        prove_sources(f"market {market_code} on {on:%d/%m/%Y}", sources, amounts)
    return MarketDayReport(
        market_code=market_code,
        market_name=market.name,
        on=on,
        state=state_of(close),
        close=close_view(close) if close else None,
        is_open=total.is_open if total else None,
        amounts=amounts,
        vendors_receiving=total.vendors_receiving if total else None,
        sources=sources,
        issues=top_issues(session, close_ids) if close_ids else [],
        vendors=vendors,
        untracked=untracked,
        latest_closed_on=latest_closed_on(session, market_code),
        note_vi=NOT_CASH_VI,
        note_en=NOT_CASH_EN,
    )


def amounts_of_market(total: MarketDay) -> DayAmounts:
    """Return the amounts of a market's closed day."""
    return DayAmounts(**{name: getattr(total, name) for name in DayAmounts.model_fields})


def vendor_lines(
    session: Session, close_ids: Sequence[int], on: date
) -> tuple[list[VendorLine], VendorLine | None]:
    """Return a line for each vendor whose payments may be seen, and one for all others.

    Of several closes each vendor's days are added up; stalls are those held on ``on``.
    """
    kept = aliased(Vendor)
    sums = [
        sa.cast(sa.func.sum(getattr(VendorDay, name)), sa.BigInteger).label(name)
        for name in LINE_AMOUNTS
    ]
    summed = (
        sa.select(col(VendorDay.vendor_id), *sums)
        .where(col(VendorDay.close_id).in_(close_ids))
        .group_by(col(VendorDay.vendor_id))
        .subquery()
    )
    rows = session.execute(
        sa.select(summed, Vendor, kept)
        .join(Vendor, col(Vendor.id) == summed.c.vendor_id)
        .join(kept, col(kept.id) == sa.func.coalesce(Vendor.merged_into_id, Vendor.id))
    ).all()
    seen, unseen = [], []
    for row in rows:
        amounts = {name: int(getattr(row, name)) for name in LINE_AMOUNTS}
        vendor, kept_vendor = row[-2], row[-1]
        if kept_vendor.is_poster_only or kept_vendor.full_name == ERASED_NAME:
            unseen.append(amounts)
        else:
            seen.append((amounts, vendor))
    stalls = _stalls(session, close_ids, on)
    lines = [
        VendorLine(
            vendor_code=vendor.code or "",
            vendor_name=vendor.business_name or vendor.full_name,
            stalls=stalls.get(vendor.id, []),
            **amounts,
        )
        for amounts, vendor in seen
    ]
    lines.sort(key=lambda line: (line.stalls or ["~"], line.vendor_code))
    return lines, _together(unseen)


def _together(unseen: Sequence[Mapping[str, int]]) -> VendorLine | None:
    if not unseen:
        return None
    return VendorLine(
        vendor_code="",
        vendor_name=UNTRACKED_NAME,
        stalls=[],
        **{name: sum(one[name] for one in unseen) for name in LINE_AMOUNTS},
    )


def _stalls(session: Session, close_ids: Sequence[int], on: date) -> dict[int | None, list[str]]:
    statement = (
        select(StallHolding.vendor_id, Stall.code)
        .join(Stall, col(Stall.id) == col(StallHolding.stall_id))
        .join(VendorDay, col(VendorDay.vendor_id) == col(StallHolding.vendor_id))
        .where(col(VendorDay.close_id).in_(close_ids), col(StallHolding.from_on) <= on)
        .where(sa.or_(col(StallHolding.to_on).is_(None), col(StallHolding.to_on) >= on))
        .distinct()
        .order_by(col(Stall.code))
    )
    stalls: dict[int | None, list[str]] = {}
    for vendor_id, code in session.exec(statement):
        stalls.setdefault(vendor_id, []).append(code)
    return stalls
