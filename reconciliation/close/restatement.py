"""Why a later version of a market's day says something else than an earlier one, cause by cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from reconciliation.close.bridge import bridge
from reconciliation.close.causes import Cause
from reconciliation.close.day_book import versions_of
from reconciliation.close.day_figures import EXPLAINED_FIGURES


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatement:
    """Why one version's figures differ from those of another, cause by cause."""

    older: int
    newer: int
    lines: Sequence[tuple[Cause, int, dict[str, int]]]
    """Cause, how many records, and what they add to each figure."""
    before: dict[str, int]
    after: dict[str, int]


def restatement(
    session: Session, market_code: str, on: date, *, older: int, newer: int
) -> Restatement:
    """Return why two versions of a market's day differ; the lines sum to the difference.

    Raises:
        VersionNotFound: the day has no such version.
        BooksDoNotBalance: the records do not explain the difference.
    """
    lines = bridge(session, market_code, on, older=older, newer=newer)
    causes: dict[Cause, tuple[int, dict[str, int]]] = {}
    for line in lines:
        count, sums = causes.setdefault(line.cause, (0, dict.fromkeys(EXPLAINED_FIGURES, 0)))
        for name, change in line.changes.items():
            sums[name] += change
        causes[line.cause] = (count + 1, sums)
    versions = {one.version: one.figures for one in versions_of(session, market_code, on)}
    return Restatement(
        older=older,
        newer=newer,
        lines=[(cause, *causes[cause]) for cause in Cause if cause in causes],
        before=versions[older],
        after=versions[newer],
    )
