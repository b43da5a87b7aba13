"""The simulated providers: a stand-in for Stripe's API, and beside it GSMA's, files and webhooks.

Stripe's part has real pages and filters over objects in Stripe's own JSON.

stripe-mock checks requests but holds one object of each kind; this holds as many as it is given.
Source: feeds.md 1.4 and 14.
"""

import base64
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from market.sandbox.connected import ConnectedAccounts, connected_router
from market.sandbox.control import control_router
from market.sandbox.faults import HEALTH, Dials, FaultyWire, SandboxFaults
from market.sandbox.gsma import GsmaBooks, GsmaRefusal, answer_refusal, gsma_books, gsma_router
from market.sandbox.papers import papers_router
from market.sandbox.shelves import Json, ListQuery, Shelf, StripeRefusal, read_query

KINDS = ("charges", "balance_transactions", "payouts", "refunds", "disputes")
_EQUAL_FIELDS: Mapping[str, frozenset[str]] = {
    "charges": frozenset({"customer", "payment_intent"}),
    "balance_transactions": frozenset({"currency", "payout", "source", "type"}),
    "payouts": frozenset({"status", "destination"}),
    "refunds": frozenset({"charge", "payment_intent"}),
    "disputes": frozenset({"charge", "payment_intent"}),
}
_EXPANDABLE: Mapping[str, frozenset[str]] = {"balance_transactions": frozenset({"data.source"})}
_KEY = re.compile(r"[sr]k_test_[A-Za-z0-9]+")


class Account:
    """The objects of one sandbox account; ``add`` makes a row appear while others page."""

    def __init__(
        self, objects: Mapping[str, Sequence[Json]], payout_of: Mapping[str, str] | None = None
    ) -> None:
        if unknown := sorted(set(objects) - set(KINDS)):
            raise ValueError(f"unknown kinds of objects: {', '.join(unknown)}")
        self._shelves = {kind: Shelf(objects.get(kind, ())) for kind in KINDS}
        self._payout_of = dict(payout_of or {})

    def add(self, kind: str, item: Json) -> None:
        """Put one object of a kind on its shelf."""
        self._shelves[kind].add(item)

    def get(self, kind: str, identifier: str) -> Json:
        """Return one object; raise ``StripeRefusal`` 404 when there is none of that id."""
        item = self._shelves[kind].get(identifier)
        if item is None:
            message = f"No such {kind.removesuffix('s')}: '{identifier[:80]}'"
            raise StripeRefusal(404, message, code="resource_missing", param="id")
        return item

    def page(self, kind: str, query: ListQuery) -> tuple[list[Json], bool]:
        """Return one page of a kind and whether more follow."""
        equals = dict(query.equals)
        payout_id = equals.pop("payout", None)
        plain = replace(query, equals=equals)
        takes = (lambda _: True) if payout_id is None else self._listing(payout_id)
        items, has_more = self._shelves[kind].page(
            keep=lambda item: plain.keeps(item) and takes(item),
            limit=query.limit,
            after=query.after,
            before=query.before,
        )
        if "data.source" in query.expand:
            items = [{**item, "source": self._source(item["source"])} for item in items]
        return items, has_more

    def _listing(self, payout_id: str) -> Callable[[Json], bool]:
        """Return whether an automatic payout takes a balance transaction.

        Where nobody said which payout takes a row, Stripe's rule holds: the first one of its
        currency that was made when the row was there and available.
        """
        payout = self._shelves["payouts"].get(payout_id)
        if payout is None:
            message = f"No such payout: '{payout_id[:80]}'"
            raise StripeRefusal(400, message, code="resource_missing", param="payout")
        before = max(
            (
                other["created"]
                for other in self._shelves["payouts"]
                if other["currency"] == payout["currency"] and other["created"] < payout["created"]
            ),
            default=-1,
        )

        def takes(item: Json) -> bool:
            if told := self._payout_of.get(item["id"]):
                return told == payout_id
            if item["type"] == "payout":
                return bool(item["source"] == payout_id)
            ready = max(item["created"], item["available_on"])
            return bool(
                item["currency"] == payout["currency"] and before < ready <= payout["created"]
            )

        return takes

    def _source(self, identifier: str | None) -> Json | str | None:
        shelves = self._shelves.values()
        found = (shelf.get(identifier) for shelf in shelves if identifier is not None)
        return next((item for item in found if item is not None), identifier)


def create_sandbox(
    objects: Mapping[str, Sequence[Json]],
    faults: SandboxFaults | None = None,
    *,
    payout_of: Mapping[str, str] | None = None,
    gsma: GsmaBooks | None = None,
    papers: Mapping[str, bytes] | None = None,
) -> FastAPI:
    """Return the stand-in as an application.

    ``app.state.account`` and ``app.state.gsma`` take further objects, ``app.state.dials`` turns
    what goes wrong.

    Args:
        objects: ``charges``, ``balance_transactions``, ``payouts``, ``refunds``, ``disputes``, each
            a list of objects as Stripe writes them.
        faults: what goes wrong on the way; ``None`` = nothing.
        payout_of: id of a balance transaction → payout that takes it, where Stripe's own rule for
            automatic payouts would name another one.
        gsma: what the GSMA API tells; ``None`` = the charges and refunds of ``objects``.
        papers: settlement files by name, to be downloaded.
    """
    dials = Dials(faults)
    books = gsma or gsma_books(objects)
    app = FastAPI(title="Sandbox", docs_url=None, redoc_url=None, openapi_url=None)
    account = Account(objects, payout_of)
    app.state.account = account
    app.state.gsma = books
    app.state.dials = dials
    numbers = itertools.count(1)
    for kind in KINDS:
        _add_routes(app, account, kind)
    guarded = [Depends(_check_key)]
    app.include_router(connected_router(ConnectedAccounts()), dependencies=guarded)
    app.include_router(gsma_router(books, dials))
    app.include_router(papers_router(papers or {}))
    app.include_router(control_router(dials, objects))
    app.get(HEALTH)(_say_healthy)
    app.add_exception_handler(GsmaRefusal, answer_refusal)
    app.add_exception_handler(StripeRefusal, _answer_refusal)
    app.add_exception_handler(HTTPException, _answer_http_error)

    @app.middleware("http")
    async def name_request(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        response.headers["Request-Id"] = f"req_sandbox{next(numbers):08d}"
        if version := request.headers.get("Stripe-Version"):
            response.headers["Stripe-Version"] = version
        return response

    app.add_middleware(FaultyWire, dials=dials)
    return app


def _say_healthy() -> JSONResponse:
    return JSONResponse({"status": "ok"})


def _add_routes(app: FastAPI, account: Account, kind: str) -> None:
    equal_fields = _EQUAL_FIELDS[kind]
    expandable = _EXPANDABLE.get(kind, frozenset())

    @app.get(f"/v1/{kind}", dependencies=[Depends(_check_key)])
    def list_objects(request: Request) -> JSONResponse:
        params = request.query_params.multi_items()
        query = read_query(params, equal_fields=equal_fields, expandable=expandable)
        items, has_more = account.page(kind, query)
        return JSONResponse(
            {"object": "list", "url": f"/v1/{kind}", "has_more": has_more, "data": items}
        )

    @app.get(f"/v1/{kind}/{{identifier}}", dependencies=[Depends(_check_key)])
    def get_object(identifier: Annotated[str, Path()]) -> JSONResponse:
        return JSONResponse(account.get(kind, identifier))


def _check_key(request: Request) -> None:
    """Let any well-formed test key in; a live key must never travel to a stand-in."""
    scheme, _, told = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        told = _basic_user(told)
    if scheme not in {"Basic", "Bearer"} or not _KEY.fullmatch(told):
        raise StripeRefusal(401, "Invalid API Key provided: a test key like sk_test_123 is needed.")


def _basic_user(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0]
    except ValueError:
        return ""


def _answer_refusal(_request: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, StripeRefusal)
    return JSONResponse({"error": refusal.error}, status_code=refusal.status)


def _answer_http_error(request: Request, failure: Exception) -> JSONResponse:
    assert isinstance(failure, HTTPException)
    message = f"Unrecognized request URL ({request.method}: {request.url.path})."
    error = {"message": message, "type": "invalid_request_error"}
    return JSONResponse({"error": error}, status_code=failure.status_code)
