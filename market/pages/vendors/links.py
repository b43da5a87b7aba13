"""A vendor's personal link: issued, shown once in the forms it is handed over in, revoked; the PIN reset."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select

from market.pages.days import now_of
from market.pages.forms import Form, Sent, see_other
from market.pages.qr_picture import qr_picture
from market.pages.rendering import address, page
from market.roles import Role
from market.security.links import LINK_DAYS, list_links
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.pins import pin_standing
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from market.security.vendor_links import (
    issue_vendor_link,
    reset_vendor_pin,
    revoke_vendor_links,
)
from merchants.find import find_market, find_vendor
from merchants.tables import Stall, StallHolding, Vendor

router = APIRouter()

HERE = "/cho/{market_code}/nguoi-ban/{vendor_code}/duong-dan"
DAYS_OFFERED = (30, 90, 365)


@router.get(HERE, response_class=HTMLResponse)
def links(
    request: Request, session: Reading, caller: Caller, market_code: str, vendor_code: str
) -> HTMLResponse:
    """Show which links of a vendor hold, and offer a new one."""
    form = Form.showing(han=str(LINK_DAYS))
    return _page(request, session, caller, market_code, vendor_code, form)


@router.post(HERE, response_class=HTMLResponse)
def issue(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    form: Sent,
) -> Response:
    """Issue a link and show it this once: as an address, to scan, on paper, for a message."""
    back = HERE.format(market_code=market_code, vendor_code=vendor_code)
    days = form.value("han")
    if days not in {str(offered) for offered in DAYS_OFFERED}:
        form.refuse("han", "Chọn một trong các thời hạn.")
        return _page(request, session, caller, market_code, vendor_code, form)
    once, content = form.value("once"), f"{back}|{days}|{form.is_ticked('thay')}"
    if earlier_answer(session, caller, once, content) is not None:
        return see_other(address(request, back))
    now, state = now_of(request), request.app.state
    if form.is_ticked("thay"):
        revoke_vendor_links(session, vendor_code, actor=caller.actor, now=now)
    path, until_at = issue_vendor_link(
        session,
        vendor_code,
        days=int(days),
        actor=caller.actor,
        now=now,
        secret_keys=state.secret_keys,
    )
    remember_answer(session, caller, once, content, back, now)
    vendor = find_vendor(session, vendor_code)
    return _shown_once(request, session, caller, vendor, market_code, path, until_at)


@router.post(f"{HERE}/thu-hoi", response_class=HTMLResponse)
def revoke(
    request: Request, session: Writing, caller: Caller, market_code: str, vendor_code: str
) -> Response:
    """Revoke every link of a vendor and close what they opened."""
    revoke_vendor_links(session, vendor_code, actor=caller.actor, now=now_of(request))
    back = HERE.format(market_code=market_code, vendor_code=vendor_code)
    return see_other(address(request, back))


@router.post(f"{HERE}/ma-pin", response_class=HTMLResponse)
def reset_pin(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    form: Sent,
) -> Response:
    """Void a forgotten or locked PIN and every link, and show the new link this once."""
    back = HERE.format(market_code=market_code, vendor_code=vendor_code)
    once, content = form.value("once"), f"{back}|ma-pin"
    if earlier_answer(session, caller, once, content) is not None:
        return see_other(address(request, back))
    now = now_of(request)
    path, until_at = reset_vendor_pin(
        session,
        vendor_code,
        actor=caller.actor,
        now=now,
        secret_keys=request.app.state.secret_keys,
    )
    remember_answer(session, caller, once, content, back, now)
    vendor = find_vendor(session, vendor_code)
    return _shown_once(
        request, session, caller, vendor, market_code, path, until_at, is_for_pin=True
    )


def _page(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    vendor_code: str,
    form: Form,
) -> HTMLResponse:
    vendor = find_vendor(session, vendor_code)
    return page(
        request,
        "vendor_links",
        caller=caller,
        status_code=422 if form.errors else 200,
        form=form,
        once=new_once(),
        market=find_market(session, market_code),
        vendor=vendor,
        pin=pin_standing(session, vendor.id or 0, now=now_of(request)),
        may_reset=caller.may(Right.DECIDE) and caller.user_id is not None,
        here=HERE.format(market_code=market_code, vendor_code=vendor_code),
        links=[
            link
            for link in list_links(session, now=now_of(request), scope=vendor_code)
            if link.role is Role.VENDOR
        ],
        days_offered=DAYS_OFFERED,
    )


def _shown_once(
    request: Request,
    session: Session,
    caller: Principal,
    vendor: Vendor,
    market_code: str,
    path: str,
    until_at: datetime,
    *,
    is_for_pin: bool = False,
) -> HTMLResponse:
    place = f"{request.app.state.base_url.rstrip('/')}{path}"
    answer = page(
        request,
        "vendor_link",
        caller=caller,
        market=find_market(session, market_code),
        vendor=vendor,
        vendor_name=vendor.business_name or vendor.full_name,
        stalls=_stalls(session, vendor.id or 0),
        back=HERE.format(market_code=market_code, vendor_code=vendor.code),
        place=place,
        until_at=until_at,
        is_for_pin=is_for_pin,
        picture=qr_picture(place, vendor.code or ""),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _stalls(session: Session, vendor_id: int) -> list[str]:
    return list(
        session.exec(
            select(Stall.code)
            .join(StallHolding, col(StallHolding.stall_id) == col(Stall.id))
            .where(col(StallHolding.vendor_id) == vendor_id, col(StallHolding.to_on).is_(None))
            .order_by(col(Stall.code))
        )
    )
