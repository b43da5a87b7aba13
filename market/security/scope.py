"""The one place that decides who may open which route. What is not listed is closed."""

import logging
from datetime import datetime, timedelta
from typing import Annotated, Protocol

import sqlalchemy as sa
from fastapi import BackgroundTasks, Depends, Request
from sqlmodel import Session

from market.roles import Role
from market.security.api_tokens import note_used
from market.security.errors import (
    AddressUnreadable,
    LinkExpired,
    LinkNeeded,
    MarketNotNamed,
    PasswordMustChange,
    ScopeRefused,
    SignInNeeded,
    TokenRefused,
)
from market.security.principal import Principal
from market.security.recognising import Recognised, recognise_api_token, recognise_session
from market.security.return_paths import CHANGE_PASSWORD
from market.security.rights import Right
from market.security.routes import ROUTES
from market.security.sessions import COOKIE, SEEN_EVERY, Reading, note_seen
from merchants.errors import VendorNotFound

log = logging.getLogger(__name__)

API = "/api/"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
USED_EVERY = timedelta(hours=1)
_VENDOR_RIGHTS = frozenset({Right.VENDOR_READ, Right.VENDOR_ACT})


class _Note(Protocol):
    def __call__(self, session: Session, number: int, /, *, now: datetime) -> None: ...


def check_scope(
    request: Request, session: Reading, background: BackgroundTasks
) -> Principal | None:
    """Return who came with the request, if they may open the route.

    The right is that of the route; where it must hold is named by ``market_code`` and
    ``vendor_code`` of the path. Nobody who is not signed in gets past a route that asks for more
    than ``Right.ANYONE``.

    Raises:
        AddressUnreadable: the address holds a letter no name has.
        ScopeRefused: the route is not listed, or not open to this role or for this place.
        SignInNeeded, LinkNeeded: the route is somebody's and nobody came.
        TokenRefused: an API token was sent and does not hold.
        LinkExpired: whoever came by a link came too late.
        PasswordMustChange: only one's own account opens until the password is changed.
        MarketNotNamed: the figures of a market are asked for, and it is not said of which.
        VendorNotFound: no vendor of the market has the code, told to those who see the market.
    """
    if "\0" in request.url.path or b"%00" in request.scope["query_string"]:
        raise AddressUnreadable  # databases do not agree on what this letter is
    template = request.scope["route"].path
    right = ROUTES.get((request.method, template))
    request.state.caller = None
    if right is None:
        raise ScopeRefused
    found = _recognised(request, session, must_hold=right is not Right.ANYONE)
    if found is None:
        if right is Right.ANYONE:
            return None
        raise LinkNeeded if right in _VENDOR_RIGHTS else SignInNeeded
    caller = found.principal
    if right is not Right.ANYONE:
        _check(request, right, found)
    _note_seen(request, background, found)
    request.state.caller = caller
    return caller


def _required(caller: Annotated[Principal | None, Depends(check_scope)]) -> Principal:
    if caller is None:
        raise SignInNeeded
    return caller


Visitor = Annotated[Principal | None, Depends(check_scope)]
"""Whoever came; ``None`` = a stranger, on routes that are open to anyone."""
Caller = Annotated[Principal, Depends(_required)]
"""Whoever came to a route that is not open to strangers."""


def _recognised(request: Request, session: Session, *, must_hold: bool) -> Recognised | None:
    """Return who the cookie or, for machines, ``Authorization: Bearer cho40_…`` stands for."""
    place = {
        "vendor_code": request.path_params.get("vendor_code"),
        "market_code": request.path_params.get("market_code"),
    }
    now = request.app.state.now()
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(COOKIE)
    try:
        if scheme.lower() == "bearer" and request.url.path.startswith(API):
            return recognise_api_token(session, bearer, **place, now=now)
        if cookie:
            return recognise_session(session, cookie, **place, now=now)
    except (LinkExpired, TokenRefused):
        if must_hold:
            raise
    return None


def _check(request: Request, right: Right, found: Recognised) -> None:
    caller = found.principal
    is_changing = request.scope["route"].path == CHANGE_PASSWORD
    if found.must_change_password and caller.session_id is not None and not is_changing:
        raise PasswordMustChange
    if not caller.may(right) or (right is Right.SIGNED_IN and caller.user_id is None):
        raise ScopeRefused
    if request.method not in SAFE_METHODS and not _may_change(caller, right):
        raise ScopeRefused
    market_code = request.path_params.get("market_code")
    vendor_code = request.path_params.get("vendor_code")
    if vendor_code is not None:
        _check_vendor(caller, vendor_code, market_code, found.vendor_market)
    elif market_code is not None:
        if not caller.sees_market(market_code):
            raise ScopeRefused
    elif right is Right.READ_ADOPTION:
        asked = request.query_params
        _check_asked_market(caller, asked.get("cho"), asked.get("dia-ban"))


def _may_change(caller: Principal, right: Right) -> bool:
    """Return whether somebody may send more than questions.

    An auditor only reads, but for the own account; nor does anybody change what concerns others
    through a link, which names a place and not a person.
    """
    if caller.role is Role.VENDOR or right is Right.SIGNED_IN:
        return True
    return caller.role is not Role.AUDITOR and caller.user_id is not None


def _check_vendor(
    caller: Principal, vendor_code: str, market_code: str | None, vendor_market: str | None
) -> None:
    if caller.role is Role.VENDOR and caller.vendor_code != vendor_code:
        raise ScopeRefused
    asked = market_code if market_code is not None else vendor_market
    if asked is None:
        # No such vendor: a secret to everybody whose view ends somewhere.
        if caller.market_codes is None:
            raise VendorNotFound(vendor_code)
        raise ScopeRefused
    if not caller.sees_market(asked):
        raise ScopeRefused
    if vendor_market != asked:
        raise VendorNotFound(vendor_code)


def _check_asked_market(caller: Principal, market_code: str | None, area_code: str | None) -> None:
    """Check the market of ``?cho=``: without one the figures of several markets are asked for."""
    if market_code:
        if not caller.sees_market(market_code):
            raise ScopeRefused
    elif not caller.may(Right.READ_ALL_ADOPTION):
        if area_code:
            raise ScopeRefused
        raise MarketNotNamed(caller.market_codes)


def _note_seen(request: Request, background: BackgroundTasks, found: Recognised) -> None:
    """Let the session stay open; written after the answer, so that no reader waits for a writer."""
    now, seen_at, caller = request.app.state.now(), found.last_seen_at, found.principal
    if found.api_token_id is not None:
        if seen_at is None or now - seen_at >= USED_EVERY:
            background.add_task(_write, request, note_used, found.api_token_id, now)
    elif caller.session_id is not None and (seen_at is None or now - seen_at >= SEEN_EVERY):
        background.add_task(_write, request, note_seen, caller.session_id, now)


def _write(request: Request, note: _Note, number: int, now: datetime) -> None:
    try:
        with request.app.state.writing() as session:
            note(session, number, now=now)
    except sa.exc.OperationalError:
        # Somebody else writes for a long time; the next page will note it.
        log.warning("a session's last use was not noted: the database is busy")
