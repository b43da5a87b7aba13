"""Fixtures shared by all tests: a fixed now, a sealer, and a fresh database of each kind."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

from market.database import migrate, open_engine
from merchants.sealing import Sealer
from tests.golden_files import golden
from tests.postgres import PostgresServer, start_postgres

__all__ = ["golden"]
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)

settings.register_profile(
    "cho40", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("cho40")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch that writes golden files anew."""
    parser.addoption("--update-golden", action="store_true", help="write golden files anew")


@pytest.fixture
def now() -> datetime:
    """21 November 2026, 09:00 in Hồ Chí Minh City."""
    return NOW


@pytest.fixture
def sealer() -> Sealer:
    """A sealer with keys that are only for tests."""
    return Sealer(secret_keys=("test-key",), hash_key="test-hash-key")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file; each test gets a copy."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server of this test process, with a migrated template database."""
    server = start_postgres()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path
) -> Iterator[sa.Engine]:
    """A fresh, migrated database: each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "cho40.sqlite3"
        shutil.copy(sqlite_template, path)
        opened = open_engine(f"sqlite:///{path}")
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        opened = open_engine(server.clean_database(f"tests{os.getpid()}"))
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_engine(tmp_path: Path, sqlite_template: Path) -> Iterator[sa.Engine]:
    """A fresh, migrated SQLite database, for what does not depend on the kind."""
    path = tmp_path / "cho40.sqlite3"
    shutil.copy(sqlite_template, path)
    opened = open_engine(f"sqlite:///{path}")
    yield opened
    opened.dispose()
