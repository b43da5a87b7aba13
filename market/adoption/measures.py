"""All measures of a period for any areas, from facts: every one of S1 to S9 and U1 to U12.

A month, a quarter and a year are each measured from the facts of their own days; nothing is summed
up from shorter periods, because a vendor active in three months is one active vendor of the quarter.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime

import pandas as pd

from market.adoption.activation import activation_times
from market.adoption.bounds import sum_bounds
from market.adoption.channels import open_breaks
from market.adoption.definitions import DICTIONARY
from market.adoption.fact_columns import COLUMNS, SPAN_KINDS, empty
from market.adoption.facts import Facts, held_on
from market.adoption.frames import (
    RECEIPT_COLUMNS,
    VENDOR_COLUMNS,
    AdoptionFrames,
    within,
)
from market.adoption.indicator import Measure, Window, indicator
from market.adoption.integrity import integrity_measures, time_to_activation
from market.adoption.reach import closed_days, last_day_of, last_days, reach
from market.adoption.report import ALL_MARKETS, AreaFigures, days_are_final
from market.adoption.supply import supply_measures
from market.adoption.use import UseFrames, use_parts


def period_figures(
    facts: Facts,
    window: Window,
    *,
    areas: Mapping[str, Collection[int]] | None = None,
    known_at: datetime | None = None,
    until: date | None = None,
) -> list[AreaFigures]:
    """Return all measures of the window for each area, in the order given.

    Figures reach as far into the window as market days are closed, of each market its own (``reach``).
    U10 is left out where no provider tells payers, U12 where none tells attempts; U11 is
    ``channels.channel_shares``.

    Args:
        areas: market ids by the code of the area; ``None`` = each market, by code, and last ``*``,
            all of them together. An area without markets is left out.
        known_at: the instant as of which to tell them; ``None`` = now.
        until: figures speak of no later day, for it has not come; ``None`` = the window is over.
    """
    facts = facts.newest() if known_at is None else facts.known_at(known_at)
    areas = _all_areas(facts) if areas is None else areas
    days = closed_days(facts)
    reached = Window(window.first, reach(days, window, until))
    lasts = last_days(days, reached, facts.closures)
    reference_days = reference_days_of(facts, days, reached, lasts)
    frames = register_frames(facts, days[within(days["day_on"], window)], reference_days)
    use = use_parts(
        UseFrames(
            vendors=frames.vendors,
            days=days,
            trading=facts.trading,
            vendor_days=facts.vendor_days,
            tickets=facts.tickets,
            first_receipts=frames.first_receipts,
        ),
        reached,
        lasts,
    )
    register = _without_money(facts)
    consents = facts.spans[facts.spans["kind"] == "consented"]
    waits = activation_times(consents, frames.first_receipts, facts.trading, lasts)
    figures = []
    for code, members in areas.items():
        if not members:
            continue
        own, own_facts = frames.of_markets(list(members)), register.of_markets(members)
        on = [reference_days[market] for market in members]
        told = [
            *supply_measures(own, min(on), max(on)),
            *integrity_measures(own_facts, own, reference_days, reached),
            time_to_activation(
                waits[waits["market_id"].isin(list(members))],
                max((lasts[market] for market in members if market in lasts), default=reached.last),
            ),
            *(_with_bounds(one, own_facts, reached) for one in use.measures(members)),
        ]
        figures.append(_area(code, told, own.days, frames.days))
    return figures


def reference_days_of(
    facts: Facts, days: pd.DataFrame, reached: Window, lasts: Mapping[int, date]
) -> dict[int, date]:
    """Return for each market its last market day up to the last day known of it, else that day.

    So that who came since is not taken for one who receives nothing. Of a market without a closed day
    it is the last market day of the window.

    Args:
        lasts: as ``reach.last_days`` returns them.
    """
    ends = {
        market: lasts.get(market, reached.last) for market in facts.markets["market_id"].tolist()
    }
    opened = days[days["is_open"] & within(days["day_on"], reached)]
    seen = opened[opened["day_on"] <= last_day_of(opened["market_id"], ends)]
    newest = seen.groupby("market_id")["day_on"].max()
    return {
        market: newest[market].date() if market in newest.index else end
        for market, end in ends.items()
    }


def register_frames(
    facts: Facts, days: pd.DataFrame, reference_days: Mapping[int, date]
) -> AdoptionFrames:
    """Return the register as it stood on each market's reference day; no receipts are in it."""
    vendors = facts.trading[["vendor_id", "market_id"]].drop_duplicates()
    spans = facts.spans[["vendor_id", "market_id"]].drop_duplicates()
    vendors = pd.concat([vendors, spans]).drop_duplicates(ignore_index=True)
    on = vendors["market_id"].map(reference_days)
    flags = {"in_frame": facts.trading} | {
        kind: facts.spans[facts.spans["kind"] == kind] for kind in SPAN_KINDS
    }
    held: dict[str, set[int]] = {name: set() for name in flags}
    for day in sorted(set(reference_days.values())):
        markets = [market for market, own in reference_days.items() if own == day]
        for name, spans_of in flags.items():
            rows = held_on(spans_of[spans_of["market_id"].isin(markets)], day)
            held[name].update(rows["vendor_id"].tolist())
    vendors = vendors[on.notna()].assign(
        **{name: vendors["vendor_id"].isin(list(ids)) for name, ids in held.items()}
    )
    return AdoptionFrames(
        vendors=vendors[list(VENDOR_COLUMNS)].astype(dict(VENDOR_COLUMNS)),
        markets=facts.markets,
        coverage=facts.coverage,
        days=days,
        trading=facts.trading,
        receipts=empty(RECEIPT_COLUMNS),
        first_receipts=facts.first_receipts(),
    )


def _without_money(facts: Facts) -> Facts:
    """Return the facts without the long frames, which are measured for all areas at once."""
    long = ("vendor_days", "tickets", "channel_days", "openings", "closes")
    return replace(facts, **{name: empty(COLUMNS[name]) for name in long})


def _all_areas(facts: Facts) -> dict[str, list[int]]:
    markets = facts.markets.sort_values("market_code")
    codes, ids = markets["market_code"].tolist(), markets["market_id"].tolist()
    return {code: [id_] for code, id_ in zip(codes, ids, strict=True)} | {ALL_MARKETS: ids}


def _with_bounds(one: Measure, facts: Facts, window: Window) -> Measure:
    """Return U8 with bounds; the other measures of use are no sums of money."""
    if one.id != "U8" or not one.denominator:
        return one
    bounds = sum_bounds(int(one.numerator or 0), open_breaks(facts, window))
    return replace(one, bounds=bounds.over(one.denominator))


def _area(
    code: str, told: list[Measure], days: pd.DataFrame, days_of_all: pd.DataFrame
) -> AreaFigures:
    measures = {measure.id: measure for measure in told}
    is_provisional = not days_are_final(days, days_of_all)
    coverage = measures["S6"].value
    return AreaFigures(
        market_code=code,
        indicators=tuple(
            indicator(measures[id_], coverage=coverage, is_provisional=is_provisional)
            for id_ in DICTIONARY
            if id_ in measures
        ),
    )
