"""One commit for all that providers push while the one before it is under way.

A webhook is acknowledged only when it is durable, and making durable is waiting for a disk. So a
request checks its signature, stands in line and waits; one thread of the process takes all who stand
there into one transaction, commits it, and tells each its answer. Alone in line means no longer wait.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from time import sleep

import sqlalchemy as sa

from market.security.errors import HooksBusy
from reconciliation.intake.inbox import Push, WebhookReply

GROUP_MAX = 500
"""So many share a commit at most: who comes first does not wait for thousands."""
GATHERING_S = 0.003
"""Where several come at once, those who have their answer send the next about now: one commit more
for the few who were quicker would cost both groups more than it saves."""
WAITING_BYTES_MAX = 64 << 20
"""Of bodies that wait; beyond it a provider is told to come again, which all of them do."""

_log = logging.getLogger(__name__)

Take = Callable[[Sequence[Push]], list[WebhookReply]]
"""Takes deliveries in one transaction and returns their answers once it is committed."""


Told = WebhookReply | Exception


@dataclass(frozen=True, eq=False, slots=True)
class _Waiting:
    push: Push
    reply: asyncio.Future[WebhookReply]

    @property
    def size(self) -> int:
        return len(self.push.delivered.content)


class HookInbox:
    """The line of one process, and the thread that takes it in."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._line: deque[_Waiting] = deque()
        self._bytes = 0
        self._is_taking = False
        self._lock = Lock()
        self._taker = ThreadPoolExecutor(1, thread_name_prefix="hooks")

    async def receive(self, push: Push) -> WebhookReply:
        """Return the answer to a delivery once it is durable.

        Raises:
            HooksBusy: more waits than may; the provider sends it again.
        """
        waiting = _Waiting(push, asyncio.get_running_loop().create_future())
        self._stand_in_line(waiting)
        return await waiting.reply

    def close(self) -> None:
        """Take in all who stand in line, and nobody after them."""
        self._taker.shutdown(wait=True)

    def _stand_in_line(self, waiting: _Waiting) -> None:
        with self._lock:
            if self._line and self._bytes + waiting.size > WAITING_BYTES_MAX:
                raise HooksBusy(len(self._line))
            if not self._is_taking:
                self._taker.submit(self._take_all)
                self._is_taking = True
            self._line.append(waiting)
            self._bytes += waiting.size

    def _take_all(self) -> None:
        while group := self._next_group():
            _tell(group, self._told(group))
            if len(group) > 1:
                sleep(GATHERING_S)

    def _next_group(self) -> list[_Waiting]:
        with self._lock:
            group = [self._line.popleft() for _ in range(min(len(self._line), GROUP_MAX))]
            self._bytes -= sum(one.size for one in group)
            self._is_taking = bool(group)
        return group

    def _told(self, group: Sequence[_Waiting]) -> Sequence[Told]:
        try:
            return self._take([one.push for one in group])
        except Exception as fault:  # whatever it is, who waits must hear of it
            if len(group) == 1 or isinstance(fault, sa.exc.OperationalError):
                # A database that is away is away for each of them; one after the other would
                # only make all wait as often.
                return [fault] * len(group)
            _log.warning("a group of %d deliveries is taken one by one", len(group))
            return [told for one in group for told in self._told([one])]


def _tell(group: Sequence[_Waiting], told: Sequence[Told]) -> None:
    """Wake all who wait, each event loop once: to wake it for each takes as long as to store one."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting, Told]]] = defaultdict(list)
    for waiting, reply in zip(group, told, strict=True):
        by_loop[waiting.reply.get_loop()].append((waiting, reply))
    for loop, answers in by_loop.items():
        with suppress(RuntimeError):  # a loop that was closed meanwhile has nobody left to tell
            loop.call_soon_threadsafe(_wake, answers)


def _wake(answers: Sequence[tuple[_Waiting, Told]]) -> None:
    for waiting, told in answers:
        if waiting.reply.done():
            continue  # who hangs up has still sent a payment
        if isinstance(told, Exception):
            waiting.reply.set_exception(told)
        else:
            waiting.reply.set_result(told)
