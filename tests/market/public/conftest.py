"""A quarter of three markets, published: made once, read by all tests of this folder."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI

from market.app import create_app
from market.database import open_engine, writing
from market.roles import Role
from market.security.sessions import start_session
from market.settings import Settings
from tests.market.conftest import KEY, NOW, add_user
from tests.market.public import publishing


@dataclass(frozen=True)
class Published:
    """The folder of its database, who received what, and the sessions of two readers."""

    folder: Path
    truth: publishing.Contributions
    economist: str
    manager_of_lg: str

    def app(self) -> FastAPI:
        """Open the application on it."""
        return create_app(settings_at(self.folder), now=lambda: NOW)


def settings_at(folder: Path) -> Settings:
    """Settings of an application with its database in a folder."""
    return Settings(
        data_dir=folder,
        secret_keys=[KEY],
        hash_key=KEY,
        disclosure_p_percent=publishing.P_PERCENT,
        base_url="https://cho.example",
    )


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Published:
    """The database with its quarter published; the tests only read it."""
    folder = tmp_path_factory.mktemp("public")
    shutil.copy(sqlite_template, folder / "cho40.sqlite3")
    engine = open_engine(f"sqlite:///{folder / 'cho40.sqlite3'}")
    with writing(engine) as session:
        truth = publishing.furnish(session, 3)
        publishing.publish_all(session)
        economist = add_user(session, Role.ECONOMIST)
        manager = add_user(session, Role.MARKET_MANAGER, markets=["LG"])
        tokens = [start_session(session, now=NOW, user=one) for one in (economist, manager)]
    engine.dispose()
    return Published(folder, truth, *tokens)
