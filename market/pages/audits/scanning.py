"""Scanning at the stalls: a photo form for everybody; the phone's camera where it can read codes."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n.audit_words import FOR_STAFF, RESULTS
from market.pages.audits.looks import (
    Look,
    carry_out_look,
    check_base,
    device_time,
    round_number,
    scanning,
    worker,
)
from market.pages.days import today_of
from market.pages.entries import once_of, options
from market.pages.forms import Form
from market.pages.rendering import page
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.audits.check_lists import find_check
from merchants.audits.checks import Looked
from merchants.audits.round_lists import RoundItem, round_of_day
from merchants.find import find_market

router = APIRouter()

PATH = "/cho/{market_code}/kiem-tra/quet"
Done = Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)]


@router.get(PATH, response_class=HTMLResponse)
def scan_page(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    gian: Annotated[str, Query(max_length=12)] = "",
    da: Done = None,
) -> Response:
    """Show the form, and what the look just sent came to."""
    return _shown(request, session, caller, market_code, Form.showing(gian=gian), da)


@router.post(PATH, response_class=HTMLResponse)
def send_look(
    request: Request, sent: Look, session: Writing, caller: Caller, market_code: str
) -> Response:
    """Record a look: codes read by the phone, else the photo, else what was seen."""
    form = sent.form
    place = Looked(
        market_code=market_code,
        stall_code=form.value("gian").upper(),
        round_id=round_number(form),
        device_at=device_time(form),
        note=form.value("ghi_chu"),
        check_base=check_base(request),
    )
    location = f"/cho/{market_code}/kiem-tra/quet"
    answer = carry_out_look(request, session, caller, sent, place, location=location)
    return answer or _shown(request, session, caller, market_code, form, None)


@router.get("/cho/{market_code}/kiem-tra/may.js", response_class=Response)
def scan_worker(market_code: str) -> Response:  # noqa: ARG001 (the door has looked at it)
    """Return the script that keeps the scanning page for when there is no network."""
    return worker()


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    form: Form,
    done: int | None,
) -> Response:
    market = find_market(session, market_code)
    record = round_of_day(session, market_code, today_of(request))
    items = record.items if record is not None else ()
    if not form.value("gian"):
        form.values = {**form.values, "gian": [_next_stall(items)]}
    answer = page(
        request,
        "audits/scan",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=market,
        here=f"/cho/{market_code}/kiem-tra/quet",
        back=f"/cho/{market_code}/kiem-tra",
        round_id=record.entry.id if record is not None else "",
        items=items,
        look=find_check(session, market_code, done) if done is not None else None,
        said=FOR_STAFF,
        results=lambda _: [("", _("Xem theo ảnh")), *options(RESULTS, _)],
        words=RESULTS,
        who=f"staff:{caller.user_id}",
        form=form,
        once=once_of(form),
    )
    return scanning(answer)


def _next_stall(items: Sequence[RoundItem]) -> str:
    """Return the next stall of the walk that nobody has looked at; empty = there is none."""
    return next((item.stall_code for item in items if item.result is None), "")
