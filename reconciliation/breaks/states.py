"""The steps of a break, and the one rule that two different people take the two that matter.

A break is one thing that a close could not settle. Data moves it (found, found otherwise, found no
more), and people do: one proposes how it is resolved, another approves or rejects that.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from merchants.actors import Actor


class BreakState(StrEnum):
    """Where a break stands; ``approved`` and ``resolved_by_data`` wait for nobody."""

    OPEN = "open"
    PROPOSED = "proposed"
    REJECTED = "rejected"
    """The proposal was turned down; another one may be made."""
    APPROVED = "approved"
    UNDOING = "undoing"
    """Somebody asks to open again what was agreed on; until a second person agrees, it holds."""
    RESOLVED_BY_DATA = "resolved_by_data"


class BreakAction(StrEnum):
    """What may happen to a break; the first four are done by closes, the others by people."""

    OPENED = "opened"
    CHANGED = "changed"
    """Later data tell it otherwise: what was proposed about it is no longer what it is about."""
    RESOLVED = "resolved"
    """Later data explain it."""
    REOPENED = "reopened"
    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    REJECTED = "rejected"
    TAKEN = "taken"
    """Somebody makes it their task."""
    COMMENTED = "commented"


WAITING = (BreakState.OPEN, BreakState.PROPOSED, BreakState.REJECTED, BreakState.UNDOING)
"""States in which somebody has to do something."""

AGREED = (BreakState.APPROVED, BreakState.UNDOING)
"""States in which what two people agreed on is in force."""

ASKED = (BreakState.PROPOSED, BreakState.UNDOING)
"""States in which a proposal waits for a second person."""

_STAYS = frozenset({BreakAction.COMMENTED, BreakAction.TAKEN})
_BY_DATA = {
    BreakAction.CHANGED: BreakState.OPEN,
    BreakAction.RESOLVED: BreakState.RESOLVED_BY_DATA,
}
NEXT: Mapping[BreakState, Mapping[BreakAction, BreakState]] = MappingProxyType(
    {
        BreakState.OPEN: {BreakAction.PROPOSED: BreakState.PROPOSED, **_BY_DATA},
        BreakState.PROPOSED: {
            BreakAction.WITHDRAWN: BreakState.OPEN,
            BreakAction.APPROVED: BreakState.APPROVED,
            BreakAction.REJECTED: BreakState.REJECTED,
            **_BY_DATA,
        },
        BreakState.REJECTED: {BreakAction.PROPOSED: BreakState.PROPOSED, **_BY_DATA},
        BreakState.APPROVED: {
            BreakAction.PROPOSED: BreakState.UNDOING,
            BreakAction.REOPENED: BreakState.OPEN,
            BreakAction.RESOLVED: BreakState.RESOLVED_BY_DATA,
        },
        BreakState.UNDOING: {
            BreakAction.WITHDRAWN: BreakState.APPROVED,
            BreakAction.APPROVED: BreakState.OPEN,
            BreakAction.REJECTED: BreakState.APPROVED,
            BreakAction.REOPENED: BreakState.OPEN,
            BreakAction.RESOLVED: BreakState.RESOLVED_BY_DATA,
        },
        BreakState.RESOLVED_BY_DATA: {BreakAction.REOPENED: BreakState.OPEN},
    }
)
"""By state, what each action leads to; what is not listed is refused."""


def state_after(state: BreakState | None, action: BreakAction) -> BreakState | None:
    """Return the state an action leads to; ``None`` = it may not happen now.

    Args:
        state: ``None`` for a break nobody has found yet.
    """
    if state is None:
        return BreakState.OPEN if action is BreakAction.OPENED else None
    if action in _STAYS:
        is_over = state in {BreakState.APPROVED, BreakState.RESOLVED_BY_DATA}
        return None if is_over and action is BreakAction.TAKEN else state
    return NEXT[state].get(action)


def is_second_person(proposed_by: str, actor: Actor) -> bool:
    """Return whether somebody may decide on a proposal: a user by name, and not who made it."""
    return actor.kind == "staff" and bool(actor.name) and str(actor) != proposed_by
