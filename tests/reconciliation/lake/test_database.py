"""Days out of a database and back into another: the same rows, the same bytes, on both databases."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from market.database import reading, writing
from merchants.tables import Vendor
from reconciliation.close.frames import read_window
from reconciliation.engine.crew import Alone
from reconciliation.engine.matching import reconcile
from reconciliation.errors import DaysRefused, LakeDisagrees, LakeRefused
from reconciliation.lake.database import Imported, export_days, import_days
from reconciliation.lake.layout import open_lake
from reconciliation.lake.running import reconcile_lake
from reconciliation.profiles import load_profiles
from reconciliation.tables import Delivery, ProviderTransaction, SettlementStatement
from tests.reconciliation.ledger_world import DAY, LedgerWorld

LATER = DAY + timedelta(days=1)


@pytest.fixture
def lake(engine: sa.Engine, now: datetime, tmp_path: Path) -> Path:
    """Two days of two vendors and of nobody, one row in two versions, exported."""
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        market = world.market()
        first, second = world.vendor(market), world.vendor(market)
        world.both(first, 2**60)
        world.both(second, 20_000, business_date=LATER)
        world.booked(first, 30_000, dedupe_key="k", is_current=False)
        world.booked(first, 31_000, dedupe_key="k", version=2)
        world.announced(None, 5_000)
        world.statement(first, DAY)
    export(engine, tmp_path / "lake")
    return tmp_path / "lake"


def export(engine: sa.Engine, folder: Path) -> str:
    with reading(engine) as session:
        return export_days(session, folder, DAY, LATER).sha256


def empty_ledger(session: Session) -> None:
    """The same register with nothing in its ledger, its numbers used up."""
    for table in (ProviderTransaction, SettlementStatement, Delivery):
        session.connection().execute(sa.delete(table))


def rows(engine: sa.Engine) -> list[dict[str, Any]]:
    """The ledger without numbers of rows."""
    with reading(engine) as session:
        table = ProviderTransaction.__table__  # type: ignore[attr-defined]
        found = session.connection().execute(
            sa.select(table).order_by(table.c.book, table.c.dedupe_key, table.c.version)
        )
        return [
            {name: value for name, value in row.items() if name not in {"id", "delivery_id"}}
            for row in found.mappings()
        ]


def test_what_went_out_comes_back_and_goes_out_again_with_the_same_bytes(
    engine: sa.Engine, lake: Path, tmp_path: Path
) -> None:
    before = rows(engine)
    with writing(engine) as session:
        empty_ledger(session)

    with writing(engine) as session:
        done = import_days(session, lake)

    assert done == Imported(rows=len(before), known=0, deliveries=done.deliveries)
    assert rows(engine) == before
    assert export(engine, tmp_path / "again") == open_lake(lake).sha256


def test_days_that_end_before_they_begin_are_refused(engine: sa.Engine, tmp_path: Path) -> None:
    with reading(engine) as session, pytest.raises(DaysRefused):
        export_days(session, tmp_path / "new", LATER, DAY)

    assert not (tmp_path / "new").exists()


def test_importing_what_is_here_does_nothing(engine: sa.Engine, lake: Path) -> None:
    before = rows(engine)

    with writing(engine) as session:
        done = import_days(session, lake)

    assert (done.rows, done.known, done.deliveries) == (0, len(before), 0)
    assert rows(engine) == before


def test_the_books_of_the_lake_come_to_what_the_database_comes_to(
    engine: sa.Engine, lake: Path, tmp_path: Path
) -> None:
    with reading(engine) as session:
        whole = reconcile(read_window(session, DAY, LATER).books, load_profiles())

    found = reconcile_lake(open_lake(lake), load_profiles(), Alone(), tmp_path / "out")

    assert found.root_hash == whole.root_hash


def test_a_row_that_says_something_else_here_is_refused(engine: sa.Engine, lake: Path) -> None:
    with writing(engine) as session:
        session.connection().execute(
            sa.update(ProviderTransaction)
            .where(ProviderTransaction.dedupe_key == "k")  # type: ignore[arg-type]
            .values(content_sha256="0" * 64)
        )

    with pytest.raises(LakeDisagrees, match="k version 1 says something else here"):  # noqa: SIM117
        with writing(engine) as session:
            import_days(session, lake)


def test_a_newer_version_here_is_not_made_two(engine: sa.Engine, lake: Path) -> None:
    with writing(engine) as session:
        session.connection().execute(
            sa.update(ProviderTransaction)
            .where(ProviderTransaction.version == 2)  # type: ignore[arg-type]
            .values(version=3)
        )

    with pytest.raises(LakeDisagrees, match="k has a newer version here"):  # noqa: SIM117
        with writing(engine) as session:
            import_days(session, lake)


def test_a_vendor_who_is_not_in_the_register_is_named(engine: sa.Engine, lake: Path) -> None:
    with writing(engine) as session:
        empty_ledger(session)
        session.connection().execute(sa.update(Vendor).values(code=None))

    with pytest.raises(LakeDisagrees, match=r"vendor .* is not in this database"):  # noqa: SIM117
        with writing(engine) as session:
            import_days(session, lake)


def test_a_damaged_file_brings_nothing_in(engine: sa.Engine, lake: Path) -> None:
    spoilt = next(file for file in open_lake(lake).files if file.book == "provider_transaction")
    (lake / spoilt.path).write_bytes(b"PAR1")
    with writing(engine) as session:
        empty_ledger(session)

    with pytest.raises(LakeRefused, match="its bytes are not"):  # noqa: SIM117
        with writing(engine) as session:
            import_days(session, lake)

    assert rows(engine) == []
