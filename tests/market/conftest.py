"""A closed October in a database, the application on it, and readers with their links."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from market.app import create_app
from market.database import open_engine, reading, writing
from market.security.links import Grant, Role, link_path
from market.settings import Settings
from tests.market import books

KEY = "a-key-for-tests-only"
NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def october_file(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A SQLite file with the register and October of ``tests.market.books``."""
    path = tmp_path_factory.mktemp("october") / "october.sqlite3"
    shutil.copy(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        books.register(session)
        books.october(session)
    engine.dispose()
    return path


@pytest.fixture
def settings(tmp_path: Path, october_file: Path) -> Settings:
    """Settings of an application with October in its database."""
    shutil.copy(october_file, tmp_path / "cho40.sqlite3")
    return Settings(
        data_dir=tmp_path,
        secret_keys=[KEY],
        hash_key=KEY,
        sepay_hmac_secrets=[KEY],
        base_url="https://cho.example",
    )


@pytest.fixture
def october(settings: Settings) -> Iterator[sa.Engine]:
    """The database of the application."""
    engine = open_engine(settings.url)
    yield engine
    engine.dispose()


@pytest.fixture
def codes(october: sa.Engine) -> dict[str, list[str]]:
    """The vendor codes of each market."""
    with reading(october) as session:
        return {code: books.vendor_codes(session, code) for code in ("MA", "LG")}


Reader = Callable[..., TestClient]


@pytest.fixture
def reader(settings: Settings) -> Iterator[Reader]:
    """Open the application for a reader: ``reader(Role.MARKET, "MA")``; without a role a stranger."""
    opened: list[TestClient] = []

    def open_for(role: Role | None = None, scope: str = "*") -> TestClient:
        app = create_app(settings, now=lambda: NOW)
        client = TestClient(app, base_url="https://cho.example", raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        if role is not None:
            grant = Grant(role=role, scope=scope, until_at=NOW + timedelta(days=1))
            answer = client.get(link_path(grant, secret_keys=[KEY]), follow_redirects=False)
            assert answer.status_code == 303
        return client

    yield open_for
    for client in opened:
        client.__exit__(None, None, None)
