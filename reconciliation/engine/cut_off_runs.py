"""Which run of business days each payout pays: prefix sums, bounded by the calendar.

Tried in order, each only on days no payout has taken and with the sum equal to the đồng: ``DUE`` a
run of days all due on the payout's day; ``CARRIED`` a run that ends with a day due then and begins
earlier; ``OVERDUE`` a run of days all due on one earlier day; ``LATE`` a run due earlier that
begins where the last paid run ended. One solution is the answer, two are ambiguous, and then
nothing weaker is tried: never a pick. A payout of another sum than what is due on its day, and of no
earlier day either, keeps that day: it is compared with it, and no late payout may take it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Flags, Rows
from reconciliation.engine.keys import code_together
from reconciliation.engine.payout_readings import Reading, Readings
from reconciliation.engine.settlement_days import SettlementDays, paid_for
from reconciliation.profiles import Profile

RUN_DAYS_MAX = 31
"""Business days with money that one payout may pay."""


class Fit(IntEnum):
    """How a run fits the calendar of a payout, the strongest first."""

    DUE = 0
    CARRIED = 1
    OVERDUE = 2
    LATE = 3


LATE_FITS = (Fit.OVERDUE, Fit.LATE)


@dataclass(slots=True)
class PayoutRuns:
    """State of the search. ``day_payout``: payout of each settlement day, -1 for none yet.

    ``first``, ``last``: the days a payout pays (places, -1 for none); ``fit``: how; ``solutions``:
    how many runs explain it; ``contested``: days that an ambiguous payout may be for; ``compared``:
    payouts of another sum than the days due with them, and those days; ``shared``: payouts that
    divide the days due with them; ``readings``: what those with several solutions may pay.
    """

    block: NDArray[np.int64]
    amount: NDArray[np.int64]
    arrived: NDArray[np.int64]
    day_payout: NDArray[np.int64]
    contested: Flags
    first: Rows
    last: Rows
    fit: NDArray[np.int64]
    solutions: NDArray[np.int64]
    compared: dict[int, Rows] = field(default_factory=dict)
    shared: list[int] = field(default_factory=list)
    readings: Readings = field(default_factory=Readings)

    @property
    def open(self) -> Flags:
        """Payouts that are neither explained nor ambiguous nor compared with their day."""
        waiting: Flags = (self.first < 0) & (self.solutions < 2)
        waiting[[*self.compared, *self.shared]] = False
        return waiting


def find_runs(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
) -> None:
    """Write into ``payouts`` which days each one pays; ``due``: arrival day of each day's money."""
    for fit in Fit:
        if fit is Fit.OVERDUE:
            _keep_due_days(days, due, payouts, profiles)
        asked = np.flatnonzero(payouts.open)
        found = _solve(days, due, payouts, profiles, asked, fit)
        while _take(payouts, asked, found, fit):
            # Days taken are days fewer for the others: what was ambiguous may be so no more.
            asked = np.flatnonzero(payouts.open)
            found = _solve(days, due, payouts, profiles, asked, fit)
        _give_up_on_ties(payouts, asked, found)


@dataclass(slots=True)
class _Found:
    count: NDArray[np.int64]
    first: Rows
    last: Rows
    touched: list[tuple[Rows, Rows, Rows]]


def _solve(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
    asked: Rows,
    fit: Fit,
) -> _Found:
    """Count the runs of one kind that sum to each payout; remember one of them."""
    found = _Found(
        np.zeros(len(asked), np.int64), np.full(len(asked), -1), np.full(len(asked), -1), []
    )
    free = payouts.day_payout < 0
    for place, ends in _ends(days, due, payouts, asked, fit, free):
        at, net, bare = place, np.zeros(len(place), np.int64), np.zeros(len(place), np.int64)
        last, first = ends, ends
        for _ in range(RUN_DAYS_MAX):
            inside = first >= days.first_of_block[last]
            inside &= free[np.maximum(first, 0)]
            if fit in {Fit.DUE, Fit.OVERDUE}:
                inside &= due[np.maximum(first, 0)] == due[last]
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


def _keep_due_days(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
) -> None:
    """Keep for each payout the days due with it, if no earlier run explains it and it is alone."""
    asked = np.flatnonzero(payouts.open)
    earlier = sum(_solve(days, due, payouts, profiles, asked, fit).count > 0 for fit in LATE_FITS)
    asked = asked[earlier == 0]
    same_day = code_together(payouts.block[asked], payouts.arrived[asked])
    alone = np.bincount(same_day)[same_day] == 1
    for at in asked[alone].tolist():
        first, end = (
            np.searchsorted(days.block, payouts.block[at], side) for side in ("left", "right")
        )
        places = np.arange(first, end)
        places = places[(due[places] == payouts.arrived[at]) & (payouts.day_payout[places] < 0)]
        places = places[~payouts.contested[places]]
        if len(places):
            payouts.compared[at] = places
            payouts.day_payout[places] = at
    _add_carried_days(days, due, payouts, profiles)


def _add_carried_days(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
) -> None:
    """Add to payouts the one earlier day, paid by nobody, that makes each whole with the days due.

    Where another payout may have paid that day, by itself or with its own days, it cannot be told
    which one did. All are looked at before anything is taken: their order says nothing.
    """
    wanted = {at: _carried_days(days, due, payouts, profiles, at) for at in payouts.compared}
    claims = Counter(place for places in wanted.values() for place in places.tolist())
    doubtful: Doubts = {}
    for at, places in wanted.items():
        if not len(places):
            continue
        rivals = _payers_alone(days, due, payouts, profiles, at, places)
        if len(places) == 1 and claims[int(places[0])] == 1 and not rivals:
            payouts.compared[at] = np.sort(np.concatenate([payouts.compared[at], places]))
            payouts.day_payout[places] = at
        else:
            own = payouts.compared[at].tolist()
            doubt(doubtful, at, *(Reading.of([*own, place]) for place in places.tolist()))
            for rival, place in rivals:
                doubt(doubtful, rival, Reading.of([place]))
            payouts.contested[places] = True
    leave_in_doubt(days, payouts, doubtful)


def _carried_days(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
    at: int,
) -> Rows:
    """Return the earlier days, paid by nobody, each of which makes a payout whole with its own."""
    own, arrived = payouts.compared[at], payouts.arrived[at]
    places = days.of_block(int(payouts.block[at]))
    places = places[(payouts.day_payout[places] < 0) & ~payouts.contested[places]]
    places = places[(due[places] < arrived) & (due[places] >= arrived - RUN_DAYS_MAX)]
    profile = np.full(len(places), days.profile[own[-1]])
    net, bare = days.net[places] + days.net[own].sum(), days.bare[places] + days.bare[own].sum()
    whole: Rows = places[paid_for(net, bare, profile, profiles) == payouts.amount[at]]
    return whole


def _payers_alone(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
    at: int,
    places: Rows,
) -> list[tuple[int, int]]:
    """Return the payouts that arrived no later than one and may have paid a day alone, and the day."""
    alone = paid_for(days.net[places], days.bare[places], days.profile[places], profiles)
    rivals = np.flatnonzero(payouts.block == payouts.block[at])
    is_in_time = payouts.arrived[rivals] <= payouts.arrived[at]
    rivals = rivals[np.isin(payouts.amount[rivals], alone) & is_in_time]
    rivals = rivals[payouts.arrived[rivals] >= due[places].min()]
    return [
        (rival, place)
        for rival in rivals.tolist()
        for place in places[alone == payouts.amount[rival]].tolist()
    ]


Doubts = dict[int, list[Reading]]
"""Payouts that may pay something else than they do, and what."""


def doubt(doubts: Doubts, payout: int, *others: Reading) -> None:
    """Add a payout in doubt and its other readings."""
    doubts.setdefault(payout, []).extend(others)


def leave_in_doubt(days: SettlementDays, payouts: PayoutRuns, doubtful: Doubts) -> None:
    """Take back what payouts pay: another reading of them sums as well."""
    for payout, others in doubtful.items():
        places = days.of_block(int(payouts.block[payout]))
        paid = places[payouts.day_payout[places] == payout]
        own = [Reading.of(paid.tolist())] if len(paid) else []
        # A run sums; days that a payout is only compared with may not.
        in_order = [*others, *own] if payout in payouts.compared else [*own, *others]
        payouts.readings.add(payout, *in_order)
        payouts.contested[[place for reading in in_order for place in reading.days]] = True
        payouts.day_payout[paid] = -1
        payouts.first[payout] = payouts.last[payout] = -1
        payouts.solutions[payout] = 2
        payouts.compared.pop(payout, None)
