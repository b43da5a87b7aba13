"""The clocks of privacy requests: until when to answer and to complete, as dated data tells."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from merchants.calendars.working_days import after_working_days
from merchants.kinds import PrivacyRequestKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The time limits in force from ``valid_from`` on; ``privacy_clocks.toml`` explains each."""

    valid_from: date
    source: str
    review_by: date
    answer_working_days: int
    extension_days: int
    complete_days: Mapping[PrivacyRequestKind, int]
    processors_days: Mapping[PrivacyRequestKind, int]


@dataclass(frozen=True, slots=True)
class DueDays:
    """The last days on which a request may be answered and completed."""

    answer_on: date
    complete_on: date


def due_days(
    kind: PrivacyRequestKind, received_on: date, *, processors_must_stop: bool = False
) -> DueDays:
    """Return until when a request received on a day must be answered and completed."""
    clocks = clocks_on(received_on)
    days = (clocks.processors_days if processors_must_stop else clocks.complete_days)[kind]
    return DueDays(
        answer_on=after_working_days(received_on, clocks.answer_working_days),
        complete_on=received_on + timedelta(days=days),
    )


def latest_extension(received_on: date, due_on: date) -> date:
    """Return the latest day to which a request received and due on these days can be extended."""
    return due_on + timedelta(days=clocks_on(received_on).extension_days)


def clocks_on(on: date) -> Clocks:
    """Return the limits in force on a day; those of the first row before it."""
    rows = all_clocks()
    return next((row for row in reversed(rows) if row.valid_from <= on), rows[0])


@cache
def all_clocks() -> tuple[Clocks, ...]:
    """Return every row, oldest first."""
    told = tomllib.loads(
        files("merchants.privacy").joinpath("privacy_clocks.toml").read_text("utf-8")
    )
    rows = [
        Clocks(
            valid_from=row["valid_from"],
            source=row["source"],
            review_by=row["review_by"],
            answer_working_days=row["answer_working_days"],
            extension_days=row["extension_days"],
            complete_days=_by_kind(row["complete_days"]),
            processors_days=_by_kind(row["processors_days"]),
        )
        for row in told["clock"]
    ]
    return tuple(sorted(rows, key=lambda row: row.valid_from))


def _by_kind(days: Mapping[str, int]) -> Mapping[PrivacyRequestKind, int]:
    return {kind: days[kind.value] for kind in PrivacyRequestKind}
