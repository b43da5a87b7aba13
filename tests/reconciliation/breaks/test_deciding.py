"""Two people for each break, whoever they are and by whichever door they come."""

from datetime import date, timedelta

import pytest

from market.database import writing
from merchants.actors import COMMAND, SYSTEM, Actor
from merchants.errors import EntryRefused
from reconciliation.breaks.deciding import (
    MANY_MAX,
    Proposal,
    comment,
    decide,
    propose,
    take,
    withdraw,
)
from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.states import BreakAction, BreakState
from reconciliation.breaks.why_not import WhyNot
from reconciliation.errors import (
    BreakNotFound,
    BreakStepRefused,
    NamedPersonNeeded,
    SecondPairNeeded,
)
from tests.reconciliation.breaks.breaking import MAI, NOW, TOAN, Queue, decide_on_newest, found

ACCEPT = Proposal(resolution=Resolution.ACCEPT)


@pytest.fixture
def number(queue: Queue) -> int:
    queue.close(found("a"))
    return queue.all()[0].id or 0


def test_one_proposes_and_another_approves(queue: Queue, number: int) -> None:
    with writing(queue.engine) as session:
        propose(session, "MA", [number], ACCEPT, actor=MAI, now=NOW)
        decide_on_newest(session, "MA", [number], approve=True, actor=TOAN, now=NOW)

    [one] = queue.all()
    assert (one.state, one.resolution) == (BreakState.APPROVED, Resolution.ACCEPT)
    assert (one.proposed_by, one.decided_by) == ("staff:1", "staff:2")
    assert [step.action for step in queue.steps()] == [
        BreakAction.OPENED, BreakAction.PROPOSED, BreakAction.APPROVED,
    ]  # fmt: skip
    assert queue.findings() == []


@pytest.mark.parametrize("approve", [True, False])
def test_nobody_decides_on_what_they_proposed(queue: Queue, number: int, approve: bool) -> None:
    with writing(queue.engine) as session:
        propose(session, "MA", [number], ACCEPT, actor=MAI, now=NOW)

    with pytest.raises(SecondPairNeeded), writing(queue.engine) as session:
        decide_on_newest(session, "MA", [number], approve=approve, note="n", actor=MAI, now=NOW)

    assert queue.all()[0].state is BreakState.PROPOSED


def test_of_many_only_those_of_others_are_decided(queue: Queue) -> None:
    queue.close(found("a"), found("b"), found("c"))
    first, second, third = (one.id or 0 for one in queue.all())
    with writing(queue.engine) as session:
        propose(session, "MA", [first], ACCEPT, actor=MAI, now=NOW)
        propose(session, "MA", [second], ACCEPT, actor=TOAN, now=NOW)

        passed = decide_on_newest(
            session, "MA", [first, second, third], approve=True, actor=TOAN, now=NOW
        )

    assert passed.done == (first,)
    assert passed.refused == {second: WhyNot.OWN, third: WhyNot.NO_PROPOSAL}


def _proposed(queue: Queue, number: int, how: Resolution) -> int:
    """Return the number of a proposal that is made now."""
    with writing(queue.engine) as session:
        proposal = Proposal(resolution=how, note="vì sao")
        propose(session, "MA", [number], proposal, actor=MAI, now=NOW)
    return queue.steps()[-1].number


@pytest.mark.parametrize("approve", [True, False])
def test_a_proposal_made_after_the_one_that_was_read_is_not_decided_on(
    queue: Queue, number: int, approve: bool
) -> None:
    read = _proposed(queue, number, Resolution.ACCEPT)
    with writing(queue.engine) as session:
        withdraw(session, "MA", number, actor=MAI, now=NOW)
    newer = _proposed(queue, number, Resolution.LEAVE_OUT)

    with pytest.raises(BreakStepRefused, match="Đề xuất vừa đổi"), writing(queue.engine) as session:
        decide(
            session, "MA", [number], seen=[read], approve=approve, note="n", actor=TOAN, now=NOW
        )  # fmt: skip

    assert queue.all()[0].state is BreakState.PROPOSED
    with writing(queue.engine) as session:
        decide(
            session, "MA", [number], seen=[newer], approve=approve, note="n", actor=TOAN, now=NOW
        )  # fmt: skip
    assert queue.all()[0].state is not BreakState.PROPOSED


def test_of_many_those_proposed_anew_are_passed_over(queue: Queue) -> None:
    queue.close(found("a"), found("b"))
    first, second = (one.id or 0 for one in queue.all())
    read = [_proposed(queue, one, Resolution.ACCEPT) for one in (first, second)]
    with writing(queue.engine) as session:
        withdraw(session, "MA", second, actor=MAI, now=NOW)
    _proposed(queue, second, Resolution.LEAVE_OUT)

    with writing(queue.engine) as session:
        passed = decide(
            session, "MA", [first, second], seen=read, approve=True, actor=TOAN, now=NOW
        )

    assert passed.done == (first,)
    assert passed.refused == {second: WhyNot.PROPOSED_ANEW}


def test_asking_to_open_again_is_not_approved_by_whoever_read_the_proposal_before(
    queue: Queue, number: int
) -> None:
    read = _proposed(queue, number, Resolution.ACCEPT)
    with writing(queue.engine) as session:
        decide(session, "MA", [number], seen=[read], approve=True, actor=TOAN, now=NOW)
    _proposed(queue, number, Resolution.REOPEN)

    with pytest.raises(BreakStepRefused), writing(queue.engine) as session:
        decide(session, "MA", [number], seen=[read], approve=True, actor=TOAN, now=NOW)

    assert queue.all()[0].state is BreakState.UNDOING


@pytest.mark.parametrize(
    "nobody", [COMMAND, SYSTEM, Actor(kind="vendor", name="VN1"), Actor(kind="staff")]
)
def test_a_step_needs_a_user_with_a_name(queue: Queue, number: int, nobody: Actor) -> None:
    with pytest.raises(NamedPersonNeeded), writing(queue.engine) as session:
        propose(session, "MA", [number], ACCEPT, actor=nobody, now=NOW)
    with pytest.raises(NamedPersonNeeded), writing(queue.engine) as session:
        decide_on_newest(session, "MA", [number], approve=True, actor=nobody, now=NOW)


def test_a_rejected_proposal_says_why_and_another_may_follow(queue: Queue, number: int) -> None:
    with writing(queue.engine) as session:
        propose(session, "MA", [number], ACCEPT, actor=MAI, now=NOW)
    with pytest.raises(EntryRefused), writing(queue.engine) as session:
        decide_on_newest(session, "MA", [number], approve=False, actor=TOAN, now=NOW)

    with writing(queue.engine) as session:
        decide_on_newest(
            session, "MA", [number], approve=False, note="hỏi lại đã", actor=TOAN, now=NOW
        )
        propose(
            session, "MA", [number], Proposal(resolution=Resolution.ASK_PROVIDER),
            actor=TOAN, now=NOW,
        )  # fmt: skip

    assert queue.all()[0].state is BreakState.PROPOSED
    with pytest.raises(SecondPairNeeded), writing(queue.engine) as session:
        decide_on_newest(session, "MA", [number], approve=True, actor=TOAN, now=NOW)


def test_only_who_proposed_takes_it_back(queue: Queue, number: int) -> None:
    with writing(queue.engine) as session:
        propose(session, "MA", [number], ACCEPT, actor=MAI, now=NOW)
    with pytest.raises(BreakStepRefused), writing(queue.engine) as session:
        withdraw(session, "MA", number, actor=TOAN, now=NOW)

    with writing(queue.engine) as session:
        withdraw(session, "MA", number, actor=MAI, now=NOW)

    assert (queue.all()[0].state, queue.all()[0].resolution) == (BreakState.OPEN, None)
    assert queue.findings() == []


def test_a_break_of_another_market_is_not_there(queue: Queue, number: int) -> None:
    with pytest.raises(BreakNotFound), writing(queue.engine) as session:
        propose(session, "LG", [number], ACCEPT, actor=MAI, now=NOW)


def test_a_difference_is_never_left_out_of_the_books(queue: Queue) -> None:
    queue.close(found("a", outcome="matched_with_difference", reason="amount"))
    leave = Proposal(resolution=Resolution.LEAVE_OUT, note="vì sao")

    with pytest.raises(BreakStepRefused), writing(queue.engine) as session:
        propose(session, "MA", [queue.all()[0].id or 0], leave, actor=MAI, now=NOW)


@pytest.mark.parametrize(
    ("proposal", "field"),
    [
        (Proposal(resolution=Resolution.EXPLAINED), "note"),
        (Proposal(resolution=Resolution.LEAVE_OUT), "note"),
        (Proposal(resolution=Resolution.ACCEPT, note="n" * 501), "note"),
        (Proposal(resolution=Resolution.WAIT), "until_on"),
        (Proposal(resolution=Resolution.WAIT, until_on=NOW.date()), "until_on"),
        (
            Proposal(resolution=Resolution.WAIT, until_on=NOW.date() + timedelta(days=61)),
            "until_on",
        ),
        (Proposal(resolution=Resolution.ACCEPT, until_on=date(2026, 11, 20)), "until_on"),
    ],
)
def test_a_proposal_that_says_too_little_is_refused(
    queue: Queue, number: int, proposal: Proposal, field: str
) -> None:
    with pytest.raises(EntryRefused) as refusal, writing(queue.engine) as session:
        propose(session, "MA", [number], proposal, actor=MAI, now=NOW)

    assert list(refusal.value.faults) == [field]


@pytest.mark.parametrize("count", [0, MANY_MAX + 1])
def test_none_or_too_many_at_once_are_refused(queue: Queue, count: int) -> None:
    with pytest.raises(EntryRefused), writing(queue.engine) as session:
        propose(session, "MA", list(range(1, count + 1)), ACCEPT, actor=MAI, now=NOW)


def test_comments_and_taking_change_no_state(queue: Queue, number: int) -> None:
    with writing(queue.engine) as session:
        comment(session, "MA", [number], note="đã gọi ngân hàng", actor=MAI, now=NOW)
        take(session, "MA", [number], actor=TOAN, now=NOW)

    [one] = queue.all()
    assert (one.state, one.taken_by) == (BreakState.OPEN, "staff:2")
    assert queue.steps()[1].note == "đã gọi ngân hàng"
    assert queue.findings() == []
