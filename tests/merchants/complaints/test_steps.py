"""The steps of a complaint: every pair of states, and the clock of the answer."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.complaints.steps import CLOSED_STATES, NEXT, due_on, is_late, may_become
from merchants.kinds import ComplaintState

OPEN, ANSWERED = ComplaintState.OPEN, ComplaintState.ANSWERED
SETTLED, DROPPED = ComplaintState.SETTLED, ComplaintState.DROPPED
ALLOWED = {
    (OPEN, ANSWERED), (OPEN, SETTLED), (OPEN, DROPPED), (ANSWERED, SETTLED), (ANSWERED, DROPPED),
}  # fmt: skip
DAYS = st.dates(date(2026, 1, 1), date(2036, 1, 1))


@pytest.mark.parametrize("state", ComplaintState)
@pytest.mark.parametrize("following", ComplaintState)
def test_only_these_steps_are_taken(state: ComplaintState, following: ComplaintState) -> None:
    assert may_become(state, following) is ((state, following) in ALLOWED)


@given(st.lists(st.sampled_from(ComplaintState), max_size=12))
def test_however_it_is_pushed_a_complaint_moves_at_most_twice_and_never_back(
    pushes: list[ComplaintState],
) -> None:
    walked = [OPEN]
    for push in pushes:
        if may_become(walked[-1], push):
            walked.append(push)

    assert len(walked) <= 3
    assert len(set(walked)) == len(walked)
    assert all(state not in CLOSED_STATES for state in walked[:-1])


def test_what_is_closed_leads_nowhere() -> None:
    assert CLOSED_STATES == (SETTLED, DROPPED)
    assert set(NEXT) == set(ComplaintState)


@given(DAYS, st.integers(1, 90), st.integers(-100, 100))
def test_only_who_has_no_answer_is_late_and_only_after_the_last_day(
    raised_on: date, days: int, offset: int
) -> None:
    due = due_on(raised_on, days)
    today = due + timedelta(days=offset)

    assert (due - raised_on).days == days
    assert is_late(OPEN, due, today) is (offset > 0)
    assert not any(is_late(state, due, today) for state in (ANSWERED, SETTLED, DROPPED))
