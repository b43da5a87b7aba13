"""Who does the parts of a run: this process, processes of this machine, or a cluster (``cluster``).

A part is a pure function of what it is given, so it does not matter who does it, how often, or in
what order: a worker that dies is replaced and its parts are done again. The heaviest parts go first,
so that none of them begins when all others are done.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType
from typing import Protocol, Self, TypeVar

from reconciliation.errors import WorkersLost

Task = TypeVar("Task")
Done = TypeVar("Done")
LOSSES_MAX = 3
"""So often all workers may be lost without one part done; then the parts themselves kill them."""


class Crew(Protocol):
    """Does parts; ``size`` is how many at a time."""

    size: int

    def run(
        self, work: Callable[[Task], Done], tasks: Sequence[Task], weights: Sequence[int]
    ) -> list[Done]:
        """Return what ``work`` makes of each task, in the order of the tasks.

        Args:
            work: a function at the top of a module, so that other processes find it.
            weights: how heavy each task is, in any unit.

        Raises:
            WorkersLost: the workers died again and again.
        """
        ...


class Alone:
    """Does one part after the other in this process."""

    size = 1

    def run(
        self, work: Callable[[Task], Done], tasks: Sequence[Task], weights: Sequence[int]
    ) -> list[Done]:
        """Return what ``work`` makes of each task."""
        del weights
        return [work(task) for task in tasks]


class Processes:
    """Worker processes of this machine; a context manager that ends them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def run(
        self, work: Callable[[Task], Done], tasks: Sequence[Task], weights: Sequence[int]
    ) -> list[Done]:
        """Return what ``work`` makes of each task; parts of a worker that died are done again."""
        done: dict[int, Done] = {}
        losses = 0
        while len(done) < len(tasks):
            left = [at for at in heaviest_first(weights) if at not in done]
            before = len(done)
            if self._try(work, [(at, tasks[at]) for at in left], done):
                self._end()
                losses = losses + 1 if len(done) == before else 0
                if losses == LOSSES_MAX:
                    raise WorkersLost(len(left))
        return [done[at] for at in range(len(tasks))]

    def _try(
        self,
        work: Callable[[Task], Done],
        tasks: Sequence[tuple[int, Task]],
        done: dict[int, Done],
    ) -> bool:
        """Do tasks, write what is done into ``done``; return whether a worker was lost."""
        if self._pool is None:
            # A fork would copy Arrow's threads in whatever state they are; a spawned one is clean.
            self._pool = ProcessPoolExecutor(self.size, mp_context=get_context("spawn"))
        places: dict[Future[Done], int] = {}
        try:
            places |= {self._pool.submit(work, task): at for at, task in tasks}
            for future in as_completed(places):
                done[places[future]] = future.result()
        except BrokenProcessPool:
            for future, at in places.items():
                if future.done() and future.exception() is None:
                    done[at] = future.result()
            return True
        except BaseException:
            self._end()
            raise
        return False

    def _end(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def heaviest_first(weights: Sequence[int]) -> list[int]:
    """Return the places of tasks in the order they are to be begun."""
    return sorted(range(len(weights)), key=lambda at: (-weights[at], at))
