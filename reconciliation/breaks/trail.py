"""The log of breaks: steps appended to a chain of hashes, one chain a scope.

A step's hash covers the hash before it, the name of its break, what happened, when, by whom, and
the hash of the note. Whoever changes, removes or inserts a step breaks the chain from there on; a
step that is cut off its end leaves a break that stands otherwise than its steps say.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.breaks.found import BreakName
from reconciliation.breaks.states import BreakAction
from reconciliation.breaks.tables import BreakStep
from reconciliation.bulk import insert_rows, one_of, rows_of, table_of

_LOCK_KIND = 0x6272  # keeps the locks of chains apart from all other advisory locks
_STEP = table_of(BreakStep)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step before it has its place in the chain."""

    break_id: int
    name: BreakName
    action: BreakAction
    told: dict[str, Any] = field(default_factory=dict)
    note: str = ""


def append_steps(
    session: Session, scope: str, steps: Sequence[Step], *, actor: str, now: datetime
) -> None:
    """Append steps to the chain of a scope, in the order given."""
    if not steps:
        return
    lock_chain(session, scope)
    number, previous = _head(session, scope)
    rows = []
    for step in steps:
        number += 1
        told, noted = _canonical(step.told), sha256_of(step.note)
        digest = step_sha256(
            previous, step.name, step.action, at=now, actor=actor, told=told, note_sha256=noted
        )
        rows.append(
            {
                "scope": scope,
                "number": number,
                "break_id": step.break_id,
                "action": step.action,
                "at": now,
                "actor": actor,
                "told": told,
                "note": step.note,
                "note_sha256": noted,
                "previous_sha256": previous,
                "sha256": digest,
            }
        )
        previous = digest
    insert_rows(session, BreakStep, rows)


def lock_chain(session: Session, scope: str) -> None:
    """Let nobody else touch the breaks of a scope until this transaction ends.

    SQLite's writer has the database for itself.
    """
    if session.get_bind().dialect.name == "postgresql":
        place = int.from_bytes(hashlib.sha256(scope.encode()).digest()[:4], "big", signed=True)
        session.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_KIND, place)))


def last_proposals(session: Session, break_ids: Collection[int]) -> dict[int, int]:
    """Return by break the number of the step that proposed last; who has no proposal is absent."""
    newest = sa.func.max(_STEP.c.number).label("number")
    wanted = (
        sa.select(_STEP.c.break_id, newest)
        .where(one_of(session, _STEP.c.break_id, break_ids), _STEP.c.action == BreakAction.PROPOSED)
        .group_by(_STEP.c.break_id)
    )
    return {row.break_id: row.number for row in rows_of(session, wanted)}


def step_sha256(
    previous: str,
    name: BreakName,
    action: str,
    *,
    at: datetime,
    actor: str,
    told: str,
    note_sha256: str,
) -> str:
    """Return the hash of a step that follows the one with the hash ``previous``."""
    when = at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256_of(json.dumps([previous, *name, str(action), when, actor, told, note_sha256]))


def chain_heads(session: Session) -> list[tuple[str, int, str]]:
    """Return for each scope how many steps it has, and the hash of the last one.

    Whoever writes these down elsewhere can tell later whether the log was made anew as a whole.
    """
    last = sa.select(_STEP.c.scope, sa.func.max(_STEP.c.number).label("number")).group_by(
        _STEP.c.scope
    )
    newest = last.subquery()
    wanted = (
        sa.select(_STEP.c.scope, _STEP.c.number, _STEP.c.sha256)
        .join(newest, sa.and_(newest.c.scope == _STEP.c.scope, newest.c.number == _STEP.c.number))
        .order_by(_STEP.c.scope)
    )
    return [(row.scope, row.number, row.sha256) for row in rows_of(session, wanted)]


def _head(session: Session, scope: str) -> tuple[int, str]:
    last = (
        sa.select(_STEP.c.number, _STEP.c.sha256)
        .where(_STEP.c.scope == scope)
        .order_by(_STEP.c.number.desc())
        .limit(1)
    )
    for row in rows_of(session, last):
        return row.number, row.sha256
    return 0, ""


def _canonical(told: dict[str, Any]) -> str:
    return (
        json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")) if told else ""
    )


def sha256_of(text: str) -> str:
    """Return the hash of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
