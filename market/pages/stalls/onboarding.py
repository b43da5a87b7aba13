"""Register one stall at the stall itself: on a phone, in three minutes, without a spreadsheet."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col

from market.i18n import translator
from market.pages.consent_proof import read_evidence
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, once_of
from market.pages.forms import Form, Sent
from market.pages.rendering import lang_of, page
from market.pages.stalls.entry_form import (
    CHANNELS,
    FIELDS,
    LINK_WAYS,
    SEEN,
    TIERS,
    bank_names,
    entry_of,
    read_seen,
    write_seen,
)
from market.pages.stalls.preview import preview_of
from market.pages.vendors.file import may_of
from market.pages.vendors.history import history_lines
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.errors import ChangedMeanwhile, StallNotFound
from merchants.find import find_market
from merchants.imports.held_stall import SeenStall
from merchants.imports.known_people import KnownPerson
from merchants.imports.onboarding import OnboardingRefused, link_way_of, onboard
from merchants.privacy.consent_rules import TAKING_PART
from merchants.privacy.consents import standing
from merchants.privacy.notices import current_notice
from merchants.stalls.progress import Progress
from merchants.stalls.search import StallEntry, StallQuery, find_stalls
from merchants.tables import Market, Vendor, Zone
from merchants.vendors.changed_since import changed_since, last_event_id

router = APIRouter()

SUGGESTED_MAX = 12


@router.get("/cho/{market_code}/gian-hang/moi", response_class=HTMLResponse)
def new_stall(request: Request, session: Reading, caller: Caller, market_code: str) -> HTMLResponse:
    """Show the empty form, with the stalls that wait for somebody."""
    market = find_market(session, market_code)
    return _show(request, session, caller, market, None, Form())


@router.post("/cho/{market_code}/gian-hang/moi", response_class=HTMLResponse)
def send_new_stall(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Register the stall that the form names."""
    return _send(request, session, caller, find_market(session, market_code), None, form)


@router.get("/cho/{market_code}/gian-hang/{stall_code:path}/dang-ky", response_class=HTMLResponse)
def register_stall(
    request: Request, session: Reading, caller: Caller, market_code: str, stall_code: str
) -> HTMLResponse:
    """Show the form of a stall, with what is known of it already."""
    market = find_market(session, market_code)
    stall = _find(request, session, market_code, stall_code)
    return _show(request, session, caller, market, stall, _known(session, stall))


@router.post("/cho/{market_code}/gian-hang/{stall_code:path}/dang-ky", response_class=HTMLResponse)
def send_stall(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    stall_code: str,
    form: Sent,
) -> Response:
    """Register the vendor at a stall."""
    market = find_market(session, market_code)
    stall = _find(request, session, market_code, stall_code)
    return _send(request, session, caller, market, stall, form)


def _send(
    request: Request,
    session: Session,
    caller: Principal,
    market: Market,
    stall: StallEntry | None,
    form: Form,
) -> Response:
    stall_code = stall.stall_code if stall else ""
    read_evidence(form)
    entry = entry_of(form, today=today_of(request), stall_code=stall_code)
    if form.is_ticked("xem"):
        return _show(request, session, caller, market, stall, form)
    people: Sequence[KnownPerson] = ()

    def act() -> None:
        nonlocal people
        try:
            onboard(
                session,
                market.code,
                entry,
                sealer=request.app.state.sealer,
                actor=caller.actor,
                now=now_of(request),
            )
        except OnboardingRefused as refused:
            people = refused.people
            raise

    try:
        done = carry_out(
            request,
            session,
            caller,
            form,
            act=act,
            location=f"/cho/{market.code}/gian-hang/{entry.stall_code.upper()}",
            query={"luu": "nhap" if entry.is_draft else "xong"},
            fields=FIELDS,
        )
    except ChangedMeanwhile:
        assert stall is not None
        return _show_changed(request, session, caller, market, stall, form)
    if done is not None:
        return done
    return _show(request, session, caller, market, stall, form, 422, people=people)


def _show_changed(
    request: Request,
    session: Session,
    caller: Principal,
    market: Market,
    stall: StallEntry,
    form: Form,
) -> HTMLResponse:
    """Tell what somebody else changed since the form was opened, and keep all that was typed."""
    seen = read_seen(form)
    entries = changed_since(
        session,
        stall_id=stall.id,
        vendor_id=stall.vendor.id if stall.vendor else None,
        event_id=seen.event_id or 0,
    )
    told = history_lines(session, entries, translator(lang_of(request)))
    # Whom the form was about stays: told of another holder, nobody renames them by sending again.
    form.keep(SEEN, write_seen(replace(seen, event_id=_seen_now(session, stall).event_id)))
    return _show(request, session, caller, market, stall, form, 409, changes=told)


def _show(
    request: Request,
    session: Session,
    caller: Principal,
    market: Market,
    stall: StallEntry | None,
    form: Form,
    status_code: int = 200,
    **beside: Any,
) -> HTMLResponse:
    """Return the page; ``beside`` are the people a number may mean and what was changed meanwhile."""
    today = today_of(request)
    entry = entry_of(form, today=today, stall_code=stall.stall_code if stall else "")
    vendor = stall.vendor if stall else None
    agreed = set(standing(session, vendor.id)) if vendor else set()
    return page(
        request,
        "onboarding",
        caller=caller,
        status_code=status_code,
        market=market,
        here=f"/cho/{market.code}/gian-hang",
        stall=stall,
        vendor=vendor,
        form=form,
        once=once_of(form),
        held=_held(request, session, market, form) if stall is None else None,
        may_hand_over=may_of(caller)["edit"],
        agreed=agreed,
        has_agreed=agreed >= TAKING_PART,
        notice=current_notice(today, lang_of(request).value),
        preview=preview_of(entry, market, today=today),
        zones=_zones(session, market),
        suggested=_suggested(request, session, market) if stall is None else (),
        banks=bank_names(),
        link_ways=LINK_WAYS,
        tiers=TIERS,
        channels=CHANNELS,
        **({"people": (), "changes": None} | beside),
    )


def _find(request: Request, session: Session, market_code: str, stall_code: str) -> StallEntry:
    query = StallQuery(stall_codes=[stall_code])
    found = find_stalls(session, market_code, query, sealer=request.app.state.sealer).entries
    if not found:
        raise StallNotFound(market_code, stall_code)
    return found[0]


def _held(request: Request, session: Session, market: Market, form: Form) -> StallEntry | None:
    """Return the stall that a new one's form named although somebody holds it."""
    if not form.error("gian"):
        return None
    query = StallQuery(stall_codes=[form.value("gian").upper()])
    found = find_stalls(session, market.code, query, sealer=request.app.state.sealer).entries
    return found[0] if found and found[0].vendor is not None else None


def _known(session: Session, stall: StallEntry) -> Form:
    """Return the form filled with what may be shown; phone and account are sealed and stay so."""
    vendor = session.get_one(Vendor, stall.vendor.id) if stall.vendor else None
    return Form.showing(
        khu=stall.zone,
        nganh=stall.goods_group,
        ten=vendor.full_name if vendor else "",
        hkd=vendor.business_name if vendor else "",
        th=vendor.display_name if vendor else "",
        gui=link_way_of(session, vendor.id or 0) if vendor else "",
        **{SEEN: write_seen(_seen_now(session, stall))},
    )


def _seen_now(session: Session, stall: StallEntry) -> SeenStall:
    vendor = stall.vendor
    return SeenStall(
        vendor_code=vendor.code if vendor else "",
        event_id=last_event_id(session, stall_id=stall.id, vendor_id=vendor.id if vendor else None),
    )


def _zones(session: Session, market: Market) -> list[str]:
    query = sa.select(col(Zone.name)).where(col(Zone.market_id) == market.id)
    return sorted(session.execute(query).scalars())


def _suggested(request: Request, session: Session, market: Market) -> tuple[StallEntry, ...]:
    """Return stalls that wait for somebody: begun ones do not, they have a form of their own."""
    sealer = request.app.state.sealer
    found: list[StallEntry] = []
    for progress in (Progress.NOT_BEGUN, Progress.VACANT):
        query = StallQuery(progress=progress, limit=SUGGESTED_MAX - len(found))
        if query.limit > 0:
            found += find_stalls(session, market.code, query, sealer=sealer).entries
    return tuple(found)
