"""Check and write whole sheets in the background, two at a time, while pages show how far they are.

Nothing is lost with the process: the file and the state stand in the database, and a job that died
is begun again from there.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

import sqlalchemy as sa

from market.database import reading, writing
from merchants.actors import Actor
from merchants.errors import SheetRefused
from merchants.imports.row_results import Step
from merchants.imports.steps import (
    find_import,
    note_beat,
    note_check,
    note_refusal,
    plan_file,
    write_file,
)
from merchants.kinds import ImportState
from merchants.sealing import Sealer

WORKERS = 2
BEAT_S = 0.5
"""How often a job says how far it is; a row every time would cost more than the work."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HowFar:
    """How many rows of an import a step has done."""

    done: int
    total: int


class ImportPool:
    """The background workers of one application."""

    def __init__(self, engine: sa.Engine, sealer: Sealer, now: Callable[[], datetime]) -> None:
        self._engine, self._sealer, self._now = engine, sealer, now
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="import")
        self._jobs: dict[int, Future[None]] = {}
        self._how_far: dict[int, HowFar] = {}
        self._lock = Lock()

    def check(self, market_code: str, import_id: int) -> None:
        """Check a received file soon."""
        self._submit(import_id, lambda: self._check(market_code, import_id))

    def write(self, market_code: str, import_id: int, actor: Actor) -> None:
        """Write a checked file soon."""
        self._submit(import_id, lambda: self._write(market_code, import_id, actor))

    def holds(self, import_id: int) -> bool:
        """Return whether this process works on an import, or will."""
        job = self._jobs.get(import_id)
        return job is not None and not job.done()

    def how_far(self, import_id: int) -> HowFar | None:
        """Return how far this process is with an import; ``None`` = it does not work on it."""
        return self._how_far.get(import_id) if self.holds(import_id) else None

    def settle(self, timeout_s: float) -> None:
        """Wait until everything that was asked for is done."""
        wait(list(self._jobs.values()), timeout_s)

    def close(self) -> None:
        """Finish what is being done and leave the rest to be begun again."""
        self._workers.shutdown(wait=True, cancel_futures=True)

    def _submit(self, import_id: int, work: Callable[[], None]) -> None:
        with self._lock:
            if self.holds(import_id):
                return
            self._jobs = {key: job for key, job in self._jobs.items() if not job.done()}
            self._how_far.pop(import_id, None)
            job = self._workers.submit(work)
            self._jobs[import_id] = job
        job.add_done_callback(lambda done: _log_failure(import_id, done))

    def _check(self, market_code: str, import_id: int) -> None:
        now = self._now()
        try:
            with reading(self._engine) as session:
                record = find_import(session, market_code, import_id)
                result = plan_file(
                    session,
                    record,
                    market_code=market_code,
                    sealer=self._sealer,
                    now=now,
                    progress=self._telling(import_id, beats=True),
                )
        except SheetRefused as refusal:
            with writing(self._engine) as session:
                record = find_import(session, market_code, import_id, for_update=True)
                note_refusal(session, record, refusal)
            return
        with writing(self._engine) as session:
            record = find_import(session, market_code, import_id, for_update=True)
            note_check(session, record, result, now=now)

    def _write(self, market_code: str, import_id: int, actor: Actor) -> None:
        with writing(self._engine) as session:
            record = find_import(session, market_code, import_id, for_update=True)
            if record.state is not ImportState.WRITING:
                return  # another process has been quicker
            write_file(
                session,
                record,
                market_code=market_code,
                sealer=self._sealer,
                actor=actor,
                now=self._now(),
                progress=self._telling(import_id, beats=False),
            )

    def _telling(self, import_id: int, *, beats: bool) -> Callable[[Step, int, int], None]:
        """Return what is told how far a job is.

        ``beats`` writes it down for other processes, in transactions of their own; the writing of
        an import holds its row, and on SQLite the whole file, so there only this process knows.
        """
        last_beat = time.monotonic()

        def tell(step: Step, done: int, total: int) -> None:
            nonlocal last_beat
            # Reading the rows and planning them take about the same time.
            half = {Step.READ: 0, Step.PLAN: total, Step.WRITE: total}[step]
            so_far = HowFar((half + done) // 2 if step is not Step.WRITE else total, total)
            self._how_far[import_id] = so_far
            if not beats or time.monotonic() - last_beat < BEAT_S:
                return
            last_beat = time.monotonic()
            with writing(self._engine) as session:
                note_beat(
                    session,
                    import_id,
                    rows_done=so_far.done,
                    rows_total=so_far.total,
                    now=self._now(),
                )

        return tell


def _log_failure(import_id: int, job: "Future[None]") -> None:
    failure = None if job.cancelled() else job.exception()
    if failure is not None:
        _log.error("import %s stopped half-way", import_id, exc_info=failure)
