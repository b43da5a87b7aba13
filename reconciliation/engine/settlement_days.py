"""Statement lines on their way to a payout: what each is worth, and each account's business days.

A provider pays whole business days (or several, or all but a line it held back), so lines are first
added up per account and day. Where a fee is taken from the payout as a whole, the lines that tell
no fee of their own are kept apart, and the fee is computed when it is known what a payout covers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.books import TYPE_CODE, CodedBook
from reconciliation.engine.coded_text import Codes, Rows
from reconciliation.engine.fees import expected_fee, expected_tax
from reconciliation.engine.keys import code_together
from reconciliation.engine.sums import sum_by
from reconciliation.profiles import FeeSchedule, Profile
from reconciliation.records import TransactionType

_EPOCH = date(1970, 1, 1)
_MONDAY_OF_DAY_0 = 3
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class LineWorth:
    """What statement rows add to a payout: ``net`` after their own fee and tax; ``bare`` the part
    of lines that tell no fee while the fee is taken from the payout as a whole, before that fee.
    """

    rows: Rows
    net: NDArray[np.int64]
    bare: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SettlementDays:
    """One row per account and business day with money, sorted.

    ``line_day`` is the day of each line, -1 where the lines of its day come to nothing (no payout
    is due for it). ``first_of_block`` is the place of the account's first day; ``profile`` a row number of profiles.
    """

    block: Codes
    provider: NDArray[np.int32]
    day: NDArray[np.int64]
    profile: NDArray[np.int16]
    net: NDArray[np.int64]
    bare: NDArray[np.int64]
    first_of_block: Rows
    line_day: Rows

    def __len__(self) -> int:
        return len(self.day)

    def of_block(self, block: int) -> Rows:
        """Return the days of one account, in order."""
        first, last = (np.searchsorted(self.block, block, side) for side in ("left", "right"))
        return np.arange(first, last)


class LinesOfDays:
    """Finds the lines of a few days among very many; sorts them once, when first asked."""

    def __init__(self, days: SettlementDays) -> None:
        self._days = days
        self._order: Rows | None = None
        self._begins: Rows = np.zeros(0, np.int64)

    def of(self, places: Rows) -> Rows:
        """Return the lines (places in ``LineWorth.rows``) of some days."""
        if self._order is None:
            self._order = np.argsort(self._days.line_day, kind="stable")
            every = np.arange(len(self._days) + 1)
            self._begins = np.searchsorted(self._days.line_day[self._order], every)
        parts = [self._order[self._begins[at] : self._begins[at + 1]] for at in places.tolist()]
        return np.sort(np.concatenate(parts)) if parts else np.zeros(0, np.int64)


def worth_of_lines(
    book: CodedBook, rows: Rows, profile: NDArray[np.int16], profiles: tuple[Profile, ...]
) -> LineWorth:
    """Return what each line adds to a payout: credits positive, debits negative, costs off."""
    signed = np.where(book.is_debit[rows], -book.amount[rows], book.amount[rows])
    net = signed - book.fee[rows] - book.tax[rows]
    bare = np.zeros(len(rows), np.int64)
    # A payout that is given back was paid out with its fee taken off.
    untold = ~book.fee_told[rows] & (book.type[rows] != TYPE_CODE[TransactionType.PAYOUT_REVERSAL])
    for number in np.unique(profile[rows]).tolist():
        schedule = profiles[number].fee
        if schedule is None:
            continue
        due = untold & (profile[rows] == number)
        if schedule.per == "run":
            bare[due], net[due] = signed[due], 0
        else:
            due &= book.type[rows] == TYPE_CODE[TransactionType.PAYMENT]
            fee = expected_fee(book.amount[rows[due]], schedule)
            net[due] -= fee + expected_tax(fee, schedule)
    return LineWorth(rows, net, bare)


def add_up_days(book: CodedBook, worth: LineWorth, profile: NDArray[np.int16]) -> SettlementDays:
    """Return the account-days of lines, sorted by account and day."""
    rows = worth.rows
    code = code_together(book.block[rows], book.day[rows].astype(np.int64))
    size = int(code.max(initial=-1)) + 1
    first = np.zeros(size, np.int64)
    first[code[::-1]] = rows[::-1]
    net, bare = (sum_by(code, size, values) for values in (worth.net, worth.bare))
    owed = np.flatnonzero(net + bare != 0)
    owed = owed[np.lexsort((book.day[first[owed]], book.block[first[owed]]))]
    place = np.full(size, -1, np.int64)
    place[owed] = np.arange(len(owed))
    first = first[owed]
    block = book.block[first].astype(np.int64)
    return SettlementDays(
        block=block,
        provider=book.provider[first],
        day=book.day[first].astype(np.int64),
        profile=profile[first],
        net=net[owed],
        bare=bare[owed],
        first_of_block=np.searchsorted(block, block, side="left"),
        line_day=place[code],
    )


def paid_for(
    net: NDArray[np.int64],
    bare: NDArray[np.int64],
    profile: NDArray[np.int16],
    profiles: tuple[Profile, ...],
) -> NDArray[np.int64]:
    """Return what a payout for these sums comes to once its own fee and tax are taken off."""
    paid: NDArray[np.int64] = net + bare
    for number in np.unique(profile[bare != 0]).tolist():
        schedule = profiles[number].fee
        if schedule is not None:
            due = np.flatnonzero((profile == number) & (bare > 0))
            paid[due] -= _run_costs(bare[due], schedule)
    return paid


def missing_before_fee(
    amount: int, net: int, bare: int, profile: int, profiles: tuple[Profile, ...]
) -> tuple[int, ...]:
    """Return how much worth of lines a payout lacks: no, one, or (by rounding) two values.

    Negative is too much. ``net`` and ``bare`` are what it is compared with; ``profile`` a row number.
    """
    schedule = profiles[profile].fee
    if schedule is None or schedule.per != "run":
        return (net + bare - amount,)
    number = np.array([profile])

    def paid(worth: int) -> int:
        return int(paid_for(np.array([net]), np.array([worth]), number, profiles)[0])

    low, high = 0, 2 * max(amount - net, 0) + 2 * abs(bare) + 2
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if paid(middle) < amount else (low, middle)
    return tuple(bare - worth for worth in (low, low + 1) if paid(worth) == amount)


def arrival_day(
    day: NDArray[np.int64],
    cycle_days: NDArray[np.int64],
    on_weekends: NDArray[np.bool_],
    holidays: Iterable[date] = (),
) -> NDArray[np.int64]:
    """Return when the payout of each business day is due: the cycle, then the next bank day."""
    due = _after_weekend(day + cycle_days, on_weekends)
    closed = sorted((holiday - _EPOCH).days for holiday in holidays)
    for holiday in closed:
        due = _after_weekend(np.where(due == holiday, due + 1, due), on_weekends)
    return due


def is_weekend(day: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which days are Saturdays or Sundays."""
    weekend: NDArray[np.bool_] = (day + _MONDAY_OF_DAY_0) % 7 >= _SATURDAY
    return weekend


def _after_weekend(day: NDArray[np.int64], on_weekends: NDArray[np.bool_]) -> NDArray[np.int64]:
    weekday = (day + _MONDAY_OF_DAY_0) % 7
    waits = np.where(weekday == _SATURDAY, 2, np.where(weekday == _SUNDAY, 1, 0))
    return day + np.where(on_weekends, 0, waits)


def _run_costs(bare: NDArray[np.int64], schedule: FeeSchedule) -> NDArray[np.int64]:
    fee = expected_fee(bare, schedule)
    return fee + expected_tax(fee, schedule)
