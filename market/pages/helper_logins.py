"""Field helpers at a market: hand out a code for a few hours, see who is in, send somebody home."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.pages.days import now_of
from market.pages.forms import Form, Sent, see_other
from market.pages.qr_picture import qr_picture
from market.pages.rendering import address, page
from market.roles import Role
from market.security.errors import UserRefused
from market.security.helper_logins import (
    HOURS,
    HOURS_MAX,
    helper_logins_of,
    issue_helper_login,
    revoke_helper_login,
)
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from market.security.users import users_of_market
from merchants.find import find_market
from merchants.sentences import Sentence

router = APIRouter()

HERE = "/cho/{market_code}/nguoi-ho-tro"


@router.get(HERE, response_class=HTMLResponse)
def helpers(request: Request, session: Reading, caller: Caller, market_code: str) -> HTMLResponse:
    """Show who helps at the market now, and the form for another code."""
    form = Form.showing(gio=str(HOURS))
    return _page(request, session, caller, market_code, form)


@router.post(HERE, response_class=HTMLResponse)
def issue(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Issue a code and show it this once, as letters and to be scanned."""
    back = HERE.format(market_code=market_code)
    once, content = form.value("once"), f"{back}|{form.value('nguoi')}|{form.value('gio')}"
    if earlier_answer(session, caller, once, content) is not None:
        return see_other(address(request, back))
    offered = {
        str(user.id): user for user in users_of_market(session, market_code, Role.FIELD_HELPER)
    }
    user, hours = offered.get(form.value("nguoi")), form.value("gio")
    if user is None:
        form.refuse("nguoi", "Chọn người hỗ trợ.")
    if not (hours.isascii() and hours.isdigit()):
        form.refuse("gio", Sentence("Ghi số giờ, từ 1 đến {most}.", most=HOURS_MAX))
    if user is None or form.errors:
        return _page(request, session, caller, market_code, form)
    now = now_of(request)
    try:
        login, code = issue_helper_login(
            session,
            user,
            market_code=market_code,
            hours=int(hours[:6]),
            actor=caller.actor,
            now=now,
        )
    except UserRefused as refusal:
        form.refuse("gio" if refusal.field == "hours" else "nguoi", refusal.reason)
        return _page(request, session, caller, market_code, form)
    remember_answer(session, caller, once, content, back, now)
    place = f"{request.app.state.base_url.rstrip('/')}/ho-tro/{code}"
    answer = page(
        request,
        "helper_code",
        caller=caller,
        market=find_market(session, market_code),
        back=back,
        full_name=user.full_name,
        code=f"{code[:5]} {code[5:]}",
        until_at=login.expires_at,
        place=place,
        picture=qr_picture(place, f"{code[:5]} {code[5:]}"),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post(f"{HERE}/{{login_id}}/thu-hoi", response_class=HTMLResponse)
def revoke(
    request: Request, session: Writing, caller: Caller, market_code: str, login_id: RowId
) -> Response:
    """Revoke a code and close what it opened."""
    revoke_helper_login(
        session, login_id, market_code=market_code, actor=caller.actor, now=now_of(request)
    )
    return see_other(address(request, HERE.format(market_code=market_code)))


def _page(
    request: Request, session: Session, caller: Principal, market_code: str, form: Form
) -> HTMLResponse:
    return page(
        request,
        "helpers",
        caller=caller,
        status_code=422 if form.errors else 200,
        form=form,
        once=new_once(),
        market=find_market(session, market_code),
        here=HERE.format(market_code=market_code),
        offered=users_of_market(session, market_code, Role.FIELD_HELPER),
        logins=helper_logins_of(session, market_code, now=now_of(request)),
        hours_max=HOURS_MAX,
        may_add_users=caller.may(Right.MANAGE_USERS),
    )
