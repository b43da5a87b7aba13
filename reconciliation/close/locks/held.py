"""What locked days would be by what has come in since they were locked."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.close.drafts import Draft
from reconciliation.close.locks.tables import HeldChange
from reconciliation.tables import DayClose, MarketDay

_DAY = table_of(MarketDay)


def held_of(
    session: Session, held: Sequence[tuple[DayClose, DayClose, Draft]], now: datetime
) -> list[HeldChange]:
    """Return what each locked day would change by.

    Args:
        held: the version that stays, the one that would come next, and what that holds.
    """
    ids = [before.id for before, _, _ in held if before.id is not None]
    wanted = sa.select(_DAY.c.close_id, _DAY.c.gross_vnd, _DAY.c.net_vnd)
    stored = {
        row.close_id: row
        for row in rows_of(session, wanted.where(one_of(session, _DAY.c.close_id, ids)))
    }
    found = []
    for before, would_be, draft in held:
        kept, then = stored.get(before.id), draft.market_day or {}
        found.append(
            HeldChange(
                scope=before.scope,
                business_date=before.business_date,
                version=before.version,
                inputs_sha256=would_be.inputs_sha256,
                gross_change_vnd=then["gross_vnd"] - kept.gross_vnd if kept and then else 0,
                net_change_vnd=then["net_vnd"] - kept.net_vnd if kept and then else 0,
                found_at=now,
            )
        )
    return found
