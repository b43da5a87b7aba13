"""The first page, which holds no data, and the door of personal links."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from market.i18n import translator
from market.pages.days import now_of
from market.pages.rendering import lang_of, page
from market.roles import Role
from market.security.links import open_link
from market.security.principal import Principal
from market.security.recognising import recognise_session
from market.security.scope import Visitor
from market.security.security_log import SecurityAction, record_security_event
from market.security.sessions import COOKIE, Writing, put_cookie, session_of_link, start_session

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
def home(request: Request, caller: Visitor) -> HTMLResponse:
    """Say what this is and how one gets in."""
    whom = _whom(request, caller) if caller else ""
    return page(request, "home", caller=caller, whom=whom)


@router.get("/vao/{token}", response_class=RedirectResponse)
def enter(request: Request, session: Writing, token: str) -> Response:
    """Open a session for a personal link and go to the first page it opens."""
    state, now = request.app.state, now_of(request)
    link = open_link(session, token, secret_keys=state.secret_keys, now=now)
    own = request.cookies.get(COOKIE, "")
    # Who opens the same message every morning goes on with the session they have.
    if not session_of_link(session, own, link, now=now):
        own = start_session(session, now=now, link=link)
        if link.role is not Role.VENDOR:
            record_security_event(
                session,
                SecurityAction.LINK_OPENED,
                actor="link",
                now=now,
                subject=f"link:{link.id}",
                note=f"{link.role.value}:{link.scope}",
            )
    answer = RedirectResponse(_home_of(session, own, request), status_code=303)
    put_cookie(answer, own, is_production=state.is_production, max_age=link.expires_at - now)
    # The address is the key: it must not stay in caches nor travel on as a referrer.
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _home_of(session: Session, token: str, request: Request) -> str:
    found = recognise_session(session, token, vendor_code=None, now=now_of(request))
    assert found is not None
    return found.principal.home


def _whom(request: Request, caller: Principal) -> str:
    _ = translator(lang_of(request))
    if caller.user_id is not None:
        return caller.name
    return {
        Role.VENDOR: _("người bán {code}", code=caller.name),
        Role.AUDITOR: _("ban quản lý chợ {code}", code=caller.name),
        Role.ECONOMIST: _("cán bộ theo dõi số liệu"),
    }[caller.role]
