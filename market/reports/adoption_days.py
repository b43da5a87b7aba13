"""The days a report of adoption speaks of, and the frames its figures are computed from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col

from market.adoption.frames import AdoptionFrames
from market.adoption.indicator import Window
from market.adoption.report import ALL_MARKETS
from market.reports.closes import newest_closes_of
from merchants import frames as register_frames
from merchants.kinds import ConsentPurpose
from merchants.privacy.consents import not_agreeing_to
from merchants.tables import Market, Stall, StallHolding, StallState
from reconciliation.close import frames as money_frames
from reconciliation.tables import CloseState, DayClose

BEGINNING = date(2020, 1, 1)
"""Before any feed of this service."""


@dataclass(frozen=True)
class ReportDays:
    """The calendar of the period: what was open, what is closed, up to where figures reach."""

    markets: Sequence[Market]
    frame: pd.DataFrame
    """As ``market.adoption.frames.DAY_COLUMNS``, the whole period."""
    closes: Mapping[tuple[str, date], DayClose]
    window: Window
    reference_days: Mapping[int, date]

    @classmethod
    def of(
        cls, session: Session, markets: Sequence[Market], first: date, last_day: date
    ) -> "ReportDays":
        """Return the days of a period; figures reach as far into it as its market days are closed."""
        closes = newest_closes_of(session, [m.code for m in markets], first, last_day)
        frame = _with_closes(
            register_frames.open_day_frame(session, first, last_day), markets, closes
        )
        last = _window_last(frame, closes, last_day)
        return cls(
            markets=markets,
            frame=frame,
            closes=closes,
            window=Window(first, last),
            reference_days=_reference_days(frame, markets, last),
        )

    def of_markets(self, market_code: str, members: Collection[str] = ()) -> pd.DataFrame:
        """Return the days of one market, of all, or of the members of an area."""
        if market_code == ALL_MARKETS:
            return self.frame
        wanted = members or (market_code,)
        ids = [market.id for market in self.markets if market.code in wanted]
        return self.frame[self.frame["market_id"].isin(ids)]


def load_frames(session: Session, days: ReportDays) -> AdoptionFrames:
    """Return what the figures of the days are computed from, of all markets.

    Who was asked and does not agree to ``aggregate_statistics`` is on neither side of any ratio and
    in no sum, of whatever month; the count of stalls (S1) is about no person and stays.
    """
    refusing = not_agreeing_to(session, ConsentPurpose.AGGREGATE_STATISTICS)
    window = days.window
    # From the beginning, because "ever active" asks for it; the same rows serve the window.
    receipts = money_frames.receipts(session, BEGINNING, window.last)
    first_on = receipts.groupby(["vendor_id", "market_id"])["business_date"].min()
    return AdoptionFrames(
        vendors=_vendors(session, days.reference_days, window.last),
        markets=register_frames.market_frame(session),
        coverage=register_frames.coverage_frame(session, window.last, without=refusing),
        days=days.frame,
        trading=_trading(session),
        receipts=receipts,
        first_receipts=first_on.rename("first_on").reset_index(),
    ).without_vendors(refusing)


def _with_closes(
    days: pd.DataFrame, markets: Sequence[Market], closes: Mapping[tuple[str, date], DayClose]
) -> pd.DataFrame:
    codes = {market.id: market.code for market in markets}
    keys = [
        (codes[market_id], day.date())
        for market_id, day in zip(
            days["market_id"].tolist(), pd.to_datetime(days["day_on"]), strict=True
        )
    ]
    return days.assign(
        is_closed=pd.Series([key in closes for key in keys], days.index, dtype="bool"),
        is_final=pd.Series(
            [key in closes and closes[key].state is CloseState.FINAL for key in keys],
            days.index,
            dtype="bool",
        ),
    )


def _window_last(
    days: pd.DataFrame, closes: Mapping[tuple[str, date], DayClose], last_day: date
) -> date:
    """Return the end of the period when all its market days are closed, else the newest close."""
    waiting = days["is_open"] & ~days["is_closed"]
    if not closes or not waiting.any():
        return last_day
    return max(day for _, day in closes)


def _reference_days(days: pd.DataFrame, markets: Sequence[Market], last: date) -> dict[int, date]:
    """Return for each market the last market day of the window, else the window's last day."""
    opened = days[days["is_open"] & (pd.to_datetime(days["day_on"]) <= pd.Timestamp(last))]
    newest = opened.groupby("market_id")["day_on"].max()
    return {
        market.id: pd.Timestamp(newest[market.id]).date() if market.id in newest.index else last
        for market in markets
        if market.id is not None
    }


def _vendors(session: Session, reference_days: Mapping[int, date], last: date) -> pd.DataFrame:
    """Return each market's vendors as of its own reference day."""
    parts = []
    for as_of in sorted(set(reference_days.values())) or [last]:
        market_ids = [id_ for id_, day in reference_days.items() if day == as_of]
        frame = register_frames.vendor_frame(session, as_of)
        parts.append(frame[frame["market_id"].isin(market_ids)])
    return pd.concat(parts, ignore_index=True)


def _trading(session: Session) -> pd.DataFrame:
    """Return who holds an occupied stall from and to which day."""
    rows = session.execute(
        sa.select(
            col(StallHolding.vendor_id),
            col(Stall.market_id),
            col(StallHolding.from_on),
            col(StallHolding.to_on),
        )
        .join(Stall, col(Stall.id) == col(StallHolding.stall_id))
        # As in the register's frame: a holding that has ended tells of a stall occupied then.
        .where(
            sa.or_(col(Stall.state) == StallState.OCCUPIED, col(StallHolding.to_on).is_not(None))
        )
    ).all()
    return pd.DataFrame(
        [tuple(row) for row in rows], columns=["vendor_id", "market_id", "from_on", "to_on"]
    ).astype({"vendor_id": "int64", "market_id": "int64"})
