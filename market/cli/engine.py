"""``cho40 engine reconcile``: the engine alone, files in, files out, no database."""

import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pyarrow as pa

    from reconciliation.engine.books import Books
    from reconciliation.engine.results import Reconciled

app = typer.Typer(help="Bộ máy đối soát, không cần cơ sở dữ liệu. / The engine, no database.")

_LOW_CARDINALITY = ["provider", "account", "direction", "transaction_type", "status", "currency"]
_READ = [
    *_LOW_CARDINALITY,
    "record_id",
    "provider_transaction_id",
    "amount_vnd",
    "occurred_at",
    "business_date",
    "reference",
    "bank_reference",
    "settlement_id",
    "original_transaction_id",
    "original_is_told",
    "balance_after_vnd",
    "fee_vnd",
    "tax_vnd",
    "payout_reference",
    "arrived_on",
    "expires_at",
]
_KIB = 1024
_ROWS_AT_ONCE = 1 << 18


@app.callback()
def _group() -> None:
    """Keep the command's own name while it is the only one."""


@app.command("reconcile")
def reconcile_files(
    payments: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Parquet")],
    statement: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Parquet")],
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder to write to")],
    payouts: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    requests: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    profiles: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="TOML")] = None,
    workers: Annotated[int, typer.Option(min=1, max=256)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="The summary on one line")] = False,
) -> None:
    """Reconcile Parquet books; write outcomes, vendor_day and payouts, print a JSON summary."""
    from reconciliation.engine.matching import reconcile
    from reconciliation.profiles import load_profiles

    watch = _Watch()
    rules = load_profiles(profiles)
    files = {"payments": payments, "statement": statement, "payouts": payouts, "requests": requests}
    given = {name: path for name, path in files.items() if path is not None}
    # The books are handed over, not kept: the engine needs less of them once they are coded.
    result = reconcile(
        watch.after("read", read_books(given)),
        rules,
        workers=workers,
        on_stage=watch.done,
    )
    write_tables(result, out)
    watch.done("write")
    summary = _summary(result, watch.seconds)
    print(json.dumps(summary, ensure_ascii=False, indent=None if as_json else 2))


def read_books(files: dict[str, Path]) -> "Books":
    """Return the books of some Parquet files, by book."""
    from reconciliation.engine.books import Books

    names = {name: path.name for name, path in files.items()}
    return Books(**{name: _read(path) for name, path in files.items()}, files=names)


class _Watch:
    """Seconds of each stage, in the order they were done."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._begin = self._last = time.perf_counter()

    def after(self, stage: str, books: "Books") -> "Books":
        self.done(stage)
        return books

    def done(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = round(now - self._last, 4)
        self.seconds["total"] = round(now - self._begin, 4)
        self._last = now


def _read(path: Path) -> "pa.Table":
    """Return the columns the engine knows of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from reconciliation.errors import EngineInputRefused

    # The system's allocator gives freed pages back; Arrow's own keeps them and the peak grows.
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        names = pq.read_schema(path).names
        repeated = [name for name in _LOW_CARDINALITY if name in names]
        with pq.ParquetFile(path, read_dictionary=repeated) as file:
            columns = [file.read([name]).column(0) for name in _READ if name in names]
            return pa.table(columns, names=[name for name in _READ if name in names])
    except pa.ArrowInvalid as error:
        problem = str(error).split(". ")[0]
        raise EngineInputRefused(file=path.name, column="the file", problem=problem) from error


def write_tables(result: "Reconciled", out: Path) -> None:
    """Write the tables of a run as Parquet into a folder."""
    import pyarrow.parquet as pq

    out.mkdir(parents=True, exist_ok=True)
    words = ["book", "leg", "outcome", "rule", "reason"]
    for name, table in (
        ("outcomes", result.outcome_table),
        ("vendor_day", result.vendor_day_table),
        ("payouts", result.payout_table),
        ("roll_forward", result.roll_forward_table),
    ):
        # Ids do not repeat: a dictionary or the least and greatest of them would be made in vain.
        # Without the schema of Arrow every reader gets plain text.
        repeated = [column for column in words if column in table.column_names]
        target = out / f"{name}.parquet"
        pq.write_table(
            table,
            target,
            use_dictionary=repeated,
            write_statistics=False,
            store_schema=False,
            row_group_size=_ROWS_AT_ONCE,
        )


def _summary(result: "Reconciled", seconds: dict[str, float]) -> dict[str, Any]:
    own, workers = (
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    unit = 1 if sys.platform == "darwin" else _KIB
    return {
        "records": result.records,
        "counts": result.counts,
        "sums_vnd": result.sums,
        "seconds": seconds,
        "peak_memory_bytes": max(own, workers) * unit,
        "root_hash": result.root_hash,
        "rules_sha256": result.rules_sha256,
    }
