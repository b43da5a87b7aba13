"""S5, S7, S8, S9, U10 and U12: names, posters, time to activation, cash points, payers, failures."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from market.adoption.activation import activation_curve
from market.adoption.facts import Facts, held_on
from market.adoption.frames import AdoptionFrames, within
from market.adoption.indicator import Measure, Window, ratio
from market.adoption.intervals import Interval, wilson
from merchants.kinds import GOOD_MATCHES


def integrity_measures(
    facts: Facts, frames: AdoptionFrames, reference_days: Mapping[int, date], window: Window
) -> list[Measure]:
    """Return S5, S7, S9, and U10 and U12 where a provider tells what they need.

    Args:
        facts: of the markets in question, one version of each day.
        frames: the register of the same markets as of their reference days.
        reference_days: by market; others may be in it.
    """
    own = set(frames.markets["market_id"].tolist())
    days = {market: day for market, day in reference_days.items() if market in own}
    return [
        names_that_match(facts.points, days),
        posters_intact(facts.checks, window),
        cash_points(facts.cash_points, facts.cash_lists, days, frames.vendors),
        *_payers(facts.payers, window),
        *_reliability(facts.attempts, window),
    ]


def names_that_match(points: pd.DataFrame, reference_days: Mapping[int, date]) -> Measure:
    """Return S5: points in use whose holder's name matches, of all points in use. Domain.md 11.3."""
    in_use = _on_reference_days(points, reference_days)
    is_good = in_use["name_match"].isin([match.value for match in GOOD_MATCHES])
    good, others = in_use[is_good], in_use[~is_good]
    return Measure(
        id="S5",
        value=ratio(len(good), len(in_use)),
        numerator=len(good),
        denominator=len(in_use),
        contributors=good["vendor_id"].nunique(),
        # A vendor whose one account matches and whose other does not stands on both sides.
        others=others["vendor_id"].nunique(),
        base=in_use["vendor_id"].nunique(),
        window_first=min(reference_days.values()),
        window_last=max(reference_days.values()),
    )


def posters_intact(checks: pd.DataFrame, window: Window) -> Measure:
    """Return S7 with its Wilson interval: each poster once, by its last check of the window."""
    told = checks[within(checks["checked_on"], window)]
    last = told.sort_values("checked_on", kind="stable").drop_duplicates("poster_id", keep="last")
    passed = int(last["passed"].sum())
    return Measure(
        id="S7",
        value=ratio(passed, len(last)),
        numerator=passed,
        denominator=len(last),
        contributors=passed,
        base=len(last),
        window_first=window.first,
        window_last=window.last,
        interval=wilson(passed, len(last)),
    )


def time_to_activation(times: pd.DataFrame, last: date) -> Measure:
    """Return S8: the Kaplan–Meier median with its interval; no value where fewer than half began.

    The numerator is who began, the denominator who consented. An interval that is open above has
    none in the measure; ``activation.activation_curve`` tells the whole curve.

    Args:
        times: as ``activation.activation_times`` returns them.
        last: the last day known of any of their markets.
    """
    curve = activation_curve(times["days"].tolist(), times["activated"].tolist())
    is_closed = curve.median_low is not None and curve.median_high is not None
    return Measure(
        id="S8",
        value=curve.median_days,
        numerator=curve.activated,
        denominator=curve.watched,
        contributors=curve.activated,
        base=curve.watched,
        window_first=None,
        window_last=last,
        interval=(
            Interval(float(curve.median_low or 0), float(curve.median_high or 0))
            if is_closed
            else None
        ),
    )


def cash_points(
    points: pd.DataFrame,
    lists: pd.DataFrame,
    reference_days: Mapping[int, date],
    vendors: pd.DataFrame,
) -> Measure:
    """Return S9: cash-in and cash-out points per 100 vendors of the frame.

    A market whose points nobody ever wrote down is on neither side, as a market nobody counted is
    in S1; where that is all there is, there is no numerator.

    Args:
        lists: from which day on a market's points are known.
        vendors: as ``frames.VENDOR_COLUMNS``, of the same markets.
    """
    begun = lists[lists["from_on"] <= pd.to_datetime(lists["market_id"].map(reference_days))]
    known = begun["market_id"].tolist()
    of_known = vendors[vendors["in_frame"] & vendors["market_id"].isin(known)]
    served = _on_reference_days(points[points["market_id"].isin(known)], reference_days)
    return Measure(
        id="S9",
        value=ratio(100 * len(served), len(of_known)),
        numerator=100 * len(served) if known else None,
        denominator=len(of_known),
        contributors=len(of_known),
        base=len(of_known),
        window_first=min(reference_days.values()),
        window_last=max(reference_days.values()),
    )


def _payers(payers: pd.DataFrame, window: Window) -> list[Measure]:
    told = payers[within(payers["day_on"], window)]
    if told.empty:
        return []
    different, vendors = told["payer"].nunique(), told["vendor_id"].nunique()
    return [
        Measure(
            id="U10",
            value=different,
            numerator=different,
            denominator=1,
            contributors=vendors,
            base=vendors,
            window_first=window.first,
            window_last=window.last,
        )
    ]


def _reliability(attempts: pd.DataFrame, window: Window) -> list[Measure]:
    told = attempts[within(attempts["day_on"], window)]
    tried, failed = int(told["attempts"].sum()), int(told["technical_failures"].sum())
    if not tried:
        return []
    return [
        Measure(
            id="U12",
            value=ratio(failed, tried),
            numerator=failed,
            denominator=tried,
            contributors=failed,
            base=tried,
            window_first=window.first,
            window_last=window.last,
        )
    ]


def _on_reference_days(rows: pd.DataFrame, reference_days: Mapping[int, date]) -> pd.DataFrame:
    """Return the rows that hold on the reference day of their market."""
    parts = [
        held_on(
            rows[rows["market_id"].isin([m for m, own in reference_days.items() if own == day])],
            day,
        )
        for day in sorted(set(reference_days.values()))
    ]
    return pd.concat(parts)
