"""A process killed in the middle of an ingest leaves nothing half-written; running again is enough.

The command itself runs in a process of its own and is killed when it has written so much.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from merchants.sealing import Sealer
from reconciliation.intake.ingest import ingest
from reconciliation.intake.raw_store import RawStore
from reconciliation.tables import Delivery, FeedReject, SettlementStatement
from tests.half_done import Command, kill_after, kill_when
from tests.reconciliation.arrivals import NOW, incoming, ledger, vcb

ROWS = 5_000
MEMO = "MBVCB.4525077405.029552.tien rau CT tu 0351000646393 NGUYEN VAN A toi 1018795282"
KILL_AT_BYTES = (20_000, 400_000, 1_500_000)
"""How much was written when a round ends; the whole is more than 4 MB on PostgreSQL."""
ENDED = "it ended before it could be killed"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "statement.csv"
    path.write_bytes(vcb(*((f"5243.{n}", 1000 + n, MEMO) for n in range(1, ROWS + 1))).content)
    return path


@pytest.fixture
def command(engine: sa.Engine, tmp_path: Path, file: Path) -> Command:
    """Start ``cho40 feed ingest`` on the database of the test."""
    environment = {
        **os.environ,
        "CHO40_DATA_DIR": str(tmp_path),
        "CHO40_HASH_KEY": "test-hash-key",  # as in the fixture ``sealer``
        "CHO40_DATABASE_URL": engine.url.render_as_string(hide_password=False),
    }
    run = "from market.cli import main; main()"
    arguments = ["feed", "ingest", "--provider", "bank_vcb", str(file)]
    return lambda: subprocess.Popen(
        [sys.executable, "-c", run, *arguments], env=environment, stdout=subprocess.PIPE
    )


def run_to_the_end(command: Command) -> str:
    process = command()
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return said.decode()


def tables(engine: sa.Engine) -> tuple[int, ...]:
    with reading(engine) as session:
        kinds: tuple[Any, ...] = (Delivery, SettlementStatement, FeedReject)
        return (
            len(ledger(session, every_version=True)),
            *(len(session.exec(select(kind)).all()) for kind in kinds),
        )


def facts(engine: sa.Engine) -> list[dict[str, Any]]:
    with reading(engine) as session:
        return without_instants(ledger(session, every_version=True))


def without_instants(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows without when they came to be known, which differs from run to run."""
    return [{k: v for k, v in row.items() if k != "known_at"} for row in rows]


def test_killed_in_the_middle_and_run_again_nothing_is_lost_or_doubled(
    engine: sa.Engine,
    command: Command,
    file: Path,
    tmp_path: Path,
    sealer: Sealer,
) -> None:
    expected = undisturbed(engine, sealer, file, tmp_path)
    raw = tmp_path / "raw"
    # The bytes are safe, no row yet.
    assert kill_when(command(), lambda: any(raw.rglob("*.gz"))), ENDED
    for size in KILL_AT_BYTES:
        assert kill_after(engine, command, size), ENDED
        assert tables(engine) == (0, 0, 0, 0)

    said = run_to_the_end(command)

    assert f"{ROWS} new, 0 repeated" in said
    assert tables(engine) == (ROWS, 1, 1, 0)
    found = facts(engine)
    assert sum(row["amount"] for row in found) == sum(1000 + n for n in range(1, ROWS + 1))
    with reading(engine) as session:
        digest = session.exec(select(Delivery.raw_sha256)).one()
    assert RawStore(raw).get(digest) == file.read_bytes()

    assert "/ duplicate, 0 new" in run_to_the_end(command)
    assert facts(engine) == found == expected


class _Undone(Exception):
    """Ends a transaction without keeping it."""


def undisturbed(
    engine: sa.Engine, sealer: Sealer, file: Path, folder: Path
) -> list[dict[str, Any]]:
    """The ledger after a run that nobody killed; the database is left empty."""
    found: list[dict[str, Any]] = []
    with pytest.raises(_Undone), writing(engine) as session:
        whole = incoming("bank_vcb", file.read_bytes())
        ingest(session, RawStore(folder / "apart"), sealer=sealer, incoming=whole, now=NOW)
        found = without_instants(ledger(session, every_version=True))
        raise _Undone
    return found
