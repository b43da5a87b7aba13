"""SePay's webhooks for the simulated accounts, signed as SePay signs. Source: feeds.md 3.1."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from merchants.days import HO_CHI_MINH
from reconciliation.simulation.bank_events import BankEvent
from reconciliation.simulation.deliveries import SimWebhook
from reconciliation.simulation.faults import Fault
from reconciliation.simulation.movements import Kind
from reconciliation.simulation.seeds import Draw, stream

FIRST_ID = 4_100_001
FORGER = "a-secret-that-is-not-ours"
OPENING_BALANCE_VND = 2_000_000


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event and what its webhook tells: the dedupe key and amount, ``None`` when it tells nothing."""

    event: BankEvent
    key: str | None
    amount_vnd: int | None
    second_key: str | None = None
    """The dedupe key of another aggregator's webhook about it."""


def tell_events(
    events: Sequence[BankEvent], *, seed: int, secret: str
) -> tuple[list[SimWebhook], list[ToldEvent]]:
    """Return the webhooks in the order they arrive, and what became of each event.

    Args:
        events: in the bank's order, with references; the ids count them through.
        secret: the HMAC key shared with SePay.
    """
    webhooks: list[SimWebhook] = []
    told: list[ToldEvent] = []
    balances: dict[str, int] = {}
    following = _next_of_account(events)
    for number, event in enumerate(events):
        if event.fault is Fault.OUT_OF_ORDER and following[number] is None:
            event = replace(event, fault=None)  # noqa: PLW2901 - nothing comes after it that day
        signed = event.amount_vnd if event.direction == "credit" else -event.amount_vnd
        balances[event.account] = balances.get(event.account, OPENING_BALANCE_VND) + signed
        draw = stream(seed, "webhook", event.reference)
        notice = _Notice(event, FIRST_ID + number, balances[event.account], draw, secret)
        sent = list(notice.deliveries(following[number]))
        webhooks += sent
        arrived = any(webhook.verdict == "accept" for webhook in sent)
        told.append(
            ToldEvent(event, notice.key if arrived else None, notice.amount if arrived else None)
        )
    webhooks.sort(key=lambda w: (w.received_at, w.payments_key, w.verdict != "accept", w.body))
    return webhooks, told


def signed_headers(body: str, at: datetime, secret: str) -> dict[str, str]:
    """Return the headers with which SePay sends a body at an instant."""
    timestamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "X-SePay-Signature": f"sha256={digest}",
        "X-SePay-Timestamp": timestamp,
        "Content-Type": "application/json",
    }


class _Notice:
    """One event's webhook: its body, and when and how often it is sent."""

    def __init__(
        self, event: BankEvent, sepay_id: int, balance: int, draw: Draw, secret: str
    ) -> None:
        self._event = event
        self._draw = draw
        self._secret = secret
        self._id = sepay_id
        self._balance = balance
        self.key = f"sepay:{event.account}:{sepay_id}"
        self.amount = event.amount_vnd
        if event.fault is Fault.AMOUNT_CHANGED:
            self.amount += 1000 * draw.randint(1, 9)

    def deliveries(self, following: datetime | None) -> Iterator[SimWebhook]:
        """Yield what is sent; ``following`` is when the account's next event happens."""
        fault, draw = self._event.fault, self._draw
        arrival = self._event.at + timedelta(seconds=draw.randint(1, 8))
        if fault is Fault.MISSING or self._event.kind is Kind.FEE:
            return  # the bank's own fee stands in the statement only
        if fault is Fault.LATE:
            arrival += timedelta(minutes=draw.randint(61, 72 * 60))
        if fault is Fault.OUT_OF_ORDER and following is not None:
            arrival = following + timedelta(seconds=draw.randint(9, 60))
        if fault is Fault.CLOCK_SKEW:
            yield self._send(
                arrival, signed_at=arrival - timedelta(seconds=draw.randint(400, 3000))
            )
            return
        if fault is Fault.BAD_SIGNATURE:
            yield self._forge(arrival - timedelta(seconds=1))
        first = self._send(arrival, signed_at=arrival)
        yield first
        if fault is Fault.REPLAYED:
            again = arrival + timedelta(seconds=draw.randint(60, 240))
            # SePay signs each retry anew; a thief's copy carries the old signature.
            signed_at = again if draw.random() < 0.5 else arrival
            yield self._send(again, signed_at=signed_at, verdict="duplicate")

    def _send(
        self, received_at: datetime, *, signed_at: datetime, verdict: str = "accept"
    ) -> SimWebhook:
        if abs((received_at - signed_at).total_seconds()) > 300:
            verdict = "stale"
        body = self._body(self.amount)
        return SimWebhook(
            headers=signed_headers(body, signed_at, self._secret),
            body=body,
            received_at=received_at,
            payments_key=self.key,
            verdict=verdict,
        )

    def _forge(self, at: datetime) -> SimWebhook:
        body = self._body(self.amount * 10)
        return SimWebhook(
            headers=signed_headers(body, at, FORGER),
            body=body,
            received_at=at,
            payments_key=self.key,
            verdict="signature",
        )

    def _body(self, amount: int) -> str:
        event = self._event
        return json.dumps(
            {
                "id": self._id,
                "gateway": "Vietcombank",
                "transactionDate": f"{event.at.astimezone(HO_CHI_MINH):%Y-%m-%d %H:%M:%S}",
                "accountNumber": event.account,
                "code": None,
                "content": event.memo,
                "transferType": "in" if event.direction == "credit" else "out",
                "transferAmount": amount,
                "accumulated": self._balance,
                "subAccount": None,
                "referenceCode": "" if event.fault is Fault.REFERENCE_MISSING else event.reference,
                "description": "",
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )


def _next_of_account(events: Iterable[BankEvent]) -> list[datetime | None]:
    """Return for each event when the next sound one of its account happens the same day."""
    ordered = list(events)
    result: list[datetime | None] = [None] * len(ordered)
    later: dict[str, BankEvent] = {}
    for index in range(len(ordered) - 1, -1, -1):
        event = ordered[index]
        after = later.get(event.account)
        result[index] = after.at if after and after.on == event.on else None
        if event.fault is None:
            later[event.account] = event
    return result
