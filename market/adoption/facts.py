"""The facts measures are made of: a vendor's day as one close found it, and the register by spans.

Every row about money carries the version of the close it came from. ``Facts.known_at`` keeps, for
each market and day, the newest version that was closed by an instant: so any figure can be told as
it was known then. The register is kept by the days it holds for and is read as it stands now.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
import pandas as pd

from market.adoption.frames import (
    COVERAGE_COLUMNS,
    DAY,
    FIRST_RECEIPT_COLUMNS,
    MARKET_COLUMNS,
    TRADING_COLUMNS,
    declared,
)

BAND_COLUMNS = ("band_1", "band_2", "band_3", "band_4", "band_5")
"""Receipts of the day in each band of U9."""

CLOSE_COLUMNS: Mapping[str, str] = {
    "market_id": "int64",
    "day_on": DAY,
    "close_version": "int64",
    "closed_at": "datetime64[us, UTC]",
    "is_final": "bool",
}
"""Every version of every closed day of a market."""
OPENING_COLUMNS: Mapping[str, str] = {"market_id": "int64", "day_on": DAY, "is_open": "bool"}
"""Each market and calendar day there is anything to say about."""
VENDOR_DAY_COLUMNS: Mapping[str, str] = {
    "vendor_id": "int64",
    "market_id": "int64",
    "day_on": DAY,
    "close_version": "int64",
    "receipts": "int64",
    "value_vnd": "int64",
    **dict.fromkeys(BAND_COLUMNS, "int64"),
}
"""The eligible receipts of one vendor and day; a vendor and day without any has no row."""
TICKET_COLUMNS: Mapping[str, str] = {
    "market_id": "int64",
    "day_on": DAY,
    "close_version": "int64",
    "amount_vnd": "int64",
    "receipts": "int64",
}
"""How many receipts of a market and day had which amount: what a median needs."""
CHANNEL_DAY_COLUMNS: Mapping[str, str] = {
    "vendor_id": "int64",
    "market_id": "int64",
    "day_on": DAY,
    "close_version": "int64",
    "acceptance_type": "str",
    "provider": "str",
    "receipts": "int64",
    "value_vnd": "int64",
}
BREAK_COLUMNS: Mapping[str, str] = {
    "vendor_id": "int64",
    "market_id": "int64",
    "day_on": DAY,
    "close_version": "int64",
    "break_name": "str",
    "acceptance_type": "str",
    "provider": "str",
    "receipts": "int64",
    "value_vnd": "int64",
}
"""Money that is credible and not confirmed; vendor 0, and no channel or provider, where unknown."""
PAYER_COLUMNS: Mapping[str, str] = {
    "vendor_id": "int64",
    "market_id": "int64",
    "day_on": DAY,
    "close_version": "int64",
    "payer": "str",
}
ATTEMPT_COLUMNS: Mapping[str, str] = {
    "market_id": "int64",
    "day_on": DAY,
    "close_version": "int64",
    "provider": "str",
    "attempts": "int64",
    "technical_failures": "int64",
}
SPAN_COLUMNS: Mapping[str, str] = {
    "vendor_id": "int64",
    "market_id": "int64",
    "kind": "str",
    "from_on": DAY,
    "to_on": DAY,
}
"""From and to which day, both included, something was true of a vendor; ``NaT`` = still."""
SPAN_KINDS = ("consented", "equipped", "contracted")
POINT_COLUMNS: Mapping[str, str] = {
    "vendor_id": "int64",
    "market_id": "int64",
    "name_match": "str",
    "from_on": DAY,
    "to_on": DAY,
}
"""Acceptance points and how their holder's name compares (``merchants.kinds.NameMatch``)."""
CHECK_COLUMNS: Mapping[str, str] = {
    "market_id": "int64",
    "poster_id": "int64",
    "checked_on": DAY,
    "passed": "bool",
}
"""Looks at posters in rounds, in the order they were made; no vendor's own."""
CASH_POINT_COLUMNS: Mapping[str, str] = {"market_id": "int64", "from_on": DAY, "to_on": DAY}
CASH_LIST_COLUMNS: Mapping[str, str] = {"market_id": "int64", "from_on": DAY}
"""From which day on a market's cash points are known, be it that there are none; one row a market."""
CLOSURE_COLUMNS: Mapping[str, str] = {"market_id": "int64", "from_on": DAY, "to_on": DAY}
"""From and to which day, both included, a market that had closed was not held; ``NaT`` = still."""
GROUP_COLUMNS: Mapping[str, str] = {"vendor_id": "int64", "goods_group": "str", "holding": "str"}
"""What a vendor sells, and the household business she belongs to (one contributor together)."""

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "markets": MARKET_COLUMNS,
    "openings": OPENING_COLUMNS,
    "closes": CLOSE_COLUMNS,
    "vendor_days": VENDOR_DAY_COLUMNS,
    "tickets": TICKET_COLUMNS,
    "channel_days": CHANNEL_DAY_COLUMNS,
    "breaks": BREAK_COLUMNS,
    "payers": PAYER_COLUMNS,
    "attempts": ATTEMPT_COLUMNS,
    "trading": TRADING_COLUMNS,
    "spans": SPAN_COLUMNS,
    "points": POINT_COLUMNS,
    "checks": CHECK_COLUMNS,
    "cash_points": CASH_POINT_COLUMNS,
    "cash_lists": CASH_LIST_COLUMNS,
    "coverage": COVERAGE_COLUMNS,
    "closures": CLOSURE_COLUMNS,
    "groups": GROUP_COLUMNS,
    "firsts": FIRST_RECEIPT_COLUMNS,
}
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


def empty(columns: Mapping[str, str]) -> pd.DataFrame:
    """Return a frame of these columns and dtypes without rows."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})


def held_on(spans: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return the rows whose span holds a day; ``from_on`` and ``to_on`` are both included."""
    day = pd.Timestamp(on)
    return spans[(spans["from_on"] <= day) & (spans["to_on"].isna() | (day <= spans["to_on"]))]


def exact_sum(values: pd.Series) -> int:
    """Return a sum of int64 as a Python integer, which does not wrap around.

    The halves are summed apart: each stays within 64 bits for up to 2^31 rows.
    """
    numbers = values.to_numpy("int64")
    return (int((numbers >> 32).sum()) << 32) + int((numbers & 0xFFFFFFFF).sum())


def exact_sums(values: pd.Series, keys: pd.Series) -> dict[int, int]:
    """Return the exact sum for each key."""
    halves = pd.DataFrame(
        {"high": values.to_numpy("int64") >> 32, "low": values.to_numpy("int64") & 0xFFFFFFFF}
    )
    sums = halves.groupby(keys.to_numpy()).sum()
    return {
        int(key): (int(high) << 32) + int(low)
        for key, high, low in zip(sums.index, sums["high"], sums["low"], strict=True)
    }


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
