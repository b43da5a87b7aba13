"""Facts about money out of the tables the closes write, one version of each closed day."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from market.adoption.fact_columns import (
    BAND_COLUMNS,
    BREAK_COLUMNS,
    CHANNEL_DAY_COLUMNS,
    CLOSE_COLUMNS,
    TICKET_COLUMNS,
)
from market.adoption.frames import DAY, FIRST_RECEIPT_COLUMNS, within
from market.adoption.indicator import Window
from market.reports.fact_people import People
from market.reports.fact_rows import Rows, frame_of
from market.reports.halves import Halves
from market.reports.many_rows import many_rows
from market.reports.vintage import KnownAt, known
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.receipts import receipts
from reconciliation.tables import (
    AdoptionBreakDay,
    AdoptionTicketDay,
    AdoptionVendorDay,
    CloseState,
    DayClose,
)

_WHO = {"vendor_id": "int64", "business_date": DAY, "close_id": "int64"}


@dataclass(frozen=True)
class MoneyFacts:
    """What the closes of a window say, and which close of a day is read."""

    session: Session
    window: Window
    known_at: KnownAt
    people: People
    closes: pd.DataFrame
    close_of: Mapping[int, tuple[int, int]]
    """Market and version by close."""

    @classmethod
    def of(
        cls, session: Session, window: Window, known_at: KnownAt, people: People
    ) -> "MoneyFacts":
        """Return the closes to read of a window; closes made later than ``known_at`` are left out."""
        told = _closes(session, window, people.market_ids, known_at)
        rows = [
            (where, day, version, at, state is CloseState.FINAL)
            for _, where, day, version, at, state in told
        ]
        return cls(
            session=session,
            window=window,
            known_at=known_at,
            people=people,
            closes=frame_of(rows, CLOSE_COLUMNS),
            close_of={id_: (where, version) for id_, where, _, version, _, _ in told},
        )

    def channel_days(self) -> pd.DataFrame:
        """Return the receipts of a person, day and channel, with their bands."""
        sums = ["receipts", "value_vnd", *BAND_COLUMNS]
        told = self._days_of(
            AdoptionVendorDay,
            {**_WHO, "acceptance_type": "str", "provider": "str", **dict.fromkeys(sums, "int64")},
            self._first_needed,
        )
        return self._people_of(told)[[*CHANNEL_DAY_COLUMNS, *BAND_COLUMNS]]

    def tickets(self) -> pd.DataFrame:
        """Return the amounts of the window without those of who refuses."""
        told = self._days_of(
            AdoptionTicketDay,
            {"close_id": "int64", "business_date": DAY, "amount_vnd": "int64", "receipts": "int64"},
            self.window.first,
        )
        frame = self._versions_of(told)
        left_out = self._amounts_of_refusing()
        if left_out:
            keys = zip(
                frame["market_id"].tolist(),
                frame["day_on"].dt.date,
                frame["amount_vnd"].tolist(),
                strict=True,
            )
            frame = frame.assign(
                receipts=frame["receipts"] - [left_out.get(key, 0) for key in keys]
            )
            frame = frame[frame["receipts"] > 0]
        return frame[list(TICKET_COLUMNS)]

    def breaks(self) -> pd.DataFrame:
        """Return the breaks of the window by market and day."""
        told = self._days_of(
            AdoptionBreakDay,
            {
                **_WHO,
                **dict.fromkeys(("break_name", "acceptance_type", "provider"), "str"),
                **dict.fromkeys(("receipts", "value_vnd"), "int64"),
            },
            self.window.first,
        )
        return self._people_of(told)[list(BREAK_COLUMNS)]

    def firsts(self) -> pd.DataFrame:
        """Return the day of each person's first receipt up to the window's end."""
        told = Halves.of(self.session, self.window.last, self.known_at).firsts()
        frame = frame_of(self.people.of_rows(told), FIRST_RECEIPT_COLUMNS)
        return frame.groupby(["vendor_id", "market_id"])["first_on"].min().reset_index()

    @property
    def _first_needed(self) -> date:
        """Return the first day A90 looks at, of the market whose books end first in the window."""
        inside = self.closes[within(self.closes["day_on"], self.window)]
        newest = inside.groupby("market_id")["day_on"].max()
        end = self.window.last if newest.empty else newest.min().date()
        return min(self.window.first, Window(end, end).ninety_days().first)

    def _days_of(
        self, table: type[SQLModel], columns: Mapping[str, str], first: date
    ) -> pd.DataFrame:
        """Return rows of the closes that are read, from a day on."""
        column = table_of(table).c
        in_window = column.business_date.between(first, self.window.last)
        told = many_rows(self.session, table, columns, [in_window], by="close_id")
        return told[told["close_id"].isin(list(self.close_of))]

    def _versions_of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows of closes with their market and version."""
        closes = pd.DataFrame(
            [(id_, *told) for id_, told in self.close_of.items()],
            columns=["close_id", "market_id", "close_version"],
        ).astype("int64")
        at = pd.Index(closes["close_id"]).get_indexer(rows["close_id"])
        return rows.assign(
            market_id=closes["market_id"].to_numpy()[at],
            close_version=closes["close_version"].to_numpy()[at],
            day_on=rows["business_date"],
        )

    def _people_of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows of vendors and closes with person, market and version."""
        return self.people.of_frame(self._versions_of(rows))

    def _amounts_of_refusing(self) -> dict[tuple[int, date, int], int]:
        """Return by market, day and amount how many receipts are theirs: tickets name nobody."""
        if not self.people.refusing:
            return {}
        window = self.window
        told = receipts(self.session, window.first, window.last, self.people.refusing)
        counts = Counter(
            zip(
                told["market_id"].tolist(),
                told["business_date"].dt.date,
                told["amount_vnd"].tolist(),
                strict=True,
            )
        )
        return dict(counts)


def _closes(
    session: Session, window: Window, market_ids: frozenset[int], known_at: KnownAt
) -> Rows:
    """Return the newest closes of the days looked at, and what they say."""
    if window.first == date.max:
        return []
    close = table_of(DayClose)
    # The books of a market may end on the first day of the window.
    first = Window(window.first, window.first).ninety_days().first
    wanted = (
        close.c.market_id.in_(sorted(market_ids)),
        *known(known_at).newest(first, window.last),
    )
    return rows_of(
        session,
        sa.select(
            close.c.id,
            close.c.market_id,
            close.c.business_date,
            close.c.version,
            close.c.closed_at,
            close.c.state,
        )
        .where(*wanted)
        .order_by(close.c.business_date, close.c.market_id),
    )
