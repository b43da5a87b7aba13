"""The sandbox's day of sales as webhooks of several providers, before they are signed."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

from market.sandbox.gsma import callback_of, gsma_books
from market.sandbox.shelves import Json
from market.sandbox.signing import Fact

_LOCAL = timezone(timedelta(hours=7))
_ACCOUNT = "0071000000001"

Objects = Mapping[str, Sequence[Json]]


def sepay_facts(objects: Objects) -> list[Fact]:
    """Return each sale as a transfer into one bank account."""
    return [
        _fact(
            {
                "id": number,
                "gateway": "Vietcombank",
                "transactionDate": f"{_at(charge).astimezone(_LOCAL):%Y-%m-%d %H:%M:%S}",
                "accountNumber": _ACCOUNT,
                "code": None,
                "content": charge["description"],
                "transferType": "in",
                "transferAmount": charge["amount"],
                "accumulated": 0,
                "subAccount": None,
                "referenceCode": f"5243.{number:05d}",
                "description": "",
            }
        )
        for number, charge in enumerate(objects.get("charges", ()), start=1)
    ]


def stripe_facts(objects: Objects) -> list[Fact]:
    """Return each sale as Stripe's event about the charge."""
    return [
        _fact(
            {
                "id": f"evt_{charge['id'].removeprefix('ch_')}",
                "object": "event",
                "created": charge["created"],
                "livemode": False,
                "type": "charge.succeeded",
                "data": {"object": charge},
            }
        )
        for charge in objects.get("charges", ())
    ]


def gsma_facts(objects: Objects) -> list[Fact]:
    """Return a callback for each transaction: it names the transaction and tells nothing of it."""
    told = gsma_books(objects).transactions
    return [_fact(callback_of(one["transactionReference"])) for one in reversed(told)]


TELLINGS: Mapping[str, Callable[[Objects], list[Fact]]] = MappingProxyType(
    {"sepay": sepay_facts, "stripe": stripe_facts, "gsma": gsma_facts}
)


def _at(charge: Json) -> datetime:
    return datetime.fromtimestamp(charge["created"], UTC)


def _fact(body: Json) -> Fact:
    return Fact(body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
