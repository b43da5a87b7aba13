"""What a webhook gets for an answer, whatever HTTP server stands in front of it.

The answer may leave only after the caller's commit: most providers take a good one for "received"
and forget the payment. So it means *the bytes are durable here*, not *the rows are in the ledger*:
a body that we cannot read, or that our own fault stopped, is kept (``rejected``, ``failed``) and
answered as well, because the same bytes sent again would do no better and ``feed retry`` reads them
from the raw store. What is refused is only a signature that does not hold; its bytes are kept apart,
as far as there is room (``refused``), and leave no trace on the id they claim, so the true delivery
is still taken. Source: feeds.md 3, 3.1 and 10.1.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.feeds.reading.doors import Channel, Delivered, Door, Order, Outcome
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules
from reconciliation.intake.ingest import Incoming, IngestResult, ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.intake.refused import Room
from reconciliation.records import SourceChannel
from reconciliation.references import find_request_references
from reconciliation.signatures import SignatureVerdict
from reconciliation.tables import DeliveryState, PaymentRequest

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WebhookReply:
    """The answer: HTTP status and JSON body, and what was taken in.

    ``result`` is ``None`` for a bad signature that there was no room to keep.
    """

    status: int
    body: dict[str, Any] | None
    result: IngestResult | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One request of a provider, with what its check said; nothing of it is kept yet."""

    door: Door
    channel: Channel
    delivered: Delivered
    verdict: SignatureVerdict
    received_at: datetime


def checked(door: Door, channel: Channel, delivered: Delivered, *, now: datetime) -> Push:
    """Return a request with the verdict on its signature; this asks no database."""
    verdict = door.verify(delivered, channel, now)
    if verdict.note:
        _log.info("%s webhook: %s", door.provider, verdict.note)
    return Push(door=door, channel=channel, delivered=delivered, verdict=verdict, received_at=now)


def receive(
    session: Session,
    store: RawStore,
    *,
    door: Door,
    channel: Channel,
    delivered: Delivered,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules = PLAIN_RULES,
) -> WebhookReply:
    """Take one delivery and return its answer; the caller commits before it is sent."""
    push = checked(door, channel, delivered, now=now)
    [reply] = receive_all(session, store, [push], sealer=sealer, now=now, rules=rules)
    return reply


def receive_all(
    session: Session,
    store: RawStore,
    pushes: Sequence[Push],
    *,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules = PLAIN_RULES,
) -> list[WebhookReply]:
    """Take what came meanwhile and return the answers in order, to be sent once it is committed."""
    room = Room(session, now=now)
    kept = [push for push in pushes if push.verdict.is_accepted or _has_room(room, push)]
    incoming = [
        pushed(push.door, push.channel, push.delivered, push.verdict, push.received_at)
        for push in kept
    ]
    results = iter(
        ingest_many(session, store, sealer=sealer, incoming=incoming, now=now, rules=rules)
    )
    taken = {id(push) for push in kept}
    return [_answer(session, push, next(results) if id(push) in taken else None) for push in pushes]


def _has_room(room: Room, push: Push) -> bool:
    if room.takes(push.door.provider, len(push.delivered.content)):
        return True
    _log.warning("%s webhook: %s, not kept: no room", push.door.provider, push.verdict.reason)
    return False


def _answer(session: Session, push: Push, result: IngestResult | None) -> WebhookReply:
    door = push.door
    if result is None or result.state is DeliveryState.QUARANTINED:
        return _reply(door, Outcome.REFUSED, result)
    outcome = door.outcome(
        push.delivered.content,
        is_repeated=_tells_nothing_new(result),
        orders=lambda order: _asked(session, order),
    )
    return _reply(door, outcome, result)


def pushed(
    door: Door,
    channel: Channel,
    delivered: Delivered,
    verdict: SignatureVerdict,
    received_at: datetime,
) -> Incoming:
    """Return a delivery that came through a door, with what its check said."""
    return Incoming(
        provider=door.provider,
        content=delivered.content,
        channel=SourceChannel.WEBHOOK,
        name=delivered.reference,
        account=channel.account,
        received_at=received_at,
        signature_status=verdict.status,
        reject_reason=verdict.reason,
        signed_headers=_kept(delivered.headers, door.signed_headers),
    )


def _reply(door: Door, outcome: Outcome, result: IngestResult | None) -> WebhookReply:
    answer = door.answer(outcome)
    return WebhookReply(answer.status, answer.body, result)


def _tells_nothing_new(result: IngestResult) -> bool:
    if result.state is DeliveryState.DUPLICATE:
        return True
    return bool(result.repeated) and not (result.new or result.revised)


def _asked(session: Session, order: Order) -> Outcome:
    """Return whether an order is an amount a vendor asked for; of others we keep no orders."""
    references = find_request_references(order.reference)
    if not references:
        return Outcome.TAKEN
    request = table_of(PaymentRequest).c
    found = rows_of(
        session,
        sa.select(request.amount_vnd).where(one_of(session, request.reference, references)),
    )
    if not found:
        return Outcome.ORDER_MISSING
    is_asked = any(row.amount_vnd == order.amount for row in found)
    return Outcome.TAKEN if is_asked else Outcome.ORDER_AMOUNT


def _kept(headers: Mapping[str, str], names: Iterable[str]) -> str:
    told = {name.lower(): value for name, value in headers.items()}
    kept = {name: told[name] for name in names if name in told}
    return json.dumps(kept, sort_keys=True) if kept else ""
