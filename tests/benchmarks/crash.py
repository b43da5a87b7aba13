"""The crash test at full length: ``python -m tests.benchmarks.crash --kills 50``, on both databases.

The service is killed (SIGKILL) at random moments while webhooks and files arrive over HTTP; afterwards
every acknowledged record must be there exactly once (``tests.crashing``). Exits 1 when one is not.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from market.database import migrate, open_engine
from tests.crashing import crash
from tests.postgres import start_postgres


def main() -> None:
    """Kill and prove."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--seed", type=int, default=1)
    told = options.parse_args()
    for database in (sqlite, postgresql):
        with tempfile.TemporaryDirectory() as name, database(Path(name)) as url:
            begun = time.perf_counter()
            found = crash(url, Path(name), kills=told.kills, seed=told.seed)
            print(f"{database.__name__}: {found}; {time.perf_counter() - begun:.0f} s", flush=True)


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    """Give the address of a migrated SQLite file."""
    url = f"sqlite:///{folder / 'cho40.sqlite3'}"
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()
    yield url


@contextmanager
def postgresql(_folder: Path) -> Iterator[str]:
    """Give the address of a migrated database on a PostgreSQL of its own."""
    server = start_postgres()
    try:
        yield server.fresh_database("bench")
    finally:
        server.stop()


if __name__ == "__main__":
    main()
