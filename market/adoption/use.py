"""Use: who receives money by QR, how often, and how much at a time."""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pandas as pd

from market.adoption.definitions import TICKET_BAND_EDGES_VND, TICKET_BAND_IDS
from market.adoption.frames import AdoptionFrames, within
from market.adoption.indicator import Measure, Window, ratio, whole_vnd


def use_measures(frames: AdoptionFrames, window: Window) -> list[Measure]:
    """Return U1, U3, U5, U7, U8 and U9 of the given markets.

    Market days are the open days of the window whose books are closed: a day nobody has
    reconciled yet is not a day without money.
    """
    facts = _Facts.of(frames, window)
    return [
        _active_in_30_days(frames, facts, window),
        _active_per_market_day(facts, window),
        _activated(frames, facts, window),
        _receipts_per_vendor_day(facts, window),
        _value_per_market_day(facts, window),
        *_ticket_sizes(facts, window),
    ]


@dataclass(frozen=True)
class _Facts:
    """What several indicators share."""

    frame_vendors: pd.DataFrame
    market_days: pd.DataFrame
    """market_id, day_on: one row per open, closed day."""
    trading_days: pd.DataFrame
    """market_id, day_on, vendor_id: who traded on which market day, each once."""
    receipts: pd.DataFrame
    """The receipts of the window."""
    amounts: list[int]
    """The amounts of the window's receipts, ascending."""
    receiving_vendors: int

    @classmethod
    def of(cls, frames: AdoptionFrames, window: Window) -> "_Facts":
        days = frames.days[within(frames.days["day_on"], window)]
        market_days = days.loc[days["is_open"] & days["is_closed"], ["market_id", "day_on"]]
        receipts = frames.receipts[within(frames.receipts["business_date"], window)]
        return cls(
            frame_vendors=frames.vendors[frames.vendors["in_frame"]],
            market_days=market_days,
            trading_days=_trading_days(market_days, frames.trading),
            receipts=receipts,
            amounts=sorted(receipts["amount_vnd"].tolist()),
            receiving_vendors=receipts["vendor_id"].nunique(),
        )


def _trading_days(market_days: pd.DataFrame, trading: pd.DataFrame) -> pd.DataFrame:
    pairs = market_days.merge(trading, on="market_id", how="inner", validate="many_to_many")
    held = (pairs["from_on"] <= pairs["day_on"]) & (
        pairs["to_on"].isna() | (pairs["day_on"] <= pairs["to_on"])
    )
    # A vendor with two stalls trades once.
    return pairs.loc[held, ["market_id", "day_on", "vendor_id"]].drop_duplicates()


def _active_in_30_days(frames: AdoptionFrames, facts: _Facts, window: Window) -> Measure:
    recent_window = window.thirty_days()
    recent = frames.receipts[within(frames.receipts["business_date"], recent_window)]
    active = int(facts.frame_vendors["vendor_id"].isin(recent["vendor_id"]).sum())
    return Measure(
        id="U1",
        value=ratio(active, len(facts.frame_vendors)),
        numerator=active,
        denominator=len(facts.frame_vendors),
        contributors=active,
        base=len(facts.frame_vendors),
        window_first=recent_window.first,
        window_last=recent_window.last,
    )


def _active_per_market_day(facts: _Facts, window: Window) -> Measure:
    received = facts.receipts[["market_id", "business_date", "vendor_id"]].drop_duplicates()
    days = facts.trading_days.merge(
        received.rename(columns={"business_date": "day_on"}).assign(received=True),
        on=["market_id", "day_on", "vendor_id"],
        how="left",
        validate="one_to_one",
    )
    days["received"] = days["received"].notna()
    shares = days.groupby(["market_id", "day_on"])["received"].agg(["sum", "size"])
    # Exact fractions: the same days give the same mean in any order.
    total = sum(
        (Fraction(part, whole) for part, whole in shares.itertuples(index=False, name=None)),
        Fraction(0),
    )
    return Measure(
        id="U3",
        value=ratio(total, len(shares)),
        numerator=float(total),
        denominator=len(shares),
        contributors=days.loc[days["received"], "vendor_id"].nunique(),
        base=days["vendor_id"].nunique(),
        window_first=window.first,
        window_last=window.last,
    )


def _activated(frames: AdoptionFrames, facts: _Facts, window: Window) -> Measure:
    started = frames.first_receipts[frames.first_receipts["first_on"] <= pd.Timestamp(window.last)]
    equipped = facts.frame_vendors[facts.frame_vendors["equipped"]]
    active = int(equipped["vendor_id"].isin(started["vendor_id"]).sum())
    return Measure(
        id="U5",
        value=ratio(active, len(equipped)),
        numerator=active,
        denominator=len(equipped),
        contributors=active,
        base=len(equipped),
        window_first=None,
        window_last=window.last,
    )


def _receipts_per_vendor_day(facts: _Facts, window: Window) -> Measure:
    vendor_days = int(facts.trading_days["vendor_id"].isin(facts.receipts["vendor_id"]).sum())
    return _value_measure(
        "U7",
        ratio(len(facts.receipts), vendor_days),
        len(facts.receipts),
        vendor_days,
        facts,
        window,
    )


def _value_per_market_day(facts: _Facts, window: Window) -> Measure:
    # Summed as Python integers: int64 wraps around without a word.
    value_vnd, days = sum(facts.amounts), len(facts.market_days)
    return _value_measure("U8", whole_vnd(value_vnd, days), value_vnd, days, facts, window)


def _ticket_sizes(facts: _Facts, window: Window) -> list[Measure]:
    count, value_vnd = len(facts.amounts), sum(facts.amounts)
    middle = facts.amounts[(count - 1) // 2 : count // 2 + 1]
    median_vnd, mean_vnd = whole_vnd(sum(middle), len(middle)), whole_vnd(value_vnd, count)
    return [
        _value_measure("U9.median", median_vnd, None, count, facts, window),
        _value_measure("U9.mean", mean_vnd, value_vnd, count, facts, window),
        *_ticket_bands(facts, window),
    ]


def _ticket_bands(facts: _Facts, window: Window) -> list[Measure]:
    band = np.searchsorted(TICKET_BAND_EDGES_VND, facts.receipts["amount_vnd"], side="left")
    by_band = facts.receipts["vendor_id"].groupby(band)
    receipts, vendors = by_band.size(), by_band.nunique()
    count = len(facts.amounts)
    measures = []
    for number, id_ in enumerate(TICKET_BAND_IDS):
        part = int(receipts.get(number, 0))
        whole = _value_measure(id_, ratio(part, count), part, count, facts, window)
        measures.append(replace(whole, contributors=int(vendors.get(number, 0))))
    return measures


def _value_measure(
    id_: str,
    value: float | None,
    numerator: int | None,
    denominator: int,
    facts: _Facts,
    window: Window,
) -> Measure:
    return Measure(
        id=id_,
        value=value,
        numerator=numerator,
        denominator=denominator,
        contributors=facts.receiving_vendors,
        base=facts.receiving_vendors,
        window_first=window.first,
        window_last=window.last,
    )
