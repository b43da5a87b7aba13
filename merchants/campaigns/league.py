"""The league of helpers: who brought how many vendors to receiving money, not to installing anything.

A vendor is *activated* on the day they become active for the first time. The vendor counts once and
for one member: the one who helped them first, of all who helped up to that step. Helping is
anything done to the register with the member's help, and a visit that ended as helped; a visit to
a closed stall or to somebody who refused is none. What counts is when it was noted: a visit written
down after the vendor became active earns nothing. Of helps at the same instant the one noted
first counts. Who became active with nobody's help counts for nobody, and is told beside the league,
so that both add up to all activated vendors. Equal counts share a rank: 1, 1, 3.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from merchants.days import day_begins_at, market_day


class Help(NamedTuple):
    """One time a member helped a vendor; ``event_id`` tells which was noted first.

    A plain tuple, because there are tens of thousands of them.
    """

    vendor_id: int
    member_id: int
    at: datetime
    event_id: int


class Activation(NamedTuple):
    """A vendor's step to active; of several the first counts."""

    vendor_id: int
    at: datetime
    event_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeagueRow:
    """One member's place."""

    rank: int
    member_id: int
    activated: int
    helped: int
    """Different vendors helped within the days, activated or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class League:
    """The places by rank, and whom nobody helped."""

    rows: tuple[LeagueRow, ...]
    unaided: int
    """Vendors activated within the days with nobody's help."""
    activated: int
    """All vendors activated within the days: the rows' and the unaided."""


def count_league(
    member_ids: Iterable[int],
    helps: Iterable[Help],
    activations: Iterable[Activation],
    *,
    first: date,
    last: date,
) -> League:
    """Return the league of the days; members of the list who helped nobody stand in it with 0.

    Args:
        member_ids: who is listed whatever they did; whoever has a count is listed too.
        helps, activations: of whoever was activated on one of the days all there ever were, for who
            helped first is decided on them; of others at least the helps of these days. In any order.
    """
    helps = list(helps)
    begun, over = day_begins_at(first), day_begins_at(last + timedelta(days=1))
    credited = credit(helps, activations, first=first, last=last)
    counts = Counter(member for member in credited.values() if member is not None)
    helped: dict[int, set[int]] = {}
    for help_ in helps:
        if begun <= help_.at < over:
            helped.setdefault(help_.member_id, set()).add(help_.vendor_id)
    listed = sorted({*member_ids, *counts, *helped}, key=lambda member: (-counts[member], member))
    rows = tuple(
        LeagueRow(
            rank=1 + sum(counts[other] > counts[member] for other in listed),
            member_id=member,
            activated=counts[member],
            helped=len(helped.get(member, ())),
        )
        for member in listed
    )
    return League(
        rows=rows,
        unaided=sum(member is None for member in credited.values()),
        activated=len(credited),
    )


def credit(
    helps: Iterable[Help], activations: Iterable[Activation], *, first: date, last: date
) -> Mapping[int, int | None]:
    """Return for each vendor activated within the days the member they count for, or ``None``."""
    started: dict[int, Activation] = {}
    for step in activations:
        known = started.get(step.vendor_id)
        if known is None or (step.at, step.event_id) < (known.at, known.event_id):
            started[step.vendor_id] = step
    earliest: dict[int, Help] = {}
    for help_ in helps:
        start = started.get(help_.vendor_id)
        if start is None or (help_.at, help_.event_id) > (start.at, start.event_id):
            continue
        known_help = earliest.get(help_.vendor_id)
        if known_help is None or (help_.at, help_.event_id) < (known_help.at, known_help.event_id):
            earliest[help_.vendor_id] = help_
    return {
        vendor: earliest[vendor].member_id if vendor in earliest else None
        for vendor, step in started.items()
        if first <= market_day(step.at) <= last
    }
