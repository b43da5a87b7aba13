"""A register with the demonstration markets, on both kinds of database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, select

from market.database import reading, writing
from merchants.imports.register import RowResult, SheetResult, import_sheet
from merchants.markets.registration import register_market
from merchants.sealing import Sealer
from merchants.sheets.reading import Sheet
from merchants.tables import (
    AcceptancePoint,
    Market,
    MarketCalendar,
    Poster,
    Stall,
    StallHolding,
    Vendor,
    Zone,
)
from reconciliation.simulation.places import demo_markets
from tests.conftest import NOW
from tests.merchants.sheet_files import sheet_of

REGISTER_TABLES: tuple[type[SQLModel], ...] = (
    Market, MarketCalendar, Zone, Stall, Vendor, StallHolding, AcceptancePoint, Poster,
)  # fmt: skip


@dataclass
class Register:
    """A database with the four demonstration markets, and short ways to use it."""

    engine: sa.Engine
    sealer: Sealer
    now: datetime = field(default=NOW)

    def take(self, *rows: Mapping[str, object], **options: Any) -> SheetResult:
        """Import rows as a sheet, in a transaction of its own."""
        chosen = {"sealer": self.sealer, "now": self.now} | options
        with writing(self.engine) as session:
            return import_sheet(session, sheet_of(*rows), **chosen)

    def take_sheet(self, sheet: Sheet, **options: Any) -> SheetResult:
        """Import a sheet that was read, in a transaction of its own."""
        chosen = {"sealer": self.sealer, "now": self.now} | options
        with writing(self.engine) as session:
            return import_sheet(session, sheet, **chosen)

    def take_one(self, row: Mapping[str, object], **options: Any) -> RowResult:
        """Import one row and return what became of it."""
        (result,) = self.take(row, **options).rows
        return result

    def all(self, table: type[Any]) -> list[Any]:
        """All rows of a table, by id."""
        with reading(self.engine) as session:
            rows = list(session.exec(select(table).order_by(table.id)).all())
            session.expunge_all()  # the end of the reading would empty them
            return rows

    def one(self, table: type[Any]) -> Any:
        """The only row of a table."""
        (found,) = self.all(table)
        return found

    def dump(self) -> dict[str, list[dict[str, Any]]]:
        """Everything registered; a sealed value differs each time, so its plain text stands for it."""
        return {
            table.__name__: [self._plain(row) for row in self.all(table)]
            for table in REGISTER_TABLES
        }

    def _plain(self, row: SQLModel) -> dict[str, Any]:
        values = row.model_dump()
        for column, value in values.items():
            if column.endswith("_sealed") and value is not None:
                values[column] = self.sealer.open(value)
        return values


def fill(engine: sa.Engine, sealer: Sealer) -> Register:
    """Register the demonstration markets in an empty database."""
    with writing(engine) as session:
        for details in demo_markets():
            register_market(session, details, now=datetime(2026, 8, 1, tzinfo=UTC))
    return Register(engine, sealer)


@pytest.fixture
def register(engine: sa.Engine, sealer: Sealer) -> Register:
    """The demonstration markets on SQLite and on PostgreSQL."""
    return fill(engine, sealer)


@pytest.fixture
def sqlite_register(sqlite_engine: sa.Engine, sealer: Sealer) -> Register:
    """The demonstration markets, for what does not depend on the kind of database."""
    return fill(sqlite_engine, sealer)


@pytest.fixture
def today() -> date:
    """The day of ``now`` at the market."""
    return date(2026, 11, 21)
