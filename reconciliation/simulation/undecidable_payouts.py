"""Wallet payouts whose fault nobody could tell from the books, shown from the truth alone.

A *reading* says of every payout of a store which due days it pays, in full, less one or two sales or a
business day held back and paid later, or by some đồng too little; every day of it is paid once, on its day
or late. (A payout adds up business days and may leave one out: that is one fault, as a sale held back is.
Two that land together may share the business days due then: that is one fault, too.)
The truth is one reading. A fault strikes about three of a hundred payouts: a reading with one fault more
is too likely to be ruled out in 999 of 1,000 cases, one with two more is not. So what a payout pays is
undecidable where a reading with at most one fault more says otherwise. All readings are looked at, payout
by payout; the engine is asked nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from reconciliation.simulation.faults import Fault
from reconciliation.simulation.movements import Kind, Movement
from reconciliation.simulation.payout_steps import (
    Explained,
    State,
    Step,
    Store,
    by_due_day,
    next_steps,
)

FAULTS_MORE = 1
"""A reading with so many more faults than the best one of the truth is still a rival of it."""
_SEARCH_FAULTS = 2 * FAULTS_MORE + 2
"""A reading that is so many faults behind the truth on its way is followed no further."""


def undecidable_payouts(movements: Iterable[Movement], last: date) -> Iterator[Movement]:
    """Yield the payouts with a fault of which a rival of the truth says otherwise.

    Args:
        last: the last day of the books.
    """
    lines: dict[str, dict[date, list[Movement]]] = {}
    landed: dict[str, list[Movement]] = {}
    for one in movements:
        if one.ledger == "momo" and one.kind is not Kind.FAILED:
            lines.setdefault(one.vendor_code, {}).setdefault(one.business_on, []).append(one)
        elif one.ledger == "bank_vcb" and one.kind is Kind.PAYOUT and one.statement_key:
            landed.setdefault(one.vendor_code, []).append(one)
    for vendor_code, payouts in landed.items():
        if any(one.faults for one in payouts):
            in_order = sorted(payouts, key=lambda one: (one.business_on, one.occurred_at))
            own = lines[vendor_code]
            yield from _doubtful(Store(own, by_due_day(own), in_order, last))


def _doubtful(store: Store) -> Iterator[Movement]:
    best = _fewest_faults(store)
    for number, payout in enumerate(store.landed):
        if payout.faults:
            explained = best[number]
            true = explained.pop(_truth(store, payout))
            if min(explained.values(), default=true + FAULTS_MORE + 1) <= true + FAULTS_MORE:
                yield payout


def _truth(store: Store, payout: Movement) -> Explained:
    assert payout.due_on is not None
    days = store.due[payout.due_on]
    own = {line.statement_key for day in days for line in store.lines[day]}
    paid = set(payout.pays)
    return Explained(
        frozenset(days if store.owes(days) else ()),
        is_less_held=bool(own - paid),
        is_making_good=bool(paid - own),
        is_short=Fault.PAYOUT_SHORT in payout.faults,
    )


def _fewest_faults(store: Store) -> list[dict[Explained, int]]:
    """Return of each payout, by how it may be explained, the fewest faults of such a reading."""
    reached = {State(frozenset(range(len(store.landed))), frozenset(store.lines), 0): 0}
    forward = [reached]
    layers: list[list[Step]] = []
    for _ in store.landed:
        steps = [step for state in reached for step in next_steps(store, state)]
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
    rest = {
        state: _faults_left(store, state)
        for state in reached
        if not store.is_torn(state.unpaid, date.max)
    }
    best: list[dict[Explained, int]] = [{} for _ in store.landed]
    for steps, reached in zip(reversed(layers), reversed(forward[:-1]), strict=True):
        earlier: dict[State, int] = {}
        for step in steps:
            if step.after not in rest:
                continue
            behind = step.faults + rest[step.after]
            earlier[step.before] = min(behind, earlier.get(step.before, behind))
            known, total = best[step.payout], reached[step.before] + behind
            known[step.explained] = min(total, known.get(step.explained, total))
        rest = earlier
    return best


def _faults_left(store: Store, state: State) -> int:
    """Return the faults of days that no payout paid by the last day, and of money held back for ever."""
    due = by_due_day(state.unpaid)
    unpaid = sum(store.owes(days) and on <= store.last for on, days in due.items())
    return unpaid + bool(state.held_vnd)
