"""Whose sign-in a team member's is: what a helper does when signed in counts for that member."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.roles import Role, ScopeKind
from market.tables import UserAccount, UserScope
from merchants.actors import Actor
from merchants.campaigns.teams import link_member
from merchants.days import market_day
from merchants.errors import EntryRefused
from merchants.tables import AreaGroup, AreaGroupMarket, Market


@dataclass(frozen=True, slots=True)
class HelperSignIn:
    """A helper's user account, by number and name."""

    user_id: int
    full_name: str


def helper_sign_ins(session: Session, market_code: str, on: date) -> list[HelperSignIn]:
    """Return the active sign-ins of helpers whose scope reaches a market on a day, by name."""
    areas = (
        sa.select(col(AreaGroup.code))
        .join(AreaGroupMarket, col(AreaGroupMarket.area_group_id) == col(AreaGroup.id))
        .join(Market, col(Market.id) == col(AreaGroupMarket.market_id))
        .where(
            col(Market.code) == market_code,
            col(AreaGroupMarket.from_on) <= on,
            col(AreaGroupMarket.to_on).is_(None) | (col(AreaGroupMarket.to_on) >= on),
        )
    )
    reaches = sa.or_(
        col(UserScope.kind) == ScopeKind.EVERYWHERE,
        sa.and_(col(UserScope.kind) == ScopeKind.MARKET, col(UserScope.code) == market_code),
        sa.and_(col(UserScope.kind) == ScopeKind.AREA, col(UserScope.code).in_(areas)),
    )
    rows = session.exec(
        select(UserAccount.id, UserAccount.full_name)
        .where(
            UserAccount.role == Role.FIELD_HELPER,
            col(UserAccount.is_active).is_(True),
            sa.exists().where(col(UserScope.user_id) == col(UserAccount.id), reaches),
        )
        .order_by(col(UserAccount.full_name), col(UserAccount.id))
    )
    return [HelperSignIn(id_, name) for id_, name in rows if id_ is not None]


def link_helper(
    session: Session,
    market_code: str,
    member_id: int,
    user_id: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Say which helper's sign-in is a team member's own; ``None`` = none.

    Raises:
        TeamMemberNotFound: the market has no such member.
        EntryRefused: the user is no helper of this market, or another open member's of it.
    """
    helpers = {one.user_id for one in helper_sign_ins(session, market_code, market_day(now))}
    if user_id is not None and user_id not in helpers:
        raise EntryRefused({"user_id": "Tài khoản này không phải người hỗ trợ của chợ"})
    link_member(session, market_code, member_id, user_id, actor=actor, now=now)
