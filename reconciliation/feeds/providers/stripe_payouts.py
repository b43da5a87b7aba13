"""Payout statements: what a payout says, proved by the rows that its listing names.

Source: feeds.md 7.2. net = gross credit - gross debit - fee - tax.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reconciliation.feeds.providers.stripe_rows import PROVIDER, read_currency
from reconciliation.feeds.reading.amounts import currency_exponent, read_json_amount
from reconciliation.feeds.reading.dates import read_unix_seconds
from reconciliation.feeds.reading.json_body import optional_text, read_id
from reconciliation.records import Direction, Statement, Status, Transaction, TransactionType


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """One payout object as the provider tells it; ``amount`` is what lands, signed."""

    payout_id: str
    amount: int | None
    currency: str
    status: str | None = None
    created_at: datetime | None = None
    arrives_on: date | None = None
    reference: str | None = None


def rows_of_payouts(
    payouts: Sequence[Payout], rows: Iterable[Transaction]
) -> dict[str, list[Transaction]]:
    """Return payout id → the rows it pays, for each payout whose own row is among ``rows``.

    A row read from a payout's own listing says so. Without listings the rule of automatic payouts
    holds: a payout takes every row of its currency that was available by then and that no earlier
    payout took. Whether that was right is proved by the amount of the payout.
    """
    rows = list(rows)
    told = {row.bank_reference for row in rows if row.transaction_type is TransactionType.PAYOUT}
    known = sorted(
        (payout for payout in payouts if payout.payout_id in told and payout.created_at),
        key=lambda payout: (payout.created_at, payout.payout_id),
    )
    found: dict[str, list[Transaction]] = {payout.payout_id: [] for payout in known}
    for row in rows:
        takers = (payout.payout_id for payout in known if _takes(payout, row))
        payout_id = row.settlement_id or next(takers, None)
        if payout_id in found and not _is_own_row(payout_id, row):
            found[payout_id].append(row)
    return found


def _takes(payout: Payout, row: Transaction) -> bool:
    return (
        payout.currency == row.currency
        and not _is_own_row(payout.payout_id, row)
        and payout.created_at is not None
        and row.settlement_date is not None
        and row.settlement_date <= payout.created_at.date()
    )


def _is_own_row(payout_id: str, row: Transaction) -> bool:
    """Return whether a row is a payout itself, or its return; the return of another is money it pays."""
    is_return = row.transaction_type is TransactionType.PAYOUT_REVERSAL
    return row.transaction_type is TransactionType.PAYOUT or (
        is_return and row.bank_reference == payout_id
    )


_COSTS = frozenset({TransactionType.FEE, TransactionType.TAX})


def read_payout(item: dict[str, Any]) -> Payout:
    """Return a Stripe payout object.

    Raises:
        RowRefused: reference, amount, amount_range or date.
    """
    currency = read_currency(item.get("currency"))
    trace = item.get("trace_id")
    return Payout(
        payout_id=read_id(item.get("id"), "id"),
        amount=read_json_amount(item.get("amount"), "amount", currency),
        currency=currency,
        status=optional_text(item.get("status")),
        created_at=read_unix_seconds(item.get("created"), "created"),
        arrives_on=read_unix_seconds(item.get("arrival_date"), "arrival_date").date(),
        reference=optional_text(trace.get("value")) if isinstance(trace, dict) else None,
    )


def payout_statement(
    payout: Payout, *, account: str, rows: Sequence[Transaction] | None
) -> Statement:
    """Return the statement of a payout over the rows of its listing.

    ``rows`` is ``None`` when no listing was read: nothing is proved then and the control is
    absent, as it is when the payout object itself is not at hand (``payout.amount`` is ``None``).
    """
    listed = [row for row in rows or () if not _is_own_row(payout.payout_id, row)]
    moved = [row for row in listed if row.status is Status.SUCCEEDED]
    goods = [row for row in moved if row.transaction_type not in _COSTS]
    net = sum(row.net_amount or 0 for row in moved)  # both formats tell it for every row
    has_control = rows is not None and payout.amount is not None
    agrees = has_control and net == payout.amount
    return Statement(
        provider=PROVIDER,
        provider_account_id=account,
        settlement_id=payout.payout_id,
        statement_kind="payout",
        currency=payout.currency,
        currency_exponent=currency_exponent(payout.currency),
        gross_credit_amount=_sum(goods, Direction.CREDIT),
        gross_debit_amount=_sum(goods, Direction.DEBIT),
        refund_amount=None if rows is None else _sum_of(moved, TransactionType.REFUND),
        chargeback_amount=None if rows is None else _sum_of(moved, TransactionType.CHARGEBACK),
        fee_amount=_costs(moved, TransactionType.FEE, [row.fee_amount for row in moved]),
        tax_amount=_costs(moved, TransactionType.TAX, [row.tax_amount for row in moved]),
        net_amount=net if payout.amount is None else payout.amount,
        transaction_count=len(moved),
        computed_count=len(listed),
        computed_credit_total=_sum(moved, Direction.CREDIT),
        computed_debit_total=_sum(moved, Direction.DEBIT),
        control_status="absent" if not has_control else ("agree" if agrees else "differ"),
        completeness="complete" if agrees else "unknown",
        payout_status=payout.status,
        expected_arrival_date=payout.arrives_on,
        payout_reference=payout.reference,
    )


def _signed(row: Transaction) -> int:
    return row.amount if row.direction is Direction.CREDIT else -row.amount


def _sum(rows: Sequence[Transaction], direction: Direction) -> int:
    return sum(row.amount for row in rows if row.direction is direction)


def _sum_of(rows: Sequence[Transaction], kind: TransactionType) -> int:
    return sum(row.amount for row in rows if row.transaction_type is kind)


def _costs(
    rows: Sequence[Transaction], kind: TransactionType, beside: Sequence[int | None]
) -> int | None:
    """Return the costs told beside the rows and by rows of their own, ``None`` when none is told."""
    told = [cost for cost in beside if cost is not None]
    told += [-_signed(row) for row in rows if row.transaction_type is kind]
    return sum(told) if told else None
