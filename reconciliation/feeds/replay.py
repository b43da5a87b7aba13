"""Recorded webhook deliveries replayed in order on a ledger. Source: feeds.md 3, 10.1."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconciliation.feeds.catalogue import READERS, book_of
from reconciliation.feeds.ledger import Effect, PlainLedger
from reconciliation.feeds.providers.stripe import event_facts
from reconciliation.feeds.reading.bodies import TEST_PING
from reconciliation.feeds.reading.business_day import CutOff
from reconciliation.feeds.reading.context import ReadContext, read_within
from reconciliation.feeds.reading.doors import (
    Channel,
    Delivered,
    Door,
    Order,
    Orders,
    Outcome,
)
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.rendering import Line, record_line, reject_line
from reconciliation.records import FeedReading, FileAction, SourceChannel


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recorded webhook: the very bytes, its headers and when it came.

    ``content`` is the body; of a GET, which has none, the raw query string.
    """

    case: str
    received_at: datetime
    headers: Mapping[str, str]
    content: bytes
    method: str = "POST"
    reference: str = ""


def any_order(_order: Order) -> Outcome:
    """Say nothing against an order: nobody told which there are."""
    return Outcome.TAKEN


@dataclass(slots=True)
class Replay:
    """The deliveries of one file, taken one after the other into a ledger, empty at first."""

    file: str
    door: Door
    channel: Channel
    orders: Orders = any_order
    cut_offs: Sequence[CutOff] = ()
    ledger: PlainLedger = field(default_factory=lambda: PlainLedger(book_of))
    worst: FileAction = FileAction.ACCEPT
    _facts: set[str] = field(default_factory=set)

    def lines(self, delivery: Delivery, *, now: datetime | None = None) -> Iterator[Line]:
        """Yield the rows of one delivery and, last, what was decided and answered.

        Args:
            now: when it comes this time; ``None`` = when it came as it was recorded.
        """
        delivered = Delivered(
            content=delivery.content, headers=delivery.headers, reference=delivery.reference
        )
        verdict = self.door.verify(delivered, self.channel, now or delivery.received_at)
        if not verdict.is_accepted:
            yield self._line(delivery, "reject", Outcome.REFUSED, reason=verdict.reason)
            return
        context = ReadContext(
            account=self.channel.account,
            name=delivery.reference,
            channel=SourceChannel.WEBHOOK,
            cut_offs=tuple(self.cut_offs),
            options=self.channel.options,
        )
        reading = read_within(READERS[self.door.provider], delivery.content, context=context)
        if reading.action is not FileAction.ACCEPT:
            self.worst = max(self.worst, reading.action, key=list(FileAction).index)
        for transaction in reading.transactions:
            yield record_line(self.file, transaction, delivery.case)
        for reject in reading.rejects:
            yield reject_line(self.file, reject, delivery.case)
        yield self._decide(delivery, reading)

    def _decide(self, delivery: Delivery, reading: FeedReading) -> Line:
        if TEST_PING in reading.warnings:
            return self._line(delivery, "test_ping", Outcome.TAKEN)
        if reading.notices:
            return self._line(delivery, "notice", Outcome.TAKEN)
        is_repeated = self._is_repeated(delivery.content)
        effects = [self.ledger.take(transaction) for transaction in reading.transactions]
        if effects and all(effect is Effect.NONE for effect in effects):
            is_repeated = True
        is_nothing_new = is_repeated or (effects and not _NEW.intersection(effects))
        outcome = self.door.outcome(
            delivery.content, is_repeated=bool(is_nothing_new), orders=self.orders
        )
        line = self._line(
            delivery,
            "duplicate" if is_repeated else "accept",
            outcome,
            reason=reading.reason,
            rows=len(reading.transactions),
            ledger=next((e for e in effects if e is not Effect.NONE), Effect.NONE),
        )
        for statement in reading.statements:
            line["webhook"]["payout"] = {
                "settlement_id": statement.settlement_id,
                "payout_status": statement.payout_status,
            }
        return line

    def _is_repeated(self, content: bytes) -> bool:
        """Note what an event tells; True when it was told before, under whatever event id."""
        try:
            facts = event_facts(content)
        except FileRefused:
            return False
        is_repeated = not self._facts.isdisjoint(facts)
        self._facts.update(facts)
        return is_repeated

    def _line(
        self,
        delivery: Delivery,
        verdict: str,
        outcome: Outcome,
        *,
        reason: str | None = None,
        rows: int = 0,
        ledger: Effect = Effect.NONE,
    ) -> Line:
        answer = self.door.answer(outcome)
        decisive = dict(answer.decisive) if answer.decisive else None
        return {
            "webhook": {
                "file": self.file,
                "case": delivery.case,
                "verdict": verdict,
                "reason": reason,
                "rows": rows,
                "ledger": ledger.value,
                "reply": {"status": answer.status, "body": decisive},
            }
        }


_NEW = frozenset({Effect.INSERT, Effect.UPDATE})


def read_deliveries(content: bytes) -> list[Delivery]:
    """Return the recorded deliveries of a file with one JSON object per line.

    Raises:
        FileRefused: ``schema`` when a line is no recorded delivery.
    """
    deliveries = []
    for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            deliveries.append(_delivery(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as failure:
            raise FileRefused("schema", f"line {number} is no delivery: {failure!r}") from failure
    return deliveries


def _delivery(recorded: Any) -> Delivery:
    method = str(recorded.get("method", "POST"))
    return Delivery(
        case=str(recorded["case"]),
        received_at=datetime.fromisoformat(recorded["received_at"]),
        headers={str(name): str(value) for name, value in recorded["headers"].items()},
        content=recorded["query" if method == "GET" else "body"].encode(),
        method=method,
        reference=str(recorded.get("reference_id", "")),
    )
