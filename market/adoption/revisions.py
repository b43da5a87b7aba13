"""Revisions: every figure as it was known on any day, side by side.

A published figure stays readable: facts carry the version of the close they came from, so the same
function over ``facts.known_at(instant)`` gives again what was published then. Source: domain.md 13.2.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from market.adoption.facts import Facts

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Revision:
    """One figure of one period as known at one instant."""

    key: str
    known_at: datetime
    value: float | int | None
    change: float | int | None
    """Against the instant before; ``None`` = there is nothing to compare."""


def vintages(
    facts: Facts, instants: Sequence[datetime], measure: Callable[[Facts], Value]
) -> dict[datetime, Value]:
    """Return what a measure comes to with what was known at each instant, in ascending order."""
    return {at: measure(facts.known_at(at)) for at in sorted(instants)}


def revision_triangle(
    figures: Mapping[datetime, Mapping[str, float | int | None]],
) -> list[Revision]:
    """Return the figures by key and instant, each with its change against the instant before.

    Args:
        figures: by instant, and by whatever names a figure (``2026-10 U8 LG``). A figure that was
            not there yet at an instant has no row for it.
    """
    keys = list(dict.fromkeys(key for told in figures.values() for key in told))
    rows = []
    for key in keys:
        before: float | int | None = None
        for at in sorted(figures):
            if key not in figures[at]:
                continue
            value = figures[at][key]
            change = None if value is None or before is None else value - before
            rows.append(Revision(key, at, value, change))
            before = value
    return rows
