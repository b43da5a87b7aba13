"""What the environment names, opened for one command and closed after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from market.cli.context import open_database

if TYPE_CHECKING:
    import sqlalchemy as sa

    from market.settings import Settings
    from reconciliation.intake.raw_store import RawStore


@dataclass(frozen=True, slots=True)
class Service:
    """Settings, the database they name and the raw store beside it."""

    settings: "Settings"
    engine: "sa.Engine"
    store: "RawStore"


@contextmanager
def open_service() -> Iterator[Service]:
    """Give the service of this environment and close its database at the end.

    A database that is not there or not up to date ends the command with status 1.
    """
    from reconciliation.intake.raw_store import RawStore

    settings, engine = open_database()
    try:
        yield Service(settings, engine, RawStore(settings.raw_dir))
    finally:
        engine.dispose()
