"""The benchmark from files to a closed day, small: it runs, and comes out as its files say.

``python -m tests.benchmarks.files_to_closed_day`` measures it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from market.database import open_engine
from tests.benchmarks.files_to_closed_day import STAGES, Closed, close_a_day
from tests.postgres import PostgresServer

CloseOn = Callable[[sa.Engine], Closed]
ROWS = 500


@pytest.fixture
def closed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CloseOn:
    """Close the day of the benchmark on a database."""

    def _closed_on(engine: sa.Engine) -> Closed:
        folder = tmp_path / engine.dialect.name
        folder.mkdir()
        monkeypatch.setenv("CHO40_DATA_DIR", str(folder / "var"))
        monkeypatch.setenv("CHO40_DATABASE_URL", engine.url.render_as_string(hide_password=False))
        return close_a_day(folder, ROWS)

    return _closed_on


def test_files_come_to_a_day_as_they_were_made_and_every_stage_is_timed(
    sqlite_engine: sa.Engine, closed_on: CloseOn
) -> None:
    closed = closed_on(sqlite_engine)

    assert set(closed.spent) == set(STAGES)
    assert all(spent.clock > 0 for spent in closed.spent.values())


@pytest.mark.postgres
def test_both_databases_come_to_the_same_root(
    sqlite_engine: sa.Engine,
    postgres: PostgresServer,
    closed_on: CloseOn,
) -> None:
    served = open_engine(postgres.clean_database("files_to_closed_day"))

    assert closed_on(served).root == closed_on(sqlite_engine).root
