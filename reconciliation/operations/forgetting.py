"""What people wrote about a row or a delivery goes with it; who decided what and when stays."""

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import table_of
from reconciliation.tables import Delivery, DeliveryVoid, HandAttribution, ProviderTransaction


def forget_reasons(session: Session) -> int:
    """Empty the reasons given about forgotten rows and deliveries; return how many were.

    Two statements. Repeating it changes nothing.
    """
    claim, void = table_of(HandAttribution), table_of(DeliveryVoid)
    row, delivery = table_of(ProviderTransaction).c, table_of(Delivery).c
    rows = sa.select(row.id).where(row.forgotten_at.is_not(None))
    deliveries = sa.select(delivery.id).where(delivery.forgotten_at.is_not(None))
    emptied = 0
    for table, about in (
        (claim, claim.c.transaction_id.in_(rows)),
        (void, void.c.delivery_id.in_(deliveries)),
    ):
        update = sa.update(table).where(table.c.reason != "", about).values(reason="")
        emptied += session.connection().execute(update).rowcount
    return emptied
