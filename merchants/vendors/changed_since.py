"""What people changed about a stall and its vendor after a form about both was opened."""

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.errors import FieldChange
from merchants.kinds import EventAction
from merchants.tables import RegisterEvent, Stall, TeamMember
from merchants.vendors.history import HistoryEntry, history_entry

LINES_MAX = 20
_OF_VENDOR = (
    EventAction.CHANGED,
    EventAction.ACCOUNT_PROPOSED,
    EventAction.ACCOUNT_DECIDED,
    EventAction.ACCOUNT_ADDED,
    EventAction.ACCOUNT_CLOSED,
    EventAction.CONSENT_GIVEN,
    EventAction.CONSENT_WITHDRAWN,
    EventAction.MERGED,
    EventAction.MERGE_UNDONE,
    EventAction.DATA_ERASED,
)
_OF_STALL = (EventAction.STALL_TAKEN, EventAction.STALL_LEFT)
_PLACE_FIELDS = ("stall:zone_id", "stall:goods_group")


def last_event_id(session: Session, *, stall_id: int, vendor_id: int | None) -> int:
    """Return the newest thing known of a stall and its vendor, 0 = nothing: what a form has seen."""
    query = sa.select(sa.func.max(col(RegisterEvent.id))).where(_about(stall_id, vendor_id))
    return session.execute(query).scalar() or 0


def changed_since(
    session: Session, *, stall_id: int, vendor_id: int | None, event_id: int
) -> tuple[HistoryEntry, ...]:
    """Return what was changed that such a form shows, oldest first: one statement.

    Posters issued or looked at, links and PINs are none of it.
    """
    is_shown = sa.or_(
        col(RegisterEvent.action).in_([each.value for each in (*_OF_VENDOR, *_OF_STALL)]),
        col(RegisterEvent.subject).startswith("state#"),  # a step somebody took by hand
        sa.and_(
            col(RegisterEvent.action) == EventAction.PLACE_CHANGED.value,
            col(RegisterEvent.subject).in_(_PLACE_FIELDS),
        ),
    )
    query = (
        sa.select(RegisterEvent, col(Stall.code), col(TeamMember.full_name))
        .outerjoin(Stall, col(Stall.id) == RegisterEvent.stall_id)
        .outerjoin(TeamMember, col(TeamMember.id) == RegisterEvent.assisted_by_id)
        .where(_about(stall_id, vendor_id), col(RegisterEvent.id) > event_id, is_shown)
        .order_by(col(RegisterEvent.id))
        .limit(LINES_MAX)
    )
    return tuple(history_entry(*row) for row in session.execute(query))


def as_changes(entries: tuple[HistoryEntry, ...]) -> list[FieldChange]:
    """Return the entries as ``ChangedMeanwhile`` carries them."""
    return [
        FieldChange(
            field=entry.subject.partition("#")[0] or entry.action,
            actor=entry.actor,
            at=entry.at,
            old=entry.from_value,
            new=entry.to_value,
        )
        for entry in entries
    ]


def _about(stall_id: int, vendor_id: int | None) -> sa.ColumnElement[bool]:
    """Return the condition that an event is about the stall, or the vendor and no other stall."""
    of_stall = col(RegisterEvent.stall_id) == stall_id
    if vendor_id is None:
        return of_stall
    of_vendor = sa.and_(
        col(RegisterEvent.vendor_id) == vendor_id, col(RegisterEvent.stall_id).is_(None)
    )
    return sa.or_(of_stall, of_vendor)
