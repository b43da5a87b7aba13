"""A vendor's history: everything recorded about them, newest first, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.tables import RegisterEvent, Stall, TeamMember

PAGE_ROWS = 20
PAGE_ROWS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One thing done; ``actor`` as ``merchants.actors.Actor`` writes it, for others to resolve."""

    id: int
    at: datetime
    action: str
    """One of ``EventAction``."""
    actor: str
    assisted_by: str
    """The name of the team member who helped; empty = nobody did."""
    stall_code: str
    subject: str
    from_value: str
    to_value: str
    reason: str
    note: str
    has_evidence: bool
    import_id: int | None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of a history; ``next_id`` is what to pass as ``before_id``, ``None`` = the last page."""

    entries: tuple[HistoryEntry, ...]
    next_id: int | None


def vendor_history(
    session: Session,
    vendor_id: int,
    *,
    before_id: int | None = None,
    limit: int = PAGE_ROWS,
    actions: Iterable[str] | None = None,
) -> HistoryPage:
    """Return a page of a vendor's history, newest first: one statement.

    Args:
        before_id: entries older than this one; ``None`` = from the newest on.
        actions: only these; ``None`` = all.
    """
    limit = min(max(limit, 1), PAGE_ROWS_MAX)
    query = (
        sa.select(RegisterEvent, col(Stall.code), col(TeamMember.full_name))
        .outerjoin(Stall, col(Stall.id) == RegisterEvent.stall_id)
        .outerjoin(TeamMember, col(TeamMember.id) == RegisterEvent.assisted_by_id)
        .where(col(RegisterEvent.vendor_id) == vendor_id)
        .order_by(col(RegisterEvent.id).desc())
        .limit(limit + 1)
    )
    if before_id is not None:
        query = query.where(col(RegisterEvent.id) < before_id)
    if actions is not None:
        query = query.where(col(RegisterEvent.action).in_(list(actions)))
    rows = session.execute(query).all()
    entries = tuple(history_entry(*row) for row in rows[:limit])
    return HistoryPage(entries, entries[-1].id if len(rows) > limit else None)


def history_entry(event: RegisterEvent, stall_code: str | None, helper: str | None) -> HistoryEntry:
    """Return an event with the code of its stall and the name of who helped."""
    return HistoryEntry(
        id=event.id or 0,
        at=event.at,
        action=event.action,
        actor=event.actor,
        assisted_by=helper or "",
        stall_code=stall_code or "",
        subject=event.subject,
        from_value=event.from_value,
        to_value=event.to_value,
        reason=event.reason,
        note=event.note,
        has_evidence=event.evidence_sha256 is not None,
        import_id=event.import_id,
    )
