"""What frames of facts hold: the columns of each, their kinds, and what a row of it is."""

from collections.abc import Mapping

import pandas as pd

from market.adoption.frames import (
    COVERAGE_COLUMNS,
    DAY,
    FIRST_RECEIPT_COLUMNS,
    MARKET_COLUMNS,
    TRADING_COLUMNS,
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


def empty(columns: Mapping[str, str]) -> pd.DataFrame:
    """Return a frame of these columns and dtypes without rows."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
