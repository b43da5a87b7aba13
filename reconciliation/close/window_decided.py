"""What the rules decide about a window of days: the engine's word, then coverage and people's."""

from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from merchants.tables import Market, Vendor
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.coverage import Coverage, judge_by_coverage
from reconciliation.close.daily import DailyFacts, count_day
from reconciliation.close.decided import join_outcomes
from reconciliation.close.frames import Window
from reconciliation.close.frozen import FROZEN_COLUMNS
from reconciliation.close.left_out import leave_out, read_left_out
from reconciliation.engine.crew import Crew
from reconciliation.engine.matching import reconcile
from reconciliation.profiles import Profiles

CONTEXT = timedelta(days=31)
"""How far the engine looks beyond the days that are decided, on both sides."""
ARRIVED = ("paid", "short", "over", "late", "ambiguous_payout")


def decide_window(
    session: Session,
    window: Window,
    first: date,
    last: date,
    *,
    coverage: Coverage,
    vendors: pd.DataFrame,
    profiles: Profiles,
    crew: Crew | None = None,
) -> pd.DataFrame:
    """Return what is decided about the records of ``first`` to ``last``, as ``join_outcomes`` does.

    Args:
        window: the days and those around them.
        vendors: ``vendor_id`` (unique), ``market_code``.
        crew: who does the parts of the engine's run; ``None`` = this process.
    """
    reconciled = reconcile(window.books, profiles, crew=crew)
    outcomes = pd.concat([reconciled.outcomes, window.decided], ignore_index=True)
    outcomes = judge_by_coverage(outcomes, window.records, coverage)
    outcomes = leave_out(outcomes, read_left_out(session))
    if len(window.frozen):
        # Of few records a column may hold nothing at all, and is no text then.
        outcomes = outcomes.astype(FROZEN_COLUMNS)
        outcomes = pd.concat([outcomes, window.frozen], ignore_index=True)
    decided = join_outcomes(window.records, outcomes, vendors)
    return decided[decided["business_date"].between(pd.Timestamp(first), pd.Timestamp(last))]


def count_decided(decided: pd.DataFrame) -> DailyFacts:
    """Return what each vendor's day comes to by what was decided."""
    leg_b = decided[decided["leg"].eq("B") & decided["book"].ne("payouts")]
    arrived = decided[decided["book"].eq("payouts") & decided["outcome"].isin(ARRIVED)]
    return count_day(leg_b, arrived)


def vendor_frame(session: Session) -> pd.DataFrame:
    """Return ``vendor_id, code, market_id, market_code`` of all vendors."""
    vendor, market = table_of(Vendor), table_of(Market)
    rows = rows_of(
        session,
        sa.select(
            vendor.c.id,
            sa.func.coalesce(vendor.c.code, sa.cast(vendor.c.id, sa.String)),
            market.c.id,
            market.c.code,
        ).join_from(vendor, market),
    )
    columns = ["vendor_id", "code", "market_id", "market_code"]
    return pd.DataFrame([tuple(row) for row in rows], columns=columns).astype(
        {"vendor_id": "int64", "code": "str", "market_id": "int64", "market_code": "str"}
    )
