"""Changing the rules: one proposes, the change is tried on closed days, another one approves.

This is the only place where a change goes live, and it asks for two people: whoever proposed cannot
approve, a link, a job or a bare terminal is nobody, and what was not tried against the rules as they
stand now is not approved.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.sentences import Sentence
from reconciliation.breaks.states import is_second_person
from reconciliation.errors import (
    DayOutOfRange,
    NamedPersonNeeded,
    RuleChangeNotFound,
    RuleChangeRefused,
)
from reconciliation.rules.kept import beginning
from reconciliation.rules.tables import RuleChange
from reconciliation.rules.written import changed_fields
from reconciliation.tables import Decision

if TYPE_CHECKING:
    from reconciliation.profiles import Profiles

REASON_LENGTH_MAX = 300
TEXT_LENGTH_MAX = 100_000


def propose_change(
    session: Session,
    text: str,
    *,
    file: str,
    valid_from: date,
    reason: str,
    base: "Profiles",
    actor: Actor,
    now: datetime,
) -> RuleChange:
    """Propose profile rows, as TOML, to go by from a day on; return the change.

    Args:
        file: what the text is called when something is wrong in it.
        base: the deployment's own rules.

    Raises:
        NamedPersonNeeded: it is nobody who could answer for it.
        ProfilesRefused: the text is no TOML, or a row has a field that is unknown or wrong.
        RuleChangeRefused: another change waits, no field would differ, or no reason is given.
        DayOutOfRange: it begins on a day that no row of a profile may name.
    """
    _must_be_named(actor)
    reason = reason.strip()
    if not reason:
        raise RuleChangeRefused(Sentence("Ghi lý do đổi quy tắc."))
    if len(reason) > REASON_LENGTH_MAX or len(text) > TEXT_LENGTH_MAX:
        raise RuleChangeRefused(
            Sentence(
                "Lý do ghi tối đa {most} chữ, nội dung tối đa {most_text} chữ.",
                most=REASON_LENGTH_MAX,
                most_text=TEXT_LENGTH_MAX,
            )
        )
    if waiting := open_change(session):
        raise RuleChangeRefused(
            Sentence("Lần đổi quy tắc số {n} còn chờ, quyết xong mới đề xuất tiếp.", n=waiting.id)
        )
    from reconciliation.engine.column_values import FIRST_DAY, LAST_DAY
    from reconciliation.profiles import read_profiles
    from reconciliation.rules.in_force import rules_in_force

    rows = read_profiles(text, file)
    if not rows.rows:
        raise RuleChangeRefused(Sentence("Nội dung không có dòng [[profile]] nào."))
    if not FIRST_DAY <= valid_from <= LAST_DAY:
        raise DayOutOfRange(valid_from)
    # Not the rows themselves: their first day alone makes them others.
    in_force = rules_in_force(session, base)
    if not changed_fields(in_force.content, rows.content, valid_from):
        raise RuleChangeRefused(Sentence("Nội dung giống hệt quy tắc đang dùng."))
    change = RuleChange(
        content=rows.content,
        sha256=hashlib.sha256(rows.content.encode()).hexdigest(),
        valid_from=valid_from,
        reason=reason,
        proposed_by=str(actor),
        proposed_at=now,
    )
    session.add(change)
    session.flush()
    return change


def note_trial(
    session: Session,
    change: RuleChange,
    trial: str,
    *,
    first: date,
    last: date,
    against: "Profiles",
) -> None:
    """Keep what a change would have done on closed days; a later trial takes its place.

    Raises:
        RuleChangeRefused: the change is decided.
    """
    _must_be_open(change)
    change.tried_on = f"{first.isoformat()}/{last.isoformat()}"
    change.tried_against = against.rules_sha256
    change.trial = trial
    session.add(change)
    session.flush()


def approve_change(
    session: Session,
    change: RuleChange,
    *,
    base: "Profiles",
    actor: Actor,
    now: datetime,
    note: str = "",
) -> None:
    """Let a change go live: from its first day on closes go by it.

    Raises:
        NamedPersonNeeded: it is nobody who could answer for it.
        RuleChangeRefused: the change is decided, was not tried against the rules as they are, or it
            is the proposer who approves.
    """
    _may_decide(change, actor)
    from reconciliation.rules.in_force import rules_in_force

    if change.tried_against != rules_in_force(session, base).rules_sha256:
        raise RuleChangeRefused(
            Sentence("Chưa thử trên các ngày đã chốt với quy tắc đang dùng, thử xong mới duyệt.")
        )
    _decide(change, Decision.APPROVED, actor=actor, now=now, note=note)
    session.add(change)
    session.flush()


def refuse_change(
    session: Session, change: RuleChange, *, actor: Actor, now: datetime, note: str
) -> None:
    """Turn a change down; raises as ``approve_change`` does, but for the trial."""
    _decide(change, Decision.REFUSED, actor=actor, now=now, note=note)
    session.add(change)
    session.flush()


def withdraw_change(session: Session, change: RuleChange, *, actor: Actor, now: datetime) -> None:
    """Take a change back; only who proposed it does.

    Raises:
        RuleChangeRefused: the change is decided, or somebody else proposed it.
    """
    _must_be_open(change)
    if str(actor) != change.proposed_by:
        raise RuleChangeRefused(Sentence("Chỉ người đề xuất rút lại được."))
    change.decision, change.decided_by, change.decided_at = Decision.WITHDRAWN, str(actor), now
    session.add(change)
    session.flush()


def find_change(session: Session, number: int) -> RuleChange:
    """Return a change; raise ``RuleChangeNotFound``."""
    change = session.get(RuleChange, number)
    if change is None:
        raise RuleChangeNotFound(number)
    return change


def list_changes(
    session: Session, *, before_id: int | None = None, limit: int = 50
) -> Sequence[RuleChange]:
    """Return the changes, newest first."""
    wanted = select(RuleChange).order_by(col(RuleChange.id).desc()).limit(limit)
    if before_id is not None:
        wanted = wanted.where(col(RuleChange.id) < before_id)
    return session.exec(wanted).all()


def open_change(session: Session) -> RuleChange | None:
    """Return the change that waits for a decision; there is at most one."""
    return session.exec(select(RuleChange).where(RuleChange.decision == Decision.OPEN)).first()


def rules_with(session: Session, change: RuleChange, base: "Profiles", begins: date) -> "Profiles":
    """Return the rules as they would be if a change held from a day on, to try it on days gone by.

    The first of each provider's rows begins then, whatever day of its own it names: on closed days a
    row of next month would else be tried on nothing, and be said to change nothing.
    """
    from reconciliation.profiles import Profiles, profiles_of
    from reconciliation.rules.in_force import overlay, rules_in_force

    rows = sorted(
        beginning(profiles_of(change.content).rows, change.valid_from),
        key=lambda row: (row.provider, row.valid_from),
    )
    firsts = {row.provider: row for row in reversed(rows)}
    tried = [
        replace(row, valid_from=begins) if row is firsts[row.provider] else row for row in rows
    ]
    return overlay(rules_in_force(session, base), Profiles(tuple(tried)), begins)


def _decide(
    change: RuleChange, decision: Decision, *, actor: Actor, now: datetime, note: str
) -> None:
    _may_decide(change, actor)
    change.decision, change.decision_note = decision, note.strip()[:REASON_LENGTH_MAX]
    change.decided_by, change.decided_at = str(actor), now


def _may_decide(change: RuleChange, actor: Actor) -> None:
    _must_be_named(actor)
    _must_be_open(change)
    if not is_second_person(change.proposed_by, actor):
        raise RuleChangeRefused(Sentence("Người đề xuất không tự quyết được, cần người thứ hai."))


def _must_be_open(change: RuleChange) -> None:
    if change.decision is not Decision.OPEN:
        raise RuleChangeRefused(Sentence("Lần đổi quy tắc số {n} đã quyết rồi.", n=change.id))


def _must_be_named(actor: Actor) -> None:
    if actor.kind != "staff" or not actor.name:
        raise NamedPersonNeeded
