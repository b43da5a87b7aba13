"""Complaints whose time is over lose their words and amount; that there was one stays to be counted."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.columns import core_table
from merchants.complaints.steps import CLOSED_STATES
from merchants.kinds import ComplaintState
from merchants.tables import Complaint


def forget_complaints(session: Session, before: datetime, *, dry_run: bool = False) -> int:
    """Forget what was said in complaints that ended before an instant; return how many.

    An answer that nobody followed up is an end as well. On a dry run nothing is changed.
    """
    table = core_table(Complaint)
    ended_at = sa.func.coalesce(col(Complaint.closed_at), col(Complaint.answered_at))
    holds_words = sa.or_(
        *(col(text) != "" for text in (Complaint.said, Complaint.answer, Complaint.outcome)),
        col(Complaint.amount_vnd).is_not(None),
    )
    old = sa.and_(
        col(Complaint.state).in_((*CLOSED_STATES, ComplaintState.ANSWERED)),
        ended_at < before,
        holds_words,
    )
    session.flush()
    if dry_run:
        query = sa.select(sa.func.count()).select_from(table).where(old)
        return int(session.execute(query).scalar_one())
    empty = {"said": "", "answer": "", "outcome": "", "amount_vnd": None}
    return session.connection().execute(sa.update(table).where(old).values(**empty)).rowcount
