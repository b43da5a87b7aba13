"""Consents, privacy requests and everything held on a vendor, for machines."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import Session, col, select

from market.api.instants import ToldAt
from market.api.paging import LIMIT, AfterId, Body, Limit, Page, View
from market.privacy import complete_request
from market.reports.held_data import held_data, held_pdf
from market.reports.held_models import HeldData
from market.roles import Role
from market.security.once import earlier_answer, remember_answer
from market.security.principal import Principal
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.find import find_vendor
from merchants.kinds import (
    ConsentChannel,
    ConsentPurpose,
    PrivacyRequestKind,
    PrivacyRequestState,
)
from merchants.privacy.consents import ConsentProof, record_consents
from merchants.privacy.requests import answer, extend, find_request, open_request, refuse
from merchants.privacy.withdrawals import withdraw
from merchants.sealing import Sealer
from merchants.tables import Consent, PrivacyRequest, Vendor

router = APIRouter(prefix="/api/v1/vendors/{vendor_code}", tags=["privacy"])

Once = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same key carries a write out once.",
    ),
]
Line = Annotated[str, Field(max_length=500)]


class ConsentView(View):
    """A row of the ledger of consents."""

    id: int
    purpose: ConsentPurpose
    notice_version: str
    language: str
    is_read_aloud: bool
    channel: ConsentChannel
    given_at: datetime
    recorded_by: str
    witness: str
    evidence_sha256: str | None
    withdrawn_at: datetime | None


class ConsentBody(Body):
    """What a vendor agreed to and what proves it; no purpose goes by default."""

    purposes: list[ConsentPurpose] = Field(min_length=1)
    channel: Literal[ConsentChannel.SIGNATURE, ConsentChannel.SPOKEN]
    notice_version: str = Field(max_length=20)
    language: Literal["vi", "en"] = "vi"
    is_read_aloud: bool = False
    evidence_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Of the signed paper or the recording; the file itself is not sent."""
    witness: str = Field(min_length=1, max_length=80)
    """Who was there."""
    given_at: ToldAt | None = None
    """``null`` = now."""


class WithdrawalBody(Body):
    """What a vendor takes back."""

    purposes: list[ConsentPurpose] = Field(min_length=1)


class RequestView(View):
    """A privacy request."""

    id: int
    kind: PrivacyRequestKind
    state: PrivacyRequestState
    wish: str
    received_at: datetime
    answer_due_on: date
    due_on: date
    is_extended: bool
    extension_reason: str
    answered_at: datetime | None
    completed_at: datetime | None
    outcome: str


class RequestBody(Body):
    """What a vendor asks; withdrawing consent is no request but a withdrawal."""

    kind: Literal[
        PrivacyRequestKind.ACCESS,
        PrivacyRequestKind.CORRECTION,
        PrivacyRequestKind.RESTRICTION,
        PrivacyRequestKind.DELETION,
    ]
    wish: Line = ""


class AnswerBody(Body):
    """What the vendor was told."""

    told: Line = ""


class ExtensionBody(Body):
    """Until when, and why."""

    until_on: date
    reason: str = Field(min_length=1, max_length=200)


class RefusalBody(Body):
    """Why it is not done."""

    reason: str = Field(min_length=1, max_length=500)


class OutcomeBody(Body):
    """What was done."""

    outcome: Line = ""


@router.get("/consents")
def list_consents(
    session: Reading, vendor_code: str, after: AfterId = None, limit: Limit = LIMIT
) -> Page[ConsentView]:
    """Return a vendor's ledger of consents, oldest first, withdrawn ones too."""
    vendor = find_vendor(session, vendor_code)
    rows = session.exec(
        select(Consent)
        .where(Consent.vendor_id == vendor.id, col(Consent.id) > (after or 0))
        .order_by(col(Consent.id))
        .limit(limit + 1)
    ).all()
    items = [ConsentView.model_validate(row, from_attributes=True) for row in rows[:limit]]
    return Page(items=items, next=str(items[-1].id) if len(rows) > limit else None)


@router.post("/consents", status_code=HTTPStatus.CREATED)
def add_consents(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    vendor_code: str,
    body: ConsentBody,
) -> Page[ConsentView]:
    """Record what a vendor agreed to; what stands already stays. Safe to repeat."""
    vendor = find_vendor(session, vendor_code)
    assert vendor.id is not None
    now: datetime = request.app.state.now()
    proof = ConsentProof(
        channel=ConsentChannel(body.channel),
        notice_version=body.notice_version,
        language=body.language,
        is_read_aloud=body.is_read_aloud,
        evidence_sha256=body.evidence_sha256,
        witness=body.witness,
    )
    record_consents(
        session,
        {vendor.id: body.given_at or now},
        body.purposes,
        proof=proof,
        actor=caller.actor,
        now=now,
    )
    response.headers["Location"] = request.url.path
    return list_consents(session, vendor_code, None, LIMIT)


@router.post("/consents/withdraw")
def withdraw_consents(
    request: Request, session: Writing, caller: Caller, vendor_code: str, body: WithdrawalBody
) -> Page[ConsentView]:
    """Record that a vendor took consent back. Safe to repeat."""
    vendor = find_vendor(session, vendor_code)
    withdraw(session, vendor, body.purposes, actor=caller.actor, now=request.app.state.now())
    return list_consents(session, vendor_code, None, LIMIT)


@router.get("/privacy-requests")
def list_privacy_requests(
    session: Reading, vendor_code: str, after: AfterId = None, limit: Limit = LIMIT
) -> Page[RequestView]:
    """Return what a vendor asked about their data, oldest first."""
    vendor = find_vendor(session, vendor_code)
    rows = session.exec(
        select(PrivacyRequest)
        .where(PrivacyRequest.vendor_id == vendor.id, col(PrivacyRequest.id) > (after or 0))
        .order_by(col(PrivacyRequest.id))
        .limit(limit + 1)
    ).all()
    items = [_view(row) for row in rows[:limit]]
    return Page(items=items, next=str(items[-1].id) if len(rows) > limit else None)


@router.post("/privacy-requests", status_code=HTTPStatus.CREATED)
def add_privacy_request(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    vendor_code: str,
    body: RequestBody,
    once: Once = "",
) -> RequestView:
    """Receive a request on a vendor's behalf and start its clocks."""
    vendor = find_vendor(session, vendor_code)
    content = f"{request.url.path}\n{body.model_dump_json()}"
    earlier = earlier_answer(session, caller, once, content)
    if earlier is None:
        now: datetime = request.app.state.now()
        made = open_request(
            session,
            vendor,
            PrivacyRequestKind(body.kind),
            wish=body.wish,
            actor=caller.actor,
            now=now,
        )
        earlier = f"{request.url.path}/{made.id}"
        remember_answer(session, caller, once, content, earlier, now)
    response.headers["Location"] = earlier
    return _view(_find(session, vendor, int(earlier.rpartition("/")[2])))


@router.get("/privacy-requests/{request_id}")
def read_privacy_request(session: Reading, vendor_code: str, request_id: RowId) -> RequestView:
    """Return one request."""
    return _view(_find(session, find_vendor(session, vendor_code), request_id))


@router.post("/privacy-requests/{request_id}/answer")
def answer_privacy_request(
    request: Request,
    session: Writing,
    caller: Caller,
    vendor_code: str,
    request_id: RowId,
    body: AnswerBody,
) -> RequestView:
    """Note that the vendor was told whether and until when it will be done."""
    asked = _find(session, find_vendor(session, vendor_code), request_id)
    answer(session, asked, told=body.told, actor=caller.actor, now=request.app.state.now())
    return _view(asked)


@router.post("/privacy-requests/{request_id}/extend")
def extend_privacy_request(
    request: Request,
    session: Writing,
    caller: Caller,
    vendor_code: str,
    request_id: RowId,
    body: ExtensionBody,
) -> RequestView:
    """Give a difficult request more time, once."""
    asked = _find(session, find_vendor(session, vendor_code), request_id)
    extend(
        session,
        asked,
        body.until_on,
        reason=body.reason,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    return _view(asked)


@router.post("/privacy-requests/{request_id}/refuse")
def refuse_privacy_request(
    request: Request,
    session: Writing,
    caller: Caller,
    vendor_code: str,
    request_id: RowId,
    body: RefusalBody,
) -> RequestView:
    """Close a request that is not carried out, with the reason."""
    asked = _find(session, find_vendor(session, vendor_code), request_id)
    refuse(session, asked, reason=body.reason, actor=caller.actor, now=request.app.state.now())
    return _view(asked)


@router.post("/privacy-requests/{request_id}/complete")
def complete_privacy_request(
    request: Request,
    session: Writing,
    caller: Caller,
    vendor_code: str,
    request_id: RowId,
    body: OutcomeBody,
) -> RequestView:
    """Carry a request out; what is erased does not come back. A copy is fetched by itself."""
    asked = _find(session, find_vendor(session, vendor_code), request_id)
    complete_request(
        session,
        asked,
        outcome=body.outcome,
        sealer=request.app.state.sealer,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    return _view(asked)


# The PDF comes first: nothing after it may take its name for something else.


@router.get("/held-data.pdf", response_class=Response)
def read_held_pdf(request: Request, session: Reading, caller: Caller, vendor_code: str) -> Response:
    """Return everything held on a vendor as PDF; sealed values masked, see ``held-data``."""
    held = _held(request, session, caller, vendor_code)
    headers = {
        "Content-Disposition": f'attachment; filename="cho-giu-gi-{vendor_code}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(held_pdf(held), media_type="application/pdf", headers=headers)


@router.get("/held-data")
def read_held_data(
    request: Request, session: Reading, caller: Caller, vendor_code: str
) -> HeldData:
    """Return everything held on a vendor.

    Accounts, phone and payloads are masked, but for the vendor who gave the PIN a moment ago.
    """
    return _held(request, session, caller, vendor_code)


def _held(request: Request, session: Session, caller: Principal, vendor_code: str) -> HeldData:
    now: datetime = request.app.state.now()
    gave_pin = caller.pin_until_at is not None and caller.pin_until_at > now
    is_own = caller.role is Role.VENDOR and gave_pin
    sealer: Sealer | None = request.app.state.sealer if is_own else None
    return held_data(session, vendor_code, sealer=sealer, now=now)


def _find(session: Session, vendor: Vendor, request_id: int) -> PrivacyRequest:
    return find_request(session, request_id, vendor_id=vendor.id)


def _view(row: PrivacyRequest) -> RequestView:
    return RequestView.model_validate(row, from_attributes=True)
