"""Mutation testing of the matcher: small wrong changes, each of which some test must notice.

``make mutation`` (or ``python -m tests.mutation --sample 40 --seed 1 passes/amounts.py``) copies the
engine to a temporary folder, changes one operator, comparison or number at a time, and runs those
of the engine's and its verifier's tests that run the changed line. It prints every change that no test noticed and
exits 1 if there is one that ``EQUIVALENT`` does not know. It takes minutes to hours and is no part
of ``make test``; ``--minutes 10`` ends it with the score so far.

How to read the score: a change that LIVES is a line whose result no test looks at. Either a test is
missing, or no result can differ; then it belongs into ``EQUIVALENT`` with the reason. The share that
was noticed is that of a sample: of 40 changes it is known to about 8 points.
"""

import argparse
import math
import random
import shutil
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory

from tests.mutation.changes import Change, mutate, places
from tests.mutation.covering import Covering, TestsFail, fail, learn

ROOT = Path(__file__).resolve().parents[2]
ENGINE = Path("reconciliation/engine")
MATCHER = (
    "passes/amounts.py",
    "passes/candidates.py",
    "passes/causes.py",
    "passes/classes.py",
    "passes/gaps.py",
    "passes/givebacks.py",
    "passes/identifiers.py",
    "passes/remarks.py",
    "passes/repair.py",
    "passes/residual.py",
    "passes/validate.py",
    "carried_lines.py",
    "compared_payouts.py",
    "cut_off_runs.py",
    "even_stretches.py",
    "explained_payouts.py",
    "held_back.py",
    "kept_days.py",
    "listing.py",
    "near_codes.py",
    "payout_doubts.py",
    "payout_readings.py",
    "request_names.py",
    "payment_requests.py",
    "roll_forward.py",
    "shared_days.py",
    "subset_sums.py",
    "unpaid.py",
    "returned_payouts.py",
    "untold_days.py",
)
TESTS = tuple(Path("tests/reconciliation") / room for room in ("engine", "verification"))
EQUIVALENT: Mapping[tuple[str, str, str], str] = {
    (
        "passes/remarks.py",
        'others = (side.book.block >= 0) & side.book.texts["reference"].present & side.book.live',
        (
            "(side.book.block >= 0) & side.book.texts['reference'].present -> "
            "(side.book.block >= 0) | side.book.texts['reference'].present"
        ),
    ): "more records are compared, and none without account or reference can equal one",
    (
        "passes/validate.py",
        "size = int(both.max(initial=-1)) + 1",
        "1 -> 2",
    ): "one more place in a count stays empty",
    (
        "passes/amounts.py",
        "size = 1 + int(max(pool.group.max(initial=-1) for pool in (payments, statement)))",
        "1 -> 2",
    ): "one more place in a count stays empty",
    (
        "compared_payouts.py",
        "chosen = np.full(len(days), -1, np.int64)",
        "1 -> 2",
    ): "any number below nothing stands for none",
    (
        "held_back.py",
        "if len(found) >= at_most:",
        "len(found) >= at_most -> len(found) > at_most",
    ): "one more is found and cut off again",
    (
        "payment_requests.py",
        "((several & (paid > requests.amount)) | doubtful, Reason.ID_NOT_UNIQUE),",
        "paid > requests.amount -> paid >= requests.amount",
    ): "what was paid in parts to the đồng is decided before and stays so",
    (
        "request_names.py",
        "size = 1 + int(max(group.max(initial=-1) for group in groups))",
        "1 -> 2",
    ): "one more place in a count stays empty",
    (
        "untold_days.py",
        "there = chosen[payouts] & (np.abs(begins) < _HALF)",
        "np.abs(begins) < _HALF -> np.abs(begins) <= _HALF",
    ): "where no day is told at all, payouts wait for it either way",
    (
        "subset_sums.py",
        "for chosen in np.flatnonzero(end > begin).tolist():",
        "end > begin -> end >= begin",
    ): "an empty range is walked through",
    (
        "unpaid.py",
        "for block in np.unique(days.block[unpaid & (worth < 0)]).tolist():",
        "0 -> 1",
    ): "days of no worth are not missed whether or not they take each other back",
}
"""Changes that change no result, and why: (file, the line, the change)."""


def main() -> int:
    """Run the sample; return 1 when a change went unnoticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", default=list(MATCHER))
    parser.add_argument("--sample", type=int, default=100, help="changes to try, 0 = all")
    parser.add_argument("--seed", type=int, default=20_261_122)
    parser.add_argument("--minutes", type=float, default=0, help="end after so long, 0 = never")
    parser.add_argument("--workers", type=int, default=2, help="changes tried at the same time")
    asked = parser.parse_args()
    sources = {file: (ROOT / ENGINE / file).read_text("utf-8") for file in asked.files}
    every = [(file, number) for file, source in sources.items() for number in places(source)]
    chosen = random.Random(asked.seed).sample(every, min(asked.sample or len(every), len(every)))
    tried = lived = 0
    with TemporaryDirectory() as folder, ThreadPoolExecutor(asked.workers) as pool:
        free = Queue[Path]()
        for number in range(asked.workers):
            free.put(_copy(Path(folder) / str(number)))
        try:
            covering = learn(free.queue[0], TESTS, "reconciliation.engine")
        except TestsFail as failed:
            print(f"nothing can be learnt, the tests fail without any change: {failed}")
            return 1
        ends = time.monotonic() + asked.minutes * 60 if asked.minutes else math.inf

        def try_one(place: tuple[str, int]) -> tuple[str, Change, bool] | None:
            if time.monotonic() > ends:
                return None
            file, node = place
            change = mutate(sources[file], node)
            known = (file, change.text, change.told) in EQUIVALENT
            return file, change, known or _is_noticed(free, covering, file, change)

        for result in pool.map(try_one, chosen):
            if result is None:
                continue
            file, change, noticed = result
            tried, lived = tried + 1, lived + (not noticed)
            told = f"{'ok  ' if noticed else 'LIVES'} {file}:{change.line} {change.told}"
            print(f"{tried}/{len(chosen)} {told}", flush=True)
    share = f", {100 * (tried - lived) / tried:.1f} %" if tried else ""
    print(f"{tried - lived} of {tried} changes were noticed{share} ({len(every)} are possible)")
    return 1 if lived else 0


def _copy(folder: Path) -> Path:
    """Return a copy of the house in which only the engine and its tests are copies of their own."""
    folder.mkdir()
    for name in ("market", "merchants", "qr", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    for name in ("tests", "reconciliation"):
        left = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=left)
    return folder


def _is_noticed(free: Queue[Path], covering: Covering, file: str, change: Change) -> bool:
    module = ENGINE / file
    quick, others = covering.tests_of(str(module), change.statement)
    house = free.get()
    whole = (house / module).read_text("utf-8")
    (house / module).write_text(change.source, "utf-8")
    try:
        return fail(house, quick) or fail(house, others)
    finally:
        (house / module).write_text(whole, "utf-8")
        free.put(house)


if __name__ == "__main__":
    sys.exit(main())
