"""The cashless share of turnover from the survey: a combined ratio with its variance.

    R̂ = Σ_h D_h (N_h/n_h) Σ y_i / Σ_h D_h (N_h/n_h) Σ t_i
    V̂(R̂) = (1/T̂²) Σ_h D_h² N_h² (1 − n_h/N_h) s²_{e,h}/n_h,   e_i = y_i − R̂·t_i

with y digital and t all takings of a stall day, D_h the market days of the stratum's market that one
was drawn from, s² of the residuals around their stratum's mean. Where all markets meet on as many days
D cancels out, as domain.md 11.5 writes it; else a stall of a weekly market would weigh as much as one
that takes money every day. Source: Cochran, Sampling Techniques, 3rd ed. (1977), 6.11 (combined ratio) and 6.13 (variance).
Beside it a bootstrap: Rao, Wu, JASA 83 (1988), 231–241, n_h − 1 answers drawn anew in each stratum
and weighted, with the finite population taken into account.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from market.adoption.errors import AdoptionError
from market.adoption.intervals import CONFIDENCE, Interval, quantile

REPLICATES = 1_000


class SurveyNotEstimable(AdoptionError):
    """The answers do not allow an estimate."""

    def __init__(self, stratum: str, answers: int) -> None:
        super().__init__(f"stratum {stratum!r} has {answers} answers, at least 2 are needed")
        self.stratum, self.answers = stratum, answers


class NoTakings(AdoptionError):
    """Nobody in the sample took any money: there is nothing to have a share of."""

    def __init__(self) -> None:
        super().__init__("all takings in the sample are 0")


@dataclass(frozen=True, slots=True)
class StallDay:
    """What one stall took on the day it was asked; answers carry no name."""

    stratum: str
    digital_vnd: int
    cash_vnd: int

    @property
    def takings_vnd(self) -> int:
        """Return all takings of the day."""
        return self.digital_vnd + self.cash_vnd


@dataclass(frozen=True, slots=True)
class CashlessShare:
    """The estimate, how sure it is, and what it rests on."""

    share: float
    standard_error: float
    interval: Interval
    """Normal, by linearisation, cut at 0 and 1."""
    bootstrap: Interval
    """Quantiles of the resampled estimates."""
    answers: int
    population: int
    takings_vnd: float
    """Estimated takings of all stalls of the strata on their market days, T̂."""
    seed: int


def estimate_share(
    answers: Sequence[StallDay],
    populations: Mapping[str, int],
    *,
    days: Mapping[str, int] = MappingProxyType({}),
    seed: int,
    confidence: float = CONFIDENCE,
    replicates: int = REPLICATES,
) -> CashlessShare:
    """Return the cashless share of the strata that are told.

    Args:
        populations: stalls of each stratum, N_h; of every stratum of the frame.
        days: market days of each stratum, D_h; of one that is not told 1.
        seed: of the bootstrap.

    Raises:
        SurveyNotEstimable: a stratum has fewer than two answers (one, where it has one stall), or
            answers come from a stratum that is not told.
        NoTakings: all takings are 0.
    """
    by_stratum: dict[str, list[StallDay]] = defaultdict(list)
    for one in answers:
        if one.stratum not in populations:
            raise SurveyNotEstimable(one.stratum, 0)
        if one.digital_vnd < 0 or one.cash_vnd < 0:
            raise ValueError(f"takings below 0 in stratum {one.stratum!r}")
        by_stratum[one.stratum].append(one)
    strata = [
        _Stratum.of(code, population, days.get(code, 1), by_stratum[code])
        for code, population in sorted(populations.items())
        if population
    ]
    takings = sum(one.weight * float(one.takings.sum()) for one in strata)
    if not takings:
        raise NoTakings
    share = sum(one.weight * float(one.digital.sum()) for one in strata) / takings
    error = math.sqrt(sum(one.variance(share) for one in strata)) / takings
    half = quantile(confidence) * error
    return CashlessShare(
        share=share,
        standard_error=error,
        interval=Interval(max(0.0, share - half), min(1.0, share + half), confidence),
        bootstrap=_bootstrap(strata, np.random.default_rng(seed), replicates, confidence),
        answers=len(answers),
        population=sum(one.population for one in strata),
        takings_vnd=takings,
        seed=seed,
    )


@dataclass(frozen=True)
class _Stratum:
    population: int
    days: int
    digital: np.ndarray
    takings: np.ndarray

    @classmethod
    def of(cls, code: str, population: int, days: int, answers: Sequence[StallDay]) -> "_Stratum":
        if len(answers) < min(2, population):
            raise SurveyNotEstimable(code, len(answers))
        return cls(
            population,
            days,
            np.array([one.digital_vnd for one in answers], dtype="float64"),
            np.array([one.takings_vnd for one in answers], dtype="float64"),
        )

    @property
    def size(self) -> int:
        return len(self.digital)

    @property
    def weight(self) -> float:
        return self.days * self.population / self.size

    @property
    def unseen(self) -> float:
        """Return 1 − n/N, the finite population correction; 0 where everybody answered."""
        return max(0.0, 1 - self.size / self.population)

    def variance(self, share: float) -> float:
        if self.size < 2:
            return 0.0  # the one stall of its stratum: asked, and nothing is left to chance
        residuals = self.digital - share * self.takings
        stall_days = self.days * self.population
        return float(stall_days**2 * self.unseen * residuals.var(ddof=1) / self.size)


def _bootstrap(
    strata: Sequence[_Stratum], chance: np.random.Generator, replicates: int, confidence: float
) -> Interval:
    digital, takings = np.zeros(replicates), np.zeros(replicates)
    for one in strata:
        weights = _rescaled(one, chance, replicates) * one.weight
        digital += weights @ one.digital
        takings += weights @ one.takings
    shares = digital[takings > 0] / takings[takings > 0]
    tail = (1 - confidence) / 2
    low, high = np.quantile(shares, (tail, 1 - tail))
    return Interval(max(0.0, float(low)), min(1.0, float(high)), confidence)


def _rescaled(one: _Stratum, chance: np.random.Generator, replicates: int) -> np.ndarray:
    """Return for each replicate by how much each answer counts: 1 on average."""
    if one.size < 2:
        return np.ones((replicates, one.size))
    drawn = chance.multinomial(one.size - 1, np.full(one.size, 1 / one.size), size=replicates)
    reach = math.sqrt(one.unseen)
    return np.asarray(1 - reach + reach * one.size / (one.size - 1) * drawn)
