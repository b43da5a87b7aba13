"""The days of breaks that two people let wait until a day that has passed: a close opens them again."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.states import AGREED
from reconciliation.breaks.tables import Break
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.locks.tables import HeldChange
from reconciliation.tables import ProviderTransaction


def days_of_ended_waits(session: Session, *, today: date) -> list[date]:
    """Return the business days that such breaks are of, sorted.

    Left out is what no close would open again, or its day would be closed every hour for nothing:
    breaks of locked books that wait for other data, and of records that are forgotten.
    """
    found, held, row = table_of(Break), table_of(HeldChange).c, table_of(ProviderTransaction).c
    is_held = sa.exists().where(
        held.scope == found.c.scope, held.business_date == found.c.business_date
    )
    is_forgotten = sa.exists().where(row.id == found.c.record_id, row.forgotten_at.is_not(None))
    wanted = (
        sa.select(found.c.business_date)
        .where(
            found.c.state.in_(AGREED),
            found.c.resolution == Resolution.WAIT,
            found.c.until_on < today,
            ~is_held,
            ~is_forgotten,
        )
        .distinct()
        .order_by(found.c.business_date)
    )
    return [one.business_date for one in rows_of(session, wanted)]
