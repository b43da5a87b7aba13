"""Locking a market's days and opening them again: one proposes, another one decides.

This is the only place where books are locked or opened, and every door comes through here.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.days import market_day
from merchants.entries import Faults
from merchants.sentences import Sentence
from reconciliation.breaks.states import is_second_person
from reconciliation.close.locks.days import held_changes, locked_days
from reconciliation.close.locks.tables import BookLock, LockKind
from reconciliation.close.versions import newest_closes
from reconciliation.errors import BookLockNotFound, BookLockRefused, NamedPersonNeeded
from reconciliation.ledger.changed_days import note_changed_days
from reconciliation.tables import CloseState, Decision

REASON_CHARS_MAX = 300
SPAN_DAYS_MAX = 366


def propose_lock(
    session: Session,
    scope: str,
    kind: LockKind,
    first: date,
    last: date,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> BookLock:
    """Propose to lock the days of a scope from ``first`` to ``last``, or to open them again.

    Raises:
        EntryRefused: the span or the reason is missing or wrong.
        NamedPersonNeeded: nobody stands behind it by name.
        BookLockRefused: another proposal waits, a day is not final yet, or nothing would change.
    """
    _must_be_named(actor)
    faults = Faults()
    why = faults.text(
        "reason", reason, length_max=REASON_CHARS_MAX, needed="Ghi vì sao, người sau đọc lại được"
    )
    if last < first:
        faults.say("last", "Ngày cuối phải sau ngày đầu")
    elif (last - first).days >= SPAN_DAYS_MAX:
        faults.say("last", Sentence("Mỗi lần tối đa {n} ngày", n=SPAN_DAYS_MAX))
    elif last >= market_day(now):
        faults.say("last", "Chỉ khoá những ngày đã qua")
    faults.refuse_any()
    if (waiting := open_proposal(session, scope)) is not None:
        raise BookLockRefused(
            Sentence("Đề xuất số {n} còn chờ, quyết xong mới đề xuất tiếp", n=waiting.id)
        )
    _check_days(session, scope, kind, first, last)
    proposal = BookLock(
        scope=scope,
        kind=kind,
        first_on=first,
        last_on=last,
        reason=why,
        proposed_by=str(actor),
        proposed_at=now,
    )
    session.add(proposal)
    session.flush()
    return proposal


def decide_lock(
    session: Session, proposal: BookLock, *, approve: bool, note: str, actor: Actor, now: datetime
) -> None:
    """Approve or turn down, as another person than whoever proposed.

    Days that are opened and have something waiting are noted, so that they are closed again.

    Raises:
        EntryRefused: a refusal says nothing, or the note is too long.
        NamedPersonNeeded: nobody stands behind it by name.
        BookLockRefused: it is decided, it is one's own, or the days are not as they were.
    """
    _must_be_named(actor)
    _must_be_open(proposal)
    if not is_second_person(proposal.proposed_by, actor):
        raise BookLockRefused(Sentence("Người đề xuất không tự duyệt được, cần người thứ hai"))
    faults = Faults()
    needed = "" if approve else "Ghi vì sao không duyệt"
    told = faults.text("note", note, length_max=REASON_CHARS_MAX, needed=needed)
    faults.refuse_any()
    if approve:
        _check_days(session, proposal.scope, proposal.kind, proposal.first_on, proposal.last_on)
    proposal.decision = Decision.APPROVED if approve else Decision.REFUSED
    proposal.decision_note = told
    proposal.decided_by, proposal.decided_at = str(actor), now
    session.add(proposal)
    session.flush()
    if approve and proposal.kind is LockKind.REOPEN:
        waits = held_changes(session, proposal.scope, proposal.first_on, proposal.last_on)
        note_changed_days(session, [one.business_date for one in waits])


def withdraw_lock(session: Session, proposal: BookLock, *, actor: Actor, now: datetime) -> None:
    """Take one's own proposal back.

    Raises:
        BookLockRefused: it is decided, or somebody else proposed it.
    """
    _must_be_open(proposal)
    if str(actor) != proposal.proposed_by:
        raise BookLockRefused(Sentence("Chỉ người đề xuất rút lại được"))
    proposal.decision, proposal.decided_by, proposal.decided_at = (
        Decision.WITHDRAWN,
        str(actor),
        now,
    )
    session.add(proposal)
    session.flush()


def find_proposal(session: Session, scope: str, number: int) -> BookLock:
    """Return a proposal of a scope.

    Raises:
        BookLockNotFound: the scope has none with this number.
    """
    found = session.get(BookLock, number)
    if found is None or found.scope != scope:
        raise BookLockNotFound(number)
    return found


def list_locks(session: Session, scope: str, *, limit: int = 50) -> Sequence[BookLock]:
    """Return what was proposed and agreed on in a scope, newest first."""
    wanted = select(BookLock).where(BookLock.scope == scope).order_by(col(BookLock.id).desc())
    return session.exec(wanted.limit(limit)).all()


def open_proposal(session: Session, scope: str) -> BookLock | None:
    """Return the proposal of a scope that waits for a decision; there is at most one."""
    return session.exec(
        select(BookLock).where(BookLock.scope == scope, BookLock.decision == Decision.OPEN)
    ).first()


def _check_days(session: Session, scope: str, kind: LockKind, first: date, last: date) -> None:
    """Refuse what would change nothing, and locking a day that may still change by itself."""
    locked = {day for _, day in locked_days(session, [scope], first, last)}
    if kind is LockKind.REOPEN:
        if not locked:
            raise BookLockRefused(Sentence("Các ngày này chưa khoá, không cần mở"))
        return
    closes = {
        day: close
        for (of, day), close in newest_closes(session, first, last).items()
        if of == scope
    }
    if not closes:
        raise BookLockRefused(Sentence("Trong các ngày này chưa chốt ngày nào"))
    for day in sorted(closes):
        if closes[day].state is not CloseState.FINAL:
            raise BookLockRefused(
                Sentence("Ngày {on:%d/%m/%Y} còn là sơ bộ, chưa khoá được", on=day)
            )
    if locked >= set(closes):
        raise BookLockRefused(Sentence("Các ngày này đã khoá rồi"))


def _must_be_open(proposal: BookLock) -> None:
    if proposal.decision is not Decision.OPEN:
        raise BookLockRefused(Sentence("Đề xuất số {n} đã quyết rồi", n=proposal.id))


def _must_be_named(actor: Actor) -> None:
    if actor.kind != "staff" or not actor.name:
        raise NamedPersonNeeded
