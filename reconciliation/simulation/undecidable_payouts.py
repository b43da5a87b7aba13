"""Wallet payouts whose fault nobody could tell from the books, shown from the truth alone.

A *reading* says of every payout of a store which due days it pays, in full, less one or two sales or a
business day held back and paid later, or by some đồng too little; every day of it is paid once, on its day
or late. (A payout adds up business days and may leave one out: that is one fault, as a sale held back is.)
The truth is one reading. A fault strikes about three of a hundred payouts: a reading with one fault more
is too likely to be ruled out in 999 of 1,000 cases, one with two more is not. So what a payout pays is
undecidable where a reading with at most one fault more says otherwise. All readings are looked at, payout
by payout; the engine is asked nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, combinations
from typing import NamedTuple

from reconciliation.simulation.faults import Fault
from reconciliation.simulation.movements import Kind, Movement
from reconciliation.simulation.wallet_payouts import next_bank_day, wallet_fee

FAULTS_MORE = 1
"""A reading with so many more faults than the best one of the truth is still a rival of it."""
LATEST = timedelta(days=10)
"""So long after its day a late payout may land: three days, a weekend, and some more."""
_SHORT = 2
"""How many faults a payout that is too small counts for: that would explain any sum, the others one."""
_SALES_HELD_MAX, _DAYS_MAX = 2, 3
_SEARCH_FAULTS = 2 * FAULTS_MORE + 2
"""A reading that is so many faults behind the truth on its way is followed no further."""


class Explained(NamedTuple):
    """What a reading says of one payout; ``days`` are those on which anything was owed."""

    days: frozenset[date]
    is_less_held: bool
    is_making_good: bool
    is_short: bool


class _State(NamedTuple):
    """What a reading has left open: payouts to come, days due and not paid, money held back."""

    to_come: frozenset[int]
    unpaid: frozenset[date]
    held_vnd: int


class _Step(NamedTuple):
    before: _State
    after: _State
    payout: int
    explained: Explained
    faults: int


@dataclass(frozen=True, slots=True)
class _Store:
    """The days on which something is due to a store, and the payouts that landed, in order of time."""

    due: Mapping[date, Sequence[Movement]]
    landed: Sequence[Movement]
    last: date

    def owes(self, day: date) -> bool:
        """Return whether a payout must come for a day: where as much was refunded, none does."""
        return _worth(self.due[day]) > 0


def undecidable_payouts(movements: Iterable[Movement], last: date) -> Iterator[Movement]:
    """Yield the payouts with a fault of which a rival of the truth says otherwise.

    Args:
        last: the last day of the books.
    """
    due: dict[str, dict[date, list[Movement]]] = {}
    landed: dict[str, list[Movement]] = {}
    for one in movements:
        if one.ledger == "momo" and one.kind is not Kind.FAILED:
            days = due.setdefault(one.vendor_code, {})
            days.setdefault(next_bank_day(one.business_on), []).append(one)
        elif one.ledger == "bank_vcb" and one.kind is Kind.PAYOUT and one.statement_key:
            landed.setdefault(one.vendor_code, []).append(one)
    for vendor_code, payouts in landed.items():
        if any(one.faults for one in payouts):
            in_order = sorted(payouts, key=lambda one: (one.business_on, one.occurred_at))
            yield from _doubtful(_Store(due[vendor_code], in_order, last))


def _doubtful(store: _Store) -> Iterator[Movement]:
    best = _fewest_faults(store)
    for number, payout in enumerate(store.landed):
        if payout.faults:
            explained = best[number]
            true = explained.pop(_truth(store, payout))
            if min(explained.values(), default=true + FAULTS_MORE + 1) <= true + FAULTS_MORE:
                yield payout


def _truth(store: _Store, payout: Movement) -> Explained:
    assert payout.due_on is not None
    own = {line.statement_key for line in store.due[payout.due_on]}
    paid = set(payout.pays)
    return Explained(
        frozenset(day for day in (payout.due_on,) if store.owes(day)),
        is_less_held=bool(own - paid),
        is_making_good=bool(paid - own),
        is_short=Fault.PAYOUT_SHORT in payout.faults,
    )


def _fewest_faults(store: _Store) -> list[dict[Explained, int]]:
    """Return of each payout, by how it may be explained, the fewest faults of such a reading."""
    reached = {_State(frozenset(range(len(store.landed))), frozenset(store.due), 0): 0}
    forward = [reached]
    layers: list[list[_Step]] = []
    for _ in store.landed:
        steps = [step for state in reached for step in _steps(store, state)]
        reached = {}
        for step in steps:
            faults = forward[-1][step.before] + step.faults
            reached[step.after] = min(faults, reached.get(step.after, faults))
        fewest = min(reached.values())
        reached = {
            state: faults for state, faults in reached.items() if faults <= fewest + _SEARCH_FAULTS
        }
        layers.append(steps)
        forward.append(reached)
    rest = {state: _faults_left(store, state) for state in reached}
    best: list[dict[Explained, int]] = [{} for _ in store.landed]
    for steps, reached in zip(reversed(layers), reversed(forward[:-1]), strict=True):
        earlier: dict[_State, int] = {}
        for step in steps:
            if step.after not in rest:
                continue
            behind = step.faults + rest[step.after]
            earlier[step.before] = min(behind, earlier.get(step.before, behind))
            known, total = best[step.payout], reached[step.before] + behind
            known[step.explained] = min(total, known.get(step.explained, total))
        rest = earlier
    return best


def _faults_left(store: _Store, state: _State) -> int:
    """Return the faults of days that no payout paid by the last day, and of money held back for ever."""
    unpaid = sum(store.owes(day) and day <= store.last for day in state.unpaid)
    return unpaid + bool(state.held_vnd)


def _steps(store: _Store, state: _State) -> Iterator[_Step]:
    """Yield what one of the payouts that land next may pay."""
    on = min(store.landed[number].business_on for number in state.to_come)
    if any(day + LATEST < on and store.owes(day) for day in state.unpaid):
        return
    open_days = sorted(day for day in state.unpaid if day <= on <= day + LATEST)
    runs = [
        run for count in range(_DAYS_MAX + 1) for run in combinations(open_days, count) if count
    ]
    for number in state.to_come:
        if store.landed[number].business_on != on:
            continue
        to_come = state.to_come - {number}
        for run in runs:
            late = sum(day < on and store.owes(day) for day in run)
            unpaid = state.unpaid - set(run)
            days = frozenset(day for day in run if store.owes(day))
            for good_vnd in {0, state.held_vnd}:
                still_vnd = state.held_vnd - good_vnd
                for held_vnd, is_short, faults in _manners(
                    store.landed[number].amount_vnd, good_vnd, [store.due[day] for day in run]
                ):
                    if held_vnd and still_vnd:
                        continue  # what was held back before is paid before more is
                    explained = Explained(days, held_vnd > 0, good_vnd > 0, is_short)
                    after = _State(to_come, unpaid, held_vnd + still_vnd)
                    yield _Step(state, after, number, explained, late + faults)
        if state.held_vnd:
            alone = Explained(frozenset(), False, True, False)
            if state.held_vnd - wallet_fee(state.held_vnd) == store.landed[number].amount_vnd:
                yield _Step(state, _State(to_come, state.unpaid, 0), number, alone, 0)


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
