"""Commands killed (SIGKILL) in the middle of their work, as seen from outside: the product has no hook."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

Command = Callable[[], subprocess.Popen[bytes]]
"""Starts a command of the service in a process of its own."""
SLICE_S = 0.002


def written_bytes(engine: sa.Engine) -> int:
    """Return how long the database's write-ahead log is, which uncommitted work makes longer.

    Not a table's size: rows of a command that was killed make room, whenever PostgreSQL comes to
    vacuum them, and the next one's rows fill it.
    """
    if engine.dialect.name == "sqlite":
        log = Path(f"{engine.url.database}-wal")
        return log.stat().st_size if log.exists() else 0
    with engine.connect() as connection:
        place = connection.exec_driver_sql("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        return int(place.scalar_one())


def stop_when(process: subprocess.Popen[bytes], is_time: Callable[[], bool]) -> None:
    """Let a process run until it is time, or to its end; it stands still then (SIGCONT goes on).

    It runs a slice at a time and stands still while it is looked at, so that a busy machine, on which
    it is looked at late, does not let it end unseen.
    """
    while process.poll() is None and not is_time():
        process.send_signal(signal.SIGCONT)
        time.sleep(SLICE_S)
        process.send_signal(signal.SIGSTOP)


def kill_when(process: subprocess.Popen[bytes], is_time: Callable[[], bool]) -> bool:
    """Kill a process when it is time; return whether it was still running."""
    stop_when(process, is_time)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    return process.returncode == -signal.SIGKILL


def kill_after(engine: sa.Engine, command: Command, size: int) -> bool:
    """Kill a command when it has written more than so many bytes; return whether it still ran."""
    engine.dispose()  # SQLite clears its log when the last connection closes
    before = written_bytes(engine)
    return kill_when(command(), lambda: written_bytes(engine) > before + size)
