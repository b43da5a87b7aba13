"""``--as USER``: at the terminal, too, four eyes are two people's, so each step names its user."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from market.security.rights import Right
    from merchants.actors import Actor
    from merchants.sealing import Sealer

As = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="USER",
        help="Tên đăng nhập của người làm việc này. / Sign-in name of who does this.",
    ),
]


def acting_as(
    session: "Session",
    login: str,
    right: "Right",
    market_code: str,
    *,
    sealer: "Sealer",
    now: "datetime",
) -> "Actor":
    """Return the user as who acts, if they may do this at the market; the log says it was here.

    Raises:
        UserNotFound: nobody signs in with this name, or not any more.
        ScopeRefused: the user's role or scope does not reach that far.
    """
    from market.roles import Role
    from market.security.errors import ScopeRefused, UserNotFound
    from market.security.recognising import markets_of_user
    from market.security.rights import HELD_BY
    from market.security.security_log import SecurityAction, record_security_event
    from market.security.users import user_by_login
    from merchants.actors import COMMAND, Actor
    from merchants.days import market_day

    user = user_by_login(session, login, sealer=sealer)
    if not user.is_active or user.id is None:
        raise UserNotFound(login)
    markets = markets_of_user(session, user.id, market_day(now))
    sees = markets is None or market_code in markets
    if user.role not in HELD_BY[right] or user.role is Role.AUDITOR or not sees:
        raise ScopeRefused
    record_security_event(
        session,
        SecurityAction.ACTED_AT_TERMINAL,
        actor=COMMAND,
        now=now,
        subject=f"user:{user.id}",
        note=f"{right.value}, {market_code}",
    )
    return Actor(kind="staff", name=str(user.id))
