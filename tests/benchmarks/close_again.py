"""A day closed again after one late record: everything decided anew against what changed.

Payments of a street of vendors over a month, told by webhook and booked by the bank, in a database of its
own on SQLite. Both ways close the last day in turn, in transactions that end unkept, and must come to
the same roots. Run with ``python -m tests.benchmarks.close_again --rows 200000``.
"""

import argparse
import hashlib
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from market.database import migrate, open_engine, reading, writing
from reconciliation.bulk import insert_rows
from reconciliation.close.closing import close_days
from reconciliation.close.incremental import Incremental
from reconciliation.close.kept_decisions import KeptDecisions
from reconciliation.profiles import load_profiles
from reconciliation.tables import ProviderTransaction
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld, account_of

DAYS = 30
VENDORS = 400
AT = datetime(2026, 11, 20, tzinfo=UTC)
PROFILES = load_profiles(None)
COLUMNS = [column.name for column in ProviderTransaction.__table__.columns if column.name != "id"]  # type: ignore[attr-defined]


def fill(engine: sa.Engine, rows: int) -> None:
    """Write a month of payments, half of the rows in each book, and statements that cover it."""
    with writing(engine) as session:
        world = LedgerWorld(session, AT)
        market = world.market()
        vendors = [world.vendor(market) for _ in range(VENDORS)]
        for vendor in vendors:
            world.statement(vendor, DAY - timedelta(days=DAYS), DAY)
        announced, booked = world.both(vendors[0], 1_000, business_date=DAY)
        plain = [{name: getattr(row, name) for name in COLUMNS} for row in (announced, booked)]
        for first in range(0, rows // 2, 10_000):
            told = []
            for number in range(first, min(first + 10_000, rows // 2)):
                vendor = vendors[number * 7919 % VENDORS]
                day = DAY - timedelta(days=number % DAYS)
                content = hashlib.sha256(str(number).encode()).hexdigest()
                told += [
                    row
                    | {
                        "account_alias": account_of(vendor),
                        "vendor_id": vendor.id,
                        "business_date": day,
                        "provider_transaction_id": f"T{number}{row['book']}",
                        "dedupe_key": f"{row['book']}:{number}",
                        "bank_reference": f"FT{number:012}",
                        "amount": 5_000 * (1 + number % 40),
                        "content_sha256": content,
                        "description": f"tien hang {number % 500}",
                    }
                    for row in plain
                ]
            insert_rows(session, ProviderTransaction, told)


def close(session: Session, incremental: Incremental | None) -> tuple[float, list[str]]:
    """Close the last day; return the processor seconds of it and the roots."""
    started = time.process_time()
    closed = close_days(
        session,
        DAY,
        DAY,
        market_code=None,
        profiles=PROFILES,
        sealer=SEALER,
        now=AT,
        incremental=incremental,
    )
    return time.process_time() - started, [day.root_sha256 for day in closed]


def undone(engine: sa.Engine, incremental: Incremental | None, late: int) -> tuple[float, Any]:
    """Close with a late record in a transaction that is not kept."""
    with reading(engine) as session:
        if late:
            session.get_one(ProviderTransaction, late).content_sha256 = "f" * 64
            session.flush()
        return close(session, incremental)


def main() -> int:
    """Print the seconds of each way; return 1 when their roots differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    told = parser.parse_args()
    anew: list[tuple[int, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'street.sqlite3'}")
        migrate(engine)
        fill(engine, told.rows)
        kept = KeptDecisions(Path(folder) / "kept")
        incremental = Incremental(kept=kept, on_decided=lambda *both: anew.append(both))
        seconds: dict[str, list[float]] = {}
        first, roots = undone(engine, incremental, 0)
        seconds["first, nothing kept"] = [first]
        for number in range(told.rounds):
            for late, name in ((0, "nothing new"), (5 + number, "one late record")):
                whole, expected = undone(engine, None, late)
                part, found = undone(engine, incremental, late)
                seconds.setdefault(f"{name}: everything", []).append(whole)
                seconds.setdefault(f"{name}: what changed", []).append(part)
                if found != expected or (not late and found != roots):
                    print(f"the roots differ with {name}", file=sys.stderr)
                    return 1
                print(f"{name}: {anew[-1][0]} of {anew[-1][1]} accounts decided anew")
        engine.dispose()
    for name, took in seconds.items():
        print(f"{name}: {statistics.median(took):.2f} CPU s")
    for name in ("nothing new", "one late record"):
        whole, part = (
            statistics.median(seconds[f"{name}: {way}"]) for way in ("everything", "what changed")
        )
        print(f"{name}: {part / whole:.2f} of the time of a whole close")
    return 0


if __name__ == "__main__":
    sys.exit(main())
