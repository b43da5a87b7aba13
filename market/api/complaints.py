"""Complaints about money for machines: raised, listed, answered. They move none."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from market.api.paging import LIMIT, AfterId, Body, Limit, Page, View
from market.api.plans import PlanDay
from market.api.vendor_answers import Once, is_first, remember
from market.security.once import earlier_answer, remember_answer
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.complaints.deciding import NOTE_CHARS_MAX, move_complaint
from merchants.complaints.listing import (
    ComplaintEntry,
    ComplaintFilter,
    find_complaint,
    list_complaints,
)
from merchants.complaints.raising import (
    AMOUNT_VND_MAX,
    SAID_CHARS_MAX,
    NewComplaint,
    raise_complaint,
)
from merchants.days import market_day
from merchants.find import find_vendor
from merchants.kinds import ComplaintKind, ComplaintState
from merchants.stalls.codes import STALL_CODE_LENGTH_MAX
from merchants.tables import Market
from merchants.vendors.file import vendor_in_market

router = APIRouter(prefix="/api/v1", tags=["complaints"])

LIST = "/markets/{market_code}/complaints"


class ComplaintView(View):
    """A complaint and what became of it; people as ``staff:12``."""

    id: int
    vendor_code: str
    stall_code: str
    kind: ComplaintKind
    amount_vnd: int | None
    happened_on: date
    said: str
    state: ComplaintState
    raised_at: datetime
    raised_by: str
    due_on: date
    age_days: int
    is_late: bool
    answer: str
    answered_at: datetime | None
    answered_by: str
    outcome: str
    closed_at: datetime | None
    closed_by: str

    @classmethod
    def of(cls, one: ComplaintEntry) -> "ComplaintView":
        """Return the view of an entry; nobody's name is in it."""
        told = asdict(one)
        del told["vendor_name"]
        return cls(**told)


class ComplaintBody(Body):
    """What a vendor says; no customer's name, phone or account belongs in ``said``."""

    vendor_code: Annotated[str, Field(max_length=19)]
    kind: ComplaintKind
    happened_on: PlanDay
    amount_vnd: Annotated[int, Field(ge=1, le=AMOUNT_VND_MAX)] | None = None
    stall_code: Annotated[str, Field(max_length=STALL_CODE_LENGTH_MAX)] = ""
    said: Annotated[str, Field(max_length=SAID_CHARS_MAX)] = ""


class StepBody(Body):
    """Where a complaint goes next, and what the vendor is told."""

    state: ComplaintState
    note: Annotated[str, Field(max_length=NOTE_CHARS_MAX)]


@router.get(LIST)
def complaints(
    request: Request,
    session: Reading,
    market_code: str,
    state: Annotated[list[ComplaintState] | None, Query()] = None,
    kind: ComplaintKind | None = None,
    late: bool = False,
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> Page[ComplaintView]:
    """Return a market's complaints, the newest first; ``late`` = only those overdue."""
    asked = ComplaintFilter(
        states=tuple(state or ()), kind=kind, is_late=late, after=after, limit=limit
    )
    found, following = list_complaints(session, market_code, asked, today=_today(request))
    return _page(found, following)


@router.post(LIST, status_code=201)
def make_complaint(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: ComplaintBody,
    once: Once = "",
) -> ComplaintView:
    """Keep a complaint on a vendor's behalf."""
    content = f"api-complaint|{market_code}|{body.model_dump_json()}"
    location = earlier_answer(session, caller, once, content)
    if location is None:
        now = request.app.state.now()
        row = raise_complaint(
            session,
            vendor_in_market(session, market_code, body.vendor_code),
            NewComplaint(**body.model_dump(exclude={"vendor_code"})),
            answer_days=request.app.state.complaint_answer_days,
            actor=caller.actor,
            now=now,
        )
        location = f"/api/v1/markets/{market_code}/complaints/{row.id}"
        remember_answer(session, caller, once, content, location, now)
    response.headers["Location"] = location
    number = int(location.rpartition("/")[2])
    return ComplaintView.of(find_complaint(session, market_code, number, today=_today(request)))


@router.get(LIST + "/{complaint_id}")
def one_complaint(
    request: Request, session: Reading, market_code: str, complaint_id: RowId
) -> ComplaintView:
    """Return one complaint."""
    found = find_complaint(session, market_code, complaint_id, today=_today(request))
    return ComplaintView.of(found)


@router.post(LIST + "/{complaint_id}/step")
def step(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    complaint_id: RowId,
    body: StepBody,
    once: Once = "",
) -> ComplaintView:
    """Answer, settle or drop a complaint."""
    content = body.model_dump_json()
    if is_first(session, caller, once, request, content):
        move_complaint(
            session,
            market_code,
            complaint_id,
            body.state,
            note=body.note,
            actor=caller.actor,
            now=request.app.state.now(),
        )
        remember(session, caller, once, request, content)
    found = find_complaint(session, market_code, complaint_id, today=_today(request))
    return ComplaintView.of(found)


@router.get("/vendors/{vendor_code}/complaints")
def own_complaints(
    request: Request,
    session: Reading,
    vendor_code: str,
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> Page[ComplaintView]:
    """Return a vendor's complaints, the newest first."""
    vendor = find_vendor(session, vendor_code)
    market = session.get_one(Market, vendor.market_id)
    asked = ComplaintFilter(vendor_id=vendor.id, after=after, limit=limit)
    found, following = list_complaints(session, market.code, asked, today=_today(request))
    return _page(found, following)


def _today(request: Request) -> date:
    return market_day(request.app.state.now())


def _page(found: list[ComplaintEntry], following: int | None) -> Page[ComplaintView]:
    items = [ComplaintView.of(one) for one in found]
    return Page(items=items, next=None if following is None else str(following))
