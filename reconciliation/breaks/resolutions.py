"""How a break may be resolved, and which way the rules propose for what was found.

A resolution says what two people agreed on. Only ``leave_out`` changes a figure: the next close
gives the record the outcome ``ignored`` and the day a new version. All others explain money and
leave it where the books have it. ``reopen`` takes back what was agreed on before.
"""

from dataclasses import dataclass
from enum import StrEnum

from reconciliation.engine.outcomes import Leg, Outcome, Reason


class Resolution(StrEnum):
    """The closed list of what may be agreed on."""

    ACCEPT = "accept"
    """The difference is right as it stands: a fee, a rounding, a line the statement proves."""
    ASK_PROVIDER = "ask_provider"
    """The provider is asked to explain or to pay; a claim goes out beside this service."""
    WAIT = "wait"
    """Nothing is done until a day; then it is open again if it is still there."""
    LEAVE_OUT = "leave_out"
    """It is no receipt of a sale and counts in no figure."""
    EXPLAINED = "explained"
    """Somebody found out what it is; the note tells."""
    REOPEN = "reopen"
    """What was agreed on is agreed on no longer; only for a break that two people agreed on."""


WHOLE_DAY = "day:"
"""Begins the key of a break that stands for all records of an account's day."""

_PAYOUT_LOST = frozenset({Outcome.SHORT, Outcome.MISSING, Outcome.RETURNED})
_MAY_LEAVE_OUT = frozenset(
    {
        Outcome.MISSING_IN_STATEMENT,
        Outcome.MISSING_IN_PAYMENTS,
        Outcome.AMBIGUOUS,
        Outcome.CONFLICT,
        Outcome.UNATTRIBUTED,
    }
)
_COSTS = frozenset({Reason.FEE, Reason.TAX, Reason.ROUNDING})
DUE_DAYS_MONEY_AWAY, DUE_DAYS = 3, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was found, as far as the rules below look at it."""

    leg: Leg
    outcome: Outcome
    reason: Reason
    fee_difference_vnd: int | None
    is_whole_day: bool


def propose_for(found: Question) -> Resolution:
    """Return the resolution that usually fits; nobody is bound to it."""
    match found.outcome:
        case Outcome.MATCHED_WITH_DIFFERENCE if found.reason in _COSTS:
            charged_too_much = (found.fee_difference_vnd or 0) > 0
            return Resolution.ASK_PROVIDER if charged_too_much else Resolution.ACCEPT
        case Outcome.MISSING_IN_PAYMENTS | Outcome.REJECTED:
            return Resolution.ACCEPT
        case Outcome.AMBIGUOUS | Outcome.AMBIGUOUS_PAYOUT | Outcome.UNATTRIBUTED:
            return Resolution.EXPLAINED
        case Outcome.MISSING_IN_STATEMENT if found.reason in {Reason.LATE, Reason.FEED_GAP}:
            return Resolution.WAIT
        case _:
            return Resolution.ASK_PROVIDER


def may_resolve(found: Question, resolution: Resolution) -> bool:
    """Return whether a resolution makes sense for what was found.

    ``reopen`` never does: it is about what was agreed on, not about what was found.
    """
    if resolution is Resolution.REOPEN:
        return False
    if resolution is not Resolution.LEAVE_OUT:
        return True
    return found.leg is Leg.B and found.outcome in _MAY_LEAVE_OUT and not found.is_whole_day


def due_days(outcome: Outcome) -> int:
    """Return within how many days it should be resolved; money that is away comes first."""
    return DUE_DAYS_MONEY_AWAY if outcome in _PAYOUT_LOST else DUE_DAYS
