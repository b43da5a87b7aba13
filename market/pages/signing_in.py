"""Come in and go out: the password, the helper's code, the button that ends it."""

import math
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from market.pages.days import now_of
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import address, page
from market.security.recognising import recognise_session
from market.security.return_paths import CHANGE_PASSWORD, SIGN_IN, own_path
from market.security.scope import Visitor
from market.security.security_log import SecurityAction, record_security_event
from market.security.sessions import (
    COOKIE,
    Writing,
    drop_cookie,
    end_session,
    put_cookie,
)
from market.security.signing_in import Attempt, CameIn, sign_in_by_code, sign_in_by_password
from market.security.throttle import Standing

router = APIRouter()

WRONG, LOCKED = 422, 429
ENDED, FORM_KEPT, FORM_LOST = "het", "giu", "mat"
WHY = {
    ENDED: ("Phiên làm việc đã hết", "Đăng nhập lại để xem tiếp."),
    FORM_KEPT: (
        "Phiên làm việc đã hết, chưa ghi gì",
        "Những gì vừa điền được giữ 15 phút trên máy này. Đăng nhập lại, trang hiện lại để xem rồi bấm lần nữa.",
    ),
    FORM_LOST: (
        "Phiên làm việc đã hết, chưa ghi gì",
        "Những gì vừa điền chưa giữ được: đăng nhập rồi điền lại.",
    ),
}
"""Why somebody has to sign in again: what happened, and what to do."""
COOKIE_DAYS = timedelta(days=400)
"""The longest browsers keep a cookie; when the session ends is decided here, not there."""


@router.get(SIGN_IN, response_class=HTMLResponse)
def sign_in_page(request: Request, caller: Visitor, den: str = "", vi: str = "") -> Response:
    """Ask for the sign-in name and the password; say so when a session has ended."""
    if caller is not None and caller.user_id is not None:
        return RedirectResponse(own_path(den) or caller.home, status_code=303)
    form = Form.showing(den=own_path(den), vi=vi if vi in WHY else "")
    return page(request, "sign_in", form=form, standing=None, why=WHY)


@router.post(SIGN_IN, response_class=HTMLResponse)
def sign_in(request: Request, form: Sent) -> Response:
    """Sign in and go on to the page that was asked for."""
    state = request.app.state
    result = sign_in_by_password(
        state.reading,
        state.writing,
        _attempt(request),
        name=form.value("tk"),
        password=form.exactly("mk"),
        is_kept=form.is_ticked("giu"),
        sealer=state.sealer,
    )
    if isinstance(result, Standing):
        return _again(request, "sign_in", form, result)
    wanted = own_path(form.value("den"))
    if result.must_change_password:
        wanted = CHANGE_PASSWORD
    return _welcome(request, result, wanted, is_kept=form.is_ticked("giu"))


@router.get("/ho-tro", response_class=HTMLResponse)
def helper_page(request: Request, den: str = "") -> HTMLResponse:
    """Ask a field helper for the code from the management."""
    form = Form.showing(den=own_path(den))
    return page(request, "helper_sign_in", form=form, standing=None)


@router.get("/ho-tro/{code}", response_class=HTMLResponse)
def helper_page_with_code(request: Request, code: str) -> HTMLResponse:
    """Show the code of an address that was scanned; opening it uses nothing up.

    Messengers look at every address they carry, so the code counts only when it is sent.
    """
    answer = page(request, "helper_sign_in", form=Form.showing(ma=code[:40]), standing=None)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


@router.post("/ho-tro", response_class=HTMLResponse)
def helper_sign_in(request: Request, form: Sent) -> Response:
    """Take a code and open its helper's session."""
    state = request.app.state
    result = sign_in_by_code(
        state.writing, _attempt(request), code=form.value("ma"), sealer=state.sealer
    )
    if isinstance(result, Standing):
        return _again(request, "helper_sign_in", form, result)
    return _welcome(request, result, own_path(form.value("den")), is_kept=False)


@router.post("/dang-xuat", response_class=HTMLResponse)
def sign_out(request: Request, session: Writing, caller: Visitor) -> Response:
    """End the session here and in the browser."""
    token = request.cookies.get(COOKIE)
    if token:
        end_session(session, token, now=now_of(request))
    if caller is not None and caller.user_id is not None:
        record_security_event(
            session,
            SecurityAction.SIGNED_OUT,
            actor=caller.actor,
            now=now_of(request),
            subject=f"user:{caller.user_id}",
        )
    answer = see_other(address(request, "/"))
    drop_cookie(answer, is_production=request.app.state.is_production)
    return answer


def _attempt(request: Request) -> Attempt:
    return Attempt(
        address=request.client.host if request.client else "",
        now=now_of(request),
        old_token=request.cookies.get(COOKIE, ""),
    )


def _again(request: Request, template: str, form: Form, standing: Standing) -> HTMLResponse:
    until_at = standing.locked_until
    seconds_left = (until_at - now_of(request)).total_seconds() if until_at else 0
    answer = page(
        request,
        template,
        status_code=LOCKED if until_at else WRONG,
        form=form,
        standing=standing,
        minutes_left=math.ceil(seconds_left / 60),
        why=WHY,
    )
    if until_at:
        answer.headers["Retry-After"] = str(math.ceil(seconds_left))
    return answer


def _welcome(request: Request, came_in: CameIn, wanted: str, *, is_kept: bool) -> Response:
    state = request.app.state
    if not wanted:
        with state.reading() as session:
            found = recognise_session(session, came_in.token, vendor_code=None, now=now_of(request))
        assert found is not None
        wanted = found.principal.home
    answer = see_other(wanted)
    put_cookie(
        answer,
        came_in.token,
        is_production=state.is_production,
        max_age=COOKIE_DAYS if is_kept else None,
    )
    return answer
