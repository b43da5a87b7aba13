"""Stripe's payout reconciliation report (itemized.5), a CSV whose columns may stand in any order.

Source: feeds.md 1.4, 11.1. Money is in major units here, unlike in the API: the same number for
VND, a hundredth for USD.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from reconciliation.feeds.providers.stripe_payouts import Payout, payout_statement
from reconciliation.feeds.providers.stripe_rows import (
    CATEGORIES,
    HAS_ORIGINAL,
    PROVIDER,
    read_currency,
)
from reconciliation.feeds.reading.amounts import currency_exponent, read_amount
from reconciliation.feeds.reading.business_day import business_day
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.dates import read_iso_instant
from reconciliation.feeds.reading.delimited import delimited_rows, physical_lines
from reconciliation.feeds.reading.layout import header_key
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.sheets import SheetRow
from reconciliation.feeds.reading.sniffing import text_head
from reconciliation.feeds.reading.text import clean, decode, refuse_markup
from reconciliation.records import (
    Direction,
    FeedReading,
    FileAction,
    Reject,
    Statement,
    Status,
    Transaction,
    TransactionType,
)

_HEADER = """
automatic_payout_id automatic_payout_effective_at automatic_payout_effective_at_utc
balance_transaction_id created created_utc available_on available_on_utc currency gross fee net
reporting_category source_id description customer_facing_amount customer_facing_currency
regulatory_tag trace_id trace_id_status charge_id payment_intent_id connected_account_id
"""
_COLUMNS = frozenset(_HEADER.split())
_METADATA = re.compile(r"payment_metadata\[[^\]]*\]")
_ORDER = "payment_metadata[order_id]"

Header = Mapping[str, int]


def read_header(row: SheetRow) -> Header | None:
    """Return column name → index when the row is the header of the report, else ``None``."""
    names = [header_key(row.text(column)) for column in range(row.width)]
    plain = [name for name in names if not _METADATA.fullmatch(name)]
    if len(set(names)) != len(names) or set(plain) != _COLUMNS:
        return None
    return {name: column for column, name in enumerate(names)}


def is_report(content: bytes) -> bool:
    """Tell whether a text begins with the header of the report."""
    lines = delimited_rows(physical_lines(text_head(content)), ",")
    try:
        first = next((row for row in lines if row.width), None)
    except FileRefused:
        return False
    return first is not None and read_header(first) is not None


def read_report(content: bytes, context: ReadContext) -> FeedReading:
    """Return the rows of the report and one statement per payout; the report has no check sum.

    Raises:
        FileRefused: any reason of 11.1.
    """
    rows = _rows(content)
    header = read_header(rows[0])
    if header is None:
        raise FileRefused("schema", "the columns are not those of payout_reconciliation.itemized.5")
    account = context.named_account()
    transactions: list[Transaction] = []
    rejects: list[Reject] = []
    payouts: dict[tuple[str, str], Payout] = {}
    data = [row for row in rows[1:] if row.width]
    for number, row in enumerate(data, start=1):
        try:
            transaction, payout = _row(row, header, number=number, account=account, context=context)
            context.refuse(transaction)
        except RowRefused as refusal:
            rejects.append(Reject(number, refusal.reason, row.raw))
            continue
        transactions.append(transaction)
        if payout is not None:
            payouts.setdefault((payout.payout_id, payout.currency), payout)
    return FeedReading(
        FileAction.QUARANTINE_ROWS if rejects else FileAction.ACCEPT,
        transactions=tuple(transactions),
        statements=tuple(
            _statement(payout, account, transactions, is_partial=bool(rejects))
            for payout in payouts.values()
        ),
        rejects=tuple(rejects),
        reason=",".join(dict.fromkeys(reject.reason for reject in rejects)) or None,
    )


def _rows(content: bytes) -> tuple[SheetRow, ...]:
    text, _encoding = decode(content)
    refuse_markup(text)
    rows = tuple(delimited_rows(physical_lines(text), ","))
    first = next((i for i, row in enumerate(rows) if row.width), 0)
    return rows[first:]


def _statement(
    payout: Payout, account: str, transactions: list[Transaction], *, is_partial: bool
) -> Statement:

    rows = [
        row
        for row in transactions
        if (row.settlement_id, row.currency) == (payout.payout_id, payout.currency)
    ]
    statement = payout_statement(payout, account=account, rows=rows)
    return replace(statement, completeness="partial") if is_partial else statement


def _row(
    row: SheetRow, header: Header, *, number: int, account: str, context: ReadContext
) -> tuple[Transaction, Payout | None]:
    if row.width > len(header):
        raise RowRefused("ragged_row", f"{row.width} cells under {len(header)} columns")
    cells = {name: row.text(column) for name, column in header.items()}
    currency = read_currency(cells["currency"])
    gross, fee, net = (read_amount(cells[name], currency) for name in ("gross", "fee", "net"))
    if net != gross - fee:
        raise RowRefused("net", f"net {net} is not gross {gross} - fee {fee}")
    if not (identifier := cells["balance_transaction_id"]):
        raise RowRefused("reference", "balance_transaction_id is empty")
    occurred_at, settlement_date = _times(cells)
    kind = CATEGORIES.get(cells["reporting_category"], TransactionType.OTHER)
    day, rule = business_day(PROVIDER, settlement_date=settlement_date)
    payout_id = cells["automatic_payout_id"] or None
    transaction = Transaction(
        provider=PROVIDER,
        provider_account_id=account,
        source_channel=context.channel,
        provider_transaction_id=identifier,
        dedupe_key=f"{PROVIDER}:{account}:{identifier}",
        transaction_type=kind,
        direction=Direction.DEBIT if gross < 0 else Direction.CREDIT,
        status=Status.SUCCEEDED,
        amount=abs(gross),
        currency=currency,
        currency_exponent=currency_exponent(currency),
        fee_amount=fee,
        net_amount=net,
        business_date=day,
        business_date_rule=rule,
        row=number,
        merchant_reference=cells.get(_ORDER) or None,
        bank_reference=cells["source_id"] or None,
        original_transaction_id=(cells["charge_id"] or None) if kind in HAS_ORIGINAL else None,
        occurred_at=occurred_at,
        time_precision="second",
        settlement_date=settlement_date,
        settlement_id=payout_id,
        description=clean(cells["description"]),
    )
    if payout_id is None:
        return transaction, None
    reference = cells["trace_id"] or None
    payout = Payout(payout_id=payout_id, amount=None, currency=currency, reference=reference)
    return transaction, payout


def _times(cells: Mapping[str, str]) -> tuple[datetime, date]:
    occurred_at, _precision = read_iso_instant(cells["created_utc"], UTC)
    available_at, _precision = read_iso_instant(cells["available_on_utc"], UTC)
    return occurred_at, available_at.date()
