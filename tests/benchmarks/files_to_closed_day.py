"""From files to a closed day and its report, on SQLite and on PostgreSQL, with the time of each stage.

``python -m tests.benchmarks.files_to_closed_day --rows 100000``: so many payments as Casso's bodies and
as many lines of Vietcombank statements go through ``cho40 feed ingest``, ``cho40 day close`` and
``cho40 report market-day`` into a fresh database, in a process of its own for each. What comes out
must be what the files were made to say, and the root of the day the same on both databases.
"""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from typer.testing import CliRunner

from market.cli import app
from market.clock import today
from market.database import migrate, open_engine
from market.settings import Settings
from tests.benchmarks.files_of_a_day import MARKET, DayFiles, register, write_day
from tests.benchmarks.stage_times import Spent, StageTimes
from tests.postgres import PostgresServer, start_postgres

ROWS = 100_000
BEHIND_DAYS = 12
"""The day lies so far back that nothing may still come late: it closes finally."""
BLNK_S = (233.0, 343.0)
"""Blnk with 100,000 records a side, upload and its one-to-one rule, as performance.md measured it."""
BLNK_ROWS = 100_000

_READ, _KEEP, _PARSE, _ATTRIBUTE, _LEDGER = (
    "read the files",
    "keep the bytes",
    "parse and hash",
    "attribute",
    "write the ledger",
)
_WINDOW, _DECIDE, _CLOSE, _REPORT = "read the window", "match, decide", "close, write", "report"
STAGES = (_READ, _KEEP, _PARSE, _ATTRIBUTE, _LEDGER, _WINDOW, _DECIDE, _CLOSE, _REPORT)
_FUNCTIONS = {
    "market.cli.ingest:_incoming": _READ,
    "reconciliation.intake.raw_store:RawStore.append_many": _KEEP,
    "reconciliation.intake.raw_store:RawStore.put_many": _KEEP,
    "reconciliation.intake.ingest:read_arrivals": _PARSE,
    "reconciliation.ledger.rows:attribute": _ATTRIBUTE,
    "reconciliation.close.incremental:_all_payouts": _WINDOW,
    "reconciliation.close.incremental:read_inputs": _WINDOW,
    "reconciliation.close.incremental:_read": _WINDOW,
    "reconciliation.close.incremental:SomeAccounts.look": _DECIDE,
    "reconciliation.close.incremental:_decide": _DECIDE,
}


@dataclass(frozen=True, slots=True)
class Closed:
    """What one database came to: the root of the day, and the seconds of each stage."""

    root: str
    spent: dict[str, Spent]

    @property
    def clock(self) -> float:
        """Return all seconds by the clock."""
        return sum(each.clock for each in self.spent.values())

    @property
    def cpu(self) -> float:
        """Return all seconds of this process's processor time; a server's own is not counted."""
        return sum(each.cpu for each in self.spent.values())


def main() -> int:
    """Measure both databases and print; return 1 when their roots differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = parser.parse_args().rows
    server = start_postgres()
    try:
        closed = {
            "SQLite": _in_a_process(rows, lambda folder: f"sqlite:///{folder / 'cho40.sqlite3'}"),
            "PostgreSQL": _in_a_process(rows, lambda _: _fresh(server)),
        }
    finally:
        server.stop()
    print("\n".join(_told(closed, rows)))
    if len({one.root for one in closed.values()}) > 1:
        print("the roots differ", file=sys.stderr)
        return 1
    return 0


def close_a_day(folder: Path, rows: int) -> Closed:
    """Take a day's files in, close it and report it, in the database that the environment names.

    Raises:
        AssertionError: a command fails, or what comes out is not what the files say.
    """
    settings = Settings()
    engine = open_engine(settings.url)
    migrate(engine)
    register(engine, settings.sealer, rows)
    engine.dispose()
    day = today() - timedelta(days=BEHIND_DAYS)
    files = write_day(folder, rows, day)
    times = StageTimes()
    with times.watching(_FUNCTIONS):
        for provider, paths in (("casso", files.announced), ("bank_vcb", files.booked)):
            with times.stage(_LEDGER):
                told = _run("feed", "ingest", "--provider", provider, "--json", *paths)
            _check_ingested(told, files, provider, rows)
        with times.stage(_CLOSE):
            told = _run("day", "close", str(day), "--json")
        root = _check_closed(told, files)
        with times.stage(_REPORT):
            told = _run("report", "market-day", MARKET, str(day), "--json")
        _check_reported(told, files, root)
    return Closed(root, dict(times.spent))


def _run(*words: object) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, f"{words[:4]}: {result.output[-400:]} {result.exception!r}"
    return result.stdout


def _check_ingested(told: str, files: DayFiles, provider: str, rows: int) -> None:
    taken = [json.loads(line)["file"] for line in told.splitlines()]
    twice = files.rows_told_twice if provider == "casso" else 0
    counts = {name: sum(one[name] for one in taken) for name in ("new", "repeated", "rejected")}
    assert counts == {"new": rows, "repeated": twice, "rejected": 0}, counts


def _check_closed(told: str, files: DayFiles) -> str:
    [of_market] = [one for one in json.loads(told) if one["scope"] == MARKET]
    assert of_market["outcomes"] == files.outcomes, of_market["outcomes"]
    assert of_market["state"] == "final", of_market["incomplete"]
    assert of_market["market_day"]["gross_vnd"] == files.gross_vnd
    return str(of_market["root_sha256"])


def _check_reported(told: str, files: DayFiles, root: str) -> None:
    report = json.loads(told)
    assert report["amounts"]["gross_vnd"] == files.gross_vnd
    assert root in told


def _fresh(server: PostgresServer) -> str:
    return server.fresh_database("files_to_closed_day")


def _in_a_process(rows: int, url_in: Callable[[Path], str]) -> Closed:
    context = multiprocessing.get_context("spawn")
    hearing, telling = context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        process = context.Process(target=_alone, args=(folder, url_in(folder), rows, telling))
        process.start()
        telling.close()
        try:
            closed: Closed = hearing.recv()
        finally:
            process.join()
    return closed


def _alone(folder: Path, url: str, rows: int, telling: Connection) -> None:
    os.environ |= {"CHO40_DATA_DIR": str(folder / "var"), "CHO40_DATABASE_URL": url}
    telling.send(close_a_day(folder, rows))


def _told(closed: dict[str, Closed], rows: int) -> list[str]:
    lines = [
        f"{rows:,} payments and {rows:,} lines: seconds by the clock (of our processor time)",
        f"{'stage':<18}" + "".join(f"{name:>20}" for name in closed),
    ]
    for stage in STAGES:
        spent = [one.spent.get(stage, Spent()) for one in closed.values()]
        lines.append(_line(stage, [(each.clock, each.cpu) for each in spent]))
    lines.append(_line("all", [(one.clock, one.cpu) for one in closed.values()]))
    if rows == BLNK_ROWS:
        least, most = BLNK_S
        lines += [
            f"Blnk's {least:.0f} to {most:.0f} s against {name}: {least / one.clock:.1f} to"
            f" {most / one.clock:.1f} x by the clock, {least / one.cpu:.1f} to {most / one.cpu:.1f} x"
            " of processor time"
            for name, one in closed.items()
        ]
    return lines


def _line(stage: str, seconds: list[tuple[float, float]]) -> str:
    return f"{stage:<18}" + "".join(f"{f'{clock:.2f} ({cpu:.2f})':>20}" for clock, cpu in seconds)


if __name__ == "__main__":
    sys.exit(main())
