"""The state machine of a break: whatever happens in whatever order, two people and an honest log."""

import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from market.database import writing
from merchants.actors import Actor
from merchants.errors import EntryRefused
from reconciliation.breaks.deciding import Proposal, comment, propose, take, withdraw
from reconciliation.breaks.resolutions import Question, Resolution, may_resolve, propose_for
from reconciliation.breaks.states import (
    NEXT,
    WAITING,
    BreakAction,
    BreakState,
    is_second_person,
    state_after,
)
from reconciliation.engine.outcomes import Leg, Outcome, Reason
from reconciliation.errors import BreakNotFound, BreakStepRefused, SecondPairNeeded
from tests.reconciliation.breaks.breaking import NOW, Queue, decide_on_newest, found

PEOPLE = [Actor(kind="staff", name=str(n)) for n in (1, 2, 3)]
REFUSALS = (BreakStepRefused, SecondPairNeeded, BreakNotFound, EntryRefused)


def test_every_state_can_be_left_by_data_or_people() -> None:
    reached = {state for leading in NEXT.values() for state in leading.values()}

    assert set(NEXT) == set(BreakState)
    assert reached == set(BreakState)
    assert all(BreakAction.RESOLVED in NEXT[state] for state in (*WAITING, BreakState.APPROVED))


def test_only_a_proposal_can_be_decided_on() -> None:
    decided = (BreakAction.APPROVED, BreakAction.REJECTED)

    able = {s for s in BreakState for a in decided if state_after(s, a) is not None}

    assert able == {BreakState.PROPOSED, BreakState.UNDOING}


def test_a_break_nobody_found_can_only_be_found() -> None:
    assert {a for a in BreakAction if state_after(None, a) is not None} == {BreakAction.OPENED}


@pytest.mark.parametrize(
    ("actor", "is_second"),
    [
        (Actor(kind="staff", name="2"), True),
        (Actor(kind="staff", name="1"), False),
        (Actor(kind="staff"), False),
        (Actor(kind="command"), False),
        (Actor(kind="vendor", name="2"), False),
    ],
)
def test_a_second_person_is_another_user(actor: Actor, is_second: bool) -> None:
    assert is_second_person("staff:1", actor) is is_second


@pytest.mark.parametrize("whole_day", [True, False])
def test_what_is_proposed_by_rule_may_always_be_chosen(whole_day: bool) -> None:
    for leg, outcome, reason in itertools.product(Leg, Outcome, Reason):
        question = Question(
            leg=leg, outcome=outcome, reason=reason, fee_difference_vnd=1, is_whole_day=whole_day
        )

        assert may_resolve(question, propose_for(question))


class Breaks(RuleBasedStateMachine):
    """Closes and people in any order, over three breaks and three people."""

    engine: sa.Engine
    runs = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue(self.engine)
        self.scope = f"M{next(self.runs)}"
        self.at = NOW

    @rule(
        amounts=st.dictionaries(st.sampled_from("abc"), st.sampled_from([10_000, 20_000])),
        hours=st.integers(0, 60),
    )
    def close(self, amounts: dict[str, int], hours: int) -> None:
        self.at += timedelta(hours=hours)
        breaks = [found(key, amount, scope=self.scope) for key, amount in amounts.items()]
        self.queue.close(*breaks, scope=self.scope, at=self.at)

    @rule(who=st.sampled_from(PEOPLE), nth=st.integers(0, 2), how=st.sampled_from(Resolution))
    def propose(self, who: Actor, nth: int, how: Resolution) -> None:
        until = self.at.date() + timedelta(days=3) if how is Resolution.WAIT else None
        proposal = Proposal(resolution=how, until_on=until, note="vì vậy")
        self._try(lambda s, n: propose(s, self.scope, [n], proposal, actor=who, now=self.at), nth)

    @rule(who=st.sampled_from(PEOPLE), nth=st.integers(0, 2), approve=st.booleans())
    def decide(self, who: Actor, nth: int, approve: bool) -> None:
        self._try(
            lambda s, n: decide_on_newest(
                s, self.scope, [n], approve=approve, note="đã xem", actor=who, now=self.at
            ),
            nth,
        )

    @rule(who=st.sampled_from(PEOPLE), nth=st.integers(0, 2))
    def withdraw(self, who: Actor, nth: int) -> None:
        self._try(lambda s, n: withdraw(s, self.scope, n, actor=who, now=self.at), nth)

    @rule(who=st.sampled_from(PEOPLE), nth=st.integers(0, 2))
    def comment_and_take(self, who: Actor, nth: int) -> None:
        self._try(lambda s, n: comment(s, self.scope, [n], note="ghi", actor=who, now=self.at), nth)
        self._try(lambda s, n: take(s, self.scope, [n], actor=who, now=self.at), nth)

    @invariant()
    def the_log_is_whole(self) -> None:
        assert self.queue.findings() == []

    @invariant()
    def nobody_decided_on_their_own_proposal(self) -> None:
        for one in self._own():
            if one.state in {BreakState.APPROVED, BreakState.REJECTED}:
                assert one.decided_by
                assert one.decided_by != one.proposed_by

    @invariant()
    def what_was_agreed_on_stays_until_two_people_undo_it(self) -> None:
        for one in self._own():
            assert bool(one.undo_asked_by) == (one.state is BreakState.UNDOING)
            if one.state is BreakState.UNDOING:
                assert one.resolution not in {None, Resolution.REOPEN}
                assert one.decided_by

    def _own(self) -> list:  # type: ignore[type-arg]
        return [one for one in self.queue.all() if one.scope == self.scope]

    def _try(self, act, nth: int) -> None:  # type: ignore[no-untyped-def]
        own = self._own()
        number = own[nth].id if nth < len(own) else 10**6
        try:
            with writing(self.queue.engine) as session:
                act(session, number)
        except REFUSALS:
            pass


def test_any_order_of_closes_and_people_keeps_two_people_and_an_honest_log(
    sqlite_engine: sa.Engine,
) -> None:
    Breaks.engine = sqlite_engine

    run_state_machine_as_test(
        Breaks, settings=settings(max_examples=25, stateful_step_count=15, deadline=None)
    )
