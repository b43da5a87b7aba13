"""What closes do to breaks: found, found otherwise, found no more, come back."""

from datetime import date, timedelta

from market.database import writing
from reconciliation.breaks.deciding import Proposal, propose
from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.states import BreakAction, BreakState
from tests.reconciliation.breaks.breaking import DAY, MAI, NOW, TOAN, Queue, decide_on_newest, found


def _agree(queue: Queue, number: int, proposal: Proposal) -> None:
    with writing(queue.engine) as session:
        propose(session, "MA", [number], proposal, actor=MAI, now=NOW)
        decide_on_newest(session, "MA", [number], approve=True, actor=TOAN, now=NOW)


def test_a_break_that_is_found_waits_for_a_proposal(queue: Queue) -> None:
    queue.close(found("a", 50_000))

    [one] = queue.all()
    assert (one.state, one.stake_vnd, one.opened_at) == (BreakState.OPEN, 50_000, NOW)
    assert one.due_on == date(2026, 11, 19)
    assert [step.action for step in queue.steps()] == [BreakAction.OPENED]
    assert queue.findings() == []


def test_closing_again_moves_nothing(queue: Queue) -> None:
    queue.close(found("a"), found("b"))

    again = queue.close(found("b"), found("a"), at=NOW + timedelta(hours=5))

    assert again.counts == {}
    assert len(queue.steps()) == 2


def test_a_break_that_is_told_no_more_is_closed_by_data(queue: Queue) -> None:
    queue.close(found("a"), found("b"))

    queue.close(found("b"))

    first, second = queue.all()
    assert (first.state, second.state) == (BreakState.RESOLVED_BY_DATA, BreakState.OPEN)
    assert queue.findings() == []


def test_a_break_that_comes_back_is_the_same_break(queue: Queue) -> None:
    queue.close(found("a"))
    queue.close()

    moved = queue.close(found("a"), at=NOW + timedelta(days=2))

    [one] = queue.all()
    assert moved.counts == {BreakAction.REOPENED: 1}
    assert (one.state, one.opened_at) == (BreakState.OPEN, NOW + timedelta(days=2))
    assert queue.findings() == []


def test_what_was_proposed_falls_away_when_the_money_changes(queue: Queue) -> None:
    queue.close(found("a", 50_000))
    with writing(queue.engine) as session:
        accept = Proposal(resolution=Resolution.ACCEPT)
        propose(session, "MA", [queue.all()[0].id or 0], accept, actor=MAI, now=NOW)

    queue.close(found("a", 40_000))

    [one] = queue.all()
    assert (one.state, one.stake_vnd, one.proposed_by) == (BreakState.OPEN, 40_000, "")
    assert queue.findings() == []


def test_what_was_agreed_stays_so_while_nothing_changes(queue: Queue) -> None:
    queue.close(found("a"))
    _agree(queue, queue.all()[0].id or 0, Proposal(resolution=Resolution.ACCEPT))

    queue.close(found("a"), at=NOW + timedelta(days=30))

    assert queue.all()[0].state is BreakState.APPROVED


def test_waiting_ends_with_its_day(queue: Queue) -> None:
    queue.close(found("a"))
    until = date(2026, 11, 20)
    _agree(queue, queue.all()[0].id or 0, Proposal(resolution=Resolution.WAIT, until_on=until))

    queue.close(found("a"), at=NOW + timedelta(days=8))
    on_the_day = queue.all()[0].state
    queue.close(found("a"), at=NOW + timedelta(days=9))

    assert (on_the_day, queue.all()[0].state) == (BreakState.APPROVED, BreakState.OPEN)
    assert queue.findings() == []


def test_what_is_left_out_by_agreement_is_not_closed_by_data(queue: Queue) -> None:
    one = found("a")
    queue.close(one)
    leave = Proposal(resolution=Resolution.LEAVE_OUT, note="người nhà chuyển")
    _agree(queue, queue.all()[0].id or 0, leave)

    queue.close(left_out=[one.name])

    assert queue.all()[0].state is BreakState.APPROVED


def test_other_days_and_other_markets_are_left_alone(queue: Queue) -> None:
    queue.close(found("a"), found("b", business_date=DAY + timedelta(days=1)), days=[DAY, DAY])
    queue.close(found("c", scope="LG"), scope="LG")

    queue.close(days=[DAY])

    assert [one.state for one in queue.all()] == [
        BreakState.RESOLVED_BY_DATA, BreakState.OPEN, BreakState.OPEN,
    ]  # fmt: skip
    assert [(step.scope, step.number) for step in queue.steps()] == [
        ("LG", 1), ("MA", 1), ("MA", 2), ("MA", 3),
    ]  # fmt: skip


def test_many_breaks_are_opened_with_few_statements(queue: Queue) -> None:
    from tests.merchants.queries import counted

    with counted(queue.engine) as few:
        queue.close(found("a"))
    with counted(queue.engine) as many:
        queue.close(*(found(f"n{n}") for n in range(300)), found("a"))

    assert len(queue.all()) == 301
    assert len([each for each in many if "bulk_rows" not in each]) <= len(few) + 2
