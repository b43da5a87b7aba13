"""A closed day read back for people: its figures, its outcomes counted, and what is not settled."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.errors import MarketNotFound
from merchants.tables import Market, Vendor
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.roots import MARKET_DAY_FIELDS
from reconciliation.close.versions import newest_closes
from reconciliation.engine.outcomes import Outcome
from reconciliation.engine.sentences import sentence_vi
from reconciliation.rules.kept import kept_rules
from reconciliation.tables import (
    CloseState,
    DayClose,
    MarketDay,
    MatchOutcome,
    ProviderTransaction,
    SettlementStatement,
)

SETTLED = frozenset(
    {
        Outcome.MATCHED,
        Outcome.MATCHED_IN_CLASS,
        Outcome.NOT_APPLICABLE,
        Outcome.IGNORED,
        Outcome.PAID,
    }
)
"""Outcomes that need nobody; all others open a break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One record that is not settled, and why, in one sentence."""

    book: str
    leg: str
    outcome: str
    reason: str
    amount_vnd: int
    difference_vnd: int
    vendor_code: str | None
    ledger: str
    reference: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDay:
    """The newest version of one scope's day."""

    scope: str
    business_date: date
    version: int
    state: CloseState
    incomplete: str
    closed_at: datetime
    root_sha256: str
    market_day: dict[str, Any] | None
    fees_to_come_off: Sequence[str]
    """Ledgers that take their fee from a payout as a whole: ``net_vnd`` is before it."""
    outcomes: dict[str, int]
    breaks: Sequence[Break]


def show_day(
    session: Session, day: date, *, market_code: str | None = None, as_of: datetime | None = None
) -> list[ShownDay]:
    """Return the newest versions of a day, all scopes or one market's; empty = not closed.

    Args:
        as_of: the versions as they were known at that instant; ``None`` = now.

    Raises:
        MarketNotFound: no market has the code.
    """
    market = table_of(Market).c
    if market_code is not None and not rows_of(
        session, sa.select(market.id).where(market.code == market_code)
    ):
        raise MarketNotFound(market_code)
    closes = [
        close
        for (scope, _), close in sorted(newest_closes(session, day, day, as_of=as_of).items())
        if market_code in {None, scope}
    ]
    return [_shown(session, close) for close in closes]


def _shown(session: Session, close: DayClose) -> ShownDay:
    found = session.connection().execute(_outcomes_of(close.id)).mappings()
    told: list[dict[str, Any]] = [dict(row) for row in found]
    total = table_of(MarketDay)
    totals = rows_of(session, sa.select(total).where(total.c.close_id == close.id))
    rules = kept_rules(session, [close.rules_sha256]).values()
    taking = {ledger for kept in rules for ledger in kept.taking_from_payouts()}
    return ShownDay(
        scope=close.scope,
        business_date=close.business_date,
        version=close.version,
        state=close.state,
        incomplete=close.incomplete,
        closed_at=close.closed_at,
        root_sha256=close.root_sha256,
        market_day=(
            {name: getattr(totals[0], name) for name in MARKET_DAY_FIELDS} if totals else None
        ),
        fees_to_come_off=sorted(taking & {row["ledger"] for row in told if row["leg"] == "B"}),
        outcomes=dict(sorted(Counter(row["outcome"] for row in told).items())),
        breaks=[_break(row) for row in told if row["outcome"] not in SETTLED],
    )


def _outcomes_of(close_id: int | None) -> sa.Select[Any]:
    decided, record = table_of(MatchOutcome), table_of(ProviderTransaction)
    payout, vendor = table_of(SettlementStatement), table_of(Vendor)
    return (
        sa.select(
            decided,
            sa.case((record.c.currency == "VND", record.c.amount), else_=0).label("amount"),
            payout.c.net_amount,
            record.c.ledger,
            payout.c.ledger.label("payout_ledger"),
            record.c.provider_transaction_id,
            payout.c.settlement_id,
            vendor.c.code,
        )
        .select_from(decided)
        .outerjoin(record, record.c.id == decided.c.record_id)
        .outerjoin(payout, payout.c.id == -decided.c.record_id)
        .outerjoin(vendor, vendor.c.id == record.c.vendor_id)
        .where(decided.c.close_id == close_id)
        .order_by(decided.c.leg, decided.c.book, decided.c.outcome, decided.c.record_id)
    )


def _break(row: dict[str, Any]) -> Break:
    is_payout_object = row["ledger"] is None
    return Break(
        book=row["book"],
        leg=row["leg"],
        outcome=row["outcome"],
        reason=row["reason"],
        amount_vnd=row["net_amount"] if is_payout_object else row["amount"],
        difference_vnd=row["difference_vnd"],
        vendor_code=row["code"],
        ledger=row["payout_ledger"] if is_payout_object else row["ledger"],
        reference=(row["settlement_id"] if is_payout_object else row["provider_transaction_id"]),
        sentence=sentence_vi(row),
    )
