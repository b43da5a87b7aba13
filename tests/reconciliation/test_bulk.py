"""Bulk rows are stored as the ORM would store them, on both databases, whatever their number."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from merchants.tables import CalendarCorrection, Market
from reconciliation.bulk import COPY_FROM_COUNT, insert_rows, new_ids, one_of, rows_of, table_of
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.tables import Delivery, DeliveryState, JobLease, VendorDay
from tests import factories

COUNTS = [1, COPY_FROM_COUNT - 1, COPY_FROM_COUNT, 3 * COPY_FROM_COUNT]


def lease(number: int, **changes: Any) -> dict[str, Any]:
    at = datetime(2026, 11, 20, 17, 30, 0, 123456, tzinfo=UTC) + timedelta(seconds=number)
    return {"job": f"job {number}", "holder": "a\tb\n\\.\\N", "until_at": at} | changes


def delivery(**changes: Any) -> dict[str, Any]:
    return {
        "provider": "sepay",
        "account_alias": "",
        "account_sealed": "",
        "channel": SourceChannel.WEBHOOK,
        "name": "",
        "raw_sha256": "0" * 64,
        "raw_bytes": 1,
        "received_at": datetime(2026, 11, 20, tzinfo=UTC),
        "settlement_id": None,
        "signed_headers": "",
        "notice": "",
        "signature_status": SignatureStatus.VALID,
        "state": DeliveryState.PROCESSED,
        "reason": "",
        "rows_new": 0,
        "rows_repeated": 0,
        "rows_revised": 0,
        "rows_rejected": 0,
    } | changes


@pytest.mark.parametrize("count", COUNTS)
def test_rows_come_back_as_they_went_in(engine: sa.Engine, count: int) -> None:
    rows = [lease(number) for number in range(count)]

    with writing(engine) as session:
        stored = insert_rows(session, JobLease, rows)

    with reading(engine) as session:
        found = [row.model_dump() for row in session.exec(select(JobLease))]
    assert stored == count
    assert sorted(found, key=lambda row: row["until_at"]) == rows


@pytest.mark.parametrize("count", COUNTS)
def test_a_conflict_keeps_the_row_that_was_there(engine: sa.Engine, count: int) -> None:
    with writing(engine) as session:
        insert_rows(session, JobLease, [lease(0, holder="first")])

        stored = insert_rows(
            session, JobLease, [lease(n, holder="second") for n in range(count)], conflict=["job"]
        )

        assert stored == count - 1
        assert session.get_one(JobLease, "job 0").holder == "first"


@pytest.mark.parametrize("count", COUNTS)
def test_without_a_named_conflict_nothing_is_passed_over(engine: sa.Engine, count: int) -> None:
    rows = [lease(number) for number in range(count)]

    with pytest.raises(Exception, match=r"(?i)unique"), writing(engine) as session:
        insert_rows(session, JobLease, [*rows, lease(0)])

    with reading(engine) as session:
        assert session.exec(select(JobLease)).all() == []


def test_sequences_are_read_in_the_order_of_the_columns(engine: sa.Engine) -> None:
    with writing(engine) as session:
        session.add(factories.market(id=1))  # not flushed: the bulk rows refer to it
        insert_rows(
            session,
            CalendarCorrection,
            [(True, date(2026, 11, 20), 1, "Rằm")],
            columns=("is_open", "day_on", "market_id", "note"),
        )

        [found] = session.exec(select(CalendarCorrection)).all()

    assert found.model_dump() == {
        "market_id": 1,
        "day_on": date(2026, 11, 20),
        "is_open": True,
        "note": "Rằm",
    }


def test_without_column_names_a_row_has_all_of_them(engine: sa.Engine) -> None:
    with writing(engine) as session:
        session.add(factories.market(id=1))
        insert_rows(session, CalendarCorrection, [(1, date(2026, 11, 20), False, "")])

        assert session.exec(select(CalendarCorrection.is_open)).one() is False


def test_no_rows_are_no_statement(engine: sa.Engine) -> None:
    with writing(engine) as session, statements(engine) as seen:
        assert insert_rows(session, JobLease, []) == 0

    assert seen == []


def test_the_number_of_statements_does_not_grow_with_the_rows(engine: sa.Engine) -> None:
    counts = []
    for start in (1000, 5000):
        rows = [lease(number) for number in range(start, 2 * start)]
        with writing(engine) as session, statements(engine) as seen:
            insert_rows(session, JobLease, rows, conflict=["job"])
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 3


@pytest.mark.parametrize("count", [1, COPY_FROM_COUNT])
def test_the_database_holds_what_the_orm_would_have_written(engine: sa.Engine, count: int) -> None:
    whole_second = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    with writing(engine) as session:
        insert_rows(session, Delivery, [delivery(received_at=whole_second)] * count)
        session.add(Delivery(**delivery(received_at=whole_second)))
        session.flush()
        names = ", ".join(
            column.name for column in table_of(Delivery).columns if column.name != "id"
        )

        stored = session.connection().exec_driver_sql(f"SELECT {names} FROM delivery").all()

    assert len(stored) == count + 1
    assert len(set(map(tuple, stored))) == 1


def test_an_instant_is_stored_as_utc(engine: sa.Engine) -> None:
    local = datetime(2026, 11, 21, 0, 30, tzinfo=timezone(timedelta(hours=7)))

    with writing(engine) as session:
        insert_rows(session, JobLease, [lease(0, until_at=local)])

    with reading(engine) as session:
        assert session.get_one(JobLease, "job 0").until_at == datetime(
            2026, 11, 20, 17, 30, tzinfo=UTC
        )


@pytest.mark.parametrize("amount", [np.int64(5), 5.0, True])
def test_money_that_is_no_int_is_refused(engine: sa.Engine, amount: object) -> None:
    names = [column.name for column in table_of(VendorDay).columns]
    row = dict.fromkeys(names, 1) | {"business_date": date(2026, 11, 20), "gross_vnd": amount}

    with pytest.raises(TypeError, match="money must be int"), writing(engine) as session:
        insert_rows(session, VendorDay, [row])


def test_a_number_that_is_no_int_is_refused(engine: sa.Engine) -> None:
    with pytest.raises(TypeError, match=r"raw_bytes .*numpy\.int64"), writing(engine) as session:
        insert_rows(session, Delivery, [delivery(raw_bytes=np.int64(5))])


def test_a_naive_instant_is_refused(engine: sa.Engine) -> None:
    with pytest.raises(ValueError, match="no time zone"), writing(engine) as session:
        insert_rows(session, JobLease, [lease(0, until_at=datetime(2026, 11, 20))])  # noqa: DTZ001


def test_rows_of_different_length_are_refused(engine: sa.Engine) -> None:
    with pytest.raises(ValueError, match="zip"), writing(engine) as session:
        insert_rows(session, JobLease, [("a", "b"), ("a",)], columns=("job", "holder"))


def test_a_rolled_back_bulk_leaves_nothing(engine: sa.Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as session:
        insert_rows(session, JobLease, [lease(number) for number in range(500)])
        raise RuntimeError

    with reading(engine) as session:
        assert session.exec(select(JobLease)).all() == []


@pytest.mark.parametrize("count", [0, 1, 40_000])
def test_one_of_finds_exactly_the_named_rows(engine: sa.Engine, count: int) -> None:
    row = table_of(JobLease).c
    with writing(engine) as session:
        insert_rows(session, JobLease, [lease(number) for number in range(5)])
        wanted = [f"job {number}" for number in range(3, 3 + count)]

        found = rows_of(session, sa.select(row.job).where(one_of(session, row.job, wanted)))

    assert {job for (job,) in found} == {"job 3", "job 4"} & set(wanted)


def test_one_of_takes_numbers_and_strange_texts(engine: sa.Engine) -> None:
    market = table_of(Market).c
    with writing(engine) as session:
        session.add(factories.market(id=7, code="A'\"\\", name="Chợ"))
        session.flush()

        by_id = rows_of(session, sa.select(market.id).where(one_of(session, market.id, {7, 8})))
        by_code = rows_of(
            session, sa.select(market.id).where(one_of(session, market.code, ["A'\"\\", "Ợ"]))
        )

    assert [tuple(row) for row in (*by_id, *by_code)] == [(7,), (7,)]


def test_new_ids_are_free_and_in_order(engine: sa.Engine) -> None:
    with writing(engine) as session:
        first = new_ids(session, Delivery, 3)
        insert_rows(session, Delivery, [delivery(id=number) for number in first])
        session.add(Delivery(**delivery()))
        session.flush()

        second = new_ids(session, Delivery, 2)
        insert_rows(session, Delivery, [delivery(id=number) for number in second])

        ids = session.exec(select(Delivery.id)).all()

    assert len(set(ids)) == 6
    assert first == sorted(first)
    assert min(second) > max(first)


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """Collect the statements that SQLAlchemy sends; COPY goes past it and is one more."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
