"""What one close found open, as a value: what it is called and what is known of it."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple


class BreakName(NamedTuple):
    """What a break is called through all versions of its day.

    ``key`` is the hash of the provider's name of the record, without its version, so that a
    corrected telling is the same break; or ``day:`` and the hash of an account with a day, for what
    is missing of a whole day.
    """

    scope: str
    leg: str
    book: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a break; when one of these changes, the break has changed.

    ``stake_vnd`` is the money nobody can explain yet, each đồng once: over leg B and a day it adds
    up to ``unexplained_vnd`` of the market's day. ``amount_vnd`` is what the records come to.
    """

    business_date: date
    outcome: str
    reason: str
    records: int
    amount_vnd: int
    difference_vnd: int
    fee_difference_vnd: int | None
    stake_vnd: int

    def as_json(self) -> dict[str, Any]:
        """Return the facts as a step of the log keeps them."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return told | {"business_date": self.business_date.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBreak:
    """A break as the newest version of a day tells it; ``record_id`` is one of its records."""

    name: BreakName
    facts: Facts
    ledger: str
    rule: str
    alternatives: int
    record_id: int
    counterpart_id: int | None
