"""A run over a lake is proved and explained from the lake itself, over the days it was made of."""

import json
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import Result
from typer.testing import CliRunner

from market.cli import app
from tests.reconciliation.engine.world import (
    FRIDAY,
    LINE_SCHEMA,
    PAYOUT_SCHEMA,
    REQUEST_SCHEMA,
    payout,
    record,
    request,
    table,
)

MONDAY = FRIDAY + timedelta(days=3)
PAYMENTS = [
    record("p1", provider_transaction_id="T1"),
    record("p2", provider_transaction_id="T2", account="B"),
    *(record(f"tie{n}", account="tied") for n in range(2)),
    record("bare", account=None, amount_vnd=5_000),
    record("later", provider_transaction_id="T3", business_date=MONDAY),
]
LINES = [
    record("s1", provider_transaction_id="T1"),
    record("s2", provider_transaction_id="T2", account="B", amount_vnd=49_000),
    record("line", account="tied"),
    record("after", provider_transaction_id="T3", business_date=MONDAY),
]
PAYOUTS = [payout("o1"), payout("o2", account="C", amount_vnd=1_000)]
BOOKS = [
    ("payments", PAYMENTS, LINE_SCHEMA),
    ("statement", LINES, LINE_SCHEMA),
    ("payouts", PAYOUTS, PAYOUT_SCHEMA),
    ("requests", [request("q", reference="YC0001")], REQUEST_SCHEMA),
]
DAY = ["--first", FRIDAY.isoformat(), "--last", FRIDAY.isoformat()]


def cho40(*words: str) -> Result:
    return CliRunner().invoke(app, ["engine", *words])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("books")
    given: list[str] = []
    for name, rows, schema in BOOKS:
        pq.write_table(table(rows, schema), folder / f"{name}.parquet")
        given += [f"--{name}", str(folder / f"{name}.parquet")]
    return given


@pytest.fixture(scope="module")
def lake(files: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed") / "lake"
    done = CliRunner().invoke(app, ["lake", "pack", str(folder), *files])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def out(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a run over all days of the lake wrote, in small parts."""
    return run_over(lake, tmp_path_factory.mktemp("all") / "out")


def run_over(lake: Path, out: Path, *days: str) -> str:
    words = ["--lake", str(lake), *days, "--out", str(out), "--rows-per-part", "1"]
    done = cho40("reconcile", *words)
    assert done.exit_code == 0, done.output
    return str(out)


def test_a_run_over_a_lake_is_proved_from_the_lake(lake: Path, files: list[str], out: str) -> None:
    of_lake = cho40("verify", "--out", out, "--lake", str(lake), "--json")
    of_files = cho40("verify", "--out", out, *files, "--json")

    assert of_lake.exit_code == 0, of_lake.output
    assert json.loads(of_lake.output) == json.loads(of_files.output)
    assert json.loads(of_lake.output)["records"]["payments"] == len(PAYMENTS)


@pytest.mark.parametrize("days", [DAY, DAY[2:]])
def test_a_run_over_some_days_is_proved_over_those_days(
    lake: Path, tmp_path: Path, days: list[str]
) -> None:
    out = run_over(lake, tmp_path / "out", *days)

    proved = cho40("verify", "--out", out, "--lake", str(lake), *days, "--json")
    other = cho40("verify", "--out", out, "--lake", str(lake), "--json")

    assert proved.exit_code == 0, proved.output
    assert json.loads(proved.output)["records"]["payments"] == len(PAYMENTS) - 1
    assert other.exit_code == 1
    assert "payments later: no outcome on leg B" in json.loads(other.output)["findings"]


def test_days_without_a_book_are_proved(lake: Path, tmp_path: Path) -> None:
    days = ["--first", (MONDAY + timedelta(days=9)).isoformat()]
    out = run_over(lake, tmp_path / "out", *days)

    done = cho40("verify", "--out", out, "--lake", str(lake), *days, "--json")

    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["records"]["payments"] == 0


@pytest.mark.parametrize(
    "place",
    [("payments", "p1"), ("payments", "tie0"), ("statement", "s2"), ("payouts", "o1"),
     ("requests", "q"), ("payments", "bare")],
)  # fmt: skip
def test_a_record_is_explained_from_the_lake_as_from_the_files(
    lake: Path, files: list[str], out: str, place: tuple[str, str]
) -> None:
    of_lake = cho40("explain", *place, "--out", out, "--lake", str(lake), "--json")
    of_files = cho40("explain", *place, "--out", out, *files, "--json")

    assert of_lake.exit_code == 0, of_lake.output
    assert of_lake.output == of_files.output


def test_other_days_of_the_lake_are_refused(lake: Path, out: str) -> None:
    done = cho40("explain", "payments", "p1", "--out", out, "--lake", str(lake), *DAY)

    assert done.exit_code == 1
    assert "these days of the lake have 5 rows" in str(done.exception)


@pytest.mark.parametrize("command", [("verify",), ("explain", "payments", "p1")])
def test_a_lake_stands_for_all_files(
    lake: Path, files: list[str], out: str, command: tuple[str, ...]
) -> None:
    both = cho40(*command, "--out", out, "--lake", str(lake), *files)
    neither = cho40(*command, "--out", out)

    assert (both.exit_code, neither.exit_code) == (2, 2)


def test_a_file_of_the_lake_with_other_bytes_is_refused(tmp_path: Path, files: list[str]) -> None:
    lake = tmp_path / "lake"
    CliRunner().invoke(app, ["lake", "pack", str(lake), *files])
    out = run_over(lake, tmp_path / "out")
    [changed, *_] = sorted(lake.glob("payments/**/*.parquet"))
    changed.write_bytes(changed.read_bytes() + b"x")

    for command in (["verify"], ["explain", "payments", "p1"]):
        done = cho40(*command, "--out", out, "--lake", str(lake))
        assert done.exit_code == 1
        assert "bytes are not those" in str(done.exception)
