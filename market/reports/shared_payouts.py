"""Which payouts are nobody's own: they go to an account that several vendors share.

The close of the day on which a payout arrives says whose it is. Before that day is closed, it goes
to whom the closed payouts of its account went.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from reconciliation.bulk import table_of
from reconciliation.close.roots import NOBODY
from reconciliation.tables import DayClose, MatchOutcome, SettlementStatement


def join_shared(
    joined: sa.Join, closes: Sequence[DayClose], payout_id: Any, within: timedelta
) -> tuple[sa.Join, sa.ColumnElement[bool]]:
    """Return ``joined`` with what tells of its payouts, and whether a line's payout is shared.

    Args:
        payout_id: as an outcome names it: minus the number of a payout that its provider told of.
        within: how far a sale and its payout lie apart at most.
    """
    day, decided = table_of(DayClose).alias("shared_day"), table_of(MatchOutcome).alias("shared_")
    days = [close.business_date for close in closes]
    nobodys = (
        sa.select(decided.c.record_id)
        .select_from(decided.join(day, day.c.id == decided.c.close_id))
        .where(
            day.c.scope == NOBODY,
            day.c.business_date.between(min(days) - within, max(days) + within),
            decided.c.book == "payouts",
        )
        .distinct()
        .subquery("shared")
    )
    told = table_of(SettlementStatement).alias("payout_told")
    known = table_of(SettlementStatement).alias("payout_known")
    accounts = (
        sa.select(known.c.provider, known.c.account_alias)
        .select_from(nobodys.join(known, known.c.id == -nobodys.c.record_id))
        .distinct()
        .subquery("shared_account")
    )
    arrival = table_of(DayClose).alias("arrival_day")
    is_closed = sa.exists().where(
        arrival.c.scope == NOBODY, arrival.c.business_date == told.c.expected_arrival_on
    )
    joined = (
        joined.outerjoin(nobodys, nobodys.c.record_id == payout_id)
        .outerjoin(told, told.c.id == -payout_id)
        .outerjoin(
            accounts,
            sa.and_(
                accounts.c.provider == told.c.provider,
                accounts.c.account_alias == told.c.account_alias,
            ),
        )
    )
    return joined, sa.or_(
        nobodys.c.record_id.is_not(None), sa.and_(accounts.c.provider.is_not(None), ~is_closed)
    )
