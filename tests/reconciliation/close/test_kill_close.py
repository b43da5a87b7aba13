"""A close killed in the middle leaves nothing half-written; closing again finds the same to the byte.

The command runs in a process of its own and is killed when it has written so much.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from market.database import open_engine, reading, writing
from reconciliation.breaks.proof import verify_trails
from reconciliation.breaks.tables import Break, BreakStep
from reconciliation.close.closing import close_days
from reconciliation.close.versions import verify_chain
from reconciliation.engine import partition
from reconciliation.engine.crew import Processes
from reconciliation.profiles import load_profiles
from reconciliation.tables import DayClose, MarketDay, MatchOutcome, ProviderTransaction, VendorDay
from tests.half_done import Command, kill_after, stop_when, written_bytes
from tests.postgres import PostgresServer, start_own_postgres
from tests.reconciliation.lake import killing
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

PAIRS, ALONE = 1_500, 1_500
KILL_AT_BYTES = (20_000, 200_000, 500_000)
WRITTEN: tuple[Any, ...] = (DayClose, MatchOutcome, VendorDay, MarketDay, Break, BreakStep)


@pytest.fixture
def ledger(engine: sa.Engine, now: datetime) -> None:
    """A day of pairs, and of lines that nobody announced: each of those is a break."""
    fill(engine, now)


def fill(engine: sa.Engine, now: datetime) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        world.statement(vendor, DAY)
        template, _ = world.both(vendor, 1_000)
        rows = []
        plain = {
            column.name: getattr(template, column.name)
            for column in ProviderTransaction.__table__.columns  # type: ignore[attr-defined]
            if column.name != "id"
        }
        for number in range(PAIRS * 2 + ALONE):
            is_line = number >= PAIRS
            pair = number % PAIRS if number < PAIRS * 2 else number
            rows.append(
                plain
                | {
                    "book": "statement" if is_line else "payments",
                    "provider": "bank_vcb" if is_line else "sepay",
                    "provider_transaction_id": f"K{number}",
                    "dedupe_key": f"kill:{number}",
                    "bank_reference": f"REF{pair}",
                    "amount": 1_000 + pair,
                    "content_sha256": f"{number:064}",
                }
            )
        session.connection().execute(sa.insert(ProviderTransaction), rows)


@pytest.fixture
def command(engine: sa.Engine, tmp_path: Path) -> Command:
    """Start ``cho40 day close`` on the database of the test."""
    return closing_command(engine, tmp_path)


def closing_command(engine: sa.Engine, folder: Path) -> Command:
    environment = {
        **os.environ,
        "CHO40_DATA_DIR": str(folder),
        "CHO40_SECRET_KEYS": json.dumps(SEALER.secret_keys),
        "CHO40_HASH_KEY": SEALER.hash_key,
        "CHO40_DATABASE_URL": engine.url.render_as_string(hide_password=False),
    }
    run = "from market.cli import main; main()"
    arguments = ["day", "close", DAY.isoformat(), "--market", "MA"]
    return lambda: subprocess.Popen(
        [sys.executable, "-c", run, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def written(engine: sa.Engine) -> list[int]:
    with reading(engine) as session:
        return [
            int(session.execute(sa.select(sa.func.count()).select_from(kind)).scalar_one())
            for kind in WRITTEN
        ]


class _Undone(Exception):
    """Ends a transaction without keeping it."""


def undisturbed_root(engine: sa.Engine) -> str:
    """The root of a close that nobody killed; the database is left as it was."""
    root = ""
    with pytest.raises(_Undone), writing(engine) as session:
        [closed] = close_days(
            session,
            DAY,
            DAY,
            market_code="MA",
            profiles=load_profiles(None),
            sealer=SEALER,
            now=datetime.now(UTC),
        )
        root = closed.root_sha256
        raise _Undone
    return root


@pytest.mark.usefixtures("ledger")
def test_a_close_killed_in_the_middle_leaves_nothing_and_the_next_one_equals(
    engine: sa.Engine, command: Command
) -> None:
    expected = undisturbed_root(engine)
    nothing = [0] * len(WRITTEN)
    assert written(engine) == nothing

    for size in KILL_AT_BYTES:
        assert kill_after(engine, command, size), "it ended before it could be killed"
        assert written(engine) == nothing

    process = command()
    said, _ = process.communicate(timeout=120)

    assert process.returncode == 0, said
    with reading(engine) as session:
        [close] = session.exec(select(DayClose)).all()
        assert close.root_sha256 == expected
        assert verify_chain(session, sealer=SEALER) == []
        assert verify_trails(session) == []
        breaks = session.exec(select(Break).order_by(col(Break.id))).all()
        assert len(breaks) == ALONE


def test_a_worker_killed_in_the_middle_of_a_close_changes_nothing(
    sqlite_engine: sa.Engine, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_engine, now)
    expected = undisturbed_root(sqlite_engine)
    monkeypatch.setenv(killing.DEATH, str(tmp_path / "died"))
    monkeypatch.setattr(partition, "match_part", killing.match_part_or_die)

    with Processes(2) as crew, writing(sqlite_engine) as session:
        [closed] = close_days(
            session,
            DAY,
            DAY,
            market_code="MA",
            profiles=load_profiles(None),
            sealer=SEALER,
            now=datetime.now(UTC),
            crew=crew,
        )

    assert (tmp_path / "died").exists()
    assert closed.root_sha256 == expected


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL of its own, so that it may be killed."""
    running = start_own_postgres()
    yield running
    running.stop()


def test_a_database_killed_in_the_middle_of_a_close_comes_back_without_it(
    server: PostgresServer, tmp_path: Path, now: datetime
) -> None:
    engine = open_engine(server.fresh_database("killed"))
    fill(engine, now)
    expected = undisturbed_root(engine)
    command = closing_command(engine, tmp_path)
    before = written_bytes(engine)

    process = command()
    stop_when(process, lambda: written_bytes(engine) > before + 200_000)
    os.kill(server.handle.get_pid(), signal.SIGQUIT)
    process.send_signal(signal.SIGCONT)
    _, said = process.communicate(timeout=120)
    engine.dispose()
    server.handle.get_postmaster_info().process.wait(timeout=60)
    server.handle.ensure_postgres_running()

    assert process.returncode != 0
    assert said
    assert written(engine) == [0] * len(WRITTEN)
    again = command()
    out, _ = again.communicate(timeout=120)
    assert again.returncode == 0, out
    with reading(engine) as session:
        [close] = session.exec(select(DayClose)).all()
        assert close.root_sha256 == expected
        assert verify_chain(session, sealer=SEALER) == []
        assert verify_trails(session) == []
    engine.dispose()
