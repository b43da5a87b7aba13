"""The steps of a vendor, from a name on a list to a poster at the stall: tables and pure rules.

Source: domain.md section 6.2. A state is never claimed beyond the facts: who has not consented
stays at ``data_captured``, however complete the rest is.
"""

from dataclasses import dataclass

from merchants.kinds import VendorState as State

TRANSITIONS: dict[State, frozenset[State]] = {
    State.LISTED: frozenset({State.INVITED, State.DATA_CAPTURED}),
    State.INVITED: frozenset({State.DATA_CAPTURED}),
    State.DATA_CAPTURED: frozenset({State.CONSENTED}),
    State.CONSENTED: frozenset({State.ACCOUNT_LINKED}),
    State.ACCOUNT_LINKED: frozenset({State.NAME_MATCHED, State.CONSENTED}),
    State.NAME_MATCHED: frozenset(
        {State.TEST_PAYMENT_OK, State.POSTER_ISSUED, State.ACCOUNT_LINKED, State.CONSENTED}
    ),
    State.TEST_PAYMENT_OK: frozenset({State.POSTER_ISSUED, State.NAME_MATCHED}),
    State.POSTER_ISSUED: frozenset({State.POSTER_INSTALLED, State.NAME_MATCHED}),
    State.POSTER_INSTALLED: frozenset(
        {State.ACTIVE, State.DORMANT, State.POSTER_ISSUED, State.NAME_MATCHED}
    ),
    State.ACTIVE: frozenset({State.DORMANT}),
    State.DORMANT: frozenset({State.ACTIVE}),
    State.SUSPENDED: frozenset(
        {State.POSTER_INSTALLED, State.ACTIVE, State.DORMANT, State.DATA_CAPTURED}
    ),
    State.EXITED: frozenset({State.LISTED, State.DATA_CAPTURED}),
}
"""From each state the single steps that may follow; suspension and exit may follow any of them."""

_ALWAYS = frozenset({State.SUSPENDED, State.EXITED})
# Decided by payments or by people, not by what the register knows about papers.
_NOT_DERIVED = frozenset({State.ACTIVE, State.DORMANT, State.SUSPENDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorFacts:
    """What the register knows about one vendor, as far as it decides the state."""

    holds_a_stall: bool = True
    has_details: bool = False
    """A phone number or a receiving account is known."""
    has_consented: bool = False
    has_account: bool = False
    has_matched_name: bool = False
    """At least one open account whose holder's name matches exactly or normalised."""
    has_poster: bool = False
    has_installed_poster: bool = False


def may_follow(current: State, following: State) -> bool:
    """Return whether one step leads from a state to another."""
    if following in _ALWAYS:
        return following is not current
    return following in TRANSITIONS[current]


def may_reach(current: State, wanted: State) -> bool:
    """Return whether steps of the table lead from a state to another, itself included."""
    seen, frontier = {current}, [current]
    while frontier:
        state = frontier.pop()
        fresh = [each for each in State if each not in seen and may_follow(state, each)]
        seen.update(fresh)
        frontier.extend(fresh)
    return wanted in seen


def state_of(facts: VendorFacts) -> State:
    """Return the furthest state the facts bear out, each step resting on the one before."""
    if not facts.holds_a_stall:
        return State.EXITED
    if not facts.has_consented:
        return State.DATA_CAPTURED if facts.has_details else State.LISTED
    if not facts.has_account:
        return State.CONSENTED
    if not facts.has_matched_name:
        return State.ACCOUNT_LINKED
    if facts.has_installed_poster:
        return State.POSTER_INSTALLED
    return State.POSTER_ISSUED if facts.has_poster else State.NAME_MATCHED


def next_state(current: State, facts: VendorFacts) -> State:
    """Return where a vendor stands now that the facts are as given.

    What people or payments decided (active, dormant, suspended) stays, unless the vendor holds no
    stall any more; an invitation and a test payment stay until the facts go beyond or behind them.
    """
    derived = state_of(facts)
    if derived is State.EXITED:
        return derived
    if current in _NOT_DERIVED:
        return current
    kept = {State.LISTED: State.INVITED, State.NAME_MATCHED: State.TEST_PAYMENT_OK}
    return current if kept.get(derived) is current else derived
