"""The whole table: every indicator for each market and for all of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from market.adoption.codes import ALL_MARKETS
from market.adoption.definitions import CATALOGUE
from market.adoption.fact_columns import CLOSURE_COLUMNS, empty
from market.adoption.frames import AdoptionFrames
from market.adoption.indicator import Indicator, Window, indicator
from market.adoption.reach import last_days
from market.adoption.receipt_facts import by_vendor_day
from market.adoption.supply import supply_measures
from market.adoption.use import UseFrames, UseParts, use_parts

__all__ = ["ALL_MARKETS", "AreaFigures", "adoption_figures", "days_are_final"]


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """All indicators of one market, or of all markets together."""

    market_code: str
    """``*`` = all markets together."""
    indicators: tuple[Indicator, ...]

    def __getitem__(self, indicator_id: str) -> Indicator:
        return next(one for one in self.indicators if one.id == indicator_id)


def adoption_figures(
    frames: AdoptionFrames, window: Window, reference_days: Mapping[int, date]
) -> list[AreaFigures]:
    """Return the figures of each market, by market code, and last those of all together.

    Args:
        frames: the register and the receipts of all markets in question; ``days`` covers the whole
            period even where ``window`` ends before it.
        window: the days of the period that the figures speak of.
        reference_days: market id to the day its register was read at.
    """
    frames = frames.checked()
    use = _use(frames, window)
    markets = frames.markets.sort_values("market_code")[["market_id", "market_code"]]
    areas = [
        _area(frames, use, code, [market_id], reference_days, frames.days)
        for market_id, code in zip(
            markets["market_id"].tolist(), markets["market_code"].tolist(), strict=True
        )
    ]
    if areas:
        areas.append(
            _area(frames, use, ALL_MARKETS, list(reference_days), reference_days, frames.days)
        )
    return areas


def days_are_final(days: pd.DataFrame, days_of_all: pd.DataFrame) -> bool:
    """Say whether every open day is closed for good; of a period without any, nothing is.

    Args:
        days: of an area. Where it has no open day, it waits for nothing that the others do not.
        days_of_all: of all markets.
    """
    open_days = days[days["is_open"]]
    if open_days.empty:
        open_days = days_of_all[days_of_all["is_open"]]
    return not open_days.empty and bool((open_days["is_closed"] & open_days["is_final"]).all())


def _use(frames: AdoptionFrames, window: Window) -> UseParts:
    vendor_days, tickets = by_vendor_day(frames.receipts)
    return use_parts(
        UseFrames(
            vendors=frames.vendors,
            days=frames.days,
            trading=frames.trading,
            vendor_days=vendor_days,
            tickets=tickets,
            first_receipts=frames.first_receipts,
        ),
        window,
        last_days(frames.days, window, empty(CLOSURE_COLUMNS)),
    )


def _area(
    frames: AdoptionFrames,
    use: UseParts,
    market_code: str,
    market_ids: Sequence[int],
    reference_days: Mapping[int, date],
    days_of_all: pd.DataFrame,
) -> AreaFigures:
    frames = frames.of_markets(list(market_ids))
    days = [reference_days[market_id] for market_id in market_ids]
    supply = supply_measures(frames, min(days), max(days))
    measures = {measure.id: measure for measure in [*supply, *use.measures(market_ids)]}
    coverage = measures["S6"].value
    is_provisional = not days_are_final(frames.days, days_of_all)
    return AreaFigures(
        market_code=market_code,
        indicators=tuple(
            indicator(measures[id_], coverage=coverage, is_provisional=is_provisional)
            for id_ in CATALOGUE
        ),
    )
