"""Forms count only when they were sent from a page that this service gave to the same browser."""

import hmac
import secrets
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from market.security.bodies import form_of
from market.security.errors import AddressUnreadable, CsrfRefused
from market.security.principal import Principal
from market.security.scope import API, SAFE_METHODS, check_scope

FIELD = "csrf"
HEADER = "x-csrf-token"
FORM_COOKIE = "cho40_form"
"""Stands for the session where nobody has signed in yet, such as on the sign-in page itself."""
HOOKS = "/hooks/"
_OWN_SITES = frozenset({"same-origin", "none"})


async def check_csrf(
    request: Request, caller: Annotated[Principal | None, Depends(check_scope)]
) -> AsyncIterator[None]:
    """Check every request that is more than a question and closes what its form had opened.

    Machines are left out: a webhook is signed, and a request with an API token carries a header
    that no foreign page can make a browser send. A request to the API that comes with a session's
    cookie carries its token as ``X-CSRF-Token``.

    Raises:
        AddressUnreadable: a JSON body holds the letter zero.
        CsrfRefused: it comes from a foreign page, or does not carry its session's token.
    """
    if request.method in SAFE_METHODS or request.url.path.startswith(HOOKS):
        yield
        return
    if request.url.path.startswith(API) and b"\\u0000" in await _json_body(request):
        raise AddressUnreadable
    if _is_from_machine(request, caller):
        yield
        return
    _check_origin(request)
    if request.url.path.startswith(API):
        sent: object = request.headers.get(HEADER)
    else:
        form = await form_of(request)
        sent = form.get(FIELD)
        request.state.form_lang = form.get("lang")  # the page that answers keeps the language
    if not isinstance(sent, str) or not _is_right(sent, request, caller):
        await request.close()
        raise CsrfRefused
    try:
        yield
    finally:
        await request.close()


def comes_from_own_page(request: Request) -> bool:
    """Return whether the browser itself says that a page of ours sent the request."""
    try:
        _check_origin(request)
    except CsrfRefused:
        return False
    headers = request.headers
    return "origin" in headers or headers.get("sec-fetch-site") == "same-origin"


def form_token(caller: Principal | None, cookie: str) -> str:
    """Return the token of forms for a session, or for the form cookie where there is none."""
    if caller is not None and caller.csrf_token:
        return caller.csrf_token
    return hmac.digest(cookie.encode("utf-8", "surrogatepass"), b"cho40.form", "sha256").hex()


def new_form_cookie() -> str:
    """Return the value of a new form cookie."""
    return secrets.token_urlsafe(24)


def put_form_cookie(answer: Response, value: str, *, is_production: bool) -> None:
    """Give the browser the cookie its next form is compared with."""
    answer.set_cookie(FORM_COOKIE, value, httponly=True, samesite="lax", secure=is_production)


async def _json_body(request: Request) -> bytes:
    """Return the body of a JSON request, which the framework has read already; else nothing."""
    is_json = "json" in request.headers.get("content-type", "").lower()
    return await request.body() if is_json else b""


def _is_from_machine(request: Request, caller: Principal | None) -> bool:
    is_api = request.url.path.startswith(API)
    return is_api and (caller is None or not caller.csrf_token)


def _check_origin(request: Request) -> None:
    """Refuse what the browser itself says comes from elsewhere; old browsers say nothing."""
    if request.headers.get("sec-fetch-site", "none") not in _OWN_SITES:
        raise CsrfRefused
    origin = request.headers.get("origin")
    if origin is None:
        return
    own = {request.headers.get("host", ""), urlsplit(request.app.state.base_url).netloc}
    if urlsplit(origin).netloc not in own - {""}:
        raise CsrfRefused


def _is_right(sent: str, request: Request, caller: Principal | None) -> bool:
    cookie = request.cookies.get(FORM_COOKIE, "")
    if caller is None and not cookie:
        return False
    wanted = form_token(caller, cookie)
    return hmac.compare_digest(sent.encode("utf-8", "surrogatepass"), wanted.encode())
