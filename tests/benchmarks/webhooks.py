"""Webhooks over HTTP: the durable endpoint against the same endpoint without a database.

``python -m tests.benchmarks.webhooks``: one uvicorn process a competitor, ``CONNECTIONS`` connections
that each send the next signed SePay body as soon as the last is answered, bodies made beforehand.

* *verified*: the same application and door; the body is verified and read, nothing is kept.
* *group*: as it is served; SQLite with ``synchronous = FULL``, PostgreSQL beside it.
* *session each*: the same application without a line: one session and commit a request, in worker
  threads.

Measured is the processor time of the serving process per request (PostgreSQL's own is printed apart),
in turns, after a warm-up. Every stored body is counted at the end.
"""

import argparse
import asyncio
import contextlib
import gc
import hmac
import json
import multiprocessing
import os
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from market.database import migrate, open_engine
from market.settings import Settings
from tests.postgres import start_postgres

KEY = "a-key-for-benchmarks-only"
CONNECTIONS = 32
REQUESTS = 3_000
ROUNDS = 3
KINDS = ("verified", "group", "session each")
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--requests", type=int, default=REQUESTS)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--only", default="", help="SQLite or PostgreSQL; empty = both")
    told = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for database, url in _databases(folder, told.only):
            figures = measure(folder / database, url, requests=told.requests, rounds=told.rounds)
            _print(database, figures)


@contextlib.contextmanager
def serving(kind: str, folder: Path, url: str) -> Iterator[tuple[int, int]]:
    """Serve the application in a process of its own; give its port and process id."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_serve, args=(kind, str(folder), url, listener))
    process.start()
    port = listener.getsockname()[1]
    listener.close()
    try:
        _wait_for(port, process)
        yield port, process.pid or 0
    finally:
        process.terminate()
        process.join(30)


def measure(
    folder: Path, url: str, *, requests: int, rounds: int
) -> dict[str, list[tuple[float, float]]]:
    """Return processor time and 99th percentile of the answers' delay, in µs, by competitor."""
    figures: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    with contextlib.ExitStack() as stack:
        served = {kind: stack.enter_context(serving(kind, folder, url)) for kind in KINDS}
        number = 1
        for turn in range(rounds + 1):
            for kind in KINDS if turn % 2 else reversed(KINDS):
                port, pid = served[kind]
                count = requests // (4 if kind == "session each" else 1)
                bodies = [signed_body(number + place) for place in range(count)]
                number += count
                before = cpu_s(pid)
                delays = asyncio.run(send_all(port, bodies, CONNECTIONS))
                used = (cpu_s(pid) - before) / count
                if turn:  # the first is to warm up
                    delays.sort()
                    figures[kind].append((1e6 * used, 1e6 * delays[int(0.99 * (count - 1))]))
    per_round = requests + requests // 4
    engine = open_engine(url)
    with engine.connect() as connection:
        stored = connection.execute(
            sa.text("SELECT count(*) FROM provider_transaction WHERE is_current")
        ).scalar_one()
    engine.dispose()
    assert stored == per_round * (rounds + 1), f"{stored} rows, {per_round * (rounds + 1)} sent"
    return figures


def signed_body(number: int) -> tuple[bytes, bytes]:
    """Return the head and the body of a request; the signature is made now, so send it soon."""
    body = json.dumps(
        {
            "id": number,
            "gateway": "Vietcombank",
            "transactionDate": "2026-11-20 14:02:37",
            "accountNumber": str(10**9 + number % 385),
            "code": None,
            "content": "MBVCB.4525077405.029552.tien rau.CT tu 0351000646393 NGUYEN VAN A toi 1",
            "transferType": "in",
            "transferAmount": 1000 * (number % 500 + 1),
            "accumulated": 0,
            "subAccount": None,
            "referenceCode": f"MBVCB.{number}",
            "description": "",
        }
    ).encode()
    stamp = str(int(time.time()))
    digest = hmac.new(KEY.encode(), f"{stamp}.".encode() + body, sha256).hexdigest()
    head = (
        f"POST /hooks/sepay HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-SePay-Timestamp: {stamp}\r\nX-SePay-Signature: sha256={digest}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode(), body


async def send_all(
    port: int, bodies: Sequence[tuple[bytes, bytes]], connections: int
) -> list[float]:
    """Send every body over so many connections; return how long each waited for its answer."""
    delays: list[float] = []
    line = iter(bodies)

    async def send() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for head, body in line:
            begun = time.perf_counter()
            writer.write(head + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200"), answer
            length = answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            delays.append(time.perf_counter() - begun)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(send() for _ in range(connections)))
    return delays


def cpu_s(pid: int) -> float:
    """Return the processor seconds a process has used. Linux: proc(5), stat."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _databases(folder: Path, only: str) -> Iterator[tuple[str, str]]:
    if only != "PostgreSQL":
        (folder / "SQLite").mkdir()
        url = f"sqlite:///{folder / 'SQLite' / 'cho40.sqlite3'}"
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        yield "SQLite", url
    if only != "SQLite":
        server = start_postgres()
        try:
            yield "PostgreSQL", server.fresh_database("webhooks")
        finally:
            server.stop()


def _serve(kind: str, folder: str, url: str, listener: socket.socket) -> None:
    import uvicorn

    from market.app import create_app

    settings = Settings(
        data_dir=Path(folder), database_url=url, hash_key=KEY, sepay_hmac_secrets=[KEY]
    )
    app = create_app(settings)
    if kind == "verified":
        app.state.hook_inbox = _Verified(app.state.sealer)
    elif kind == "session each":
        app.state.hook_inbox = _SessionEach(app.state.hook_inbox._take)
    gc.collect()
    gc.freeze()  # as ``cho40 serve`` does
    uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False)).run([listener])


class _Verified:
    """In the place of the line: the delivery is read as ingest reads it, and forgotten."""

    def __init__(self, sealer: Any) -> None:
        self._sealer = sealer

    async def receive(self, push: Any) -> Any:
        from reconciliation.feeds.catalogue import READERS, ReadContext
        from reconciliation.feeds.reading.doors import Outcome
        from reconciliation.intake.inbox import WebhookReply
        from reconciliation.records import SourceChannel

        outcome = Outcome.REFUSED
        if push.verdict.is_accepted:
            context = ReadContext(account=None, channel=SourceChannel.WEBHOOK)
            reading = READERS[push.door.provider].read(push.delivered.content, context=context)
            assert reading.transactions
            outcome = Outcome.TAKEN
        answer = push.door.answer(outcome)
        return WebhookReply(answer.status, answer.body, None)

    def close(self) -> None:
        """Have nothing to take in."""


class _SessionEach:
    """In the place of the line: each delivery in a transaction of its own, from a worker thread."""

    def __init__(self, take: Any) -> None:
        self._take = take

    async def receive(self, push: Any) -> Any:
        from starlette.concurrency import run_in_threadpool

        [reply] = await run_in_threadpool(self._take, [push])
        return reply

    def close(self) -> None:
        """Have nothing to take in."""


def _wait_for(port: int, process: Any) -> None:
    for _ in range(600):
        assert process.is_alive(), "the server did not start"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError("the server does not listen")


def _print(database: str, figures: dict[str, list[tuple[float, float]]]) -> None:
    bare = [used for used, _ in figures["verified"]]
    group = [used for used, _ in figures["group"]]
    print(f"Webhooks, {database}, {CONNECTIONS} connections; server's processor time per request")
    for kind, rows in figures.items():
        used = [one for one, _ in rows]
        ratio = statistics.median(a / b for a, b in zip(used, bare, strict=True))
        p99 = statistics.median(late for _, late in rows) / 1000
        print(
            f"  {kind:<14}{statistics.median(used):>8.0f} µs (least {min(used):.0f})"
            f"{ratio:>8.2f} x verified   p99 {p99:.0f} ms"
        )
    each = [used for used, _ in figures["session each"]]
    gain = statistics.median(a / b for a, b in zip(each, group, strict=True))
    print(f"  a session each takes {gain:.1f} x what a group takes (goal 4 or more)")


if __name__ == "__main__":
    main()
