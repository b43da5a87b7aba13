"""A vendor's own morning look at the poster, and what they must know of codes that are not theirs."""

from collections.abc import Sequence
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col

from market.i18n.audit_words import FOR_VENDORS, RESULTS
from market.pages.audits.looks import (
    Look,
    carry_out_look,
    check_base,
    device_time,
    scanning,
    worker,
)
from market.pages.days import now_of
from market.pages.entries import carry_out, once_of
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import address, page
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.audits.check_lists import CheckFilter, find_check, list_checks
from merchants.audits.checks import Looked
from merchants.audits.incident_lists import open_incidents_of
from merchants.audits.incidents import tell_vendor
from merchants.find import find_vendor
from merchants.kinds import ENDED_POSTER_STATES, IncidentState, TellingWay
from merchants.lifecycle.milestones import note_self_action
from merchants.tables import Market, Poster, Stall, Vendor

router = APIRouter()

PATH = "/nguoi-ban/{vendor_code}/tu-kiem-tra/quet"
LAST_SHOWN = 5
Done = Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)]


@router.get(PATH, response_class=HTMLResponse)
def own_scan_page(
    request: Request, session: Reading, caller: Caller, vendor_code: str, da: Done = None
) -> Response:
    """Show the form, what the look just sent came to, and the incidents at the own stalls."""
    vendor = find_vendor(session, vendor_code)
    return _shown(request, session, caller, vendor, Form(), da)


@router.post(PATH, response_class=HTMLResponse)
def send_own_look(
    request: Request, sent: Look, session: Writing, caller: Caller, vendor_code: str
) -> Response:
    """Record the vendor's own look."""
    vendor = find_vendor(session, vendor_code)
    market = session.get_one(Market, vendor.market_id)
    place = Looked(
        market_code=market.code,
        stall_code=sent.form.value("gian"),
        device_at=device_time(sent.form),
        vendor_id=vendor.id,
        check_base=check_base(request),
    )
    location = f"/nguoi-ban/{vendor_code}/tu-kiem-tra/quet"
    answer = carry_out_look(request, session, caller, sent, place, location=location)
    if answer is None:
        return _shown(request, session, caller, vendor, sent.form, None)
    note_self_action(session, vendor, actor=caller.actor, now=now_of(request), what="poster_check")
    return answer


@router.post(
    "/nguoi-ban/{vendor_code}/tu-kiem-tra/su-co/{incident_id}", response_class=HTMLResponse
)
def incident_read(
    request: Request,
    session: Writing,
    caller: Caller,
    vendor_code: str,
    incident_id: RowId,
    form: Sent,
) -> Response:
    """Note that the vendor has read about a wrong code at their stall."""
    vendor = find_vendor(session, vendor_code)
    market = session.get_one(Market, vendor.market_id)
    location = f"/nguoi-ban/{vendor_code}/tu-kiem-tra/quet"

    def act() -> None:
        tell_vendor(
            session,
            market.code,
            incident_id,
            TellingWay.OWN_PAGE,
            actor=caller.actor,
            now=now_of(request),
            vendor_id=vendor.id,
        )

    answer = carry_out(request, session, caller, form, act=act, location=location)
    return answer or see_other(address(request, location))


@router.get("/nguoi-ban/{vendor_code}/tu-kiem-tra/may.js", response_class=Response)
def own_scan_worker(vendor_code: str) -> Response:  # noqa: ARG001 (the door has looked at it)
    """Return the script that keeps the scanning page for when there is no network."""
    return worker()


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    vendor: Vendor,
    form: Form,
    done: int | None,
) -> Response:
    assert vendor.id is not None
    market = session.get_one(Market, vendor.market_id)
    stalls = _stalls_with_poster(session, vendor.id)
    looks, _ = list_checks(session, market.code, CheckFilter(vendor_id=vendor.id, limit=LAST_SHOWN))
    answer = page(
        request,
        "audits/self_check",
        caller=caller,
        status_code=422 if form.errors else 200,
        vendor=vendor,
        market=market,
        home=f"/nguoi-ban/{vendor.code}",
        here=f"/nguoi-ban/{vendor.code}/tu-kiem-tra/quet",
        stalls=stalls,
        look=find_check(session, market.code, done, vendor_id=vendor.id) if done else None,
        looks=looks,
        incidents=open_incidents_of(session, vendor.id),
        OPEN=IncidentState.OPEN,
        said=FOR_VENDORS,
        words=RESULTS,
        who=f"vendor:{vendor.code}",
        form=form,
        once=once_of(form),
    )
    return scanning(answer)


def _stalls_with_poster(session: Session, vendor_id: int) -> Sequence[tuple[str, str]]:
    """Return the vendor's stalls with a live poster, as choices."""
    query = (
        sa.select(col(Stall.code))
        .join(Poster, col(Poster.stall_id) == col(Stall.id))
        .where(col(Poster.vendor_id) == vendor_id, col(Poster.state).not_in(ENDED_POSTER_STATES))
        .distinct()
        .order_by(col(Stall.code))
    )
    return [(code, code) for code in session.execute(query).scalars()]
