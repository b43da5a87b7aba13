"""The market answers a complaint, settles or drops it; the money itself moves elsewhere, or not."""

from datetime import datetime

from sqlmodel import Session, select

from merchants.actors import Actor
from merchants.complaints.steps import may_become
from merchants.entries import Faults
from merchants.errors import ComplaintNotFound, ComplaintStepRefused
from merchants.events import record_event
from merchants.find import find_market
from merchants.kinds import ComplaintState, EventAction
from merchants.tables import Complaint

NOTE_CHARS_MAX = 300
_ALREADY = {
    ComplaintState.OPEN: "Phản ánh này còn chờ trả lời",
    ComplaintState.ANSWERED: "Người khác đã trả lời phản ánh này",
    ComplaintState.SETTLED: "Người khác đã ghi phản ánh này là xong",
    ComplaintState.DROPPED: "Người khác đã bỏ phản ánh này",
}


def move_complaint(
    session: Session,
    market_code: str,
    complaint_id: int,
    to: ComplaintState,
    *,
    note: str,
    actor: Actor,
    now: datetime,
) -> Complaint:
    """Take a complaint a step further, with what the vendor is told about it.

    Raises:
        MarketNotFound, ComplaintNotFound: there is none.
        EntryRefused: the note is missing or too long.
        ComplaintStepRefused: somebody was faster, or there is no such step.
    """
    market = find_market(session, market_code, for_update=True)
    query = select(Complaint).where(Complaint.id == complaint_id, Complaint.market_id == market.id)
    row = session.exec(query).one_or_none()
    if row is None:
        raise ComplaintNotFound(complaint_id)
    if not may_become(row.state, to):
        raise ComplaintStepRefused(complaint_id, row.state.value, _ALREADY[row.state])
    faults = Faults()
    text = faults.text(
        "note", note, length_max=NOTE_CHARS_MAX, needed="Ghi một câu: người bán đọc được câu này"
    )
    faults.refuse_any()
    before, row.state = row.state, to
    if to is ComplaintState.ANSWERED:
        row.answer, row.answered_at, row.answered_by = text, now, str(actor)
    else:
        row.outcome, row.closed_at, row.closed_by = text, now, str(actor)
    session.add(row)
    session.flush()
    record_event(
        session,
        EventAction.COMPLAINT_MOVED,
        actor=actor,
        now=now,
        market_id=row.market_id,
        vendor_id=row.vendor_id,
        stall_id=row.stall_id,
        subject=f"complaint:{row.id}",
        from_value=before.value,
        to_value=to.value,
    )
    return row
