"""Facts out of the database, in a fixed number of queries however many markets and days there are.

Money comes from the tables that the close writes (``reconciliation.close.adoption_facts``), people
and places from the register as it stands now, by the days it holds for.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from market.adoption.facts import (
    BAND_COLUMNS,
    BREAK_COLUMNS,
    CASH_LIST_COLUMNS,
    CASH_POINT_COLUMNS,
    CHANNEL_DAY_COLUMNS,
    CHECK_COLUMNS,
    CLOSE_COLUMNS,
    GROUP_COLUMNS,
    OPENING_COLUMNS,
    POINT_COLUMNS,
    SPAN_COLUMNS,
    TICKET_COLUMNS,
    VENDOR_DAY_COLUMNS,
    Facts,
)
from market.adoption.frames import (
    COVERAGE_COLUMNS,
    DAY,
    FIRST_RECEIPT_COLUMNS,
    MARKET_COLUMNS,
    TRADING_COLUMNS,
    within,
)
from market.adoption.indicator import Window
from market.reports.halves import Halves
from market.reports.many_rows import many_rows
from market.reports.vintage import KnownAt, known
from merchants import frames as register_frames
from merchants.days import market_day
from merchants.kinds import GOOD_CHECKS, ConsentPurpose, StallState
from merchants.privacy.consents import not_agreeing_to
from merchants.tables import (
    AcceptancePoint,
    CashPoint,
    Market,
    Poster,
    PosterCheck,
    Stall,
    StallHolding,
    Vendor,
)
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.receipts import receipts
from reconciliation.tables import (
    AdoptionBreakDay,
    AdoptionTicketDay,
    AdoptionVendorDay,
    CloseState,
    DayClose,
)

Rows = Sequence[Any]
_WHO = {"vendor_id": "int64", "business_date": DAY, "close_id": "int64"}


def load(
    session: Session,
    window: Window,
    market_codes: Collection[str] | None = None,
    known_at: KnownAt = None,
) -> Facts:
    """Return what the measures of a window are computed from, one version of each closed day.

    Vendors' days reach 90 days back from the newest close of whichever market is furthest behind, for
    A90; first receipts reach to the beginning. Who was asked and does not agree to ``aggregate_statistics`` is nowhere in it, of
    whatever month; counts of stalls are about no person and stay.

    Args:
        market_codes: only these markets; ``None`` = all.
        known_at: closes made later are left out, of first receipts too; the register is as it is
            written now, by the days it holds for. ``None`` = now.
    """
    loader = _Loader.of(session, window, market_codes, known_at)
    days = loader.channel_days()
    cash_points, cash_lists = loader.cash_points()
    return Facts.of(
        markets=_kept(
            register_frames.market_frame(session, window.last), loader.market_ids, MARKET_COLUMNS
        ),
        openings=_kept(
            register_frames.open_day_frame(session, window.first, window.last),
            loader.market_ids,
            OPENING_COLUMNS,
        ),
        closes=loader.closes,
        vendor_days=_by_vendor(days),
        channel_days=days[list(CHANNEL_DAY_COLUMNS)],
        tickets=loader.tickets(),
        breaks=loader.breaks(),
        trading=loader.trading(),
        spans=loader.spans(),
        points=loader.points(),
        checks=loader.checks(),
        cash_points=cash_points,
        cash_lists=cash_lists,
        coverage=_kept(
            register_frames.coverage_frame(session, window.last, without=loader.refusing),
            loader.market_ids,
            COVERAGE_COLUMNS,
        ),
        groups=loader.groups(),
        firsts=loader.firsts(),
    )


def load_halves(
    session: Session,
    market_codes: Collection[str] | None = None,
    *,
    last: date = date.max,
    known_at: KnownAt = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what ``retention.retention_triangle`` takes: days with receipts, and first receipts.

    Of each half month only the first and last day with a receipt is there: no months and no gap of
    90 days is told otherwise by the days between.

    Args:
        last: halves that begin later are left out.
        known_at: as for ``load``.
    """
    loader = _Loader.of(session, Window(date.max, date.max), market_codes, known_at)
    told = loader.persons_of(Halves.of(session, last, known_at).frame())
    ends = [
        told[["vendor_id", "market_id", name]].rename(columns={name: "day_on"})
        for name in ("first_on", "last_on")
    ]
    frame = pd.concat(ends, ignore_index=True).drop_duplicates()
    firsts = frame.groupby(["vendor_id", "market_id"])["day_on"].min().rename("first_on")
    return frame, firsts.reset_index()


@dataclass(frozen=True)
class _Loader:
    """The session with what every frame needs: who is who, and which close of a day to read."""

    session: Session
    window: Window
    known_at: KnownAt
    market_ids: frozenset[int]
    persons: Mapping[int, tuple[int, int]]
    """By record: the person it became, and her market; who refuses is not in it."""
    refusing: frozenset[int]
    holdings: Mapping[int, str]
    closes: pd.DataFrame
    close_of: Mapping[int, tuple[int, int]]
    """Market and version by close."""

    @classmethod
    def of(
        cls,
        session: Session,
        window: Window,
        market_codes: Collection[str] | None,
        known_at: KnownAt,
    ) -> "_Loader":
        market, vendor = table_of(Market).c, table_of(Vendor).c
        codes = _rows(session, sa.select(market.id, market.code))
        market_ids = frozenset(
            id_ for id_, code in codes if market_codes is None or code in market_codes
        )
        refusing = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS)
        people = _rows(
            session,
            sa.select(vendor.id, vendor.merged_into_id, vendor.market_id, vendor.business_name),
        )
        persons = {
            id_: (into or id_, where)
            for id_, into, where, _ in people
            if where in market_ids and id_ not in refusing
        }
        told = _closes(session, window, market_ids, known_at)
        rows = [
            (where, day, version, at, state is CloseState.FINAL)
            for _, where, day, version, at, state in told
        ]
        return cls(
            session=session,
            window=window,
            known_at=known_at,
            market_ids=market_ids,
            persons=persons,
            refusing=refusing,
            holdings={id_: name.strip().casefold() for id_, _, _, name in people},
            closes=_frame(rows, CLOSE_COLUMNS),
            close_of={id_: (where, version) for id_, where, _, version, _, _ in told},
        )

    def of_people(self, rows: Rows) -> list[tuple[Any, ...]]:
        """Return rows that begin with a vendor with the person's id and market instead."""
        return [(*self.persons[row[0]], *row[1:]) for row in rows if row[0] in self.persons]

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

    def trading(self) -> pd.DataFrame:
        """Return who holds an occupied stall from and to which day."""
        holding, stall = table_of(StallHolding).c, table_of(Stall).c
        told = _rows(
            self.session,
            sa.select(holding.vendor_id, holding.from_on, holding.to_on)
            .join_from(table_of(StallHolding), table_of(Stall), stall.id == holding.stall_id)
            # A holding that has ended tells of a stall occupied then.
            .where((stall.state == StallState.OCCUPIED) | holding.to_on.is_not(None)),
        )
        return _frame(self.of_people(told), TRADING_COLUMNS)

    def spans(self) -> pd.DataFrame:
        """Return from and to when vendors consented, were equipped, were under contract."""
        vendor, poster, point = (table_of(table).c for table in (Vendor, Poster, AcceptancePoint))
        consented = _rows(
            self.session,
            sa.select(vendor.id, vendor.consented_on).where(vendor.consented_on.is_not(None)),
        )
        equipped = _rows(
            self.session,
            sa.select(poster.vendor_id, poster.installed_on, poster.ended_on).where(
                poster.installed_on.is_not(None)
            ),
        )
        contracted = _rows(
            self.session,
            sa.select(
                point.vendor_id, point.contract_from, point.contract_to, point.valid_to
            ).where(point.provider_contract_no != "", point.contract_from.is_not(None)),
        )
        one_day = timedelta(days=1)
        told = [
            *((who, "consented", on, None) for who, on in consented),
            *((who, "equipped", on, end and end - one_day) for who, on, end in equipped),
            *(
                (who, "contracted", on, min((end for end in ends if end), default=None))
                for who, on, *ends in contracted
            ),
        ]
        rows = [
            (who, where, kind, first, last)
            for who, where, kind, first, last in self.of_people(told)
            if last is None or first <= last
        ]
        return _frame(rows, SPAN_COLUMNS)

    def points(self) -> pd.DataFrame:
        """Return acceptance points with how their holder's name compares."""
        point = table_of(AcceptancePoint).c
        told = _rows(
            self.session,
            sa.select(
                point.vendor_id,
                sa.type_coerce(point.name_match, sa.String),
                point.valid_from,
                point.valid_to,
            ),
        )
        return _frame(self.of_people(told), POINT_COLUMNS)

    def checks(self) -> pd.DataFrame:
        """Return the looks at posters in rounds that can have been made in the window."""
        check = table_of(PosterCheck).c
        told = _rows(
            self.session,
            sa.select(check.market_id, check.poster_id, check.checked_at, check.result)
            .where(check.item_id.is_not(None), ~check.is_self_check)
            .order_by(check.checked_at, check.id),
        )
        rows = [
            (where, poster, market_day(at), result in GOOD_CHECKS)
            for where, poster, at, result in told
            if where in self.market_ids and market_day(at) <= self.window.last
        ]
        return _frame(rows, CHECK_COLUMNS)

    def cash_points(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return where cash is paid in or drawn, from and to which day; and since when that is known.

        It is from the first point of a market on, or from the day somebody found that it had none.
        """
        market, point = table_of(Market), table_of(CashPoint)
        told = _rows(
            self.session,
            sa.select(
                market.c.id, market.c.no_cash_points_on, point.c.from_on, point.c.to_on
            ).select_from(market.outerjoin(point, point.c.market_id == market.c.id)),
        )
        points: list[tuple[int, date, date | None]] = []
        known: dict[int, date] = {}
        for where, none_on, from_on, to_on in told:
            if where not in self.market_ids:
                continue
            if from_on is not None:
                points.append((where, from_on, to_on))
            for day in (none_on, from_on):
                if day is not None:
                    known[where] = min(day, known.get(where, day))
        return _frame(points, CASH_POINT_COLUMNS), _frame(list(known.items()), CASH_LIST_COLUMNS)

    def groups(self) -> pd.DataFrame:
        """Return what each vendor sold on the window's last day, and the business she belongs to."""
        holding, stall = table_of(StallHolding).c, table_of(Stall).c
        last = self.window.last
        told = _rows(
            self.session,
            sa.select(holding.vendor_id, stall.goods_group)
            .join_from(table_of(StallHolding), table_of(Stall), stall.id == holding.stall_id)
            .where(holding.from_on <= last, holding.to_on.is_(None) | (holding.to_on >= last))
            # Of several stalls the first by code decides, as in the register's frame.
            .order_by(stall.code.desc()),
        )
        goods = {who: group for who, _, group in self.of_people(told)}
        people = sorted({person for person, _ in self.persons.values()})
        rows = [(who, goods.get(who, ""), self.holdings.get(who, "")) for who in people]
        return _frame(rows, GROUP_COLUMNS)

    def firsts(self) -> pd.DataFrame:
        """Return the day of each person's first receipt up to the window's end."""
        told = Halves.of(self.session, self.window.last, self.known_at).firsts()
        frame = _frame(self.of_people(told), FIRST_RECEIPT_COLUMNS)
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

    def persons_of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows of vendors as those of persons in their market, without who refuses."""
        people = pd.DataFrame(
            [(id_, *told) for id_, told in self.persons.items()],
            columns=["record_id", "person_id", "market_id"],
        ).astype("int64")
        at = pd.Index(people["record_id"]).get_indexer(rows["vendor_id"])
        kept, at = rows[at >= 0], at[at >= 0]
        told: pd.DataFrame = kept.assign(
            vendor_id=people["person_id"].to_numpy()[at],
            market_id=people["market_id"].to_numpy()[at],
        )
        return told

    def _people_of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows of vendors and closes with person, market and version."""
        return self.persons_of(self._versions_of(rows))

    def _amounts_of_refusing(self) -> dict[tuple[int, date, int], int]:
        """Return by market, day and amount how many receipts are theirs: tickets name nobody."""
        if not self.refusing:
            return {}
        window = self.window
        told = receipts(self.session, window.first, window.last, self.refusing)
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
    return _rows(
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


def _rows(session: Session, statement: sa.Select[Any]) -> Rows:
    return rows_of(session, statement)


def _by_vendor(channel_days: pd.DataFrame) -> pd.DataFrame:
    keys = ["vendor_id", "market_id", "day_on", "close_version"]
    sums = [name for name in VENDOR_DAY_COLUMNS if name not in keys]
    return channel_days.groupby(keys, sort=False)[sums].sum().reset_index()


def _kept(
    frame: pd.DataFrame, market_ids: frozenset[int], columns: Mapping[str, str]
) -> pd.DataFrame:
    return frame.loc[frame["market_id"].isin(list(market_ids)), list(columns)]


def _frame(rows: Rows, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return rows as a frame of the declared kinds; days go in as they come from the driver."""
    told = zip(*rows, strict=True) if rows else ([] for _ in columns)
    frame = pd.DataFrame(
        {
            name: pd.Series(list(values), dtype="object")
            for name, values in zip(columns, told, strict=True)
        }
    )
    days = {
        name: pd.to_datetime(frame[name], utc="UTC" in kind)
        for name, kind in columns.items()
        if kind.startswith("datetime")
    }
    return frame.assign(**days).astype(dict(columns))
