"""``cho40 engine reconcile | verify``: the engine alone, files in, files out, no database.

``explain`` stands in ``engine_explain``.
"""

import json
import resource
import sys
import time
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from market.cli.engine_books import (
    FirstDay,
    LakeFolder,
    LastDay,
    Payments,
    Payouts,
    Requests,
    Statement,
    given_books,
    given_files,
    lake_of_days,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    import pyarrow as pa

    from reconciliation.engine.books import Books
    from reconciliation.engine.crew import Crew
    from reconciliation.engine.results import Reconciled
    from reconciliation.profiles import Profiles

app = typer.Typer(help="Bộ máy đối soát, không cần cơ sở dữ liệu. / The engine, no database.")

_KIB = 1024


@app.command("reconcile")
def reconcile_files(  # noqa: PLR0913, PLR0917 (each is an option of the command)
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder to write to")],
    payments: Payments = None,
    statement: Statement = None,
    payouts: Payouts = None,
    requests: Requests = None,
    lake: LakeFolder = None,
    first: FirstDay = None,
    last: LastDay = None,
    profiles: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="TOML")] = None,
    workers: Annotated[int, typer.Option(min=1, max=256)] = 1,
    cluster: Annotated[
        str | None, typer.Option(help="Dask scheduler, tcp://…:8786, instead of --workers")
    ] = None,
    rows_per_part: Annotated[
        int, typer.Option(min=1, help="Of a lake: records a worker holds at a time")
    ] = 500_000,
    as_json: Annotated[bool, typer.Option("--json", help="The summary on one line")] = False,
) -> None:
    """Đối soát sổ Parquet hoặc kho. / Reconcile Parquet books or a lake; print a JSON summary."""
    from reconciliation.engine.matching import reconcile
    from reconciliation.profiles import load_profiles

    watch = _Watch()
    rules = load_profiles(profiles)
    files = {"payments": payments, "statement": statement, "payouts": payouts, "requests": requests}
    given = given_files(files, lake)
    with crew_of(workers, cluster) as crew:
        if lake is not None:
            summary = _reconcile_lake(
                lake, (first, last), out, rules, crew, rows_per_part=rows_per_part, watch=watch
            )
        else:
            # The books are handed over, not kept: the engine needs less of them once coded.
            result = reconcile(
                watch.after("read", read_books(given)), rules, crew=crew, on_stage=watch.done
            )
            write_tables(result, out)
            watch.done("write")
            summary = _summary(result, watch.seconds)
    _keep_run(out, summary, rules)
    print(json.dumps(summary, ensure_ascii=False, indent=None if as_json else 2))


@app.command("verify")
def verify_files(  # noqa: PLR0913, PLR0917 (each is an option of the command)
    results: Annotated[
        Path, typer.Option("--out", exists=True, file_okay=False, help="What reconcile wrote")
    ],
    payments: Payments = None,
    statement: Statement = None,
    payouts: Payouts = None,
    requests: Requests = None,
    lake: LakeFolder = None,
    first: FirstDay = None,
    last: LastDay = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Kiểm lại kết quả chỉ từ các tệp. / Prove a run from its files alone; 1 = something is off."""
    import pyarrow.parquet as pq

    from reconciliation.verification.files import prove_files
    from reconciliation.verification.given import COLUMNS
    from reconciliation.verification.runs import Run, prove_run, read_run

    files = {"payments": payments, "statement": statement, "payouts": payouts, "requests": requests}
    given = given_books(files, lake, (first, last))
    run: Run = read_run(table_at(results, "run", "json").read_text(encoding="utf-8"))
    wanted = {*COLUMNS, *run.contracts.id_columns}
    books = {name: _frame_of(book.read(wanted)) for name, book in given.items()}
    outcomes, days, paid, rolled = (
        _frame_of(pq.read_table(table_at(results, name)))
        for name in ("outcomes", "vendor_day", "payouts", "roll_forward")
    )
    findings = prove_files(books, outcomes, days, paid, rolled, run.contracts)
    if not findings:
        # What is not one outcome a record has no root either.
        ids = ["record_id", "provider", "account"]
        columns = {name: book.read(ids) for name, book in given.items()}
        findings = prove_run(run, columns, pq.read_table(table_at(results, "outcomes")), books)
    rows = {name: len(book) for name, book in books.items()}
    if as_json:
        told = {"records": rows, "findings": findings, "root_hash": run.root_hash}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(finding)
        counts = ", ".join(f"{count} {name}" for name, count in rows.items())
        verdict = (
            f"{len(findings)} chỗ không đúng / do not hold" if findings else "Đúng cả / all proved"
        )
        typer.echo(f"{verdict}: {counts}, {run.root_hash}")
    if findings:
        raise typer.Exit(1)


def table_at(results: Path, name: str, kind: str = "parquet") -> Path:
    """Return where a table of a run stands: a file, or of a run over a lake a folder of files."""
    whole = results / f"{name}.{kind}"
    path = whole if whole.exists() else results / name
    if not path.exists():
        raise typer.BadParameter(
            f"{results} không có {name}, --out là thư mục reconcile đã ghi"
            f" / holds no {name}; --out names what reconcile wrote"
        )
    return path


def _frame_of(table: "pa.Table") -> "pd.DataFrame":
    """Return a table as a frame in which a whole number stays one where others are missing."""
    import pandas as pd
    import pyarrow as pa

    frame: pd.DataFrame = table.to_pandas(
        types_mapper={pa.int64(): pd.Int64Dtype()}.get, ignore_metadata=True
    )
    return frame


@contextmanager
def crew_of(workers: int, cluster: str | None) -> "Iterator[Crew]":
    """Give who does the parts: this process, some of this machine, or a cluster."""
    from reconciliation.engine.crew import Alone, Processes
    from reconciliation.lake.cluster import connected

    if cluster is not None:
        with connected(cluster) as others:
            yield others
    elif workers > 1:
        with Processes(workers) as processes:
            yield processes
    else:
        yield Alone()


def _reconcile_lake(
    folder: Path,
    days: tuple[datetime | None, datetime | None],
    out: Path,
    rules: "Profiles",
    crew: "Crew",
    *,
    rows_per_part: int,
    watch: "_Watch",
) -> dict[str, Any]:
    from reconciliation.lake.running import reconcile_lake

    run = reconcile_lake(
        lake_of_days(folder, days),
        rules,
        crew,
        out,
        rows_per_part=rows_per_part,
        on_stage=watch.done,
    )
    return {
        "records": run.records,
        "counts": run.counts,
        "sums_vnd": run.sums,
        "seconds": watch.seconds,
        "peak_memory_bytes": run.peak_bytes,
        "parts": run.parts,
        "root_hash": run.root_hash,
        "rules_sha256": run.rules_sha256,
    }


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

    from reconciliation.book_files import columns_of
    from reconciliation.errors import EngineInputRefused
    from reconciliation.lake.parts import READ, WORDS

    # The system's allocator gives freed pages back; Arrow's own keeps them and the peak grows.
    pa.set_memory_pool(pa.system_memory_pool())
    names = columns_of(path)
    try:
        repeated = [name for name in WORDS if name in names]
        with pq.ParquetFile(path, read_dictionary=repeated) as file:
            columns = [file.read([name]).column(0) for name in READ if name in names]
            return pa.table(columns, names=[name for name in READ if name in names])
    except pa.ArrowInvalid as error:
        problem = str(error).split(". ")[0]
        raise EngineInputRefused(file=path.name, column="the file", problem=problem) from error


def write_tables(result: "Reconciled", out: Path) -> None:
    """Write the tables of a run as Parquet into a folder."""
    from reconciliation.lake.rounds import write_table

    for name, table in (
        ("outcomes", result.outcome_table),
        ("vendor_day", result.vendor_day_table),
        ("payouts", result.payout_table),
        ("roll_forward", result.roll_forward_table),
    ):
        write_table(table, out / f"{name}.parquet")


def _keep_run(out: Path, summary: dict[str, Any], rules: "Profiles") -> None:
    """Write what a run says of itself beside its tables, and by which rules: the same bytes each time."""
    from reconciliation.engine.outcome_table import COLUMNS, VOCABULARIES

    told = {name: summary[name] for name in ("records", "counts", "sums_vnd", "root_hash")}
    told |= {"rules": rules.content, "rules_sha256": summary["rules_sha256"]}
    told |= {"columns": COLUMNS, "words": VOCABULARIES}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1)
    (out / "run.json").write_text(f"{text}\n", encoding="utf-8")


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
