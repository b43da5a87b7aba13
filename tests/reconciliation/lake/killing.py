"""Tasks that kill the process that does them, once: for tests of what a loss changes."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

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


def _die_once(mark: Path) -> None:
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
