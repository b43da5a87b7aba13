"""A service that is killed at random moments while webhooks and files arrive, and what must hold after.

What was acknowledged is never sent again, so it must be there; what was not is sent again, as
providers do, so it must not be there twice.
"""

import asyncio
import contextlib
import hmac
import json
import multiprocessing
import os
import random
import signal
import socket
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from market.database import open_engine
from market.demo.feeds import running_sandbox
from market.settings import Settings
from reconciliation.bulk import table_of
from reconciliation.intake.raw_store import RawStore
from reconciliation.tables import Delivery, DeliveryState, ProviderTransaction
from tests import crash_victim

KEY = "a-key-for-crash-tests-only"
CONNECTIONS = 8
FILE_ROWS = (5, 400)
"""Files are short and long by turns; the long ones are taken in parts."""
ALIVE_S = (0.0, 0.5)
"""How long after its first answer a process lives."""
PATIENCE_S = 60.0


@dataclass
class Crash:
    """What was sent and acknowledged, and how often the service died."""

    kills: int = 0
    acknowledged: set[int] = field(default_factory=set)
    sent_again: int = 0
    files: list[str] = field(default_factory=list)
    killed_in_files: int = 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills; {len(self.acknowledged)} webhooks acknowledged, "
            f"{self.sent_again} sent again; {len(self.files)} files, "
            f"{self.killed_in_files} kills met one of them under way"
        )


def crash(url: str, folder: Path, *, kills: int, seed: int) -> Crash:
    """Kill a service on a migrated database so many times, let it finish, and prove its books.

    Raises:
        AssertionError: something acknowledged is missing, or anything is there twice.
    """
    settings = Settings(
        data_dir=folder, database_url=url, hash_key=KEY, sepay_hmac_secrets=[KEY], secret_keys=[KEY]
    )
    papers = {f"sao-ke-{number:04d}.csv": _statement(number) for number in range(1, 2 * kills + 2)}
    with running_sandbox(papers=papers) as base_url:
        urls = [f"{base_url}/files/{name}" for name in papers]
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
            run = _Run(settings, urls, listener, random.Random(seed))
            asyncio.run(run.all(kills))
    _prove(settings, papers, run.told)
    return run.told


class _Run:
    def __init__(
        self, settings: Settings, urls: list[str], listener: socket.socket, draw: random.Random
    ) -> None:
        self.told = Crash()
        self._settings, self._urls, self._draw = settings, urls, draw
        self._listener = listener
        self._port: int = listener.getsockname()[1]
        self._next_number = 1
        self._unanswered: deque[int] = deque()
        self._is_last = False
        self._answered = asyncio.Event()
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([crash_victim.__name__])

    async def all(self, kills: int) -> None:
        senders = [asyncio.create_task(self._send_forever()) for _ in range(CONNECTIONS)]
        for _ in range(kills):
            with self._served() as victim:
                await self._until_answered()
                await asyncio.sleep(self._draw.uniform(*ALIVE_S))
                os.kill(victim.pid or 0, signal.SIGKILL)
                victim.join(PATIENCE_S)
            self.told.kills += 1
        with self._served() as victim:
            await self._until_answered()
            self._is_last = True
            await asyncio.wait_for(asyncio.gather(*senders), PATIENCE_S)
            async with asyncio.timeout(PATIENCE_S):
                while len(self.told.files) < len(self._urls):
                    await asyncio.sleep(0.02)
                    self._hear_of_files()
            os.kill(victim.pid or 0, signal.SIGTERM)
            victim.join(PATIENCE_S)
            ended = victim.exitcode in (0, -signal.SIGTERM)  # uvicorn raises it again at its end
            assert ended, f"told to stop, it ended with {victim.exitcode}"

    @contextlib.contextmanager
    def _served(self) -> Iterator[Any]:
        left = [url for url in self._urls if url not in self.told.files]
        self._hearing, told = self._context.Pipe(duplex=False)
        self._answered.clear()
        with self._listener.dup() as listener, told:
            victim = self._context.Process(
                target=crash_victim.serve, args=(self._settings, listener, left, told)
            )
            victim.start()
        yield victim
        self._hear_of_files()
        self._hearing.close()
        self.told.killed_in_files += len(self.told.files) < len(self._urls)

    def _hear_of_files(self) -> None:
        with contextlib.suppress(EOFError):
            while self._hearing.poll():
                self.told.files.append(self._hearing.recv())

    async def _until_answered(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self._answered.wait()

    async def _send_forever(self) -> None:
        while not (self._is_last and not self._unanswered):
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    await self._send_over(reader, writer)
                finally:
                    writer.close()

    async def _send_over(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while number := self._to_send():
            try:
                writer.write(_request(number))
                answer = await reader.readuntil(b"\r\n\r\n")
                assert answer.startswith(b"HTTP/1.1 200"), answer
                await reader.readexactly(len(b'{"success":true}'))
            except (OSError, asyncio.IncompleteReadError):
                self._unanswered.append(number)  # as its provider would, later
                self.told.sent_again += 1
                raise
            self.told.acknowledged.add(number)
            self._answered.set()

    def _to_send(self) -> int:
        if self._unanswered:
            return self._unanswered.popleft()
        if self._is_last:
            return 0
        self._next_number += 1
        return self._next_number - 1


def _request(number: int) -> bytes:
    body = _body(number)
    stamp = str(int(time.time()))
    digest = hmac.new(KEY.encode(), f"{stamp}.".encode() + body, sha256).hexdigest()
    head = (
        f"POST /hooks/sepay HTTP/1.1\r\nHost: 127.0.0.1\r\nX-SePay-Timestamp: {stamp}\r\n"
        f"X-SePay-Signature: sha256={digest}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _body(number: int) -> bytes:
    told = {
        "id": number,
        "gateway": "Vietcombank",
        "transactionDate": "2026-11-20 14:02:37",
        "accountNumber": "1018795282",
        "content": f"tien rau {number}",
        "transferType": "in",
        "transferAmount": 1000 + number,
        "referenceCode": f"MBVCB.{number}",
    }
    return json.dumps(told).encode()


def _statement(number: int) -> bytes:
    rows = FILE_ROWS[number % len(FILE_ROWS)]
    lines = [
        "Số tài khoản:,1018795282",
        "Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả",
        *(f"20/11/2026,{number}.{row},,{row},tien rau" for row in range(1, rows + 1)),
        f"Tổng,,0,{rows * (rows + 1) // 2},",
    ]
    return "\n".join(lines).encode()


def _prove(settings: Settings, papers: dict[str, bytes], told: Crash) -> None:
    engine = open_engine(settings.url)
    row, delivery = table_of(ProviderTransaction).c, table_of(Delivery).c
    with engine.connect() as connection:
        rows = connection.execute(
            sa.select(row.provider, row.provider_transaction_id, row.amount, row.version)
        ).all()
        deliveries = connection.execute(sa.select(delivery.state, delivery.raw_sha256)).all()
    engine.dispose()
    pushed = Counter((r.provider_transaction_id, r.amount) for r in rows if r.provider == "sepay")
    filed = Counter(r.provider_transaction_id for r in rows if r.provider == "bank_vcb")
    assert pushed == Counter((str(n), 1000 + n) for n in told.acknowledged)
    expected = [
        f"{number}.{line}"
        for number in range(1, len(papers) + 1)
        for line in range(1, FILE_ROWS[number % len(FILE_ROWS)] + 1)
    ]
    assert filed == Counter(expected)
    assert {r.version for r in rows} == {1}
    assert {one.state for one in deliveries} <= {DeliveryState.PROCESSED, DeliveryState.DUPLICATE}
    store = RawStore(settings.raw_dir)
    kept = {store.get(one.raw_sha256) for one in deliveries}
    assert kept == {_body(number) for number in told.acknowledged} | set(papers.values())
