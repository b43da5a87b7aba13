"""Time to activation: how many days from consent to the first receipt, of those not yet paid too.

Leaving out who was never paid would make activation look fast. Kaplan and Meier count them as long
as they were watched: to the last day known of their market, or to the day they left.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from market.adoption.facts import day_numbers
from market.adoption.intervals import CONFIDENCE, Interval, quantile
from market.adoption.reach import last_day_of


@dataclass(frozen=True, slots=True)
class Step:
    """The curve just after one day: how many are still waiting, as a share."""

    day: int
    at_risk: int
    events: int
    waiting: float
    interval: Interval
    """Log-log, so that it stays within 0 and 1."""


@dataclass(frozen=True, slots=True)
class ActivationCurve:
    """A Kaplan–Meier curve and its median with an interval, in days."""

    steps: tuple[Step, ...]
    """One for each day on which somebody was paid first, ascending."""
    watched: int
    activated: int
    median_days: int | None
    """``None`` = fewer than half were paid while they were watched."""
    median_low: int | None
    median_high: int | None
    """``None`` = the interval is open at this end."""


def activation_curve(
    days: Sequence[int], activated: Sequence[bool], confidence: float = CONFIDENCE
) -> ActivationCurve:
    """Return the curve of vendors watched for so many days, each until the first receipt or not.

    With d_j of n_j paid on day j: S(t) = Π (1 − d_j/n_j) (Kaplan, Meier, JASA 53 (1958), 457–481).
    Var ln S = Σ d_j/(n_j (n_j − d_j)) (Greenwood 1926); interval S^exp(±z·√Var / ln S) (Kalbfleisch,
    Prentice 1980, 1.13). The median is the first day with S ≤ 1/2, its interval from the first day
    on which the lower and the upper bound are ≤ 1/2 (Brookmeyer, Crowley, Biometrics 38 (1982),
    29–41).
    """
    watched = np.asarray(days, dtype="int64")
    paid = np.asarray(activated, dtype="bool")
    if len(watched) != len(paid):
        raise ValueError(f"{len(watched)} numbers of days, {len(paid)} marks")
    if len(watched) and watched.min() < 0:
        raise ValueError(f"watched for {watched.min()} days, at least 0 are possible")
    z = quantile(confidence)
    ordered = np.sort(watched)
    steps = []
    # Of 14, 7 paid one by one leave a product of floats a hair above 1/2, and no median.
    exact, greenwood = Fraction(1), 0.0
    median_days = None
    event_days, counts = np.unique(watched[paid], return_counts=True)
    for day, events in zip(event_days.tolist(), counts.tolist(), strict=True):
        at_risk = len(ordered) - int(np.searchsorted(ordered, day, "left"))
        exact *= Fraction(at_risk - events, at_risk)
        waiting = float(exact)
        if median_days is None and exact <= Fraction(1, 2):
            median_days = day
        greenwood += events / (at_risk * (at_risk - events)) if at_risk > events else math.inf
        interval = _log_log(waiting, greenwood, z, confidence)
        steps.append(Step(day, at_risk, events, waiting, interval))
    return ActivationCurve(
        steps=tuple(steps),
        watched=len(watched),
        activated=int(paid.sum()),
        median_days=median_days,
        median_low=_first_day(steps, [one.interval.low for one in steps]),
        median_high=_first_day(steps, [one.interval.high for one in steps]),
    )


def activation_times(
    consents: pd.DataFrame,
    first_receipts: pd.DataFrame,
    trading: pd.DataFrame,
    lasts: Mapping[int, date],
) -> pd.DataFrame:
    """Return one row per vendor who consented by the last day known of her market.

    Columns: ``vendor_id, market_id``, ``days`` watched from the first consent (int64), ``activated``
    (bool). Who has not been paid is watched to that day, or to the last day of the last stall. A
    receipt older than the consent counts on day 0.

    Args:
        consents: rows of ``facts.SPAN_COLUMNS`` of the kind ``consented``.
        first_receipts: as ``frames.FIRST_RECEIPT_COLUMNS``.
        trading: as ``frames.TRADING_COLUMNS``.
        lasts: as ``reach.last_days`` returns them; vendors of other markets are left out, as of their
            receipts nothing is known.
    """
    begun = consents.groupby(["vendor_id", "market_id"])["from_on"].min().reset_index()
    begun = begun.assign(last=last_day_of(begun["market_id"], lasts))
    times = begun[begun["from_on"] <= begun["last"]].reset_index(drop=True)
    last = times["last"]
    paid_on = first_receipts.groupby("vendor_id")["first_on"].min()
    still = pd.Timestamp(date.max)
    left_on = (
        trading.assign(to_on=trading["to_on"].fillna(still)).groupby("vendor_id")["to_on"].max()
    )
    paid = paid_on.reindex(times["vendor_id"]).reset_index(drop=True).astype("datetime64[s]")
    left = left_on.reindex(times["vendor_id"]).reset_index(drop=True).astype("datetime64[s]")
    until = left.where(left.notna() & (left < last), last)
    activated = paid.notna() & (paid <= last)
    ends = paid.where(activated, until)
    watched = np.clip(day_numbers(ends) - day_numbers(times["from_on"]), 0, None)
    return times[["vendor_id", "market_id"]].assign(days=watched, activated=activated)


def _log_log(waiting: float, greenwood: float, z: float, confidence: float) -> Interval:
    if waiting in {0.0, 1.0}:
        return Interval(waiting, waiting, confidence)
    reach = z * math.sqrt(greenwood) / math.log(waiting)
    return Interval(waiting ** math.exp(-reach), waiting ** math.exp(reach), confidence)


def _first_day(steps: Sequence[Step], shares: Sequence[float]) -> int | None:
    return next((one.day for one, share in zip(steps, shares, strict=True) if share <= 0.5), None)
