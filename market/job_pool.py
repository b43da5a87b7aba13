"""Long work in the background of one application: a few threads, each job once, pages told how far.

Nothing rests on the process: what a job is about and how far it came stands in the database, so that
one that died is begun again from there, here or in another process.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event, Lock

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HowFar:
    """How much of a job is done, in whatever its page counts."""

    done: int
    total: int


class JobPool:
    """Background workers that do the jobs of one kind, known by their number."""

    def __init__(self, kind: str, workers: int) -> None:
        self._kind = kind
        self._workers = ThreadPoolExecutor(workers, thread_name_prefix=kind)
        self._jobs: dict[int, Future[None]] = {}
        self._how_far: dict[int, HowFar] = {}
        self._lock = Lock()
        self._closing = Event()

    @property
    def is_closing(self) -> bool:
        """Return whether the application ends, so that a job that can stop should."""
        return self._closing.is_set()

    def submit(self, job_id: int, work: Callable[[], None]) -> None:
        """Do something soon, unless this process does it already."""
        with self._lock:
            if self.holds(job_id) or self.is_closing:
                return
            self._jobs = {key: job for key, job in self._jobs.items() if not job.done()}
            self._how_far.pop(job_id, None)
            job = self._workers.submit(work)
            self._jobs[job_id] = job
        job.add_done_callback(lambda done: self._log_failure(job_id, done))

    def holds(self, job_id: int) -> bool:
        """Return whether this process works on a job, or will."""
        job = self._jobs.get(job_id)
        return job is not None and not job.done()

    def tell(self, job_id: int, done: int, total: int) -> None:
        """Note how far a job is, for this process's pages."""
        self._how_far[job_id] = HowFar(done, total)

    def how_far(self, job_id: int) -> HowFar | None:
        """Return how far this process is with a job; ``None`` = it does not work on it."""
        return self._how_far.get(job_id) if self.holds(job_id) else None

    def settle(self, timeout_s: float) -> None:
        """Wait until everything that was asked for is done."""
        wait(list(self._jobs.values()), timeout_s)

    def close(self) -> None:
        """Finish what is being done and leave the rest to be begun again."""
        self._closing.set()
        self._workers.shutdown(wait=True, cancel_futures=True)

    def _log_failure(self, job_id: int, job: "Future[None]") -> None:
        failure = None if job.cancelled() else job.exception()
        if failure is not None:
            _log.error("%s %s stopped half-way", self._kind, job_id, exc_info=failure)
