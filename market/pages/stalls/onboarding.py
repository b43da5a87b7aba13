"""Register one stall at the stall itself: on a phone, in three minutes, without a spreadsheet."""

from collections.abc import Sequence

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col

from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, once_of
from market.pages.forms import Form, Sent
from market.pages.rendering import lang_of, page
from market.pages.stalls.entry_form import (
    CHANNELS,
    FIELDS,
    LINK_WAYS,
    TIERS,
    bank_names,
    entry_of,
)
from market.pages.stalls.preview import preview_of
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.errors import StallNotFound
from merchants.find import find_market
from merchants.imports.known_people import KnownPerson
from merchants.imports.onboarding import OnboardingRefused, onboard
from merchants.privacy.consent_rules import TAKING_PART
from merchants.privacy.consents import standing
from merchants.privacy.notices import current_notice
from merchants.stalls.progress import Progress
from merchants.stalls.search import StallEntry, StallQuery, find_stalls
from merchants.tables import Market, Zone

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
    return _show(request, session, caller, market, stall, _known(stall))


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
    if done is not None:
        return done
    return _show(request, session, caller, market, stall, form, people=people, status_code=422)


def _show(
    request: Request,
    session: Session,
    caller: Principal,
    market: Market,
    stall: StallEntry | None,
    form: Form,
    *,
    people: Sequence[KnownPerson] = (),
    status_code: int = 200,
) -> HTMLResponse:
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
        people=people,
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
    )


def _find(request: Request, session: Session, market_code: str, stall_code: str) -> StallEntry:
    query = StallQuery(stall_codes=[stall_code])
    found = find_stalls(session, market_code, query, sealer=request.app.state.sealer).entries
    if not found:
        raise StallNotFound(market_code, stall_code)
    return found[0]


def _known(stall: StallEntry) -> Form:
    """Return the form filled with what may be shown; phone and account are sealed and stay so."""
    vendor = stall.vendor
    return Form.showing(
        khu=stall.zone,
        nganh=stall.goods_group,
        ten=vendor.full_name if vendor else "",
        hkd=vendor.business_name if vendor else "",
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
