"""Use by the market day and the receipt: who of those trading receives, how often and how much."""

from fractions import Fraction

import numpy as np
import pandas as pd

from market.adoption.definitions import TICKET_BAND_IDS
from market.adoption.exact_sums import exact_sums
from market.adoption.fact_columns import BAND_COLUMNS
from market.adoption.facts import day_numbers
from market.adoption.parts import Part
from market.adoption.trading import MarketDays, TradingSpans
from market.adoption.use_activity import regular

_VALUE_IDS = ("U7", "U8", "U9.mean", *TICKET_BAND_IDS)


def by_market_day(
    in_frame: pd.DataFrame,
    receiving: pd.DataFrame,
    market_days: pd.DataFrame,
    trading: pd.DataFrame,
) -> dict[str, dict[int, Part]]:
    """Return U3, U4, U7, U8 and U9 but the median: what is told per market day or receipt."""
    days, spans = MarketDays.of(market_days), TradingSpans.of(trading)
    vendors, numbers = receiving["vendor_id"].to_numpy("int64"), day_numbers(receiving["day_on"])
    markets = receiving["market_id"].to_numpy("int64")
    traded = days.holds(markets, numbers) & spans.held(vendors, numbers)
    trading_days = spans.days_of_vendors(days)
    per_vendor = pd.DataFrame({"vendor_id": vendors, "market_id": markets, "traded": traded})
    received_days = per_vendor.groupby("vendor_id")["traded"].sum()
    return {
        "U3": _per_day(days, spans, per_vendor.assign(number=numbers), trading_days),
        "U4": regular(in_frame, received_days, trading_days),
        **_sums(receiving, days, trading_days),
    }


def _per_day(
    days: MarketDays, spans: TradingSpans, receiving: pd.DataFrame, trading_days: pd.Series
) -> dict[int, Part]:
    """Return U3: the sum over market days of receiving traders by traders, and the days counted."""
    paid = receiving[receiving["traded"]]
    keys = MarketDays.of_keys(paid["market_id"].to_numpy(), paid["number"].to_numpy())
    at, counts = np.unique(np.searchsorted(days.keys, keys), return_counts=True)
    receivers = np.zeros(len(days.keys), dtype="int64")
    receivers[at] = counts
    contributors = paid.groupby("market_id")["vendor_id"].nunique().to_dict()
    market_of = pd.Series(spans.market_ids, spans.vendor_ids).groupby(level=0).first()
    traders = market_of[trading_days[trading_days > 0].index].value_counts().to_dict()
    # Exact fractions: the same days give the same mean in any order.
    sums: dict[int, Fraction] = {}
    counted: dict[int, int] = {}
    told = zip(
        days.market_ids.tolist(), receivers.tolist(), spans.traders(days).tolist(), strict=True
    )
    for market, part, whole in told:
        if whole:
            sums[market] = sums.get(market, Fraction(0)) + Fraction(part, whole)
            counted[market] = counted.get(market, 0) + 1
    return {
        market: Part(
            sums[market],
            counted[market],
            int(contributors.get(market, 0)),
            int(traders.get(market, 0)),
        )
        for market in sums
    }


def _sums(
    receiving: pd.DataFrame, days: MarketDays, trading_days: pd.Series
) -> dict[str, dict[int, Part]]:
    """Return U7, U8, the mean and the bands of U9: sums of receipts and of their value."""
    markets = receiving["market_id"]
    values = exact_sums(receiving["value_vnd"], markets)
    counts = receiving.groupby("market_id")[["receipts", *BAND_COLUMNS]].sum()
    payees = receiving.drop_duplicates("vendor_id")
    own_days = trading_days.reindex(payees["vendor_id"], fill_value=0)
    vendor_days = own_days.groupby(payees["market_id"].to_numpy()).sum().to_dict()
    contributors = payees.groupby("market_id").size().to_dict()
    market_days = pd.Series(days.market_ids).value_counts().to_dict()
    found: dict[str, dict[int, Part]] = {id_: {} for id_ in _VALUE_IDS}
    for market in {*market_days, *counts.index.tolist()}:
        n = int(contributors.get(market, 0))
        receipts = int(counts["receipts"].get(market, 0))
        value = values.get(market, 0)
        found["U7"][market] = Part(receipts, int(vendor_days.get(market, 0)), n, n)
        found["U8"][market] = Part(value, int(market_days.get(market, 0)), n, n)
        found["U9.mean"][market] = Part(value, receipts, n, n)
    for id_, column in zip(TICKET_BAND_IDS, BAND_COLUMNS, strict=True):
        in_band = receiving[receiving[column] > 0].groupby("market_id")["vendor_id"].nunique()
        for market, receipts, part in zip(
            counts.index.tolist(), counts["receipts"].tolist(), counts[column].tolist(), strict=True
        ):
            found[id_][market] = Part(
                part,
                receipts,
                int(in_band.get(market, 0)),
                int(contributors.get(market, 0)),
            )
    return found
