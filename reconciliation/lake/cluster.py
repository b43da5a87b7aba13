"""Workers of an existing Dask cluster as the crew of a run (the extra ``cluster``).

Why Dask: ARCHITECTURE.md, decision 5. The workers must have this package installed, in this release, and
see the lake and the folder of results under the same names. A worker that dies is no error: its parts
are done again by others, and because a part is a pure function they say the same.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from reconciliation.engine.crew import Done, Task, heaviest_first
from reconciliation.errors import ClusterUnreachable, WorkersLost

CONNECT_TIMEOUT_S = 15


class DaskCrew:
    """Does parts on the workers of a cluster; ``size`` is how many at a time."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.size = max(sum(client.nthreads().values()), 1)

    def run(
        self, work: Callable[[Task], Done], tasks: Sequence[Task], weights: Sequence[int]
    ) -> list[Done]:
        """Return what ``work`` makes of each task, in the order of the tasks."""
        rank = {at: place for place, at in enumerate(heaviest_first(weights))}
        futures = [
            self._client.submit(work, task, pure=False, priority=-rank[at])
            for at, task in enumerate(tasks)
        ]
        try:
            done: list[Done] = self._client.gather(futures)
        except import_module("distributed").KilledWorker as error:
            left = sum(not future.done() for future in futures)
            raise WorkersLost(left + 1) from error
        return done


@contextmanager
def connected(address: str) -> Iterator[DaskCrew]:
    """Give the workers of the cluster at an address, such as ``tcp://10.0.0.5:8786``.

    Raises:
        ClusterUnreachable: nobody answers, it has no worker, or the extra ``cluster`` is missing.
    """
    try:
        distributed = import_module("distributed")
    except ModuleNotFoundError as error:
        problem = "the extra 'cluster' is not installed (pip install 'cho40[cluster]')"
        raise ClusterUnreachable(address, problem) from error
    try:
        client = distributed.Client(address, timeout=CONNECT_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterUnreachable(address, f"nobody answers ({error})") from error
    with client:
        if not client.nthreads():
            raise ClusterUnreachable(address, "it has no worker")
        yield DaskCrew(client)
