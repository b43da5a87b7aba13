"""A vendor raises a complaint, alone or told to somebody of the market."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.complaints.steps import due_on
from merchants.days import market_day
from merchants.entries import Faults
from merchants.events import record_event
from merchants.kinds import ComplaintKind, ComplaintState, EventAction
from merchants.sentences import Sentence
from merchants.tables import Complaint, Stall, StallHolding, Vendor

SAID_CHARS_MAX = 300
AMOUNT_VND_MAX = 10**12
LOOKED_BACK_DAYS = 730
"""So long the ledger keeps single payments: what is older can be looked up nowhere."""
OPEN_OF_ONE_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComplaint:
    """What is said; an amount and a stall may be left out."""

    kind: ComplaintKind
    happened_on: date
    amount_vnd: int | None = None
    stall_code: str = ""
    said: str = field(default="", repr=False)


def raise_complaint(
    session: Session,
    vendor: Vendor,
    new: NewComplaint,
    *,
    answer_days: int,
    actor: Actor,
    now: datetime,
) -> Complaint:
    """Keep a complaint of a vendor and return it; its answer is due after ``answer_days``.

    Raises:
        EntryRefused: the day lies ahead or too far back, the amount is none, the words are missing
            where nothing else tells what happened, the stall is not the vendor's, or too much of
            the vendor's waits already.
    """
    assert vendor.id is not None
    today = market_day(now)
    faults = Faults()
    said = faults.text("said", new.said, length_max=SAID_CHARS_MAX)
    if new.kind is ComplaintKind.OTHER and not said:
        faults.say("said", "Ghi việc gì đã xảy ra, một câu là đủ")
    if new.happened_on > today:
        faults.say(
            "happened_on",
            Sentence("Ngày {on:%d/%m/%Y} chưa tới, ghi ngày việc xảy ra", on=new.happened_on),
        )
    if new.happened_on < today - timedelta(days=LOOKED_BACK_DAYS):
        faults.say(
            "happened_on",
            Sentence(
                "Ngày {on:%d/%m/%Y} đã quá hai năm, sổ không còn khoản nào để tra",
                on=new.happened_on,
            ),
        )
    if new.amount_vnd is not None and not 0 < new.amount_vnd <= AMOUNT_VND_MAX:
        faults.say("amount_vnd", "Ghi số tiền từ 1 đồng, hoặc để trống nếu không nhớ")
    stall_id = _stall_id(session, vendor.id, new.stall_code, faults)
    if _open_of(session, vendor.id) >= OPEN_OF_ONE_MAX:
        faults.say(
            "kind",
            Sentence("Đang có {n} phản ánh chờ trả lời, gặp ban quản lý chợ", n=OPEN_OF_ONE_MAX),
        )
    faults.refuse_any()
    row = Complaint(
        market_id=vendor.market_id,
        vendor_id=vendor.id,
        stall_id=stall_id,
        kind=new.kind,
        amount_vnd=new.amount_vnd,
        happened_on=new.happened_on,
        said=said,
        state=ComplaintState.OPEN,
        raised_at=now,
        raised_by=str(actor),
        due_on=due_on(today, answer_days),
    )
    session.add(row)
    session.flush()
    record_event(
        session,
        EventAction.COMPLAINT_RAISED,
        actor=actor,
        now=now,
        market_id=row.market_id,
        vendor_id=row.vendor_id,
        stall_id=row.stall_id,
        subject=f"complaint:{row.id}",
        to_value=row.kind.value,
    )
    return row


def stalls_held(session: Session, vendor_id: int) -> list[str]:
    """Return the codes of the stalls a vendor holds, in order: where it may have happened."""
    query = (
        select(Stall.code)
        .join(StallHolding, col(StallHolding.stall_id) == col(Stall.id))
        .where(StallHolding.vendor_id == vendor_id, col(StallHolding.to_on).is_(None))
        .order_by(col(Stall.code_order), col(Stall.code))
    )
    return list(session.exec(query))


def _stall_id(session: Session, vendor_id: int, stall_code: str, faults: Faults) -> int | None:
    if not stall_code:
        return None
    query = (
        select(Stall.id)
        .join(StallHolding, col(StallHolding.stall_id) == col(Stall.id))
        .where(StallHolding.vendor_id == vendor_id, Stall.code == stall_code)
    )
    found = session.exec(query).first()
    if found is None:
        faults.say(
            "stall_code",
            Sentence("Gian {stall} không phải của người bán này", stall=stall_code[:12]),
        )
    return found


def _open_of(session: Session, vendor_id: int) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(Complaint)
        .where(col(Complaint.vendor_id) == vendor_id, col(Complaint.state) == ComplaintState.OPEN)
    )
    return int(session.execute(query).scalar_one())
