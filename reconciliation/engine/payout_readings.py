"""What a payout may pay that no single reading explains: up to two readings, told instead of a pick.

Source: reconciliation.md section 4. A reading is business days of the account, less lines that may
have been held back, or more lines that may have been carried along. That a payout is ambiguous and
shows one reading alone means that another payout's reading takes some of the same lines.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

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
    """Up to ``READINGS_MAX`` different readings of each payout, those found first.

    ``days`` and ``more`` are what all readings of a payout take together, the others' too.
    """

    of_payout: dict[int, list[Reading]] = field(default_factory=lambda: defaultdict(list))
    days: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    more: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, payout: int, *readings: Reading) -> None:
        """Keep readings of a payout that are none of those kept."""
        kept = self.of_payout[payout]
        for reading in readings:
            self.days[payout].update(reading.days)
            self.more[payout].update(reading.more)
            if len(kept) < READINGS_MAX and reading not in kept:
                kept.append(reading)


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
        found = [lines_read(lines, reading) for reading in told]
        claims[
            lines_read(lines, Reading.of(readings.days[payout], more=readings.more[payout]))
        ] += 1
        leg.readings[int(asked[payout])] = tuple(
            PayoutReading(comes_to(leg, worth, days, own), worth.rows[own]) for own in found
        )
    claimed = np.flatnonzero(claims)
    rows = worth.rows[claimed]
    undecided = leg.lines.has(Outcome.AMBIGUOUS)[rows]
    leg.lines.alternatives[rows[undecided]] = claims[claimed[undecided]]


def lines_read(lines: LinesOfDays, reading: Reading) -> Rows:
    """Return the lines of a reading, places of ``LineWorth``."""
    own = np.setdiff1d(lines.of(np.array(reading.days, np.int64)), np.array(reading.less, np.int64))
    return np.union1d(own, np.array(reading.more, np.int64))


def comes_to(leg: PayoutLeg, worth: LineWorth, days: SettlementDays, lines: Rows) -> int:
    """Return what a payout of these lines would come to, in đồng, by the contract of its last day."""
    net, bare = (part[lines].sum(keepdims=True) for part in (worth.net, worth.bare))
    profile = days.profile[[days.line_day[lines].max()]]
    return int(paid_for(net, bare, profile, leg.profiles)[0])
