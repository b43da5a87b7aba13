"""What a payout may pay that no single reading explains: up to two readings, told instead of a pick.

Source: reconciliation.md section 4. A reading is business days of the account, less lines that may
have been held back, or more lines that may have been carried along. That a payout is ambiguous and
shows one reading alone means that another payout's reading takes some of the same lines.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from reconciliation.engine.coded_text import Rows, rank_rows
from reconciliation.engine.outcomes import Outcome
from reconciliation.engine.payout_leg import PayoutLeg, PayoutReading
from reconciliation.engine.settlement_days import LinesOfDays, LineWorth, SettlementDays, paid_for

READINGS_MAX = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """Places of ``SettlementDays``; ``less`` and ``more`` are lines, places of ``LineWorth``."""

    days: tuple[int, ...]
    less: tuple[int, ...] = ()
    more: tuple[int, ...] = ()

    @staticmethod
    def of(days: Iterable[int], less: Iterable[int] = (), more: Iterable[int] = ()) -> "Reading":
        """Return a reading in its one spelling."""
        return Reading(tuple(sorted(days)), tuple(sorted(less)), tuple(sorted(more)))


@dataclass(slots=True)
class Readings:
    """The different readings of each payout, in the order they were found."""

    of_payout: dict[int, dict[Reading, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, payout: int, *readings: Reading) -> None:
        """Keep readings of a payout."""
        self.of_payout[payout].update(dict.fromkeys(readings))

    def days_of(self, payout: int) -> frozenset[int]:
        """Return the days that any reading of a payout takes."""
        return frozenset(day for reading in self.of_payout[payout] for day in reading.days)

    def in_doubt_together(self) -> Iterator[list[int]]:
        """Yield payouts whose readings take some of the same days, directly or by others of them."""
        readers: dict[int, list[int]] = defaultdict(list)
        for payout in self.of_payout:
            for day in self.days_of(payout):
                readers[day].append(payout)
        seen: set[int] = set()
        for payout in sorted(self.of_payout):
            among, reached = [], [payout]
            while reached:
                if (one := reached.pop()) not in seen:
                    seen.add(one)
                    among.append(one)
                    reached += [near for day in self.days_of(one) for near in readers.pop(day, ())]
            if among:
                yield sorted(among)

    def all_tell_of_held_back(self, payout: int, due_then: Iterable[int]) -> bool:
        """Return whether a payout has readings, and pays in each some of the days due then, not just all.

        Whichever holds: something was held back from it, or was paid with it that had been before.
        """
        own = set(due_then)
        whole = Reading.of(own)
        return payout in self.of_payout and all(
            reading != whole and not own.isdisjoint(reading.days)
            for reading in self.of_payout[payout]
        )


def in_order_of_ids(leg: PayoutLeg, worth: LineWorth, lines: Rows) -> Rows:
    """Return lines in an order that the order of the book's rows does not change."""
    order: Rows = np.argsort(rank_rows(leg.book.ids.text.take(worth.rows[lines])))
    return lines[order]


def write_readings(
    leg: PayoutLeg, worth: LineWorth, days: SettlementDays, readings: Readings, asked: Rows
) -> None:
    """Write the readings of ambiguous payouts, and for how many of them each undecided line may be."""
    lines = LinesOfDays(days)
    claims = np.zeros(len(worth.rows), np.int32)
    for payout, told in readings.of_payout.items():
        days_told = {place for reading in told for place in reading.days}
        more_told = {line for reading in told for line in reading.more}
        claims[lines_read(lines, Reading.of(days_told, more=more_told))] += 1
        # Days less lines that were held back, and other days whole, may be the same lines.
        differing = _differing(lines_read(lines, each) for each in told)
        leg.readings[int(asked[payout])] = tuple(
            PayoutReading(comes_to(leg, worth, days, own), worth.rows[own])
            for own in islice(differing, READINGS_MAX)
        )
    claimed = np.flatnonzero(claims)
    rows = worth.rows[claimed]
    undecided = leg.lines.has(Outcome.AMBIGUOUS)[rows]
    leg.lines.alternatives[rows[undecided]] = claims[claimed[undecided]]


def _differing(each: Iterable[Rows]) -> Iterator[Rows]:
    """Yield sets of lines, each once."""
    seen: set[bytes] = set()
    for own in each:
        if (known := own.tobytes()) not in seen:
            seen.add(known)
            yield own


def lines_read(lines: LinesOfDays, reading: Reading) -> Rows:
    """Return the lines of a reading, places of ``LineWorth``."""
    own = np.setdiff1d(lines.of(np.array(reading.days, np.int64)), np.array(reading.less, np.int64))
    return np.union1d(own, np.array(reading.more, np.int64))


def comes_to(leg: PayoutLeg, worth: LineWorth, days: SettlementDays, lines: Rows) -> int:
    """Return what a payout of these lines would come to, in đồng, by the contract of its last day."""
    net, bare = (part[lines].sum(keepdims=True) for part in (worth.net, worth.bare))
    profile = days.profile[[days.line_day[lines].max()]]
    return int(paid_for(net, bare, profile, leg.profiles)[0])
