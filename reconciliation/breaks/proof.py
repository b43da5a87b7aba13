"""The log of breaks proved again: each chain, each note, and each break against its steps."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.breaks.found import BreakName
from reconciliation.breaks.standing import replay
from reconciliation.breaks.states import BreakAction
from reconciliation.breaks.tables import Break, BreakStep
from reconciliation.breaks.trail import sha256_of, step_sha256
from reconciliation.bulk import rows_of, table_of

_BREAK, _STEP = table_of(Break), table_of(BreakStep)
_DECISIONS = frozenset({BreakAction.APPROVED, BreakAction.REJECTED})


def verify_trails(session: Session) -> list[str]:
    """Return what does not hold in the chains, one sentence each, in Vietnamese; empty = all proved.

    Proved for each scope: steps count 1, 2, 3 …, each names the hash before it, its own hash
    follows from what it says, a note that is still there is the one that was written; each break
    stands where its steps lead; and nobody decided on what they had proposed themselves.
    """
    findings: list[str] = []
    breaks = {row.id: row for row in rows_of(session, sa.select(_BREAK).order_by(_BREAK.c.id))}
    steps: dict[int, list[Any]] = defaultdict(list)
    before: Any = None
    for row in rows_of(session, sa.select(_STEP).order_by(_STEP.c.scope, _STEP.c.number)):
        is_first = before is None or before.scope != row.scope
        findings += _link_problems(row, None if is_first else before)
        findings += _step_problems(row, breaks.get(row.break_id))
        steps[row.break_id].append(row)
        before = row
    for break_id, stored in breaks.items():
        findings += _standing_problems(stored, steps[break_id])
        findings += _one_person_problems(steps[break_id])
    return findings


def _link_problems(row: Any, before: Any) -> Iterator[str]:
    number, previous = (before.number + 1, before.sha256) if before is not None else (1, "")
    if row.number != number:
        yield f"{_where(row)}: thiếu bước {number}"
    elif row.previous_sha256 != previous:
        yield f"{_where(row)}: không nối tiếp mã băm của bước trước"


def _step_problems(row: Any, of_break: Any) -> Iterator[str]:
    if of_break is None or of_break.scope != row.scope:
        yield f"{_where(row)}: không có khoản lệch số {row.break_id} ở đây"
        return
    found = step_sha256(
        row.previous_sha256,
        BreakName(of_break.scope, of_break.leg, of_break.book, of_break.key),
        row.action,
        at=row.at,
        actor=row.actor,
        told=row.told,
        note_sha256=row.note_sha256,
    )
    if found != row.sha256:
        yield f"{_where(row)}: nội dung không còn đúng với mã băm {row.sha256[:12]}…"
    if row.note and sha256_of(row.note) != row.note_sha256:
        yield f"{_where(row)}: ghi chú không còn như lúc viết"


def _standing_problems(stored: Any, steps: list[Any]) -> Iterator[str]:
    where = f"Khoản lệch số {stored.id}"
    expected = replay(steps)
    if expected is None:
        yield f"{where}: các bước trong nhật ký không nối được với nhau"
        return
    wrong = sorted(name for name, value in expected.items() if getattr(stored, name) != value)
    if wrong:
        yield f"{where}: {', '.join(wrong)} khác với nhật ký"


def _one_person_problems(steps: list[Any]) -> Iterator[str]:
    asked_by = ""
    for step in steps:
        if step.action is BreakAction.PROPOSED:
            asked_by = step.actor
        elif step.action in _DECISIONS and step.actor == asked_by:
            yield f"{_where(step)}: {step.actor} tự quyết, không có người thứ hai"


def _where(row: Any) -> str:
    return f"Nhật ký khoản lệch {row.scope}, bước {row.number}"
