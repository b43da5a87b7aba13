"""Where the time of a whole goes: named functions of the product, timed while they run.

A second is counted once: what a timed function calls that is timed itself is not the caller's. A name
that is not there any more is an error, so that no stage is lost in silence.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any


@dataclass(slots=True)
class Spent:
    """Seconds by the clock, and of this process's processor time."""

    clock: float = 0.0
    cpu: float = 0.0


@dataclass(slots=True)
class StageTimes:
    """The seconds of each stage so far."""

    spent: defaultdict[str, Spent] = field(default_factory=lambda: defaultdict(Spent))
    _open: list[str] = field(default_factory=list)
    _since: tuple[float, float] = (0.0, 0.0)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside to a stage, but for what stages within it take."""
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    @contextmanager
    def watching(self, functions: Mapping[str, str]) -> Iterator[None]:
        """Time functions, named ``package.module:name`` or ``…:Class.name``, each for its stage."""
        places = [(_place(path), stage) for path, stage in functions.items()]
        whole = [(holder, name, getattr(holder, name)) for (holder, name), _ in places]
        try:
            for (holder, name), stage in places:
                setattr(holder, name, self._timed(getattr(holder, name), stage))
            yield
        finally:
            for holder, name, function in whole:
                setattr(holder, name, function)

    def _timed(self, function: Any, stage: str) -> Any:
        def timed(*args: Any, **named: Any) -> Any:
            with self.stage(stage):
                return function(*args, **named)

        return timed

    def _turn(self) -> None:
        now = time.perf_counter(), time.process_time()
        if self._open:
            spent = self.spent[self._open[-1]]
            spent.clock += now[0] - self._since[0]
            spent.cpu += now[1] - self._since[1]
        self._since = now


def _place(path: str) -> tuple[Any, str]:
    module, _, name = path.partition(":")
    holder: Any = import_module(module)
    *outer, last = name.split(".")
    for each in outer:
        holder = getattr(holder, each)
    return holder, last
