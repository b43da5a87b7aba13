"""How every feed stands today: what came, what waits for a person, since when; four statements.

A feed is a provider through one channel. "Nothing came" is told apart from "it came and holds
nothing", which only a file says.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import day_begins_at
from reconciliation.bulk import rows_of, table_of
from reconciliation.feeds.catalogue import READERS
from reconciliation.records import SignatureStatus, SourceChannel
from reconciliation.tables import WAITING, Delivery, DeliveryState, FeedReject

FeedName = tuple[str, SourceChannel]
_DELIVERY = table_of(Delivery)


@dataclass(slots=True, kw_only=True)
class FeedStanding:
    """One feed today; counts are of deliveries, ``rows_*`` of the rows in them."""

    provider: str
    channel: SourceChannel
    is_configured: bool = False
    """The settings open its door or ask its API; a file needs no setting."""
    last_at: datetime | None = None
    """When anything came last; ``None`` = never."""
    by_state: dict[DeliveryState, int] = field(default_factory=dict)
    """Deliveries of today."""
    rows_new: int = 0
    rows_repeated: int = 0
    rows_revised: int = 0
    rows_rejected: int = 0
    bad_signatures: int = 0
    waiting: int = 0
    """Deliveries of any day that a person has to look at."""
    waiting_since: datetime | None = None
    rows_waiting: int = 0
    """Rejected rows of accepted files, of any day."""

    @property
    def came_today(self) -> int:
        """Return how many deliveries came today."""
        return sum(self.by_state.values())

    def count(self, *states: DeliveryState) -> int:
        """Return how many of today's deliveries are in one of the states."""
        return sum(self.by_state.get(state, 0) for state in states)


def feeds_today(
    session: Session, *, today: date, configured: Collection[FeedName] = ()
) -> list[FeedStanding]:
    """Return every feed that is configured or ever told anything, by provider and channel."""
    feeds: dict[FeedName, FeedStanding] = {}

    def feed(row: Any) -> FeedStanding:
        name = row.provider, row.channel
        return feeds.setdefault(name, FeedStanding(provider=row.provider, channel=row.channel))

    for provider, channel in configured:
        one = FeedStanding(provider=provider, channel=channel, is_configured=True)
        feeds[provider, channel] = one
    for row in rows_of(session, _last()):
        feed(row).last_at = row.last_at
    for row in rows_of(session, _of_day(today)):
        one = feed(row)
        one.by_state[row.state] = one.by_state.get(row.state, 0) + row.number
        one.rows_new += row.rows_new
        one.rows_repeated += row.rows_repeated
        one.rows_revised += row.rows_revised
        one.rows_rejected += row.rows_rejected
        if row.signature_status is SignatureStatus.INVALID:
            one.bad_signatures += row.number
    for row in rows_of(session, _waiting()):
        one = feed(row)
        one.waiting, one.waiting_since = row.number, row.since_at
    for row in rows_of(session, _rows_waiting()):
        feed(row).rows_waiting = int(row.number)
    return [feeds[name] for name in sorted(feeds)]


def _names() -> sa.FromClause:
    """Return every feed there may be: by name each is found in the index, however much came."""
    columns = sa.column("provider", sa.String), sa.column("channel", sa.String)
    pairs = [(provider, channel.value) for provider in READERS for channel in SourceChannel]
    return sa.values(*columns, name="named").data(pairs).cte("named")


def _last() -> sa.Select[Any]:
    row, named = _DELIVERY.c, _names()
    last_at = (
        sa.select(sa.func.max(row.received_at))
        .where(row.provider == named.c.provider, row.channel == named.c.channel)
        .scalar_subquery()
    )
    told = sa.select(named.c.provider, named.c.channel, last_at.label("last_at")).subquery()
    return sa.select(
        told.c.provider,
        sa.type_coerce(told.c.channel, row.channel.type).label("channel"),
        told.c.last_at,
    ).where(told.c.last_at.is_not(None))


def _of_day(today: date) -> sa.Select[Any]:
    row, named = _DELIVERY.c, _names()
    names = ("rows_new", "rows_repeated", "rows_revised", "rows_rejected")
    group = (row.provider, row.channel, row.state, row.signature_status)
    return (
        sa.select(
            *group,
            sa.func.count().label("number"),
            *(sa.func.sum(row[name]).label(name) for name in names),
        )
        .join_from(
            named,
            _DELIVERY,
            sa.and_(
                row.provider == named.c.provider,
                row.channel == named.c.channel,
                row.received_at >= day_begins_at(today),
                row.received_at < day_begins_at(today + timedelta(days=1)),
            ),
        )
        .group_by(*group)
    )


def _waiting() -> sa.Select[Any]:
    row = _DELIVERY.c
    number, since = sa.func.count().label("number"), sa.func.min(row.received_at)
    return (
        sa.select(row.provider, row.channel, number, since.label("since_at"))
        .where(sa.text(WAITING))
        .group_by(row.provider, row.channel)
    )


def _rows_waiting() -> sa.Select[Any]:
    row, reject = _DELIVERY.c, table_of(FeedReject).c
    # Counted by delivery first: few rows wait, and there are many deliveries.
    waiting = (
        sa.select(reject.delivery_id, sa.func.count().label("number"))
        .where(reject.settled_at.is_(None))
        .group_by(reject.delivery_id)
        .subquery()
    )
    return (
        sa.select(row.provider, row.channel, sa.func.sum(waiting.c.number).label("number"))
        .join_from(waiting, _DELIVERY, row.id == waiting.c.delivery_id)
        .where(row.state == DeliveryState.PROCESSED)
        .group_by(row.provider, row.channel)
    )
