"""Interception counts: payments tallied by means in random quarter hours; a share by number.

Payments of one stall resemble each other, so they are worth fewer than as many from many stalls.
Source: domain.md 11.5; the design effect is that of a ratio over clusters (Kish, Survey Sampling
(1965), 6.4; Cochran (1977), 9A.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from market.adoption.intervals import CONFIDENCE, Interval, wilson


@dataclass(frozen=True, slots=True)
class CountedShare:
    """The share of payments made without cash, by number."""

    digital: int
    payments: int
    stalls: int
    share: float | None
    design_effect: float
    """At least 1; by how much the stalls make the variance larger than chance alone."""
    interval: Interval | None


def counted_share(
    tallies: Sequence[tuple[int, int]], confidence: float = CONFIDENCE
) -> CountedShare:
    """Return the share with a Wilson interval widened by the design effect.

    Args:
        tallies: for each stall, digital payments and all payments counted.
    """
    digital = sum(part for part, _ in tallies)
    payments = sum(whole for _, whole in tallies)
    effect = _design_effect(tallies) if payments else 1.0
    return CountedShare(
        digital=digital,
        payments=payments,
        stalls=len(tallies),
        share=digital / payments if payments else None,
        design_effect=effect,
        interval=wilson(digital, payments, confidence, design_effect=effect),
    )


def _design_effect(tallies: Sequence[tuple[int, int]]) -> float:
    part = np.array([each for each, _ in tallies], dtype="float64")
    whole = np.array([each for _, each in tallies], dtype="float64")
    share = part.sum() / whole.sum()
    by_chance = share * (1 - share) / whole.sum()
    if len(tallies) < 2 or not by_chance:
        return 1.0
    residuals = part - share * whole
    clustered = len(tallies) / (len(tallies) - 1) * (residuals**2).sum() / whole.sum() ** 2
    return max(1.0, float(clustered / by_chance))
