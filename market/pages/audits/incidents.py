"""Wrong codes found at a market: what waits, since when they can have hung, what was done."""

import json
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.exports import csv_bytes
from market.i18n.audit_words import OUTCOMES, SOURCES, STATES, TELLINGS
from market.pages.actors import actor_names
from market.pages.audits.rounds import After
from market.pages.audits.shown import may_look
from market.pages.campaigns.forms import kind_in
from market.pages.days import now_of
from market.pages.entries import carry_out, once_of, options
from market.pages.forms import Form, Sent
from market.pages.rendering import page
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.acceptance.approval import PosterKeys
from merchants.audits.incident_evidence import COLUMNS, take_evidence
from merchants.audits.incident_lists import (
    OPEN_STATES,
    IncidentFilter,
    find_incident,
    list_incidents,
)
from merchants.audits.incidents import NOTE_CHARS_MAX, close_incident, tell_vendor
from merchants.errors import EntryRefused, IncidentStepRefused, PosterStepRefused
from merchants.find import find_market
from merchants.kinds import IncidentOutcome, IncidentState, TellingWay

router = APIRouter()

LIST = "/cho/{market_code}/su-co"
ONE = LIST + "/{incident_id}"
ROWS = 50
SHOWN = {"cho": "Đang chờ", "dong": "Đã đóng", "tat-ca": "Tất cả"}
_STATES_SHOWN: dict[str, tuple[IncidentState, ...]] = {
    "cho": OPEN_STATES,
    "dong": (IncidentState.CLOSED,),
    "tat-ca": (),
}
DONE = {"bao": "Đã ghi là người bán đã biết.", "dong": "Đã đóng sự cố."}
_TOLD_BY_STAFF = {how: name for how, name in TELLINGS.items() if how is not TellingWay.OWN_PAGE}


class Kind(StrEnum):
    """The files incidents come as."""

    CSV = "csv"
    JSON = "json"


class Shown(StrEnum):
    """Which incidents a list shows."""

    OPEN = "cho"
    CLOSED = "dong"
    ALL = "tat-ca"


StallCode = Annotated[str, Query(max_length=12)]


@router.get(LIST, response_class=HTMLResponse)
def incidents(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    muc: Shown = Shown.OPEN,
    gian: StallCode = "",
    sau: After = None,
) -> HTMLResponse:
    """Show the incidents, those that wait unless others are asked for."""
    asked = IncidentFilter(
        states=_STATES_SHOWN[muc.value], stall_code=gian.strip().upper(), after=sau, limit=ROWS
    )
    found, next_id = list_incidents(session, market_code, asked)
    return page(
        request,
        "audits/incidents",
        caller=caller,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/su-co",
        back=f"/cho/{market_code}/kiem-tra",
        incidents=found,
        next_id=next_id,
        section=muc.value,
        sections=SHOWN,
        stall_code=asked.stall_code,
        may_take=caller.may(Right.READ_MARKET),
        states=STATES,
    )


@router.get(LIST + ".{kind}", response_class=Response)
def evidence(
    request: Request, session: Writing, caller: Caller, market_code: str, kind: Kind
) -> Response:
    """Return all incidents as a file; that it was taken away is remembered."""
    rows = take_evidence(session, market_code, actor=caller.actor, now=now_of(request))
    if kind is Kind.JSON:
        content = json.dumps(rows, ensure_ascii=False, indent=1).encode()
        media_type = "application/json"
    else:
        content = csv_bytes(COLUMNS, [list(row.values()) for row in rows])
        media_type = "text/csv; charset=utf-8"
    headers = {
        "Content-Disposition": f'attachment; filename="su-co-{market_code}.{kind.value}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)


@router.get(ONE, response_class=HTMLResponse)
def incident(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    incident_id: RowId,
    da: str = "",
) -> HTMLResponse:
    """Show one incident with what is to be done next."""
    return _shown(request, session, caller, (market_code, incident_id), Form(), DONE.get(da, ""))


@router.post(ONE + "/bao", response_class=HTMLResponse)
def told(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    incident_id: RowId,
    form: Sent,
) -> Response:
    """Note that the vendor was told."""
    how = kind_in(form, "cach", TellingWay, needed="Chọn đã báo bằng cách nào")

    def act(now: datetime) -> None:
        assert how is not None
        tell_vendor(session, market_code, incident_id, how, actor=caller.actor, now=now)

    return _step(request, session, caller, (market_code, incident_id), form, act, "bao")


@router.post(ONE + "/dong", response_class=HTMLResponse)
def closed(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    incident_id: RowId,
    form: Sent,
) -> Response:
    """Close an incident with what was done."""
    outcome = kind_in(form, "ket_cuc", IncidentOutcome, needed="Chọn đã xử lý thế nào")
    state = request.app.state

    def act(now: datetime) -> None:
        assert outcome is not None
        close_incident(
            session,
            market_code,
            incident_id,
            outcome,
            note=form.value("ghi_chu"),
            keys=PosterKeys(state.sealer, state.verification_key),
            actor=caller.actor,
            now=now,
        )

    return _step(request, session, caller, (market_code, incident_id), form, act, "dong")


def _step(
    request: Request,
    session: Session,
    caller: Principal,
    place: tuple[str, int],
    form: Form,
    act: Callable[[datetime], None],
    done: str,
) -> Response:
    market_code, incident_id = place

    def take() -> None:
        try:
            act(now_of(request))
        except IncidentStepRefused as refusal:
            form.refuse(done, refusal.reason)
        except PosterStepRefused as refusal:
            raise EntryRefused({"ket_cuc": refusal.reason}) from None

    answer = carry_out(
        request,
        session,
        caller,
        form,
        act=take,
        location=f"/cho/{market_code}/su-co/{incident_id}",
        query={"da": done},
        fields={"note": "ghi_chu"},
    )
    return answer or _shown(request, session, caller, place, form)


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    place: tuple[str, int],
    form: Form,
    done: str = "",
) -> HTMLResponse:
    market_code, incident_id = place
    found = find_incident(session, market_code, incident_id)
    return page(
        request,
        "audits/incident",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/su-co/{incident_id}",
        back=f"/cho/{market_code}/su-co",
        file=f"/cho/{market_code}/nguoi-ban/{found.vendor_code}",
        incident=found,
        names=actor_names(session, [found.told_by, found.closed_by]),
        states=STATES,
        sources=SOURCES,
        tellings=TELLINGS,
        outcomes=OUTCOMES,
        telling_options=lambda _: [("", _("Chọn một cách")), *options(_TOLD_BY_STAFF, _)],
        outcome_options=lambda _: [("", _("Chọn một việc")), *options(OUTCOMES, _)],
        OPEN=IncidentState.OPEN,
        CLOSED=IncidentState.CLOSED,
        NOTE_CHARS_MAX=NOTE_CHARS_MAX,
        may_tell=may_look(caller),
        may_close=caller.may(Right.DECIDE),
        form=form,
        once=once_of(form),
        done=done,
    )
