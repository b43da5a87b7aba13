"""Mutation testing of the matcher: small wrong changes, each of which some test must notice.

``make mutation`` (or ``python -m tests.mutation --sample 40 --seed 1 passes/amounts.py``) copies the
engine to a temporary folder, changes one operator, comparison or number at a time, and runs the
engine's tests against the copy. It prints every change that no test noticed and exits 1 if there is
one that ``EQUIVALENT`` does not know. It takes minutes to hours and is no part of ``make test``;
``--minutes 10`` ends it with the score so far.

How to read the score: a change that LIVES is a line whose result no test looks at. Either a test is
missing, or no result can differ; then it belongs into ``EQUIVALENT`` with the reason. The share that
was noticed is that of a sample: of 40 changes it is known to about 8 points.
"""

import argparse
import ast
import copy
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
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
TESTS = Path("tests/reconciliation/engine")
SLOW = ("test_naive.py", "test_properties.py", "test_door.py")
"""Tests over many drawn worlds or in processes, asked only about changes that others do not notice."""
FIRST = {
    "passes/amounts.py": ("test_amounts.py", "test_gaps.py"),
    "passes/candidates.py": ("test_amounts.py", "test_remarks.py"),
    "passes/causes.py": ("test_causes.py",),
    "passes/classes.py": ("test_amounts.py",),
    "passes/gaps.py": ("test_gaps.py",),
    "passes/givebacks.py": ("test_givebacks.py",),
    "passes/identifiers.py": ("test_identifiers.py",),
    "passes/remarks.py": ("test_remarks.py", "test_repair.py"),
    "passes/repair.py": ("test_repair.py",),
    "passes/residual.py": ("test_residual.py",),
    "passes/validate.py": ("test_identifiers.py", "test_givebacks.py"),
    "near_codes.py": ("test_repair.py",),
    "request_names.py": ("test_requests.py",),
    "payment_requests.py": ("test_requests.py",),
    "roll_forward.py": ("test_roll_forward.py",),
}
"""The tests that are asked first about a module; of all others, the payouts'."""
TIME_LIMIT_S = 900
_HAS_BLOCK, _HAS_TEXT = "(side.book.block >= 0)", "side.book.texts['reference'].present"
EQUIVALENT: frozenset[tuple[str, int, str]] = frozenset(
    {
        (
            "passes/remarks.py",
            150,
            f"{_HAS_BLOCK} & {_HAS_TEXT} -> {_HAS_BLOCK} | {_HAS_TEXT}",
        ),
        ("passes/validate.py", 159, "1 -> 2"),
    }
)
"""Changes that change no result: (file, line, change). Remarks: more records are compared with a
reference, but none of them can equal it, being without account or without reference. Validate: one
more place in a count of groups stays empty."""

_CHANGED = (ast.Compare, ast.BinOp, ast.AugAssign, ast.UnaryOp, ast.Constant)
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


def places(source: str) -> list[int]:
    """Return the numbers of the nodes of a module that can be changed, types and decorators not."""
    tree = ast.parse(source)
    left_out = {id(node) for part in _said_of_code(tree) for node in ast.walk(part)}
    return [
        number
        for number, node in enumerate(ast.walk(tree))
        if isinstance(node, _CHANGED)
        and id(node) not in left_out
        and _change(copy.deepcopy(node)) is not None
    ]


def _said_of_code(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        yield from getattr(node, "decorator_list", ())
        for name in ("annotation", "returns"):
            if isinstance(part := getattr(node, name, None), ast.AST):
                yield part


def mutate(source: str, number: int) -> tuple[int, str, str]:
    """Return (line, what was changed, the changed source) of one node."""
    tree = ast.parse(source)
    node = next(node for at, node in enumerate(ast.walk(tree)) if at == number)
    told = _change(node)
    assert told is not None
    return getattr(node, "lineno", 0), told, ast.unparse(tree)


def _change(node: ast.AST) -> str | None:
    """Change a node in place; return what was done, ``None`` if it is nothing to be changed."""
    before = ast.unparse(node) if isinstance(node, ast.expr | ast.stmt) else ""
    match node:
        case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
            node.ops = [_COMPARISONS[type(op)]()]
        case ast.BinOp(op=op) if type(op) in _OPERATORS:
            node.op = _OPERATORS[type(op)]()
        case ast.AugAssign(op=op) if type(op) in _OPERATORS:
            node.op = _OPERATORS[type(op)]()
        case ast.UnaryOp(op=ast.Invert() | ast.Not()):
            node.operand = ast.UnaryOp(node.op, node.operand)
        case ast.Constant(value=bool() as value):
            node.value = not value
        case ast.Constant(value=int() as value):
            node.value = value + 1
        case _:
            return None
    return f"{before} -> {ast.unparse(node)}"


def main() -> int:
    """Run the sample; return 1 when a change went unnoticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", default=list(MATCHER))
    parser.add_argument("--sample", type=int, default=100, help="changes to try, 0 = all")
    parser.add_argument("--seed", type=int, default=20_261_122)
    parser.add_argument("--minutes", type=float, default=0, help="end after so long, 0 = never")
    told = parser.parse_args()
    sources = {file: (ROOT / ENGINE / file).read_text("utf-8") for file in told.files}
    every = [(file, number) for file, source in sources.items() for number in places(source)]
    chosen = random.Random(told.seed).sample(every, min(told.sample or len(every), len(every)))
    tried = lived = 0
    with tempfile.TemporaryDirectory() as folder:
        house = _copy(Path(folder))
        if _fail(house, [*_tests(house), *_tests(house, slow=True)]):
            print("the tests fail without any change: nothing can be learnt", file=sys.stderr)
            return 1
        ends = time.monotonic() + told.minutes * 60 if told.minutes else math.inf
        for number, (file, node) in enumerate(chosen, start=1):
            if time.monotonic() > ends:
                break
            line, what, source = mutate(sources[file], node)
            noticed = (file, line, what) in EQUIVALENT or _is_noticed(house, file, source)
            tried, lived = number, lived + (not noticed)
            print(f"{number}/{len(chosen)} {'ok  ' if noticed else 'LIVES'} {file}:{line} {what}")
            sys.stdout.flush()
    share = f", {100 * (tried - lived) / tried:.0f} %" if tried else ""
    print(f"{tried - lived} of {tried} changes were noticed{share} ({len(every)} are possible)")
    return 1 if lived else 0


def _copy(folder: Path) -> Path:
    """Return a copy of the house in which only the engine is a copy of its own."""
    for name in ("market", "merchants", "qr", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(
        ROOT / "reconciliation",
        folder / "reconciliation",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    return folder


def _is_noticed(house: Path, file: str, source: str) -> bool:
    target = house / ENGINE / file
    whole = target.read_text("utf-8")
    target.write_text(source, "utf-8")
    try:
        first = FIRST.get(file, ("test_payouts.py", "test_payout_doubts.py"))
        asked = ([house / TESTS / name for name in first], _tests(house), _tests(house, slow=True))
        return any(_fail(house, tests) for tests in asked)
    finally:
        target.write_text(whole, "utf-8")


def _tests(house: Path, *, slow: bool = False) -> list[Path]:
    every = sorted((house / TESTS).glob("test_*.py"))
    return [path for path in every if (path.name in SLOW) is slow]


def _fail(house: Path, tests: list[Path]) -> bool:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        *map(str, tests),
    ]
    environment = {**os.environ, "PYTHONPATH": str(house), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=house,
            env=environment,
            capture_output=True,
            timeout=TIME_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
