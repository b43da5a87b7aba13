"""What the searches of the engine cost: a code repaired, a payout of 24 lines divided.

Goals (reconciliation.md sections 0 and 4): at most 47 microseconds of the processor for a remark
among twenty open codes of its account and amount, at most 50 milliseconds for a payout.
"""

import json
import sys
import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from merchants.request_reference import write_request_reference
from merchants.vendor_code import write_vendor_code
from reconciliation.engine.coded_text import code_text
from reconciliation.engine.near_codes import find_near_codes
from reconciliation.engine.subset_sums import find_subsets

REMARKS, PER_GROUP, ROUNDS = 20_000, 20, 7
REPAIR_MAX_US, SEARCH_MAX_MS = 47, 50


def main() -> int:
    """Print the least processor time of each; return 1 when one is over its goal."""
    codes = [write_request_reference(write_vendor_code(1), 1 + n) for n in range(REMARKS)]
    remarks = [f"MBVCB41252610531{c[:11]}W{c[12:]}CTTU9000006789TOI1123355589" for c in codes]
    group = np.arange(REMARKS) // PER_GROUP
    here, there = code_text(pa.array(codes)), code_text(pa.array(remarks))
    worth = np.array([10_007 * n + n**3 for n in range(1, 25)], np.int64)
    repair = _least(lambda: find_near_codes(here, group, there, group)) / REMARKS * 1e6
    search = _least(lambda: find_subsets(worth, int(worth[::3].sum()))) * 1e3
    told = {"repair_us": round(repair, 1), "payout_of_24_lines_ms": round(search, 2)}
    sys.stdout.write(json.dumps(told) + "\n")
    return int(repair > REPAIR_MAX_US or search > SEARCH_MAX_MS)


def _least(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        work()
        seconds.append(time.process_time() - begin)
    return min(seconds)


if __name__ == "__main__":
    sys.exit(main())
