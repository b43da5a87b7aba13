"""The facts measures are made of: a vendor's day as one close found it, and the register by spans.

Every row about money carries the version of the close it came from. ``Facts.known_at`` keeps, for
each market and day, the newest version that was closed by an instant: so any figure can be told as
it was known then. The register is kept by the days it holds for and is read as it stands now.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
import pandas as pd

from market.adoption.fact_columns import COLUMNS, empty
from market.adoption.frames import FIRST_RECEIPT_COLUMNS, declared

_KEYED_BY_CLOSE = ("vendor_days", "tickets", "channel_days", "breaks", "payers", "attempts")
_ABOUT_VENDORS = (
    *("vendor_days", "channel_days", "breaks", "payers", "trading"),
    *("spans", "points", "groups", "firsts"),
)


@dataclass(frozen=True)
class Facts:
    """Everything measures are computed from; one frame per field, columns as in ``COLUMNS``."""

    markets: pd.DataFrame
    openings: pd.DataFrame
    closes: pd.DataFrame
    vendor_days: pd.DataFrame
    tickets: pd.DataFrame
    channel_days: pd.DataFrame
    breaks: pd.DataFrame
    payers: pd.DataFrame
    attempts: pd.DataFrame
    trading: pd.DataFrame
    spans: pd.DataFrame
    points: pd.DataFrame
    checks: pd.DataFrame
    cash_points: pd.DataFrame
    cash_lists: pd.DataFrame
    coverage: pd.DataFrame
    closures: pd.DataFrame
    groups: pd.DataFrame
    firsts: pd.DataFrame
    """First receipts on days before those of ``vendor_days``, where not all days are given."""

    @classmethod
    def of(cls, **frames: pd.DataFrame) -> "Facts":
        """Return the facts with declared columns and dtypes; a frame not given has no rows.

        Raises:
            TypeError: a column is missing, holds nulls, or is of another kind.
        """
        unknown = frames.keys() - COLUMNS.keys()
        if unknown:
            raise TypeError(f"no such facts: {sorted(unknown)}")
        return cls(
            **{
                name: declared(name, frames[name], columns) if name in frames else empty(columns)
                for name, columns in COLUMNS.items()
            }
        )

    def known_at(self, at: datetime) -> "Facts":
        """Return the facts as they were known at an instant: of each closed day its newest version.

        Days first closed later are not closed; rows of older versions are gone. An instant without
        a zone is refused.
        """
        if at.tzinfo is None:
            raise ValueError(f"instant {at!r} has no time zone")
        return self._with_closes(self.closes[self.closes["closed_at"] <= pd.Timestamp(at)])

    def newest(self) -> "Facts":
        """Return the facts as they are known now."""
        return self._with_closes(self.closes)

    def without_vendors(self, vendor_ids: Collection[int]) -> "Facts":
        """Return the facts as if these vendors were nowhere.

        Tickets name no vendor: whoever loads facts leaves these vendors' receipts out.
        """
        changed = {
            name: frame[~frame["vendor_id"].isin(list(vendor_ids))]
            for name in _ABOUT_VENDORS
            for frame in [getattr(self, name)]
        }
        return replace(self, **changed)

    def of_markets(self, market_ids: Collection[int]) -> "Facts":
        """Return the rows of the given markets."""
        wanted = list(market_ids)
        kept = {
            name: frame[frame["market_id"].isin(wanted)]
            for name, frame in vars(self).items()
            if "market_id" in frame.columns
        }
        return replace(self, **kept)

    def first_receipts(self) -> pd.DataFrame:
        """Return the day of each vendor's first receipt, as ``frames.FIRST_RECEIPT_COLUMNS``."""
        keys = ["vendor_id", "market_id"]
        seen = self.vendor_days.groupby(keys)["day_on"].min().rename("first_on").reset_index()
        both = pd.concat([self.firsts, seen]).groupby(keys)["first_on"].min().reset_index()
        return both.astype(dict(FIRST_RECEIPT_COLUMNS))

    def _with_closes(self, closes: pd.DataFrame) -> "Facts":
        ordered = closes.sort_values("close_version", kind="stable")
        newest = ordered.drop_duplicates(["market_id", "day_on"], keep="last")
        wanted = np.sort(_close_key(newest))
        changed = {
            name: frame[_is_in(_close_key(frame), wanted)]
            for name in _KEYED_BY_CLOSE
            for frame in [getattr(self, name)]
        }
        return replace(self, closes=newest.sort_index(), **changed)


def held_on(spans: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return the rows whose span holds a day; ``from_on`` and ``to_on`` are both included."""
    day = pd.Timestamp(on)
    return spans[(spans["from_on"] <= day) & (spans["to_on"].isna() | (day <= spans["to_on"]))]


def day_numbers(days: pd.Series) -> np.ndarray:
    """Return days as numbers since 1 January 1970 (int64)."""
    return days.to_numpy().astype("datetime64[D]").astype("int64")


def _close_key(rows: pd.DataFrame) -> np.ndarray:
    """Return one number for market, day and version: 24, 20 and 19 bits, which leaves the sign."""
    for column, limit in (("market_id", 1 << 24), ("close_version", 1 << 19)):
        if len(rows) and not rows[column].between(0, limit - 1).all():
            raise ValueError(f"{column} is not within 0 … {limit - 1}")
    key: np.ndarray = rows["market_id"].to_numpy("int64") << 39
    key |= day_numbers(rows["day_on"]) << 19
    key |= rows["close_version"].to_numpy("int64")
    return key


def _is_in(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return which keys are among the wanted, which are sorted."""
    if not len(wanted):
        return np.zeros(len(keys), dtype="bool")
    at = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
    return np.asarray(wanted[at] == keys)
