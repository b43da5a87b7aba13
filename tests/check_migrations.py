"""Fail when the migrations do not lead to exactly the tables in the code, on both databases."""

import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command

from market.database import alembic_config, migrate, open_engine
from tests.postgres import start_postgres


def check(engine: sa.Engine) -> None:
    """Upgrade from nothing, compare with the code, go back down and up again."""
    migrate(engine)
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.check(config)
        command.downgrade(config, "base")
        command.upgrade(config, "head")
    engine.dispose()


def main() -> None:
    """Check SQLite and PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        check(open_engine(f"sqlite:///{Path(folder) / 'check.sqlite3'}"))
    server = start_postgres()
    try:
        check(open_engine(server.fresh_database("check")))
    finally:
        server.stop()


if __name__ == "__main__":
    main()
