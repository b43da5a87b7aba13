"""Bank payments whose fault nobody could tell from the books, shown from the truth alone.

A payment told without the bank's reference goes with its line by account, amount, day and code. Where
of another such payment only the line is told, either line may be the one: with both exchanged, the same
rows would have been sent. What is written around the code is no key (reconciliation.md section 2).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from reconciliation.simulation.faults import Fault
from reconciliation.simulation.movements import Kind, Movement

NOT_TOLD = frozenset({Fault.MISSING, Fault.CLOCK_SKEW})
"""Of such payments the line alone is told."""


def undecidable_rows(movements: Iterable[Movement]) -> Iterator[Movement]:
    """Yield the payments that could be exchanged with another one of theirs."""
    alike: dict[tuple[object, ...], list[Movement]] = defaultdict(list)
    for one in movements:
        if one.kind is Kind.PAYMENT and {Fault.REFERENCE_MISSING, *NOT_TOLD} & set(one.faults):
            assert one.statement_key is not None
            account = one.statement_key.split(":")[1]
            alike[account, one.vendor_code, one.amount_vnd, one.business_on].append(one)
    for some in alike.values():
        faults = {fault for one in some for fault in one.faults}
        if Fault.REFERENCE_MISSING in faults and faults & NOT_TOLD:
            yield from some
