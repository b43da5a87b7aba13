"""Who traded on which market day, counted without writing out every vendor and day.

Trading means holding an occupied stall on an open day; a vendor of two stalls trades once. A year of
a province is tens of millions of vendors' days, so days are counted by looking up ends of spans in
sorted arrays. A vendor belongs to one market.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from market.adoption.facts import day_numbers

_ROOM = 1 << 20
"""More than any day number; ids of markets and places of vendors are multiplied by it."""
_STILL = _ROOM - 2

Numbers = np.ndarray


@dataclass(frozen=True)
class MarketDays:
    """The market days of a window, sorted by market and day."""

    market_ids: Numbers
    day_numbers: Numbers

    @classmethod
    def of(cls, days: pd.DataFrame) -> "MarketDays":
        """Return the days of ``market_id, day_on``, each once."""
        keys = np.unique(days["market_id"].to_numpy("int64") * _ROOM + day_numbers(days["day_on"]))
        return cls(keys // _ROOM, keys % _ROOM)

    @staticmethod
    def of_keys(market_ids: Numbers, days: Numbers) -> Numbers:
        """Return one number for each pair of market and day number, as ``keys``."""
        keys: Numbers = market_ids * _ROOM + days
        return keys

    @property
    def keys(self) -> Numbers:
        """Return one ascending number per market day."""
        return self.of_keys(self.market_ids, self.day_numbers)

    def holds(self, market_ids: Numbers, days: Numbers) -> Numbers:
        """Return which pairs of market and day number are among the market days."""
        return np.isin(self.of_keys(market_ids, days), self.keys)


@dataclass(frozen=True)
class TradingSpans:
    """From and to which day each vendor held a stall: spans of one vendor do not touch."""

    vendor_ids: Numbers
    market_ids: Numbers
    firsts: Numbers
    lasts: Numbers

    @classmethod
    def of(cls, trading: pd.DataFrame) -> "TradingSpans":
        """Return the spans of ``frames.TRADING_COLUMNS``, those of several stalls joined."""
        firsts = np.clip(day_numbers(trading["from_on"]), 0, _STILL)
        is_open = trading["to_on"].isna().to_numpy()
        lasts = np.where(is_open, _STILL, np.clip(day_numbers(trading["to_on"]), -1, _STILL))
        vendors = trading["vendor_id"].to_numpy("int64")
        markets = trading["market_id"].to_numpy("int64")
        real = firsts <= lasts
        order = np.lexsort((firsts[real], vendors[real], markets[real]))
        vendors, markets = vendors[real][order], markets[real][order]
        firsts, lasts = firsts[real][order], lasts[real][order]
        owner = _owners(vendors, markets)
        reached = np.maximum.accumulate(owner * _ROOM + lasts) if len(owner) else owner
        begins = np.ones(len(owner), dtype="bool")
        begins[1:] = owner[1:] * _ROOM + firsts[1:] > reached[:-1] + 1
        ends = np.append(np.flatnonzero(begins)[1:], len(owner)) - 1 if len(owner) else owner
        return cls(vendors[begins], markets[begins], firsts[begins], reached[ends] % _ROOM)

    def traders(self, days: MarketDays) -> Numbers:
        """Return for each market day how many vendors traded."""
        begun = np.sort(self.market_ids * _ROOM + self.firsts)
        gone = np.sort(self.market_ids * _ROOM + self.lasts + 1)
        # Spans of markets before this one have both begun and gone: they cancel out.
        return np.searchsorted(begun, days.keys, "right") - np.searchsorted(
            gone, days.keys, "right"
        )

    def days_of_vendors(self, days: MarketDays) -> pd.Series:
        """Return how many market days each vendor traded on, by vendor id; of vendors with a span."""
        keys = days.keys
        counts = np.searchsorted(
            keys, self.market_ids * _ROOM + self.lasts, "right"
        ) - np.searchsorted(keys, self.market_ids * _ROOM + self.firsts, "left")
        return pd.Series(counts).groupby(self.vendor_ids).sum()

    def held(self, vendor_ids: Numbers, days: Numbers) -> Numbers:
        """Return which pairs of vendor and day number lie in a span of the vendor."""
        order = np.lexsort((self.firsts, self.vendor_ids))
        known, owner = np.unique(self.vendor_ids[order], return_inverse=True)
        if not len(known):
            return np.zeros(len(vendor_ids), dtype="bool")
        place = np.minimum(np.searchsorted(known, vendor_ids), len(known) - 1)
        begun = owner * _ROOM + self.firsts[order]
        at = np.searchsorted(begun, place * _ROOM + days, "right") - 1
        is_theirs = (at >= 0) & (owner[at] == place) & (known[place] == vendor_ids)
        return np.asarray(is_theirs & (days <= self.lasts[order][at]))


def _owners(vendors: Numbers, markets: Numbers) -> Numbers:
    """Return a rising number for each new vendor in sorted rows."""
    changed = np.ones(len(vendors), dtype="int64")
    changed[1:] = (vendors[1:] != vendors[:-1]) | (markets[1:] != markets[:-1])
    return np.cumsum(changed)
