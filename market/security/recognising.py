"""Who a session's cookie or an API token stands for: two questions to the database, no more."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from market.roles import Role, ScopeKind
from market.security.errors import LinkExpired, TokenRefused
from market.security.principal import Principal
from market.security.tokens import sha256_of
from market.tables import AccessLink, ApiToken, HelperLogin, UserAccount, UserScope, UserSession
from merchants.days import market_day
from merchants.tables import AreaGroup, AreaGroupMarket, Market, Team, TeamMember, Vendor


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whoever came, and what the check of scope asks on the way."""

    principal: Principal
    vendor_market: str | None
    """The market of the path's vendor; ``None`` = there is no such vendor, or none was asked for."""
    must_change_password: bool = False
    last_seen_at: datetime | None = None
    api_token_id: int | None = None


def recognise_session(
    session: Session,
    token: str,
    *,
    vendor_code: str | None,
    market_code: str | None = None,
    now: datetime,
) -> Recognised | None:
    """Return who the cookie's token stands for; ``None`` = nobody any more.

    ``market_code``, or else the vendor's market, says in whose team a helper acts.

    Raises:
        LinkExpired: the session was opened by a link that has expired or was revoked.
    """
    row = session.execute(_session_statement(token, vendor_code, market_code, now)).one_or_none()
    if row is None:
        return None
    is_over = row.ended_at is not None or row.expires_at <= now
    if row.link_id is not None:
        if is_over or row.link_revoked_at is not None or row.link_expires_at <= now:
            raise LinkExpired
        principal = _of_link(row, token)
    else:
        login_over = row.helper_login_id is not None and row.helper_revoked_at is not None
        if is_over or login_over or not row.is_active:
            return None
        principal = _of_user(session, row, now, csrf_token=csrf_token_of(token))
    return Recognised(
        principal,
        row.vendor_market,
        must_change_password=bool(row.must_change_password) and row.helper_login_id is None,
        last_seen_at=row.last_seen_at,
    )


def recognise_api_token(
    session: Session,
    token: str,
    *,
    vendor_code: str | None,
    market_code: str | None = None,
    now: datetime,
) -> Recognised:
    """Return the user an API token acts for.

    Raises:
        TokenRefused: it is unknown, expired or revoked, or its user is not active.
    """
    statement = (
        sa.select(
            sa.null().label("session_id"),
            sa.null().label("helper_login_id"),
            sa.null().label("pin_until_at"),
            sa.null().label("helper_market"),
            col(ApiToken.id).label("api_token_id"),
            col(ApiToken.expires_at),
            col(ApiToken.revoked_at),
            col(ApiToken.last_used_at),
            *_USER_COLUMNS,
            _member_of(vendor_code, market_code, now).label("team_member_id"),
            _market_of(vendor_code).label("vendor_market"),
        )
        .join_from(ApiToken, UserAccount, col(UserAccount.id) == col(ApiToken.user_id))
        .where(col(ApiToken.token_sha256) == sha256_of(token))
    )
    row = session.execute(statement).one_or_none()
    if row is None or row.revoked_at is not None or row.expires_at <= now or not row.is_active:
        raise TokenRefused
    principal = _of_user(session, row, now, csrf_token="")
    return Recognised(
        principal,
        row.vendor_market,
        last_seen_at=row.last_used_at,
        api_token_id=row.api_token_id,
    )


def csrf_token_of(session_token: str) -> str:
    """Return what the forms of a session carry: nobody can make it without the session's token."""
    return hmac.digest(
        session_token.encode("utf-8", "surrogatepass"), b"cho40.form", "sha256"
    ).hex()


_USER_COLUMNS: tuple[Any, ...] = (
    col(UserAccount.id).label("user_id"),
    col(UserAccount.role).label("user_role"),
    col(UserAccount.full_name),
    col(UserAccount.is_active),
    col(UserAccount.must_change_password),
)


def _session_statement(
    token: str, vendor_code: str | None, market_code: str | None, now: datetime
) -> sa.Select[Any]:
    return (
        sa.select(
            col(UserSession.id).label("session_id"),
            col(UserSession.link_id),
            col(UserSession.helper_login_id),
            col(UserSession.last_seen_at),
            col(UserSession.expires_at),
            col(UserSession.ended_at),
            col(UserSession.pin_until_at),
            *_USER_COLUMNS,
            col(HelperLogin.market_code).label("helper_market"),
            col(HelperLogin.revoked_at).label("helper_revoked_at"),
            col(AccessLink.role).label("link_role"),
            col(AccessLink.scope).label("link_scope"),
            col(AccessLink.expires_at).label("link_expires_at"),
            col(AccessLink.revoked_at).label("link_revoked_at"),
            _market_of(col(AccessLink.scope)).label("link_market"),
            _member_of(vendor_code, market_code, now).label("team_member_id"),
            _market_of(vendor_code).label("vendor_market"),
        )
        .select_from(UserSession)
        .outerjoin(UserAccount, col(UserAccount.id) == col(UserSession.user_id))
        .outerjoin(HelperLogin, col(HelperLogin.id) == col(UserSession.helper_login_id))
        .outerjoin(AccessLink, col(AccessLink.id) == col(UserSession.link_id))
        .where(col(UserSession.token_sha256) == sha256_of(token))
    )


def _market_of(vendor_code: Any) -> Any:
    """Return the code of a vendor's market, for a code or a column of codes."""
    return (
        sa.select(col(Market.code))
        .join(Vendor, col(Vendor.market_id) == col(Market.id))
        .where(col(Vendor.code) == vendor_code)
        .correlate(AccessLink)
        .scalar_subquery()
    )


def _member_of(vendor_code: str | None, market_code: str | None, now: datetime) -> Any:
    """Return the user's place in a team of the path's market today; of several the first.

    A helper may be in a team of each of two markets: what is done at one counts there.
    """
    today = market_day(now)
    place = market_code if market_code is not None else _market_of(vendor_code)
    return (
        sa.select(sa.func.min(col(TeamMember.id)))
        .join(Team, col(Team.id) == col(TeamMember.team_id))
        .join(Market, col(Market.id) == col(Team.market_id))
        .where(col(TeamMember.user_id) == col(UserAccount.id), col(Market.code) == place)
        .where(*_holds_on(col(TeamMember.from_on), col(TeamMember.to_on), today))
        .correlate(UserAccount)
        .scalar_subquery()
    )


def _of_link(row: Any, token: str) -> Principal:
    is_vendor = row.link_role is Role.VENDOR
    markets: frozenset[str] | None = frozenset({row.link_scope})
    if is_vendor:
        markets = frozenset({row.link_market} if row.link_market else ())
    elif row.link_role is Role.ECONOMIST:
        markets = None
    return Principal(
        role=row.link_role,
        name=row.link_scope if row.link_scope != "*" else "",
        vendor_code=row.link_scope if is_vendor else None,
        market_codes=markets,
        session_id=row.session_id,
        csrf_token=csrf_token_of(token),
        pin_until_at=row.pin_until_at,
        until_at=row.expires_at,
    )


def _of_user(session: Session, row: Any, now: datetime, *, csrf_token: str) -> Principal:
    if row.helper_login_id is not None:
        markets: frozenset[str] | None = frozenset({row.helper_market})
    else:
        markets = markets_of_user(session, row.user_id, market_day(now))
    return Principal(
        role=row.user_role if row.helper_login_id is None else Role.FIELD_HELPER,
        name=row.full_name,
        user_id=row.user_id,
        team_member_id=row.team_member_id,
        market_codes=markets,
        session_id=row.session_id,
        csrf_token=csrf_token,
        until_at=row.expires_at,
    )


def markets_of_user(session: Session, user_id: int, on: date) -> frozenset[str] | None:
    """Return the codes of the markets a user's scopes reach on a day; ``None`` = all."""
    area_markets = (
        sa.select(col(AreaGroup.code).label("area"), col(Market.code).label("market"))
        .select_from(AreaGroupMarket)
        .join(AreaGroup, col(AreaGroup.id) == col(AreaGroupMarket.area_group_id))
        .join(Market, col(Market.id) == col(AreaGroupMarket.market_id))
        .where(*_holds_on(col(AreaGroupMarket.from_on), col(AreaGroupMarket.to_on), on))
        .subquery()
    )
    statement = (
        sa.select(col(UserScope.kind), col(UserScope.code), area_markets.c.market)
        .select_from(UserScope)
        .outerjoin(
            area_markets,
            sa.and_(
                col(UserScope.kind) == ScopeKind.AREA, area_markets.c.area == col(UserScope.code)
            ),
        )
        .where(col(UserScope.user_id) == user_id)
    )
    markets: set[str] = set()
    for kind, code, market in session.execute(statement):
        if kind is ScopeKind.EVERYWHERE:
            return None
        if kind is ScopeKind.MARKET:
            markets.add(code)
        elif market is not None:
            markets.add(market)
    return frozenset(markets)


def _holds_on(first: Any, last: Any, on: date) -> tuple[Any, ...]:
    return first <= on, sa.or_(last.is_(None), last >= on)
