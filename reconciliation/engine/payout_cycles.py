"""When the payout of each business day is due: by the profile, else as the payouts themselves show.

Learnt per provider: the number of days after which most single business days were paid to the đồng,
and whether money ever arrives on a weekend. A holiday on which money of the provider arrived is none
for it: what happened is stronger than a calendar. Without one such day the cycle is taken as the next day
and nothing is called late.
"""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from merchants.calendars.holidays import holidays
from reconciliation.engine.books import CodedPayouts
from reconciliation.engine.coded_text import Flags, Rows
from reconciliation.engine.settlement_days import SettlementDays, arrival_day, is_weekend, paid_for
from reconciliation.profiles import VIETNAM, Profile

CYCLE_DAYS_MAX = 7
CYCLE_MARGIN_DAYS = 31
"""A payout is due at most so long after its last day: Tết and a weekend on top of any cycle."""
_EPOCH = date(1970, 1, 1)
_NEXT_DAY = 1


def due_days(
    days: SettlementDays,
    payouts: CodedPayouts,
    asked: Rows,
    profiles: tuple[Profile, ...],
    providers: int,
) -> tuple[NDArray[np.int64], Flags]:
    """Return the arrival day due for each settlement day, and per provider whether that is known."""
    cycle, known = _learn(days, payouts, asked, profiles, providers)
    weekends = np.zeros(providers, bool)
    weekends[payouts.provider[asked[is_weekend(payouts.day[asked].astype(np.int64))]]] = True
    due = np.zeros(len(days), np.int64)
    for number in np.unique(days.profile).tolist():
        profile = profiles[number]
        at = np.flatnonzero(days.profile == number)
        provider = days.provider[at]
        told = profile.cycle_days
        known[provider] |= told is not None
        due[at] = arrival_day(
            days.day[at],
            cycle[provider] if told is None else np.full(len(at), told, np.int64),
            weekends[provider]
            if profile.pays_on_weekends is None
            else np.full(len(at), profile.pays_on_weekends),
            closed_days(profile, days.day[at]) - _paid_on(payouts, asked, provider),
        )
    return due, known


def _paid_on(payouts: CodedPayouts, asked: Rows, provider: NDArray[np.int32]) -> set[date]:
    """Return the days on which payouts of these providers arrived: no calendar closes them."""
    own = asked[np.isin(payouts.provider[asked], provider)]
    return {_EPOCH + timedelta(days=int(day)) for day in np.unique(payouts.day[own])}


def closed_days(profile: Profile, days: NDArray[np.int64]) -> frozenset[date]:
    """Return the days on which a provider pays nothing: its own, and those of its calendar."""
    closed = frozenset(profile.holidays)
    if profile.calendar == VIETNAM and len(days):
        first, last = (_EPOCH + timedelta(days=int(day)) for day in (days.min(), days.max()))
        for year in range(first.year, (last + timedelta(days=CYCLE_MARGIN_DAYS)).year + 1):
            closed |= holidays(year)
    return closed


def _learn(
    days: SettlementDays,
    payouts: CodedPayouts,
    asked: Rows,
    profiles: tuple[Profile, ...],
    providers: int,
) -> tuple[NDArray[np.int64], Flags]:
    """Return the cycle of each provider by single days paid exactly, and whether any was."""
    hits = np.zeros((CYCLE_DAYS_MAX + 1, providers), np.int64)
    key = (days.block << 32) + days.day
    worth = paid_for(days.net, days.bare, days.profile, profiles)
    for cycle in range(CYCLE_DAYS_MAX + 1):
        wanted = (payouts.block[asked].astype(np.int64) << 32) + payouts.day[asked] - cycle
        at = np.searchsorted(key, wanted)
        there = np.flatnonzero(at < len(key))
        there = there[key[at[there]] == wanted[there]]
        equal = there[worth[at[there]] == payouts.amount[asked[there]]]
        np.add.at(hits[cycle], payouts.provider[asked[equal]], 1)
    known: Flags = hits.max(axis=0) > 0
    return np.where(known, hits.argmax(axis=0), _NEXT_DAY), known
