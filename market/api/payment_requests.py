"""Exact amounts for machines: ask, list, take back, and hear of each as it is paid.

A vendor's own page uses the stream. It holds no thread and no connection to the database while it
waits (``market.request_watch``); it ends when the request's time is over, and a link that is taken back
meanwhile hears no more than this one request until then.
"""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field
from sqlmodel import Session

from market.api.paging import LIMIT, AfterId, Body, Limit, Page, View
from market.api.vendor_answers import Once, is_first, remember
from market.reports.payment_requests import code_of, note_for, request_for, requests_for
from market.request_watch import RequestWatch, Watched
from market.security.once import earlier_answer, remember_answer
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.days import market_day
from qr.payload import AMOUNT_VND_MAX
from reconciliation.shown_requests.making import NOTE_MAX, cancel_request, make_request
from reconciliation.shown_requests.reading import ShownRequest
from reconciliation.shown_requests.standing import RequestState, Standing

router = APIRouter(prefix="/api/v1/vendors/{vendor_code}/requests", tags=["requests"])

RETRY_MS = 3_000
STREAM_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would gather the events and send them at the end
}


class StandingView(View):
    """What became of a request."""

    state: RequestState
    received_vnd: list[int]
    taken_back_vnd: int
    paid_at: datetime | None
    is_late: bool
    provider: str
    """Who told; empty = nobody yet."""

    @classmethod
    def of(cls, standing: Standing) -> "StandingView":
        """Return what goes out."""
        return cls(
            state=standing.state,
            received_vnd=list(standing.received_vnd),
            taken_back_vnd=standing.taken_back_vnd,
            paid_at=standing.paid_at,
            is_late=standing.is_late,
            provider=standing.provider,
        )


class RequestItem(View):
    """A request in a list."""

    reference: str
    amount_vnd: int
    note: str
    stall_code: str
    created_at: datetime
    expires_at: datetime
    cancelled_at: datetime | None
    standing: StandingView

    @classmethod
    def of(cls, caller: Principal, request: ShownRequest) -> "RequestItem":
        """Return what goes out to somebody."""
        return cls(
            reference=request.reference,
            amount_vnd=request.amount_vnd,
            note=note_for(caller, request),
            stall_code=request.stall_code,
            created_at=request.created_at,
            expires_at=request.expires_at,
            cancelled_at=request.cancelled_at,
            standing=StandingView.of(request.standing),
        )


class RequestView(RequestItem):
    """A request with its code; ``payload`` is null when there is nothing to scan any more."""

    payload: str | None


class RequestBody(Body):
    """An amount to ask for."""

    amount_vnd: Annotated[int, Field(strict=True, ge=1, le=AMOUNT_VND_MAX)]
    note: Annotated[str, Field(max_length=NOTE_MAX)] = ""
    stall_code: Annotated[str | None, Field(max_length=12)] = None


@router.get("")
def list_requests(
    request: Request,
    session: Reading,
    caller: Caller,
    vendor_code: str,
    on: Annotated[date | None, Query(description="2026-11-21; today without it.")] = None,
    state: RequestState | None = None,
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> Page[RequestItem]:
    """Return a vendor's requests of a day, newest first."""
    now = request.app.state.now()
    found = requests_for(
        session,
        caller,
        vendor_code,
        on or market_day(now),
        now=now,
        state=state,
        before_id=after,
        limit=limit,
    )
    return Page(
        items=[RequestItem.of(caller, one) for one in found.requests],
        next=str(found.next_id) if found.next_id is not None else None,
    )


@router.post("", status_code=201)
def post_request(
    request: Request,
    session: Writing,
    caller: Caller,
    vendor_code: str,
    body: RequestBody,
    once: Once = "",
) -> RequestView:
    """Ask for an amount under a reference of its own; no money moves."""
    now = request.app.state.now()
    content = f"{request.url.path}\n{body.model_dump_json()}"
    reference = earlier_answer(session, caller, once, content)
    if reference is None:
        made = make_request(
            session,
            vendor_code,
            body.amount_vnd,
            note=body.note,
            stall_code=body.stall_code,
            lifetime=request.app.state.request_lifetime,
            actor=caller.actor,
            now=now,
        )
        reference = made.reference
        remember_answer(session, caller, once, content, reference, now)
    return _view(request, session, caller, vendor_code, reference)


@router.get("/{reference}")
def read_request(
    request: Request, session: Reading, caller: Caller, vendor_code: str, reference: str
) -> RequestView:
    """Return a request, its code while it is open, and what became of it."""
    return _view(request, session, caller, vendor_code, reference)


@router.post("/{reference}/cancel")
def post_cancel(
    request: Request,
    session: Writing,
    caller: Caller,
    vendor_code: str,
    reference: str,
    once: Once = "",
) -> RequestView:
    """Take an open request back; a payment that comes all the same is told."""
    if is_first(session, caller, once, request, ""):
        cancel_request(session, vendor_code, reference, now=request.app.state.now())
        remember(session, caller, once, request, "")
    return _view(request, session, caller, vendor_code, reference)


def _watched(
    request: Request, session: Reading, caller: Caller, vendor_code: str, reference: str
) -> Watched:
    """Return what a stream watches: looked up before it opens, so that it holds no connection."""
    found = request_for(session, caller, vendor_code, reference, now=request.app.state.now())
    return Watched(found.id, vendor_code, found.expires_at)


@router.get(
    "/{reference}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def stream_events(
    request: Request,
    watched: Annotated[Watched, Depends(_watched, scope="function")],
    seen: Annotated[str, Query(max_length=400, description="`id` of the last event known.")] = "",
    last_event_id: Annotated[str, Header(max_length=400)] = "",
) -> StreamingResponse:
    """Stream what becomes of a request as server-sent events until its time is over.

    An event `standing` holds a standing as JSON and an `id` to go on from (`Last-Event-ID`); the last
    event is `end`.
    """
    watch: RequestWatch = request.app.state.request_watch
    watch.check_room(watched.vendor_code)
    return StreamingResponse(
        _event_texts(watch, watched, last_event_id or seen),
        media_type="text/event-stream",
        headers=STREAM_HEADERS,
    )


async def _event_texts(watch: RequestWatch, watched: Watched, last: str) -> AsyncIterator[str]:
    yield f"retry: {RETRY_MS}\n\n"
    async with aclosing(watch.changes(watched, last)) as changes:
        async for change in changes:
            if change.standing is None:
                yield ":\n\n"  # a comment: somebody is still here
            else:
                data = json.dumps(StandingView.of(change.standing).model_dump(mode="json"))
                yield f"id: {change.standing.mark}\nevent: standing\ndata: {data}\n\n"
    yield "event: end\ndata: {}\n\n"


def _view(
    request: Request, session: Session, caller: Principal, vendor_code: str, reference: str
) -> RequestView:
    found = request_for(session, caller, vendor_code, reference, now=request.app.state.now())
    code = code_of(session, vendor_code, found, sealer=request.app.state.sealer)
    item = RequestItem.of(caller, found)
    return RequestView(**dict(item), payload=code.payload if code else None)
