"""Which tests run a line, learnt by running all of them once, and how long each takes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coverage import CoverageData

TIME_LIMIT_S = 900
QUICK_S = 5.0
"""The tests of a line that take no longer than this together are asked first."""
_TOOK = re.compile(r"^\s*([\d.]+)s (?:call|setup|teardown)\s+(\S+::.*)$", re.MULTILINE)
_UNKNOWN_S = 0.005


class TestsFail(Exception):
    """The tests fail without any change: nothing can be learnt from them."""


@dataclass(frozen=True, slots=True)
class Covering:
    """What every test of the engine runs, and its duration in seconds."""

    runs: dict[str, dict[int, set[str]]]
    """Module path → line → tests; a line that runs at import has none."""
    takes: dict[str, float]

    def tests_of(self, module: str, lines: Iterable[int]) -> tuple[list[str], list[str]]:
        """Return the tests that run one of the lines, quick ones first: (first asked, the others).

        Lines that run at import only are asked of every test that runs anything of the module.
        """
        of_module = self.runs.get(module, {})
        tests = set[str]().union(*(of_module.get(line, ()) for line in lines))
        tests = tests or set[str]().union(*of_module.values())
        ordered = sorted(tests, key=lambda test: (self.takes.get(test, _UNKNOWN_S), test))
        spent, quick = 0.0, 0
        for test in ordered:
            spent += self.takes.get(test, _UNKNOWN_S)
            if quick and spent > QUICK_S:
                break
            quick += 1
        return ordered[:quick], ordered[quick:]


def learn(house: Path, tests: Iterable[Path], package: str) -> Covering:
    """Run all tests of some folders once and return what each of them runs.

    Raises:
        TestsFail: one of them fails.
    """
    data = house / ".coverage"
    settings = house / "coverage.ini"
    settings.write_text(f"[run]\ndata_file = {data}\nsource_pkgs = {package}\n", "utf-8")
    measured = (f"--cov={package}", "--cov-context=test", f"--cov-config={settings}")
    told = ("--cov-report=", "-n", "2", "-vv", "--durations=0")
    done = run(house, [*measured, *told, *map(str, tests)])
    if done is None or done.returncode:
        raise TestsFail(done.stdout[-2000:] if done else "they take too long")
    takes: dict[str, float] = {}
    for seconds, test in _TOOK.findall(done.stdout):
        takes[test] = takes.get(test, 0.0) + float(seconds)
    recorded = CoverageData(str(data))
    recorded.read()
    of_file: dict[str, set[str]] = {}
    for context in recorded.measured_contexts():
        test = context.partition("|")[0]
        of_file.setdefault(test.partition("::")[0], set()).add(test)
    return Covering(
        {
            str(Path(path).relative_to(house)): {
                line: set(_tests(contexts, of_file))
                for line, contexts in recorded.contexts_by_lineno(path).items()
            }
            for path in recorded.measured_files()
        },
        takes,
    )


def _tests(contexts: Iterable[str], of_file: dict[str, set[str]]) -> Iterable[str]:
    """Return the tests of contexts; what a fixture ran, every test of its file may look at."""
    for context in filter(None, contexts):
        test, _, phase = context.partition("|")
        yield from [test] if phase == "run" else of_file[test.partition("::")[0]]


def fail(house: Path, tests: Sequence[str]) -> bool:
    """Return whether one of the tests fails, or they do not end."""
    if not tests:
        return False
    done = run(house, ["-q", "-x", *tests])
    return done is None or done.returncode != 0


def run(house: Path, arguments: list[str]) -> subprocess.CompletedProcess[str] | None:
    """Run pytest in a copy of the house; ``None`` = it did not end in time."""
    environment = {**os.environ, "PYTHONPATH": str(house), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
            cwd=house,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
