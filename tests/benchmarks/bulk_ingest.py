"""Bulk ingest against the bare driver: the same rows into the same table, in turns.

*Ours* is ``insert_rows`` with rows as ingest makes them (enums, aware instants, dates), each value
checked by its column's type. *Bare* is what the driver does with values that are ready for it:
``executemany`` of tuples on SQLite; ``COPY`` into a temporary table, then ``INSERT … SELECT`` on
PostgreSQL. *Whole* is ``ingest_many`` over webhook bodies, from raw bytes to attributed rows.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from market.database import migrate, open_engine, writing
from merchants.sealing import Sealer
from reconciliation.bulk import insert_rows, table_of
from reconciliation.intake.ingest import Incoming, ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.ledger.entries import Told
from reconciliation.ledger.rows import COLUMNS
from reconciliation.records import (
    Book,
    Direction,
    SignatureStatus,
    SourceChannel,
    Status,
    TransactionType,
)
from reconciliation.tables import Delivery, DeliveryState, ProviderTransaction
from tests.postgres import start_postgres

ROWS = 50_000
BODIES = 25_000
ROUNDS = 7
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
CONFLICT = ("book", "dedupe_key", "version")
NAMES = ", ".join(COLUMNS)


@dataclass(frozen=True)
class Measured:
    """Seconds per round of ours and of the bare driver on one database."""

    database: str
    clock: str
    ours: list[float]
    bare: list[float]

    @property
    def ratio(self) -> float:
        """Return the median of the ratios within a round."""
        return statistics.median(a / b for a, b in zip(self.ours, self.bare, strict=True))


def run() -> list[Measured]:
    """Measure both databases, print a small table and return the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = start_postgres()
        try:
            # The whole first: later the heap is full of rows that every collection walks through.
            whole = {
                "SQLite": _whole(_sqlite(folder / "whole.sqlite3"), folder / "raw-sqlite"),
                "PostgreSQL": _whole(
                    open_engine(server.fresh_database("whole")), folder / "raw-postgresql"
                ),
            }
            rows = _rows()
            measured = [
                _in_turns("SQLite", _sqlite(folder / "turns.sqlite3"), rows, _bare_sqlite),
                _in_turns(
                    "PostgreSQL",
                    open_engine(server.fresh_database("turns")),
                    rows,
                    _bare_postgresql,
                ),
            ]
        finally:
            server.stop()
    _print(measured, whole)
    return measured


def _sqlite(path: Path) -> sa.Engine:
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    return engine


def _rows() -> list[tuple[Any, ...]]:
    """Return rows in the order of ``COLUMNS``, as ``ledger.rows`` makes them."""
    return [
        (
            Book.PAYMENTS,
            f"sepay:1018795282:{number:012d}",
            1,
            True,
            f"{number:064x}",
            "bank_vcb",
            SourceChannel.WEBHOOK,
            date(2026, 11, 1) + timedelta(days=number % 20),
            "calendar",
            None,
            "",
            TransactionType.PAYMENT,
            None,
            1,
            1,
            NOW,
            *_told(number),
        )
        for number in range(ROWS)
    ]


def _told(number: int) -> Told:
    return Told(
        provider="sepay",
        account_alias="1018795282",
        provider_transaction_id=f"{number:012d}",
        merchant_reference=None,
        bank_reference=f"MBVCB.{number:010d}",
        original_transaction_id=None,
        transaction_type=TransactionType.PAYMENT,
        direction=Direction.CREDIT,
        status=Status.SUCCEEDED,
        provider_status=None,
        amount=1000 * (number % 500 + 1),
        currency="VND",
        currency_exponent=0,
        fee_amount=None,
        tax_amount=None,
        net_amount=None,
        balance_after=19_077_000 + number,
        occurred_at=NOW + timedelta(seconds=number),
        settlement_id=None,
        store_id=None,
        terminal_id=None,
        description="MBVCB.4525077405.029552.tien rau…",
        payer_token=f"{number % 997:064x}",
    )


def _in_turns(
    database: str,
    engine: sa.Engine,
    rows: list[tuple[Any, ...]],
    bare: Callable[[sa.Connection, list[tuple[Any, ...]]], None],
) -> Measured:
    with writing(engine) as session:
        session.add(_delivery())
    ready = _ready_for_the_driver(rows, engine.dialect)
    # SQLite works inside this process, so its CPU time is all there is; PostgreSQL's is not.
    is_ours_alone = engine.dialect.name == "sqlite"
    clock = time.process_time if is_ours_alone else time.perf_counter
    ours_s: list[float] = []
    bare_s: list[float] = []
    outcomes = set()
    for turn in range(ROUNDS):
        for is_ours in (True, False) if turn % 2 else (False, True):
            _empty(engine)
            start = clock()
            with writing(engine) as session:
                if is_ours:
                    insert_rows(
                        session, ProviderTransaction, rows, columns=COLUMNS, conflict=CONFLICT
                    )
                else:
                    bare(session.connection(), ready)
            (ours_s if is_ours else bare_s).append(clock() - start)
            outcomes.add(_sums(engine))
    engine.dispose()
    assert len(outcomes) == 1, f"the competitors stored different rows: {outcomes}"
    return Measured(database, "CPU" if is_ours_alone else "wall", ours_s, bare_s)


def _ready_for_the_driver(
    rows: list[tuple[Any, ...]], dialect: sa.Dialect
) -> list[tuple[Any, ...]]:
    columns = [table_of(ProviderTransaction).columns[name] for name in COLUMNS]
    processors = [c.type.dialect_impl(dialect).bind_processor(dialect) for c in columns]
    return [
        tuple(p(value) if p else value for p, value in zip(processors, row, strict=True))
        for row in rows
    ]


def _bare_sqlite(connection: sa.Connection, rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * len(COLUMNS))
    driver: Any = connection.connection.driver_connection
    driver.executemany(
        f"INSERT INTO provider_transaction ({NAMES}) VALUES ({marks}) "
        f"ON CONFLICT ({', '.join(CONFLICT)}) DO NOTHING",
        rows,
    )


def _bare_postgresql(connection: sa.Connection, rows: list[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bare_rows ON COMMIT DROP AS "
            f"SELECT {NAMES} FROM provider_transaction WITH NO DATA"
        )
        with cursor.copy(f"COPY bare_rows ({NAMES}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"INSERT INTO provider_transaction ({NAMES}) SELECT {NAMES} FROM bare_rows "
            f"ON CONFLICT ({', '.join(CONFLICT)}) DO NOTHING"
        )


def _empty(engine: sa.Engine) -> None:
    with writing(engine) as session:
        session.connection().execute(sa.delete(table_of(ProviderTransaction)))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM FULL provider_transaction")


def _sums(engine: sa.Engine) -> tuple[int, int, str]:
    row = table_of(ProviderTransaction).c
    with engine.connect() as connection:
        count, amount, last = connection.execute(
            sa.select(sa.func.count(), sa.func.sum(row.amount), sa.func.max(row.occurred_at))
        ).one()
    return int(count), int(amount), last.isoformat()


def _whole(engine: sa.Engine, folder: Path) -> tuple[float, float]:
    """Return seconds by the clock and of this process's CPU for all bodies in one transaction."""
    deliveries = [
        Incoming(
            provider="sepay",
            content=_body(number),
            channel=SourceChannel.WEBHOOK,
            received_at=NOW,
            signature_status=SignatureStatus.VALID,
        )
        for number in range(1, BODIES + 1)
    ]
    sealer = Sealer(secret_keys=("bench",), hash_key="bench")
    start = time.perf_counter(), time.process_time()
    with writing(engine) as session:
        results = ingest_many(
            session, RawStore(folder), sealer=sealer, incoming=deliveries, now=NOW
        )
    seconds = time.perf_counter() - start[0], time.process_time() - start[1]
    engine.dispose()
    assert sum(result.new for result in results) == BODIES
    return seconds


def _body(number: int) -> bytes:
    body = {
        "id": number,
        "gateway": "Vietcombank",
        "transactionDate": "2026-11-20 14:02:37",
        "accountNumber": str(10**9 + number % 385),
        "code": None,
        "content": "MBVCB.4525077405.029552.tien rau.CT tu 0351000646393 NGUYEN VAN A toi 1018795282",
        "transferType": "in",
        "transferAmount": 1000 * (number % 500 + 1),
        "accumulated": 0,
        "subAccount": None,
        "referenceCode": f"MBVCB.{number}",
        "description": "",
    }
    return json.dumps(body).encode()


def _delivery() -> Delivery:
    return Delivery(
        id=1,
        provider="sepay",
        channel=SourceChannel.WEBHOOK,
        raw_sha256="0" * 64,
        raw_bytes=0,
        received_at=NOW,
        signature_status=SignatureStatus.VALID,
        state=DeliveryState.PROCESSED,
    )


def _print(measured: list[Measured], whole: dict[str, tuple[float, float]]) -> None:
    lines = [
        f"Bulk ingest, {ROWS:,} rows, {ROUNDS} rounds in turns; µs per row, median (minimum)",
        f"{'database':<12}{'clock':<6}{'ours':>16}{'bare driver':>16}{'ratio':>8}",
        *(
            f"{one.database:<12}{one.clock:<6}{_us(one.ours):>16}{_us(one.bare):>16}{one.ratio:>8.2f}"
            for one in measured
        ),
        *(
            f"{BODIES:,} webhook bodies, raw bytes to rows, {database}: {wall:.1f} s, CPU {cpu:.1f} s"
            for database, (wall, cpu) in whole.items()
        ),
    ]
    print("\n".join(lines))


def _us(seconds: list[float]) -> str:
    per_row = 1e6 / ROWS
    return f"{statistics.median(seconds) * per_row:.1f} ({min(seconds) * per_row:.1f})"


if __name__ == "__main__":
    run()
