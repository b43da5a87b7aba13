"""The design of the survey: strata, how many stall days of each, and which are drawn.

Source: Cochran, Sampling Techniques, 3rd ed. (1977): sample sizes 4.4 and 4.6, proportional and
Neyman allocation 5.5, 5.9; minimum of two a stratum, that its variance can be estimated.

The draw is by lot: codes in the order of SHA-256 over ``seed|stratum|code``. Seed, rule and frame
are recorded, so that anyone can draw the same again, with any tool and in any year.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeVar

from market.adoption.errors import AdoptionError
from market.adoption.intervals import CONFIDENCE, quantile
from market.survey_kinds import Allocation

METHOD = "stall-days-by-lot/1"
_PER_STRATUM_MIN = 2
_QUARTER = 15


class SampleTooSmall(AdoptionError):
    """The sample does not even hold two stall days of each stratum."""

    def __init__(self, size: int, least: int) -> None:
        super().__init__(f"a sample of {size} stall days, the strata need at least {least}")
        self.size, self.least = size, least


@dataclass(frozen=True, slots=True)
class Stratum:
    """Stalls of one goods group and size, asked and estimated together.

    Args:
        population: stalls of the stratum, N_h.
        deviation_vnd: how much takings differ from stall to stall, S_h, from an earlier survey or a
            guess; ``None`` = not known, and Neyman's allocation takes the mean of the others.
        takes_all: every stall is asked: the largest, which would carry the error.
    """

    code: str
    population: int
    deviation_vnd: float | None = None
    takes_all: bool = False


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """One stall and the open day on which it is to be asked."""

    stratum: str
    stall_code: str
    on: date
    place: int
    """The order of the sheet within its stratum; those after the sample are the reserve."""
    is_reserve: bool


def sample_size_for_share(
    population: int,
    margin: float,
    *,
    confidence: float = CONFIDENCE,
    share: float = 0.5,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
) -> int:
    """Return how many to ask, that a share is known to ± margin; rounded up, at most everybody.

    n₀ = z²·p(1 − p)/margin², n = n₀/(1 + (n₀ − 1)/N) (Cochran 4.4), times the design effect, over
    the expected response rate.
    """
    if population <= 0:
        return 0
    wanted = quantile(confidence) ** 2 * share * (1 - share) / margin**2
    finite = design_effect * wanted / (1 + (wanted - 1) / population)
    # A hair below a whole number is that number.
    return min(population, math.ceil(round(finite / response_rate, 9)))


def sample_size_for_ratio(
    population: int,
    relative_margin: float,
    *,
    variation: float,
    confidence: float = CONFIDENCE,
    response_rate: float = 1.0,
) -> int:
    """Return how many to ask, that a ratio of sums is known to ± so much of itself.

    n₀ = (z·v/r)², n = n₀/(1 + n₀/N) with v the deviation of the residuals e = y − R·t over the mean
    of y (Cochran 4.6, 6.4). Takings are skewed, v is 1 to 2 rather than 0,5.
    """
    if population <= 0:
        return 0
    wanted = (quantile(confidence) * variation / relative_margin) ** 2
    finite = wanted / (1 + wanted / population)
    return min(population, math.ceil(round(finite / response_rate, 9)))


def half_width_of_ratio(
    population: int,
    answers: int,
    *,
    variation: float,
    share: float,
    confidence: float = CONFIDENCE,
) -> float | None:
    """Return to ± how much a ratio is expected to be known from so many answers.

    z·v·R·√(1/n − 1/N): what ``sample_size_for_ratio`` asks of n, turned round. ``None`` = from fewer
    than two answers nothing is expected.
    """
    answers = min(answers, population)
    if answers < min(2, population) or not answers:
        return None
    unseen = 1 / answers - 1 / population
    return quantile(confidence) * variation * share * math.sqrt(unseen)


def allocate(
    strata: Sequence[Stratum], size: int, method: Allocation = Allocation.NEYMAN
) -> dict[str, int]:
    """Return how many stall days of each stratum, adding up to ``size``, or to everybody.

    At least two of a stratum (all where it has fewer), at most all; what one stratum cannot take the
    others do. Largest remainders decide the last ones, equal ones by code.

    Raises:
        SampleTooSmall: the minima alone are more than the sample.
    """
    least = {
        one.code: one.population if one.takes_all else min(_PER_STRATUM_MIN, one.population)
        for one in strata
    }
    most = {one.code: one.population for one in strata}
    if size < sum(least.values()):
        raise SampleTooSmall(size, sum(least.values()))
    if size >= sum(most.values()):
        return most
    return _shared_out(size, _weights(strata, method), least, most)


def draw_days(
    stalls: Mapping[str, Sequence[str]],
    open_days: Sequence[date],
    sizes: Mapping[str, int],
    *,
    seed: str | int,
    reserve: int = 0,
) -> list[DrawnDay]:
    """Return the sample: stalls drawn without replacement, each with one open day by chance.

    Days are dealt out evenly within a stratum, so that no weekday is missed by bad luck. The same
    seed draws the same sample.

    Args:
        stalls: codes of the stalls of each stratum.
        reserve: stalls drawn beyond the sample, to be asked in their order when others refuse.
    """
    drawn = []
    for stratum in sorted(sizes):
        codes = sorted(stalls[stratum])
        chosen = _by_lot(f"{seed}|{stratum}", codes)[: min(len(codes), sizes[stratum] + reserve)]
        rounds = -(-len(chosen) // len(open_days)) if open_days else 0
        days = [
            day
            for turn in range(rounds)
            for day in _by_lot(f"{seed}|{stratum}|{turn}", list(open_days))
        ]
        drawn += [
            DrawnDay(stratum, code, day, place, is_reserve=place > sizes[stratum])
            for place, (code, day) in enumerate(zip(chosen, days, strict=False), 1)
        ]
    return drawn


def quarter_hour(seed: str | int, stall: str, first_hour: int, last_hour: int) -> int:
    """Return the quarter hour in which a stall's payments are counted, as minutes after midnight.

    By lot among those from ``first_hour`` to ``last_hour``, the last one excluded.
    """
    quarters = (last_hour - first_hour) * 60 // _QUARTER
    lot = int(_lot(f"{seed}|quarter", stall), 16) % quarters
    return first_hour * 60 + lot * _QUARTER


Lot = TypeVar("Lot", str, date)


def _by_lot(seed: str, many: Sequence[Lot]) -> list[Lot]:
    return sorted(many, key=lambda one: _lot(seed, str(one)))


def _lot(seed: str, one: str) -> str:
    return hashlib.sha256(f"{seed}|{one}".encode()).hexdigest()


def _weights(strata: Iterable[Stratum], method: Allocation) -> dict[str, Fraction]:
    strata = list(strata)
    if method is Allocation.PROPORTIONAL:
        return {one.code: Fraction(one.population) for one in strata}
    known = [Fraction(one.deviation_vnd) for one in strata if one.deviation_vnd is not None]
    usual = sum(known, Fraction(0)) / len(known) if known else Fraction(1)
    return {
        one.code: one.population
        * (usual if one.deviation_vnd is None else Fraction(one.deviation_vnd))
        for one in strata
    }


def _shared_out(
    size: int, weights: Mapping[str, Fraction], least: Mapping[str, int], most: Mapping[str, int]
) -> dict[str, int]:
    """Share out by weight within the limits: who hits one is fixed there, the rest goes on."""
    fixed: dict[str, int] = {code: most[code] for code in weights if least[code] == most[code]}
    while True:
        left = size - sum(fixed.values())
        free = {code: weight for code, weight in weights.items() if code not in fixed}
        whole = sum(free.values(), Fraction(0))
        fair = {
            code: left * (weight / whole if whole else Fraction(1, len(free)))
            for code, weight in free.items()
        }
        over = {code: most[code] for code in free if fair[code] > most[code]}
        under = {code: least[code] for code in free if fair[code] < least[code]}
        # Only one side at a time: fixing the other may change it. What is owed most goes first.
        excess = sum(fair[code] - most[code] for code in over)
        lack = sum(least[code] - fair[code] for code in under)
        hit = over if excess >= lack and over else under
        if not hit:
            return fixed | _largest_remainders(left, fair, most)
        fixed |= hit


def _largest_remainders(
    left: int, fair: Mapping[str, Fraction], most: Mapping[str, int]
) -> dict[str, int]:
    counts = {code: int(value) for code, value in fair.items()}
    order = sorted(fair, key=lambda code: (-(fair[code] - counts[code]), code))
    for code in order:
        if sum(counts.values()) == left:
            break
        if counts[code] < most[code]:
            counts[code] += 1
    return counts
