"""What was done at a market today, by whom, a line for each thing done at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from market.tables import UserAccount
from merchants.days import HO_CHI_MINH
from merchants.kinds import EventAction
from merchants.tables import RegisterEvent, Stall

SHOWN_MAX = 20
TOLD = (
    EventAction.REGISTERED,
    EventAction.ACCOUNT_DECIDED,
    EventAction.POSTER_ISSUED,
    EventAction.POSTER_INSTALLED,
    EventAction.POSTER_ENDED,
    EventAction.CONSENT_WITHDRAWN,
    EventAction.PRIVACY_COMPLETED,
    EventAction.IMPORTED,
    EventAction.IMPORT_UNDONE,
    EventAction.MERGED,
    EventAction.VISITED,
    EventAction.AUDIT_DRAWN,
    EventAction.INCIDENT_CLOSED,
)
"""What a manager wants told; single columns that changed are not among it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneThing:
    """Something done at one instant by one person; ``stall_code`` is one of the stalls."""

    at: datetime
    action: EventAction
    count: int
    stall_code: str
    by: str
    """The name of the user, empty for the vendor, the terminal and the worker."""


def done_today(session: Session, market_id: int, *, now: datetime) -> list[DoneThing]:
    """Return what was done since midnight at the market, newest first: two statements."""
    begun = now.astimezone(HO_CHI_MINH).replace(hour=0, minute=0, second=0, microsecond=0)
    event = RegisterEvent
    # A vendor is registered once; the stall and account that came along are not told apart.
    is_told = col(event.action).in_([each.value for each in TOLD]) & sa.or_(
        col(event.action) != EventAction.REGISTERED.value, col(event.subject) == ""
    )
    rows = session.execute(
        sa.select(
            col(event.at),
            col(event.action),
            col(event.actor),
            sa.func.count(),
            sa.func.min(col(Stall.code)),
        )
        .outerjoin(Stall, col(Stall.id) == col(event.stall_id))
        .where(col(event.market_id) == market_id, is_told)
        .where(col(event.at) >= begun, col(event.at) < begun + timedelta(days=1))
        .group_by(col(event.at), col(event.action), col(event.actor))
        .order_by(col(event.at).desc())
        .limit(SHOWN_MAX)
    ).all()
    names = _names(session, [row[2] for row in rows])
    return [
        DoneThing(
            at=at,
            action=EventAction(action),
            count=count,
            stall_code=stall_code or "",
            by=names.get(actor, ""),
        )
        for at, action, actor, count, stall_code in rows
    ]


def _names(session: Session, actors: Sequence[str]) -> dict[str, str]:
    numbers = {
        int(number) for kind, _, number in (each.partition(":") for each in actors)
        if kind == "staff" and number.isdecimal()
    }  # fmt: skip
    found = session.execute(
        sa.select(col(UserAccount.id), col(UserAccount.full_name)).where(
            col(UserAccount.id).in_(sorted(numbers))
        )
    )
    return {f"staff:{user_id}": name for user_id, name in found}
