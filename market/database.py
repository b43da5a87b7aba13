"""Engine, transactions and migrations for SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, create_engine

import market.tables
import merchants.tables
import reconciliation.breaks.tables
import reconciliation.close.locks.tables
import reconciliation.rules.tables
import reconciliation.tables

# Using the names keeps the imports that register the tables from being "unused".
TABLE_MODULES = (
    market.tables,
    merchants.tables,
    reconciliation.tables,
    reconciliation.breaks.tables,
    reconciliation.close.locks.tables,
    reconciliation.rules.tables,
)
METADATA = SQLModel.metadata

MIGRATIONS = Path(__file__).parent / "migrations"
POOL_SIZE = 40  # FastAPI's worker threads; a smaller pool turns load into timeouts
BUSY_TIMEOUT_S = 30


def open_engine(url: str) -> sa.Engine:
    """Return an engine for ``url``: SQLite (WAL, foreign keys on) or PostgreSQL (psycopg)."""
    if url.startswith("sqlite"):
        return _open_sqlite(url)
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,  # a failed statement is logged; names and accounts are not
    )


@contextmanager
def writing(engine: sa.Engine, *, is_durable: bool = False) -> Iterator[Session]:
    """Give a session in one write transaction; commit when the block ends, roll back if it raises.

    Args:
        is_durable: the commit survives a power cut, on SQLite too: for what others forget once we
            have acknowledged it. PostgreSQL's always do.
    """
    options = {"cho40_begin": "BEGIN IMMEDIATE"} | ({"cho40_durable": True} if is_durable else {})
    with Session(
        engine.execution_options(**options) if engine.dialect.name == "sqlite" else engine,
        expire_on_commit=False,
        close_resets_only=False,
    ) as session:
        yield session
        session.commit()


@contextmanager
def reading(engine: sa.Engine) -> Iterator[Session]:
    """Give a session that sees one state of the database and keeps nothing."""
    bind = engine
    if engine.dialect.name == "postgresql":
        bind = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with Session(bind, close_resets_only=False) as session:
        yield session
        session.rollback()


def migrate(engine: sa.Engine) -> None:
    """Bring the tables to the newest version; safe to repeat."""
    from alembic import command

    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def alembic_config() -> Any:
    """Return Alembic's configuration for the packaged migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _open_sqlite(url: str) -> sa.Engine:
    path = sa.engine.make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_S},
        pool_size=POOL_SIZE,
        hide_parameters=True,  # as for PostgreSQL
    )

    @sa.event.listens_for(engine, "do_connect")
    def _keep_private(*_: Any) -> None:
        # Takings and account ids are for the service's eyes only; opening alone makes no file.
        if path and path != ":memory:":
            Path(path).touch(mode=0o600)

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN is off: reads outside a transaction would see other people's
        # commits half-way, and read-then-write under a plain BEGIN fails with "database is locked".
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = NORMAL")
        # What is erased is overwritten, not only unlinked; some builds of SQLite do so unasked.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        _flush_at_commit(connection.connection, "FULL" if "cho40_durable" in options else "NORMAL")
        connection.exec_driver_sql(options.get("cho40_begin", "BEGIN"))

    return engine


def _flush_at_commit(connection: sa.PoolProxiedConnection, synchronous: str) -> None:
    """Let the next commits of a SQLite connection wait for the disk, or not; outside a transaction."""
    if connection.info.get("synchronous", "NORMAL") != synchronous:
        connection.cursor().execute(f"PRAGMA synchronous = {synchronous}")
        connection.info["synchronous"] = synchronous
