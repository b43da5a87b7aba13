"""Locked books for machines: what is locked, what waits outside, proposed by one and decided by another."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from market.api.paging import Body, View
from market.api.plans import PlanDay
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.find import find_market
from reconciliation.close.locks.changing import (
    REASON_CHARS_MAX,
    decide_lock,
    find_proposal,
    list_locks,
    propose_lock,
    withdraw_lock,
)
from reconciliation.close.locks.days import held_changes
from reconciliation.close.locks.tables import BookLock, LockKind
from reconciliation.tables import Decision

router = APIRouter(prefix="/api/v1", tags=["closes"])

LIST = "/markets/{market_code}/book-locks"
_EVER = (date(2000, 1, 1), date(2100, 1, 1))


class BookLockView(View):
    """A span of days somebody wants locked or open again; people as ``staff:12``."""

    id: int
    kind: LockKind
    first_on: date
    last_on: date
    reason: str
    proposed_by: str
    proposed_at: datetime
    decision: Decision
    decided_by: str
    decided_at: datetime | None
    decision_note: str

    @classmethod
    def of(cls, one: BookLock) -> "BookLockView":
        """Return the view of a row."""
        return cls.model_validate(one, from_attributes=True)


class HeldChangeView(View):
    """What a locked day would change by, in đồng, once it is opened and closed again."""

    business_date: date
    version: int
    gross_change_vnd: int
    net_change_vnd: int
    found_at: datetime


class BookLocksView(View):
    """The newest 50 proposals, newest first, and every locked day to which something came."""

    locks: list[BookLockView]
    held: list[HeldChangeView]


class LockProposal(Body):
    """Days to lock, or to open again."""

    kind: LockKind
    first_on: PlanDay
    last_on: PlanDay
    reason: Annotated[str, Field(max_length=REASON_CHARS_MAX)]


class LockDecision(Body):
    """Yes or no of a second person; a no says why."""

    approve: bool
    note: Annotated[str, Field(max_length=REASON_CHARS_MAX)] = ""


@router.get(LIST)
def book_locks(session: Reading, market_code: str) -> BookLocksView:
    """Return what is locked and what waits outside."""
    find_market(session, market_code)
    return BookLocksView(
        locks=[BookLockView.of(one) for one in list_locks(session, market_code)],
        held=[
            HeldChangeView.model_validate(one, from_attributes=True)
            for one in held_changes(session, market_code, *_EVER)
        ],
    )


@router.post(LIST, status_code=201)
def propose(
    request: Request, session: Writing, caller: Caller, market_code: str, body: LockProposal
) -> BookLockView:
    """Propose to lock days or to open them again; at most one proposal waits."""
    made = propose_lock(
        session,
        find_market(session, market_code).code,
        body.kind,
        body.first_on,
        body.last_on,
        reason=body.reason,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    return BookLockView.of(made)


@router.post(LIST + "/{lock_id}/decide")
def decide(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    lock_id: RowId,
    body: LockDecision,
) -> BookLockView:
    """Approve or turn down somebody else's proposal."""
    proposal = find_proposal(session, market_code, lock_id)
    now = request.app.state.now()
    decide_lock(
        session, proposal, approve=body.approve, note=body.note, actor=caller.actor, now=now
    )
    return BookLockView.of(proposal)


@router.post(LIST + "/{lock_id}/withdraw")
def withdraw(
    request: Request, session: Writing, caller: Caller, market_code: str, lock_id: RowId
) -> BookLockView:
    """Take one's own proposal back."""
    proposal = find_proposal(session, market_code, lock_id)
    withdraw_lock(session, proposal, actor=caller.actor, now=request.app.state.now())
    return BookLockView.of(proposal)
