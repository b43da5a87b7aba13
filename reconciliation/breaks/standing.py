"""Where a break stands after each of its steps: written by it, and proved by it again."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from reconciliation.breaks.found import Facts
from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.states import BreakAction, BreakState, state_after

Standing = dict[str, Any]
"""Columns of ``Break`` that its steps decide."""

FACTS = tuple(Facts.__dataclass_fields__)
_NOBODY_YET: Mapping[str, Any] = {"taken_by": "", "undo_asked_by": ""}
_NO_DECISION: Mapping[str, Any] = {"decided_by": "", "decided_at": None}
_NO_PROPOSAL: Mapping[str, Any] = {
    "resolution": None,
    "until_on": None,
    "proposed_by": "",
    "proposed_at": None,
    **_NO_DECISION,
}


def standing_after(
    standing: Standing | None,
    action: BreakAction,
    *,
    at: datetime,
    actor: str,
    told: Mapping[str, Any],
) -> Standing | None:
    """Return how a break stands after a step; ``None`` = it may not happen now.

    Args:
        standing: before the step; ``None`` for a break nobody has found yet.
        told: what the step says, as its JSON holds it.
    """
    before: BreakState | None = standing["state"] if standing else None
    state = state_after(before, action)
    if state is None:
        return None
    changes: Standing = {}
    match action:
        case BreakAction.PROPOSED if before is BreakState.APPROVED:
            changes = {"undo_asked_by": actor}
        case BreakAction.APPROVED if before is BreakState.UNDOING:
            changes = {**_NO_PROPOSAL}
        case BreakAction.REJECTED | BreakAction.WITHDRAWN if before is BreakState.UNDOING:
            pass
        case BreakAction.OPENED | BreakAction.REOPENED:
            due_on = date.fromisoformat(told["due_on"])
            changes = {**_facts(told), "opened_at": at, "due_on": due_on, **_NO_PROPOSAL}
        case BreakAction.CHANGED:
            changes = {**_facts(told), **_NO_PROPOSAL}
        case BreakAction.PROPOSED:
            changes = {**_proposal(told), "proposed_by": actor, "proposed_at": at, **_NO_DECISION}
        case BreakAction.WITHDRAWN:
            changes = {**_NO_PROPOSAL}
        case BreakAction.APPROVED | BreakAction.REJECTED:
            changes = {"decided_by": actor, "decided_at": at}
        case BreakAction.TAKEN:
            changes = {"taken_by": actor}
    if before is BreakState.UNDOING and state is not BreakState.UNDOING:
        changes["undo_asked_by"] = ""
    return {**(standing or _NOBODY_YET), **changes, "state": state}


def replay(steps: Iterable[Any]) -> Standing | None:
    """Return how a break stands after its steps, rows of ``BreakStep`` in their order.

    ``None`` = a step could not have happened after those before it, or there is none.
    """
    standing: Standing | None = None
    for step in steps:
        told = json.loads(step.told) if step.told else {}
        standing = standing_after(standing, step.action, at=step.at, actor=step.actor, told=told)
        if standing is None:
            return None
    return standing


def _facts(told: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: told[name] for name in FACTS}
    return facts | {"business_date": date.fromisoformat(told["business_date"])}


def _proposal(told: Mapping[str, Any]) -> dict[str, Any]:
    until = told["until_on"]
    return {
        "resolution": Resolution(told["resolution"]),
        "until_on": date.fromisoformat(until) if until else None,
    }
