"""A stand-in for a GSMA Mobile Money API: an account's transactions, entries, balance and states.

Source: feeds.md 2.1; the GSMA Mobile Money API specification 1.2.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse

from market.sandbox.faults import Dials
from market.sandbox.shelves import Json
from reconciliation.feeds.reading.amounts import currency_exponent

LIMIT_DEFAULT, LIMIT_MAX = 50, 1000
_FILTERS = frozenset(
    {"limit", "offset", "fromDateTime", "toDateTime", "transactionType", "transactionStatus"}
)
_ENTRY = (
    "transactionReference",
    "creditParty",
    "debitParty",
    "transactionStatus",
    "amount",
    "currency",
    "descriptionText",
    "transactionReceipt",
    "creationDate",
    "modificationDate",
    "requestDate",
)


class GsmaRefusal(Exception):
    """A request the API refuses, in the words of the specification."""

    def __init__(self, status: int, category: str, code: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = {
            "errorCategory": category,
            "errorCode": code,
            "errorDescription": description,
        }


@dataclass(slots=True)
class GsmaBooks:
    """The transactions of one account, newest first; ``add`` makes one appear."""

    identifier_type: str
    identifier: str
    transactions: list[Json]

    def add(self, transaction: Json) -> None:
        """Put a transaction in its place; the same reference again replaces what was there."""
        reference = transaction["transactionReference"]
        kept = [one for one in self.transactions if one["transactionReference"] != reference]
        self.transactions = sorted([*kept, transaction], key=_created, reverse=True)

    def find(self, reference: str) -> Json:
        """Return a transaction; raise ``GsmaRefusal`` 404 when there is none of that reference."""
        for one in self.transactions:
            if one["transactionReference"] == reference:
                return one
        raise GsmaRefusal(404, "identification", "identifierError", "no such transaction")


def gsma_books(objects: Mapping[str, Sequence[Json]], identifier: str = "MERCH-MAU") -> GsmaBooks:
    """Return the same day of sales as a mobile money provider would tell it."""
    sales = [_sale(charge, identifier) for charge in objects.get("charges", ())]
    refunds = [_reversal(refund, identifier) for refund in objects.get("refunds", ())]
    told = sorted([*sales, *refunds], key=_created, reverse=True)
    return GsmaBooks("accountid", identifier, told)


def gsma_router(books: GsmaBooks, dials: Dials) -> APIRouter:
    """Return the API below ``/gsma``."""
    router = APIRouter(prefix="/gsma")
    guarded = [Depends(_check_key)]

    def answer(content: Any, **headers: int) -> JSONResponse:
        told = {f"X-Records-{name}-Count": str(count) for name, count in headers.items()}
        at = datetime.now(UTC) + timedelta(seconds=dials.faults.clock_skew_s)
        return JSONResponse(content, headers={**told, "X-Date": f"{at:%Y-%m-%dT%H:%M:%SZ}"})

    def listed(request: Request, kind: str, identifier: str, shown: Callable[[Json], Json]) -> Any:
        _check_account(books, kind, identifier)
        found, page = _page(books.transactions, request.query_params)
        return answer([shown(one) for one in page], Available=len(found), Returned=len(page))

    @router.get("/heartbeat")
    def heartbeat() -> JSONResponse:
        return answer({"serviceStatus": "available"})

    @router.get("/accounts/{kind}/{identifier}/transactions", dependencies=guarded)
    def transactions(request: Request, kind: str, identifier: str) -> Any:
        return listed(request, kind, identifier, lambda one: one)

    @router.get("/accounts/{kind}/{identifier}/statemententries", dependencies=guarded)
    def statement_entries(request: Request, kind: str, identifier: str) -> Any:
        return listed(request, kind, identifier, _entry)

    @router.get("/accounts/{kind}/{identifier}/balance", dependencies=guarded)
    def balance(kind: str, identifier: str) -> JSONResponse:
        _check_account(books, kind, identifier)
        moved = [one for one in books.transactions if one["transactionStatus"] == "completed"]
        total = sum((Decimal(one["amount"]) * _sign(one, identifier) for one in moved), Decimal())
        told = {"currentBalance": f"{total:f}", "availableBalance": f"{total:f}"}
        return answer(told)

    @router.get("/transactions/{reference}", dependencies=guarded)
    def transaction(reference: Annotated[str, Path()]) -> JSONResponse:
        return answer(books.find(reference))

    @router.get("/statemententries/{reference}", dependencies=guarded)
    def statement_entry(reference: str) -> JSONResponse:
        return answer(_entry(books.find(reference)))

    @router.get("/requeststates/{correlation}", dependencies=guarded)
    def request_state(correlation: str) -> JSONResponse:
        reference = correlation.removeprefix("STATE-")
        books.find(reference)
        return answer(callback_of(reference))

    return router


def callback_of(reference: str) -> Json:
    """Return the body of the callback that tells that a request is done."""
    return {
        "serverCorrelationId": f"STATE-{reference}",
        "status": "completed",
        "notificationMethod": "callback",
        "objectReference": reference,
        "pollLimit": 100,
    }


def answer_refusal(_request: Request, refusal: Exception) -> JSONResponse:
    """Answer what the API refuses."""
    assert isinstance(refusal, GsmaRefusal)
    return JSONResponse(refusal.error, status_code=refusal.status)


def _check_key(request: Request) -> None:
    if not request.headers.get("X-API-Key"):
        raise GsmaRefusal(401, "authorisation", "authenticationError", "X-API-Key is missing")


def _check_account(books: GsmaBooks, kind: str, identifier: str) -> None:
    if (kind, identifier) != (books.identifier_type, books.identifier):
        raise GsmaRefusal(404, "identification", "identifierError", "no such account")


def _page(told: Sequence[Json], query: Any) -> tuple[list[Json], list[Json]]:
    """Return what the filters leave, and the page of it that was asked for."""
    if unknown := sorted(set(query) - _FILTERS):
        raise GsmaRefusal(400, "validation", "formatError", f"unknown parameter {unknown[0]}")
    limit = _whole(query, "limit", LIMIT_DEFAULT)
    offset = _whole(query, "offset", 0)
    if not 1 <= limit <= LIMIT_MAX:
        raise GsmaRefusal(400, "validation", "formatError", f"limit is not 1 to {LIMIT_MAX}")
    start, end = _bound(query, "fromDateTime"), _bound(query, "toDateTime")
    found = [
        one
        for one in told
        if (start is None or _created(one) >= start)
        and (end is None or _created(one) < end)
        and query.get("transactionType", one["type"]) == one["type"]
        and query.get("transactionStatus", one["transactionStatus"]) == one["transactionStatus"]
    ]
    if offset and offset > len(found):
        raise GsmaRefusal(400, "validation", "invalidOffset", "the offset is behind the last row")
    return found, found[offset : offset + limit]


def _whole(query: Any, name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise GsmaRefusal(400, "validation", "formatError", f"{name} is no whole number")
    return int(text)


def _bound(query: Any, name: str) -> datetime | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as failure:
        raise GsmaRefusal(400, "validation", "formatError", f"{name} is no time") from failure
    if at.tzinfo is None:
        raise GsmaRefusal(400, "validation", "formatError", f"{name} has no zone")
    return at


def _created(transaction: Json) -> datetime:
    return datetime.fromisoformat(transaction["creationDate"])


def _sign(transaction: Json, identifier: str) -> int:
    return 1 if any(one["value"] == identifier for one in transaction["creditParty"]) else -1


def _entry(transaction: Json) -> Json:
    told = {name: transaction[name] for name in _ENTRY if name in transaction}
    return {**told, "displayType": transaction["type"]}


def _sale(charge: Json, identifier: str) -> Json:
    told = _told(charge, f"MAU-{charge['id'][-8:]}")
    return {
        **told,
        "requestingOrganisationTransactionReference": (charge.get("metadata") or {}).get(
            "order_id", ""
        ),
        "creditParty": [{"key": "accountid", "value": identifier}],
        "debitParty": [{"key": "walletid", "value": f"WALLET-{charge['id'][-2:]}"}],
        "type": "merchantpay",
        "subType": "qr",
    }


def _reversal(refund: Json, identifier: str) -> Json:
    return {
        **_told(refund, f"MAU-R{refund['id'][-8:]}"),
        "originalTransactionReference": f"MAU-{refund['charge'][-8:]}",
        "creditParty": [{"key": "walletid", "value": f"WALLET-{refund['charge'][-2:]}"}],
        "debitParty": [{"key": "accountid", "value": identifier}],
        "type": "reversal",
    }


def _decimal(minor: int, exponent: int) -> str:
    return f"{Decimal(minor).scaleb(-exponent):f}"


def _told(item: Json, reference: str) -> Json:
    at = f"{datetime.fromtimestamp(item['created'], UTC):%Y-%m-%dT%H:%M:%SZ}"
    return {
        "transactionReference": reference,
        "transactionReceipt": f"RCPT-{reference}",
        "transactionStatus": "completed",
        "amount": _decimal(item["amount"], currency_exponent(item["currency"].upper())),
        "currency": item["currency"].upper(),
        "descriptionText": (item.get("description") or "")[:160],
        "creationDate": at,
        "modificationDate": at,
        "requestDate": at,
    }
