"""Two hundred phones wait for their payments: what that costs, and how soon each hears of it.

``python -m tests.benchmarks.request_streams``: one server process with an open stream for each request;
SePay's notices are stored by *this* process, as another worker would, at a steady pace. Printed as JSON:
CPU share of the idle server, and the time from the commit of a notice to its event at the client.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import socket
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path

import httpx

from market.database import migrate, open_engine, writing
from market.roles import Role
from market.security.links import issue_link
from market.settings import Settings
from merchants.actors import COMMAND
from reconciliation.feeds.providers.sepay import DOOR as SEPAY
from reconciliation.feeds.reading.doors import Delivered
from reconciliation.intake.inbox import receive
from reconciliation.intake.raw_store import RawStore
from reconciliation.shown_requests.reading import ShownRequest
from reconciliation.simulation.request_payment import request_payment
from tests.reconciliation.shown_requests.world import Asking

KEY = "a-key-for-benchmarks-only"
STREAMS = 200
COMING = 8
"""Phones that open their page at the same moment; what is measured is the waiting."""
IDLE_S = 10.0
GAP_S = 0.05


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--streams", type=int, default=STREAMS)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), options.parse_args().streams)))


def measure(folder: Path, streams: int) -> dict[str, float]:
    """Return the figures of one run on SQLite."""
    settings = Settings(data_dir=folder, secret_keys=[KEY], hash_key=KEY, sepay_hmac_secrets=[KEY])
    engine = open_engine(settings.url)
    migrate(engine)
    now = datetime.now(UTC)
    asking = Asking(engine, RawStore(settings.raw_dir), now=now, sealer=settings.sealer)
    asked: list[tuple[ShownRequest, str, str]] = []
    links = []
    for place in range(streams):
        account = f"{place:010}"
        code = asking.add_vendor(account=account)
        asked.append((asking.ask(), code, account))
        with writing(engine) as session:
            links.append(
                issue_link(
                    session,
                    role=Role.VENDOR,
                    scope=code,
                    until_at=now + timedelta(days=1),
                    actor=COMMAND,
                    now=now,
                    secret_keys=[KEY],
                )
            )
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    stop = multiprocessing.get_context("fork").Event()
    server = multiprocessing.get_context("fork").Process(
        target=_serve, args=(settings, listener, stop)
    )
    server.start()
    try:
        return asyncio.run(_wait_and_pay(asking, asked, links, port, server.pid or 0))
    finally:
        stop.set()
        server.join(20)
        engine.dispose()


def _serve(settings: Settings, listener: socket.socket, stop: Event) -> None:
    import threading

    import uvicorn

    from market.app import create_app

    config = uvicorn.Config(
        create_app(settings), log_level="critical", access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)

    def end() -> None:
        stop.wait()
        server.should_exit = True

    threading.Thread(target=end, daemon=True).start()
    server.run(sockets=[listener])


async def _wait_and_pay(
    asking: Asking,
    asked: list[tuple[ShownRequest, str, str]],
    links: list[str],
    port: int,
    server_pid: int,
) -> dict[str, float]:
    limits = httpx.Limits(max_connections=None)
    opened, coming = asyncio.Semaphore(0), asyncio.Semaphore(COMING)
    heard: dict[str, float] = {}
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=120
    ) as client:
        await _until_served(client)

        async def listen(request: ShownRequest, code: str, link: str) -> None:
            await coming.acquire()
            answer = await client.get(link)
            cookie = answer.headers["set-cookie"].partition(";")[0]
            client.cookies.clear()
            path = f"/api/v1/vendors/{code}/requests/{request.reference}/events"
            async with client.stream("GET", path, headers={"Cookie": cookie}) as stream:
                coming.release()
                assert stream.status_code == 200, stream.status_code
                async for line in stream.aiter_lines():
                    if '"open"' in line:
                        opened.release()
                    if '"paid"' in line:
                        heard[request.reference] = time.perf_counter()
                        return

        tasks = [
            asyncio.create_task(listen(request, code, link))
            for (request, code, _), link in zip(asked, links, strict=True)
        ]
        for _ in tasks:
            await opened.acquire()
        idle = await _cpu_share(server_pid)
        stored = {}
        for place, (request, _, account) in enumerate(asked):
            await asyncio.to_thread(_pay, asking, request, account, place + 1)
            stored[request.reference] = time.perf_counter()
            await asyncio.sleep(GAP_S)
        await asyncio.gather(*tasks)
    delays = sorted(heard[name] - stored[name] for name in stored)
    return {
        "streams": len(asked),
        "idle_cpu_percent": round(100 * idle, 1),
        "delay_median_ms": round(1000 * statistics.median(delays), 1),
        "delay_p99_ms": round(1000 * delays[int(0.99 * (len(delays) - 1))], 1),
        "delay_max_ms": round(1000 * delays[-1], 1),
    }


def _pay(asking: Asking, request: ShownRequest, account: str, number: int) -> None:
    at = datetime.now(UTC)
    body, headers = request_payment(
        request.reference, request.amount_vnd, account=account, number=number, at=at, secret=KEY
    )
    with writing(asking.engine) as session:
        receive(
            session,
            asking.raw,
            door=SEPAY,
            channel=SEPAY.channel((KEY,), {}),
            delivered=Delivered(content=body.encode(), headers=headers),
            sealer=asking.sealer,
            now=at,
        )


async def _until_served(client: httpx.AsyncClient) -> None:
    for _ in range(300):
        try:
            await client.get("/healthz")
        except httpx.TransportError:
            await asyncio.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")


async def _cpu_share(pid: int) -> float:
    """Return the share of one core a process takes while nothing happens. Linux: proc(5), stat."""

    def used() -> float:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    before, begun = used(), time.perf_counter()
    await asyncio.sleep(IDLE_S)
    return (used() - before) / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
