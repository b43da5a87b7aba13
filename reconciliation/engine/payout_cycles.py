"""When the payout of each business day is due: by the profile, else as the payouts themselves show.

Learnt per provider: the number of days after which most single business days were paid to the đồng,
and whether money ever arrives on a weekend. A holiday on which money of the provider arrived is none
for it: what happened is stronger than a calendar. Without one such day the cycle is taken as the next day
and nothing is called late.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from merchants.calendars.holidays import holidays
from reconciliation.engine.books import CodedPayouts
from reconciliation.engine.coded_text import Flags, Rows
from reconciliation.engine.settlement_days import SettlementDays, arrival_day, is_weekend, paid_for
from reconciliation.profile_fields import VIETNAM
from reconciliation.profiles import Profile

CYCLE_DAYS_MAX = 7
CYCLE_MARGIN_DAYS = 31
"""A payout is due at most so long after its last day: Tết and a weekend on top of any cycle."""
_EPOCH = date(1970, 1, 1)
_NEXT_DAY = 1


@dataclass(slots=True)
class Cycles:
    """What payouts show of their providers, by name, so that what parts learn can be added up.

    ``hits``: single days paid to the đồng after 0, 1, … days; ``arrivals``: days on which payouts
    came in; ``used``: which profile (its row) stands behind business days of which provider.
    """

    hits: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    arrivals: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    used: set[tuple[int, str]] = field(default_factory=set)

    def add(self, other: "Cycles") -> None:
        """Add what another part of the accounts shows."""
        for name, hits in other.hits.items():
            self.hits[name] = self.hits.get(name, np.zeros_like(hits)) + hits
        for name, days in other.arrivals.items():
            self.arrivals[name] |= days
        self.used |= other.used

    def learnt(self, providers: Sequence[str]) -> tuple[NDArray[np.int64], Flags]:
        """Return the cycle of each provider by single days paid exactly, and whether any was."""
        none = np.zeros(CYCLE_DAYS_MAX + 1, np.int64)
        hits = np.array([self.hits.get(name, none) for name in providers]).reshape(-1, len(none))
        known: Flags = hits.max(axis=1) > 0
        return np.where(known, hits.argmax(axis=1), _NEXT_DAY), known

    def pays_on_weekends(self, providers: Sequence[str]) -> Flags:
        """Return which providers paid on a Saturday or Sunday."""
        came = [np.array([*self.arrivals.get(name, ())], np.int64) for name in providers]
        return np.array([is_weekend(days).any() for days in came], bool)

    def paid_under(self, profile: int) -> set[date]:
        """Return the days on which payouts under a profile arrived: no calendar closes them."""
        names = {name for number, name in self.used if number == profile}
        days: Iterable[int] = set().union(*(self.arrivals.get(name, set()) for name in names))
        return {_EPOCH + timedelta(days=day) for day in days}

    def said_of(self, name: str, profiles: tuple[Profile, ...]) -> str:
        """Return all that ``due_days`` takes from here for accounts of one provider, as text.

        A day on which money came matters only where a calendar calls it closed: so one more payout
        says nothing new, and what was decided by the others stays.
        """
        cycle, known = self.learnt([name])
        numbers = sorted(number for number, user in self.used if user == name)
        opened = []
        for number in numbers:
            came = self.paid_under(number)
            days = np.array([(day - _EPOCH).days for day in came], np.int64)
            opened.append(sorted(came & closed_days(profiles[number], days)))
        weekends = self.pays_on_weekends([name]).tolist()
        return repr((cycle.tolist(), known.tolist(), weekends, numbers, opened))


def due_days(
    days: SettlementDays,
    cycles: Cycles,
    profiles: tuple[Profile, ...],
    providers: Sequence[str],
) -> tuple[NDArray[np.int64], Flags]:
    """Return the arrival day due for each settlement day, and per provider whether that is known."""
    _, known = cycles.learnt(providers)
    place = {name: code for code, name in enumerate(providers)}
    for number, name in cycles.used:
        if name in place and profiles[number].cycle_days is not None:
            known[place[name]] = True
    due = arrival_days(days.day, days.provider, days.profile, cycles, profiles, providers)
    return due, known


def arrival_days(
    day: NDArray[np.int64],
    provider: NDArray[np.int32],
    profile: NDArray[np.int16],
    cycles: Cycles,
    profiles: tuple[Profile, ...],
    providers: Sequence[str],
) -> NDArray[np.int64]:
    """Return when the money of business days is due; of each its provider and row of ``profiles``."""
    cycle, _ = cycles.learnt(providers)
    weekends = cycles.pays_on_weekends(providers)
    due = np.zeros(len(day), np.int64)
    for number in np.unique(profile).tolist():
        contract = profiles[number]
        at = np.flatnonzero(profile == number)
        told = contract.cycle_days
        due[at] = arrival_day(
            day[at],
            cycle[provider[at]] if told is None else np.full(len(at), told, np.int64),
            weekends[provider[at]]
            if contract.pays_on_weekends is None
            else np.full(len(at), contract.pays_on_weekends),
            closed_days(contract, day[at]) - cycles.paid_under(number),
        )
    return due


def closed_days(profile: Profile, days: NDArray[np.int64]) -> frozenset[date]:
    """Return the days on which a provider pays nothing: its own, and those of its calendar."""
    closed = frozenset(profile.holidays)
    if profile.calendar == VIETNAM and len(days):
        first, last = (_EPOCH + timedelta(days=int(day)) for day in (days.min(), days.max()))
        for year in range(first.year, (last + timedelta(days=CYCLE_MARGIN_DAYS)).year + 1):
            closed |= holidays(year)
    return closed


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """What payouts show, one fact a row: its ``kind``, whose it is (``block``, -1 = no account), and
    what: the days a payout to the đồng took, the day one came in, the row of a profile in use.
    """

    kind: NDArray[np.int64]
    block: NDArray[np.int64]
    provider: NDArray[np.int64]
    value: NDArray[np.int64]


HIT, ARRIVAL, USED = range(3)


def find_facts(
    days: SettlementDays, payouts: CodedPayouts, asked: Rows, profiles: tuple[Profile, ...]
) -> CycleFacts:
    """Return what the payouts that no listing explains show of their providers."""
    key = (days.block << 32) + days.day
    worth = paid_for(days.net, days.bare, days.profile, profiles)
    own = payouts.block[asked].astype(np.int64), payouts.provider[asked].astype(np.int64)
    arrived = payouts.day[asked].astype(np.int64)
    found = [
        (ARRIVAL, *own, arrived),
        (USED, days.block, days.provider.astype(np.int64), days.profile.astype(np.int64)),
    ]
    for cycle in range(CYCLE_DAYS_MAX + 1):
        wanted = (own[0] << 32) + arrived - cycle
        at = np.searchsorted(key, wanted)
        there = np.flatnonzero(at < len(key))
        there = there[key[at[there]] == wanted[there]]
        equal = there[worth[at[there]] == payouts.amount[asked[there]]]
        found.append((HIT, own[0][equal], own[1][equal], np.full(len(equal), cycle, np.int64)))
    kinds = np.concatenate([np.full(len(value), kind, np.int64) for kind, *_, value in found])
    return CycleFacts(kinds, *(np.concatenate(part) for part in list(zip(*found, strict=True))[1:]))


def learn_cycles(facts: CycleFacts, providers: Sequence[str]) -> Cycles:
    """Return the facts added up by provider."""
    found = Cycles()
    for code, name in enumerate(providers):
        own = facts.provider == code
        told = [facts.value[own & (facts.kind == kind)] for kind in (HIT, ARRIVAL, USED)]
        found.hits[name] = np.bincount(told[0], minlength=CYCLE_DAYS_MAX + 1).astype(np.int64)
        found.arrivals[name] |= set(np.unique(told[1]).tolist())
        found.used |= {(number, name) for number in np.unique(told[2]).tolist()}
    return found
