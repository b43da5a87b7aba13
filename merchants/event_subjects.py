"""What the subjects of events are called: accounts by their tail, zones, teams and people by name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.tables import AcceptancePoint, AccountChange, CashPoint, Team, TeamMember, Zone

_NAMED: Mapping[str, tuple[Any, Any]] = MappingProxyType(
    {
        "account": (AcceptancePoint.id, AcceptancePoint.account_tail),
        "account_change": (AccountChange.id, AccountChange.account_tail),
        "zone": (Zone.id, Zone.name),
        "cash_point": (CashPoint.id, CashPoint.name),
        "team": (Team.id, Team.name),
        "team_member": (TeamMember.id, TeamMember.full_name),
    }
)
_TAILS = frozenset({"account", "account_change"})
_ZONE_OF_STALL = "stall:zone_id"


class Subjected(Protocol):
    """An event as far as it names rows by number."""

    @property
    def subject(self) -> str: ...
    @property
    def from_value(self) -> str: ...
    @property
    def to_value(self) -> str: ...


def subject_names(session: Session, events: Iterable[Subjected]) -> dict[str, str]:
    """Return what subjects such as ``account:7`` are called; a row that is gone has no name.

    One statement for each kind that is named, however many events there are.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in events:
        for subject in _named_in(event):
            kind, _, number = subject.partition(":")
            if kind in _NAMED and number.isdecimal():
                wanted[kind].add(int(number))
    found = {}
    for kind, numbers in sorted(wanted.items()):
        row_id, name = _NAMED[kind]
        query = sa.select(col(row_id), col(name)).where(col(row_id).in_(sorted(numbers)))
        for number, called in session.execute(query):
            found[f"{kind}:{number}"] = f"···{called}" if kind in _TAILS and called else called
    return found


def _named_in(event: Subjected) -> Iterable[str]:
    yield event.subject
    if event.subject == _ZONE_OF_STALL:
        yield from (f"zone:{number}" for number in (event.from_value, event.to_value))
