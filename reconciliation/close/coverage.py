"""Which days the statements of an account speak for; only inside them can a payment be missing.

A file covers its period: the one it declares (``Từ ngày … Đến ngày``), else its first to its last
row. A daily report without any row tells no date at all; it covers the business day before it came.
Polling covers every day that had ended when a whole poll began; the payouts are the list that a
poll reads last, so their page is the proof that it was whole.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import market_day
from reconciliation.bulk import rows_of, table_of
from reconciliation.engine.outcomes import Outcome, Reason
from reconciliation.records import SourceChannel
from reconciliation.tables import Delivery, DeliveryState, SettlementStatement

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
    for account, covered in [*_by_files(session, first), *_by_polls(session)]:
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
    waits = outcomes["leg"].eq("B") & outcomes["outcome"].isin(
        [Outcome.MISSING_IN_STATEMENT, Outcome.PENDING_CUT_OFF]
    )
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


def _by_polls(session: Session) -> list[tuple[Account, Covered]]:
    delivery = table_of(Delivery).c
    wanted = (
        sa.select(delivery.provider, delivery.account_alias, sa.func.max(delivery.received_at))
        .where(
            delivery.channel == SourceChannel.POLL,
            delivery.state.in_([DeliveryState.PROCESSED, DeliveryState.DUPLICATE]),
            delivery.name.startswith(LAST_PAGE_OF_A_POLL, autoescape=True),
        )
        .group_by(delivery.provider, delivery.account_alias)
    )
    told: Sequence[Any] = rows_of(session, wanted)
    return [
        (
            (provider, account),
            Covered(date.min, market_day(polled_at) - timedelta(days=1), polled_at, is_whole=True),
        )
        for provider, account, polled_at in told
    ]
