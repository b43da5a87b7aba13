"""What goes wrong on the way to the sandbox, on purpose and by count: same requests, same faults."""

import asyncio
import json
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxFaults:
    """Every how many requests each fault happens; 0 = never.

    ``too_many_in_a_row`` makes a storm of the 429s: so many requests from each nth on are refused.
    """

    too_many_every: int = 0
    too_many_in_a_row: int = 1
    retry_after_s: int = 1
    server_error_every: int = 0
    drop_every: int = 0
    latency_s: float = 0.0


HEALTH = "/healthz"
"""Asked by whoever watches the sandbox: never spoiled, never counted."""


class FaultyWire:
    """Counts the requests and spoils those whose turn it is.

    A storm ends by count, so that a client which goes on asking always gets through. One request
    meets at most one fault; the drop comes first, then the 429, then the 500.
    """

    def __init__(self, app: ASGIApp, faults: SandboxFaults) -> None:
        self._app = app
        self._faults = faults
        self._count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or spoil it."""
        if scope["type"] != "http" or scope["path"] == HEALTH:
            await self._app(scope, receive, send)
            return
        self._count += 1
        if self._faults.latency_s:
            await asyncio.sleep(self._faults.latency_s)
        number, faults = self._count, self._faults
        if _is_turn(number, faults.drop_every):
            await self._app(scope, receive, _cut_short(send))
        elif _is_turn(number, faults.too_many_every, faults.too_many_in_a_row):
            await _refuse(send, 429, "Request rate limit exceeded.", faults.retry_after_s)
        elif _is_turn(number, faults.server_error_every):
            await _refuse(send, 500, "Sorry, there was an error on our end.", None)
        else:
            await self._app(scope, receive, send)


def _is_turn(number: int, every: int, in_a_row: int = 1) -> bool:
    return every > 0 and number >= every and number % every < in_a_row


def _cut_short(send: Send) -> Send:
    """Return a sender that promises the whole body and stops after half: the server hangs up."""
    is_cut = False

    async def send_half(message: Message) -> None:
        nonlocal is_cut
        if message["type"] != "http.response.body":
            await send(message)
        elif not is_cut:
            is_cut = True
            body = message.get("body", b"")
            await send({**message, "body": body[: len(body) // 2], "more_body": True})

    return send_half


async def _refuse(send: Send, status: int, message: str, retry_after_s: int | None) -> None:
    error = {"message": message, "type": "api_error" if status == 500 else "invalid_request_error"}
    if status == 429:
        error["code"] = "rate_limit"
    body = json.dumps({"error": error}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    if retry_after_s is not None:
        headers += [
            (b"retry-after", str(retry_after_s).encode()),
            (b"stripe-should-retry", b"true"),
        ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
