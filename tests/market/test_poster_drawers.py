"""Many posters opened at once: few are drawn at a time, and nobody else waits for them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading
from market.poster_drawers import AT_ONCE, PosterDrawers
from market.roles import Role
from merchants.errors import PostersBusy
from merchants.tables import Poster
from tests.market.conftest import Staff
from tests.market.test_stalls_pages import issuable

PHONES = 200


class Watched:
    """A slow drawing that knows how many of it run at once."""

    def __init__(self) -> None:
        self.running, self.most = 0, 0
        self._lock = threading.Lock()

    def __call__(self) -> bytes:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(0.005)
        with self._lock:
            self.running -= 1
        return b"drawn"


def test_no_more_are_drawn_at_once_than_there_are_drawers() -> None:
    drawing, results = Watched(), []

    async def main() -> None:
        drawers = PosterDrawers(at_once=2)

        async def one() -> None:
            results.append(await drawers.draw(drawing))

        async with anyio.create_task_group() as tasks:
            for _ in range(30):
                tasks.start_soon(one)

    anyio.run(main)

    assert results == [b"drawn"] * 30
    assert drawing.most == 2


def test_who_comes_when_too_many_wait_is_asked_to_come_again() -> None:
    async def main() -> None:
        drawers = PosterDrawers(at_once=1, waiting_max=1)
        begun, gate = anyio.Event(), threading.Event()

        async def hold() -> None:
            begun.set()
            await drawers.draw(lambda: (gate.wait(10) and b"") or b"")

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(hold)
            await begun.wait()
            await anyio.sleep(0.05)
            with pytest.raises(PostersBusy):
                await drawers.draw(lambda: b"")
            gate.set()
        assert await drawers.draw(lambda: b"again") == b"again"

    anyio.run(main)


def test_a_drawing_that_fails_frees_its_place() -> None:
    def fail() -> bytes:
        raise ValueError("no paper")

    async def main() -> None:
        drawers = PosterDrawers(at_once=1, waiting_max=1)
        for _ in range(3):
            with pytest.raises(ValueError, match="no paper"):
                await drawers.draw(fail)

    anyio.run(main)


def test_two_hundred_phones_get_their_poster_and_hold_no_connection(
    staff: Staff, october: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuable(october, "A01")
    client = staff(Role.MARKET_MANAGER, "MA")
    client.send("/cho/MA/gian-hang", lam="cap", chon=["A01"])
    engine = client.app.state.engine  # type: ignore[attr-defined]
    with reading(engine) as session:
        serial = session.exec(select(Poster.serial)).one()
    drawing, held = Watched(), []

    def draw(*_: object) -> bytes:
        held.append(engine.pool.checkedout())
        return drawing()

    monkeypatch.setattr("qr.typeset.draw_poster", draw)
    path = f"/api/v1/markets/MA/posters/{serial}/file.pdf"
    begun = threading.Barrier(20)

    def phone(number: int) -> int:
        if number < 20:
            begun.wait(30)
        return client.get(path).status_code

    with ThreadPoolExecutor(20) as phones:
        statuses = list(phones.map(phone, range(PHONES)))

    assert statuses == [200] * PHONES
    assert drawing.most <= AT_ONCE
    # Others may be looking theirs up at that moment; who draws holds none.
    assert min(held) == 0
    assert engine.pool.checkedout() == 0
