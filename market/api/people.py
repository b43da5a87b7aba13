"""Users, one's own tokens, helper codes and vendors' links for machines."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field
from sqlmodel import Session

from market.api.paging import LIMIT, AfterId, Body, Limit, Page, View
from market.roles import Role, ScopeKind
from market.security.api_tokens import (
    NAME_LETTERS_MAX,
    TOKEN_DAYS,
    create_token,
    revoke_token,
    tokens_of,
)
from market.security.helper_logins import (
    HOURS,
    HOURS_MAX,
    helper_logins_of,
    issue_helper_login,
    revoke_helper_login,
)
from market.security.links import LINK_DAYS, list_links
from market.security.login_names import shown_login_name
from market.security.once import earlier_answer, remember_answer
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from market.security.user_list import list_users
from market.security.users import (
    Editor,
    UserDraft,
    UserEntry,
    add_user,
    change_user,
    managed_user,
    reset_password,
)
from market.security.vendor_links import (
    issue_vendor_link,
    reset_vendor_pin,
    revoke_vendor_links,
)
from market.tables import ApiToken
from merchants.find import find_market

router = APIRouter(prefix="/api/v1", tags=["people"])

Once = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same key carries a write out once; the second answer holds no secret.",
    ),
]
DAYS_MAX = 400


class ScopeView(View):
    """Where a role holds: ``everywhere`` (no code), a ``market`` or an ``area``."""

    kind: ScopeKind
    code: Annotated[str, Field(max_length=20)] = ""


class MeView(View):
    """Whoever asks; ``markets`` null = all."""

    name: str
    role: Role
    user_id: int | None
    markets: list[str] | None


class UserView(View):
    """A user."""

    id: int
    login: str
    full_name: str
    role: Role
    scopes: list[ScopeView]
    is_active: bool
    last_seen_at: datetime | None
    version: int


class UserCreated(View):
    """A new user; the password is told this once, null when the request is repeated."""

    id: int
    one_time_password: str | None


class NewPassword(View):
    """A password to hand over; null when the request is repeated."""

    one_time_password: str | None


class UserBody(Body):
    """A user to be made."""

    login: Annotated[str, Field(max_length=200)]
    full_name: Annotated[str, Field(max_length=200)]
    role: Role
    scopes: Annotated[list[ScopeView], Field(min_length=1, max_length=500)]


class UserChanges(UserBody):
    """A user as they shall be; ``version`` as it was read."""

    is_active: bool
    version: Annotated[int, Field(ge=0, le=ROW_ID_MAX)]


class TokenView(View):
    """An API token without its secret."""

    id: int
    name: str
    tail: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


class TokenCreated(View):
    """A new token, told this once; null when the request is repeated."""

    id: int
    token: str | None


class TokenBody(Body):
    """A token to be made for oneself."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_LETTERS_MAX)]
    days: Annotated[int, Field(ge=1, le=DAYS_MAX)] = TOKEN_DAYS


class HelperLoginView(View):
    """A helper's way in that holds now; ``used_at`` null = the code is not used yet."""

    id: int
    user_id: int
    full_name: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class HelperLoginBody(Body):
    """A code to be issued."""

    user_id: Annotated[int, Field(ge=1, le=ROW_ID_MAX)]
    hours: Annotated[int, Field(ge=1, le=HOURS_MAX)] = HOURS


class HelperLoginCreated(View):
    """A new code, told this once; null when the request is repeated."""

    id: int
    code: str | None


class LinkView(View):
    """A vendor's link without its address."""

    id: int
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class LinkBody(Body):
    """A link to be issued."""

    days: Annotated[int, Field(ge=1, le=DAYS_MAX)] = LINK_DAYS


class LinkCreated(View):
    """A new link, told this once; null when the request is repeated."""

    url: str | None


@router.get("/me")
def me(caller: Caller) -> MeView:
    """Return who asks."""
    markets = None if caller.market_codes is None else sorted(caller.market_codes)
    return MeView(name=caller.name, role=caller.role, user_id=caller.user_id, markets=markets)


@router.get("/users")
def users(
    request: Request,
    session: Reading,
    caller: Caller,
    after: AfterId = None,
    limit: Limit = LIMIT,
    search: Annotated[str, Query(max_length=120)] = "",
    role: Role | None = None,
) -> Page[UserView]:
    """Return the users the caller may manage, by name."""
    found = list_users(
        session,
        editor=Editor.of(caller),
        sealer=request.app.state.sealer,
        asked=search,
        role=role,
        after_id=after,
        limit=limit,
    )
    items = [_user_view(request, entry) for entry in found.entries]
    return Page(items=items, next=str(items[-1].id) if found.has_more else None)


@router.post("/users", status_code=201)
def make_user(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    body: UserBody,
    once: Once = "",
) -> UserCreated:
    """Make a user with a one-time password; a field helper gets none."""
    content = f"api-user|{body.model_dump_json()}"
    earlier = earlier_answer(session, caller, once, content)
    if earlier is not None:
        response.headers["Location"] = earlier
        return UserCreated(id=_last_number(earlier), one_time_password=None)
    now = request.app.state.now()
    user, one_time = add_user(
        session,
        _draft(body, is_active=True),
        editor=Editor.of(caller),
        sealer=request.app.state.sealer,
        now=now,
    )
    location = f"/api/v1/users/{user.id}"
    remember_answer(session, caller, once, content, location, now)
    response.headers["Location"] = location
    return UserCreated(id=user.id or 0, one_time_password=one_time or None)


@router.get("/users/{user_id}")
def user(request: Request, session: Reading, caller: Caller, user_id: RowId) -> UserView:
    """Return one user."""
    return _user_view(request, managed_user(session, user_id, editor=Editor.of(caller)))


@router.put("/users/{user_id}")
def save_user(
    request: Request, session: Writing, caller: Caller, user_id: RowId, body: UserChanges
) -> UserView:
    """Change a user; refused when somebody else changed them since ``version``."""
    change_user(
        session,
        user_id,
        _draft(body, is_active=body.is_active),
        version=body.version,
        editor=Editor.of(caller),
        sealer=request.app.state.sealer,
        now=request.app.state.now(),
    )
    session.flush()
    return _user_view(request, managed_user(session, user_id, editor=Editor.of(caller)))


@router.post("/users/{user_id}/password")
def new_password(
    request: Request, session: Writing, caller: Caller, user_id: RowId, once: Once = ""
) -> NewPassword:
    """Give a user a one-time password; their sessions end, their tokens are revoked."""
    content = f"api-password|{user_id}"
    if earlier_answer(session, caller, once, content) is not None:
        return NewPassword(one_time_password=None)
    now = request.app.state.now()
    one_time = reset_password(session, user_id, editor=Editor.of(caller), now=now)
    remember_answer(session, caller, once, content, f"/api/v1/users/{user_id}", now)
    return NewPassword(one_time_password=one_time)


@router.get("/tokens")
def tokens(session: Reading, caller: Caller) -> Page[TokenView]:
    """Return one's own tokens, newest first; they are few, so always on one page."""
    rows = tokens_of(session, caller.user_id or 0)
    return Page(items=[_token_view(row) for row in rows], next=None)


@router.post("/tokens", status_code=201)
def make_token(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    body: TokenBody,
    once: Once = "",
) -> TokenCreated:
    """Create a token with one's own role and scope."""
    content = f"api-token|{body.model_dump_json()}"
    earlier = earlier_answer(session, caller, once, content)
    if earlier is not None:
        response.headers["Location"] = earlier
        return TokenCreated(id=_last_number(earlier), token=None)
    now = request.app.state.now()
    row, token = create_token(
        session,
        caller.user_id or 0,
        body.name,
        until_at=now + timedelta(days=body.days),
        actor=caller.actor,
        now=now,
    )
    location = f"/api/v1/tokens/{row.id}"
    remember_answer(session, caller, once, content, location, now)
    response.headers["Location"] = location
    return TokenCreated(id=row.id or 0, token=token)


@router.delete("/tokens/{token_id}", status_code=204)
def end_token(request: Request, session: Writing, caller: Caller, token_id: RowId) -> None:
    """Revoke one of one's own tokens."""
    revoke_token(
        session,
        token_id,
        user_id=caller.user_id,
        actor=caller.actor,
        now=request.app.state.now(),
    )


@router.get("/markets/{market_code}/helper-logins")
def helper_logins(request: Request, session: Reading, market_code: str) -> Page[HelperLoginView]:
    """Return the helper codes that hold now and who is in, newest first, on one page."""
    find_market(session, market_code)
    items = [
        HelperLoginView(
            id=one.id,
            user_id=one.user_id,
            full_name=one.full_name,
            created_at=one.created_at,
            expires_at=one.expires_at,
            used_at=one.used_at,
        )
        for one in helper_logins_of(session, market_code, now=request.app.state.now())
    ]
    return Page(items=items, next=None)


@router.post("/markets/{market_code}/helper-logins", status_code=201)
def issue_login(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: HelperLoginBody,
    once: Once = "",
) -> HelperLoginCreated:
    """Issue a code for a field helper at a market."""
    content = f"api-helper|{market_code}|{body.model_dump_json()}"
    earlier = earlier_answer(session, caller, once, content)
    if earlier is not None:
        response.headers["Location"] = earlier
        return HelperLoginCreated(id=_last_number(earlier), code=None)
    find_market(session, market_code)
    now = request.app.state.now()
    helper = managed_user(session, body.user_id, editor=Editor.of(caller)).user
    login, code = issue_helper_login(
        session, helper, market_code=market_code, hours=body.hours, actor=caller.actor, now=now
    )
    location = f"/api/v1/markets/{market_code}/helper-logins/{login.id}"
    remember_answer(session, caller, once, content, location, now)
    response.headers["Location"] = location
    return HelperLoginCreated(id=login.id or 0, code=code)


@router.delete("/markets/{market_code}/helper-logins/{login_id}", status_code=204)
def end_login(
    request: Request, session: Writing, caller: Caller, market_code: str, login_id: RowId
) -> None:
    """Revoke a helper's code and the session it opened."""
    revoke_helper_login(
        session,
        login_id,
        market_code=market_code,
        actor=caller.actor,
        now=request.app.state.now(),
    )


@router.get("/vendors/{vendor_code}/links")
def links(request: Request, session: Reading, vendor_code: str) -> Page[LinkView]:
    """Return a vendor's links that hold, newest first, on one page."""
    items = [
        LinkView(
            id=link.id or 0,
            created_at=link.created_at,
            expires_at=link.expires_at,
            last_used_at=link.last_used_at,
        )
        for link in list_links(session, now=request.app.state.now(), scope=vendor_code)
        if link.role is Role.VENDOR
    ]
    return Page(items=items, next=None)


@router.post("/vendors/{vendor_code}/links", status_code=201)
def issue_link(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    vendor_code: str,
    body: LinkBody,
    once: Once = "",
) -> LinkCreated:
    """Issue a vendor's personal link."""
    return _new_way_in(
        request, response, session, caller, vendor_code, body, (once, "link"), issue_vendor_link
    )


@router.post("/vendors/{vendor_code}/pin-reset", status_code=201)
def reset_pin(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    vendor_code: str,
    body: LinkBody,
    once: Once = "",
) -> LinkCreated:
    """Void a vendor's PIN and links, and issue a link by which a new PIN is set."""
    return _new_way_in(
        request, response, session, caller, vendor_code, body, (once, "pin-reset"), reset_vendor_pin
    )


def _new_way_in(
    request: Request,
    response: Response,
    session: Session,
    caller: Principal,
    vendor_code: str,
    body: LinkBody,
    sent: tuple[str, str],
    make: Callable[..., tuple[str, datetime]],
) -> LinkCreated:
    """Make a link and tell it this once; the same request again tells none."""
    once, what = sent
    location = f"/api/v1/vendors/{vendor_code}/links"
    response.headers["Location"] = location
    content = f"api-{what}|{vendor_code}|{body.model_dump_json()}"
    if earlier_answer(session, caller, once, content) is not None:
        return LinkCreated(url=None)
    state = request.app.state
    path, _until_at = make(
        session,
        vendor_code,
        days=body.days,
        actor=caller.actor,
        now=state.now(),
        secret_keys=state.secret_keys,
    )
    remember_answer(session, caller, once, content, location, state.now())
    return LinkCreated(url=f"{state.base_url.rstrip('/')}{path}")


@router.delete("/vendors/{vendor_code}/links", status_code=204)
def end_links(request: Request, session: Writing, caller: Caller, vendor_code: str) -> None:
    """Revoke every link of a vendor and close what they opened."""
    revoke_vendor_links(session, vendor_code, actor=caller.actor, now=request.app.state.now())


def _draft(body: UserBody, *, is_active: bool) -> UserDraft:
    return UserDraft(
        login=body.login,
        full_name=body.full_name,
        role=body.role,
        scopes=tuple((one.kind, one.code) for one in body.scopes),
        is_active=is_active,
    )


def _user_view(request: Request, entry: UserEntry) -> UserView:
    user = entry.user
    return UserView(
        id=user.id or 0,
        login=shown_login_name(request.app.state.sealer.open(user.login_sealed)),
        full_name=user.full_name,
        role=user.role,
        scopes=[ScopeView(kind=kind, code=code) for kind, code in entry.scopes],
        is_active=user.is_active,
        last_seen_at=user.last_seen_at,
        version=user.version,
    )


def _token_view(row: ApiToken) -> TokenView:
    return TokenView(
        id=row.id or 0,
        name=row.name,
        tail=row.token_tail,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )


def _last_number(location: str) -> int:
    return int(location.rpartition("/")[2])
