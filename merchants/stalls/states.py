"""The states of a stall and the steps between them: a table, nothing else.

Source: domain.md section 6.2, ``planned → vacant → occupied → closed``. A stall is occupied exactly
while somebody holds it, so that step is taken by holding or leaving it and never by hand; and an
occupied stall is not closed before its holder has left.
"""

from collections.abc import Mapping
from types import MappingProxyType

from merchants.kinds import StallState as State

TRANSITIONS: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.PLANNED: frozenset({State.VACANT, State.OCCUPIED, State.CLOSED}),
        State.VACANT: frozenset({State.OCCUPIED, State.CLOSED}),
        State.OCCUPIED: frozenset({State.VACANT}),
        State.CLOSED: frozenset({State.VACANT}),
    }
)
"""From each state the steps that may follow."""


def may_follow(current: State, following: State) -> bool:
    """Return whether one step leads from a state to another."""
    return following in TRANSITIONS[current]


def steps_by_hand(current: State) -> frozenset[State]:
    """Return the steps somebody may take without a vendor taking or leaving the stall."""
    if current is State.OCCUPIED:
        return frozenset()
    return TRANSITIONS[current] - {State.OCCUPIED}
