"""The engine over a task too large for one go: parts of the accounts, one after the other.

The books are dealt out to files by the hash of the account's text, as worker processes deal them
out, in one pass of bounded memory; then each part is a run of its own. No record of the task lacks
its account, so the parts together are the whole.
"""

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS_AT_ONCE = 1 << 18


def reconcile_in_parts(folder: Path, out: Path, parts: int) -> dict[str, dict[str, int]]:
    """Write the outcomes of each part into a folder of its own; return the counts of all."""
    from market.cli.engine import read_books, write_tables
    from reconciliation.engine.matching import reconcile
    from reconciliation.profiles import load_profiles

    pa.set_memory_pool(pa.system_memory_pool())
    names = ("payments", "statement", "payouts")
    for name in names:
        _deal_out(folder / f"{name}.parquet", out, parts)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for part in range(parts):
        held = out / str(part)
        result = reconcile(
            read_books({name: held / f"{name}.parquet" for name in names}), load_profiles()
        )
        write_tables(result, held)
        for place, by_outcome in result.counts.items():
            counts[place].update(by_outcome)
        del result
    return {place: dict(by_outcome) for place, by_outcome in counts.items()}


def _deal_out(path: Path, out: Path, parts: int) -> None:
    from reconciliation.engine.coded_text import code_text, hash_text

    writers: dict[int, pq.ParquetWriter] = {}
    for batch in pq.ParquetFile(path).iter_batches(ROWS_AT_ONCE):
        place = hash_text(code_text(batch.column("account"))) % np.uint64(parts)
        for part in range(parts):
            rows = batch.filter(pa.array(place == part))
            if part not in writers:
                target = out / str(part) / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                writers[part] = pq.ParquetWriter(target, batch.schema)
            writers[part].write_batch(rows)
    for writer in writers.values():
        writer.close()
