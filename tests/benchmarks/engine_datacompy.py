"""What datacompy does of the task: join two frames on the id and count what is in which.

It knows no references, ties, sets or payouts, so it is timed for the first stage alone. It needs a
pandas older than ours; ``python`` of an environment of its own runs this file as a script::

    uv venv .tools/datacompy && uv pip install --python .tools/datacompy/bin/python datacompy pyarrow
"""

import json
import resource
import sys
import time

import datacompy
import pandas as pd

_KEY = ["provider", "account", "direction", "provider_transaction_id"]


def main(folder: str) -> None:
    """Compare the two books of a folder; print seconds, memory and counts as JSON."""
    begin = time.process_time()
    books = [
        pd.read_parquet(f"{folder}/{name}.parquet", columns=[*_KEY, "amount_vnd"]).dropna()
        for name in ("payments", "statement")
    ]
    found = datacompy.PandasCompare(*books, join_columns=_KEY)
    told = {
        "cpu_s": time.process_time() - begin,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "in_both": int(found.intersect_rows.shape[0]),
        "amounts_equal": int(found.count_matching_rows()),
        "in_payments_only": len(found.df1_unq_rows),
        "in_statement_only": len(found.df2_unq_rows),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
