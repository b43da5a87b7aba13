"""When days were closed, against what their versions hold: nobody closes what is not known yet.

The instant of a close stands under no root. A version moved to before the one it follows is named by
``versions``; here by the rows it decided on, which their deliveries' bytes came with.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import rows_of, table_of
from reconciliation.tables import DayClose, MatchOutcome, ProviderTransaction

_WAITED_AT_MOST = timedelta(days=1)
"""A close is dated when it was asked for, and then waits for others to finish taking in."""


def verify_times(session: Session) -> list[str]:
    """Return the versions that hold rows of after they were closed, one sentence each, in Vietnamese."""
    close, decided = table_of(DayClose).c, table_of(MatchOutcome).c
    row = table_of(ProviderTransaction).c
    last_known: Any = sa.func.max(row.known_at, type_=row.known_at.type)
    wanted = (
        sa.select(close.scope, close.business_date, close.version, close.closed_at, last_known)
        .join_from(table_of(DayClose), table_of(MatchOutcome), decided.close_id == close.id)
        .join(table_of(ProviderTransaction), row.id == decided.record_id)
        .group_by(close.id, close.scope, close.business_date, close.version, close.closed_at)
        .order_by(close.business_date, close.scope, close.version)
    )
    return [
        f"{scope} {day:%d/%m/%Y} phiên bản {version}: ghi chốt lúc {closed_at:%d/%m/%Y %H:%M} UTC, "
        f"mà có khoản tới {known_at:%d/%m/%Y %H:%M} UTC mới biết"
        for scope, day, version, closed_at, known_at in rows_of(session, wanted)
        if closed_at + _WAITED_AT_MOST < known_at
    ]
