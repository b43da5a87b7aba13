"""The rules a close went by, read back from their kept text: light, for pages that only look.

Nothing here decides; the engine reads its rules from ``reconciliation.profiles``.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from sqlmodel import Session, col, select

from merchants.calendars.holidays import holidays
from reconciliation.errors import RulesDamaged
from reconciliation.rules.tables import RuleChange, RuleSet

if TYPE_CHECKING:
    from reconciliation.profiles import Profile

ANY_PROVIDER = "*"
_VIETNAM = "vn"
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFee:
    """A fee schedule as it was kept; see ``profiles.FeeSchedule``."""

    bps: int
    per: str
    fixed_vnd: int
    min_vnd: int
    max_vnd: int | None
    vat_bps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """One provider's ways from a day on, as far as reports speak of them."""

    provider: str
    valid_from: date
    payouts: str
    cycle_days: int | None
    pays_on_weekends: bool | None
    calendar: str | None
    holidays: frozenset[date]
    fee: KeptFee | None


_Row = TypeVar("_Row", KeptRow, "Profile")


@dataclass(frozen=True, slots=True)
class KeptRules:
    """The rows of one set of rules, oldest first per provider."""

    rows: tuple[KeptRow, ...]

    def row(self, provider: str, on: date) -> KeptRow | None:
        """Return the row in force for a provider on a day; ``None`` = none had begun."""
        own = [row for row in self.rows if row.provider == provider]
        own = own or [row for row in self.rows if row.provider == ANY_PROVIDER]
        begun = [row for row in own if row.valid_from <= on]
        return begun[-1] if begun else None

    def taking_from_payouts(self) -> frozenset[str]:
        """Return the providers that take their fee from each payout as a whole."""
        return frozenset(
            row.provider for row in self.rows if row.fee is not None and row.fee.per == "run"
        )


def kept_rules(session: Session, sha256s: Iterable[str]) -> dict[str, KeptRules]:
    """Return the rules of these hashes, those that are kept, in one question.

    Raises:
        RulesDamaged: a kept text is not the one it was.
    """
    found = session.exec(select(RuleSet).where(col(RuleSet.sha256).in_(sorted(set(sha256s)))))
    return {row.sha256: read_kept(kept_text(row)) for row in found}


def kept_text(kept: RuleSet | RuleChange) -> str:
    """Return the text of rules; raise ``RulesDamaged`` unless it has the hash it is kept under."""
    if hashlib.sha256(kept.content.encode()).hexdigest() != kept.sha256:
        raise RulesDamaged(kept.sha256)
    return kept.content


def read_kept(content: str) -> KeptRules:
    """Return the rows of a text that ``Profiles.content`` wrote."""
    return KeptRules(tuple(_row(told) for told in json.loads(content)[0]))


def beginning(rows: Iterable[_Row], valid_from: date) -> list[_Row]:
    """Return the rows as they hold from a day on: the one in force then begins on it."""
    current: dict[str, _Row] = {}
    later: list[_Row] = []
    for row in sorted(rows, key=lambda one: one.valid_from):
        if row.valid_from > valid_from:
            later.append(row)
        else:
            current[row.provider] = row
    begun = [replace(row, valid_from=valid_from) for row in current.values()]
    return begun + later


def due_on(row: KeptRow, sold_on: date) -> date | None:
    """Return when the payout of a business day is due; ``None`` = the contract names no day.

    The same calendar as the engine's ``settlement_days.arrival_day``, for one day.
    """
    if row.cycle_days is None or row.payouts == "none":
        return None
    due = sold_on + timedelta(days=row.cycle_days)
    while _is_closed(row, due):
        due += timedelta(days=1)
    return due


def _is_closed(row: KeptRow, on: date) -> bool:
    if row.pays_on_weekends is False and on.weekday() >= _SATURDAY:
        return True
    return on in row.holidays or (row.calendar == _VIETNAM and on in holidays(on.year))


def _row(told: dict[str, Any]) -> KeptRow:
    fee = told["fee"]
    return KeptRow(
        provider=told["provider"],
        valid_from=date.fromisoformat(told["valid_from"]),
        payouts=told["payouts"],
        cycle_days=told["cycle_days"],
        pays_on_weekends=told["pays_on_weekends"],
        calendar=told["calendar"],
        holidays=frozenset(_days(told["holidays"])),
        fee=KeptFee(**fee) if fee else None,
    )


def _days(told: Iterable[str]) -> Iterator[date]:
    return (date.fromisoformat(each) for each in told)
