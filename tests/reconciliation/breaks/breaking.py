"""A queue of breaks for tests: found as a close finds them, moved by people with names."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.database import reading, writing
from merchants.actors import Actor
from reconciliation.breaks.deciding import Passed, decide
from reconciliation.breaks.found import BreakName, Facts, FoundBreak
from reconciliation.breaks.proof import verify_trails
from reconciliation.breaks.queue import Moved, settle_breaks
from reconciliation.breaks.tables import Break, BreakStep
from reconciliation.breaks.trail import last_proposals

DAY = date(2026, 11, 10)
NOW = datetime(2026, 11, 12, 3, tzinfo=UTC)
MAI, TOAN = Actor(kind="staff", name="1"), Actor(kind="staff", name="2")


def found(key: str, amount: int = 50_000, *, scope: str = "MA", **changes: Any) -> FoundBreak:
    """A payment that the statement does not tell, unless said otherwise."""
    facts: dict[str, Any] = {
        "business_date": DAY,
        "outcome": "missing_in_statement",
        "reason": "not_told",
        "records": 1,
        "amount_vnd": amount,
        "difference_vnd": 0,
        "fee_difference_vnd": None,
        "stake_vnd": amount,
    }
    leg = changes.pop("leg", "B")
    return FoundBreak(
        name=BreakName(scope, leg, "payments", key),
        facts=Facts(**facts | changes),
        ledger="bank_vcb",
        rule="residual@1",
        alternatives=0,
        record_id=1,
        counterpart_id=None,
    )


def decide_on_newest(session: Session, scope: str, break_ids: Sequence[int], **told: Any) -> Passed:
    """Decide as somebody who has just read what is proposed."""
    seen = last_proposals(session, break_ids).values()
    return decide(session, scope, break_ids, seen=seen, **told)


class Queue:
    """The breaks of one database."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def close(
        self,
        *breaks: FoundBreak,
        at: datetime = NOW,
        days: Sequence[date] = (DAY,),
        scope: str = "MA",
        left_out: Sequence[BreakName] = (),
    ) -> Moved:
        """Close days of a scope, finding these breaks."""
        cells = {(scope, day) for day in days}
        with writing(self.engine) as session:
            return settle_breaks(session, breaks, cells, left_out=left_out, now=at)

    def all(self) -> list[Break]:
        """Return the breaks in the order they were found."""
        with writing(self.engine) as session:
            return list(session.exec(select(Break).order_by(col(Break.id))))

    def steps(self) -> list[BreakStep]:
        """Return the steps in the order of their chain."""
        with writing(self.engine) as session:
            order = (col(BreakStep.scope), col(BreakStep.number))
            return list(session.exec(select(BreakStep).order_by(*order)))

    def findings(self) -> list[str]:
        """Return what the proof of the log says."""
        with reading(self.engine) as session:
            return verify_trails(session)
