"""Webhooks for minutes on end while files are taken in beside them: rates, delays, memory, errors.

``python -m tests.benchmarks.soak --minutes 10`` takes so long on SQLite and again on PostgreSQL, and
ends by itself; ``--database postgresql --seconds 60`` is a minute on one of them. One uvicorn process is served ``--rate`` webhooks a second, each twentieth of them a
second time and each hundredth with a wrong signature; another process takes in a statement of 1,000
rows every few seconds, and each third one again. Exits 1 when an answer is not the expected one, when
the ledger is not exactly what was told, or when the server's memory grows by more than a tenth.
"""

import argparse
import asyncio
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import sqlalchemy as sa

from market.database import open_engine, writing
from merchants.sealing import Sealer
from reconciliation.intake.ingest import Incoming, ingest
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import SignatureStatus, SourceChannel
from tests.benchmarks.crash import postgresql, sqlite
from tests.benchmarks.webhooks import KEY, cpu_s, serving, signed_body

DATABASES = {"sqlite": sqlite, "postgresql": postgresql}
CONNECTIONS = 16
RATE = 60
FILE_ROWS = 1_000
FILE_EVERY_S = 4.0
REPEATED_EACH, WRONG_EACH = 20, 100
WARM_UP_SHARE = 0.25
GROWTH_MAX = 0.10
GROWTH_FLOOR_BYTES = 8 << 20
"""Less than this is no growth, whatever its share: caches and statements come into being."""


@dataclass
class Soak:
    """What one database went through."""

    answers: Counter[int] = field(default_factory=Counter)
    unexpected: int = 0
    accepted: set[int] = field(default_factory=set)
    delays: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    files: int = 0
    file_errors: int = 0
    faults: list[str] = field(default_factory=list)


def main() -> int:
    """Run both databases and print; return the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10.0, help="on each database")
    options.add_argument("--seconds", type=float, help="the same in seconds")
    options.add_argument("--database", choices=DATABASES, action="append", help="both if not given")
    options.add_argument("--rate", type=int, default=RATE, help="webhooks a second")
    told = options.parse_args()
    seconds = 60 * told.minutes if told.seconds is None else told.seconds
    is_sound = True
    for chosen in told.database or DATABASES:
        with tempfile.TemporaryDirectory() as name, DATABASES[chosen](Path(name)) as url:
            found = soak(Path(name), url, seconds=seconds, rate=told.rate)
            _print(chosen, found, seconds)
            is_sound &= not found.faults
    return 0 if is_sound else 1


def soak(folder: Path, url: str, *, seconds: float, rate: int) -> Soak:
    """Return what happened in so many seconds on a migrated database."""
    found = Soak()
    hearing, told = multiprocessing.Pipe(duplex=False)
    with serving("group", folder, url) as (port, pid):
        files = multiprocessing.get_context("spawn").Process(
            target=_take_files, args=(folder, url, time.time() + seconds, told)
        )
        files.start()
        asyncio.run(_send(found, port, pid, seconds=seconds, rate=rate))
        files.join(120)
        found.files, found.file_errors = hearing.recv() if hearing.poll(1) else (0, 1)
        cpu = cpu_s(pid)
    print(f"  server's processor time: {cpu:.0f} s")
    _judge(found, url)
    return found


async def _send(found: Soak, port: int, pid: int, *, seconds: float, rate: int) -> None:
    begun = time.perf_counter()
    line = iter(range(1, 1 << 40))
    ends = begun + seconds

    async def send() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (now := time.perf_counter()) < ends:
            number = next(line)
            due = begun + number / rate
            if due >= ends:
                break
            await asyncio.sleep(max(0.0, due - now))
            for _ in range(2 if number % REPEATED_EACH == 0 else 1):
                await _exchange(found, reader, writer, number)
        writer.close()
        await writer.wait_closed()

    async def watch() -> None:
        while time.perf_counter() < ends:
            found.memory.append(_rss_bytes(pid))
            await asyncio.sleep(min(2.0, seconds / 20))

    await asyncio.gather(watch(), *(send() for _ in range(CONNECTIONS)))


async def _exchange(
    found: Soak, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
) -> None:
    is_wrong = number % WRONG_EACH == 0
    head, body = signed_body(number)
    if is_wrong:
        head = head.replace(b"sha256=", b"sha256=00")
    begun = time.perf_counter()
    writer.write(head + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    length = answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length or 0))
    found.delays.append(time.perf_counter() - begun)
    status = int(answer.split(b" ", 2)[1])
    found.answers[status] += 1
    found.unexpected += status != (401 if is_wrong else 200)
    if status == 200:
        found.accepted.add(number)


def _take_files(folder: Path, url: str, ends_at: float, told: Connection) -> None:
    engine, store = open_engine(url), RawStore(folder / "raw")
    sealer = Sealer(secret_keys=(KEY,), hash_key=KEY)
    files = errors = 0
    while time.time() < ends_at:
        for content in [_statement(files + 1)] * (2 if files % 3 == 0 else 1):
            now = datetime.now(UTC)
            file = Incoming(
                provider="bank_vcb",
                content=content,
                channel=SourceChannel.FILE,
                received_at=now,
                signature_status=SignatureStatus.NOT_CHECKED,
            )
            with writing(engine, is_durable=True) as session:
                result = ingest(session, store, sealer=sealer, incoming=file, now=now)
            errors += result.state not in ("processed", "duplicate")
        files += 1
        time.sleep(FILE_EVERY_S)
    engine.dispose()
    told.send((files, errors))


def _statement(number: int) -> bytes:
    lines = [
        "Số tài khoản:,1018795282",
        "Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả",
        *(f"20/11/2026,{number}.{row},,{row},tien rau" for row in range(1, FILE_ROWS + 1)),
        f"Tổng,,0,{FILE_ROWS * (FILE_ROWS + 1) // 2},",
    ]
    return "\n".join(lines).encode()


def _rss_bytes(pid: int) -> int:
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _judge(found: Soak, url: str) -> None:
    engine = open_engine(url)
    counted = "SELECT provider, count(*), count(DISTINCT dedupe_key) FROM provider_transaction"
    with engine.connect() as connection:
        rows = connection.execute(sa.text(f"{counted} GROUP BY provider")).all()
    engine.dispose()
    stored = {provider: (count, keys) for provider, count, keys in rows}
    due = {
        "sepay": (len(found.accepted),) * 2,
        "bank_vcb": (found.files * FILE_ROWS,) * 2,
    }
    if stored != due:
        found.faults.append(f"the ledger holds {stored}, told were {due}")
    if found.unexpected or found.file_errors:
        found.faults.append(f"{found.unexpected} answers, {found.file_errors} files went wrong")
    grown, share = _growth(found)
    if grown > GROWTH_FLOOR_BYTES and share > GROWTH_MAX:
        found.faults.append(f"the server grew by {share:.0%}")


def _growth(found: Soak) -> tuple[int, float]:
    warm = found.memory[int(WARM_UP_SHARE * len(found.memory))]
    grown = found.memory[-1] - warm
    return grown, grown / warm


def _print(database: str, found: Soak, seconds: float) -> None:
    delays = sorted(found.delays)
    grown, share = _growth(found)
    print(
        f"{database}: {len(delays)} webhooks in {seconds:.0f} s ({len(delays) / seconds:.0f} a second),"
        f" answers {dict(found.answers)}\n"
        f"  delay median {1000 * delays[len(delays) // 2]:.0f} ms,"
        f" p99 {1000 * delays[int(0.99 * (len(delays) - 1))]:.0f} ms, most {1000 * delays[-1]:.0f} ms\n"
        f"  {found.files} statements, {found.files * FILE_ROWS} rows;"
        f" errors {found.unexpected + found.file_errors}\n"
        f"  server's memory {found.memory[-1] >> 20} MB, {grown / (1 << 20):+.1f} MB ({share:+.1%})"
        f" after the first quarter",
        *(f"\n  WRONG: {fault}" for fault in found.faults),
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
