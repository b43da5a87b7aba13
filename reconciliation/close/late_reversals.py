"""What reversals closed after an instant took from the facts of days that had been counted before.

Facts of a day are counted anew in place when a later day takes one of its payments back
(``adoption_facts``): read as of an earlier instant they lack what was told then.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import rows_of, table_of
from reconciliation.close.adoption_facts import days_taken_back
from reconciliation.close.receipts import receipts
from reconciliation.close.stored_closes import newest_close_ids
from reconciliation.tables import DayClose


def taken_back_since(
    session: Session, first: date, last: date, at: datetime
) -> Mapping[tuple[int, int], int]:
    """Return by vendor and market the đồng of days that reversals closed after an instant took back.

    A day that was closed anew since is left out: the facts of its earlier close are as they were.
    """
    close = table_of(DayClose).c
    found: Counter[tuple[int, int]] = Counter()
    for day in days_taken_back(session, close.closed_at > at, first, last):
        counted = sa.select(close.market_id).where(
            close.id.in_(newest_close_ids(day, day)), close.closed_at <= at
        )
        markets = {market for (market,) in rows_of(session, counted)}
        for sign, by in ((1, at), (-1, None)):
            told = receipts(session, day, day, reversed_by=by)
            for vendor, market, amount in zip(
                *(told[name].tolist() for name in ("vendor_id", "market_id", "amount_vnd")),
                strict=True,
            ):
                if market in markets:
                    found[vendor, market] += sign * amount
    return {key: value for key, value in found.items() if value}
