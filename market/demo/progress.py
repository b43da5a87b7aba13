"""The watch of a person at a terminal: one bar per step, what came out above the bars."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from market.demo.watch import Advance


class TerminalWatch:
    """Progress bars on ``console``; leaving the block ends the last step."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._end_step()
        self._progress.stop()

    def step(self, title: str, total: int | None = None) -> Advance:
        """Begin a bar; the one before is done."""
        self._end_step()
        task = self._task = self._progress.add_task(title, total=total or 1)
        return lambda done: self._progress.update(task, completed=done)

    def say(self, text: str) -> None:
        """Print one line above the bars."""
        self._progress.console.print(text, highlight=False, markup=False)

    def _end_step(self) -> None:
        if self._task is not None:
            total = next(t.total for t in self._progress.tasks if t.id == self._task)
            self._progress.update(self._task, completed=total)
            self._progress.stop_task(self._task)
