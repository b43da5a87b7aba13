"""The staff's pages of one market with 10,000 vendors, over the real application.

``python -m tests.benchmarks.pages [--vendors N] [--requests N] [--out figures.json]``: SQLite, one
process, one request at a time. Prints p50 and p99 by the clock, processor time and statements of
each page; ends by itself. A page on SQLite waits for nothing but the processor, so where the clock
went much further than the processor, other work had it: such a page is not judged by the clock.
"""

import argparse
import gc
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
from merchants.vendor_code import write_vendor_code
from tests.benchmarks.pages_market import MARKET, fill
from tests.market.conftest import add_user
from tests.merchants.queries import counted

KEY = "a-key-for-benchmarks-only"
NOW = datetime(2026, 11, 21, 2, 42, tzinfo=UTC)
LIST, HOME = f"/cho/{MARKET}/gian-hang", f"/cho/{MARKET}/tong-quan"
VENDORS = f"/cho/{MARKET}/nguoi-ban"
PAGES = {
    "not found": f"/cho/{MARKET}/khong-co",
    "list, first page": LIST,
    "list, search by unmarked name": f"{LIST}?q=nguyen+thi",
    "list, search by code": f"{LIST}?q=a7",
    "list, deep page": f"{LIST}?trang=150",
    "list, one state": f"{LIST}?tt=issue",
    "list, what waits longest": f"{LIST}?xep=viec",
    "list, by money of 7 days": f"{LIST}?xep=tien",
    "list, by last receipt": f"{LIST}?xep=lan-cuoi",
    "one stall": f"{LIST}/A00012",
    "vendors": VENDORS,
    "vendor file": f"{VENDORS}/{write_vendor_code(12)}",
    "league": f"/cho/{MARKET}/to-ho-tro",
    "home": HOME,
}
GOALS_MS = {
    "list, first page": 100,
    "list, search by unmarked name": 100,
    "list, search by code": 100,
    "list, deep page": 100,
    "vendor file": 100,
    "league": 200,
    "home": 200,
}
STATEMENTS_MAX = 50
WAITED_MAX = 1.3
"""Clock against processor; a page that waited longer than this was measured on a busy machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A page's median and 99th percentile, its processor time, statements and size."""

    p50_ms: float
    p99_ms: float
    cpu_ms: float
    """The median."""
    cpu_min_ms: float
    statements: int
    page_bytes: int

    @property
    def was_idle(self) -> bool:
        """Return whether the machine had nothing else to do."""
        return self.p50_ms <= WAITED_MAX * self.cpu_ms


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
            f"CPU {one.cpu_ms:5.0f} ms, least {one.cpu_min_ms:5.0f} ms   "
            f"{one.statements:3} statements   {one.page_bytes / 1024:5.0f} KB"
        )
    if arguments.out:
        told = {name: asdict(one) for name, one in figures.items()}
        arguments.out.write_text(json.dumps(told, indent=1))
    return _judged(figures)


def _judged(figures: dict[str, Figures]) -> int:
    """Say which pages miss their goal and which cannot be judged; return the exit code."""
    late = [name for name, goal in GOALS_MS.items() if figures[name].p50_ms > goal]
    missed = [name for name in late if figures[name].was_idle]
    waited = [name for name in late if not figures[name].was_idle]
    chatty = [name for name, one in figures.items() if one.statements > STATEMENTS_MAX]
    for words, names in (
        ("over the goal", missed),
        ("over the goal by the clock on a busy machine, not judged", waited),
        (f"more than {STATEMENTS_MAX} statements", chatty),
    ):
        if names:
            print(f"{words}: {', '.join(names)}", file=sys.stderr)
    return 1 if missed or chatty else 0


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
    gc.collect()
    gc.freeze()  # as ``cho40 serve`` does
    return client


def _measured(client: TestClient, path: str, requests: int) -> Figures:
    """Return a page's figures over some requests, after three that warm it up."""
    for _ in range(3):
        answer = client.get(path)
    with counted(client.app.state.engine) as sent:  # type: ignore[attr-defined]
        client.get(path)
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
        cpu_min_ms=min(cpu),
        statements=len(sent),
        page_bytes=len(answer.content),
    )


if __name__ == "__main__":
    sys.exit(main())
