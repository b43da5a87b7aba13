"""The engine on the task of the speed budget, against DuckDB with the same outcome rules.

Run with ``python -m tests.benchmarks.engine [PAYMENTS …]``. Each turn runs every competitor in a
process of its own, from Parquet files to a Parquet file of outcomes; processor time and wall time
are taken inside it once its libraries are loaded, peak memory is the process's own. All must give
the same counts of outcomes, or the run fails. Claims are compared with the truth of the task.
The goal (performance.md) is at most 0.7 of DuckDB's processor time and 750 bytes per payment.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as pq

from tests.benchmarks.engine_task import make_task

SIZES = (100_000, 1_000_000)
ROUNDS = 3
COMPETITORS = ("engine", "engine, 2 workers", "duckdb, 1 thread", "duckdb, 2 threads")
Row = dict[str, Any]


def run(sizes: tuple[int, ...] = SIZES, rounds: int = ROUNDS) -> list[Row]:
    """Return one row per size and competitor: seconds, memory, ratio to DuckDB, wrong claims."""
    rows: list[Row] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            task = Path(folder)
            make_task(size).write(task)
            measured: dict[str, list[Row]] = {name: [] for name in COMPETITORS}
            for _ in range(rounds):
                for name in COMPETITORS:
                    measured[name].append(_in_own_process(name, task))
            _refuse_different_outcomes(measured)
            wrong = _wrong_claims(task, task / "engine")
            rows += _rows(size, measured, wrong)
    return rows


def _rows(size: int, measured: dict[str, list[Row]], wrong: Row) -> list[Row]:
    base = median(run["cpu_s"] for run in measured["duckdb, 2 threads"])
    return [
        {
            "payments": size,
            "competitor": name,
            "cpu_s_median": round(median(run["cpu_s"] for run in runs), 2),
            "cpu_s_least": round(min(run["cpu_s"] for run in runs), 2),
            "wall_s_median": round(median(run["wall_s"] for run in runs), 2),
            "cpu_ratio_to_duckdb": round(median(run["cpu_s"] for run in runs) / base, 2),
            "peak_bytes_per_payment": max(run["peak_bytes"] for run in runs) // size,
            **(wrong if name == "engine" else {}),
        }
        for name, runs in measured.items()
    ]


def _in_own_process(name: str, task: Path) -> Row:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.engine", "--once", name, str(task)],
        check=True,
        capture_output=True,
        text=True,
    )
    told: Row = json.loads(done.stdout)
    return told


def _once(name: str, task: Path) -> Row:
    """Run one competitor in this process."""
    from tests.benchmarks.engine_duckdb import reconcile_in_duckdb

    out = task / name.split(",", maxsplit=1)[0]
    work = _engine if name.startswith("engine") else reconcile_in_duckdb
    parallel = int(name.split(", ")[1][0]) if ", " in name else 1
    _load_libraries()
    cpu, wall = _processor_time(), time.perf_counter()
    counts = work(task, out, parallel)
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


def _engine(task: Path, out: Path, workers: int) -> dict[str, dict[str, int]]:
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


def _load_libraries() -> None:
    import duckdb  # noqa: F401
    import pandas as pd  # noqa: F401

    import reconciliation.engine.matching  # noqa: F401


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
        sys.stdout.write(json.dumps(_once(sys.argv[2], Path(sys.argv[3]))) + "\n")
        return
    for row in run(tuple(int(size) for size in sys.argv[1:]) or SIZES):
        sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
