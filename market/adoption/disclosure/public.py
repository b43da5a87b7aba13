"""The public's counts: those the district is told, rounded together so that they still add up.

What the public is told is made of what the district is told, and of nothing else: a count the
district does not see is not told, and rounding looks at counts it does see alone. So whoever reads
both learns nothing from the second; and whoever reads the public's alone is left with multiples.
Shares are those of the rounded counts, in whole per cent. Source: domain.md 12 (controlled rounding).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from market.adoption.disclosure.figures import OF_EQUIPPED, OF_FRAME, PART, REST
from market.adoption.disclosure.rounding import round_controlled
from market.adoption.disclosure.tables import ALL, Key, Sum

FRAME, EQUIPPED = "frame", "S3"
COUNTED = tuple(
    id_ for id_ in ("S3", "S4", "U1", "U2", "U4", "U5") if id_ in OF_FRAME | OF_EQUIPPED
)
"""The shares told with their counts, those others are parts of first."""
_LEFT = "~"
"""Before a total: what of it is left for the parts that are not told."""


@dataclass(frozen=True, slots=True)
class ToldCounts:
    """What the district is told of an area's vendors; ``None`` = it is not told."""

    frame: int | None
    parts: Mapping[str, int | None]
    """Numerators by indicator."""


@dataclass(frozen=True, slots=True)
class RoundedShare:
    """A share by two rounded counts; ``None`` = not told, or nothing to have a share of."""

    part: int | None
    whole: int | None

    @property
    def percent(self) -> int | None:
        """Return the share in whole per cent, halves up."""
        if self.part is None or not self.whole:
            return None
        return (200 * self.part + self.whole) // (2 * self.whole)


@dataclass(frozen=True)
class RoundedCounts:
    """The counts of all areas, rounded together."""

    frames: Mapping[str, int]
    parts: Mapping[tuple[str, str], int]
    """By area and indicator."""

    def share(self, area: str, indicator: str) -> RoundedShare:
        """Return a share of an area."""
        part = self.parts.get((area, indicator))
        if part is None:
            return RoundedShare(None, None)
        wholes = self.parts.get((area, EQUIPPED)), self.frames.get(area)
        return RoundedShare(part, wholes[0] if indicator in OF_EQUIPPED else wholes[1])


def round_counts(
    areas: Mapping[str, ToldCounts],
    members: Mapping[str, Sequence[str]],
    base: int,
    counted: Sequence[str] = COUNTED,
) -> RoundedCounts:
    """Return the counts of all areas as multiples of a base; every sum between told ones holds.

    Args:
        areas: by code; those without ``members`` are single markets.
        members: by the code of an area, ``*`` among them, its markets.
        counted: the shares to round, those others are parts of first.

    Raises:
        RoundingNotPossible: no multiples near the counts add up.
    """
    frames = {code: one.frame for code, one in areas.items() if one.frame is not None}
    rounded = _rounded_frames(frames, members, base)
    found: dict[tuple[str, str], int] = {}
    for id_ in counted:
        wholes, known = frames, rounded
        if id_ in OF_EQUIPPED:
            wholes = {
                code: areas[code].parts[EQUIPPED] or 0 for code, own in found if own == EQUIPPED
            }
            known = {code: found[code, EQUIPPED] for code in wholes}
        parts = {
            code: part
            for code, whole in wholes.items()
            for part in [areas[code].parts.get(id_)]
            if part is not None and part <= whole
        }
        found |= {
            (code, id_): count
            for code, count in _rounded_parts(parts, wholes, known, members, base).items()
        }
    return RoundedCounts(rounded, found)


def _rounded_frames(
    frames: Mapping[str, int], members: Mapping[str, Sequence[str]], base: int
) -> dict[str, int]:
    counts: dict[Key, int] = {(code,): count for code, count in frames.items()}
    sums = [
        one
        for code, own in members.items()
        for one in _sum_of((code,), [(market,) for market in own], counts)
    ]
    rounded = round_controlled(counts, sums, base)
    return {code: rounded[code,] for code in frames}


def _rounded_parts(
    parts: Mapping[str, int],
    wholes: Mapping[str, int],
    known: Mapping[str, int],
    members: Mapping[str, Sequence[str]],
    base: int,
) -> dict[str, int]:
    """Round the parts of wholes that are rounded already."""
    counts: dict[Key, int] = {}
    sums: list[Sum] = []
    for code, part in parts.items():
        counts |= {(code, PART): part, (code, REST): wholes[code] - part, (code, ALL): wholes[code]}
        sums.append(Sum((code, ALL), ((code, PART), (code, REST))))
    for code, own in members.items():
        for side in (PART, REST):
            sums += _sum_of((code, side), [(market, side) for market in own], counts)
    rounded = round_controlled(counts, sums, base, {(code, ALL): known[code] for code in parts})
    return {code: rounded[code, PART] for code in parts}


def _sum_of(total: Key, parts: Sequence[Key], counts: dict[Key, int]) -> list[Sum]:
    """Return a sum between told counts; what is left for the parts not told is a count of its own."""
    if total not in counts:
        return []
    told = [part for part in parts if part in counts]
    left = counts[total] - sum(counts[part] for part in told)
    if left < 0:  # a vendor in two markets is one vendor of them together
        return []
    if len(told) < len(parts):
        rest = (_LEFT, *total)
        counts[rest] = left
        return [Sum(total, (*told, rest))]
    return [Sum(total, tuple(told))] if left == 0 else []
