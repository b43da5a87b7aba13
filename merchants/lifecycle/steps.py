"""The steps of a vendor, from a name on a list to money received, and out again: pure rules.

Source: domain.md section 6.2. A state is never claimed beyond the facts: who has not consented
stays at ``data_captured``, however complete the rest is. Every change is a path of single steps of
``TRANSITIONS``, so that the history of a vendor can be read step by step.

Two states stand for what people did and not for what is there: ``invited`` (somebody asked the
vendor) and ``test_payment_ok`` (a small payment was seen to arrive). They may be left out: nobody
waits for want of them, no fact leads to them, and they count for none of the five steps people see.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from merchants.actors import ActorKind
from merchants.kinds import VendorState as State

_FORWARD: Mapping[State, frozenset[State]] = {
    State.LISTED: frozenset({State.INVITED, State.DATA_CAPTURED}),
    State.INVITED: frozenset({State.DATA_CAPTURED}),
    State.DATA_CAPTURED: frozenset({State.CONSENTED}),
    State.CONSENTED: frozenset({State.ACCOUNT_LINKED}),
    State.ACCOUNT_LINKED: frozenset({State.NAME_MATCHED}),
    State.NAME_MATCHED: frozenset({State.TEST_PAYMENT_OK, State.POSTER_ISSUED}),
    State.TEST_PAYMENT_OK: frozenset({State.POSTER_ISSUED}),
    State.POSTER_ISSUED: frozenset({State.POSTER_INSTALLED}),
    State.POSTER_INSTALLED: frozenset({State.ACTIVE}),
    State.ACTIVE: frozenset({State.DORMANT}),
    State.DORMANT: frozenset({State.ACTIVE}),
}
# A fact that is gone (consent withdrawn, account closed, poster revoked) takes a vendor one step back.
_BACK: Mapping[State, frozenset[State]] = {
    State.DATA_CAPTURED: frozenset({State.LISTED}),
    State.CONSENTED: frozenset({State.DATA_CAPTURED}),
    State.ACCOUNT_LINKED: frozenset({State.CONSENTED}),
    State.NAME_MATCHED: frozenset({State.ACCOUNT_LINKED}),
    State.TEST_PAYMENT_OK: frozenset({State.NAME_MATCHED}),
    State.POSTER_ISSUED: frozenset({State.NAME_MATCHED}),
    State.POSTER_INSTALLED: frozenset({State.POSTER_ISSUED}),
    State.ACTIVE: frozenset({State.POSTER_INSTALLED}),
    State.DORMANT: frozenset({State.POSTER_INSTALLED}),
}
_OUT = frozenset({State.SUSPENDED, State.EXITED})
_BY_FACTS = (
    State.LISTED,
    State.DATA_CAPTURED,
    State.CONSENTED,
    State.ACCOUNT_LINKED,
    State.NAME_MATCHED,
    State.POSTER_ISSUED,
    State.POSTER_INSTALLED,
)

TRANSITIONS: Mapping[State, frozenset[State]] = MappingProxyType(
    {state: _FORWARD[state] | _BACK.get(state, frozenset()) | _OUT for state in _FORWARD}
    | {
        # Whoever is resumed stands where the facts put them; payments judge again from there.
        State.SUSPENDED: frozenset({*_BY_FACTS, State.EXITED}),
        State.EXITED: frozenset({State.LISTED, State.DATA_CAPTURED}),
    }
)
"""From each state the single steps that may follow."""

LADDER: tuple[State, ...] = tuple(state for state in State if state not in _OUT)
"""The states in the order they are reached; ``invited`` and ``test_payment_ok`` may be left out."""


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
    shows_payments: bool = True
    """False for who keeps the poster and lets the service see no payment."""


class Missing(StrEnum):
    """What a vendor lacks for a step, in the order it is looked for."""

    STALL = "stall"
    DETAILS = "details"
    CONSENT = "consent"
    ACCOUNT = "account"
    MATCHED_NAME = "matched_name"
    POSTER = "poster"
    INSTALLED_POSTER = "installed_poster"
    PAYMENTS = "payments"
    """Receipts of the last days: the daily judgement finds them, nobody declares them."""
    REASON = "reason"
    NOT_FROM_HERE = "not_from_here"
    """Nothing is missing: the step does not lead out of this state."""
    NOT_BY_HAND = "not_by_hand"
    """The step follows from what is registered; nobody takes it by hand."""


class HandStep(StrEnum):
    """What people decide about a vendor, apart from all that follows from the facts."""

    INVITE = "invite"
    TEST_PAYMENT = "test_payment"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXIT = "exit"
    RETURN = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandRule:
    """From where to where a step leads by hand, who may take it, and what it needs."""

    from_states: frozenset[State]
    to_states: frozenset[State]
    actors: frozenset[ActorKind]
    needs_reason: bool = False


_STAFF: frozenset[ActorKind] = frozenset({"staff", "command"})
_WITH_VENDOR: frozenset[ActorKind] = _STAFF | {"vendor"}

BY_HAND: Mapping[HandStep, HandRule] = MappingProxyType(
    {
        HandStep.INVITE: HandRule(
            from_states=frozenset({State.LISTED}),
            to_states=frozenset({State.INVITED}),
            actors=_STAFF,
        ),
        HandStep.TEST_PAYMENT: HandRule(
            from_states=frozenset({State.NAME_MATCHED}),
            to_states=frozenset({State.TEST_PAYMENT_OK}),
            actors=_WITH_VENDOR,
        ),
        HandStep.SUSPEND: HandRule(
            from_states=frozenset(State) - _OUT,
            to_states=frozenset({State.SUSPENDED}),
            actors=_WITH_VENDOR,
            needs_reason=True,
        ),
        HandStep.RESUME: HandRule(
            from_states=frozenset({State.SUSPENDED}),
            to_states=frozenset(_BY_FACTS),
            actors=_STAFF,
        ),
        HandStep.EXIT: HandRule(
            from_states=frozenset(State) - {State.EXITED},
            to_states=frozenset({State.EXITED}),
            actors=_WITH_VENDOR,
            needs_reason=True,
        ),
        HandStep.RETURN: HandRule(
            from_states=frozenset({State.EXITED}),
            to_states=frozenset({State.LISTED, State.DATA_CAPTURED}),
            actors=_STAFF,
        ),
    }
)
"""The steps people take, as data. A reason is one of ``ExitReason``."""


LEADS_TO: Mapping[HandStep | None, State] = MappingProxyType(
    {
        HandStep.INVITE: State.INVITED,
        HandStep.TEST_PAYMENT: State.TEST_PAYMENT_OK,
        HandStep.SUSPEND: State.SUSPENDED,
        HandStep.EXIT: State.EXITED,
        HandStep.RETURN: State.LISTED,
    }
)
"""Where a step by hand leads; whoever is resumed goes where the facts are."""


def may_follow(current: State, following: State) -> bool:
    """Return whether one step leads from a state to another."""
    return following in TRANSITIONS[current]


@cache
def steps_between(current: State, wanted: State) -> tuple[State, ...]:
    """Return the states of the shortest path of single steps, ``wanted`` last; empty = none needed.

    Nobody is suspended or leaves on the way to somewhere else.
    """
    if current is wanted:
        return ()
    paths: dict[State, tuple[State, ...]] = {current: ()}
    frontier = [current]
    while frontier and wanted not in paths:
        reached = []
        for state in frontier:
            for following in sorted(TRANSITIONS[state], key=_place):
                if following in paths or (following in _OUT and following is not wanted):
                    continue
                paths[following] = (*paths[state], following)
                reached.append(following)
        frontier = reached
    return paths.get(wanted, ())


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

    A suspension stays until it is lifted or the vendor holds no stall any more. Invitation, test
    payment, activity and sleep stay as long as the facts are exactly those they rest on.
    """
    derived = state_of(facts)
    if derived is not State.EXITED and current is State.SUSPENDED:
        return current
    kept: dict[State, frozenset[State]] = {
        State.LISTED: frozenset({State.INVITED}),
        State.NAME_MATCHED: frozenset({State.TEST_PAYMENT_OK}),
        State.POSTER_INSTALLED: frozenset(
            {State.ACTIVE, State.DORMANT} if facts.shows_payments else ()
        ),
    }
    return current if current in kept.get(derived, frozenset()) else derived


def judged_by_payments(current: State, *, has_receipt: bool) -> State:
    """Return where the receipts of the last thirty days put a vendor whose poster hangs.

    Who never received anything does not sleep: the poster hangs, nothing more is known.
    """
    if has_receipt and current in {State.POSTER_INSTALLED, State.DORMANT}:
        return State.ACTIVE
    return State.DORMANT if current is State.ACTIVE and not has_receipt else current


def missing_for(wanted: State, facts: VendorFacts) -> tuple[Missing, ...]:
    """Return what the facts lack for a state, in the order of the ladder; empty = nothing."""
    if wanted in _OUT:
        return ()
    needs = (
        (State.LISTED, facts.holds_a_stall, Missing.STALL),
        (State.DATA_CAPTURED, facts.has_details, Missing.DETAILS),
        (State.CONSENTED, facts.has_consented, Missing.CONSENT),
        (State.ACCOUNT_LINKED, facts.has_account, Missing.ACCOUNT),
        (State.NAME_MATCHED, facts.has_matched_name, Missing.MATCHED_NAME),
        (State.POSTER_ISSUED, facts.has_poster or facts.has_installed_poster, Missing.POSTER),
        (State.POSTER_INSTALLED, facts.has_installed_poster, Missing.INSTALLED_POSTER),
    )
    return tuple(
        lacking
        for state, is_there, lacking in needs
        if _place(state) <= _place(wanted) and not is_there
    )


def steps_by_hand(current: State, *, kind: ActorKind) -> tuple[HandStep, ...]:
    """Return the steps that such an actor may take by hand from a state, in their own order."""
    return tuple(
        step
        for step, rule in BY_HAND.items()
        if current in rule.from_states and kind in rule.actors
    )


def hand_step(current: State, wanted: State) -> HandStep | None:
    """Return the step by hand that leads from a state to another; ``None`` = nobody decides that."""
    return next(
        (
            step
            for step, rule in BY_HAND.items()
            if current in rule.from_states and wanted in rule.to_states
        ),
        None,
    )


_PLACES = {state: place for place, state in enumerate(State)}


def _place(state: State) -> int:
    return _PLACES[state]
