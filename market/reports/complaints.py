"""How many vendors complain about money, by market."""

from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session

from market.adoption.indicator import Window
from merchants.complaints.listing import count_by_market
from merchants.kinds import ConsentPurpose
from merchants.privacy.consents import not_agreeing_to


def complaints_by_market(
    session: Session, windows: Iterable[Window]
) -> Sequence[Mapping[str, int]]:
    """Return of each window the complaints about its days by market code; one query each.

    Dropped complaints do not count, nor those of who was asked and does not agree to statistics.
    """
    refusing = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS)
    return [count_by_market(session, one.first, one.last, without=refusing) for one in windows]
