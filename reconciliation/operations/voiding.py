"""Taking a delivery back: one person says why, a second one decides; nothing is deleted.

What a voided delivery told counts no more, and what it had put out of the books counts again
(``counting``); what another delivery tells as well goes on counting by that one's word (``retelling``).
The bytes stay; the same file may be sent again and is then a new delivery. A file
that was refused, or a body nobody signed rightly, is set aside in the same way.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.errors import EntryRefused, SecondPersonNeeded
from merchants.masking import without_numbers
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from reconciliation.bulk import table_of
from reconciliation.errors import VoidRefused
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules
from reconciliation.intake.ingest import wait_for_other_writers
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.counting import Recount, count_anew, keys_told_by
from reconciliation.operations.listing import find_delivery
from reconciliation.operations.retelling import count_as_told_elsewhere, told_by
from reconciliation.tables import Decision, Delivery, DeliveryState, DeliveryVoid

REASON_CHARS_MAX = 200
REASON_CHARS_MIN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidResult:
    """What became of a wish to take a delivery back."""

    delivery_id: int
    decision: Decision
    recount: Recount
    told_elsewhere: int
    """Rows of those that fell which go on counting by the word of other deliveries."""


def propose_void(
    session: Session, delivery_id: int, *, reason: str, actor: Actor, now: datetime
) -> DeliveryVoid:
    """Say why a delivery should not count; a second person decides.

    Raises:
        DeliveryNotFound, VoidRefused: there is none, it is taken back already, or somebody asked.
        EntryRefused: the reason is too short or too long.
    """
    reason = told_reason(reason)
    entry = find_delivery(session, delivery_id)
    if entry.state is DeliveryState.VOIDED:
        raise VoidRefused(delivery_id, "it is taken back already")
    if _open_void(session, delivery_id) is not None:
        raise VoidRefused(delivery_id, "somebody asked already, a second person decides")
    void = DeliveryVoid(
        delivery_id=delivery_id, reason=reason, proposed_by=str(actor), proposed_at=now
    )
    session.add(void)
    session.flush()
    return void


def decide_void(
    session: Session,
    store: RawStore,
    delivery_id: int,
    decision: Decision,
    *,
    actor: Actor,
    now: datetime,
    sealer: Sealer,
    rules: FeedRules = PLAIN_RULES,
) -> VoidResult:
    """Approve or refuse as a second person, or withdraw as the one who asked.

    What another delivery tells as well goes on counting, by its word.

    Raises:
        VoidRefused: nobody asked for it.
        SecondPersonNeeded: who asked cannot approve or refuse, and nobody else can withdraw.
    """
    entry = find_delivery(session, delivery_id)
    wait_for_other_writers(session)
    void = _open_void(session, delivery_id)
    if void is None:
        raise VoidRefused(delivery_id, "nobody asked to take it back")
    check_second_person(void.id or 0, void.proposed_by, decision, actor)
    void.decision, void.decided_by, void.decided_at = decision, str(actor), now
    session.add(void)
    session.flush()
    recount, elsewhere = Recount(0, 0), 0
    if decision is Decision.APPROVED:
        fallen = told_by(session, delivery_id)
        session.connection().execute(
            sa.update(table_of(Delivery))
            .where(col(Delivery.id) == delivery_id)
            .values(state=DeliveryState.VOIDED)
        )
        recount = count_anew(session, keys_told_by(session, delivery_id))
        elsewhere = count_as_told_elsewhere(
            session,
            store,
            fallen,
            provider=entry.provider,
            but=delivery_id,
            sealer=sealer,
            now=now,
            rules=rules,
        )
        session.expire_all()
    return VoidResult(
        delivery_id=delivery_id, decision=decision, recount=recount, told_elsewhere=elsewhere
    )


def check_second_person(number: int, proposed_by: str, decision: Decision, actor: Actor) -> None:
    """Refuse who may not decide: who asked only withdraws, and only a second person decides.

    Raises:
        SecondPersonNeeded: it is the wrong one of the two.
    """
    is_own = str(actor) == proposed_by
    if is_own and decision is not Decision.WITHDRAWN:
        raise SecondPersonNeeded(number, "who asked does not decide")
    if not is_own and decision is Decision.WITHDRAWN:
        raise SecondPersonNeeded(number, "only who asked takes it back; others refuse")


def told_reason(reason: str) -> str:
    """Return a reason as it is kept, without numbers of phones and accounts.

    Raises:
        EntryRefused: it is too short to say anything, or too long.
    """
    told = without_numbers(" ".join(reason.split()))
    if len(told) < REASON_CHARS_MIN:
        raise EntryRefused({"reason": "Ghi rõ lý do, ít nhất 5 chữ cái"})
    if len(told) > REASON_CHARS_MAX:
        sentence = Sentence(
            "Dài {n} chữ, ghi tối đa {most} chữ", n=len(told), most=REASON_CHARS_MAX
        )
        raise EntryRefused({"reason": sentence})
    return told


def _open_void(session: Session, delivery_id: int) -> DeliveryVoid | None:
    asked: Any = select(DeliveryVoid).where(
        col(DeliveryVoid.delivery_id) == delivery_id, col(DeliveryVoid.decision) == Decision.OPEN
    )
    found: DeliveryVoid | None = session.exec(asked).first()
    return found
