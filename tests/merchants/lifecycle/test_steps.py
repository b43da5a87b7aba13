"""The vendor's states: no further than the facts, and only along the table."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.actors import ActorKind
from merchants.kinds import VendorState
from merchants.lifecycle.steps import (
    BY_HAND,
    LADDER,
    TRANSITIONS,
    HandStep,
    Missing,
    VendorFacts,
    hand_step,
    judged_by_payments,
    may_follow,
    missing_for,
    next_state,
    state_of,
    steps_between,
    steps_by_hand,
)

facts = st.builds(
    VendorFacts,
    holds_a_stall=st.booleans(),
    has_details=st.booleans(),
    has_consented=st.booleans(),
    has_account=st.booleans(),
    has_matched_name=st.booleans(),
    has_poster=st.booleans(),
    has_installed_poster=st.booleans(),
    shows_payments=st.booleans(),
)
states = st.sampled_from(VendorState)
ALL = VendorFacts(
    has_details=True,
    has_consented=True,
    has_account=True,
    has_matched_name=True,
    has_poster=True,
    has_installed_poster=True,
)
WITHOUT_STALL = VendorFacts(holds_a_stall=False)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (VendorFacts(), VendorState.LISTED),
        (VendorFacts(has_details=True), VendorState.DATA_CAPTURED),
        (VendorFacts(has_consented=True), VendorState.CONSENTED),
        (VendorFacts(has_consented=True, has_account=True), VendorState.ACCOUNT_LINKED),
        (
            VendorFacts(has_consented=True, has_account=True, has_matched_name=True),
            VendorState.NAME_MATCHED,
        ),
        (
            VendorFacts(
                has_consented=True, has_account=True, has_matched_name=True, has_poster=True
            ),
            VendorState.POSTER_ISSUED,
        ),
        (ALL, VendorState.POSTER_INSTALLED),
        (VendorFacts(holds_a_stall=False, has_consented=True), VendorState.EXITED),
    ],
)
def test_the_state_is_the_furthest_the_facts_bear_out(
    known: VendorFacts, state: VendorState
) -> None:
    assert state_of(known) is state


def test_without_consent_nothing_counts() -> None:
    known = VendorFacts(has_details=True, has_account=True, has_matched_name=True, has_poster=True)

    assert state_of(known) is VendorState.DATA_CAPTURED


@pytest.mark.parametrize("state", [VendorState.ACTIVE, VendorState.DORMANT, VendorState.SUSPENDED])
def test_what_people_or_payments_decided_stays(state: VendorState) -> None:
    assert next_state(state, ALL) is state
    assert next_state(state, WITHOUT_STALL) is VendorState.EXITED


def test_a_suspension_outlives_every_fact_but_the_stall() -> None:
    assert next_state(VendorState.SUSPENDED, VendorFacts()) is VendorState.SUSPENDED


@pytest.mark.parametrize("state", [VendorState.ACTIVE, VendorState.DORMANT])
def test_nobody_is_active_or_asleep_without_a_hanging_poster(state: VendorState) -> None:
    taken_back = VendorFacts(
        has_details=True, has_consented=True, has_account=True, has_matched_name=True
    )

    assert next_state(state, taken_back) is VendorState.NAME_MATCHED


@pytest.mark.parametrize("state", [VendorState.ACTIVE, VendorState.DORMANT])
def test_who_shows_no_payments_is_not_said_to_be_paid(state: VendorState) -> None:
    poster_only = VendorFacts(
        has_details=True,
        has_consented=True,
        has_account=True,
        has_matched_name=True,
        has_poster=True,
        has_installed_poster=True,
        shows_payments=False,
    )

    assert next_state(state, poster_only) is VendorState.POSTER_INSTALLED


def test_an_invitation_stays_until_there_is_more() -> None:
    assert next_state(VendorState.INVITED, VendorFacts()) is VendorState.INVITED
    captured = VendorFacts(has_details=True)
    assert next_state(VendorState.INVITED, captured) is VendorState.DATA_CAPTURED


def test_who_left_and_holds_a_stall_again_starts_anew() -> None:
    assert next_state(VendorState.EXITED, VendorFacts()) is VendorState.LISTED


@pytest.mark.parametrize(
    ("current", "has_receipt", "judged"),
    [
        (VendorState.POSTER_INSTALLED, True, VendorState.ACTIVE),
        (VendorState.POSTER_INSTALLED, False, VendorState.POSTER_INSTALLED),
        (VendorState.ACTIVE, True, VendorState.ACTIVE),
        (VendorState.ACTIVE, False, VendorState.DORMANT),
        (VendorState.DORMANT, True, VendorState.ACTIVE),
        (VendorState.DORMANT, False, VendorState.DORMANT),
        (VendorState.SUSPENDED, True, VendorState.SUSPENDED),
        (VendorState.NAME_MATCHED, True, VendorState.NAME_MATCHED),
    ],
)
def test_receipts_wake_and_their_absence_puts_to_sleep(
    current: VendorState, has_receipt: bool, judged: VendorState
) -> None:
    assert judged_by_payments(current, has_receipt=has_receipt) is judged


@given(states, facts)
def test_the_next_state_is_reached_along_the_table(
    current: VendorState, known: VendorFacts
) -> None:
    following = next_state(current, known)
    assert following is current or steps_between(current, following)


@given(states, facts)
def test_the_same_facts_again_change_nothing(current: VendorState, known: VendorFacts) -> None:
    settled = next_state(current, known)

    assert next_state(settled, known) is settled


@given(states, st.lists(st.one_of(facts, st.sampled_from(HandStep), st.booleans()), max_size=12))
def test_whatever_happens_every_move_is_a_path_of_single_steps(
    start: VendorState, happenings: list[VendorFacts | HandStep | bool]
) -> None:
    current, known = start, VendorFacts()
    for happening in happenings:
        match happening:
            case VendorFacts():
                known = happening
                wanted = next_state(current, known)
            case HandStep():
                rule = BY_HAND[happening]
                if current not in rule.from_states:
                    continue
                wanted = min(rule.to_states)
            case _:
                wanted = judged_by_payments(current, has_receipt=happening)
        walked = [current, *steps_between(current, wanted)]
        assert walked[-1] is wanted
        assert all(may_follow(before, after) for before, after in pairwise(walked))
        current = wanted


@given(states, states)
def test_a_path_is_shortest_and_nobody_leaves_on_the_way(
    current: VendorState, wanted: VendorState
) -> None:
    path = steps_between(current, wanted)

    assert len(path) == _distance(current, wanted)
    assert not {VendorState.SUSPENDED, VendorState.EXITED} & set(path[:-1])


def _distance(current: VendorState, wanted: VendorState) -> int:
    """How many steps it takes at least, found by widening a circle."""
    out = {VendorState.SUSPENDED, VendorState.EXITED}
    circle, steps = {current}, 0
    while wanted not in circle:
        leaving = {state for state in circle if state is current or state not in out}
        circle = circle | {after for state in leaving for after in TRANSITIONS[state]}
        steps += 1
    return steps


def test_paths_are_told_step_by_step() -> None:
    assert steps_between(VendorState.LISTED, VendorState.CONSENTED) == (
        VendorState.DATA_CAPTURED,
        VendorState.CONSENTED,
    )
    assert steps_between(VendorState.ACTIVE, VendorState.NAME_MATCHED) == (
        VendorState.POSTER_INSTALLED,
        VendorState.POSTER_ISSUED,
        VendorState.NAME_MATCHED,
    )
    assert steps_between(VendorState.EXITED, VendorState.CONSENTED) == (
        VendorState.DATA_CAPTURED,
        VendorState.CONSENTED,
    )
    assert steps_between(VendorState.ACTIVE, VendorState.ACTIVE) == ()


def test_the_ladder_is_that_of_the_specification() -> None:
    assert [state.value for state in LADDER] == [
        "listed", "invited", "data_captured", "consented", "account_linked", "name_matched",
        "test_payment_ok", "poster_issued", "poster_installed", "active", "dormant",
    ]  # fmt: skip
    assert set(VendorState) - set(LADDER) == {VendorState.SUSPENDED, VendorState.EXITED}


def test_every_state_has_a_row_and_a_way_out() -> None:
    assert set(TRANSITIONS) == set(VendorState)
    assert all(may_follow(state, VendorState.EXITED) for state in VendorState if state != "exited")


def test_a_poster_does_not_come_before_the_name_is_checked() -> None:
    assert not may_follow(VendorState.ACCOUNT_LINKED, VendorState.POSTER_ISSUED)
    assert not may_follow(VendorState.LISTED, VendorState.ACTIVE)
    assert not may_follow(VendorState.POSTER_INSTALLED, VendorState.DORMANT)
    assert not may_follow(VendorState.EXITED, VendorState.EXITED)
    assert not may_follow(VendorState.EXITED, VendorState.SUSPENDED)


@pytest.mark.parametrize("step", HandStep)
def test_steps_by_hand_stay_on_the_table(step: HandStep) -> None:
    rule = BY_HAND[step]

    for current in rule.from_states:
        assert all(may_follow(current, wanted) for wanted in rule.to_states), current


@pytest.mark.parametrize(
    ("kind", "current", "steps"),
    [
        ("staff", VendorState.LISTED, (HandStep.INVITE, HandStep.SUSPEND, HandStep.EXIT)),
        ("staff", VendorState.SUSPENDED, (HandStep.RESUME, HandStep.EXIT)),
        ("staff", VendorState.EXITED, (HandStep.RETURN,)),
        (
            "vendor",
            VendorState.NAME_MATCHED,
            (HandStep.TEST_PAYMENT, HandStep.SUSPEND, HandStep.EXIT),
        ),
        ("vendor", VendorState.EXITED, ()),
        ("system", VendorState.ACTIVE, ()),
    ],
)
def test_who_may_take_which_step(
    kind: ActorKind, current: VendorState, steps: tuple[HandStep, ...]
) -> None:
    assert steps_by_hand(current, kind=kind) == steps


def test_a_step_by_hand_is_named_by_where_it_leads() -> None:
    assert hand_step(VendorState.SUSPENDED, VendorState.NAME_MATCHED) is HandStep.RESUME
    assert hand_step(VendorState.POSTER_ISSUED, VendorState.POSTER_INSTALLED) is None


def test_what_is_missing_comes_in_the_order_of_the_ladder() -> None:
    assert missing_for(VendorState.POSTER_ISSUED, VendorFacts()) == (
        Missing.DETAILS,
        Missing.CONSENT,
        Missing.ACCOUNT,
        Missing.MATCHED_NAME,
        Missing.POSTER,
    )
    assert missing_for(VendorState.LISTED, WITHOUT_STALL) == (Missing.STALL,)
    assert missing_for(VendorState.EXITED, WITHOUT_STALL) == ()


@given(states, facts)
def test_nothing_is_missing_for_the_state_the_facts_give(
    wanted: VendorState, known: VendorFacts
) -> None:
    if known.has_details and state_of(known) is wanted:
        assert missing_for(wanted, known) == ()
