"""What goes wrong on the way to and from the sandbox, on purpose and by count.

Same seed, same requests: same faults. The dials can be read and turned while the sandbox runs.
"""

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from market.sandbox.spoiling import spoiled


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxFaults:
    """Every how many requests, or pushed webhooks, each fault happens; 0 = never.

    ``too_many_in_a_row`` makes a storm of the 429s: so many requests from each nth on are refused.
    """

    seed: int = 0
    """Shifts whose turn it is, and draws which rows are meant."""
    too_many_every: int = 0
    too_many_in_a_row: int = 1
    retry_after_s: int = 1
    server_error_every: int = 0
    drop_every: int = 0
    truncated_every: int = 0
    """Half of the body, in an answer that is whole otherwise."""
    duplicate_every: int = 0
    """One row of the page twice; a webhook sent twice."""
    out_of_order_every: int = 0
    """The rows of the page in any order; a webhook after the one that follows it."""
    late_every: int = 0
    """Every so many rows become visible late; a webhook comes after all others."""
    late_requests: int = 20
    """After how many requests late rows are there."""
    drift_every: int = 0
    """A field or a column has another name."""
    clock_skew_s: int = 0
    """By how much the provider's clock is ahead; negative = behind."""
    latency_s: float = 0.0
    retry_scale: float = 1.0
    """How long a minute between two tries of a webhook is, in minutes; 0 = no waiting."""


class DialRefused(ValueError):
    """A dial that is not there, or a position it does not have."""


class Dials:
    """The faults in force; turning a dial counts from the next request on."""

    def __init__(self, faults: SandboxFaults | None = None) -> None:
        self.faults = faults or SandboxFaults()

    def read(self) -> dict[str, int | float]:
        """Return every dial with its position."""
        return asdict(self.faults)

    def turn(self, told: Mapping[str, Any]) -> None:
        """Turn the dials that are named; one that cannot be turned leaves all as they were.

        Raises:
            DialRefused: names the dial.
        """
        kinds = {field.name: field.type for field in fields(SandboxFaults)}
        for name, value in told.items():
            if name not in kinds:
                raise DialRefused(f"{name[:40]!r} is none of {', '.join(kinds)}")
            allowed = int | float if kinds[name] is float else int
            if isinstance(value, bool) or not isinstance(value, allowed):
                raise DialRefused(f"{name} is {value!r}, no number of its kind")
            if value < 0 and name not in {"clock_skew_s", "seed"}:
                raise DialRefused(f"{name} is {value!r}, less than 0")
        self.faults = replace(self.faults, **told)


HEALTH = "/healthz"
"""Asked by whoever watches the sandbox: never spoiled, never counted."""
CONTROL = "/_sandbox/"
"""Where the dials are: never spoiled, never counted."""


class FaultyWire:
    """Counts the requests and spoils those whose turn it is.

    A storm ends by count, so that a client which goes on asking always gets through. One request
    meets at most one fault of the wire: the drop comes first, then the 429, then the 500. What is
    wrong with the words of a good answer is decided apart.
    """

    def __init__(self, app: ASGIApp, dials: Dials) -> None:
        self._app = app
        self._dials = dials
        self._count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or spoil it."""
        if scope["type"] != "http" or _is_apart(scope["path"]):
            await self._app(scope, receive, send)
            return
        self._count += 1
        number, faults = self._count, self._dials.faults
        if faults.latency_s:
            await asyncio.sleep(faults.latency_s)
        if is_turn(faults, number, faults.drop_every):
            await self._app(scope, receive, _cut_short(send))
        elif is_turn(faults, number, faults.too_many_every, faults.too_many_in_a_row):
            await _refuse(send, 429, "Request rate limit exceeded.", faults.retry_after_s)
        elif is_turn(faults, number, faults.server_error_every):
            await _refuse(send, 500, "Sorry, there was an error on our end.", None)
        elif _has_words(faults):
            await self._say_wrongly(scope, receive, send, number)
        else:
            await self._app(scope, receive, send)

    async def _say_wrongly(self, scope: Scope, receive: Receive, send: Send, number: int) -> None:
        """Answer with a body that was whole, and is what the dials make of it."""
        start: Message = {}
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self._app(scope, receive, collect)
        if start["status"] < 300:
            body = self._wrong(body, number)
        headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _wrong(self, body: bytes, number: int) -> bytes:
        faults = self._dials.faults
        return spoiled(
            body,
            draw=random.Random(f"{faults.seed}:{number}"),  # noqa: S311 - a dice, not a key
            seed=faults.seed,
            hides_every=faults.late_every if number <= faults.late_requests else 0,
            repeats=is_turn(faults, number, faults.duplicate_every),
            shuffles=is_turn(faults, number, faults.out_of_order_every),
            drifts=is_turn(faults, number, faults.drift_every),
            cuts=is_turn(faults, number, faults.truncated_every),
        )


def is_turn(faults: SandboxFaults, number: int, every: int, in_a_row: int = 1) -> bool:
    """Tell whether a fault that happens every so many times happens this time."""
    if every <= 0:
        return False
    shifted = number + faults.seed % every
    return shifted >= every and shifted % every < in_a_row


def _is_apart(path: str) -> bool:
    return path == HEALTH or path.startswith(CONTROL)


def _has_words(faults: SandboxFaults) -> bool:
    return bool(
        faults.truncated_every
        or faults.duplicate_every
        or faults.out_of_order_every
        or faults.late_every
        or faults.drift_every
    )


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
