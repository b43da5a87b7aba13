"""Strata that too few answered, put together with their neighbours so that they can be estimated.

A stratum needs two answers for its variance. One with fewer is collapsed with the next stratum of
its market, and so on; a market that gave fewer than two answers in all is not spoken for, and the
reader is told. Source: Cochran, Sampling Techniques, 3rd ed. (1977), 5A.12.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from market.adoption.survey.estimate import StallDay
from market.adoption.survey.strata import StratumName


@dataclass(frozen=True)
class Collapsed:
    """Strata that can be estimated, and what had to be done for it."""

    answers: list[StallDay]
    populations: dict[str, int]
    together: list[tuple[str, ...]]
    """Strata that are estimated as one."""
    silent: list[str]
    """Markets that gave too few answers to be spoken for."""


def collapse(answers: Sequence[StallDay], populations: Mapping[str, int]) -> Collapsed:
    """Return the answers under strata with enough of them; empty strata are left out.

    Args:
        populations: stalls of each stratum that are still there, N_h.
    """
    told = Counter(one.stratum for one in answers)
    by_market: dict[str, list[str]] = defaultdict(list)
    for name in sorted(populations):
        if populations[name]:
            by_market[StratumName.read(name).market_code].append(name)
    groups: list[tuple[str, ...]] = []
    silent: list[str] = []
    for market, names in sorted(by_market.items()):
        found = _groups(names, told, populations)
        if found:
            groups += found
        else:
            silent.append(market)
    new_name = {name: group[0] for group in groups for name in group}
    return Collapsed(
        answers=[
            replace(one, stratum=new_name[one.stratum])
            for one in answers
            if one.stratum in new_name
        ],
        populations={group[0]: sum(populations[name] for name in group) for group in groups},
        together=[group for group in groups if len(group) > 1],
        silent=silent,
    )


def _groups(
    names: Sequence[str], told: Mapping[str, int], populations: Mapping[str, int]
) -> list[tuple[str, ...]]:
    """Return a market's strata in groups with enough answers each; nothing where all are too few."""
    groups: list[tuple[str, ...]] = []
    waiting: tuple[str, ...] = ()
    for name in names:
        waiting = (*waiting, name)
        if _is_enough(waiting, told, populations):
            groups.append(waiting)
            waiting = ()
    if waiting and groups:
        groups[-1] = (*groups[-1], *waiting)
    return groups


def _is_enough(
    group: Sequence[str], told: Mapping[str, int], populations: Mapping[str, int]
) -> bool:
    stalls = sum(populations[name] for name in group)
    return sum(told[name] for name in group) >= min(2, stalls)
