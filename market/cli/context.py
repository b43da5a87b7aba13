"""What the commands on the database have in common: opening it, and how days and periods are written."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from market.adoption.periods import Period, Scheme

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from market.settings import Settings

_PERIOD = re.compile(r"\d{4}(-\d\d|-Q[1-4])?")


@contextmanager
def opened_database() -> "Iterator[tuple[Settings, Engine]]":
    """Give ``open_database``'s settings and engine, and close its connections afterwards."""
    settings, engine = open_database()
    try:
        yield settings, engine
    finally:
        engine.dispose()


def open_database() -> "tuple[Settings, Engine]":
    """Return the settings and the engine of a database that is there and up to date.

    Anything else ends the command with status 1 and one line that says what to do.
    """
    import sqlalchemy as sa

    from market.database import open_engine
    from market.settings import Settings

    settings = Settings()
    engine = open_engine(settings.url)
    shown = settings.url.rsplit("@", 1)[-1]
    # Asking first keeps a mistyped path from leaving an empty file behind.
    database = engine.url.database
    if engine.dialect.name == "sqlite" and database and not _is_file(database):
        _refuse(f"{shown} chưa có / does not exist: chạy / run “cho40 init”")
    try:
        with reached(engine, shown) as connection:
            version = connection.execute(
                sa.text("SELECT version_num FROM alembic_version")
            ).scalar()
    except sa.exc.DatabaseError:
        engine.dispose()
        _refuse(f"{shown} chưa khởi tạo / has no tables: chạy / run “cho40 init”")
    newest = newest_revision()
    if version != newest:
        engine.dispose()
        _refuse(f"{shown} ở phiên bản {version}, cần {newest}: chạy / run “cho40 init”")
    return settings, engine


@contextmanager
def reached(engine: "Engine", shown: str) -> "Iterator[Connection]":
    """Give a connection; a database server that does not answer ends the command with one line."""
    import sqlalchemy as sa

    try:
        connection = engine.connect()
    except sa.exc.OperationalError as failure:
        if engine.dialect.name == "sqlite":
            raise
        engine.dispose()
        why = " ".join(str(failure.orig).split())
        _refuse(f"{shown} không kết nối được / cannot be reached: {why}")
    with connection:
        yield connection


def newest_revision() -> str:
    """Return the newest migration's number, by its file's name; Alembic itself takes long to load."""
    from market.database import MIGRATIONS

    return max(path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/[0-9]*.py"))


def read_day(text: str) -> date:
    """Return the day written as ``dd/mm/yyyy`` or ``yyyy-mm-dd``; anything else is a usage error."""
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise typer.BadParameter(f"{text!r}: cần / expected dd/mm/yyyy")


def read_period(text: str, scheme: Scheme) -> Period:
    """Return the period written as ``2026-10``, ``2026-Q4`` or ``2026``; anything else is a usage error.

    Raises:
        PeriodNotReadable: it is written so, of no year from 2000 to 2999.
    """
    if _PERIOD.fullmatch(text) is None:
        raise typer.BadParameter(f"{text!r}: cần / expected 2026-10, 2026-Q4, 2026")
    return Period.read(text, scheme)


def _is_file(path: str) -> bool:
    return path == ":memory:" or Path(path).is_file()


def _refuse(reason: str) -> NoReturn:
    typer.echo(f"cho40: {reason}", err=True)
    raise typer.Exit(1)
