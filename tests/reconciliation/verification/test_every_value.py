"""No value of any table of a run can be changed, and no row dropped or doubled, without being named."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from market.cli import app
from tests.reconciliation.engine.world import (
    FRIDAY,
    LINE_SCHEMA,
    PAYOUT_SCHEMA,
    payout,
    record,
    refund,
    table,
)

MONDAY = FRIDAY + timedelta(days=3)
PROFILES = """
[[profile]]
provider = "wallet"
valid_from = 2026-01-01
books = ["payments", "statement", "payouts"]
payouts = "cut_off_run"
cycle_days = 1
pays_on_weekends = true
fee = {bps = 100, vat_bps = 1000, fixed_vnd = 7}
"""
PAYMENTS = [
    record("p1", provider_transaction_id="T1"),
    record("p2", provider_transaction_id="T2", amount_vnd=20_000),
    *(record(f"tp{n}", amount_vnd=10_000) for n in (1, 2)),
    record("lost", amount_vnd=77_000),
    record("bare", account=None, amount_vnd=5_000),
]
STATEMENT = [
    record("s1", provider_transaction_id="T1", fee_vnd=600, tax_vnd=60),
    record("s2", provider_transaction_id="T2", amount_vnd=19_000, fee_vnd=0),
    *(record(f"ts{n}", amount_vnd=10_000, fee_vnd=0) for n in (1, 2)),
    refund("back", amount_vnd=4_000, fee_vnd=0),
    record("late", business_date=MONDAY, amount_vnd=30_000),
]
PAYOUTS = [
    payout("o1", amount_vnd=84_340),
    payout("gone", amount_vnd=9_000, account="B", status="failed"),
    payout("last", account="C", amount_vnd=1_000, arrived_on=MONDAY + timedelta(days=1)),
]
TABLES = ("outcomes", "vendor_day", "payouts", "roll_forward")


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("books")
    arguments: list[str] = []
    for name, rows, schema in (
        ("payments", PAYMENTS, LINE_SCHEMA),
        ("statement", STATEMENT, LINE_SCHEMA),
        ("payouts", PAYOUTS, PAYOUT_SCHEMA),
    ):
        pq.write_table(table(rows, schema), folder / f"{name}.parquet")
        arguments += [f"--{name}", str(folder / f"{name}.parquet")]
    return arguments


@pytest.fixture(scope="module")
def out(books: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run of the engine wrote."""
    out = tmp_path_factory.mktemp("run")
    profiles = out / "own.toml"
    profiles.write_text(PROFILES, encoding="utf-8")
    told = [*books, "--profiles", str(profiles), "--out", str(out)]
    done = CliRunner().invoke(app, ["engine", "reconcile", *told])
    assert done.exit_code == 0, done.output
    return out


def named(books: list[str], out: Path) -> list[str]:
    """What the proof names."""
    done = CliRunner().invoke(app, ["engine", "verify", *books, "--out", str(out), "--json"])
    assert done.exit_code in {0, 1}
    findings: list[str] = json.loads(done.output)["findings"]
    assert bool(findings) == bool(done.exit_code)
    return findings


def forged(books: list[str], out: Path, name: str, told: pa.Table) -> list[str]:
    """What the proof names when one table is another."""
    path = out / f"{name}.parquet"
    true = path.read_bytes()
    pq.write_table(told, path)
    try:
        return named(books, out)
    finally:
        path.write_bytes(true)


def test_the_run_is_proved_and_tells_of_everything(books: list[str], out: Path) -> None:
    assert named(books, out) == []
    told = {name: pq.read_table(out / f"{name}.parquet").to_pylist() for name in TABLES}
    assert {row["outcome"] for row in told["payouts"]} == {"paid", "returned", "over", "missing"}
    assert {row["account"] for row in told["vendor_day"]} == {"A", None}
    assert all(told.values())


@pytest.mark.parametrize("name", TABLES)
def test_every_value_that_is_changed_is_named(books: list[str], out: Path, name: str) -> None:
    told = pq.read_table(out / f"{name}.parquet")
    for at, column in enumerate(told.column_names):
        values = told.column(column).to_pylist()
        for row in {0, len(values) - 1}:
            other = [*values[:row], another(values[row], told.field(at).type), *values[row + 1 :]]
            changed = told.set_column(at, column, pa.array(other, told.field(at).type))

            assert forged(books, out, name, changed), (column, row)


def another(value: Any, kind: pa.DataType) -> Any:
    """A value of the same kind that is not this one."""
    if pa.types.is_date(kind):
        return (value or date(2026, 1, 1)) + timedelta(days=1)
    if pa.types.is_list(kind):
        return [{"comes_to_vnd": 1, "lines": ["s1"]}] if value is None else None
    return (value or 0) + 1 if pa.types.is_integer(kind) else f"{value or ''}x"


@pytest.mark.parametrize("name", TABLES)
def test_rows_that_are_dropped_doubled_or_all_gone_are_named(
    books: list[str], out: Path, name: str
) -> None:
    told = pq.read_table(out / f"{name}.parquet")
    for row in range(len(told)):
        one = told.slice(row, 1)
        without = pa.concat_tables([told.slice(0, row), told.slice(row + 1)])

        assert forged(books, out, name, without), row
        assert forged(books, out, name, pa.concat_tables([told, one])), row
    assert forged(books, out, name, told.slice(0, 0))


def test_sums_that_agree_with_each_other_and_not_with_the_books_are_named(
    books: list[str], out: Path
) -> None:
    days = pq.read_table(out / "vendor_day.parquet").to_pandas()
    days.loc[0, ["gross_vnd", "net_vnd"]] += 5_000_000
    rolled = pq.read_table(out / "roll_forward.parquet").to_pandas()
    rolled.loc[0, ["gross_vnd", "closing_vnd"]] += 5_000_000
    rolled.loc[1:, ["opening_vnd", "closing_vnd"]] += 5_000_000

    of_days = forged(books, out, "vendor_day", pa.Table.from_pandas(days))
    of_rolled = forged(books, out, "roll_forward", pa.Table.from_pandas(rolled))

    gross = int(days.loc[0, "gross_vnd"])
    assert (
        f"vendor_day wallet A {FRIDAY}: gross_vnd is {gross}, the files come to {gross - 5_000_000}"
        in of_days
    )
    assert any(one.startswith(f"roll_forward wallet A {FRIDAY}: gross_vnd is") for one in of_rolled)
