"""Casso's webhooks (version 2) of payments that SePay tells as well. Source: feeds.md 3.2."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from merchants.days import HO_CHI_MINH
from reconciliation.simulation.deliveries import SimWebhook
from reconciliation.simulation.faults import Fault
from reconciliation.simulation.seeds import stream
from reconciliation.simulation.wire_sepay import ToldEvent

CASSO_SECRET = "casso-key-of-the-simulation"  # noqa: S105 - both ends of an invented world
"""The key shared with Casso, in every simulated world."""
FIRST_ID = 8_200_001


def tell_again(told: Iterable[ToldEvent], *, seed: int) -> tuple[list[SimWebhook], list[ToldEvent]]:
    """Return Casso's webhooks, and what was told with their keys beside SePay's."""
    webhooks: list[SimWebhook] = []
    events: list[ToldEvent] = []
    for number, one in enumerate(told):
        if one.event.fault is not Fault.TOLD_TWICE:
            events.append(one)
            continue
        key = f"casso:{one.event.account}:{FIRST_ID + number}"
        draw = stream(seed, "casso", one.event.reference)
        received_at = one.event.at + timedelta(seconds=draw.randint(1, 90))
        body = _body(one, FIRST_ID + number)
        webhooks.append(
            SimWebhook(
                provider="casso",
                headers=_signed_headers(body, received_at),
                body=body,
                received_at=received_at,
                payments_key=key,
                verdict="accept",
            )
        )
        events.append(replace(one, second_key=key))
    return webhooks, events


def _body(told: ToldEvent, number: int) -> str:
    event = told.event
    data = {
        "id": number,
        "reference": event.reference,
        "description": event.memo,
        "amount": event.amount_vnd,
        "runningBalance": 0,
        "transactionDateTime": f"{event.at.astimezone(HO_CHI_MINH):%Y-%m-%d %H:%M:%S}",
        "accountNumber": event.account,
        "bankName": "Vietcombank",
        "bankAbbreviation": "VCB",
        "virtualAccountNumber": "",
        "virtualAccountName": "",
        "counterAccountName": "",
        "counterAccountNumber": "",
        "counterAccountBankId": "",
        "counterAccountBankName": "",
    }
    return json.dumps({"error": 0, "data": data}, ensure_ascii=False, separators=(",", ":"))


def _signed_headers(body: str, at: datetime) -> dict[str, str]:
    """Return the headers of a body: HMAC-SHA512 over the time and the JSON with sorted keys."""
    time = str(int(at.timestamp() * 1000))
    ordered = json.dumps(
        json.loads(body), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    digest = hmac.new(CASSO_SECRET.encode(), f"{time}.{ordered}".encode(), hashlib.sha512)
    return {
        "X-Casso-Signature": f"t={time},v1={digest.hexdigest()}",
        "Content-Type": "application/json",
    }
