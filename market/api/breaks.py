"""Breaks for machines: listed, proposed, decided by a second person, told step by step."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from sqlmodel import Session

from market.api.paging import LIMIT, LIMIT_MAX, Body, Page, View
from market.api.plans import PlanDay
from market.api.vendor_answers import Once, is_first, remember
from market.security.once import earlier_body
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.days import market_day
from merchants.find import find_market
from reconciliation.breaks.deciding import (
    MANY_MAX,
    NOTE_CHARS_MAX,
    Passed,
    Proposal,
    comment,
    decide,
    propose,
    take,
    withdraw,
)
from reconciliation.breaks.listing import BreakEntry, BreakFilter, find_break, list_breaks
from reconciliation.breaks.looking import both_sides, history
from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.states import WAITING, BreakAction, BreakState

router = APIRouter(prefix="/api/v1", tags=["breaks"])

LIST = "/markets/{market_code}/breaks"


class BreakView(View):
    """A break; people as ``staff:12``. ``account`` ends in its last characters."""

    id: int
    code: str
    leg: str
    book: str
    business_date: date
    ledger: str
    account: str
    reference: str
    vendor_code: str
    stall_code: str
    outcome: str
    reason: str
    rule: str
    records: int
    amount_vnd: int
    difference_vnd: int
    fee_difference_vnd: int | None
    stake_vnd: int
    alternatives: int
    is_whole_day: bool
    state: BreakState
    opened_at: datetime
    due_on: date
    age_days: int
    is_late: bool
    taken_by: str
    suggested: Resolution
    resolution: Resolution | None
    until_on: date | None
    proposed_by: str
    proposed_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    undo_asked_by: str
    proposal_number: int | None
    sentence_vi: str
    sentence_en: str

    @classmethod
    def of(cls, one: BreakEntry) -> "BreakView":
        """Return the view of an entry; nobody's name is in it, and no row of a table."""
        told = asdict(one)
        for name in ("scope", "vendor_name", "record_id", "counterpart_id"):
            del told[name]
        return cls(**told)


class SideView(View):
    """What one book tells of the money."""

    book: str
    provider: str
    source: str
    line_no: int
    amount_vnd: int
    fee_vnd: int | None
    status: str
    reference: str
    occurred_at: datetime | None
    business_date: date
    account: str
    known_at: datetime


class StepView(View):
    """A step of the log; ``number`` counts within the market."""

    number: int
    action: BreakAction
    at: datetime
    actor: str
    note: str
    resolution: str
    until_on: date | None
    stake_vnd: int | None


class BreakFileView(View):
    """A break with both sides and all that happened."""

    found: BreakView
    sides: list[SideView]
    steps: list[StepView]


class PassedView(View):
    """What became of many at once; ``refused`` says why by number, in Vietnamese."""

    done: list[int]
    refused: dict[int, str]


Numbers = Annotated[
    list[Annotated[int, Field(ge=1, le=ROW_ID_MAX)]], Field(min_length=1, max_length=MANY_MAX)
]
Note = Annotated[str, Field(max_length=NOTE_CHARS_MAX)]


class ProposalBody(Body):
    """How breaks should be resolved; ``until_on`` only for ``wait``."""

    breaks: Numbers
    resolution: Resolution
    until_on: PlanDay | None = None
    note: Note = ""


class DecisionBody(Body):
    """Yes or no to proposals of others; a no says why.

    ``proposals``: the ``proposal_number`` of each as it was read. What was proposed anew meanwhile is refused.
    """

    breaks: Numbers
    proposals: Numbers
    approve: bool
    note: Note = ""


class CommentBody(Body):
    """Something written beside breaks; no customer's name or account belongs in it."""

    breaks: Numbers
    note: Note


class NumbersBody(Body):
    """Breaks to make one's own task."""

    breaks: Numbers


class NoteBody(Body):
    """Why, in one's own words."""

    note: Note = ""


class BreaksAsked(Body):
    """Which breaks; nothing said = all that wait."""

    state: list[BreakState] = Field(default_factory=list)
    first: PlanDay | None = None
    last: PlanDay | None = None
    ledger: Annotated[str, Field(max_length=20)] = ""
    outcome: Annotated[str, Field(max_length=24)] = ""
    vendor: Annotated[str, Field(max_length=19)] = ""
    late: bool = False
    after: Annotated[int, Field(ge=1, le=ROW_ID_MAX)] | None = None
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX)] = LIMIT


@router.get(LIST)
def breaks(
    request: Request, session: Reading, market_code: str, asked: Annotated[BreaksAsked, Query()]
) -> Page[BreakView]:
    """Return breaks, those with most money first; without ``state`` those that wait."""
    find_market(session, market_code)
    wanted = BreakFilter(
        states=tuple(asked.state or WAITING),
        first=asked.first,
        last=asked.last,
        ledger=asked.ledger,
        outcome=asked.outcome,
        vendor_code=asked.vendor.upper(),
        is_late=asked.late,
        after=asked.after,
        limit=asked.limit,
    )
    found, following = list_breaks(session, market_code, wanted, today=_today(request))
    items = [BreakView.of(one) for one in found]
    return Page(items=items, next=None if following is None else str(following))


@router.get(LIST + "/{break_id}")
def one_break(
    request: Request, session: Reading, market_code: str, break_id: RowId
) -> BreakFileView:
    """Return one break with both sides and its log."""
    return _file(request, session, market_code, break_id)


@router.post(LIST + "/propose")
def propose_many(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: ProposalBody,
    once: Once = "",
) -> PassedView:
    """Propose how breaks are resolved. Of a single one a refusal is an error, of many it is told."""
    proposal = Proposal(resolution=body.resolution, until_on=body.until_on, note=body.note)
    return _passed(
        request,
        session,
        caller,
        (once, body.model_dump_json()),
        lambda now: propose(
            session, market_code, body.breaks, proposal, actor=caller.actor, now=now
        ),
    )


@router.post(LIST + "/decide")
def decide_many(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: DecisionBody,
    once: Once = "",
) -> PassedView:
    """Approve or reject proposals; never one's own."""
    return _passed(
        request,
        session,
        caller,
        (once, body.model_dump_json()),
        lambda now: decide(
            session,
            market_code,
            body.breaks,
            seen=body.proposals,
            approve=body.approve,
            note=body.note,
            actor=caller.actor,
            now=now,
        ),
    )


@router.post(LIST + "/comment")
def comment_many(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: CommentBody,
    once: Once = "",
) -> PassedView:
    """Write something beside breaks."""
    return _passed(
        request,
        session,
        caller,
        (once, body.model_dump_json()),
        lambda now: comment(
            session, market_code, body.breaks, note=body.note, actor=caller.actor, now=now
        ),
    )


@router.post(LIST + "/take")
def take_many(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: NumbersBody,
    once: Once = "",
) -> PassedView:
    """Make breaks one's own task."""
    return _passed(
        request,
        session,
        caller,
        (once, body.model_dump_json()),
        lambda now: take(session, market_code, body.breaks, actor=caller.actor, now=now),
    )


@router.post(LIST + "/{break_id}/withdraw")
def take_back(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    break_id: RowId,
    body: NoteBody,
    once: Once = "",
) -> BreakFileView:
    """Take one's own proposal back."""
    content = body.model_dump_json()
    if is_first(session, caller, once, request, content):
        now = request.app.state.now()
        withdraw(session, market_code, break_id, note=body.note, actor=caller.actor, now=now)
        remember(session, caller, once, request, content)
    return _file(request, session, market_code, break_id)


def _passed(
    request: Request,
    session: Session,
    caller: Principal,
    sent: tuple[str, str],
    act: Callable[[datetime], Passed],
) -> PassedView:
    """Carry it out; a second sending does nothing and is told what the first was told."""
    once, content = sent
    if not is_first(session, caller, once, request, content):
        return PassedView.model_validate_json(earlier_body(session, caller, once))
    passed = act(request.app.state.now())
    answer = PassedView(
        done=list(passed.done),
        refused={number: why.value for number, why in passed.refused.items()},
    )
    remember(session, caller, once, request, content, answer=answer.model_dump_json())
    return answer


def _file(request: Request, session: Session, market_code: str, break_id: int) -> BreakFileView:
    entry = find_break(session, market_code, break_id, today=_today(request))
    sides = [asdict(side) for side in both_sides(session, entry)]
    for side in sides:
        del side["channel"]
    return BreakFileView(
        found=BreakView.of(entry),
        sides=[SideView(**side) for side in sides],
        steps=[StepView(**asdict(step)) for step in history(session, break_id)],
    )


def _today(request: Request) -> date:
    return market_day(request.app.state.now())
