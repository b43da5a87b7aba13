"""The whole table: every indicator for each market and for all of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from market.adoption.definitions import CATALOGUE
from market.adoption.frames import AdoptionFrames, within
from market.adoption.indicator import Indicator, Window, indicator
from market.adoption.supply import supply_measures
from market.adoption.use import use_measures

ALL_MARKETS = "*"


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
    markets = frames.markets.sort_values("market_code")[["market_id", "market_code"]]
    areas = [
        _area(frames.of_markets([market_id]), code, window, [reference_days[market_id]])
        for market_id, code in zip(
            markets["market_id"].tolist(), markets["market_code"].tolist(), strict=True
        )
    ]
    if areas:
        areas.append(_area(frames, ALL_MARKETS, window, list(reference_days.values())))
    return areas


def group_figures(
    frames: AdoptionFrames,
    window: Window,
    reference_days: Mapping[int, date],
    *,
    code: str,
    market_ids: Sequence[int],
) -> AreaFigures:
    """Return the figures of some markets together, under a code of their own; at least one market."""
    days = [reference_days[market_id] for market_id in market_ids]
    return _area(frames.checked().of_markets(list(market_ids)), code, window, days)


def _closed_markets(frames: AdoptionFrames, window: Window) -> list[int]:
    """Return the markets with a closed day in the window; of the others we know nothing, not 0."""
    days = frames.days[frames.days["is_closed"] & within(frames.days["day_on"], window)]
    return days["market_id"].unique().tolist()


def _area(
    frames: AdoptionFrames, market_code: str, window: Window, reference_days: list[date]
) -> AreaFigures:
    supply = supply_measures(frames, min(reference_days), max(reference_days))
    use = use_measures(frames.of_markets(_closed_markets(frames, window)), window)
    measures = {measure.id: measure for measure in [*supply, *use]}
    coverage = measures["S6"].value
    open_days = frames.days[frames.days["is_open"]]
    is_provisional = not bool((open_days["is_closed"] & open_days["is_final"]).all())
    return AreaFigures(
        market_code=market_code,
        indicators=tuple(
            indicator(measures[id_], coverage=coverage, is_provisional=is_provisional)
            for id_ in CATALOGUE
        ),
    )
