"""Audits of posters for machines: rounds, looks, incidents."""

import secrets
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from market.api.audit_views import (
    CheckBody,
    CheckView,
    CloseBody,
    CodeBody,
    CodeView,
    IncidentView,
    RoundRecordView,
    RoundView,
    StallCode,
    ToldBody,
)
from market.api.instants import ToldAt
from market.api.paging import LIMIT, AfterId, Limit, Page
from market.api.vendor_answers import Once, is_first, remember
from market.exports import csv_bytes
from market.security.once import earlier_answer, remember_answer
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.acceptance.approval import PosterKeys
from merchants.audits.check_lists import CheckFilter, find_check, list_checks
from merchants.audits.checks import Checked, Looked, check_by_hand, check_payloads, check_photo
from merchants.audits.incident_evidence import COLUMNS, take_evidence
from merchants.audits.incident_lists import IncidentFilter, find_incident, list_incidents
from merchants.audits.incidents import close_incident, tell_vendor
from merchants.audits.printed_codes import check_printed_code
from merchants.audits.round_lists import find_round, list_rounds
from merchants.audits.rounds import draw_round
from merchants.audits.seen_photos import SeenPhoto
from merchants.errors import CheckRefused
from merchants.find import find_vendor
from merchants.kinds import CheckResult, IncidentState
from merchants.tables import Market

router = APIRouter(prefix="/api/v1", tags=["audits"])

MARKET = "/markets/{market_code}"
SEED_BYTES = 16
_DAY_MIN, _DAY_MAX = date(2000, 1, 1), date(2199, 12, 31)
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_PHOTO_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"image/jpeg": _BINARY, "image/png": _BINARY}}
}
First = Annotated[date | None, Query(alias="from", ge=_DAY_MIN, le=_DAY_MAX)]
Last = Annotated[date | None, Query(alias="to", ge=_DAY_MIN, le=_DAY_MAX)]
Stall = Annotated[str, Query(max_length=12)]
RoundQuery = Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)]


async def _sent_bytes(request: Request) -> bytes:
    return await request.body()


def _sent_photo(content: Annotated[bytes, Depends(_sent_bytes)]) -> SeenPhoto:
    """Return what the photo of a request shows; read before a transaction begins."""
    from merchants.audits.photos import read_photo  # brings the decoder

    return read_photo(content)


def _asked_checks(
    result: CheckResult | None = None,
    stall_code: Stall = "",
    first: First = None,
    last: Last = None,
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> CheckFilter:
    return CheckFilter(
        result=result, stall_code=stall_code, first=first, last=last, after=after, limit=limit
    )


def _asked_photo(
    request: Request,
    market_code: str,
    stall_code: Annotated[StallCode, Query()],
    round_id: RoundQuery = None,
    device_at: Annotated[ToldAt | None, Query()] = None,
    note: Annotated[str, Query(max_length=400)] = "",
) -> Looked:
    return Looked(
        market_code=market_code,
        stall_code=stall_code,
        round_id=round_id,
        device_at=device_at,
        note=note,
        check_base=_check_base(request),
    )


@router.get(MARKET + "/audit-rounds")
def rounds(
    session: Reading, market_code: str, after: AfterId = None, limit: Limit = LIMIT
) -> Page[RoundView]:
    """Return a market's rounds, the newest first."""
    found, following = list_rounds(session, market_code, after=after, limit=limit)
    return Page(items=[RoundView.of(one) for one in found], next=_text(following))


@router.post(MARKET + "/audit-rounds", status_code=201)
def draw_today(
    request: Request, response: Response, session: Writing, caller: Caller, market_code: str
) -> RoundRecordView:
    """Draw today's round; drawn already it is the same one."""
    row = draw_round(
        session,
        market_code,
        seed=secrets.token_hex(SEED_BYTES),
        share_permille=request.app.state.audit_share_permille,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    response.headers["Location"] = f"/api/v1/markets/{market_code}/audit-rounds/{row.id}"
    session.flush()
    return RoundRecordView.of(find_round(session, market_code, row.id or 0))


@router.get(MARKET + "/audit-rounds/{round_id}")
def one_round(session: Reading, market_code: str, round_id: RowId) -> RoundRecordView:
    """Return one round with its list, and all it takes to draw it again."""
    return RoundRecordView.of(find_round(session, market_code, round_id))


@router.get(MARKET + "/poster-checks")
def checks(
    session: Reading,
    market_code: str,
    asked: Annotated[CheckFilter, Depends(_asked_checks)],
) -> Page[CheckView]:
    """Return the looks at a market's posters, the newest first."""
    found, following = list_checks(session, market_code, asked)
    return Page(items=[CheckView.of(one) for one in found], next=_text(following))


@router.get(MARKET + "/poster-checks/{check_id}")
def one_check(session: Reading, market_code: str, check_id: RowId) -> CheckView:
    """Return one look."""
    return CheckView.of(find_check(session, market_code, check_id))


@router.post(MARKET + "/poster-checks", status_code=201)
def send_check(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: CheckBody,
    once: Once = "",
) -> CheckView:
    """Record a look: codes that were read, or a result that was seen."""
    if bool(body.payloads) == (body.result is not None):
        raise CheckRefused("payloads", "Cần một trong hai: payloads hoặc result")
    place = Looked(
        market_code=market_code,
        stall_code=body.stall_code,
        round_id=body.round_id,
        device_at=body.device_at,
        note=body.note,
        check_base=_check_base(request),
    )
    state = request.app.state

    def look() -> Checked:
        if body.result is not None:
            return check_by_hand(session, place, body.result, actor=caller.actor, now=state.now())
        return check_payloads(
            session,
            place,
            body.payloads,
            sealer=state.sealer,
            actor=caller.actor,
            now=state.now(),
        )

    content = f"api-check|{market_code}|{body.model_dump_json()}"
    location = earlier_answer(session, caller, once, content)
    if location is None:
        location = _location(market_code, look())
        remember_answer(session, caller, once, content, location, state.now())
    return _check_at(session, response, market_code, location)


@router.post(MARKET + "/poster-photos", status_code=201, openapi_extra=_PHOTO_BODY)
def send_photo(
    request: Request,
    response: Response,
    photo: Annotated[SeenPhoto, Depends(_sent_photo)],
    place: Annotated[Looked, Depends(_asked_photo)],
    session: Writing,
    caller: Caller,
    once: Once = "",
) -> CheckView:
    """Record what a photo (the whole body) shows; the photo is not kept."""
    content = f"api-photo|{place}|{photo.sha256}"
    location = earlier_answer(session, caller, once, content)
    if location is None:
        state = request.app.state
        found = check_photo(
            session, place, photo, sealer=state.sealer, actor=caller.actor, now=state.now()
        )
        location = _location(place.market_code, found)
        remember_answer(session, caller, once, content, location, state.now())
    return _check_at(session, response, place.market_code, location)


@router.get(MARKET + "/incidents")
def incidents(
    session: Reading,
    market_code: str,
    state: Annotated[list[IncidentState] | None, Query()] = None,
    stall_code: Stall = "",
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> Page[IncidentView]:
    """Return a market's incidents, the newest first."""
    asked = IncidentFilter(
        states=tuple(state or ()), stall_code=stall_code, after=after, limit=limit
    )
    found, following = list_incidents(session, market_code, asked)
    return Page(items=[IncidentView.of(one) for one in found], next=_text(following))


@router.get(MARKET + "/incidents.csv", response_class=Response)
def evidence(request: Request, session: Writing, caller: Caller, market_code: str) -> Response:
    """Return all incidents as CSV; that they were taken away is remembered."""
    now = request.app.state.now()
    rows = take_evidence(session, market_code, actor=caller.actor, now=now)
    headers = {
        "Content-Disposition": f'attachment; filename="su-co-{market_code}.csv"',
        "Cache-Control": "no-store",
    }
    content = csv_bytes(COLUMNS, [list(row.values()) for row in rows])
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.get(MARKET + "/incidents/{incident_id}")
def one_incident(session: Reading, market_code: str, incident_id: RowId) -> IncidentView:
    """Return one incident."""
    return IncidentView.of(find_incident(session, market_code, incident_id))


@router.post(MARKET + "/incidents/{incident_id}/told")
def told(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    incident_id: RowId,
    body: ToldBody,
) -> IncidentView:
    """Note that the vendor knows; noted twice it changes nothing."""
    now = request.app.state.now()
    tell_vendor(session, market_code, incident_id, body.how, actor=caller.actor, now=now)
    return IncidentView.of(find_incident(session, market_code, incident_id))


@router.post(MARKET + "/incidents/{incident_id}/close")
def close(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    incident_id: RowId,
    body: CloseBody,
    once: Once = "",
) -> IncidentView:
    """Close an incident with what was done; a poster to be revoked or replaced is that, too."""
    content = body.model_dump_json()
    if is_first(session, caller, once, request, content):
        state = request.app.state
        close_incident(
            session,
            market_code,
            incident_id,
            body.outcome,
            note=body.note,
            keys=PosterKeys(state.sealer, state.verification_key),
            actor=caller.actor,
            now=state.now(),
        )
        remember(session, caller, once, request, content)
    return IncidentView.of(find_incident(session, market_code, incident_id))


@router.get("/vendors/{vendor_code}/poster-checks")
def own_checks(
    session: Reading, vendor_code: str, after: AfterId = None, limit: Limit = LIMIT
) -> Page[CheckView]:
    """Return the looks at a vendor's posters, the newest first."""
    vendor = find_vendor(session, vendor_code)
    market = session.get_one(Market, vendor.market_id)
    asked = CheckFilter(vendor_id=vendor.id, after=after, limit=limit)
    found, following = list_checks(session, market.code, asked)
    return Page(items=[CheckView.of(one) for one in found], next=_text(following))


@router.get("/vendors/{vendor_code}/incidents")
def own_incidents(
    session: Reading, vendor_code: str, after: AfterId = None, limit: Limit = LIMIT
) -> Page[IncidentView]:
    """Return the incidents at a vendor's stalls, the newest first."""
    vendor = find_vendor(session, vendor_code)
    market = session.get_one(Market, vendor.market_id)
    asked = IncidentFilter(vendor_id=vendor.id, after=after, limit=limit)
    found, following = list_incidents(session, market.code, asked)
    return Page(items=[IncidentView.of(one) for one in found], next=_text(following))


@router.post(MARKET + "/posters/{serial}/code-check")
def code_check(
    request: Request, session: Reading, market_code: str, serial: str, body: CodeBody
) -> CodeView:
    """Return what a code typed off a poster of this market is."""
    state = request.app.state
    is_own = serial.upper().startswith(f"{market_code}-")
    verdict = check_printed_code(
        session,
        serial.upper() if is_own else "",
        body.code,
        sealer=state.sealer,
        verification_key=state.verification_key,
    )
    return CodeView(verdict=verdict)


def _check_base(request: Request) -> str:
    return f"{request.app.state.base_url.rstrip('/')}/p/"


def _location(market_code: str, found: Checked) -> str:
    return f"/api/v1/markets/{market_code}/poster-checks/{found.check.id}"


def _check_at(session: Session, response: Response, market_code: str, location: str) -> CheckView:
    response.headers["Location"] = location
    number = int(location.rpartition("/")[2])
    return CheckView.of(find_check(session, market_code, number))


def _text(following: int | None) -> str | None:
    return None if following is None else str(following)
