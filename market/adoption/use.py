"""Use: who receives money by QR, how often, and how much at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from market.adoption.definitions import ACTIVE_WINDOW_DAYS, DORMANT_DAYS, TICKET_BAND_IDS
from market.adoption.facts import BAND_COLUMNS, day_numbers, exact_sums
from market.adoption.frames import within
from market.adoption.indicator import Measure, Window, ratio, whole_vnd
from market.adoption.parts import Part, total
from market.adoption.reach import last_day_of, last_days
from market.adoption.trading import MarketDays, TradingSpans

_VALUE_IDS = ("U7", "U8", "U9.mean", *TICKET_BAND_IDS)
_IN_WHOLE_VND = frozenset({"U8", "U9.mean"})


@dataclass(frozen=True)
class UseFrames:
    """What the measures of use are computed from, of all markets.

    Frames as in ``facts`` and ``frames``: ``vendors`` as of the reference day, ``days`` with
    ``is_open`` and ``is_closed``, vendor-days from 90 days before the end of the window on, tickets
    of the window's days.
    """

    vendors: pd.DataFrame
    days: pd.DataFrame
    trading: pd.DataFrame
    vendor_days: pd.DataFrame
    tickets: pd.DataFrame
    first_receipts: pd.DataFrame


@dataclass(frozen=True)
class UseParts:
    """The measures of use of each market, to be added up for areas."""

    parts: Mapping[str, Mapping[int, Part]]
    """By measure and market."""
    tickets: Mapping[int, Mapping[int, int]]
    """By market: how many receipts of the window had which amount."""
    window: Window
    lasts: Mapping[int, date]
    """As ``reach.last_days`` returns them."""

    def measures(self, market_ids: Collection[int]) -> list[Measure]:
        """Return U1 to U9 of some markets together, each measured to the last day known of it.

        The days told are all days looked at: from the earliest first day to the latest last.
        """
        sums = {
            id_: total(parts[market] for market in market_ids if market in parts)
            for id_, parts in self.parts.items()
        }
        lasts = [self.lasts[market] for market in market_ids if market in self.lasts]
        longest = Window(self.window.first, max(lasts, default=self.window.last))
        shortest = Window(self.window.first, min(lasts, default=self.window.last))
        measures = [_measure(id_, part, longest, shortest) for id_, part in sums.items()]
        return [*measures, self._median(market_ids, sums["U9.mean"], longest)]

    def _median(self, market_ids: Collection[int], receipts: Part, window: Window) -> Measure:
        counts: dict[int, int] = {}
        for market in market_ids:
            for amount, count in self.tickets.get(market, {}).items():
                counts[amount] = counts.get(amount, 0) + count
        return Measure(
            id="U9.median",
            value=median_vnd(counts),
            numerator=None,
            denominator=sum(counts.values()),
            contributors=receipts.contributors,
            base=receipts.base,
            window_first=window.first,
            window_last=window.last,
        )


def use_parts(frames: UseFrames, window: Window) -> UseParts:
    """Return U1 to U9 of every market with a closed day in the window; of the others nothing is known.

    Market days are the open days of the window whose books are closed: a day nobody has
    reconciled yet is not a day without money. So the 30 and 90 days of U1, U2 and U6 end, of each
    vendor, on the last day known of her market. Source: domain.md 11.3.

    Args:
        window: to the day that ``reach.reach`` tells.
    """
    days = frames.days[within(frames.days["day_on"], window)]
    lasts = last_days(frames.days, window)
    known = list(lasts)
    in_frame = frames.vendors[frames.vendors["in_frame"] & frames.vendors["market_id"].isin(known)]
    receiving = frames.vendor_days[
        within(frames.vendor_days["day_on"], window) & frames.vendor_days["market_id"].isin(known)
    ]
    market_days = days[days["is_open"] & days["is_closed"]]
    measured = {
        **_activity(frames, in_frame, window, lasts),
        **_by_market_day(in_frame, receiving, market_days, frames.trading),
    }
    parts = {id_: {m: by.get(m, Part()) for m in known} for id_, by in measured.items()}
    return UseParts(parts, _tickets(frames.tickets, known, window), window, lasts)


def median_vnd(counts: Mapping[int, int]) -> int | None:
    """Return the median amount in whole đồng, halves up; ``None`` of no receipts.

    Args:
        counts: how many receipts had which amount.
    """
    count = sum(counts.values())
    if not count:
        return None
    middle, seen = [(count - 1) // 2, count // 2], 0
    found: list[int] = []
    for amount in sorted(counts):
        seen += counts[amount]
        while len(found) < 2 and middle[len(found)] < seen:
            found.append(amount)
    return whole_vnd(sum(found), 2)


def _activity(
    frames: UseFrames, in_frame: pd.DataFrame, window: Window, lasts: Mapping[int, date]
) -> dict[str, dict[int, Part]]:
    """Return U1, U2, U5, U6: who received money lately, or ever, up to the last day of her market."""
    # A year of a province is cut to the days any market looks back over, then looked at row by row.
    looked_at = Window(window.first, min(lasts.values(), default=window.last)).ninety_days().first
    near = frames.vendor_days[within(frames.vendor_days["day_on"], Window(looked_at, window.last))]
    ago = last_day_of(near["market_id"], lasts) - near["day_on"]

    def is_active(days: int) -> pd.Series:
        lately = near[ago.between(pd.Timedelta(0), pd.Timedelta(days=days - 1))]
        return in_frame["vendor_id"].isin(lately["vendor_id"])

    firsts = frames.first_receipts
    started = firsts[firsts["first_on"] <= last_day_of(firsts["market_id"], lasts)]
    everybody = pd.Series(data=True, index=in_frame.index)
    a90 = is_active(DORMANT_DAYS)
    return {
        "U1": _shares(in_frame, is_active(ACTIVE_WINDOW_DAYS), everybody),
        "U2": _shares(in_frame, a90, everybody),
        "U5": _shares(
            in_frame, in_frame["vendor_id"].isin(started["vendor_id"]), in_frame["equipped"]
        ),
        "U6": _shares(in_frame, ~a90, in_frame["equipped"]),
    }


def _shares(vendors: pd.DataFrame, is_part: pd.Series, is_whole: pd.Series) -> dict[int, Part]:
    """Return by market how many vendors of the whole are of the part."""
    flags = pd.DataFrame({"part": is_part & is_whole, "whole": is_whole}).astype("int64")
    sums = flags.groupby(vendors["market_id"].to_numpy()).sum()
    return {
        int(market): Part(int(part), int(whole), int(part), int(whole))
        for market, part, whole in zip(sums.index, sums["part"], sums["whole"], strict=True)
    }


def _by_market_day(
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
        "U4": _regular(in_frame, received_days, trading_days),
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


def _regular(
    in_frame: pd.DataFrame, received_days: pd.Series, trading_days: pd.Series
) -> dict[int, Part]:
    """Return U4: a receipt on half of one's own market days or more."""
    received = received_days.reindex(in_frame["vendor_id"], fill_value=0).to_numpy("int64")
    own = trading_days.reindex(in_frame["vendor_id"], fill_value=0).to_numpy("int64")
    is_regular = pd.Series((own > 0) & (2 * received >= own), in_frame.index)
    return _shares(in_frame, is_regular, pd.Series(data=True, index=in_frame.index))


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


def _tickets(
    tickets: pd.DataFrame, markets: Sequence[int], window: Window
) -> dict[int, dict[int, int]]:
    told = tickets[within(tickets["day_on"], window) & tickets["market_id"].isin(markets)]
    counts = told.groupby(["market_id", "amount_vnd"])["receipts"].sum().reset_index()
    found: dict[int, dict[int, int]] = {}
    for market, amount, count in zip(*(counts[name].tolist() for name in counts), strict=True):
        found.setdefault(market, {})[amount] = count
    return found


def _measure(id_: str, part: Part, window: Window, shortest: Window) -> Measure:
    """Return the sum as a measure of days that end with ``window``, of some markets before."""
    first = {
        "U1": shortest.thirty_days().first,
        "U2": shortest.ninety_days().first,
        "U6": shortest.ninety_days().first,
        "U5": None,
    }
    is_money = id_ in _IN_WHOLE_VND
    assert not (is_money and isinstance(part.numerator, Fraction))
    return Measure(
        id=id_,
        value=(
            whole_vnd(int(part.numerator), part.denominator)
            if is_money
            else ratio(part.numerator, part.denominator)
        ),
        numerator=float(part.numerator) if id_ == "U3" else int(part.numerator),
        denominator=part.denominator,
        contributors=part.contributors,
        base=part.base,
        window_first=first.get(id_, window.first),
        window_last=window.last,
    )
