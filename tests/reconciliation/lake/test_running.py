"""A run over a lake says what one process says of the same books, to the byte."""

import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.engine.books import Books
from reconciliation.engine.crew import Alone, Crew, Processes
from reconciliation.engine.matching import reconcile
from reconciliation.errors import EngineInputRefused, LakeFolderTaken, LakeRefused
from reconciliation.lake.layout import Lake, open_lake
from reconciliation.lake.running import LakeRun, reconcile_lake
from reconciliation.lake.writing import write_lake
from tests.reconciliation.engine.world import (
    FRIDAY,
    Row,
    at,
    books,
    payout,
    record,
    request,
    rules,
)
from tests.reconciliation.engine.worlds import records

ACCOUNTS = ["A", "B", "C", "D", "E", None]


def lake_of(given_books: Books, folder: Path) -> Lake:
    """A lake that holds books."""
    told = {
        name: [table]
        for name in ("payments", "statement", "payouts", "requests")
        if (table := getattr(given_books, name)) is not None
    }
    return write_lake(folder / "lake", told)


def run_lake(
    given_books: Books, folder: Path, crew: Crew | None = None, rows_per_part: int = 3
) -> LakeRun:
    """Books by way of a lake, in parts as small as they may be."""
    lake_of(given_books, folder)
    lake = open_lake(folder / "lake")
    return reconcile_lake(
        lake, rules(), crew or Alone(), folder / "out", rows_per_part=rows_per_part
    )


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of one table of a run, in an order of their own."""
    rows = ds.dataset(folder / "out" / name).to_table().to_pylist()
    return sorted(rows, key=str)


def sorted_rows(whole: pa.Table) -> list[dict[str, Any]]:
    return sorted(whole.to_pylist(), key=str)


@st.composite
def large_worlds(draw: st.DrawFn) -> Books:
    """Some records of several accounts and of none, with payouts and requests."""
    sides: list[list[Row]] = []
    for prefix in "ps":
        rows = [*draw(records(f"{prefix}1")), *draw(records(f"{prefix}2"))]
        for row in rows:
            row["account"] = draw(st.sampled_from(ACCOUNTS))
            row["provider"] = draw(st.sampled_from(["wallet", "wallet", "bank"]))
        sides.append(rows)
    payouts = [
        payout(
            f"o{number}",
            account=draw(st.sampled_from(ACCOUNTS)),
            amount_vnd=draw(st.sampled_from([10_000, 20_000, 30_000])),
            arrived_on=FRIDAY,
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    requests = [
        request(
            f"q{number}",
            account=draw(st.sampled_from(ACCOUNTS)),
            amount_vnd=10_000,
            reference=draw(st.sampled_from(["DH0001", "DH0002", None])),
            expires_at=draw(st.sampled_from([at(1), None])),
        )
        for number in range(draw(st.integers(0, 3)))
    ]
    return books(sides[0], sides[1], payouts, requests)


@settings(max_examples=12, deadline=None)
@given(large_worlds())
def test_a_lake_in_small_parts_says_what_one_run_says(given_books: Books) -> None:
    whole = reconcile(given_books, rules())

    with tempfile.TemporaryDirectory() as folder:
        found = run_lake(given_books, Path(folder))

        assert table(Path(folder), "outcomes") == sorted_rows(whole.outcome_table)
        assert found.root_hash == whole.root_hash
        assert (found.records, found.sums) == (whole.records, whole.sums)
        assert found.counts == whole.counts
        assert table(Path(folder), "vendor_day") == sorted_rows(whole.vendor_day_table)
        assert table(Path(folder), "payouts") == sorted_rows(whole.payout_table)
        assert table(Path(folder), "roll_forward") == sorted_rows(whole.roll_forward_table)


def market_day(accounts: int = 40, each: int = 6) -> Books:
    """A day on which every record has its counterpart, but for some of every account."""
    payments = [
        record(
            f"p{n}",
            account=f"A{n % accounts}",
            provider_transaction_id=None if n % 11 == 0 else f"T{n}",
            amount_vnd=1_000 + n % 7 * 1_000,
        )
        for n in range(accounts * each)
    ]
    statement = [{**row, "record_id": row["record_id"].replace("p", "s")} for row in payments[5:]]
    payments[3]["account"], statement[-1]["account"] = None, None
    paid = [payout(f"o{n}", account=f"A{n}", amount_vnd=9_000) for n in range(accounts)]
    return books(payments, statement, paid)


@pytest.mark.parametrize("rows_per_part", [20, 100, 10_000])
def test_parts_of_any_size_have_one_root(tmp_path: Path, rows_per_part: int) -> None:
    given_books = market_day()

    found = run_lake(given_books, tmp_path, rows_per_part=rows_per_part)

    assert found.root_hash == reconcile(given_books, rules()).root_hash


def test_ids_that_are_whole_numbers_stay_whole_numbers(tmp_path: Path) -> None:
    rows = [
        {**record("x", account=account, provider_transaction_id=f"T{n}"), "record_id": n}
        for n, account in enumerate(["A", "B", "C", None, None])
    ]
    whole = pa.Table.from_pylist(rows)
    given_books = Books(payments=whole, statement=whole.slice(1))

    found = run_lake(given_books, tmp_path)

    assert found.root_hash == reconcile(given_books, rules()).root_hash
    assert {row["record_id"] for row in table(tmp_path, "outcomes")} == set(range(5))


def test_an_id_that_stands_in_two_parts_is_refused_by_name(tmp_path: Path) -> None:
    given_books = books([record("p1"), record("p1", account="B")], [])

    with pytest.raises(EngineInputRefused, match="payments of the lake: record_id: 'p1'"):
        run_lake(given_books, tmp_path, rows_per_part=1)

    assert not (tmp_path / "out" / "outcomes").exists()


def test_a_file_with_other_bytes_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    lake = lake_of(market_day(4, 2), tmp_path)
    spoilt = tmp_path / "lake" / lake.files[0].path
    spoilt.write_bytes(spoilt.read_bytes() + b"x")

    with pytest.raises(LakeRefused, match="its bytes are not those the manifest names"):
        reconcile_lake(lake, rules(), Alone(), tmp_path / "out")


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    lake = lake_of(market_day(4, 2), tmp_path)
    (tmp_path / "lake" / lake.files[0].path).unlink()

    with pytest.raises(LakeRefused, match="but it is not there"):
        reconcile_lake(lake, rules(), Alone(), tmp_path / "out")


def test_results_are_not_written_over_results(tmp_path: Path) -> None:
    run_lake(market_day(4, 2), tmp_path)

    with pytest.raises(LakeFolderTaken, match="holds results already"):
        reconcile_lake(open_lake(tmp_path / "lake"), rules(), Alone(), tmp_path / "out")


def test_only_the_days_asked_for_are_decided(tmp_path: Path) -> None:
    later = FRIDAY.replace(day=FRIDAY.day + 1)
    lake_of(books([record("p1"), record("p2", business_date=later)], []), tmp_path)
    lake = open_lake(tmp_path / "lake").between(later.isoformat(), None)

    found = reconcile_lake(lake, rules(), Alone(), tmp_path / "out")

    assert found.records["payments"] == 1


def test_worker_processes_have_the_root_of_one(tmp_path: Path) -> None:
    given_books = market_day()

    with Processes(2) as crew:
        found = run_lake(given_books, tmp_path, crew, rows_per_part=60)

    assert found.root_hash == reconcile(given_books, rules()).root_hash
