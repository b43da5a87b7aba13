"""A province in PostgreSQL: how long a period takes to publish, and a page of it to open.

``python -m tests.benchmarks.adoption_province`` makes 100 markets of 400 vendors each with three years
of closed days, set by set inside the database, publishes months and a year, and opens every page an
economist has, of published periods and of one that is not. Goals: each page under 300 ms at the 99th
percentile, the report of a year under a minute.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from starlette.testclient import TestClient

from market.adoption.periods import Period
from market.app import create_app
from market.database import open_engine, writing
from market.reports.drafts import keep_draft
from market.reports.publishing import publish
from market.roles import Role
from market.security.links import issue_link
from market.settings import Settings
from merchants.actors import COMMAND
from tests.market.books import KEY
from tests.market.letters import HEAD
from tests.postgres import start_postgres

MARKETS, VENDORS = 100, 400
LAST = date(2026, 10, 31)
NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
GOODS = ("Rau củ", "Cá", "Thịt", "Hàng khô", "Quần áo", "Giày dép", "Gia dụng", "Ăn uống")
MONTHS = tuple(f"2026-{number:02}" for number in range(1, 11))
PUBLISHED = (*MONTHS, "2026")
"""A year is published after its months."""
WAITING = "2025-12"
"""Closed and not published: what the machine keeps ready of it is shown."""
PAGES = (
    "/muc-do-dung?ky=2026-09",
    "/muc-do-dung?ky=2026-09&cho=M050",
    "/muc-do-dung?ky=2026",
    "/muc-do-dung/phan-tich?ky=2026-09",
    "/muc-do-dung/phan-tich?ky=2026-09&cho=M050",
    "/muc-do-dung/phan-tich?ky=2026",
    "/muc-do-dung/bieu-do/dien-bien.svg?ky=2026-09",
    "/muc-do-dung/bieu-do/so-sanh.csv?ky=2026-09",
    "/muc-do-dung/phan-tich/bieu-do/tap-trung.svg?ky=2026",
    "/muc-do-dung/bang-tinh.xlsx?ky=2026-09",
    "/api/v1/adoption/2026-09",
    "/api/v1/adoption/2026-09.csv",
    "/bao-cao",
    "/muc-do-dung/cach-tinh",
    f"/muc-do-dung?ky={WAITING}",
    f"/muc-do-dung/phan-tich?ky={WAITING}",
    f"/api/v1/adoption/{WAITING}",
)
ROUNDS = 100

_MADE = f"""
INSERT INTO market (id, code, name, kind, market_class, commune_code, commune_name,
    commune_valid_from, contact_phone, contact_note, is_synthetic, stalls_counted)
SELECT m, 'M' || lpad(m::text, 3, '0'), 'Chợ số ' || m, 'civic_market', 1 + m % 3, '04375', 'Xã Mậu A',
       '2025-07-01', '', '', true, {VENDORS}
FROM generate_series(1, {MARKETS}) m;
INSERT INTO market_calendar (market_id, rule_type, params, valid_from)
SELECT m, CASE WHEN m % 5 < 3 THEN 'daily' ELSE 'weekly' END,
       CASE WHEN m % 5 < 3 THEN '' ELSE 'weekdays=6' END, '2020-01-01'
FROM generate_series(1, {MARKETS}) m;
INSERT INTO vendor (id, market_id, code, full_name, sort_name, business_name, display_name,
    search_text, phone_tail, id_number_tail, state, consented_on, is_poster_only, version,
    registered_at)
SELECT v, 1 + (v - 1) / {VENDORS}, 'V' || v, 'Người bán ' || v, '', '', '', '', '', '', 'consented',
       CASE WHEN v % 7 > 0 THEN date '2023-06-01' END, false, 1, '2023-06-01'
FROM generate_series(1, {MARKETS * VENDORS}) v;
INSERT INTO stall (id, market_id, code, code_order, kind, is_fixed, goods_group, state,
    displayed_codes, audited_on)
SELECT v, 1 + (v - 1) / {VENDORS}, 'A' || v, '', 'counter', true, (ARRAY{list(GOODS)})[1 + (v * 7 % 31) % {len(GOODS)}],
       'occupied', CASE WHEN v % 9 = 0 THEN 1 END, CASE WHEN v % 9 = 0 THEN date '2026-09-01' END
FROM generate_series(1, {MARKETS * VENDORS}) v;
INSERT INTO stall_holding (stall_id, vendor_id, from_on, contract_no)
SELECT v, v, '2023-06-01', '' FROM generate_series(1, {MARKETS * VENDORS}) v;
"""
_CLOSED = """
INSERT INTO day_close (scope, market_id, business_date, version, state, closed_at, incomplete,
    closed_by, inputs_sha256, rules_sha256, code_version, previous_root, rest_sha256, tree_root,
    root_sha256)
SELECT 'M' || lpad(m::text, 3, '0'), m, d, 1, 'final', d + interval '30 hours', '', 'job', '', '', '',
       '', '', '', md5(m || d::text)
FROM generate_series(1, :markets) m, generate_series(cast(:first as date), :last, '1 day') d
WHERE m % 5 < 3 OR extract(dow from d) = 6;
"""
_RECEIVED = """
INSERT INTO adoption_vendor_day (close_id, vendor_id, provider, acceptance_type, business_date,
    receipts, value_vnd, band_1, band_2, band_3, band_4, band_5)
SELECT c.id, v, CASE v % 4 WHEN 0 THEN 'momo' ELSE 'bank_vcb' END,
       CASE v % 4 WHEN 0 THEN 'merchant_qr' ELSE 'transfer_qr' END, c.business_date, 3,
       3 * (20000 + v % 97 * 3000), 1, 1, 1, 0, 0
FROM day_close c, generate_series((c.market_id - 1) * :vendors + 1, c.market_id * :vendors) v
WHERE (v * 2654435761 + c.id::bigint * 40503) % 100 < 45 AND v % 3 > 0
    AND c.business_date >= cast(:first as date) + (v % 500)::int;
INSERT INTO adoption_ticket_day (close_id, amount_vnd, business_date, receipts)
SELECT close_id, value_vnd / 3, business_date, sum(receipts) FROM adoption_vendor_day
WHERE business_date >= cast(:last as date) - 400 GROUP BY 1, 2, 3;
INSERT INTO adoption_vendor_half (half_on, vendor_id, first_on, last_on)
SELECT date_trunc('month', business_date)::date
         + CASE WHEN extract(day from business_date) < 15 THEN 0 ELSE 14 END,
       vendor_id, min(business_date), max(business_date)
FROM adoption_vendor_day GROUP BY 1, 2;
"""


def run(days: int, periods: list[str], rounds: int) -> None:
    """Make the province, publish, open pages; print seconds and milliseconds."""
    server = start_postgres()
    try:
        url = server.fresh_database("province")
        engine = open_engine(url)
        rows = _timed("make the province", lambda: make(engine, days))
        print(f"vendors' days: {rows:,}")
        for label in periods:
            _timed(f"publish {label}", lambda label=label: _publish(engine, label))
        _timed(f"keep {WAITING} ready", lambda: _keep(engine))
        _pages(engine, url, rounds)
    finally:
        server.stop()


def make(engine: sa.Engine, days: int) -> int:
    """Write the province; return how many vendors' days there are."""
    first = LAST - timedelta(days=days - 1)
    asked = {"markets": MARKETS, "vendors": VENDORS, "first": first, "last": LAST}
    with engine.begin() as connection:
        for script in (_MADE, _CLOSED, _RECEIVED):
            for statement in script.split(";\n"):
                if statement.strip():
                    connection.execute(sa.text(statement), asked)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
        count = connection.execute(sa.text("SELECT count(*) FROM adoption_vendor_day")).scalar()
    return int(count or 0)


def _publish(engine: sa.Engine, label: str) -> None:
    with writing(engine) as session:
        publish(
            session,
            Period.read(label),
            p_percent=15,
            known_at=NOW,
            now=NOW,
            actor="benchmark",
            head=HEAD,
        )


def _keep(engine: sa.Engine) -> None:
    with writing(engine) as session:
        keep_draft(session, Period.read(WAITING), NOW, p_percent=15)


def _pages(engine: sa.Engine, url: str, rounds: int) -> None:
    with writing(engine) as session:
        link = issue_link(
            session, role=Role.ECONOMIST, scope="*", until_at=NOW + timedelta(days=1),
            actor=COMMAND, now=NOW, secret_keys=[KEY],
        )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data_dir=Path(folder), database_url=url, secret_keys=[KEY], hash_key=KEY,
            sepay_hmac_secrets=[KEY], base_url="https://cho.example",
        )  # fmt: skip
        with TestClient(
            create_app(settings, now=lambda: NOW), base_url="https://cho.example"
        ) as client:
            client.get(link)
            for page in PAGES:
                _measure(page, lambda page=page: client.get(page).raise_for_status(), rounds)


def _measure(name: str, work: Callable[[], object], rounds: int) -> None:
    clock = time.perf_counter()
    work()
    first = 1000 * (time.perf_counter() - clock)
    took, busy = [], []
    for _ in range(rounds):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        took.append(1000 * (time.perf_counter() - clock))
        busy.append(1000 * (time.process_time() - processor))
    took.sort()
    busy.sort()
    at = min(len(took) - 1, len(took) * 99 // 100)
    print(
        f"{name}: first {first:.0f} ms, median {statistics.median(took):.0f} ms, p99 {took[at]:.0f} ms, "
        f"processor {statistics.median(busy):.0f} ms, p99 {busy[at]:.0f} ms",
        flush=True,
    )


def _timed(name: str, work: Callable[[], object]) -> int:
    clock, processor = time.perf_counter(), time.process_time()
    found = work()
    print(
        f"{name}: {time.perf_counter() - clock:.1f} s, "
        f"processor of this process {time.process_time() - processor:.1f} s",
        flush=True,
    )
    return found if isinstance(found, int) else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=1096)
    parser.add_argument("--periods", nargs="*", default=list(PUBLISHED))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    run(asked.days, asked.periods, asked.rounds)
