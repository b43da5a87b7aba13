"""One number of a whole programme, made of components that are always told beside it.

Five groups with fixed weights, after the Digital Payments Index of the Reserve Bank of India (press
release of 01/01/2021): what enables, demand, infrastructure, performance, protection. Each component
is placed between two fixed goalposts, a group is the geometric mean of its components (so that one
cannot stand in for another), the level their weighted mean. What is not known is left out and named;
two periods are compared by the components both have. Source: domain.md 11.6.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

SCORE_MIN = 0.01
"""The lowest score: a geometric mean with a 0 in it would forget all others."""
BASE = 100


class Group(StrEnum):
    """A group of components."""

    ENABLERS = "enablers"
    DEMAND = "demand"
    INFRASTRUCTURE = "infrastructure"
    PERFORMANCE = "performance"
    PROTECTION = "protection"


WEIGHTS: Mapping[Group, int] = {
    Group.ENABLERS: 25,
    Group.DEMAND: 10,
    Group.INFRASTRUCTURE: 15,
    Group.PERFORMANCE: 45,
    Group.PROTECTION: 5,
}


@dataclass(frozen=True, slots=True)
class Component:
    """A figure of the dictionary, and between which values it is placed.

    ``worst`` above ``best`` = less is better.
    """

    id: str
    group: Group
    worst: float
    best: float

    def score(self, value: float) -> float:
        """Return where a value lies between the goalposts, from ``SCORE_MIN`` to 1."""
        share = (value - self.worst) / (self.best - self.worst)
        return min(1.0, max(SCORE_MIN, share))


COMPONENTS = (
    Component("S2", Group.ENABLERS, 0, 1),
    Component("S4", Group.ENABLERS, 0, 1),
    Component("S9", Group.ENABLERS, 0, 10),
    Component("COUNTED", Group.DEMAND, 0, 1),
    Component("S3", Group.INFRASTRUCTURE, 0, 1),
    Component("S6", Group.INFRASTRUCTURE, 0, 1),
    Component("U3", Group.PERFORMANCE, 0, 1),
    Component("U7", Group.PERFORMANCE, 0, 20),
    Component("U8.vendor", Group.PERFORMANCE, 0, 500_000),
    Component("CASHLESS", Group.PERFORMANCE, 0, 1),
    Component("S7", Group.PROTECTION, 0, 1),
    Component("COMPLAINTS", Group.PROTECTION, 10, 0),
    Component("MATCHED", Group.PROTECTION, 0, 1),
)
"""Goalposts are fixed for ever: an index whose goalposts move says nothing of years."""
RESTS_ON = MappingProxyType({"U8.vendor": "U8", "MATCHED": "U8", "COMPLAINTS": "U9.mean"})
"""Components that are made of an indicator: hidden with it, they are not told."""

Values = Mapping[str, float | None]
"""By component; ``None`` or not there = not known, or not told."""


@dataclass(frozen=True, slots=True)
class Composite:
    """The level of a period, from 0 to 100, and everything it is made of."""

    level: float | None
    """``None`` = nothing is known of performance, which is most of it."""
    groups: Mapping[Group, float]
    """From 0 to 100; groups of which nothing is known are not in it."""
    scores: Mapping[str, float]
    """By component, from 0 to 1."""
    missing: tuple[str, ...]
    """Components that are not known, in their order."""


def composite(values: Values) -> Composite:
    """Return the level of a period; groups of which nothing is known leave their weight to others."""
    known = {
        one.id: one.score(value)
        for one in COMPONENTS
        for value in [values.get(one.id)]
        if value is not None
    }
    groups = {
        group: BASE * _geometric_mean(own)
        for group in Group
        for own in [[known[one.id] for one in COMPONENTS if one.group is group and one.id in known]]
        if own
    }
    weight = sum(WEIGHTS[group] for group in groups)
    is_told = Group.PERFORMANCE in groups
    return Composite(
        level=sum(WEIGHTS[group] * mean for group, mean in groups.items()) / weight
        if is_told
        else None,
        groups=groups,
        scores=known,
        missing=tuple(one.id for one in COMPONENTS if one.id not in known),
    )


@dataclass(frozen=True, slots=True)
class AgainstBase:
    """A period with the base period as 100."""

    index: float | None
    """``None`` = the two have nothing of performance in common."""
    left_out: tuple[str, ...]
    """Components that only one of the two knows: on neither side."""


def against_base(now: Values, base: Values) -> AgainstBase:
    """Return the level with that of the base as 100, by the components known of both."""
    both = {one.id for one in COMPONENTS if None not in (now.get(one.id), base.get(one.id))}
    level, base_level = (composite(_only(values, both)).level for values in (now, base))
    either = [
        one.id
        for one in COMPONENTS
        if one.id not in both and (now.get(one.id), base.get(one.id)) != (None, None)
    ]
    return AgainstBase(
        index=None if level is None or base_level is None else BASE * level / base_level,
        left_out=tuple(either),
    )


def _only(values: Values, ids: Collection[str]) -> Values:
    return {id_: value for id_, value in values.items() if id_ in ids}


def _geometric_mean(scores: Collection[float]) -> float:
    return math.exp(math.fsum(math.log(score) for score in scores) / len(scores))
