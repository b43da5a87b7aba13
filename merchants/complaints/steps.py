"""Which step a complaint may take from where it stands, and how long it has waited."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from merchants.kinds import ComplaintState

NEXT: Mapping[ComplaintState, frozenset[ComplaintState]] = MappingProxyType(
    {
        ComplaintState.OPEN: frozenset(
            {ComplaintState.ANSWERED, ComplaintState.SETTLED, ComplaintState.DROPPED}
        ),
        ComplaintState.ANSWERED: frozenset({ComplaintState.SETTLED, ComplaintState.DROPPED}),
        ComplaintState.SETTLED: frozenset(),
        ComplaintState.DROPPED: frozenset(),
    }
)
"""By state, the states that may follow; what is settled or dropped stays so."""
CLOSED_STATES = tuple(state for state, following in NEXT.items() if not following)


def may_become(state: ComplaintState, following: ComplaintState) -> bool:
    """Return whether a complaint may go from one state to another."""
    return following in NEXT[state]


def due_on(raised_on: date, days: int) -> date:
    """Return the last day on which an answer is in time."""
    return raised_on + timedelta(days=days)


def is_late(state: ComplaintState, due: date, today: date) -> bool:
    """Return whether an answer is overdue; only who has none yet waits for one."""
    return state is ComplaintState.OPEN and due < today
