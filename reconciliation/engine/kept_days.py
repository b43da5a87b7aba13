"""The days a payout of another sum keeps: those due with it, and earlier ones it may have carried along.

Such a payout is compared with its days as a whole, and no late payout may take them.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Rows
from reconciliation.engine.keys import code_together
from reconciliation.engine.payout_readings import Reading
from reconciliation.engine.payout_runs import (
    RUN_DAYS_MAX,
    Doubts,
    PayoutRuns,
    doubt,
    leave_in_doubt,
)
from reconciliation.engine.settlement_days import SettlementDays, missing_before_fee, paid_for
from reconciliation.profiles import Profile


def keep_due_days(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
    asked: Rows,
    late_days: int,
) -> None:
    """Keep for each payout the days due with it, if no earlier run explains it and it is alone.

    Args:
        late_days: how many days before a payout a day that it carries along may be due.
    """
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
    _add_carried_days(days, due, payouts, profiles, min(late_days, RUN_DAYS_MAX))


def _add_carried_days(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
    late_days: int,
) -> None:
    """Add to payouts the earlier days, paid by nobody, that make each whole with the days due.

    Where another payout may have paid such a day, by itself or with its own days, it cannot be told
    which one did. All are looked at before anything is taken: their order says nothing.
    """
    wanted = {
        at: _carried_days(days, due, payouts, profiles, at, late_days) for at in payouts.compared
    }
    claims = Counter(place for sets in wanted.values() for place in {*chain(*sets)})
    doubtful: Doubts = {}
    for at, sets in wanted.items():
        if not sets:
            continue
        rivals = _payers_alone(days, due, payouts, profiles, at, sets)
        if rivals and _is_made_over(days, payouts, profiles, at, sets):
            continue
        own = payouts.compared[at].tolist()
        if len(sets) == 1 and all(claims[place] == 1 for place in sets[0]) and not rivals:
            payouts.compared[at] = np.sort(np.array([*own, *sets[0]]))
            payouts.day_payout[list(sets[0])] = at
        else:
            doubt(doubtful, at, *(Reading.of([*own, *places]) for places in sets))
            for rival, places in rivals:
                doubt(doubtful, rival, Reading.of(places))
    leave_in_doubt(days, payouts, doubtful)


DayPlaces = tuple[int, ...]


def _is_made_over(
    days: SettlementDays,
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
    at: int,
    sets: Sequence[DayPlaces],
) -> bool:
    """Return whether an earlier payout is short of its days by what a payout is over its own.

    Lines that one left to the other then explain both, and a day of that sum is left to the payout
    that pays it alone: were it carried along, two payouts would be explained by nothing.
    """
    over = {int((days.net + days.bare)[[*places]].sum()) for places in sets}
    for short, own in payouts.compared.items():
        before = payouts.arrived[at] - payouts.arrived[short]
        if payouts.block[short] == payouts.block[at] and 0 < before <= RUN_DAYS_MAX:
            lacks = missing_before_fee(
                int(payouts.amount[short]),
                int(days.net[own].sum()),
                int(days.bare[own].sum()),
                int(days.profile[own[-1]]),
                profiles,
            )
            if not over.isdisjoint(lacks):
                return True
    return False


def _carried_days(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
    at: int,
    late_days: int,
) -> list[DayPlaces]:
    """Return the earlier days, paid by nobody, that make a payout whole with its own: one, else two.

    None for a payout that is whole already.
    """
    own, arrived = payouts.compared[at], payouts.arrived[at]
    if _comes_to(days, profiles, own) == payouts.amount[at]:
        return []
    places = days.of_block(int(payouts.block[at]))
    places = places[(payouts.day_payout[places] < 0) & ~payouts.contested[places]]
    places = places[(due[places] < arrived) & (due[places] >= arrived - late_days)]
    pairs = places[np.stack(np.triu_indices(len(places), 1))]
    for sets in (places[np.newaxis], pairs):
        profile = np.full(sets.shape[1], days.profile[own[-1]])
        net, bare = (part[sets].sum(axis=0) + part[own].sum() for part in (days.net, days.bare))
        whole = paid_for(net, bare, profile, profiles) == payouts.amount[at]
        if whole.any():
            return [tuple(each) for each in sets[:, whole].T.tolist()]
    return []


def _payers_alone(
    days: SettlementDays,
    due: NDArray[np.int64],
    payouts: PayoutRuns,
    profiles: tuple[Profile, ...],
    at: int,
    sets: Sequence[DayPlaces],
) -> list[tuple[int, DayPlaces]]:
    """Return the payouts that arrived no later than one and may have paid such days alone, and which."""
    found = []
    for places in dict.fromkeys([*sets, *((place,) for each in sets for place in each)]):
        own = np.array(places)
        alone = _comes_to(days, profiles, own)
        rivals = (payouts.block == payouts.block[at]) & (payouts.amount == alone)
        rivals &= payouts.arrived <= payouts.arrived[at]
        rivals &= payouts.arrived >= due[own].max()
        found += [(rival, places) for rival in np.flatnonzero(rivals).tolist()]
    return found


def _comes_to(days: SettlementDays, profiles: tuple[Profile, ...], places: Rows) -> int:
    """Return what a payout of some days comes to."""
    net, bare = (part[places].sum(keepdims=True) for part in (days.net, days.bare))
    return int(paid_for(net, bare, days.profile[places[-1:]], profiles)[0])
