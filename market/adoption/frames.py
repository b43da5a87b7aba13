"""The frames the indicators are computed from: their columns and dtypes, checked on entry."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from market.adoption.indicator import Window

DAY = "datetime64[s]"

VENDOR_COLUMNS: Mapping[str, str] = {
    "vendor_id": "int64",
    "market_id": "int64",
    "in_frame": "bool",
    "consented": "bool",
    "equipped": "bool",
    "contracted": "bool",
}
"""One row per vendor as of the reference day of the vendor's market."""
MARKET_COLUMNS: Mapping[str, str] = {
    "market_id": "int64",
    "market_code": "str",
    "stalls_counted": "Int64",
    "stalls_registered": "Int64",
}
COVERAGE_COLUMNS: Mapping[str, str] = {
    "market_id": "int64",
    "feeding_points": "int64",
    "displayed_codes": "int64",
}
DAY_COLUMNS: Mapping[str, str] = {
    "market_id": "int64",
    "day_on": DAY,
    "is_open": "bool",
    "is_closed": "bool",
    "is_final": "bool",
}
"""Each market and calendar day of the period: the market was open; the day's books are closed;
the close is final."""
TRADING_COLUMNS: Mapping[str, str] = {
    "vendor_id": "int64",
    "market_id": "int64",
    "from_on": DAY,
    "to_on": DAY,
}
"""Who holds an occupied stall from and to which day, both included; ``NaT`` = still."""
RECEIPT_COLUMNS: Mapping[str, str] = {
    "vendor_id": "int64",
    "market_id": "int64",
    "business_date": DAY,
    "amount_vnd": "int64",
}
"""Eligible receipts of the period and of the 30 days to its end."""
FIRST_RECEIPT_COLUMNS: Mapping[str, str] = {
    "vendor_id": "int64",
    "market_id": "int64",
    "first_on": DAY,
}
"""The day of each vendor's first eligible receipt ever."""

_MAY_BE_MISSING = frozenset({"stalls_counted", "stalls_registered", "to_on"})


@dataclass(frozen=True)
class AdoptionFrames:
    """Everything the indicators of a period are computed from."""

    vendors: pd.DataFrame
    markets: pd.DataFrame
    coverage: pd.DataFrame
    days: pd.DataFrame
    trading: pd.DataFrame
    receipts: pd.DataFrame
    first_receipts: pd.DataFrame

    def checked(self) -> "AdoptionFrames":
        """Return the same frames with exactly the declared columns and dtypes.

        Raises:
            TypeError: a column is missing, holds nulls, or is of another kind.
        """
        return AdoptionFrames(
            vendors=declared("vendors", self.vendors, VENDOR_COLUMNS),
            markets=declared("markets", self.markets, MARKET_COLUMNS),
            coverage=declared("coverage", self.coverage, COVERAGE_COLUMNS),
            days=declared("days", self.days, DAY_COLUMNS),
            trading=declared("trading", self.trading, TRADING_COLUMNS),
            receipts=declared("receipts", self.receipts, RECEIPT_COLUMNS),
            first_receipts=declared("first_receipts", self.first_receipts, FIRST_RECEIPT_COLUMNS),
        )

    def without_vendors(self, vendor_ids: Collection[int]) -> "AdoptionFrames":
        """Return the frames as if these vendors were nowhere: who they are, did and received."""
        about_vendors = ("vendors", "trading", "receipts", "first_receipts")
        return replace(
            self,
            **{
                name: frame[~frame["vendor_id"].isin(vendor_ids)]
                for name in about_vendors
                for frame in [getattr(self, name)]
            },
        )

    def of_markets(self, market_ids: Sequence[int]) -> "AdoptionFrames":
        """Return the rows of the given markets."""
        return AdoptionFrames(
            **{
                name: frame[frame["market_id"].isin(market_ids)]
                for name, frame in vars(self).items()
            }
        )


def within(days: pd.Series, window: Window) -> pd.Series:
    """Return which days lie in the window, both ends included."""
    return days.between(pd.Timestamp(window.first), pd.Timestamp(window.last))


def declared(name: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return the frame with exactly the declared columns and dtypes.

    Raises:
        TypeError: a column is missing, holds nulls, or is of another kind.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise TypeError(f"frame {name} lacks the columns {missing}")
    for column, dtype in columns.items():
        values = frame[column]
        if column not in _MAY_BE_MISSING and values.isna().any():
            raise TypeError(f"frame {name}: column {column} holds nulls")
        if dtype.lower() == "int64" and len(values) and pd.api.types.is_float_dtype(values):
            raise TypeError(f"frame {name}: column {column} is {values.dtype}, must be {dtype}")
    days = {column: pd.to_datetime(frame[column]) for column in columns if columns[column] == DAY}
    return frame[list(columns)].assign(**days).astype(dict(columns))
