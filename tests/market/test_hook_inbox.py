"""One commit for all that came meanwhile: durable before acknowledged, and each for itself."""

import asyncio
import hmac
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from market.app import create_app
from market.database import reading, writing
from market.hook_inbox import HookInbox
from market.security.errors import HooksBusy
from market.settings import Settings
from reconciliation.feeds.providers.sepay import DOOR
from reconciliation.feeds.reading.doors import Delivered
from reconciliation.intake.inbox import Push, WebhookReply, checked
from reconciliation.intake.raw_store import RawStore
from reconciliation.tables import DeliveryState
from tests.conftest import NOW
from tests.reconciliation.arrivals import ledger, sepay

SECRET = "s"


def push_of(number: int, *, is_signed: bool = True) -> Push:
    body = sepay(number).content
    headers = signed(body) if is_signed else {}
    channel = DOOR.channel((SECRET,), {})
    return checked(DOOR, channel, Delivered(content=body, headers=headers), now=NOW)


def signed(body: bytes) -> dict[str, str]:
    stamp = str(int(NOW.timestamp()))
    digest = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, sha256).hexdigest()
    return {"X-SePay-Timestamp": stamp, "X-SePay-Signature": f"sha256={digest}"}


class Taker:
    """Takes groups in the place of the database: slowly at first, and never ``spoiled``."""

    def __init__(self, spoiled: Push | None = None, fault: Exception | None = None) -> None:
        self.groups: list[list[Push]] = []
        self.has_begun = Event()
        self.may_go_on = Event()
        self.spoiled, self.fault = spoiled, fault

    def __call__(self, pushes: Sequence[Push]) -> list[WebhookReply]:
        self.groups.append(list(pushes))
        self.has_begun.set()
        assert self.may_go_on.wait(20)
        if self.fault is not None and (self.spoiled is None or self.spoiled in pushes):
            raise self.fault
        return [WebhookReply(200, {"place": place}, None) for place in range(len(pushes))]


async def send_all(inbox: HookInbox, taker: Taker, pushes: Sequence[Push]) -> list[Any]:
    """Let the first be taken alone and the rest come while it is; return answers and faults."""
    first = asyncio.create_task(inbox.receive(pushes[0]))
    assert await asyncio.to_thread(taker.has_begun.wait, 20)
    rest = [asyncio.create_task(inbox.receive(push)) for push in pushes[1:]]
    await asyncio.sleep(0.01)
    taker.may_go_on.set()
    return await asyncio.gather(first, *rest, return_exceptions=True)


def test_what_comes_during_a_commit_shares_the_next() -> None:
    taker = Taker()
    pushes = [push_of(number) for number in range(1, 6)]

    answers = asyncio.run(send_all(HookInbox(taker), taker, pushes))

    assert taker.groups == [pushes[:1], pushes[1:]]
    assert [answer.body["place"] for answer in answers] == [0, 0, 1, 2, 3]


def test_an_error_of_one_is_the_answer_to_nobody_else() -> None:
    pushes = [push_of(number) for number in range(1, 5)]
    taker = Taker(spoiled=pushes[2], fault=ValueError("only this one"))

    answers = asyncio.run(send_all(HookInbox(taker), taker, pushes))

    assert [type(answer) for answer in answers] == [
        WebhookReply,
        WebhookReply,
        ValueError,
        WebhookReply,
    ]


def test_a_database_that_is_away_is_asked_once_for_all() -> None:
    pushes = [push_of(number) for number in range(1, 5)]
    away = sa.exc.OperationalError("BEGIN", None, Exception("away"))
    taker = Taker(fault=away)

    answers = asyncio.run(send_all(HookInbox(taker), taker, pushes))

    assert answers == [away] * 4
    assert len(taker.groups) == 2


def test_who_hangs_up_has_still_sent_a_payment() -> None:
    taker = Taker()
    inbox = HookInbox(taker)

    async def hang_up() -> None:
        waiting = asyncio.create_task(inbox.receive(push_of(1)))
        impatient = asyncio.create_task(inbox.receive(push_of(2)))
        await asyncio.sleep(0.01)
        impatient.cancel()
        await asyncio.sleep(0.01)
        taker.may_go_on.set()
        await waiting

    asyncio.run(hang_up())
    inbox.close()

    assert sum(map(len, taker.groups)) == 2


def test_the_line_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("market.hook_inbox.WAITING_BYTES_MAX", len(push_of(1).delivered.content))
    taker = Taker()
    pushes = [push_of(number) for number in range(1, 5)]

    answers = asyncio.run(send_all(HookInbox(taker), taker, pushes))

    assert [isinstance(answer, HooksBusy) for answer in answers] == [False, False, True, True]


def test_who_stands_in_line_is_taken_in_before_the_end() -> None:
    taker = Taker()
    inbox = HookInbox(taker)

    async def send_and_close() -> list[WebhookReply]:
        waiting = [asyncio.create_task(inbox.receive(push_of(number))) for number in range(1, 4)]
        await asyncio.sleep(0.01)
        taker.may_go_on.set()
        await asyncio.to_thread(inbox.close)
        return await asyncio.gather(*waiting)

    assert [answer.status for answer in asyncio.run(send_and_close())] == [200] * 3
    with pytest.raises(RuntimeError):
        asyncio.run(inbox.receive(push_of(4)))


def service(engine: sa.Engine, folder: Path) -> Any:
    settings = Settings(
        data_dir=folder,
        database_url=engine.url.render_as_string(hide_password=False),
        sepay_hmac_secrets=[SECRET],
        hash_key="test-hash-key",
    )
    return create_app(settings, now=lambda: NOW)


def test_many_at_once_over_http_are_each_answered_and_stored_once(
    engine: sa.Engine, tmp_path: Path
) -> None:
    app = service(engine, tmp_path)
    bodies = [sepay(1 + number % 40, 1000 + number % 40).content for number in range(120)]

    async def send() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://cho.example") as client:
            return await asyncio.gather(
                *(
                    client.post(
                        "/hooks/sepay",
                        content=body,
                        headers=signed(body) if number != 7 else {},
                    )
                    for number, body in enumerate(bodies)
                )
            )

    answers = asyncio.run(send())

    assert [answer.status_code for answer in answers] == [
        401 if number == 7 else 200 for number in range(120)
    ]
    with reading(engine) as session:
        rows = ledger(session, every_version=True)
        states = session.connection().execute(
            sa.text("SELECT state, raw_sha256 FROM delivery ORDER BY id")
        )
        kept = [(row.state, row.raw_sha256) for row in states]
    assert sorted(row["amount"] for row in rows) == [1000 + number for number in range(40)]
    assert [state for state, _ in kept].count(DeliveryState.DUPLICATE) == 79
    assert [state for state, _ in kept].count(DeliveryState.QUARANTINED) == 1
    store = RawStore(tmp_path / "raw")
    assert {store.get(digest) for _, digest in kept} == set(bodies)
    app.state.engine.dispose()


def test_an_acknowledgement_waits_for_the_commit(engine: sa.Engine, tmp_path: Path) -> None:
    app = service(engine, tmp_path)
    body = sepay(1).content

    async def send() -> tuple[bool, int]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://cho.example") as client:
            with writing(engine) as session:  # holds what the group needs
                session.connection().execute(_lock(engine))
                sent = asyncio.create_task(
                    client.post("/hooks/sepay", content=body, headers=signed(body))
                )
                await asyncio.sleep(0.3)
                waited = not sent.done()
            return waited, (await sent).status_code

    assert asyncio.run(send()) == (True, 200)
    app.state.engine.dispose()


def _lock(engine: sa.Engine) -> Any:
    from reconciliation.intake.ingest import INGEST_LOCK

    if engine.dialect.name == "sqlite":
        return sa.text("SELECT 1")  # BEGIN IMMEDIATE holds it already
    return sa.select(sa.func.pg_advisory_xact_lock(INGEST_LOCK))


def test_the_commit_of_a_group_waits_for_the_disk(sqlite_engine: sa.Engine) -> None:
    def synchronous(*, is_durable: bool) -> int:
        with writing(sqlite_engine, is_durable=is_durable) as session:
            return int(session.connection().exec_driver_sql("PRAGMA synchronous").scalar_one())

    normal, full = 1, 2
    assert [synchronous(is_durable=durable) for durable in (False, True, False, True)] == [
        normal,
        full,
        normal,
        full,
    ]


def test_a_stale_signature_is_judged_when_it_came_and_not_when_it_is_stored() -> None:
    push = push_of(1)
    body = push.delivered.content

    late = checked(
        DOOR,
        DOOR.channel((SECRET,), {}),
        Delivered(content=body, headers=signed(body)),
        now=NOW + timedelta(minutes=6),
    )

    assert (push.verdict.reason, late.verdict.reason) == ("", "stale")
    assert late.received_at == NOW + timedelta(minutes=6)
