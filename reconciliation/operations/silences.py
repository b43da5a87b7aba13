"""On how many days a whole feed was silent, or spoke too late: outages, not gaps of one account.

What is expected of whom is what the day close asks (``close.completeness``), what counts as here what
the calendar says of an account (``calendar.state_of``); but of a ledger as one: a day on which any of
its statements was here in time is none. So nothing is told of any single account, and a province's
year is read as some hundred spans.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import market_day
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.completeness import Feed, feeds_by_market
from reconciliation.close.coverage import Covered, covered_by_polls
from reconciliation.operations.calendar import DayState, state_of
from reconciliation.operations.expected_files import ExpectedFiles
from reconciliation.profiles import Profiles
from reconciliation.records import SourceChannel
from reconciliation.tables import Delivery, DeliveryState, SettlementStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSilence:
    """One ledger's days of a span whose hour had passed."""

    ledger: str
    accounts: int
    """Of how many accounts a statement was due on any of the days."""
    days: int
    silent: int
    """Nothing of the day was here at the end."""
    late: int
    """All that told of the day came after its hour."""


def feed_silences(
    session: Session,
    first: date,
    last: date,
    *,
    profiles: Profiles,
    expected: ExpectedFiles,
    by: datetime,
) -> list[FeedSilence]:
    """Return each ledger's silence from ``first`` to ``last`` as known at an instant; few statements."""
    feeds: dict[str, set[Feed]] = defaultdict(set)
    for found in feeds_by_market(session, profiles).values():
        for feed in found:
            feeds[feed.account[0]].add(feed)
    spoken = _spoken(session, first, by)
    silences = []
    for ledger, own in sorted(feeds.items()):
        counts = {DayState.MISSING: 0, DayState.LATE: 0}
        due = [day for day in _due_days(own, first, last) if expected.due_at(ledger, day) < by]
        for day in due:
            due_at = expected.due_at(ledger, day)
            state = state_of(spoken.get(ledger, ()), day, 0, due_at=due_at, now=by)
            if state in counts:
                counts[state] += 1
        if due:
            accounts = {one.account for one in own if _span(one, first, last)}
            silences.append(
                FeedSilence(
                    ledger=ledger,
                    accounts=len(accounts),
                    days=len(due),
                    silent=counts[DayState.MISSING],
                    late=counts[DayState.LATE],
                )
            )
    return silences


def _span(feed: Feed, first: date, last: date) -> tuple[date, date] | None:
    begins = max(feed.first_told, feed.valid_from, first)
    ends = min(feed.valid_to or last, last)
    return (begins, ends) if begins <= ends else None


def _due_days(feeds: Collection[Feed], first: date, last: date) -> list[date]:
    """Return the days on which a statement of any of the accounts is due."""
    spans = {span for feed in feeds if (span := _span(feed, first, last))}
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if any(begins <= day <= ends for begins, ends in spans)]


def _spoken(session: Session, first: date, by: datetime) -> Mapping[str, Sequence[Covered]]:
    """Return by ledger which days its statements and polls speak for, the earliest of each span."""
    statement, delivery = table_of(SettlementStatement).c, table_of(Delivery).c
    is_whole = statement.completeness != "partial"
    files = (
        sa.select(
            statement.ledger,
            statement.period_from,
            statement.period_to,
            sa.func.min(delivery.received_at),
        )
        .join_from(table_of(SettlementStatement), table_of(Delivery))
        .where(
            delivery.state == DeliveryState.PROCESSED,
            delivery.channel == SourceChannel.FILE,
            delivery.received_at <= by,
            statement.period_from.is_not(None),
            statement.period_to >= first,
            is_whole,
        )
        .group_by(statement.ledger, statement.period_from, statement.period_to)
    )
    empty = (
        sa.select(statement.ledger, delivery.received_at)
        .join_from(table_of(SettlementStatement), table_of(Delivery))
        .where(
            delivery.state == DeliveryState.PROCESSED,
            delivery.channel == SourceChannel.FILE,
            delivery.received_at <= by,
            statement.period_from.is_(None),
            statement.statement_kind == "daily_report",
            is_whole,
        )
        .distinct()
    )
    spoken: defaultdict[str, list[Covered]] = defaultdict(list)
    told: Sequence[Any] = rows_of(session, files)
    for ledger, begins, ends, received_at in told:
        spoken[ledger].append(Covered(begins, ends, received_at, is_whole=True))
    for ledger, received_at in rows_of(session, empty):
        # A report without a row tells no date: it is of the business day before it came.
        day = market_day(received_at) - timedelta(days=1)
        spoken[ledger].append(Covered(day, day, received_at, is_whole=True))
    for (ledger, _), covered in covered_by_polls(session, by):
        if covered.is_whole:
            spoken[ledger].append(covered)
    return spoken
