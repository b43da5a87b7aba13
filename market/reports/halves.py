"""When vendors were paid, by halves of months, as it was known at an instant.

The close keeps the first and last day with a receipt of each half as they are now. A half that holds a
day closed later than what is asked for is worked out anew, from the facts of the closes of that time;
of all others the kept days are those of that time, too.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from market.adoption.frames import DAY
from market.reports.many_rows import many_rows
from market.reports.vintage import Known, KnownAt, known
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.adoption_facts import half_of, last_of_half
from reconciliation.tables import AdoptionVendorDay, AdoptionVendorHalf, DayClose

_COLUMNS = {"vendor_id": "int64", "first_on": DAY, "last_on": DAY}


@dataclass(frozen=True)
class Halves:
    """The halves of months up to a day, and which of them to work out anew."""

    session: Session
    last: date
    known: Known
    changed: tuple[date, ...]
    """First days of the halves in which a day was closed since."""

    @classmethod
    def of(cls, session: Session, last: date, known_at: KnownAt) -> "Halves":
        """Return the halves up to a day as they were known; ``None`` = now."""
        as_known = known(known_at)
        since = as_known.days_closed_since(session, last)
        return cls(session, last, as_known, tuple(sorted({half_of(day) for day in since})))

    def firsts(self) -> list[tuple[int, date]]:
        """Return vendors' records and their first days with a receipt, some of them several times."""
        half = table_of(AdoptionVendorHalf).c
        kept = rows_of(
            self.session,
            sa.select(half.vendor_id, sa.func.min(half.first_on))
            .where(half.first_on <= self.last, *self._kept)
            .group_by(half.vendor_id),
        )
        anew = [row[:2] for half_on in self.changed for row in self._anew(half_on)]
        return [*(tuple(row) for row in kept), *anew]

    def frame(self) -> pd.DataFrame:
        """Return ``vendor_id, first_on, last_on``: a row for each vendor's record and half."""
        anew = [row for half_on in self.changed for row in self._anew(half_on)]
        frame = pd.DataFrame(anew, columns=list(_COLUMNS))
        days = {name: pd.to_datetime(frame[name]) for name in ("first_on", "last_on")}
        kept = many_rows(self.session, AdoptionVendorHalf, _COLUMNS, self._kept, by="half_on")
        return pd.concat([kept, frame.assign(**days).astype(_COLUMNS)], ignore_index=True)

    @property
    def _kept(self) -> list[sa.ColumnElement[bool]]:
        half = table_of(AdoptionVendorHalf).c
        return [half.half_on <= self.last, half.half_on.not_in(self.changed)]

    def _anew(self, half_on: date) -> list[tuple[int, date, date]]:
        """Return vendor, first and last day with a receipt of a half, from the closes known."""
        day, close = table_of(AdoptionVendorDay).c, table_of(DayClose).c
        last = min(last_of_half(half_on), self.last)
        told = rows_of(
            self.session,
            sa.select(day.vendor_id, sa.func.min(day.business_date), sa.func.max(day.business_date))
            .where(
                day.business_date.between(half_on, last),
                day.close_id.in_(sa.select(close.id).where(*self.known.newest(half_on, last))),
            )
            .group_by(day.vendor_id),
        )
        return [(vendor, first, end) for vendor, first, end in told]
