"""Notes beside breaks go with the records they are about; the log stays whole without them."""

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.breaks.tables import Break, BreakStep
from reconciliation.bulk import table_of
from reconciliation.tables import ProviderTransaction


def forget_break_notes(session: Session) -> int:
    """Empty the notes of breaks whose records are forgotten; return how many were.

    The chain holds the hash of each note, so it proves as before. Repeating it changes nothing.
    """
    found, step, row = table_of(Break), table_of(BreakStep), table_of(ProviderTransaction)
    about = sa.select(found.c.id).where(
        sa.exists().where(
            sa.or_(row.c.id == found.c.record_id, row.c.id == found.c.counterpart_id),
            row.c.forgotten_at.is_not(None),
        )
    )
    emptied = sa.update(step).where(step.c.note != "", step.c.break_id.in_(about)).values(note="")
    return session.connection().execute(emptied).rowcount
