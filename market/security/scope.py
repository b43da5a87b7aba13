"""The one place that decides who may open which route. What is not listed is closed."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Request
from sqlmodel import Session, col, select

from market.security.errors import LinkNeeded, ScopeRefused, SecurityError
from market.security.links import Carrier, Grant, Role, read_grant
from market.security.sessions import Reading
from merchants.tables import Market, Vendor

COOKIE = "cho40"


class Access(StrEnum):
    """Who may open a route."""

    ANYONE = "anyone"
    VENDOR = "vendor"
    """The vendor of the path, and the management of the vendor's market."""
    MARKET = "market"
    """The management of the market of the path."""
    MARKET_ADOPTION = "market adoption"
    """The economist, and the management of the market of the path."""
    ADOPTION = "adoption"
    """The economist; the management of a market when ``?cho=`` asks for that market alone."""
    ALL_ADOPTION = "all adoption"
    """The economist."""


ROUTES: Mapping[str, Access] = MappingProxyType(
    {
        "/": Access.ANYONE,
        "/healthz": Access.ANYONE,
        "/vao/{token}": Access.ANYONE,
        "/hooks/sepay": Access.ANYONE,
        "/p/{serial}": Access.ANYONE,
        "/nguoi-ban/{vendor_code}": Access.VENDOR,
        "/nguoi-ban/{vendor_code}/bang-ma.{kind}": Access.VENDOR,
        "/cho/{market_code}": Access.MARKET,
        "/muc-do-dung": Access.ADOPTION,
        "/api/v1/vendors/{vendor_code}/days/{on}": Access.VENDOR,
        "/api/v1/vendors/{vendor_code}/days/{on}.csv": Access.VENDOR,
        "/api/v1/markets/{market_code}/days/{on}": Access.MARKET,
        "/api/v1/markets/{market_code}/days/{on}.csv": Access.MARKET,
        "/api/v1/markets/{market_code}/adoption/{month}": Access.MARKET_ADOPTION,
        "/api/v1/markets/{market_code}/adoption/{month}.csv": Access.MARKET_ADOPTION,
        "/api/v1/adoption/{month}": Access.ALL_ADOPTION,
        "/api/v1/adoption/{month}.csv": Access.ALL_ADOPTION,
    }
)
"""Path template to who may open it. The webhook's own door is its signature; ``/p/`` tells a payer
who scanned a poster whether it is the one that was issued, and nothing that is not printed on it."""


def check_scope(request: Request, session: Reading) -> Grant | None:
    """Return the grant the request came with, if it opens the route.

    Raises:
        ScopeRefused: the route is not listed, or the grant is for something else.
        LinkNeeded: the route is somebody's and the request carries no grant.
        LinkExpired, LinkUnreadable: from the grant itself.
    """
    access = ROUTES.get(request.scope["route"].path)
    if access is None:
        raise ScopeRefused
    grant = _grant_of(request, must_be_good=access is not Access.ANYONE)
    if access is Access.ANYONE:
        return grant
    if grant is None:
        raise LinkNeeded
    if not _opens(grant, access, request, session):
        raise ScopeRefused
    return grant


Granted = Annotated[Grant | None, Depends(check_scope)]


def _grant_of(request: Request, *, must_be_good: bool) -> Grant | None:
    """Return the grant of the cookie or, for machines, of ``Authorization: Bearer <link token>``."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(COOKIE)
    secret_keys, now = request.app.state.secret_keys, request.app.state.now()
    try:
        if scheme.lower() == "bearer":
            return read_grant(bearer, Carrier.LINK, secret_keys=secret_keys, now=now)
        if cookie:
            return read_grant(cookie, Carrier.COOKIE, secret_keys=secret_keys, now=now)
    except SecurityError:
        if must_be_good:
            raise
    return None


def _opens(grant: Grant, access: Access, request: Request, session: Session) -> bool:
    vendor_code = request.path_params.get("vendor_code")
    market_code = request.path_params.get("market_code")
    match access, grant.role:
        case Access.VENDOR, Role.VENDOR:
            return grant.scope == vendor_code
        case Access.VENDOR, Role.MARKET:
            return _is_vendor_of(session, vendor_code, grant.scope)
        case ((Access.MARKET | Access.MARKET_ADOPTION), Role.MARKET):
            return grant.scope == market_code
        case ((Access.ADOPTION | Access.MARKET_ADOPTION | Access.ALL_ADOPTION), Role.ECONOMIST):
            return True
        case Access.ADOPTION, Role.MARKET:
            return grant.scope == request.query_params.get("cho")
    return False


def _is_vendor_of(session: Session, vendor_code: str | None, market_code: str) -> bool:
    found = (
        select(Vendor.id)
        .join(Market, col(Market.id) == col(Vendor.market_id))
        .where(col(Vendor.code) == vendor_code, col(Market.code) == market_code)
    )
    return session.exec(select(sa.exists(found.subquery().select()))).one()
