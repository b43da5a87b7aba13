"""Which days the statements of an account speak for; only inside them can a payment be missing.

A file covers its period: the one it declares (``Từ ngày … Đến ngày``), else its first to its last
row. A daily report without any row tells no date at all; it covers the business day before it came.
Polling covers every day that had ended when a whole poll began; the payouts are the list that a
poll reads last, so their page is the proof that it was whole. While a row of it waits for a person,
the days which that row can be of are not.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import market_day
from reconciliation.bulk import rows_of, table_of
from reconciliation.engine.outcomes import Outcome, Reason
from reconciliation.fetching.pages import OVERLAP
from reconciliation.records import SourceChannel
from reconciliation.tables import Delivery, DeliveryState, FeedReject, SettlementStatement

LAST_PAGE_OF_A_POLL = "payouts, page"
"""How ``fetching.pages.fetch_stripe`` names the pages of the list that a poll reads last."""

Account = tuple[str, str]
"""Ledger and provider account id."""


@dataclass(frozen=True, slots=True)
class Covered:
    """Days for which one accepted statement or one whole poll of an account speaks."""

    first: date
    last: date
    received_at: datetime
    is_whole: bool
    """No row of it waits for a person."""

    def includes(self, day: date) -> bool:
        """Return whether the day lies in the period."""
        return self.first <= day <= self.last


Coverage = Mapping[Account, Sequence[Covered]]


def read_coverage(session: Session, first: date) -> Coverage:
    """Return what is covered of the days from ``first`` on, by account."""
    coverage: dict[Account, list[Covered]] = defaultdict(list)
    for account, covered in [*_by_files(session, first), *covered_by_polls(session)]:
        coverage[account].append(covered)
    return coverage


def judge_by_coverage(
    outcomes: pd.DataFrame, records: pd.DataFrame, coverage: Coverage
) -> pd.DataFrame:
    """Return the outcomes with payments that no line was found for judged by what is covered.

    The engine sees rows, not files: to it a statement ends with its last row, and an account
    without any row has none. Here the files are known: of a covered day such a payment is
    ``missing_in_statement``, of any other it is ``pending_cut_off``, however old it is.
    """
    # A line of a statement waits too, for the end of a dispute: of that no file speaks.
    waits = outcomes["leg"].eq("B") & outcomes["book"].eq("payments")
    waits &= outcomes["outcome"].isin([Outcome.MISSING_IN_STATEMENT, Outcome.PENDING_CUT_OFF])
    if not waits.any():
        return outcomes
    told = records.loc[records["book"].eq("payments")].set_index("key")
    beside = told.loc[outcomes.loc[waits, "record_id"], ["ledger", "account", "business_date"]]
    is_covered: dict[tuple[str, str, pd.Timestamp], bool] = {}
    for place in set(beside.itertuples(index=False, name=None)):
        ledger, account, day = place
        periods = coverage.get((ledger, account), ())
        is_covered[place] = any(one.is_whole and one.includes(day.date()) for one in periods)
    covered = [is_covered[place] for place in beside.itertuples(index=False, name=None)]
    judged = outcomes.copy()
    missing = pd.Series(covered, index=judged.index[waits])
    was_missing = judged.loc[waits, "outcome"].eq(Outcome.MISSING_IN_STATEMENT)
    # A file without a row is no gap: it covers the day and tells nothing.
    is_gap = judged.loc[waits, "reason"].eq(Reason.FEED_GAP)
    for changed, outcome, reason in (
        (missing & (~was_missing | is_gap), Outcome.MISSING_IN_STATEMENT, Reason.NOT_TOLD),
        (~missing & was_missing, Outcome.PENDING_CUT_OFF, Reason.FEED_GAP),
    ):
        judged.loc[changed[changed].index, ["outcome", "reason"]] = [outcome.value, reason.value]
    return judged


def _by_files(session: Session, first: date) -> list[tuple[Account, Covered]]:
    statement, delivery = table_of(SettlementStatement), table_of(Delivery)
    wanted = (
        sa.select(
            statement.c.ledger,
            statement.c.account_alias,
            statement.c.statement_kind,
            statement.c.completeness,
            statement.c.period_from,
            statement.c.period_to,
            delivery.c.received_at,
        )
        .join_from(statement, delivery)
        .where(
            delivery.c.state == DeliveryState.PROCESSED,
            delivery.c.channel == SourceChannel.FILE,
            sa.or_(statement.c.period_to >= first, statement.c.period_to.is_(None)),
        )
    )
    found = []
    for row in rows_of(session, wanted):
        begins, ends = row.period_from, row.period_to
        if begins is None and row.statement_kind == "daily_report":
            begins = ends = market_day(row.received_at) - timedelta(days=1)
        if begins is None or ends is None:
            continue
        account = row.ledger, row.account_alias
        is_whole = row.completeness != "partial"
        found.append((account, Covered(begins, ends, row.received_at, is_whole)))
    return found


def covered_by_polls(session: Session, by: datetime | None = None) -> list[tuple[Account, Covered]]:
    """Return the days that each account's polls speak for as known at an instant; ``None`` = now.

    A row that waits names no day. But every row made before the poll ahead of it was asked for then,
    and of the days before nothing waits.
    """
    delivery = table_of(Delivery).c
    waiting = _waiting_since(by)
    asked_before = sa.case((delivery.received_at < waiting.c.since, delivery.received_at))
    wanted = (
        sa.select(
            delivery.provider,
            delivery.account_alias,
            sa.func.max(delivery.received_at),
            sa.func.max(asked_before),
            waiting.c.since,
        )
        .join_from(
            table_of(Delivery),
            waiting,
            sa.and_(
                waiting.c.provider == delivery.provider,
                waiting.c.account_alias == delivery.account_alias,
            ),
            isouter=True,
        )
        .where(
            delivery.channel == SourceChannel.POLL,
            delivery.state.in_([DeliveryState.PROCESSED, DeliveryState.DUPLICATE]),
            delivery.name.startswith(LAST_PAGE_OF_A_POLL, autoescape=True),
            *([] if by is None else [delivery.received_at <= by]),
        )
        .group_by(delivery.provider, delivery.account_alias, waiting.c.since)
    )
    told: Sequence[Any] = rows_of(session, wanted)
    return [
        ((provider, account), covered)
        for provider, account, polled_at, asked_at, since in told
        for covered in _polled(polled_at, asked_at, has_waiting=since is not None)
    ]


def _waiting_since(by: datetime | None) -> sa.Subquery:
    """Return by account when the first page came of which a row waits."""
    delivery, reject = table_of(Delivery).c, table_of(FeedReject).c
    waits: sa.ColumnElement[bool] = reject.settled_at.is_(None)
    if by is not None:
        waits = sa.and_(sa.or_(waits, reject.settled_at > by), delivery.received_at <= by)
    return (
        sa.select(
            delivery.provider,
            delivery.account_alias,
            sa.func.min(delivery.received_at).label("since"),
        )
        .join_from(table_of(FeedReject), table_of(Delivery), delivery.id == reject.delivery_id)
        .where(
            waits,
            delivery.channel == SourceChannel.POLL,
            delivery.state == DeliveryState.PROCESSED,
            delivery.forgotten_at.is_(None),
        )
        .group_by(delivery.provider, delivery.account_alias)
        .subquery()
    )


def _polled(
    polled_at: datetime, asked_before: datetime | None, *, has_waiting: bool
) -> Iterator[Covered]:
    until = market_day(polled_at) - timedelta(days=1)
    if not has_waiting:
        yield Covered(date.min, until, polled_at, is_whole=True)
        return
    # The day of a provider that counts in UTC is never after ours.
    doubtful = date.min if asked_before is None else (asked_before - OVERLAP).date()
    if doubtful > date.min:
        yield Covered(date.min, min(until, doubtful - timedelta(days=1)), polled_at, is_whole=True)
    if doubtful <= until:
        yield Covered(doubtful, until, polled_at, is_whole=False)
