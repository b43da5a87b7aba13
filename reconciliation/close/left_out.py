"""Records that two people agreed are no receipts of sales: a close counts them in no figure."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.breaks.found import BreakName
from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.standing import replay
from reconciliation.breaks.states import AGREED, BreakAction
from reconciliation.breaks.tables import Break, BreakStep
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.open_breaks import break_key
from reconciliation.engine.outcomes import Outcome, Reason

BY_DECISION = "decision@1"
"""The rule of an outcome that people decided; the log of breaks says who."""
_STILL_OPEN = (
    Outcome.MISSING_IN_STATEMENT,
    Outcome.MISSING_IN_PAYMENTS,
    Outcome.AMBIGUOUS,
    Outcome.CONFLICT,
    Outcome.UNATTRIBUTED,
)


def read_left_out(session: Session) -> frozenset[BreakName]:
    """Return the breaks of records that are left out by approval."""
    row = table_of(Break).c
    wanted = sa.select(row.scope, row.leg, row.book, row.key).where(
        row.state.in_(AGREED), row.resolution == Resolution.LEAVE_OUT
    )
    told = rows_of(session, wanted)
    return frozenset(BreakName(one.scope, one.leg, one.book, one.key) for one in told)


def those_here(names: Collection[BreakName], decided: pd.DataFrame) -> frozenset[BreakName]:
    """Return the breaks whose record is still in the books of the days that were decided.

    What was agreed on about a record falls with it: its delivery was taken back, or another source
    tells the same money now and is asked about anew.
    """
    if not names:
        return frozenset()
    lines = decided[decided["leg"].eq("B")]
    here = set(zip(lines["book"], map(break_key, lines["key"]), strict=True))
    return frozenset(name for name in names if (name.book, name.key) in here)


def left_out_at(session: Session, at: datetime) -> list[dict[str, Any]]:
    """Return the rows of ``Break`` that were left out at an instant, as they stood then.

    What was agreed on may have been taken back since, so the log of steps says it.
    """
    row, step = table_of(Break), table_of(BreakStep)
    ever = sa.select(step.c.break_id).where(
        step.c.action == BreakAction.PROPOSED, step.c.told.contains(f'"{Resolution.LEAVE_OUT}"')
    )
    told = rows_of(session, sa.select(row).where(row.c.id.in_(ever)).order_by(row.c.id))
    by_then: dict[int, list[Any]] = {one.id: [] for one in told}
    steps = sa.select(step).where(step.c.break_id.in_(ever), step.c.at <= at)
    for one in rows_of(session, steps.order_by(step.c.scope, step.c.number)):
        by_then[one.break_id].append(one)
    found = []
    for one in told:
        standing = replay(by_then[one.id])
        is_agreed = standing is not None and standing["state"] in AGREED
        if standing and is_agreed and standing["resolution"] is Resolution.LEAVE_OUT:
            found.append({**one._mapping, **standing})  # noqa: SLF001 (columns by name)
    return found


def leave_out(
    outcomes: pd.DataFrame, names: Collection[BreakName], *, key: str = "record_id"
) -> pd.DataFrame:
    """Return the outcomes with those of records left out as ``ignored``; ``key`` names them.

    Only what the data still leave open: a record that found its match since is matched, and the
    decision about it has nothing left to decide.
    """
    if not names:
        return outcomes
    keys = {(name.book, name.key) for name in names}
    is_open = outcomes["outcome"].isin(_STILL_OPEN) & outcomes["leg"].eq("B")
    told = outcomes.loc[is_open, ["book", key]]
    chosen = [
        (str(book), break_key(name)) in keys
        for book, name in zip(told["book"], told[key], strict=True)
    ]
    at = told.index[chosen]
    changed = outcomes.copy()
    values = [Outcome.IGNORED.value, BY_DECISION, Reason.NONE.value]
    changed.loc[at, ["outcome", "rule", "reason"]] = values
    changed.loc[at, "alternatives"] = 0
    return changed
