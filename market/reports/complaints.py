"""How often vendors complain about money, against the receipts of the same days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from market.adoption.disclosure import VENDORS_MIN
from market.reports.closes import newest_closes_of
from merchants.complaints.listing import count_by_market, count_kinds
from merchants.find import find_market
from merchants.kinds import ComplaintKind, ConsentPurpose
from merchants.privacy.consents import not_agreeing_to
from reconciliation.close import frames as money_frames

PER_RECEIPTS = 1000


@dataclass(frozen=True, slots=True)
class ComplaintRate:
    """Complaints about some days, and the receipts of those days; money is in neither."""

    first: date
    last: date
    complaints: int
    receipts: int
    by_kind: Mapping[ComplaintKind, int]

    @property
    def per_1000_receipts(self) -> Decimal | None:
        """Return the rate to two places; ``None`` = there were no receipts to compare with."""
        if not self.receipts:
            return None
        return round(Decimal(self.complaints * PER_RECEIPTS) / self.receipts, 2)

    @property
    def is_few(self) -> bool:
        """Return whether so few complained that economists are not told the numbers."""
        return any(0 < count < VENDORS_MIN for count in (self.complaints, *self.by_kind.values()))


def complaint_rate(session: Session, market_code: str, first: date, last: date) -> ComplaintRate:
    """Return the rate of a market over closed days; a fixed number of statements.

    Counted by the day it happened, dropped complaints not at all. Both sides leave out who was asked
    and does not agree to statistics, and end with the newest closed day.

    Raises:
        MarketNotFound: no market has this code.
    """
    market = find_market(session, market_code)
    assert market.id is not None
    closes = newest_closes_of(session, [market_code], first, last)
    until = max((day for _, day in closes), default=last)
    refusing = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS)
    receipts = money_frames.receipts(session, first, until)
    counted = receipts[(receipts["market_id"] == market.id) & ~receipts["vendor_id"].isin(refusing)]
    by_kind = count_kinds(
        session,
        market.id,
        first,
        until,
        without=refusing,
    )
    return ComplaintRate(
        first=first,
        last=until,
        complaints=by_kind.total(),
        receipts=len(counted),
        by_kind={kind: by_kind[kind] for kind in ComplaintKind},
    )


def complaints_by_market(session: Session, first: date, last: date) -> Mapping[str, int]:
    """Return by market code the complaints about some days; two questions for all markets.

    Dropped complaints do not count, nor those of who was asked and does not agree to statistics.
    """
    refusing = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS)
    return count_by_market(session, first, last, without=refusing)
