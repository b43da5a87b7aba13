"""The vendor's states: no further than the facts, and only along the table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.kinds import VendorState
from merchants.lifecycle import (
    TRANSITIONS,
    VendorFacts,
    may_follow,
    may_reach,
    next_state,
    state_of,
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
)
ALL = VendorFacts(
    has_details=True,
    has_consented=True,
    has_account=True,
    has_matched_name=True,
    has_poster=True,
    has_installed_poster=True,
)


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
    assert next_state(state, VendorFacts(holds_a_stall=False)) is VendorState.EXITED


def test_an_invitation_stays_until_there_is_more() -> None:
    assert next_state(VendorState.INVITED, VendorFacts()) is VendorState.INVITED
    captured = VendorFacts(has_details=True)
    assert next_state(VendorState.INVITED, captured) is VendorState.DATA_CAPTURED


def test_who_left_and_holds_a_stall_again_starts_anew() -> None:
    assert next_state(VendorState.EXITED, VendorFacts()) is VendorState.LISTED


@given(st.sampled_from(VendorState), facts)
def test_the_next_state_is_reached_along_the_table(
    current: VendorState, known: VendorFacts
) -> None:
    assert may_reach(current, next_state(current, known))


@given(st.sampled_from(VendorState), facts)
def test_the_same_facts_again_change_nothing(current: VendorState, known: VendorFacts) -> None:
    settled = next_state(current, known)

    assert next_state(settled, known) is settled


def test_every_state_has_a_row_and_a_way_out() -> None:
    assert set(TRANSITIONS) == set(VendorState)
    assert all(may_follow(state, VendorState.EXITED) for state in VendorState if state != "exited")


def test_a_poster_does_not_come_before_the_name_is_checked() -> None:
    assert not may_follow(VendorState.ACCOUNT_LINKED, VendorState.POSTER_ISSUED)
    assert not may_follow(VendorState.LISTED, VendorState.ACTIVE)
    assert not may_follow(VendorState.EXITED, VendorState.EXITED)
