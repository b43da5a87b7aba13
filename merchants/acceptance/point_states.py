"""The states of an acceptance point, and where the facts put it. Source: domain.md section 6.2."""

from collections.abc import Mapping
from types import MappingProxyType

from merchants.kinds import GOOD_MATCHES, NameMatch
from merchants.kinds import AcceptancePointState as State

TRANSITIONS: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.DECLARED: frozenset({State.VERIFIED, State.LIVE, State.TO_MIGRATE, State.CLOSED}),
        State.VERIFIED: frozenset({State.DECLARED, State.LIVE, State.TO_MIGRATE, State.CLOSED}),
        State.LIVE: frozenset({State.TO_MIGRATE, State.CLOSED}),
        State.TO_MIGRATE: frozenset({State.DECLARED, State.VERIFIED, State.LIVE, State.CLOSED}),
        State.CLOSED: frozenset(),
    }
)
"""From each state the single steps that may follow; closed is the end."""


def point_state(
    current: State, *, match: NameMatch, must_migrate: bool, has_hung: bool = False
) -> State:
    """Return where an acceptance point stands now that the facts are as given.

    A good match verifies an account nobody pays to yet, and a lost one takes that back. What people
    pay to stays live whatever its name: taking that back is for people. An account under a name
    that must not be used any more waits to be replaced, until its name is right again.

    Args:
        has_hung: a poster that pays to it hangs at a stall.
    """
    if current is State.CLOSED:
        return current
    if must_migrate:
        return State.TO_MIGRATE
    if current is State.LIVE or has_hung:
        return State.LIVE
    return State.VERIFIED if match in GOOD_MATCHES else State.DECLARED
