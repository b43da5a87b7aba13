"""The engine over a task too large for one go: a lake, part by part, in this process.

The books are dealt out to Parquet files by day and bucket of account in one pass of bounded memory, then every
part is decided by itself; outcomes and root hash are those of one run.
"""

from pathlib import Path

import pyarrow as pa


def reconcile_in_parts(folder: Path, out: Path, parts: int) -> dict[str, dict[str, int]]:
    """Write the outcomes of all parts into folders; return the counts of all."""
    from reconciliation.engine.crew import Alone
    from reconciliation.lake.running import reconcile_lake
    from reconciliation.lake.writing import batches_of, write_lake
    from reconciliation.profiles import load_profiles

    # The system's allocator gives freed pages back; Arrow's own keeps them and the peak grows.
    pa.set_memory_pool(pa.system_memory_pool())
    names = ("payments", "statement", "payouts")
    lake = write_lake(
        out / "lake", {name: batches_of(folder / f"{name}.parquet") for name in names}
    )
    rows = sum(file.rows for file in lake.files)
    run = reconcile_lake(
        lake, load_profiles(), Alone(), out / "results", rows_per_part=rows // parts
    )
    return run.counts
