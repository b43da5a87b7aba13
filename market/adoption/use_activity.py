"""Who is active: received money lately, ever, or on half of her own market days."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from market.adoption.definitions import ACTIVE_WINDOW_DAYS, DORMANT_DAYS
from market.adoption.frames import within
from market.adoption.indicator import Window
from market.adoption.parts import Part
from market.adoption.reach import last_day_of


def activity(
    in_frame: pd.DataFrame,
    vendor_days: pd.DataFrame,
    first_receipts: pd.DataFrame,
    window: Window,
    lasts: Mapping[int, date],
) -> dict[str, dict[int, Part]]:
    """Return U1, U2, U5, U6: who received money lately, or ever, up to the last day of her market."""
    # A year of a province is cut to the days any market looks back over, then looked at row by row.
    looked_at = Window(window.first, min(lasts.values(), default=window.last)).ninety_days().first
    near = vendor_days[within(vendor_days["day_on"], Window(looked_at, window.last))]
    ago = last_day_of(near["market_id"], lasts) - near["day_on"]

    def is_active(days: int) -> pd.Series:
        lately = near[ago.between(pd.Timedelta(0), pd.Timedelta(days=days - 1))]
        return in_frame["vendor_id"].isin(lately["vendor_id"])

    ended = last_day_of(first_receipts["market_id"], lasts)
    started = first_receipts[first_receipts["first_on"] <= ended]
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


def regular(
    in_frame: pd.DataFrame, received_days: pd.Series, trading_days: pd.Series
) -> dict[int, Part]:
    """Return U4: a receipt on half of one's own market days or more."""
    received = received_days.reindex(in_frame["vendor_id"], fill_value=0).to_numpy("int64")
    own = trading_days.reindex(in_frame["vendor_id"], fill_value=0).to_numpy("int64")
    is_regular = pd.Series((own > 0) & (2 * received >= own), in_frame.index)
    return _shares(in_frame, is_regular, pd.Series(data=True, index=in_frame.index))


def _shares(vendors: pd.DataFrame, is_part: pd.Series, is_whole: pd.Series) -> dict[int, Part]:
    """Return by market how many vendors of the whole are of the part."""
    flags = pd.DataFrame({"part": is_part & is_whole, "whole": is_whole}).astype("int64")
    sums = flags.groupby(vendors["market_id"].to_numpy()).sum()
    return {
        int(market): Part(int(part), int(whole), int(part), int(whole))
        for market, part, whole in zip(sums.index, sums["part"], sums["whole"], strict=True)
    }
