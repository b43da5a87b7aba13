"""A long file enters a part at a time: the same ledger, all or nothing, in bounded memory."""

import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from market.database import reading, writing
from merchants.sealing import Sealer
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.coverage import read_coverage
from reconciliation.intake import ingest as ingesting
from reconciliation.intake import long_files
from reconciliation.intake.ingest import Incoming, IngestResult, ingest, ingest_many, retry_failed
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import FileAction
from reconciliation.tables import (
    Delivery,
    DeliveryState,
    FeedReject,
    ProviderTransaction,
    SettlementStatement,
)
from tests.feed_samples import sample, sample_lines
from tests.reconciliation.arrivals import NOW, incoming, vcb

FILES = [
    entry
    for entry in sample_lines("MANIFEST.jsonl")
    if entry["kind"] == "file" and not entry["file"].endswith(".json")
]
FAULTS = sample_lines("faults/FAULTS.jsonl")
TABLES = tuple(map(table_of, (Delivery, ProviderTransaction, SettlementStatement, FeedReject)))


class _Undone(Exception):
    """Ends a transaction without keeping it."""


def outcome(
    engine: sa.Engine, folder: Path, sealer: Sealer, files: Sequence[Incoming], *, long: bool
) -> tuple[list[IngestResult], list[list[Any]]]:
    """What becomes of files on an empty database, which is left empty."""
    found: tuple[list[IngestResult], list[list[Any]]] = [], []
    with pytest.MonkeyPatch.context() as patch, pytest.raises(_Undone), writing(engine) as session:
        patch.setattr(long_files, "LONG_FROM_BYTES", 0 if long else 1 << 40)
        patch.setattr(long_files, "PART_FACTS", 3)
        store = RawStore(folder)
        results = ingest_many(session, store, sealer=sealer, incoming=files, now=NOW)
        rows = [_rows(session, table) for table in TABLES]
        found = results, rows
        raise _Undone
    return found


def _rows(session: Any, table: sa.Table) -> list[Any]:
    # Ids count up past what was taken back; sealing the same twice gives two values, on purpose.
    told = [c for c in table.c if not c.name.endswith(("_sealed", "id"))]
    order = [
        c for c in (table.c.get("dedupe_key"), table.c.get("row"), table.c.id) if c is not None
    ]
    return [tuple(row) for row in session.connection().execute(sa.select(*told).order_by(*order))]


def without_ids(results: Sequence[IngestResult]) -> list[Any]:
    return [
        (one.state, one.action, one.reason, one.detail, one.new, one.repeated, one.revised)
        for one in results
    ]


def test_every_sample_file_comes_to_the_same_in_parts(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    files = [
        incoming(
            entry["provider"],
            sample(entry["file"]),
            account=entry["account"],
            name=entry["file"].rpartition("/")[2],
        )
        for entry in FILES
    ]

    whole = outcome(engine, tmp_path / "a", sealer, files, long=False)
    parts = outcome(engine, tmp_path / "b", sealer, files, long=True)

    assert without_ids(parts[0]) == without_ids(whole[0])
    assert parts[1] == whole[1]


some_rows = st.lists(
    st.tuples(
        st.integers(1, 4).map(lambda n: f"5243.{n}") | st.just(""),
        st.sampled_from([5000, 7000, -5000]),
        st.sampled_from(["tien rau", "tien ca"]),
    ),
    min_size=1,
    max_size=12,
)


@given(files=st.lists(some_rows, min_size=1, max_size=3))
def test_what_enters_does_not_depend_on_the_parts(
    files: list[list[tuple[str, int, str]]],
    sqlite_engine: sa.Engine,
    sealer: Sealer,
    tmp_path: Path,
) -> None:
    told = [vcb(*rows) for rows in files]

    whole = outcome(sqlite_engine, tmp_path, sealer, told, long=False)
    parts = outcome(sqlite_engine, tmp_path, sealer, told, long=True)

    assert (without_ids(parts[0]), parts[1]) == (without_ids(whole[0]), whole[1])


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_files, "LONG_FROM_BYTES", 0)
    monkeypatch.setattr(long_files, "PART_FACTS", 2)


def counted(engine: sa.Engine) -> list[int]:
    with reading(engine) as session:
        return [
            int(
                session.connection().execute(sa.select(sa.func.count()).select_from(t)).scalar_one()
            )
            for t in TABLES
        ]


ROWS = [(f"5243.{n}", 1000 * n, "tien rau") for n in range(1, 10)]


@pytest.mark.usefixtures("in_parts")
def test_a_file_that_is_refused_at_its_end_leaves_no_row(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    wrong = vcb(*ROWS).content.replace(b"45000", b"44000")
    assert wrong != vcb(*ROWS).content

    with writing(engine) as session:
        file = incoming("bank_vcb", wrong)
        told: list[int] = []
        [result] = ingest_many(
            session,
            RawStore(tmp_path),
            sealer=sealer,
            incoming=[file],
            now=NOW,
            on_rows=told.append,
        )

    assert (result.state, result.reason) == (DeliveryState.REJECTED, "control_totals")
    assert result.action is FileAction.REJECT_FILE
    assert told[-1] > 0
    assert counted(engine) == [1, 0, 0, 0]


@pytest.mark.usefixtures("in_parts")
def test_a_fault_in_the_middle_leaves_a_failed_delivery_that_can_be_tried_again(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_draft = long_files.write_draft
    calls: list[None] = []

    def broken(*given: Any, **named: Any) -> None:
        calls.append(None)
        if len(calls) == 3:
            raise KeyError("ours")
        write_draft(*given, **named)

    store = RawStore(tmp_path)
    with monkeypatch.context() as patch, writing(engine) as session:
        patch.setattr(long_files, "write_draft", broken)
        failed = ingest(session, store, sealer=sealer, incoming=vcb(*ROWS), now=NOW)
    assert (failed.state, counted(engine)) == (DeliveryState.FAILED, [1, 0, 0, 0])

    with writing(engine) as session:
        [again] = retry_failed(session, store, sealer=sealer, now=NOW)
        twice = ingest(session, store, sealer=sealer, incoming=vcb(*ROWS), now=NOW)

    assert (again.state, again.new, again.delivery_id) == ("processed", 9, failed.delivery_id)
    assert (twice.state, twice.new) == (DeliveryState.DUPLICATE, 0)
    assert counted(engine)[:3] == [2, 9, 1]


@pytest.mark.usefixtures("in_parts")
def test_a_long_file_among_others_keeps_its_place(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(vcb(*ROWS).content)
    monkeypatch.setattr(long_files, "LONG_FROM_BYTES", size)
    files = [vcb(ROWS[0]), vcb(*ROWS), vcb(ROWS[1]), vcb(ROWS[2])]
    done: list[int] = []

    with writing(engine) as session:
        results = ingest_many(
            session,
            RawStore(tmp_path),
            sealer=sealer,
            incoming=files,
            now=NOW,
            on_progress=done.append,
        )

    assert [(one.new, one.repeated) for one in results] == [(1, 0), (8, 1), (0, 1), (0, 1)]
    assert done == [1, 2, 4]


def test_a_file_s_name_tells_no_account_though_only_its_rows_name_it(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_files, "LONG_FROM_BYTES", 0)
    entry = next(entry for entry in FILES if entry["provider"] == "bank_mt940")
    file = incoming("bank_mt940", sample(entry["file"]))
    with writing(engine) as session:
        ingest(session, RawStore(tmp_path / "a"), sealer=sealer, incoming=file, now=NOW)
        [number] = {
            t.provider_account_id
            for t in ingesting.READERS["bank_mt940"]
            .read(file.content, context=long_files.context_of(file, ingesting.PLAIN_RULES))
            .transactions
        }
    named = incoming("bank_mt940", sample(entry["file"]) + b"\r\n", name=f"sao-ke-{number}.txt")

    with writing(engine) as session:
        ingest(session, RawStore(tmp_path / "b"), sealer=sealer, incoming=named, now=NOW)
        names = session.connection().execute(sa.select(table_of(Delivery).c.name)).scalars().all()

    assert names[-1] == f"sao-ke-···{number[-4:]}.txt"


def test_a_row_no_column_can_hold_leaves_its_statement_partial(
    engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    file = vcb(("R1", 68_866, "a"), ("9" * 300, 150_000, "b"), ("R3", -11_000, "phi"))
    for long in (False, True):
        with pytest.MonkeyPatch.context() as patch, pytest.raises(_Undone), writing(engine) as own:
            patch.setattr(long_files, "LONG_FROM_BYTES", 0 if long else 1 << 40)
            store = RawStore(tmp_path)
            result = ingest(own, store, sealer=sealer, incoming=file, now=NOW)
            [delivery] = rows_of(own, sa.select(table_of(Delivery)))
            [statement] = rows_of(own, sa.select(table_of(SettlementStatement)))
            [reject] = rows_of(own, sa.select(table_of(FeedReject)))
            [covered] = read_coverage(own, date(2026, 11, 20)).values()
            raw = sealer.open(reject.raw_sealed)
            raise _Undone

        assert (result.new, result.rejected) == (2, 1)
        assert (result.action, result.reason) == (FileAction.QUARANTINE_ROWS, "field_length")
        assert delivery.reason.startswith("field_length: row 2: provider_transaction_id holds 300")
        assert (statement.completeness, statement.control_status) == ("partial", "agree")
        assert (statement.gross_credit_amount, statement.gross_debit_amount) == (68_866, 11_000)
        assert (reject.row, reject.reason) == (2, "field_length")
        assert raw == f"20/11/2026,{'9' * 300},,150000,b"
        assert [one.is_whole for one in covered] == [False]


LONG_ROWS = 30_000
BYTES_PER_ROW_MAX = 700
"""Of a row in memory: its bytes, its text and its keys. Read in one go a row takes over 2,500."""


def test_the_memory_of_a_long_file_is_that_of_its_bytes_and_keys(
    sqlite_engine: sa.Engine, sealer: Sealer, tmp_path: Path
) -> None:
    file = vcb(*_many(LONG_ROWS))
    assert len(file.content) >= long_files.LONG_FROM_BYTES
    store = RawStore(tmp_path)
    with writing(sqlite_engine) as session:
        ingest(session, store, sealer=sealer, incoming=vcb(*_many(10)), now=NOW)  # warms up

    with writing(sqlite_engine) as session:
        tracemalloc.start()
        result = ingest(session, store, sealer=sealer, incoming=file, now=NOW)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert result.new == LONG_ROWS - 10
    part = long_files.PART_FACTS * 8_000  # one part of the rows, in all its forms
    assert peak < part + LONG_ROWS * BYTES_PER_ROW_MAX, f"{peak / LONG_ROWS:.0f} bytes a row"


def _many(count: int) -> Iterator[tuple[str, int, str]]:
    return ((f"5243.{n}", 1000 + n, "tien rau") for n in range(1, count + 1))
