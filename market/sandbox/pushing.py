"""Webhooks pushed to a door and tried again as each provider does, until it hears what it expects.

Only what a provider documents is a schedule here; the others are known to try again and not when,
so they are tried once more after a minute. Source: feeds.md section 3.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType

import httpx

from market.sandbox.faults import Dials, SandboxFaults, is_turn
from market.sandbox.signing import Fact, signed
from market.sandbox.spoiling import spoiled
from reconciliation.feeds.catalogue import DOORS
from reconciliation.feeds.reading.doors import Channel, Delivered, Door, Outcome

USUAL_MINUTES = (0, 1)
RETRY_MINUTES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "sepay": (0, 1, 1, 2, 3, 5, 8, 13),
        "vnpay": (0, *[5] * 9),
        "zalopay": (0, 1, 1, 1),
        # Stripe's test mode: three times over some hours.
        "stripe": (0, 60, 120, 240),
        "mtn": (0,),
    }
)
"""Minutes before each try, the first of them at once; MTN calls back once and never again."""
TIMEOUT_S = 30.0
_GOOD = (Outcome.TAKEN, Outcome.REPEATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What is pushed where: facts in the order they happened."""

    provider: str
    url: str
    channel: Channel
    facts: Sequence[Fact]


@dataclass(slots=True)
class PushReport:
    """What became of a push, kept up to date while it runs."""

    provider: str
    facts: int
    tries: int = 0
    taken: int = 0
    given_up: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    """How often each status came; ``0`` = no answer at all."""
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Pusher:
    """Sends webhooks with the faults of the dials.

    ``wait`` takes seconds; the minutes of a schedule are scaled by the dial ``retry_scale``.
    """

    dials: Dials
    now: Callable[[], datetime]
    wait: Callable[[float], None] = time.sleep

    def push(
        self, client: httpx.Client, pushed: Push, report: PushReport | None = None
    ) -> PushReport:
        """Send every fact until it is taken or its tries are used up; first come, first tried."""
        report = report or PushReport(pushed.provider, len(pushed.facts))
        minutes = RETRY_MINUTES.get(pushed.provider, USUAL_MINUTES)
        waiting = list(self._in_order_sent(pushed.facts))
        for number, pause in enumerate(minutes):
            if not waiting:
                break
            if number:
                self.wait(pause * 60 * self.dials.faults.retry_scale)
            waiting = [one for one in waiting if not self._try(client, pushed, one, report)]
        report.given_up = len(waiting)
        report.is_over = True
        return report

    def _in_order_sent(self, facts: Sequence[Fact]) -> Iterator[Fact]:
        """Yield what is sent: some twice, some after the next one, some after all others."""
        faults = self.dials.faults
        late: list[Fact] = []
        kept_back: list[Fact] = []
        for number, fact in enumerate(facts, start=1):
            if is_turn(faults, number, faults.late_every):
                late.append(fact)
                continue
            if is_turn(faults, number, faults.out_of_order_every) and not kept_back:
                kept_back = [fact]
                continue
            yield fact
            if is_turn(faults, number, faults.duplicate_every):
                yield fact
            yield from kept_back
            kept_back = []
        yield from [*kept_back, *late]

    def _try(self, client: httpx.Client, pushed: Push, fact: Fact, report: PushReport) -> bool:
        """Send one fact once, signed anew, and tell whether the provider would be content."""
        report.tries += 1
        faults, number = self.dials.faults, report.tries
        if faults.latency_s:
            self.wait(faults.latency_s)
        at = self.now() + timedelta(seconds=faults.clock_skew_s)
        told = Fact(body=_drifted(fact.body, faults, number), reference=fact.reference)
        delivered = signed(pushed.provider, told, pushed.channel, at)
        content = delivered.content
        if is_turn(faults, number, faults.truncated_every):
            content = content[: len(content) // 2]
        if is_turn(faults, number, faults.drop_every):
            status, is_good = 0, False  # lost on the way: the provider hears nothing
        else:
            status, is_good = _send(client, pushed, delivered, content)
        report.answers[str(status)] = report.answers.get(str(status), 0) + 1
        report.taken += is_good
        return is_good


def _drifted(body: bytes, faults: SandboxFaults, number: int) -> bytes:
    if not is_turn(faults, number, faults.drift_every):
        return body
    draw = Random(f"{faults.seed}:{number}")  # noqa: S311 - a dice, not a key
    return spoiled(body, draw=draw, drifts=True)


def _send(
    client: httpx.Client, pushed: Push, delivered: Delivered, content: bytes
) -> tuple[int, bool]:
    door = DOORS[pushed.provider]
    url = f"{pushed.url.rstrip('/')}/{delivered.reference}" if delivered.reference else pushed.url
    try:
        if door.method == "GET":
            answer = client.get(f"{url}?{content.decode()}")
        else:
            answer = client.request(door.method, url, content=content, headers=delivered.headers)
    except httpx.RequestError:
        return 0, False
    return answer.status_code, _is_content(door, answer)


def _is_content(door: Door, answer: httpx.Response) -> bool:
    """Tell whether an answer is one after which this provider tries no more."""
    due = [door.answer(outcome) for outcome in _GOOD]
    try:
        told = answer.json() if answer.content else None
    except json.JSONDecodeError:
        told = None
    return any(
        answer.status_code == one.status
        and (
            not one.decisive
            or (isinstance(told, dict) and all(told.get(k) == v for k, v in one.decisive.items()))
        )
        for one in due
    )
