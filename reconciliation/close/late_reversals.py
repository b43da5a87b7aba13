"""What reversals closed after an instant took from the facts of days that had been counted before.

Facts of a day are counted anew in place when a later day takes one of its payments back
(``adoption_facts``): read as of an earlier instant they lack what was told then.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import rows_of, table_of
from reconciliation.close.adoption_facts import TAKEN_BACK_WITHIN, days_taken_back
from reconciliation.close.receipts import receipts
from reconciliation.tables import DayClose

_JUST_BEFORE = timedelta(microseconds=1)


class TakenBack(NamedTuple):
    """What receipts that were taken back have in common."""

    vendor_id: int
    market_id: int
    on: date
    ledger: str
    amount_vnd: int


def taken_back_since(
    session: Session, first: date, last: date, at: datetime, *, known_at: datetime
) -> Mapping[TakenBack, int]:
    """Return how many receipts of a kind reversals that were closed after an instant took back.

    Of a day that was closed anew since, the facts of its earlier close are as they were at that: what
    was reversed by then is missing in them, what was reversed later is not.

    Args:
        at: when facts were read.
        known_at: of which closes, the newest by then; no later than ``at``.
    """
    close = table_of(DayClose).c
    later = sa.and_(close.closed_at > at, close.business_date <= last + TAKEN_BACK_WITHIN)
    found: Counter[TakenBack] = Counter()
    for day in days_taken_back(session, later, first, last):
        for until, markets in _kept_until(session, day, known_at).items():
            if until is not None and until <= at:
                continue
            for sign, by in ((1, at), (-1, until)):
                told = receipts(session, day, day, known_at=known_at, reversed_by=by)
                names = ("vendor_id", "market_id", "ledger", "amount_vnd")
                for vendor, market, ledger, amount in zip(
                    *(told[name].tolist() for name in names), strict=True
                ):
                    if market in markets:
                        found[TakenBack(vendor, market, day, ledger, amount)] += sign
    return {key: count for key, count in found.items() if count}


def _kept_until(
    session: Session, day: date, at: datetime
) -> Mapping[datetime | None, Collection[int]]:
    """Return the markets that had closed a day by an instant, by how long those facts were kept right.

    That is to just before the day was closed anew; ``None`` = to now.
    """
    close = table_of(DayClose).c
    anew = sa.func.min(sa.case((close.closed_at > at, close.closed_at)))
    told = rows_of(
        session,
        sa.select(close.market_id, sa.type_coerce(anew, close.closed_at.type))
        .where(close.business_date == day, close.market_id.is_not(None))
        .group_by(close.market_id)
        .having(sa.func.min(close.closed_at) <= at),
    )
    found: defaultdict[datetime | None, set[int]] = defaultdict(set)
    for market, closed_anew in told:
        found[closed_anew and closed_anew - _JUST_BEFORE].add(market)
    return found
