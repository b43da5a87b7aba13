"""Recorded webhook deliveries replayed in order on an empty ledger. Source: feeds.md 3, 10.1."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconciliation.feeds.catalogue import READERS
from reconciliation.feeds.ledger import Effect, effect_of
from reconciliation.feeds.providers.sepay import TEST_PING
from reconciliation.feeds.providers.stripe import event_facts
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.rendering import Line, record_line, reject_line
from reconciliation.records import FeedReading, FileAction, SourceChannel, Transaction
from reconciliation.signatures import SignatureVerdict

Verify = Callable[[Mapping[str, str], bytes, datetime], SignatureVerdict]

GOOD_ANSWERS: Mapping[str, Any] = {"sepay": {"success": True}, "stripe": None}
"""The body of the answer that a provider takes for "received"; the status is 200."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recorded webhook: the very bytes, its headers and when it came."""

    case: str
    received_at: datetime
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Replay:
    """The ledger of one file of deliveries, empty at first."""

    file: str
    provider: str
    account: str | None
    verify: Verify
    worst: FileAction = FileAction.ACCEPT
    _ledger: dict[str, Transaction] = field(default_factory=dict)
    _facts: set[str] = field(default_factory=set)

    def lines(self, delivery: Delivery) -> Iterator[Line]:
        """Yield the rows of one delivery and, last, what was decided and answered."""
        verdict = self.verify(delivery.headers, delivery.body, delivery.received_at)
        if not verdict.is_accepted:
            yield self._line(delivery, "reject", reason=verdict.reason)
            return
        reading = READERS[self.provider].read(
            delivery.body, context=ReadContext(account=self.account, channel=SourceChannel.WEBHOOK)
        )
        if reading.action is not FileAction.ACCEPT:
            self.worst = max(self.worst, reading.action, key=list(FileAction).index)
        for transaction in reading.transactions:
            yield record_line(self.file, transaction, delivery.case)
        for reject in reading.rejects:
            yield reject_line(self.file, reject, delivery.case)
        yield self._decide(delivery, reading)

    def _decide(self, delivery: Delivery, reading: FeedReading) -> Line:
        if TEST_PING in reading.warnings:
            return self._line(delivery, "test_ping")
        is_repeated = self._is_repeated(delivery.body)
        effects = [self._enter(transaction) for transaction in reading.transactions]
        if effects and all(effect is Effect.NONE for effect in effects):
            is_repeated = True
        line = self._line(
            delivery,
            "duplicate" if is_repeated else "accept",
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

    def _is_repeated(self, body: bytes) -> bool:
        """Note what an event tells; True when it was told before, under whatever event id."""
        try:
            facts = event_facts(body)
        except FileRefused:
            return False
        is_repeated = not self._facts.isdisjoint(facts)
        self._facts.update(facts)
        return is_repeated

    def _enter(self, transaction: Transaction) -> Effect:
        effect = effect_of(transaction, self._ledger.get(transaction.dedupe_key))
        if effect in {Effect.INSERT, Effect.UPDATE}:
            self._ledger[transaction.dedupe_key] = transaction
        return effect

    def _line(
        self,
        delivery: Delivery,
        verdict: str,
        *,
        reason: str | None = None,
        rows: int = 0,
        ledger: Effect = Effect.NONE,
    ) -> Line:
        is_good = verdict != "reject"
        reply = {"status": 200 if is_good else 401, "body": None}
        if is_good:
            reply["body"] = GOOD_ANSWERS[self.provider]
        return {
            "webhook": {
                "file": self.file,
                "case": delivery.case,
                "verdict": verdict,
                "reason": reason,
                "rows": rows,
                "ledger": ledger.value,
                "reply": reply,
            }
        }


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
            recorded = json.loads(line)
            delivery = Delivery(
                case=str(recorded["case"]),
                received_at=datetime.fromisoformat(recorded["received_at"]),
                headers={str(name): str(value) for name, value in recorded["headers"].items()},
                body=recorded["body"].encode(),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as failure:
            raise FileRefused("schema", f"line {number} is no delivery: {failure!r}") from failure
        deliveries.append(delivery)
    return deliveries
