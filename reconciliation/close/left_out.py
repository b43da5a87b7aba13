"""Records that two people agreed are no receipts of sales: a close counts them in no figure."""

from collections.abc import Collection

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.breaks.found import BreakName
from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.states import BreakState
from reconciliation.breaks.tables import Break
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
        row.state == BreakState.APPROVED, row.resolution == Resolution.LEAVE_OUT
    )
    told = rows_of(session, wanted)
    return frozenset(BreakName(one.scope, one.leg, one.book, one.key) for one in told)


def leave_out(outcomes: pd.DataFrame, names: Collection[BreakName]) -> pd.DataFrame:
    """Return the outcomes with those of records left out as ``ignored``.

    Only what the data still leave open: a record that found its match since is matched, and the
    decision about it has nothing left to decide.
    """
    if not names:
        return outcomes
    keys = {(name.book, name.key) for name in names}
    is_open = outcomes["outcome"].isin(_STILL_OPEN) & outcomes["leg"].eq("B")
    told = outcomes.loc[is_open, ["book", "record_id"]]
    chosen = [
        (str(book), break_key(key)) in keys
        for book, key in zip(told["book"], told["record_id"], strict=True)
    ]
    at = told.index[chosen]
    changed = outcomes.copy()
    values = [Outcome.IGNORED.value, BY_DECISION, Reason.NONE.value]
    changed.loc[at, ["outcome", "rule", "reason"]] = values
    changed.loc[at, "alternatives"] = 0
    return changed
