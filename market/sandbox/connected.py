"""Connected accounts of the sandbox: opened once for an idempotency key, as Stripe does."""

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from market.sandbox.shelves import Json, StripeRefusal

_FORM = "application/x-www-form-urlencoded"
_NEEDED = ("type", "country")


class ConnectedAccounts:
    """The accounts that were opened, and by which key."""

    def __init__(self) -> None:
        self._by_key: dict[str, tuple[list[tuple[str, str]], Json]] = {}
        self._count = 0

    def open(self, form: list[tuple[str, str]], key: str) -> Json:
        """Return a new account, or the one this key opened before.

        Raises:
            StripeRefusal: the key came with another form before, or the form lacks a field.
        """
        if key and key in self._by_key:
            before, opened = self._by_key[key]
            if before != form:
                message = "Keys for idempotent requests can only be used with the same parameters."
                raise StripeRefusal(400, message, type="idempotency_error")
            return opened
        told = dict(form)
        for name in _NEEDED:
            if not told.get(name):
                message = f"Missing required param: {name}."
                raise StripeRefusal(400, message, code="parameter_missing", param=name)
        self._count += 1
        account: Json = {
            "id": f"acct_1Sandbox{self._count:08d}",
            "object": "account",
            "type": told["type"],
            "country": told["country"],
            "default_currency": told.get("default_currency"),
            "charges_enabled": False,
            "payouts_enabled": False,
            "metadata": {
                name.removeprefix("metadata[").removesuffix("]"): value
                for name, value in form
                if name.startswith("metadata[")
            },
        }
        if key:
            self._by_key[key] = form, account
        return account


def connected_router(accounts: ConnectedAccounts) -> APIRouter:
    """Return ``POST /v1/accounts``."""
    router = APIRouter()

    @router.post("/v1/accounts")
    async def open_account(request: Request) -> JSONResponse:
        if request.headers.get("Content-Type", "").partition(";")[0] != _FORM:
            raise StripeRefusal(400, f"A body of type {_FORM} is needed.")
        form = parse_qsl((await request.body()).decode("utf-8", "replace"))
        key = request.headers.get("Idempotency-Key", "")
        return JSONResponse(accounts.open(form, key))

    return router
