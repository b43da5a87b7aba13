"""The figures of a market that several pages show, counted once and tied to each other."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import Session

from merchants.stalls.progress import ISSUES, Need, Progress, stall_progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many stalls stand where. Every page that shows one of these totals takes it from here."""

    progress: Mapping[Progress, int]
    """The tabs of the list, the legend of the floor map."""
    need: Mapping[Need, int]
    with_code: int
    """Stalls of the frame that have a code, whatever else is wrong with them."""
    issues_with_code: int

    def __post_init__(self) -> None:
        """Tie the totals to each other; figures that do not add up are a fault of this program."""
        issues = sum(self.need[need] for need in ISSUES)
        assert issues == self.progress[Progress.ISSUE], f"{issues} needs are not the issues"
        coded = self.progress[Progress.ACTIVE] + self.progress[Progress.READY]
        assert coded + self.issues_with_code == self.with_code, "codes do not add up"
        assert sum(self.need.values()) == self.all_stalls, "not every stall has one need"

    @property
    def all_stalls(self) -> int:
        """Return the stalls of the register, the vacant and closed ones too."""
        return sum(self.progress.values())

    @property
    def in_frame(self) -> int:
        """Return the stalls that are open for trade: what shares are taken of."""
        return self.all_stalls - self.progress[Progress.VACANT]

    @property
    def dyed(self) -> tuple[tuple[str, int], ...]:
        """Return the parts of the dye bar, which together are the frame."""
        issues_without = self.progress[Progress.ISSUE] - self.issues_with_code
        return (
            ("active", self.progress[Progress.ACTIVE]),
            ("ready", self.progress[Progress.READY]),
            ("issue", self.issues_with_code),
            ("doing", self.progress[Progress.DOING]),
            ("rest", self.progress[Progress.NOT_BEGUN] + issues_without),
        )


class Standing(Protocol):
    """A stall as far as it is counted."""

    @property
    def progress(self) -> Progress:
        """Return how far it has come."""

    @property
    def need(self) -> Need:
        """Return what is to be done there."""

    @property
    def has_code(self) -> bool:
        """Return whether it can be paid by a code."""


def count(stalls: Iterable[Standing]) -> Figures:
    """Return the figures of some stalls."""
    return _figures(Counter((each.progress, each.need, each.has_code) for each in stalls))


def figures_of(session: Session, market_ids: Collection[int]) -> dict[int, Figures]:
    """Return the figures of each of the markets, by market id: one statement."""
    floor = stall_progress(market_ids)
    keys = (floor.c.market_id, floor.c.progress, floor.c.need, floor.c.has_code)
    counted: dict[int, Counter[tuple[Progress, Need, bool]]] = {
        each: Counter() for each in market_ids
    }
    for market_id, progress, need, has_code, stalls in session.execute(
        sa.select(*keys, sa.func.count()).group_by(*keys)
    ):
        counted[market_id][Progress(progress), Need(need), bool(has_code)] = stalls
    return {market_id: _figures(counts) for market_id, counts in counted.items()}


def _figures(counts: Counter[tuple[Progress, Need, bool]]) -> Figures:
    coded = [
        (progress, stalls)
        for (progress, _, has_code), stalls in counts.items()
        if has_code and progress is not Progress.VACANT
    ]
    return Figures(
        progress={each: _sum(counts, 0, each) for each in Progress},
        need={each: _sum(counts, 1, each) for each in Need},
        with_code=sum(stalls for progress, stalls in coded if progress is not Progress.NOT_BEGUN),
        issues_with_code=sum(stalls for progress, stalls in coded if progress is Progress.ISSUE),
    )


def _sum(counts: Counter[tuple[Progress, Need, bool]], place: int, wanted: Progress | Need) -> int:
    return sum(stalls for key, stalls in counts.items() if key[place] is wanted)
