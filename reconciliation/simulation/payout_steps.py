"""What one payout of a store may pay in a reading of them all, and how many faults that would be.

See ``undecidable_payouts`` for what a reading is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, combinations
from typing import NamedTuple

from reconciliation.simulation.movements import Kind, Movement
from reconciliation.simulation.wallet_payouts import next_bank_day, wallet_fee

LATEST = timedelta(days=10)
"""So long after its day a late payout may land: three days, a weekend, and some more."""
_SHORT = 2
"""How many faults a payout that is too small counts for: that would explain any sum, the others one."""
_SALES_HELD_MAX, _DAYS_MAX = 2, 3


class Explained(NamedTuple):
    """What a reading says of one payout; ``days`` are the business days of which anything was owed."""

    days: frozenset[date]
    is_less_held: bool
    is_making_good: bool
    is_short: bool


class State(NamedTuple):
    """What a reading has left open: payouts to come, business days not paid, money held back."""

    to_come: frozenset[int]
    unpaid: frozenset[date]
    held_vnd: int


class Step(NamedTuple):
    """One payout of a reading, by its number in ``Store.landed``."""

    before: State
    after: State
    payout: int
    explained: Explained
    faults: int


@dataclass(frozen=True, slots=True)
class Store:
    """The lines of a store by business day, its days by when they are due, and what landed, in order."""

    lines: Mapping[date, Sequence[Movement]]
    due: Mapping[date, Sequence[date]]
    landed: Sequence[Movement]
    last: date

    def owes(self, days: Iterable[date]) -> bool:
        """Return whether a payout must come for days: where as much was refunded, none does."""
        return sum(_worth(self.lines[day]) for day in days) > 0

    def is_torn(self, unpaid: frozenset[date], on: date) -> bool:
        """Return whether of a day due before, a part alone was paid: the rest was not shared then."""
        return any(
            then < on and len(days) < len(self.due[then])
            for then, days in by_due_day(unpaid).items()
        )


def by_due_day(days: Iterable[date]) -> dict[date, tuple[date, ...]]:
    """Return business days by the day on which their money is due."""
    due: dict[date, tuple[date, ...]] = {}
    for day in sorted(days):
        on = next_bank_day(day)
        due[on] = (*due.get(on, ()), day)
    return due


def next_steps(store: Store, state: State) -> Iterator[Step]:
    """Yield what one of the payouts that land next may pay."""
    on = min(store.landed[number].business_on for number in state.to_come)
    due = by_due_day(state.unpaid)
    if any(then + LATEST < on and store.owes(days) for then, days in due.items()):
        return
    if store.is_torn(state.unpaid, on):
        return
    together = [number for number in state.to_come if store.landed[number].business_on == on]
    runs = list(_runs(store, due, on, is_shared=len(together) > 1))
    for number in together:
        to_come = state.to_come - {number}
        for run, days, faults_of_run in runs:
            unpaid = state.unpaid.difference(*run)
            lines = [[line for day in each for line in store.lines[day]] for each in run]
            for good_vnd in {0, state.held_vnd}:
                still_vnd = state.held_vnd - good_vnd
                for held_vnd, is_short, faults in _manners(
                    store.landed[number].amount_vnd, good_vnd, lines
                ):
                    if held_vnd and still_vnd:
                        continue  # what was held back before is paid before more is
                    explained = Explained(days, held_vnd > 0, good_vnd > 0, is_short)
                    after = State(to_come, unpaid, held_vnd + still_vnd)
                    yield Step(state, after, number, explained, faults_of_run + faults)
        if state.held_vnd:
            alone = Explained(frozenset(), False, True, False)
            if state.held_vnd - wallet_fee(state.held_vnd) == store.landed[number].amount_vnd:
                yield Step(state, State(to_come, state.unpaid, 0), number, alone, 0)


def _runs(
    store: Store, due: Mapping[date, tuple[date, ...]], on: date, *, is_shared: bool
) -> Iterator[tuple[tuple[tuple[date, ...], ...], frozenset[date], int]]:
    """Yield what a payout of a day may pay: business days of each day due, those owed, the faults.

    Args:
        is_shared: another payout lands on the same day, so that one may leave the other some of it.
    """
    then = sorted(day for day in due if day <= on <= day + LATEST)
    for days in chain.from_iterable(combinations(then, n + 1) for n in range(_DAYS_MAX)):
        run = tuple(due[day] for day in days)
        owed = [day for day in days if store.owes(due[day])]
        late = sum(day < on for day in owed)
        yield run, frozenset(chain.from_iterable(due[day] for day in owed)), late
    if is_shared and on in due:
        for count in range(1, len(due[on])):
            for part in combinations(due[on], count):
                if store.owes(part):
                    yield (part,), frozenset(part), 1


def _manners(
    amount_vnd: int, good_vnd: int, days: Sequence[Sequence[Movement]]
) -> Iterator[tuple[int, bool, int]]:
    """Yield how an amount may pay days and what it makes good.

    What is held back in đồng, whether it is short, and how many faults that is. A day of which nothing
    would be left is not paid: it is not held back.
    """
    owed_vnd = good_vnd + sum(map(_worth, days))
    net = owed_vnd - wallet_fee(owed_vnd)
    if amount_vnd == net:
        yield 0, False, 0
    if amount_vnd >= net:
        return
    yield 0, True, _SHORT
    held: dict[int, int] = {}
    for held_vnd, faults in _may_be_held(days):
        left = owed_vnd - held_vnd
        if left > 0 and left - wallet_fee(left) == amount_vnd:
            held[held_vnd] = min(faults, held.get(held_vnd, faults))
    yield from ((held_vnd, False, faults) for held_vnd, faults in sorted(held.items()))


def _may_be_held(days: Sequence[Sequence[Movement]]) -> Iterator[tuple[int, int]]:
    """Yield what may be held back, with its faults: one or two sales, or a business day.

    Something is left of each of the days due.
    """
    sales = [
        (at, line.amount_vnd)
        for at, lines in enumerate(days)
        for line in lines
        if line.kind is Kind.PAYMENT
    ]
    for held in chain.from_iterable(combinations(sales, n + 1) for n in range(_SALES_HELD_MAX)):
        of_day = [sum(vnd for at, vnd in held if at == day) for day in range(len(days))]
        if all(_worth(lines) > vnd for lines, vnd in zip(days, of_day, strict=True) if vnd):
            yield sum(of_day), len(held)
    for lines in days:
        for on in {line.business_on for line in lines}:
            left_out_vnd = _worth(line for line in lines if line.business_on == on)
            if 0 < left_out_vnd < _worth(lines):
                yield left_out_vnd, 1


def _worth(lines: Iterable[Movement]) -> int:
    return sum(line.amount_vnd if line.kind is Kind.PAYMENT else -line.amount_vnd for line in lines)
