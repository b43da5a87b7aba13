"""The background workers of imports, on both databases."""

import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from market.import_pool import ImportPool
from merchants.imports.row_results import Step
from merchants.imports.steps import begin_writing, find_import
from merchants.kinds import ImportState
from merchants.sealing import Sealer
from merchants.tables import Stall
from tests.merchants.conftest import Register, fill
from tests.merchants.imports.import_world import CLERK, receive, record_of
from tests.merchants.imports.test_register import other_row
from tests.merchants.sheet_files import row


@pytest.fixture
def register(engine: sa.Engine, sealer: Sealer) -> Register:
    return fill(engine, sealer)


@pytest.fixture
def pool(register: Register) -> Iterator[ImportPool]:
    opened = ImportPool(register.engine, register.sealer, lambda: register.now)
    yield opened
    opened.close()


def test_a_file_is_checked_and_written_in_the_background(
    register: Register, pool: ImportPool
) -> None:
    import_id = receive(register, row(), other_row(1))

    pool.check("MA", import_id)
    pool.settle(60)
    checked = record_of(register, import_id).state
    with writing(register.engine) as session:
        record = find_import(session, "MA", import_id, for_update=True)
        begin_writing(session, record, now=register.now)
    pool.write("MA", import_id, CLERK)
    pool.settle(60)

    assert checked is ImportState.CHECKED
    assert record_of(register, import_id).state is ImportState.WRITTEN
    assert len(register.all(Stall)) == 2
    assert not pool.holds(import_id)
    assert pool.how_far(import_id) is None


def test_what_is_not_to_be_written_is_left_alone(register: Register, pool: ImportPool) -> None:
    import_id = receive(register, row())

    pool.write("MA", import_id, CLERK)
    pool.settle(60)

    with reading(register.engine) as session:
        assert session.exec(select(Stall)).all() == []


def test_how_far_a_check_is_stands_in_the_database(
    register: Register, pool: ImportPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("market.import_pool.BEAT_S", 0)
    import_id = receive(register, row())

    tell = pool._telling(import_id, beats=True)
    tell(Step.READ, 400, 1000)
    half_read = record_of(register, import_id).rows_done
    tell(Step.PLAN, 400, 1000)

    record = record_of(register, import_id)
    assert (half_read, record.rows_done, record.rows_total) == (200, 700, 1000)
    assert record.beat_at == register.now


def test_a_job_that_breaks_is_logged_and_can_be_begun_again(
    register: Register, pool: ImportPool, caplog: pytest.LogCaptureFixture
) -> None:
    import_id = receive(register, row())
    broken = ImportPool(
        register.engine, Sealer(secret_keys=("other",), hash_key="x"), lambda: register.now
    )

    with caplog.at_level(logging.ERROR):
        broken.check("MA", import_id)
        broken.settle(60)
        broken.close()

    assert f"import {import_id} stopped half-way" in caplog.text
    assert record_of(register, import_id).state is ImportState.CHECKING
    pool.check("MA", import_id)
    pool.settle(60)
    assert record_of(register, import_id).state is ImportState.CHECKED
