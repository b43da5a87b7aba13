"""The proof of the ledger from raw bytes: what was deleted, added or changed by hand is told."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.database import reading, writing
from reconciliation.bulk import table_of
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import Book
from reconciliation.tables import ProviderTransaction
from reconciliation.verification.ledger import prove_ledger
from tests.reconciliation.arrivals import SEALER, sepay, vcb
from tests.reconciliation.taking import take

ROW = table_of(ProviderTransaction)


@pytest.fixture
def findings(engine: sa.Engine, store: RawStore) -> Callable[[], list[str]]:
    """A statement of three lines and a webhook about one of them; what the proof says of them."""
    take(engine, store, vcb(("R1", 10_000, "a"), ("R2", 20_000, "b"), ("R3", 40_000, "c")))
    take(engine, store, sepay())

    def found() -> list[str]:
        with reading(engine) as session:
            return prove_ledger(session, store, sealer=SEALER).findings

    return found


def line(session: Session, amount: int) -> ProviderTransaction:
    chosen = select(ProviderTransaction).where(
        col(ProviderTransaction.book) == Book.STATEMENT, col(ProviderTransaction.amount) == amount
    )
    return session.exec(chosen).one()


def test_a_ledger_nobody_touched_is_proved(findings: Callable[[], list[str]]) -> None:
    assert findings() == []


def test_a_deleted_row_is_told_with_its_delivery_and_its_dong(
    engine: sa.Engine, findings: Callable[[], list[str]]
) -> None:
    with writing(engine) as session:
        session.delete(line(session, 20_000))

    [finding] = findings()

    assert finding.startswith("Lượt nhận 1:")
    assert "lúc nhận ghi 3 dòng, nay sổ có 2 dòng, mất 1" in finding
    assert "bản gốc nói tới 1 khoản không còn trong sổ, 20000 ₫" in finding


def test_all_rows_of_a_delivery_deleted_are_told(
    engine: sa.Engine, findings: Callable[[], list[str]]
) -> None:
    with writing(engine) as session:
        session.connection().execute(sa.delete(ROW).where(ROW.c.book == "statement"))

    [finding] = findings()

    assert "mất 3; bản gốc nói tới 3 khoản không còn trong sổ, 70000 ₫" in finding


def test_a_row_written_a_second_time_is_one_too_many(
    engine: sa.Engine, findings: Callable[[], list[str]]
) -> None:
    with writing(engine) as session:
        told = line(session, 40_000).model_dump(exclude={"id"})
        session.add(ProviderTransaction(**told | {"version": 2}))

    assert [finding.rpartition(", ")[2] for finding in findings()] == ["thừa 1"]


def test_a_row_of_money_nobody_told_of_is_told(
    engine: sa.Engine, findings: Callable[[], list[str]]
) -> None:
    with writing(engine) as session:
        told = line(session, 40_000).model_dump(exclude={"id"})
        session.add(ProviderTransaction(**told | {"dedupe_key": "bank_vcb:made up"}))

    count, row = findings()

    assert count.endswith("thừa 1")
    assert row.endswith("bản gốc không nói tới khoản này")
