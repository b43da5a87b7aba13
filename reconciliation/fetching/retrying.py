"""Requests with patience: full jitter, a cap, a budget for all waits together, and ``Retry-After``.

Source: feeds.md 1.4 (what Stripe repeats and what not) and 10.1-11.
"""

import json
import random
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import tenacity

from reconciliation.errors import FeedRefused, FeedUnreachable
from reconciliation.feeds.reading.json_body import is_json

_SECONDS = re.compile("[0-9]{1,9}")

Query = list[tuple[str, str | int | float | bool | None]]

_RETRIED = frozenset({408, 409, 429, 500, 502, 503, 504})
_OK = frozenset({200})
_SECRET_HEADERS = ("Authorization", "X-API-Key", "Ocp-Apim-Subscription-Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long to wait; ``budget_s`` bounds all waits of one poll together."""

    tries: int = 8
    first_s: float = 0.5
    cap_s: float = 20.0
    budget_s: float = 180.0
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    """Returns a share from 0 up to, but not including, 1."""


class _TryAgain(Exception):
    """An answer worth another try; ``after_s`` is what the provider asks to wait at least."""

    def __init__(self, why: str, after_s: float = 0.0) -> None:
        super().__init__(why)
        self.after_s = after_s


@dataclass(slots=True)
class PatientClient:
    """Sends the requests of one poll through a client and keeps count of the waiting."""

    client: httpx.Client
    patience: Patience
    waited_s: float = field(default=0.0, init=False)

    def get(self, url: str, *, params: Query, headers: Mapping[str, str]) -> bytes:
        """Return the body of a 200 answer; raises as ``send`` does."""
        return self.send("GET", url, params=params, headers=headers).content

    def post(
        self, url: str, *, form: Mapping[str, str], headers: Mapping[str, str], idempotency_key: str
    ) -> bytes:
        """Return the body of a 200 answer to a form; the key makes tries after the first safe."""
        told = {**headers, "Idempotency-Key": idempotency_key}
        return self.send("POST", url, form=form, headers=told).content

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        params: Query | None = None,
        form: Mapping[str, str] | None = None,
        good: Collection[int] = _OK,
    ) -> httpx.Response:
        """Return an answer whose status is one of ``good``.

        Whatever is sent may be sent again: what must not happen twice goes through ``post``.

        Raises:
            FeedRefused: for an answer that another try cannot change.
            FeedUnreachable: when the tries or the waiting time are used up.
        """
        name = f"{method} {url}"
        query = httpx.QueryParams(params) if params is not None else None
        try:
            request = self.client.build_request(
                method, url, params=query, headers=dict(headers), data=form
            )
        except httpx.InvalidURL as failure:
            raise FeedUnreachable(request=name, tries=0, why=str(failure)) from failure
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_TryAgain),
            stop=self._is_used_up,
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return attempts(self._try, request, name, good)
        except _TryAgain as last:
            tries = int(attempts.statistics.get("attempt_number", 1))
            raise FeedUnreachable(request=name, tries=tries, why=str(last)) from last

    def _try(self, request: httpx.Request, name: str, good: Collection[int]) -> httpx.Response:
        try:
            response = self.client.send(request)
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError) as failure:
            # Our own mistake. The text may quote a header, and one of them is the key.
            why = f"{type(failure).__name__}: the request cannot be sent"
            raise FeedUnreachable(request=name, tries=1, why=why) from None
        except httpx.RequestError as failure:  # timeouts and dropped connections alike
            raise _TryAgain(f"{type(failure).__name__}: {failure}") from failure
        if response.status_code in good:
            if request.method == "GET" and _is_half_json(response.content):
                raise _TryAgain(f"{response.status_code}: half an answer")
            return response
        message = _error_message(response)
        if _is_worth_a_try(response):
            raise _TryAgain(f"{response.status_code}: {message}", _retry_after_s(response))
        raise FeedRefused(request=name, status=response.status_code, message=message)

    def _is_used_up(self, state: tenacity.RetryCallState) -> bool:
        if state.attempt_number >= self.patience.tries:
            return True
        return self.waited_s + state.upcoming_sleep > self.patience.budget_s

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """Return full jitter under a doubling cap, never less than the provider asked for."""
        doubled = self.patience.first_s * 2.0 ** (state.attempt_number - 1)
        drawn = self.patience.jitter() * min(self.patience.cap_s, doubled)
        return max(_asked_s(state), drawn)

    def _sleep(self, seconds: float) -> None:
        self.waited_s += seconds
        self.patience.sleep(seconds)


def _is_worth_a_try(response: httpx.Response) -> bool:
    told = str(response.headers.get("Stripe-Should-Retry", "")).lower()
    if told in {"true", "false"}:
        return told == "true"
    return response.status_code in _RETRIED


def _is_half_json(content: bytes) -> bool:
    """Tell whether an answer begins as JSON and ends before it does, as a proxy may cut it."""
    if not is_json(content):
        return False
    try:
        json.loads(content)
    except ValueError:
        return True
    except RecursionError:  # whole or not, nobody reads it
        return False
    return False


def _asked_s(state: tenacity.RetryCallState) -> float:
    """Return how long the provider asked to wait after the last answer."""
    failure = state.outcome.exception() if state.outcome else None
    return failure.after_s if isinstance(failure, _TryAgain) else 0.0


def _retry_after_s(response: httpx.Response) -> float:
    """Return the seconds of ``Retry-After``, in either of its two forms; 0 when there is none.

    A date is compared with the ``Date`` of the same answer: the provider's clock on both sides.
    """
    told = str(response.headers.get("Retry-After", "")).strip()
    if _SECONDS.fullmatch(told):
        return float(told)
    until, now = _http_date(told), _http_date(response.headers.get("Date", ""))
    if until is None or now is None:
        return 0.0
    return max(0.0, float((until - now).total_seconds()))


def _http_date(text: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _error_message(response: httpx.Response) -> str:
    """Return the provider's own message, cut short; for people, never to be matched on.

    Some providers quote the key they refuse; it is taken out again.
    """
    try:
        body = response.json()
    except ValueError:
        body = None
    text = str(_told_message(body) or response.reason_phrase or "no message")
    for name in _SECRET_HEADERS:
        key = response.request.headers.get(name, "").rpartition(" ")[2]
        text = text.replace(key, "…") if key else text
    return text[:300]


def _told_message(body: object) -> object:
    """Return the message as Stripe, GSMA or MTN writes it, ``None`` for another body."""
    if not isinstance(body, dict):
        return None
    error = body.get("error")
    inner = error.get("message") if isinstance(error, dict) else None
    return inner or body.get("errorDescription") or body.get("errorCode") or body.get("message")
