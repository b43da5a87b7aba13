"""Bank payments whose fault nobody could tell from the books, shown from the truth alone.

A payment told without the bank's reference goes with its line by account, amount, day and code. Where a
line of the same is told alone (its webhook was lost, or the bank books otherwise), either may be the
one: with both exchanged, the same rows would have been sent. What is written around the code is no key
(reconciliation.md section 2).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from reconciliation.simulation.faults import Fault
from reconciliation.simulation.movements import Kind, Movement

NOT_TOLD = frozenset({Fault.MISSING, Fault.CLOCK_SKEW})
"""Of such payments the line alone is told."""


def undecidable_rows(movements: Iterable[Movement]) -> Iterator[Movement]:
    """Yield the payments with a row that could be exchanged with one of another."""
    bare: dict[tuple[object, ...], list[Movement]] = defaultdict(list)
    alone: dict[tuple[object, ...], list[Movement]] = defaultdict(list)
    for one in movements:
        if one.kind is not Kind.PAYMENT:
            continue
        for key, amount_vnd in _lines(one):
            account = key.split(":")[1]
            alike = account, one.vendor_code, amount_vnd, one.business_on
            if Fault.REFERENCE_MISSING in one.faults:
                bare[alike].append(one)
            elif one.booked_as or NOT_TOLD & set(one.faults):
                alone[alike].append(one)
    found = [one for alike in bare.keys() & alone.keys() for one in bare[alike] + alone[alike]]
    yield from dict.fromkeys(found)


def _lines(payment: Movement) -> Sequence[tuple[str, int]]:
    """Return key and amount of the statement rows that tell of a payment."""
    if payment.statement_key is None:
        return payment.booked_as
    return ((payment.statement_key, payment.amount_vnd),)
