"""What people do about breaks: propose, withdraw, approve, reject, take, comment; one or many.

Whoever decides is another person than whoever proposed. That is asked here and nowhere else, and
every door (page, API, terminal, many at once) comes through here.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.actors import Actor
from merchants.days import market_day
from merchants.entries import Faults
from merchants.sentences import Sentence
from reconciliation.breaks.found import BreakName
from reconciliation.breaks.queue import standing_of
from reconciliation.breaks.resolutions import WHOLE_DAY, Question, Resolution, may_resolve
from reconciliation.breaks.standing import standing_after
from reconciliation.breaks.states import BreakAction, BreakState, is_second_person
from reconciliation.breaks.tables import Break
from reconciliation.breaks.trail import Step, append_steps, last_proposals, lock_chain
from reconciliation.breaks.why_not import WhyNot
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.engine.outcomes import Leg, Outcome, Reason
from reconciliation.errors import (
    BreakNotFound,
    BreakStepRefused,
    NamedPersonNeeded,
    SecondPairNeeded,
)
from reconciliation.ledger.changed_days import note_changed_days

NOTE_CHARS_MAX = 500
WAIT_DAYS_MAX = 60
MANY_MAX = 500
_BREAK = table_of(Break)
_NOTE_NEEDED = frozenset({Resolution.EXPLAINED, Resolution.LEAVE_OUT, Resolution.REOPEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """How somebody wants breaks resolved; ``until_on`` only for ``wait``."""

    resolution: Resolution
    until_on: date | None = None
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Passed:
    """What became of many at once: how many were done, and why others were not, by number."""

    done: tuple[int, ...]
    refused: Mapping[int, WhyNot]
    """By the number of the break."""


def propose(
    session: Session,
    scope: str,
    break_ids: Sequence[int],
    proposal: Proposal,
    *,
    actor: Actor,
    now: datetime,
) -> Passed:
    """Propose how breaks are resolved; those that cannot be resolved so are passed over.

    What two people agreed on can only be proposed to be opened again; until a second person agrees
    to that it stays in force.

    Raises:
        EntryRefused: the note or the day is missing or wrong, or too many are chosen.
        NamedPersonNeeded: nobody stands behind it by name.
        BreakNotFound: a single break that is not there.
        BreakStepRefused: a single break that stands otherwise, or cannot be resolved so.
    """
    faults = Faults()
    note = _note(faults, proposal.note, is_needed=proposal.resolution in _NOTE_NEEDED)
    _check_until(faults, proposal, market_day(now))
    _check_count(faults, break_ids)
    faults.refuse_any()
    until = proposal.until_on.isoformat() if proposal.until_on else ""
    told = {"resolution": proposal.resolution.value, "until_on": until}

    def why_not(row: Any) -> WhyNot | None:
        if row.state is BreakState.APPROVED:
            return None if proposal.resolution is Resolution.REOPEN else _STANDS[row.state]
        if proposal.resolution is Resolution.REOPEN:
            return WhyNot.NOT_AGREED
        if not may_resolve(question_of(row), proposal.resolution):
            return WhyNot.NOT_LEFT_OUT
        return None

    deed = _Deed(BreakAction.PROPOSED, told, note, why_not)
    return _act(session, scope, break_ids, deed, actor=actor, now=now)


def decide(
    session: Session,
    scope: str,
    break_ids: Sequence[int],
    *,
    seen: Collection[int],
    approve: bool,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Passed:
    """Approve or reject proposals, as another person than whoever made them.

    Where that changes what counts, the closed day is noted, so that it is closed again.

    Args:
        seen: the numbers of the proposals that were read (``BreakEntry.proposal_number``). What was
            proposed meanwhile in their place nobody has read, so it is not decided on.

    Raises:
        EntryRefused: a rejection says nothing, the note is too long, or too many are chosen.
        NamedPersonNeeded: nobody stands behind it by name.
        SecondPairNeeded: a single break, and whoever decides proposed it.
        BreakNotFound, BreakStepRefused: a single break that is not there, has no proposal, or
            another one than was read.
    """
    faults = Faults()
    text = _note(faults, note, is_needed=not approve)
    _check_count(faults, break_ids)
    faults.refuse_any()

    lock_chain(session, scope)
    newest = last_proposals(session, break_ids)
    days: dict[int, date] = {}

    def why_not(row: Any) -> WhyNot | None:
        if row.resolution is Resolution.LEAVE_OUT:
            days[row.id] = row.business_date
        if not is_second_person(asked_by(row), actor):
            if len(set(break_ids)) == 1:
                raise SecondPairNeeded(row.id)
            return WhyNot.OWN
        return None if newest.get(row.id) in seen else WhyNot.PROPOSED_ANEW

    action = BreakAction.APPROVED if approve else BreakAction.REJECTED
    deed = _Deed(action, note=text, why_not=why_not)
    passed = _act(session, scope, break_ids, deed, actor=actor, now=now)
    if approve:
        note_changed_days(session, (days[one] for one in passed.done if one in days))
    return passed


def withdraw(
    session: Session, scope: str, break_id: int, *, note: str = "", actor: Actor, now: datetime
) -> None:
    """Take one's own proposal back.

    Raises:
        EntryRefused: the note is too long.
        NamedPersonNeeded, BreakNotFound, BreakStepRefused: as for ``propose``; or it is not theirs.
    """
    faults = Faults()
    text = _note(faults, note)
    faults.refuse_any()

    def why_not(row: Any) -> WhyNot | None:
        return None if asked_by(row) == str(actor) else WhyNot.OF_ANOTHER

    deed = _Deed(BreakAction.WITHDRAWN, note=text, why_not=why_not)
    _act(session, scope, [break_id], deed, actor=actor, now=now)


def comment(
    session: Session,
    scope: str,
    break_ids: Sequence[int],
    *,
    note: str,
    actor: Actor,
    now: datetime,
) -> Passed:
    """Write something beside breaks; they stay as they are.

    Raises:
        EntryRefused: the note is missing or too long, or too many are chosen.
        NamedPersonNeeded, BreakNotFound: as for ``propose``.
    """
    faults = Faults()
    text = _note(faults, note, is_needed=True)
    _check_count(faults, break_ids)
    faults.refuse_any()
    deed = _Deed(BreakAction.COMMENTED, note=text)
    return _act(session, scope, break_ids, deed, actor=actor, now=now)


def take(
    session: Session, scope: str, break_ids: Sequence[int], *, actor: Actor, now: datetime
) -> Passed:
    """Make breaks one's own task; who had them before is relieved.

    Raises:
        EntryRefused: too many are chosen.
        NamedPersonNeeded, BreakNotFound, BreakStepRefused: as for ``propose``.
    """
    faults = Faults()
    _check_count(faults, break_ids)
    faults.refuse_any()
    return _act(session, scope, break_ids, _Deed(BreakAction.TAKEN), actor=actor, now=now)


def asked_by(row: Any) -> str:
    """Return who made the proposal that waits for a second person."""
    return str(row.undo_asked_by or row.proposed_by)


def question_of(row: Any) -> Question:
    """Return what the rules on resolutions look at, of a break."""
    return Question(
        leg=Leg(row.leg),
        outcome=Outcome(row.outcome),
        reason=Reason(row.reason),
        fee_difference_vnd=row.fee_difference_vnd,
        is_whole_day=row.key.startswith(WHOLE_DAY),
    )


_STANDS: Mapping[BreakState, WhyNot] = {
    BreakState.OPEN: WhyNot.NO_PROPOSAL,
    BreakState.PROPOSED: WhyNot.ANOTHER_WAITS,
    BreakState.REJECTED: WhyNot.TURNED_DOWN,
    BreakState.APPROVED: WhyNot.AGREED,
    BreakState.UNDOING: WhyNot.UNDOING,
    BreakState.RESOLVED_BY_DATA: WhyNot.CLOSED_BY_DATA,
}


def _nothing(_row: Any) -> WhyNot | None:
    return None


@dataclass(frozen=True, slots=True)
class _Deed:
    """One step to be taken for some breaks; ``why_not`` tells why one that could does not."""

    action: BreakAction
    told: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    why_not: Callable[[Any], WhyNot | None] = _nothing


def _act(
    session: Session,
    scope: str,
    break_ids: Sequence[int],
    deed: _Deed,
    *,
    actor: Actor,
    now: datetime,
) -> Passed:
    """Take one step for each break that may take it; of a single one say why not by an exception."""
    if actor.kind != "staff" or not actor.name:
        raise NamedPersonNeeded
    lock_chain(session, scope)
    wanted = sorted(set(break_ids))
    rows = {row.id: row for row in _rows(session, scope, wanted)}
    is_single = len(wanted) == 1
    steps: list[Step] = []
    done: list[int] = []
    refused: dict[int, WhyNot] = {}
    for break_id in wanted:
        row = rows.get(break_id)
        if row is None:
            if is_single:
                raise BreakNotFound(break_id)
            refused[break_id] = WhyNot.NOT_HERE
            continue
        before = standing_of(row)
        after = standing_after(before, deed.action, at=now, actor=str(actor), told=deed.told)
        reason = deed.why_not(row) if after is not None else _STANDS[row.state]
        if reason is not None:
            if is_single:
                raise BreakStepRefused(break_id, row.state.value, reason.value)
            refused[break_id] = reason
            continue
        assert after is not None
        name = BreakName(row.scope, row.leg, row.book, row.key)
        steps.append(
            Step(break_id=break_id, name=name, action=deed.action, told=deed.told, note=deed.note)
        )
        session.connection().execute(sa.update(_BREAK).where(_BREAK.c.id == break_id).values(after))
        done.append(break_id)
    append_steps(session, scope, steps, actor=str(actor), now=now)
    return Passed(tuple(done), refused)


def _rows(session: Session, scope: str, break_ids: Sequence[int]) -> Sequence[Any]:
    chosen = sa.select(_BREAK).where(
        _BREAK.c.scope == scope, one_of(session, _BREAK.c.id, break_ids)
    )
    return rows_of(session, chosen.order_by(_BREAK.c.id).with_for_update())


def _note(faults: Faults, note: str, *, is_needed: bool = False) -> str:
    needed = "Ghi một câu vì sao, người sau đọc lại được" if is_needed else ""
    return faults.text("note", note, length_max=NOTE_CHARS_MAX, needed=needed)


def _check_until(faults: Faults, proposal: Proposal, today: date) -> None:
    until = proposal.until_on
    if proposal.resolution is not Resolution.WAIT:
        if until is not None:
            faults.say("until_on", "Chỉ ghi ngày khi chọn chờ thêm")
    elif until is None:
        faults.say("until_on", "Ghi ngày chờ đến")
    elif not today < until <= today + timedelta(days=WAIT_DAYS_MAX):
        faults.say(
            "until_on",
            Sentence(
                "Chờ đến {until:%d/%m/%Y} không được: chọn ngày sau hôm nay, chậm nhất {last:%d/%m/%Y}",
                until=until,
                last=today + timedelta(days=WAIT_DAYS_MAX),
            ),
        )


def _check_count(faults: Faults, break_ids: Sequence[int]) -> None:
    count = len(set(break_ids))
    if not count:
        faults.say("breaks", "Chưa chọn khoản nào")
    if count > MANY_MAX:
        faults.say(
            "breaks",
            Sentence("Chọn {n} khoản, mỗi lần tối đa {most} khoản", n=count, most=MANY_MAX),
        )
