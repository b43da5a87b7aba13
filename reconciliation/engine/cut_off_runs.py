"""Which run of business days each payout pays: prefix sums, bounded by the calendar.

Tried in order, each only on days no payout has taken and with the sum equal to the đồng: ``DUE`` a
run of days all due on the payout's day; ``CARRIED`` a run that ends with a day due then and begins
earlier; ``OVERDUE`` a run of days all due on one earlier day; ``LATE`` a run due earlier that
begins where the last paid run ended. One solution is the answer, two are ambiguous, and then
nothing weaker is tried: never a pick. A payout of another sum than what is due on its day, and of no
earlier day either, keeps that day: it is compared with it, and no late payout may take it. Days due
long before a payout are tried after all that is due not long before: they are no rival of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Flags, Rows
from reconciliation.engine.kept_days import keep_due_days
from reconciliation.engine.payout_readings import Reading
from reconciliation.engine.payout_runs import (
    LATE_DAYS,
    LATE_FITS,
    RUN_DAYS_MAX,
    Fit,
    PayoutRuns,
)
from reconciliation.engine.settlement_days import SettlementDays, paid_for
from reconciliation.profiles import Profile

_ANY_DAYS = 1 << 31
"""However late a payout comes."""


def find_runs(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
) -> None:
    """Write into ``payouts`` which days each one pays; ``due``: arrival day of each day's money."""
    for fit in (Fit.DUE, Fit.CARRIED):
        found, asked = _take_runs(days, due, payouts, profiles, fit, _ANY_DAYS)
        _add_late_readings(days, due, payouts, profiles, asked[found.crowded])
        _share_among_themselves(days, payouts, profiles)
    for late_days in (LATE_DAYS, _ANY_DAYS):
        asked = _not_late(days, due, payouts, profiles, late_days)
        keep_due_days(days, due, payouts, profiles, asked, late_days)
        for fit in LATE_FITS:
            _take_runs(days, due, payouts, profiles, fit, late_days)


def _take_runs(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
    fit: Fit,
    late_days: int,
) -> tuple["_Found", Rows]:
    """Claim the runs of one kind; return what was found last, and for which payouts."""
    asked = np.flatnonzero(payouts.open)
    found = _solve(days, due, payouts, profiles, asked, fit, late_days)
    while _take(payouts, asked, found, fit):
        # Days taken are days fewer for the others: what was ambiguous may be so no more.
        asked = np.flatnonzero(payouts.open)
        found = _solve(days, due, payouts, profiles, asked, fit, late_days)
    _give_up_on_ties(payouts, asked, found)
    return found, asked


@dataclass(slots=True)
class _Found:
    count: NDArray[np.int64]
    first: Rows
    last: Rows
    crowded: Flags
    """Payouts of one solution that others have as well: only one of them pays it."""
    touched: list[tuple[Rows, Rows, Rows]]


def _solve(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
    asked: Rows,
    fit: Fit,
    late_days: int,
) -> _Found:
    """Count the runs of one kind that sum to each payout; remember one of them.

    Args:
        late_days: how many days before a payout the days of a late run may be due.
    """
    found = _Found(
        count=np.zeros(len(asked), np.int64),
        first=np.full(len(asked), -1),
        last=np.full(len(asked), -1),
        crowded=np.zeros(len(asked), bool),
        touched=[],
    )
    free = (payouts.day_payout < 0) & ~payouts.spent
    for place, ends in _ends(days, due, payouts, asked, fit, free):
        at, net, bare = place, np.zeros(len(place), np.int64), np.zeros(len(place), np.int64)
        last, first = ends, ends
        for _ in range(RUN_DAYS_MAX):
            inside = first >= days.first_of_block[last]
            inside &= free[np.maximum(first, 0)]
            if fit in {Fit.DUE, Fit.OVERDUE}:
                inside &= due[np.maximum(first, 0)] == due[last]
            if fit in LATE_FITS:
                inside &= due[np.maximum(first, 0)] >= payouts.arrived[asked[at]] - late_days
            at, net, bare, last, first = (x[inside] for x in (at, net, bare, last, first))
            if not len(at):
                break
            net, bare = net + days.net[first], bare + days.bare[first]
            equal = paid_for(net, bare, days.profile[last], profiles)
            hit = equal == payouts.amount[asked[at]]
            if fit in {Fit.CARRIED, Fit.LATE}:
                hit &= _begins_well(days, due, payouts, asked[at], first, free, fit)
            found.count[at[hit]] += 1
            found.first[at[hit]], found.last[at[hit]] = first[hit], last[hit]
            found.touched.append((at[hit], first[hit], last[hit]))
            first = first - 1
    return found


def _ends(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    asked: Rows,
    fit: Fit,
    free: Flags,
) -> Iterator[tuple[Rows, Rows]]:
    """Yield (places in ``asked``, days) that a run may end with, at most one month back."""
    key = (days.block << 32) + days.day
    behind = np.searchsorted(key, (payouts.block[asked] << 32) + payouts.arrived[asked], "right")
    start = np.searchsorted(days.block, payouts.block[asked], "left")
    for back in range(1, RUN_DAYS_MAX + 1):
        at = np.flatnonzero(behind - back >= start)
        if not len(at):
            return
        ends = behind[at] - back
        arrived = payouts.arrived[asked[at]]
        timely = due[ends] < arrived if fit in LATE_FITS else due[ends] == arrived
        good = timely & free[ends]
        yield at[good], ends[good]


def _begins_well(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    asked: Rows,
    first: Rows,
    free: Flags,
    fit: Fit,
) -> Flags:
    """Return which runs begin where such a run may: earlier than due, or behind a paid day."""
    if fit is Fit.CARRIED:
        earlier: Flags = due[first] < payouts.arrived[asked]
        return earlier
    anchored: Flags = first == days.first_of_block[first]
    return anchored | ~free[np.maximum(first - 1, 0)]


def _take(payouts: PayoutRuns, asked: Rows, found: _Found, fit: Fit) -> bool:
    """Claim the runs that are the only solution of their payout and for no day of another one."""
    one = np.flatnonzero(found.count == 1)
    claims = np.zeros(len(payouts.day_payout) + 1, np.int64)
    np.add.at(claims, found.first[one], 1)
    np.add.at(claims, found.last[one] + 1, -1)
    crowded = np.cumsum((np.cumsum(claims)[:-1] > 1) | payouts.contested)
    before = np.where(found.first[one] > 0, crowded[found.first[one] - 1], 0)
    alone = crowded[found.last[one]] == before if len(one) else np.zeros(0, bool)
    contested = one[~alone]
    found.count[contested] = 2
    found.crowded[contested] = True
    one = one[alone]
    rows = asked[one]
    payouts.first[rows], payouts.last[rows] = found.first[one], found.last[one]
    payouts.fit[rows], payouts.solutions[rows] = int(fit), 1
    payouts.day_payout[found.first[one]] = rows
    longer = one[found.first[one] != found.last[one]]
    for payout, first, last in zip(
        asked[longer].tolist(),
        found.first[longer].tolist(),
        found.last[longer].tolist(),
        strict=True,
    ):
        payouts.day_payout[first : last + 1] = payout
    return len(one) > 0


def _give_up_on_ties(payouts: PayoutRuns, asked: Rows, found: _Found) -> None:
    """Leave payouts with several solutions ambiguous, and mark the days they may be for."""
    open_still = payouts.open[asked]
    payouts.solutions[asked] = np.where(open_still, found.count, payouts.solutions[asked])
    for at, first, last in found.touched:
        tied = open_still[at] & (found.count[at] > 1)
        ends = (asked[at[tied]], first[tied], last[tied])
        for payout, begin, end in zip(*(part.tolist() for part in ends), strict=True):
            payouts.contested[begin : end + 1] = True
            payouts.readings.add(payout, Reading.of(range(begin, end + 1)))


def _add_late_readings(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
    crowded: Rows,
) -> None:
    """Add what payouts may pay late where several have one and the same run: only one of them pays it."""
    for fit in LATE_FITS:
        found = _solve(days, due, payouts, profiles, crowded, fit, LATE_DAYS)
        for ends in found.touched:
            for at, first, last in zip(*(part.tolist() for part in ends), strict=True):
                payouts.contested[first : last + 1] = True
                payouts.readings.add(int(crowded[at]), Reading.of(range(first, last + 1)))


def _share_among_themselves(
    days: SettlementDays, payouts: PayoutRuns, profiles: tuple[Profile, ...]
) -> None:
    """Mark the days in doubt that come to what the payouts of one day in doubt about them come to.

    Whichever of them pays which day, nothing is left of these days for a payout that comes later.
    """
    for among in payouts.readings.in_doubt_together():
        if len(among) == 1 or len({*payouts.arrived[among].tolist()}) > 1:
            continue
        places = np.array(
            sorted({place for one in among for place in payouts.readings.days_of(one)})
        )
        net, bare = (part[places].sum(keepdims=True) for part in (days.net, days.bare))
        in_all = int(paid_for(net, bare, days.profile[places[-1:]], profiles)[0])
        # A fee of the whole payout is rounded in each of them.
        if abs(in_all - int(payouts.amount[among].sum())) <= (len(among) if bare[0] else 0):
            payouts.spent[places] = True


def _not_late(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
    late_days: int,
) -> Rows:
    """Return the open payouts that no run of earlier days explains."""
    asked = np.flatnonzero(payouts.open)
    late = sum(
        _solve(days, due, payouts, profiles, asked, fit, late_days).count > 0 for fit in LATE_FITS
    )
    told: Rows = asked[late == 0]
    return told
