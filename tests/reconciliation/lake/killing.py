"""Tasks that kill the process that does them, once: for tests of what a loss changes."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from reconciliation.engine.books import CodedBook
from reconciliation.engine.cascade import Context, Matched
from reconciliation.engine.partition import match_part
from reconciliation.lake.rounds import Decide, Told, decide_rest


@dataclass(frozen=True)
class Deadly:
    """A number to be doubled by whoever survives it; ``times``: how many workers it kills."""

    number: int
    folder: Path
    times: int


def double(task: Deadly) -> int:
    """Return twice the number, unless this worker is one of those that die of it."""
    for attempt in range(task.times):
        _die_once(task.folder / f"{task.number}-{attempt}")
    return 2 * task.number


def decide_rest_or_die(task: Decide) -> Told:
    """Decide a part as the engine does, but the worker that first gets to it dies with it done."""
    told = decide_rest(task)
    if task.part.number == 1:
        _die_once(task.work / "died")
    return told


DEATH = "CHO40_TEST_DEATH"
"""Names the file that says that somebody died already; workers inherit it."""


def match_part_or_die(task: tuple[CodedBook, CodedBook, Context]) -> Matched:
    """Decide a part of a close as the engine does, but the first worker dies with it done."""
    matched = match_part(task)
    _die_once(Path(os.environ[DEATH]))
    return matched


def _die_once(mark: Path) -> None:
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
