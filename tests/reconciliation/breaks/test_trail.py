"""The log of breaks: whoever tampers with it is found out, wherever they did it."""

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from reconciliation.breaks.deciding import Proposal, comment, propose
from reconciliation.breaks.forgetting import forget_break_notes
from reconciliation.breaks.found import BreakName
from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.states import BreakAction
from reconciliation.breaks.tables import Break, BreakStep
from reconciliation.breaks.trail import Step, append_steps, chain_heads
from reconciliation.bulk import table_of
from tests.reconciliation.breaks.breaking import MAI, NOW, TOAN, Queue, decide_on_newest, found
from tests.reconciliation.ledger_world import LedgerWorld

STEP, BREAK = table_of(BreakStep), table_of(Break)


@pytest.fixture
def worked(queue: Queue) -> Queue:
    """Two breaks, one of them agreed on: six steps."""
    queue.close(found("a"), found("b"))
    first, second = (one.id or 0 for one in queue.all())
    with writing(queue.engine) as session:
        comment(session, "MA", [second], note="để hỏi", actor=MAI, now=NOW)
        propose(session, "MA", [first], Proposal(resolution=Resolution.ACCEPT), actor=MAI, now=NOW)
        decide_on_newest(session, "MA", [first], approve=True, actor=TOAN, now=NOW)
        comment(session, "MA", [second], note="đã hỏi", actor=TOAN, now=NOW)
    return queue


def _tamper(queue: Queue, statement: Any) -> list[str]:
    with writing(queue.engine) as session:
        session.connection().execute(statement)
    return queue.findings()


def test_a_log_that_nobody_touched_holds(worked: Queue) -> None:
    assert worked.findings() == []
    with reading(worked.engine) as session:
        [(scope, number, digest)] = chain_heads(session)
    assert (scope, number, digest) == ("MA", 6, worked.steps()[-1].sha256)


@pytest.mark.parametrize("action", [BreakAction.APPROVED, BreakAction.REJECTED])
def test_one_person_who_proposed_and_decided_is_found_in_a_chain_that_holds(
    worked: Queue, action: BreakAction
) -> None:
    second = worked.all()[1]
    name = BreakName(second.scope, second.leg, second.book, second.key)
    told = {"resolution": "accept", "until_on": ""}
    with writing(worked.engine) as session:
        proposed = Step(break_id=second.id or 0, name=name, action=BreakAction.PROPOSED, told=told)
        decided = Step(break_id=second.id or 0, name=name, action=action)
        append_steps(session, "MA", [proposed, decided], actor=str(MAI), now=NOW)
    state = "approved" if action is BreakAction.APPROVED else "rejected"
    row = {"state": state, "resolution": "accept", "proposed_by": str(MAI), "proposed_at": NOW}
    row |= {"decided_by": str(MAI), "decided_at": NOW}

    found = _tamper(worked, sa.update(BREAK).where(BREAK.c.id == second.id).values(row))

    assert found == ["Nhật ký khoản lệch MA, bước 8: staff:1 tự quyết, không có người thứ hai"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "staff:3"),
        ("action", "rejected"),
        ("told", '{"resolution":"leave_out","until_on":""}'),
        ("note", "viết lại"),
        ("note_sha256", "0" * 64),
        ("sha256", "0" * 64),
        ("previous_sha256", "0" * 64),
    ],
)
def test_a_changed_step_is_found(worked: Queue, column: str, value: str) -> None:
    findings = _tamper(worked, sa.update(STEP).where(STEP.c.number == 4).values({column: value}))

    assert findings
    assert any("bước 4" in one or "bước 5" in one for one in findings)


def test_a_step_cut_out_of_the_middle_is_found(worked: Queue) -> None:
    findings = _tamper(worked, sa.delete(STEP).where(STEP.c.number == 4))

    assert "Nhật ký khoản lệch MA, bước 5: thiếu bước 4" in findings


def test_a_decision_cut_off_the_end_is_found(worked: Queue) -> None:
    findings = _tamper(worked, sa.delete(STEP).where(STEP.c.number >= 5))

    assert findings == [
        f"Khoản lệch số {worked.all()[0].id}: decided_at, decided_by, state khác với nhật ký"
    ]


def test_a_break_set_to_approved_by_hand_is_found(worked: Queue) -> None:
    second = worked.all()[1].id
    by_hand = sa.update(BREAK).where(BREAK.c.id == second).values(state="approved")

    assert _tamper(worked, by_hand) == [f"Khoản lệch số {second}: state khác với nhật ký"]


def test_money_changed_by_hand_is_found(worked: Queue) -> None:
    second = worked.all()[1].id
    by_hand = sa.update(BREAK).where(BREAK.c.id == second).values(stake_vnd=1)

    assert _tamper(worked, by_hand) == [f"Khoản lệch số {second}: stake_vnd khác với nhật ký"]


def test_a_forgotten_note_leaves_the_chain_whole(worked: Queue) -> None:
    assert _tamper(worked, sa.update(STEP).values(note="")) == []


def test_notes_go_with_the_record_they_are_about(worked: Queue, now: datetime) -> None:
    first, second = worked.all()
    with writing(worked.engine) as session:
        vendor = LedgerWorld(session, now).vendor(LedgerWorld(session, now).market())
        row = LedgerWorld(session, now).announced(vendor, 50_000)
        session.connection().execute(
            sa.update(BREAK).where(BREAK.c.id == second.id).values(record_id=row.id)
        )
        session.connection().execute(
            sa.update(BREAK).where(BREAK.c.id == first.id).values(record_id=-1)
        )
        row.forgotten_at = now
        session.add(row)
        session.flush()

        emptied = [forget_break_notes(session) for _ in range(2)]

    assert emptied == [2, 0]
    assert {step.note for step in worked.steps()} == {""}
    assert worked.findings() == []
