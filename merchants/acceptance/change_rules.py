"""Who may take which step of a proposed account: the vendor confirms, a second person decides.

Pure: states and people's identities in, a refusal or the next state out.
Source: domain.md section 6.2 (maker–checker).
"""

from dataclasses import dataclass
from datetime import timedelta

from merchants.actors import Actor
from merchants.errors import (
    AlreadyDecided,
    ConfirmationRefused,
    NotConfirmedYet,
    ProposerHeldTheKey,
    SecondPersonNeeded,
    WithdrawalRefused,
)
from merchants.kinds import AccountChangeState as State
from merchants.kinds import Confirmation

OPEN_STATES = (State.PROPOSED, State.CONFIRMED)
PIN_IS_NEW = timedelta(days=30)
"""For so long a PIN may be known to whoever handed over the link it was set by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStanding:
    """How a proposal stands: who proposed it, who gave or recorded the vendor's word."""

    id: int
    vendor_code: str
    state: State
    proposed_by: str
    """As ``Actor`` writes itself."""
    confirmed_by: str = ""
    """Empty = nobody has confirmed."""
    pin_reset_by: frozenset[str] = frozenset()
    """Who gave the vendor a way to a new PIN shortly before the PIN confirmed."""
    opened_by: frozenset[str] = frozenset()
    """Who issued the vendor's links, or a way to a new PIN, shortly before."""


def after_confirming(
    change: ChangeStanding,
    how: Confirmation,
    *,
    actor: Actor,
    has_evidence: bool,
    has_witness: bool,
) -> State:
    """Return the state after the vendor's word.

    The PIN is only the vendor's own; a signature or the spoken word is recorded by staff, with what
    proves it and who was there. Confirming again keeps the first word.

    Raises:
        AlreadyDecided: it is too late.
        ConfirmationRefused: this person cannot give this word.
        ProposerHeldTheKey: the PIN proves nothing, since whoever proposed the account could have
            opened the vendor's link and set it.
    """
    _require_open(change)
    if how is Confirmation.PIN:
        if not is_vendor(change, actor):
            raise ConfirmationRefused(change.id, "only the vendor confirms with the PIN")
        if change.proposed_by in change.opened_by:
            raise ProposerHeldTheKey(change.id)
        return State.CONFIRMED
    if actor.kind != "staff" or not actor.name:
        raise ConfirmationRefused(change.id, "a signature is recorded by a person of the market")
    if not has_evidence:
        raise ConfirmationRefused(change.id, "the paper's or recording's SHA-256 is missing")
    if not has_witness:
        raise ConfirmationRefused(change.id, "the name of who was there is missing")
    return State.CONFIRMED


def after_deciding(change: ChangeStanding, *, approve: bool, actor: Actor) -> State:
    """Return the state after a second person's decision.

    Raises:
        AlreadyDecided: somebody was faster.
        SecondPersonNeeded: this person proposed it, recorded the vendor's word or reset the PIN it
            was given with, or cannot be told apart from who did.
        NotConfirmedYet: it would be approved without the vendor's word.
    """
    _require_open(change)
    reason = why_not_second(change, actor)
    if reason:
        raise SecondPersonNeeded(change.id, reason)
    if approve and change.state is not State.CONFIRMED:
        raise NotConfirmedYet(change.id)
    return State.APPROVED if approve else State.REJECTED


def after_withdrawing(change: ChangeStanding, *, actor: Actor) -> State:
    """Return the state after who proposed it, or the vendor, took it back.

    Raises:
        AlreadyDecided: it is too late.
        WithdrawalRefused: somebody else's proposal is rejected, not taken back.
    """
    _require_open(change)
    if str(actor) != change.proposed_by and not is_vendor(change, actor):
        raise WithdrawalRefused(change.id)
    return State.WITHDRAWN


def why_not_second(change: ChangeStanding, actor: Actor) -> str:
    """Return why a person is no second person for a proposal; empty = they are."""
    if actor.kind != "staff" or not actor.name:
        return "whoever decides signs in under their own name"
    if str(actor) == change.proposed_by:
        return "they proposed it themselves"
    if str(actor) == change.confirmed_by:
        return "they recorded the vendor's word"
    if str(actor) in change.pin_reset_by:
        return "they reset the PIN the vendor confirmed with"
    return ""


def is_vendor(change: ChangeStanding, actor: Actor) -> bool:
    """Return whether the vendor the proposal is about acts themselves."""
    return actor.kind == "vendor" and actor.name == change.vendor_code


def _require_open(change: ChangeStanding) -> None:
    if change.state not in OPEN_STATES:
        raise AlreadyDecided(change.id, change.state.value)
