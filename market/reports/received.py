"""What was received in a window on closed market days, by day and by vendor, as it was known."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from market.adoption.frames import DAY
from market.adoption.indicator import Window
from market.reports.vintage import KnownAt, known
from merchants.calendars.market_calendars import disturbed_days
from merchants.frames import open_day_frame
from merchants.kinds import ConsentPurpose
from merchants.privacy.consents import not_agreeing_to
from merchants.tables import Vendor
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.tables import AdoptionVendorDay, DayClose

_DAY_SUMS = {"market_id": "int64", "day_on": DAY, "value_vnd": "int64"}


@dataclass(frozen=True)
class Received:
    """What was received in a window on closed market days."""

    window: Window
    days: pd.DataFrame
    """``market_id, day_on, value_vnd, is_disturbed``: a row for each closed market day, also of 0 đồng."""
    vendors: Sequence[tuple[int, int, int]]
    """Vendor, market, đồng."""

    def plus(self, more: Mapping[tuple[int, int, date], int]) -> "Received":
        """Return the same with more money, by vendor, market and closed market day."""
        days, vendors = Counter[tuple[int, date]](), Counter[tuple[int, int]]()
        for who, where, value in self.vendors:
            vendors[who, where] += value
        for (who, where, on), value in more.items():
            days[where, on] += value
            vendors[who, where] += value
        keys = zip(self.days["market_id"].tolist(), self.days["day_on"].dt.date, strict=True)
        values = self.days["value_vnd"] + [days[key] for key in keys]
        return replace(
            self,
            days=self.days.assign(value_vnd=values),
            vendors=[(*key, value) for key, value in vendors.items()],
        )


def received_in(
    session: Session,
    window: Window,
    known_at: KnownAt,
    *,
    refusing: Collection[int] | None = None,
) -> Received:
    """Return what was received in a window: two sums made by the database, and the calendar.

    Args:
        refusing: whose money is not counted; ``None`` = who does not agree to statistics now.
    """
    close = table_of(DayClose).c
    day, vendor = table_of(AdoptionVendorDay).c, table_of(Vendor).c
    closed = rows_of(
        session,
        sa.select(close.id, close.market_id, close.business_date).where(
            *_newest_closes(window, known_at)
        ),
    )
    inside = inside_closes(session, window, known_at, refusing)
    sums = dict(
        rows_of(
            session,
            sa.select(day.close_id, total(day.value_vnd)).where(*inside).group_by(day.close_id),
        )
    )
    person = sa.func.coalesce(vendor.merged_into_id, vendor.id)
    vendors = rows_of(
        session,
        sa.select(person, vendor.market_id, total(day.value_vnd))
        .join(table_of(Vendor), vendor.id == day.vendor_id)
        .where(*inside)
        .group_by(person, vendor.market_id),
    )
    told = pd.DataFrame(
        [(market, on, int(sums.get(id_, 0))) for id_, market, on in closed], columns=list(_DAY_SUMS)
    )
    disturbed = disturbed_days(session, window.first, window.last)
    told = told.assign(
        is_disturbed=[(market, on) in disturbed for _id, market, on in closed],
        day_on=pd.to_datetime(told["day_on"]),
    ).astype({**_DAY_SUMS, "is_disturbed": "bool"})
    opened = open_day_frame(session, window.first, window.last)
    opened = opened.loc[opened["is_open"], ["market_id", "day_on"]].astype(
        {"market_id": "int64", "day_on": DAY}
    )
    return Received(
        window,
        told.merge(opened, on=["market_id", "day_on"], validate="one_to_one"),
        [(who, where, int(value)) for who, where, value in vendors],
    )


def inside_closes(
    session: Session, window: Window, known_at: KnownAt, refusing: Collection[int] | None
) -> list[sa.ColumnElement[bool]]:
    """Return what holds of the vendors' days that are counted in a window.

    Args:
        refusing: as for ``received_in``.
    """
    day = table_of(AdoptionVendorDay).c
    if refusing is None:
        refusing = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS)
    closes = sa.select(table_of(DayClose).c.id).where(*_newest_closes(window, known_at))
    return [
        day.business_date.between(window.first, window.last),
        day.close_id.in_(closes),
        *([~one_of(session, day.vendor_id, sorted(refusing))] if refusing else []),
    ]


def _newest_closes(window: Window, known_at: KnownAt) -> list[sa.ColumnElement[bool]]:
    newest = known(known_at).newest(window.first, window.last)
    return [table_of(DayClose).c.market_id.is_not(None), *newest]


def total(column: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Return a sum of đồng as an integer, which PostgreSQL else makes a decimal."""
    return sa.cast(sa.func.sum(column), sa.BigInteger)
