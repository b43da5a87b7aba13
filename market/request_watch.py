"""Tell open pages what becomes of a payment request: one look at the database for all of a process.

The webhook may be stored by another process, so the database is asked, not the sender: every
``EVERY_S`` seconds one worker thread reads what became of all watched requests in three statements.
A waiting page costs an asyncio task and no thread, no connection, no query of its own.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import Session

from market.security.errors import TooManyStreams
from reconciliation.shown_requests.reading import standings
from reconciliation.shown_requests.standing import RequestState, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

EVERY_S = 0.5
"""How often the database is looked at while anybody watches; half of it is the usual delay."""
HEARTBEAT_S = 15.0
"""So long a stream is silent at most: proxies close what says nothing for a minute."""
STREAMS_MAX = 500
"""Open streams of a process; further pages reload themselves instead."""
STREAMS_OF_VENDOR_MAX = 8

OpenSession = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Watched:
    """The request a page watches, and until when that makes sense."""

    request_id: int
    vendor_code: str
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Something to tell a page: what became of the request. ``None`` = nothing new, still here."""

    standing: Standing | None


@dataclass(eq=False, slots=True)
class _Stream:
    watched: Watched
    has_news: asyncio.Event = field(default_factory=asyncio.Event)


class RequestWatch:
    """The streams of one process and the look at the database they share."""

    def __init__(
        self,
        reading: OpenSession,
        now: Callable[[], datetime],
        *,
        every_s: float = EVERY_S,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> None:
        self._reading = reading
        self._now = now
        self._every_s = every_s
        self._heartbeat_s = heartbeat_s
        self._streams: set[_Stream] = set()
        self._of_vendor: Counter[str] = Counter()
        self._known: dict[int, Standing] = {}
        self._looking: asyncio.Task[None] | None = None

    @property
    def stream_count(self) -> int:
        """Return how many streams are open."""
        return len(self._streams)

    def check_room(self, vendor_code: str) -> None:
        """Pass when another stream of a vendor may open.

        Raises:
            TooManyStreams: the vendor, or the process, has as many as it may have.
        """
        if self._of_vendor[vendor_code] >= STREAMS_OF_VENDOR_MAX:
            raise TooManyStreams(STREAMS_OF_VENDOR_MAX)
        if len(self._streams) >= STREAMS_MAX:
            raise TooManyStreams(STREAMS_MAX)

    async def changes(self, watched: Watched, last_mark: str) -> AsyncGenerator[Change, None]:
        """Yield what becomes of a request until its time is over, and a sign of life in between.

        Args:
            last_mark: ``Standing.mark`` of what the page shows already; "" = it shows nothing.
        """
        with self._open(watched) as stream:
            while True:
                stream.has_news.clear()
                known = self._known.get(watched.request_id)
                if known is not None and known.mark != last_mark:
                    last_mark = known.mark
                    yield Change(known)
                left = (watched.until_at - self._now()) / timedelta(seconds=1)
                if left <= 0 and known is not None and known.state is not RequestState.OPEN:
                    return
                try:
                    async with asyncio.timeout(min(self._heartbeat_s, max(left, self._every_s))):
                        await stream.has_news.wait()
                except TimeoutError:
                    yield Change(None)

    async def close(self) -> None:
        """Stop looking; streams that are still open get no more news."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
            self._looking = None

    @contextmanager
    def _open(self, watched: Watched) -> "Iterator[_Stream]":
        self.check_room(watched.vendor_code)
        stream = _Stream(watched)
        self._streams.add(stream)
        self._of_vendor[watched.vendor_code] += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_while_watched())
        try:
            yield stream
        finally:
            self._streams.discard(stream)
            self._of_vendor -= Counter([watched.vendor_code])

    async def _look_while_watched(self) -> None:
        while self._streams:
            wanted = {stream.watched.request_id for stream in self._streams}
            try:
                found = await asyncio.to_thread(self._look, wanted)
            except (sa.exc.OperationalError, sa.exc.TimeoutError):
                # The database is busy or away for a moment; pages wait as they did.
                log.warning("what became of payment requests was not read: the database is busy")
            else:
                self._tell(found)
            await asyncio.sleep(self._every_s)
        self._known.clear()

    def _look(self, wanted: Collection[int]) -> Mapping[int, Standing]:
        with self._reading() as session:
            return standings(session, wanted, now=self._now())

    def _tell(self, found: Mapping[int, Standing]) -> None:
        before, self._known = self._known, dict(found)
        for stream in self._streams:
            request_id = stream.watched.request_id
            if self._known.get(request_id) != before.get(request_id):
                stream.has_news.set()
