"""What is studied of a period beyond its indicators: who receives how much, by what channel, how soon.

Sums are made once for all areas; an area is then a few thousand rows. Source: domain.md 11.3, 11.4.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from market.adoption.activation import ActivationCurve, activation_curve, activation_times
from market.adoption.channels import ChannelShare, channel_shares
from market.adoption.concentration import Concentration, concentration, lorenz_points
from market.adoption.fact_columns import COLUMNS, empty
from market.adoption.facts import Facts
from market.adoption.frames import within
from market.adoption.indicator import Window
from market.adoption.reach import closed_days, last_days

WAITED_DAYS = (0, 7, 14, 30, 60, 90, 180, 365)
"""The days after consent on which the curve of activation is told."""
LORENZ_PARTS = (10, 5)
"""Into how many equal parts the vendors are divided, the most first; each must hold enough of them."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one vendor has in one category of one market: a channel, a kind of break, everything."""

    vendor_id: int
    market_id: int
    category: str
    value_vnd: int
    receipts: int = 0


@dataclass(frozen=True, slots=True)
class AreaStudy:
    """One area, before anything is hidden."""

    concentration: Concentration
    lorenz: tuple[tuple[float, float], ...]
    """Share of vendors, ascending by value, and their share of the value, at equal steps."""
    channels: tuple[ChannelShare, ...]
    activation: ActivationCurve
    waiting: tuple["Waited", ...]
    """As far as anybody was watched so long."""


class Waited(NamedTuple):
    """The share not paid yet on a day after consent, and where it may lie: 95 %."""

    day: int
    waiting: float
    low: float
    high: float


@dataclass(frozen=True)
class Study:
    """The areas, and the contributions their figures are made of."""

    areas: Mapping[str, AreaStudy]
    values: Sequence[Share]
    channels: Sequence[Share]
    breaks: Sequence[Share]


def study(
    facts: Facts,
    in_frame: pd.DataFrame,
    window: Window,
    areas: Mapping[str, Collection[int]],
    *,
    part_min: int,
) -> Study:
    """Return the study of a window for each area; facts of one version of each day.

    Args:
        in_frame: ``vendor_id, market_id`` of the frame; who received nothing counts with 0.
        areas: market ids by the code of the area.
        part_min: vendors each part of the Lorenz curve holds at least; else it has fewer points.
    """
    values = _values(facts, in_frame, window)
    short = _shortened(facts, window)
    waits = activation_times(
        facts.spans[facts.spans["kind"] == "consented"],
        facts.first_receipts(),
        facts.trading,
        last_days(closed_days(facts), window, facts.closures),
    )
    found = {}
    for code, members in areas.items():
        ids = list(members)
        own = values.loc[values["market_id"].isin(ids), "value_vnd"].tolist()
        watched = waits[waits["market_id"].isin(ids)]
        days = watched["days"].tolist()
        curve = activation_curve(days, watched["activated"].tolist())
        found[code] = AreaStudy(
            concentration=concentration(own),
            lorenz=tuple(lorenz_steps(own, part_min)),
            channels=tuple(channel_shares(short.of_markets(ids), window)),
            activation=curve,
            waiting=tuple(waiting_on(curve, max(days, default=-1))),
        )
    return Study(
        areas=found,
        values=_shares(values.assign(category="", receipts=0)),
        channels=_shares(
            short.channel_days.assign(
                category=short.channel_days["acceptance_type"]
                + "/"
                + short.channel_days["provider"]
            )
        ),
        breaks=_break_shares(short.breaks),
    )


def open_shares(facts: Facts, window: Window) -> list[Share]:
    """Return what of each vendor is credible and not confirmed in a window, by kind of break."""
    keys = ["vendor_id", "market_id", "break_name", "acceptance_type", "provider"]
    return _break_shares(_summed(facts.breaks, keys, window))


def _break_shares(breaks: pd.DataFrame) -> list[Share]:
    return _shares(breaks.assign(category=breaks["break_name"]))


def lorenz_steps(values_vnd: Sequence[int], part_min: int) -> list[tuple[float, float]]:
    """Return the Lorenz curve at tenths or fifths of the vendors, from (0, 0) to (1, 1).

    Empty where there is no value, or where a fifth of the vendors is fewer than ``part_min``. Between
    two vendors the curve is a straight line.
    """
    points = lorenz_points(values_vnd)
    parts = next((n for n in LORENZ_PARTS if len(values_vnd) >= n * part_min), None)
    if not points or parts is None:
        return []
    last = len(points) - 1
    steps = []
    for step in range(parts + 1):
        below, over = divmod(last * step, parts)
        left = points[below][1]
        right = points[min(below + 1, last)][1]
        steps.append((step / parts, left + (right - left) * over / parts))
    return steps


def waiting_on(curve: ActivationCurve, longest: int) -> list[Waited]:
    """Return the share still waiting on each of ``WAITED_DAYS`` up to the longest watch."""
    told = []
    for day in WAITED_DAYS:
        if day > longest:
            break
        step = next((one for one in reversed(curve.steps) if one.day <= day), None)
        told.append(
            Waited(day, 1.0, 1.0, 1.0)
            if step is None
            else Waited(day, step.waiting, step.interval.low, step.interval.high)
        )
    return told


def _values(facts: Facts, in_frame: pd.DataFrame, window: Window) -> pd.DataFrame:
    keys = ["vendor_id", "market_id"]
    inside = facts.vendor_days[within(facts.vendor_days["day_on"], window)]
    sums = inside.groupby(keys)["value_vnd"].sum().reset_index()
    both = in_frame[keys].merge(sums, on=keys, how="outer", validate="one_to_one")
    return both.assign(value_vnd=both["value_vnd"].fillna(0).astype("int64"))


def _shortened(facts: Facts, window: Window) -> Facts:
    """Return the facts with channels and breaks summed over the window, and nothing else."""
    who = ["vendor_id", "market_id"]
    where = ["acceptance_type", "provider"]
    return replace(
        facts,
        **{name: empty(columns) for name, columns in COLUMNS.items()}
        | {
            "channel_days": _summed(facts.channel_days, [*who, *where], window),
            "breaks": _summed(facts.breaks, [*who, "break_name", *where], window),
        },
    )


def _summed(rows: pd.DataFrame, keys: list[str], window: Window) -> pd.DataFrame:
    inside = rows[within(rows["day_on"], window)]
    sums = inside.groupby(keys)[["receipts", "value_vnd"]].sum().reset_index()
    return sums.assign(day_on=pd.Timestamp(window.last), close_version=0)


def _shares(rows: pd.DataFrame) -> list[Share]:
    names = ["vendor_id", "market_id", "category", "value_vnd", "receipts"]
    return [Share(*row) for row in zip(*(rows[name].tolist() for name in names), strict=True)]
