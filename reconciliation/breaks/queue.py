"""What a close found, brought into the queue: opened, changed, closed by later data, or come back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.actors import SYSTEM
from merchants.days import market_day
from reconciliation.breaks.found import BreakName, FoundBreak
from reconciliation.breaks.resolutions import Resolution, due_days
from reconciliation.breaks.standing import FACTS, Standing, standing_after
from reconciliation.breaks.states import AGREED, BreakAction, BreakState
from reconciliation.breaks.tables import Break
from reconciliation.breaks.trail import Step, append_steps, lock_chain
from reconciliation.bulk import insert_rows, new_ids, one_of, rows_of, table_of
from reconciliation.engine.outcomes import Outcome

_BREAK = table_of(Break)
_SNAPSHOT = ("ledger", "rule", "alternatives", "record_id", "counterpart_id")
"""Columns that follow the newest version without being a step: where to look, not what is so."""

Cell = tuple[str, date]


@dataclass(slots=True)
class Moved:
    """How many breaks a close opened, changed, closed and found again."""

    counts: dict[BreakAction, int] = field(default_factory=dict)

    def add(self, action: BreakAction) -> None:
        """Count one more."""
        self.counts[action] = self.counts.get(action, 0) + 1


def settle_breaks(
    session: Session,
    found: Sequence[FoundBreak],
    cells: Collection[Cell],
    *,
    left_out: Collection[BreakName] = (),
    now: datetime,
) -> Moved:
    """Bring the queue in line with what closes of these days say now; return what moved.

    Safe to repeat: the same closes move nothing. What was proposed about a break that is told
    otherwise now falls away; a break that is told no more is closed by data; an agreed one comes
    back when it changes, or when the day until which nothing was to be done has passed.

    Args:
        found: every break of the newest versions of the cells.
        cells: the (scope, day)s that were closed; breaks of other days are left alone.
        left_out: records that count nowhere because two people agreed on it: those stay agreed on.
    """
    moved = Moved()
    by_scope: dict[str, list[FoundBreak]] = {scope: [] for scope, _ in cells}
    for one in found:
        by_scope[one.name.scope].append(one)
    for scope in sorted(by_scope):
        days = {day for each, day in cells if each == scope}
        _settle_scope(session, scope, by_scope[scope], days, frozenset(left_out), now, moved)
    return moved


def _settle_scope(
    session: Session,
    scope: str,
    found: Sequence[FoundBreak],
    days: Collection[date],
    left_out: Collection[BreakName],
    now: datetime,
    moved: Moved,
) -> None:
    lock_chain(session, scope)
    known = _known(session, scope, {one.name.key for one in found}, days)
    steps: list[Step] = []
    changed: list[dict[str, Any]] = []
    fresh: list[FoundBreak] = []
    seen: set[BreakName] = set()
    for one in sorted(found, key=lambda each: each.name):
        seen.add(one.name)
        row = known.get(one.name)
        if row is None:
            fresh.append(one)
        else:
            _follow(row, one, steps, changed, now)
    for name, row in sorted(known.items()):
        if name not in seen and name not in left_out and row.business_date in days:
            _resolve(row, name, steps, changed, now)
    steps += _open(session, fresh, now)
    for step in steps:
        moved.add(step.action)
    _update(session, changed)
    append_steps(session, scope, steps, actor=str(SYSTEM), now=now)


def _open(session: Session, fresh: Sequence[FoundBreak], now: datetime) -> list[Step]:
    rows, steps = [], []
    ids = new_ids(session, Break, len(fresh)) if fresh else []
    for break_id, one in zip(ids, fresh, strict=True):
        told = _told_anew(one, now)
        standing = standing_after(None, BreakAction.OPENED, at=now, actor=str(SYSTEM), told=told)
        assert standing is not None
        rows.append({"id": break_id, **one.name._asdict(), **_snapshot(one), **standing})
        steps.append(Step(break_id=break_id, name=one.name, action=BreakAction.OPENED, told=told))
    insert_rows(session, Break, rows)
    return steps


def _follow(
    row: Any,
    one: FoundBreak,
    steps: list[Step],
    changed: list[dict[str, Any]],
    now: datetime,
) -> None:
    """Let a break that is known already follow what is said of it now."""
    is_told_otherwise = any(getattr(row, name) != getattr(one.facts, name) for name in FACTS)
    action = _action(row, is_told_otherwise=is_told_otherwise, today=market_day(now))
    update = _snapshot(one)
    if action is not None:
        told = _told_anew(one, now) if action is BreakAction.REOPENED else one.facts.as_json()
        after = standing_after(standing_of(row), action, at=now, actor=str(SYSTEM), told=told)
        assert after is not None
        steps.append(Step(break_id=row.id, name=one.name, action=action, told=told))
        update |= after
    if any(getattr(row, name) != value for name, value in update.items()):
        changed.append({"id": row.id, **update})


def _action(row: Any, *, is_told_otherwise: bool, today: date) -> BreakAction | None:
    """Return what finding a known break again comes to; ``None`` = nothing."""
    if row.state is BreakState.RESOLVED_BY_DATA:
        return BreakAction.REOPENED
    if row.state in AGREED:
        has_waited = row.resolution is Resolution.WAIT and row.until_on < today
        return BreakAction.REOPENED if is_told_otherwise or has_waited else None
    return BreakAction.CHANGED if is_told_otherwise else None


def _resolve(
    row: Any,
    name: BreakName,
    steps: list[Step],
    changed: list[dict[str, Any]],
    now: datetime,
) -> None:
    """Close a break that the newest version does not tell any more."""
    after = standing_after(
        standing_of(row), BreakAction.RESOLVED, at=now, actor=str(SYSTEM), told={}
    )
    if after is None:  # it is closed by data already
        return
    steps.append(Step(break_id=row.id, name=name, action=BreakAction.RESOLVED))
    changed.append({"id": row.id, **after})


def standing_of(row: Any) -> Standing:
    """Return the columns of a break that its steps decide."""
    names = (*FACTS, "state", "opened_at", "due_on", "taken_by", "resolution", "until_on")
    names += ("proposed_by", "proposed_at", "decided_by", "decided_at", "undo_asked_by")
    return {name: getattr(row, name) for name in names}


def _known(
    session: Session, scope: str, keys: Collection[str], days: Collection[date]
) -> Mapping[BreakName, Any]:
    """Return the breaks of a scope that are of these days or have one of these keys."""
    told = sa.or_(
        _BREAK.c.business_date.between(min(days), max(days)), one_of(session, _BREAK.c.key, keys)
    )
    wanted = sa.select(_BREAK).where(_BREAK.c.scope == scope, told)
    return {
        BreakName(row.scope, row.leg, row.book, row.key): row for row in rows_of(session, wanted)
    }


def _told_anew(one: FoundBreak, now: datetime) -> dict[str, Any]:
    due_on = market_day(now) + timedelta(days=due_days(Outcome(one.facts.outcome)))
    return one.facts.as_json() | {"due_on": due_on.isoformat()}


def _snapshot(one: FoundBreak) -> dict[str, Any]:
    told = asdict(one)
    return {name: told[name] for name in _SNAPSHOT}


def _update(session: Session, changed: Sequence[dict[str, Any]]) -> None:
    """Write changed columns, one statement for the rows that change the same columns."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in changed:
        alike.setdefault(tuple(row), []).append(row)
    for names, rows in alike.items():
        values: dict[str, Any] = {
            name: sa.bindparam(f"to_{name}") for name in names if name != "id"
        }
        statement = sa.update(_BREAK).where(_BREAK.c.id == sa.bindparam("of_id")).values(values)
        session.connection().execute(
            statement,
            [
                {"of_id": row["id"], **{f"to_{n}": row[n] for n in names if n != "id"}}
                for row in rows
            ],
        )
