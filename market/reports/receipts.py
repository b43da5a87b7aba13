"""A vendor's receipts of a day, each once: those that count first told by the book that counts.

Light on purpose: a vendor's page must not wait for pandas. The rules are those of
``reconciliation.close.daily``; ``vendor_day`` proves on every call that they lead to the same sum.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from market.reports.models import ReceiptState, ReceiptView
from reconciliation.close.day_figures import NOT_COUNTED
from reconciliation.engine.outcomes import Reason
from reconciliation.records import Book, Direction, Status, TransactionType
from reconciliation.tables import MatchOutcome, ProviderTransaction

PROVIDER_NAMES = {
    "bank_acb": "ACB",
    "bank_agribank": "Agribank",
    "bank_camt": "Sao kê camt.053",
    "bank_mb": "MB Bank",
    "bank_msb": "MSB",
    "bank_mt940": "Sao kê MT940",
    "bank_tcb": "Techcombank",
    "bank_vcb": "Vietcombank",
    "casso": "Casso",
    "generic": "Tệp nguồn khác",
    "gsma": "GSMA Mobile Money",
    "momo": "MoMo",
    "mpesa": "M-PESA",
    "mtn": "MTN MoMo",
    "napas": "NAPAS",
    "payos": "payOS",
    "sepay": "SePay",
    "shopeepay": "ShopeePay",
    "stripe": "Stripe",
    "viettel": "Viettel Money",
    "vnpay": "VNPAY",
    "zalopay": "ZaloPay",
}

_MATCHED = frozenset({"matched", "matched_in_class", "not_applicable"})
_OF_COSTS = frozenset({Reason.FEE, Reason.TAX})
GIVEN_BACK = frozenset(
    {
        TransactionType.REFUND,
        TransactionType.REFUND_REVERSAL,
        TransactionType.REVERSAL,
        TransactionType.CHARGEBACK,
        TransactionType.CHARGEBACK_REVERSAL,
    }
)


def closed_receipts(session: Session, close_id: int, vendor_id: int) -> list[ReceiptView]:
    """Return what a close decided about a vendor's receipts, newest first."""
    other = aliased(ProviderTransaction)
    rows = session.execute(
        sa.select(
            col(MatchOutcome.book),
            col(MatchOutcome.outcome),
            col(MatchOutcome.reason),
            col(other.amount).label("told_vnd"),
            col(ProviderTransaction.provider),
            col(ProviderTransaction.ledger),
            col(ProviderTransaction.ledger_type),
            col(ProviderTransaction.direction),
            col(ProviderTransaction.amount),
            sa.func.coalesce(col(ProviderTransaction.occurred_at), col(other.occurred_at)).label(
                "at"
            ),
        )
        .join(ProviderTransaction, col(ProviderTransaction.id) == col(MatchOutcome.record_id))
        .outerjoin(other, col(other.id) == col(MatchOutcome.counterpart_id))
        .where(
            col(MatchOutcome.close_id) == close_id,
            col(MatchOutcome.leg) == "B",
            col(ProviderTransaction.status) == Status.SUCCEEDED,
            # A line that names nobody belongs to whom the other side of its match names.
            sa.func.coalesce(col(ProviderTransaction.vendor_id), col(other.vendor_id)) == vendor_id,
        )
    ).all()
    views = []
    for row in rows:
        state = _state(row)
        if state is ReceiptState.DIFFERS and row.reason in _OF_COSTS and row.told_vnd == row.amount:
            state = ReceiptState.FEE_DIFFERS
        if state is not None:
            sign = -1 if state is ReceiptState.REFUND and row.direction is Direction.DEBIT else 1
            views.append(_view(row, row.at, sign * row.amount, state))
    return _newest_first(views)


def announced_receipts(session: Session, vendor_id: int, on: date) -> list[ReceiptView]:
    """Return what providers announced for a vendor on a day that is not closed, newest first."""
    rows = session.exec(
        select(ProviderTransaction).where(
            col(ProviderTransaction.vendor_id) == vendor_id,
            col(ProviderTransaction.business_date) == on,
            col(ProviderTransaction.is_current),
            col(ProviderTransaction.book) == Book.PAYMENTS,
            col(ProviderTransaction.status) == Status.SUCCEEDED,
            col(ProviderTransaction.currency) == "VND",
        )
    )
    return _newest_first(
        [
            _view(row, row.occurred_at, row.amount, ReceiptState.ANNOUNCED)
            for row in rows
            if _is_sale(row.ledger_type, row.direction)
        ]
    )


def _state(row: Any) -> ReceiptState | None:
    """Return how to tell of a succeeded line; ``None`` = another line tells of the same money."""
    outcome = row.outcome
    alone = outcome == "not_applicable" and row.reason != "reversed"
    counts = row.book == Book.STATEMENT or alone
    counted = counts and outcome not in NOT_COUNTED
    if counted and row.ledger_type in GIVEN_BACK:
        return ReceiptState.REFUND
    if not _is_sale(row.ledger_type, row.direction):
        return None
    if counted:
        if outcome in _MATCHED:
            return ReceiptState.MATCHED
        differs = outcome == "matched_with_difference"
        return ReceiptState.DIFFERS if differs else ReceiptState.UNMATCHED
    if counts:
        return None
    return {
        "pending_cut_off": ReceiptState.PENDING,
        "missing_in_statement": ReceiptState.NOT_ON_STATEMENT,
    }.get(outcome)


def _is_sale(transaction_type: str, direction: Direction) -> bool:
    return transaction_type == TransactionType.PAYMENT and direction is Direction.CREDIT


def _view(row: Any, at: datetime | None, amount_vnd: int, state: ReceiptState) -> ReceiptView:
    """Return a receipt, named by the account it came in at and not by who told of it."""
    return ReceiptView(
        occurred_at=at,
        amount_vnd=amount_vnd,
        provider=row.provider,
        provider_name=PROVIDER_NAMES.get(row.ledger, row.ledger),
        state=state,
    )


def _newest_first(views: Sequence[ReceiptView]) -> list[ReceiptView]:
    def order(view: ReceiptView) -> tuple[Any, ...]:
        at = view.occurred_at.timestamp() if view.occurred_at else 0.0
        return (-at, view.provider, -view.amount_vnd, view.state.value)

    return sorted(views, key=order)
