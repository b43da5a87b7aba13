"""List and home pages of one market with 10,000 vendors, over the real application.

``python -m tests.benchmarks.pages [--vendors N] [--requests N] [--out figures.json]``: SQLite, one
process, one request at a time. Prints p50 and p99 of each page; ends by itself.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.testclient import TestClient

from market.app import create_app
from market.database import migrate, open_engine, writing
from market.roles import Role
from market.security.sessions import COOKIE, start_session
from market.settings import Settings
from merchants.sealing import Sealer
from tests.benchmarks.pages_market import MARKET, fill
from tests.market.conftest import add_user

KEY = "a-key-for-benchmarks-only"
NOW = datetime(2026, 11, 21, 2, 42, tzinfo=UTC)
LIST, HOME = f"/cho/{MARKET}/gian-hang", f"/cho/{MARKET}/tong-quan"
PAGES = {
    "empty page (404)": "/cho/MA/khong-co",
    "list, first page": LIST,
    "list, search by unmarked name": f"{LIST}?q=nguyen+thi",
    "list, search by code": f"{LIST}?q=a7",
    "list, deep page": f"{LIST}?trang=150",
    "list, one state": f"{LIST}?tt=issue",
    "list, what waits longest": f"{LIST}?xep=viec",
    "list, by money of 7 days": f"{LIST}?xep=tien",
    "one stall": f"{LIST}/A00012",
    "home": HOME,
}
GOALS_MS = {
    "list, first page": 100,
    "list, search by unmarked name": 100,
    "list, deep page": 100,
    "home": 200,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A page's median and 99th percentile, the processor's share of the median, and its size."""

    p50_ms: float
    p99_ms: float
    cpu_ms: float
    page_bytes: int


def main() -> int:
    """Measure each page and print the figures; exit 1 when a page fails or misses its goal."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        client = _client(Path(folder), vendors=arguments.vendors, days=arguments.days)
        figures = {
            name: _measured(client, path, arguments.requests) for name, path in PAGES.items()
        }
    print(
        f"{arguments.vendors} vendors, {arguments.days} closed days, {arguments.requests} requests each"
    )
    for name, one in figures.items():
        print(
            f"{name:32} p50 {one.p50_ms:6.0f} ms   p99 {one.p99_ms:6.0f} ms   "
            f"CPU {one.cpu_ms:6.0f} ms   {one.page_bytes / 1024:5.0f} KB"
        )
    if arguments.out:
        told = {name: asdict(one) for name, one in figures.items()}
        arguments.out.write_text(json.dumps(told, indent=1))
    missed = [name for name, goal in GOALS_MS.items() if figures[name].p50_ms > goal]
    if missed:
        print(f"over the goal: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendors", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def _client(folder: Path, *, vendors: int, days: int) -> TestClient:
    settings = Settings(data_dir=folder, secret_keys=[KEY], hash_key=KEY, sepay_hmac_secrets=[KEY])
    engine = open_engine(settings.url)
    migrate(engine)
    fill(engine, Sealer(secret_keys=(KEY,), hash_key=KEY), vendors=vendors, days=days, now=NOW)
    engine.dispose()
    app = create_app(settings, now=lambda: NOW)
    with writing(app.state.engine) as session:
        user = add_user(session, Role.MARKET_MANAGER, markets=[MARKET])
        token = start_session(session, now=NOW, user=user)
    client = TestClient(app, base_url="https://cho.example")
    client.cookies.set(COOKIE, token)
    return client


def _measured(client: TestClient, path: str, requests: int) -> Figures:
    """Return a page's figures over some requests, after three that warm it up."""
    for _ in range(3):
        answer = client.get(path)
    times, cpu = [], []
    for _ in range(requests):
        begun, used = time.perf_counter(), time.process_time()
        answer = client.get(path)
        times.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    assert answer.status_code in {200, 404}, answer.text[:200]
    return Figures(
        p50_ms=statistics.median(times),
        p99_ms=statistics.quantiles(times, n=100)[98],
        cpu_ms=statistics.median(cpu),
        page_bytes=len(answer.content),
    )


if __name__ == "__main__":
    sys.exit(main())
