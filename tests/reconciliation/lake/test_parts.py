"""How a lake is dealt out: to days and buckets, and from there to parts of bounded size."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.engine.leaves import BUCKETS, LEAVES, NO_ACCOUNT, leaves_of_columns
from reconciliation.errors import EngineInputRefused, LakeFolderTaken, LakeRefused
from reconciliation.lake import writing
from reconciliation.lake.layout import open_lake
from reconciliation.lake.parts import share_out
from reconciliation.lake.writing import write_lake
from tests.reconciliation.engine.world import FRIDAY, record, table
from tests.reconciliation.lake.test_running import lake_of, market_day


def rows_of(leaves: dict[int, int]) -> np.ndarray:
    rows = np.zeros(LEAVES + 1, np.int64)
    for leaf, count in leaves.items():
        rows[leaf] = count
    return rows


@given(
    st.dictionaries(st.integers(0, LEAVES - 1), st.integers(1, 500), max_size=80),
    st.integers(1, 900),
)
def test_every_leaf_is_in_one_part_and_no_part_is_larger_than_asked_for(
    leaves: dict[int, int], rows_per_part: int
) -> None:
    rows = rows_of(leaves)

    parts = share_out(rows, rows_per_part)

    assert sorted(leaf for part in parts for leaf in part) == sorted(leaves)
    for part in parts:
        assert len(part) == 1 or rows[list(part)].sum() <= rows_per_part


def test_a_heavy_account_is_a_part_of_its_own_and_does_not_hold_up_its_bucket() -> None:
    parts = share_out(rows_of({3: 5_000, 3 + BUCKETS: 10, 3 + 2 * BUCKETS: 20}), 100)

    assert sorted(parts) == [(3,), (3 + BUCKETS, 3 + 2 * BUCKETS)]


def test_small_buckets_go_together() -> None:
    assert share_out(rows_of(dict.fromkeys(range(BUCKETS), 10)), 1_000) == [tuple(range(BUCKETS))]


def test_all_providers_of_an_account_lie_in_one_bucket() -> None:
    provider = pa.array([f"provider {n}" for n in range(40)])
    account = pa.array(["A1"] * 40)

    leaves = leaves_of_columns(provider, account)

    assert len(set((leaves % BUCKETS).tolist())) == 1
    assert len(set(leaves.tolist())) > 1


def test_an_account_that_is_not_told_has_a_leaf_of_its_own() -> None:
    leaves = leaves_of_columns(pa.array(["w", "w"]), pa.array([None, ""], pa.string()))

    assert leaves.tolist() == [NO_ACCOUNT, NO_ACCOUNT]


def test_rows_lie_under_their_day_and_bucket_and_none_is_lost(tmp_path: Path) -> None:
    given_books = market_day()

    lake = lake_of(given_books, tmp_path)

    found = ds.dataset(tmp_path / "lake" / "payments", partitioning="hive").to_table()
    assert sorted(found.column("record_id").to_pylist()) == sorted(
        given_books.payments.column("record_id").to_pylist()
    )
    assert {file.business_date for file in lake.files if file.book == "payments"} == {str(FRIDAY)}
    for file in lake.files_of("payments", ["none"]):
        assert ds.dataset(tmp_path / "lake" / file.path).to_table().column(
            "account"
        ).to_pylist() == [None]


def test_a_book_larger_than_memory_is_written_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ROWS_HELD", 4)
    pieces = [table([record(f"p{n}-{m}", account="A") for m in range(3)]) for n in range(5)]

    lake = write_lake(tmp_path / "lake", {"payments": pieces, "statement": []})

    assert [file.rows for file in lake.files] == [6, 6, 3]
    assert open_lake(tmp_path / "lake") == lake


def test_a_lake_is_not_written_over_a_lake(tmp_path: Path) -> None:
    lake_of(market_day(4, 2), tmp_path)

    with pytest.raises(LakeFolderTaken, match="holds a lake already"):
        lake_of(market_day(4, 2), tmp_path)


@pytest.mark.parametrize("manifest", ["{", "[]", '{"format": 9, "books": [], "files": []}'])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)

    with pytest.raises(LakeRefused, match="manifest"):
        open_lake(tmp_path)


def test_a_folder_without_a_manifest_is_no_lake(tmp_path: Path) -> None:
    with pytest.raises(LakeRefused, match="holds no manifest"):
        open_lake(tmp_path)


def test_a_row_without_a_day_is_named(tmp_path: Path) -> None:
    rows = table([record("p1"), record("p2", business_date=None)])

    with pytest.raises(EngineInputRefused, match="payments: row 2, business_date: is missing"):
        write_lake(tmp_path / "lake", {"payments": [rows]})
