"""Check and write whole sheets in the background, two at a time, while pages show how far they are.

Nothing is lost with the process: the file and the state stand in the database, and a job that died
is begun again from there.
"""

import time
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from market.database import reading, writing
from market.job_pool import HowFar, JobPool
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


class ImportPool(JobPool):
    """The background workers of one application."""

    def __init__(self, engine: sa.Engine, sealer: Sealer, now: Callable[[], datetime]) -> None:
        super().__init__("import", WORKERS)
        self._engine, self._sealer, self._now = engine, sealer, now

    def check(self, market_code: str, import_id: int) -> None:
        """Check a received file soon."""
        self.submit(import_id, lambda: self._check(market_code, import_id))

    def write(self, market_code: str, import_id: int, actor: Actor) -> None:
        """Write a checked file soon."""
        self.submit(import_id, lambda: self._write(market_code, import_id, actor))

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
            self.tell(import_id, so_far.done, so_far.total)
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
