"""``cho40 engine reconcile``: files in, files out."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.reconciliation.engine.world import (
    PAYOUT_SCHEMA,
    REQUEST_SCHEMA,
    Row,
    payout,
    record,
    request,
    table,
)

NO_BOOK = "Sổ đầu vào chưa đúng dạng / "
COLUMNS = [
    "book",
    "record_id",
    "leg",
    "outcome",
    "rule",
    "counterpart_id",
    "class_id",
    "difference_vnd",
    "fee_difference_vnd",
    "reason",
    "alternatives",
]


def write(folder: Path, name: str, rows: list[Row], schema: pa.Schema | None = None) -> str:
    path = folder / f"{name}.parquet"
    pq.write_table(table(rows, schema) if schema else table(rows), path)
    return str(path)


def reconcile(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a stranger does."""
    return engine("reconcile", *arguments)


def engine(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from market.cli import main; main()", "engine", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture
def books(tmp_path: Path) -> list[str]:
    payments = [record("p1", provider_transaction_id="T1"), record("p2", account="B", amount_vnd=7)]
    lines = [record("s1", provider_transaction_id="T1", fee_vnd=550)]
    return [
        "--payments",
        write(tmp_path, "payments", payments),
        "--statement",
        write(tmp_path, "statement", lines),
        "--payouts",
        write(tmp_path, "payouts", [payout("o1", amount_vnd=49_450)], PAYOUT_SCHEMA),
    ]


def test_it_writes_outcomes_days_and_payouts_and_sums_them_up(
    books: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "deep" / "out"

    done = reconcile(*books, "--out", str(out), "--json")

    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads(done.stdout)
    assert summary["counts"]["payments.B"] == {"matched": 1, "missing_in_statement": 1}
    assert summary["counts"]["payouts.C"] == {"paid": 1}
    assert summary["sums_vnd"]["payments.B"]["matched"] == 50_000
    assert summary["records"] == {"payments": 2, "statement": 1, "payouts": 1}
    assert {"read", "leg_b", "write", "total"} <= set(summary["seconds"])
    assert summary["peak_memory_bytes"] > 1_000_000
    assert len(summary["root_hash"]) == len(summary["rules_sha256"]) == 64
    outcomes = pq.read_table(out / "outcomes.parquet")
    assert outcomes.column_names == COLUMNS
    assert outcomes.num_rows == 5
    days = pq.read_table(out / "vendor_day.parquet").to_pylist()
    assert [row["gross_vnd"] for row in days if row["account"] == "A"] == [50_000]
    assert pq.read_table(out / "payouts.parquet").to_pylist()[0]["outcome"] == "paid"


def test_what_it_writes_is_proved_from_the_files_and_a_forged_table_is_not(
    books: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    reconcile(*books, "--out", str(out))

    true = engine("verify", *books, "--out", str(out), "--json")
    outcomes = pq.read_table(out / "outcomes.parquet")
    pq.write_table(outcomes.slice(1), out / "outcomes.parquet")
    forged = engine("verify", *books, "--out", str(out))

    assert true.returncode == 0, true.stderr
    told = json.loads(true.stdout)
    assert told["findings"] == []
    assert told["records"] == {"payments": 2, "statement": 1, "payouts": 1}
    assert forged.returncode == 1
    assert "no outcome on leg B" in forged.stdout


def test_a_word_changed_in_the_table_has_another_root(books: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    reconcile(*books, "--out", str(out))
    table = pq.read_table(out / "outcomes.parquet")
    reasons = table.column("reason").to_pylist()
    at = table.column_names.index("reason")
    told = pa.array([each or "late" for each in reasons], pa.string())
    pq.write_table(table.set_column(at, "reason", told), out / "outcomes.parquet")

    done = engine("verify", *books, "--out", str(out))

    assert (done.returncode, "root: " in done.stdout) == (1, True)


def test_a_run_that_says_nothing_of_itself_is_refused(books: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    reconcile(*books, "--out", str(out))
    (out / "run.json").write_text("[]", encoding="utf-8")

    done = engine("verify", *books, "--out", str(out))

    assert done.returncode == 1
    assert done.stderr.startswith(
        "cho40: Tệp run.json không phải của một lần đối soát / run.json: "
    )


@pytest.mark.parametrize("command", ["reconcile", "verify"])
def test_a_column_that_stands_twice_is_refused(
    books: list[str], tmp_path: Path, command: str
) -> None:
    out = tmp_path / "out"
    reconcile(*books, "--out", str(out))
    payments = pq.read_table(books[1])
    dollars = pa.array(["USD"] * len(payments), pa.string())
    pq.write_table(payments.append_column("currency", dollars), books[1])

    done = engine(command, *books, "--out", str(out))

    assert done.returncode == 1
    assert (
        done.stderr == f"cho40: {NO_BOOK}payments.parquet: currency: stands 2 times in the file\n"
    )


def test_workers_change_neither_the_root_nor_a_byte(books: list[str], tmp_path: Path) -> None:
    roots, files = [], []
    for workers in ("1", "2"):
        out = tmp_path / workers
        done = reconcile(*books, "--out", str(out), "--workers", workers, "--json")
        roots.append(json.loads(done.stdout)["root_hash"])
        files.append((out / "outcomes.parquet").read_bytes())

    assert roots[0] == roots[1]
    assert files[0] == files[1]


def test_requests_add_leg_a(books: list[str], tmp_path: Path) -> None:
    asked = write(tmp_path, "requests", [request("q", reference="YC1")], REQUEST_SCHEMA)

    done = reconcile(*books, "--requests", asked, "--out", str(tmp_path / "out"), "--json")

    assert json.loads(done.stdout)["counts"]["requests.A"] == {"pending_cut_off": 1}


def test_profiles_of_a_file_are_applied(books: list[str], tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[profile]]\nprovider = "wallet"\nvalid_from = 2026-01-01\nbooks = ["payments"]\n',
        encoding="utf-8",
    )

    done = reconcile(*books, "--profiles", str(own), "--out", str(tmp_path / "out"), "--json")

    assert json.loads(done.stdout)["counts"]["payments.B"] == {
        "matched": 1,
        "not_applicable": 1,
    }


def test_a_profile_with_a_wrong_field_is_one_line_and_writes_nothing(
    books: list[str], tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[profile]]\nprovider = "wallet"\nvalid_from = 2026-01-01\nbooks = ["payments"]\n'
        'cut_off_local = "23:00"\n',
        encoding="utf-8",
    )
    out = tmp_path / "out"

    done = reconcile(*books, "--profiles", str(own), "--out", str(out))

    assert done.returncode == 1
    assert done.stderr == (
        "cho40: own.toml: [[profile]] 1 “wallet”, cut_off_local: "
        'ghi "23:00", cần giờ như 23:00:00, không ngoặc kép'
        ' / is "23:00", expected a time such as 23:00:00, without quotes\n'
    )
    assert not out.exists()


def test_a_bad_row_is_one_line_with_file_row_and_column_and_writes_nothing(tmp_path: Path) -> None:
    payments = write(tmp_path, "P", [record("a"), record("b", amount_vnd=-1)])
    lines = write(tmp_path, "S", [])
    out = tmp_path / "out"

    done = reconcile("--payments", payments, "--statement", lines, "--out", str(out))

    assert done.returncode == 1
    assert done.stderr == (
        f"cho40: {NO_BOOK}P.parquet: row 2, amount_vnd: -1 is negative; the direction says which way\n"
    )
    assert not out.exists()


def test_a_file_that_is_no_parquet_is_refused_in_one_line(tmp_path: Path) -> None:
    text = tmp_path / "P.parquet"
    text.write_text("record_id,amount\n")
    lines = write(tmp_path, "S", [])

    done = reconcile("--payments", str(text), "--statement", lines, "--out", str(tmp_path / "out"))

    assert done.returncode == 1
    assert done.stderr.startswith(f"cho40: {NO_BOOK}P.parquet: the file: ")
    assert done.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    done = reconcile(
        "--payments", "nowhere.parquet", "--statement", "nowhere.parquet", "--out", str(tmp_path)
    )

    assert done.returncode == 2


def test_a_lake_comes_to_what_the_files_come_to(books: list[str], tmp_path: Path) -> None:
    lake = str(tmp_path / "lake")
    packed = cho40("lake", "pack", lake, *books, "--json")
    whole = reconcile(*books, "--out", str(tmp_path / "one"), "--json")

    shared = reconcile(
        "--lake", lake, "--out", str(tmp_path / "two"), "--workers", "2", "--rows-per-part", "1"
    )

    assert json.loads(packed.stdout)["rows"] == {"payments": 2, "statement": 1, "payouts": 1}
    assert (shared.returncode, shared.stderr) == (0, "")
    told, expected = json.loads(shared.stdout), json.loads(whole.stdout)
    for name in ("records", "counts", "sums_vnd", "root_hash", "rules_sha256"):
        assert told[name] == expected[name]
    assert pq.read_table(tmp_path / "two" / "outcomes").num_rows == 5


def test_a_damaged_lake_is_refused_in_one_line(books: list[str], tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    cho40("lake", "pack", str(lake), *books)
    spoilt = next(lake.glob("payments/*/*/*.parquet"))
    spoilt.write_bytes(b"PAR1")

    checked = cho40("lake", "check", str(lake))
    run = reconcile("--lake", str(lake), "--out", str(tmp_path / "out"))

    for done in (checked, run):
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "its bytes are not those the manifest names" in done.stderr


def test_neither_files_nor_a_lake_is_wrong_use(books: list[str], tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "out")]

    for arguments in (books[:2], [*books, "--lake", str(tmp_path)]):
        assert reconcile(*arguments, *out).returncode == 2


def cho40(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run any command as a stranger does."""
    command = [sys.executable, "-c", "from market.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
