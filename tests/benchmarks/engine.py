"""The engine on the task of the speed budget, against what others would write for it.

Run with ``python -m tests.benchmarks.engine [PAYMENTS …]``. Each turn runs every competitor in a
process of its own that loads nothing but its own libraries, from Parquet files to a Parquet file of
outcomes; processor time and wall time are taken inside it once they are loaded, peak memory is the
process's own. All must give the same counts of outcomes, or the run fails; datacompy, which only
joins ids, is timed for that. Claims are compared with the truth of the task. The goals
(performance.md): at most 0.7 of the processor time of DuckDB and Polars, 0.65 of pandas (0.6 at five
millions), 750 bytes per payment, and a cost per payment that is flat within 1.5 x.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

SIZES = (100_000, 1_000_000)
ROUNDS = 3
COMPETITORS = (
    "engine",
    "engine, 2 workers",
    "duckdb, 1 thread",
    "duckdb, 2 threads",
    "polars",
    "pandas",
)
SMALL = ("sqlmodel", "datacompy")
"""Competitors that are run once, and only with 100,000 payments."""
PARTS_FROM = 10_000_000
"""From here on only the engine runs, over parts of the accounts."""
DATACOMPY = Path(".tools/datacompy/bin/python")
Row = dict[str, Any]
Counts = dict[str, dict[str, int]]
Work = Callable[[Path, Path, int], Counts]


def run(sizes: tuple[int, ...] = SIZES, rounds: int = ROUNDS) -> list[Row]:
    """Return one row per size and competitor: seconds, memory, ratios, wrong claims."""
    rows: list[Row] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            task = Path(folder)
            _in_own_process("make task", task, size)
            if size >= PARTS_FROM:
                name = f"engine, {size // 1_000_000} parts"
                rows += _rows(size, {name: [_in_own_process(name, task)]}, {})
                continue
            measured: dict[str, list[Row]] = {name: [] for name in COMPETITORS}
            for _ in range(rounds):
                for name in COMPETITORS:
                    measured[name].append(_in_own_process(name, task))
            if size <= SIZES[0]:
                measured["sqlmodel"] = [_in_own_process("sqlmodel", task)]
            _refuse_different_outcomes(measured)
            rows += _rows(size, measured, _wrong_claims(task, task / "engine"))
            if size <= SIZES[0] and DATACOMPY.exists():
                rows.append({"payments": size, "competitor": "datacompy, ids", **_datacompy(task)})
    return rows


def _rows(size: int, measured: dict[str, list[Row]], wrong: Row) -> list[Row]:
    cpu = {name: median(run["cpu_s"] for run in runs) for name, runs in measured.items()}
    return [
        {
            "payments": size,
            "competitor": name,
            "cpu_s_median": round(cpu[name], 2),
            "cpu_s_least": round(min(run["cpu_s"] for run in runs), 2),
            "wall_s_median": round(median(run["wall_s"] for run in runs), 2),
            "us_per_payment": round(cpu[name] / size * 1e6, 2),
            "engine_cpu_ratio": round(cpu["engine"] / cpu[name], 2) if "engine" in cpu else None,
            "peak_bytes_per_payment": max(run["peak_bytes"] for run in runs) // size,
            **(wrong if name == "engine" else {}),
        }
        for name, runs in measured.items()
    ]


def _datacompy(task: Path) -> Row:
    script = Path(__file__).with_name("engine_datacompy.py")
    done = subprocess.run(
        [str(DATACOMPY), str(script), str(task)], check=True, capture_output=True, text=True
    )
    told: Row = json.loads(done.stdout)
    return told


def _in_own_process(name: str, task: Path, size: int = 0) -> Row:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.engine", "--once", name, str(task), str(size)],
        check=True,
        capture_output=True,
        text=True,
    )
    told: Row = json.loads(done.stdout)
    return told


def _once(name: str, task: Path, size: int) -> Row:
    """Run one competitor in this process."""
    if name == "make task":
        from tests.benchmarks.engine_task import make_task

        make_task(size).write(task)
        return {}
    kind, _, how = name.partition(", ")
    work = _work_of(kind, how)
    cpu, wall = _processor_time(), time.perf_counter()
    counts = work(task, task / kind, int(how.split()[0]) if how else 1)
    wall = time.perf_counter() - wall
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "cpu_s": _processor_time() - cpu,
        "wall_s": wall,
        "peak_bytes": peak * 1024,
        "counts": counts,
    }


def _work_of(kind: str, how: str) -> Work:
    """Return what a competitor runs, with its libraries loaded."""
    if kind == "duckdb":
        from tests.benchmarks.engine_duckdb import reconcile_in_duckdb

        return reconcile_in_duckdb
    if kind == "polars":
        from tests.benchmarks.engine_polars import reconcile_in_polars

        return reconcile_in_polars
    if kind == "pandas":
        from tests.benchmarks.engine_pandas import reconcile_in_pandas

        return reconcile_in_pandas
    if kind == "sqlmodel":
        from tests.benchmarks.engine_sqlmodel import reconcile_in_sqlmodel

        return reconcile_in_sqlmodel
    import reconciliation.engine.matching  # noqa: F401
    from tests.benchmarks.engine_parts import reconcile_in_parts

    return reconcile_in_parts if how.endswith("parts") else _engine


def _engine(task: Path, out: Path, workers: int) -> Counts:
    from market.cli.engine import read_books, write_tables
    from reconciliation.engine.matching import reconcile
    from reconciliation.profiles import load_profiles

    names = ("payments", "statement", "payouts")
    result = reconcile(
        read_books({name: task / f"{name}.parquet" for name in names}),
        load_profiles(),
        workers=workers,
    )
    write_tables(result, out)
    return result.counts


def _processor_time() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _refuse_different_outcomes(measured: dict[str, list[Row]]) -> None:
    expected = measured["engine"][0]["counts"]
    for name, runs in measured.items():
        for once in runs:
            if once["counts"] != expected:
                raise SystemExit(f"{name} comes to {once['counts']}, the engine to {expected}")


def _wrong_claims(task: Path, out: Path) -> Row:
    """Return how many pairs and set members the task's truth contradicts."""
    import pyarrow.parquet as pq

    truth = {
        name: pq.read_table(task / f"{name}.parquet", columns=["record_id", "movement"])
        .to_pandas()
        .set_index("record_id")["movement"]
        for name in ("payments", "statement")
    }
    outcomes = pq.read_table(out / "outcomes.parquet").to_pandas()
    told = outcomes[outcomes["leg"].eq("B")]
    pairs = told[told["book"].eq("payments") & told["outcome"].str.startswith("matched")]
    pairs = pairs[pairs["counterpart_id"].notna()]
    wrong = truth["payments"].loc[pairs["record_id"]].to_numpy() != (
        truth["statement"].loc[pairs["counterpart_id"]].to_numpy()
    )
    sets = told[told["class_id"].notna()]
    wrong_sets = 0
    for _, members in sets.groupby("class_id"):
        sides = [
            set(truth[name].loc[members["record_id"][members["book"].eq(name)]])
            for name in ("payments", "statement")
        ]
        wrong_sets += sides[0] != sides[1]
    return {
        "pairs": len(pairs),
        "wrong_pairs": int(wrong.sum()),
        "sets": int(sets["class_id"].nunique()),
        "wrong_sets": wrong_sets,
    }


def main() -> None:
    """Print the figures as JSON lines."""
    if sys.argv[1:2] == ["--once"]:
        sys.stdout.write(json.dumps(_once(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))) + "\n")
        return
    for row in run(tuple(int(size) for size in sys.argv[1:]) or SIZES):
        sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
