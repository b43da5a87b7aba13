"""What open pages hear of a request: once each time it changes, bounded, from one look for all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from market.request_watch import (
    STREAMS_MAX,
    STREAMS_OF_VENDOR_MAX,
    Change,
    RequestWatch,
    Watched,
)
from market.security.errors import TooManyStreams
from reconciliation.shown_requests.making import cancel_request
from reconciliation.shown_requests.reading import ShownRequest
from reconciliation.shown_requests.standing import RequestState
from tests.merchants.queries import counted
from tests.reconciliation.arrivals import NOW
from tests.reconciliation.shown_requests.world import Asking, asking_on, notice

QUICK_S = 0.01


class Clock:
    """The present instant, as the test sets it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """Return it."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def asking(engine: sa.Engine, tmp_path: Path) -> Asking:
    """A vendor with an account that SePay tells of."""
    return asking_on(engine, tmp_path)


def watch_on(asking: Asking, clock: Clock, heartbeat_s: float = 9.0) -> RequestWatch:
    """A watch that looks often."""
    return RequestWatch(
        partial(reading, asking.engine), clock, every_s=QUICK_S, heartbeat_s=heartbeat_s
    )


def watched(asking: Asking, request: ShownRequest) -> Watched:
    return Watched(request.id, asking.vendor_code, request.expires_at)


async def news(changes: AsyncIterator[Change]) -> RequestState:
    """The next thing that is news."""
    async with asyncio.timeout(9):
        async for change in changes:
            if change.standing is not None:
                return change.standing.state
    raise AssertionError("the stream ended")


def play(story: Callable[[], Awaitable[None]]) -> None:
    """Run a story in an event loop of its own."""
    asyncio.run(asyncio.wait_for(_whole(story), 20))


async def _whole(story: Callable[[], Awaitable[None]]) -> None:
    await story()


def test_a_page_hears_what_is_and_then_what_becomes(asking: Asking, clock: Clock) -> None:
    request = asking.ask()
    watch = watch_on(asking, clock)

    async def story() -> None:
        async with aclosing(watch.changes(watched(asking, request), "")) as changes:
            assert await news(changes) is RequestState.OPEN
            await asyncio.to_thread(asking.hear, notice(request))
            assert await news(changes) is RequestState.PAID
            await asyncio.to_thread(asking.hear, notice(request), notice(request, 2))
            assert await news(changes) is RequestState.PAID_SEVERAL
        await watch.close()

    play(story)


def test_a_page_that_knows_already_is_told_nothing_twice(asking: Asking, clock: Clock) -> None:
    request = asking.ask()
    watch = watch_on(asking, clock, heartbeat_s=0.1)

    async def story() -> None:
        known = request.standing.mark
        async with aclosing(watch.changes(watched(asking, request), known)) as changes:
            assert (await anext(changes)).standing is None
            asking.hear(notice(request))
            assert await news(changes) is RequestState.PAID
        await watch.close()

    play(story)


def test_what_was_paid_before_the_page_listened_is_told_at_once(
    asking: Asking, clock: Clock
) -> None:
    request = asking.ask()
    asking.hear(notice(request))
    watch = watch_on(asking, clock)

    async def story() -> None:
        known = request.standing.mark
        async with aclosing(watch.changes(watched(asking, request), known)) as changes:
            assert await news(changes) is RequestState.PAID
        await watch.close()

    play(story)


def test_cancelling_is_heard_on_the_other_phone(asking: Asking, clock: Clock) -> None:
    request = asking.ask()
    watch = watch_on(asking, clock)

    async def story() -> None:
        async with aclosing(watch.changes(watched(asking, request), "")) as changes:
            assert await news(changes) is RequestState.OPEN
            with writing(asking.engine) as session:
                cancel_request(session, asking.vendor_code, request.reference, now=NOW)
            assert await news(changes) is RequestState.CANCELLED
        await watch.close()

    play(story)


def test_a_stream_ends_with_the_requests_time_and_says_so(asking: Asking, clock: Clock) -> None:
    request = asking.ask()
    watch = watch_on(asking, clock, heartbeat_s=0.05)

    async def story() -> None:
        states = []
        async with aclosing(watch.changes(watched(asking, request), "")) as changes:
            async for change in changes:
                if change.standing is not None:
                    states.append(change.standing.state)
                    clock.now = request.expires_at
        assert states == [RequestState.OPEN, RequestState.EXPIRED]
        assert watch.stream_count == 0
        await watch.close()

    play(story)


def test_streams_are_bounded_for_a_vendor_and_in_all(asking: Asking, clock: Clock) -> None:
    request = asking.ask()
    watch = watch_on(asking, clock)

    async def story() -> None:
        hers = watched(asking, request)
        async with asyncio.timeout(15):
            opened = [watch.changes(hers, "") for _ in range(STREAMS_OF_VENDOR_MAX)]
            for one in opened:
                await anext(one)
            with pytest.raises(TooManyStreams, match=str(STREAMS_OF_VENDOR_MAX)):
                watch.check_room(asking.vendor_code)
            with pytest.raises(TooManyStreams):
                await anext(watch.changes(hers, ""))
            others = [
                watch.changes(Watched(request.id, f"other{number}", request.expires_at), "")
                for number in range(STREAMS_MAX - STREAMS_OF_VENDOR_MAX)
            ]
            for one in others:
                await anext(one)
            with pytest.raises(TooManyStreams, match=str(STREAMS_MAX)):
                watch.check_room("somebody else")
            for one in (*opened, *others):
                await one.aclose()
        assert watch.stream_count == 0
        watch.check_room(asking.vendor_code)
        await watch.close()

    play(story)


def test_many_streams_share_one_look_of_three_statements(asking: Asking, clock: Clock) -> None:
    requests = [asking.ask() for _ in range(12)]
    watch = RequestWatch(partial(reading, asking.engine), clock, every_s=3600)

    async def story() -> None:
        with counted(asking.engine) as sent:
            opened = [
                watch.changes(Watched(one.id, f"vendor{one.id}", one.expires_at), "")
                for one in requests
            ]
            await asyncio.gather(*(anext(one) for one in opened))
            for one in opened:
                await one.aclose()
        assert len(sent) == 3
        await watch.close()

    play(story)


def test_a_database_that_is_away_for_a_moment_ends_no_stream(asking: Asking, clock: Clock) -> None:
    request = asking.ask()
    looks = 0

    def sometimes() -> object:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise sa.exc.OperationalError("SELECT 1", {}, Exception("database is locked"))
        return reading(asking.engine)

    watch = RequestWatch(sometimes, clock, every_s=QUICK_S)  # type: ignore[arg-type]

    async def story() -> None:
        async with aclosing(watch.changes(watched(asking, request), "")) as changes:
            assert await news(changes) is RequestState.OPEN
            await asyncio.sleep(20 * QUICK_S)
            assert looks >= 2
            asking.hear(notice(request))
            assert await news(changes) is RequestState.PAID
        await watch.close()

    play(story)


def test_nobody_watching_means_nobody_looking(asking: Asking, clock: Clock) -> None:
    request = asking.ask()
    watch = watch_on(asking, clock)

    async def story() -> None:
        async with aclosing(watch.changes(watched(asking, request), "")) as changes:
            await news(changes)
        await asyncio.sleep(0.2)
        with counted(asking.engine) as sent:
            await asyncio.sleep(0.1)
        assert sent == []
        async with aclosing(watch.changes(watched(asking, request), "")) as changes:
            assert await news(changes) is RequestState.OPEN
        await watch.close()

    play(story)


def test_a_stream_may_be_shorter_than_a_heartbeat(asking: Asking, clock: Clock) -> None:
    request = asking.ask(lifetime=timedelta(minutes=1))
    clock.now = request.expires_at
    watch = watch_on(asking, clock)

    async def story() -> None:
        states = [
            change.standing.state
            async for change in watch.changes(watched(asking, request), "")
            if change.standing is not None
        ]
        assert states == [RequestState.EXPIRED]
        await watch.close()

    play(story)
