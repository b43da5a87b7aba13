"""How many vendors complain about money, by market."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session

from merchants.complaints.listing import count_by_market
from merchants.kinds import ConsentPurpose
from merchants.privacy.consents import not_agreeing_to


def complaints_by_market(session: Session, first: date, last: date) -> Mapping[str, int]:
    """Return by market code the complaints about some days; two questions for all markets.

    Dropped complaints do not count, nor those of who was asked and does not agree to statistics.
    """
    refusing = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS)
    return count_by_market(session, first, last, without=refusing)
