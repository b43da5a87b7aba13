"""The first page, which holds no data, and the door of signed links."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from market.i18n import translator
from market.pages.days import now_of
from market.pages.rendering import lang_of, page
from market.security.links import Carrier, Grant, Role, read_grant, write_grant
from market.security.scope import COOKIE, Granted

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
def home(request: Request, grant: Granted) -> HTMLResponse:
    """Say what this is and how one gets in."""
    whom = _whom(request, grant) if grant else ""
    return page(request, "home", grant=grant, whom=whom)


@router.get("/vao/{token}", response_class=RedirectResponse)
def enter(request: Request, token: str) -> Response:
    """Turn a signed link into a cookie and go to the first page it opens."""
    state = request.app.state
    now = now_of(request)
    grant = read_grant(token, Carrier.LINK, secret_keys=state.secret_keys, now=now)
    answer = RedirectResponse(grant.home, status_code=303)
    answer.set_cookie(
        COOKIE,
        write_grant(grant, Carrier.COOKIE, secret_keys=state.secret_keys),
        max_age=int((grant.until_at - now).total_seconds()),
        httponly=True,
        samesite="lax",
        secure=state.is_production,
    )
    # The address is the key: it must not stay in caches nor travel on as a referrer.
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _whom(request: Request, grant: Grant) -> str:
    _ = translator(lang_of(request))
    return {
        Role.VENDOR: _("người bán {code}", code=grant.scope),
        Role.MARKET: _("ban quản lý chợ {code}", code=grant.scope),
        Role.ECONOMIST: _("cán bộ theo dõi số liệu"),
    }[grant.role]
