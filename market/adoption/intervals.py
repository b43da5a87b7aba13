"""Intervals around a share: Wilson's, and the sample a share needs."""

import math
from dataclasses import dataclass
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """From where to where a value is believed to lie, both ends included."""

    low: float
    high: float
    confidence: float = CONFIDENCE


def quantile(confidence: float) -> float:
    """Return the two-sided standard normal quantile: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(
    part: int, whole: float, confidence: float = CONFIDENCE, *, design_effect: float = 1.0
) -> Interval | None:
    """Return Wilson's score interval of ``part / whole``; ``None`` where ``whole`` is 0.

    With a design effect both counts are divided by it: a cluster sample of n is worth fewer.

    Source: Wilson, JASA 22 (1927), 209–212; Brown, Cai, DasGupta, Statistical Science 16 (2001),
    101–133, formula 4.
    """
    if not whole:
        return None
    if not 0 <= part <= whole:
        raise ValueError(f"part {part} is not within 0 … {whole}")
    size, share = whole / design_effect, part / whole
    z2 = quantile(confidence) ** 2
    centre = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = math.sqrt(z2 * (share * (1 - share) / size + z2 / (4 * size**2))) / (1 + z2 / size)
    # At the ends the formula gives 0 and 1 exactly; floats miss them by a hair.
    return Interval(
        low=0.0 if part == 0 else max(0.0, centre - half),
        high=1.0 if part == whole else min(1.0, centre + half),
        confidence=confidence,
    )
