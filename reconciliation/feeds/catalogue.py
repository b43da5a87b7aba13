"""Every provider this service reads, by name."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from reconciliation.feeds.providers.bank_vcb import VietcombankReader
from reconciliation.feeds.providers.momo_report import MomoReportReader
from reconciliation.feeds.providers.sepay import SepayReader
from reconciliation.feeds.providers.stripe import StripeReader
from reconciliation.feeds.reading.context import ReadContext, Reader
from reconciliation.feeds.reading.json_body import is_json
from reconciliation.records import Book, SourceChannel, Transaction

__all__ = ["READERS", "ReadContext", "Reader", "book_of", "identify", "usual_channel"]

_EVENT = re.compile(rb'"object"\s*:\s*"event"')

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        reader.provider: reader
        for reader in (StripeReader(), SepayReader(), VietcombankReader(), MomoReportReader())
    }
)


def identify(content: bytes, name: str) -> Reader | None:
    """Return the reader whose format the bytes have, ``None`` when no reader knows them."""
    return next((reader for reader in READERS.values() if reader.identify(content, name)), None)


def usual_channel(provider: str, content: bytes) -> SourceChannel:
    """Return the door that such bytes usually come through, for a file read by hand."""
    if provider == "sepay" or (is_json(content) and _EVENT.search(content)):
        return SourceChannel.WEBHOOK
    return SourceChannel.POLL if is_json(content) else SourceChannel.FILE


def book_of(transaction: Transaction) -> Book:
    """Return the book a row belongs to: payments as they happen, or statement lines.

    Webhooks and polled charges are payments; files and Stripe's balance transactions are the
    statement they are compared with.
    """
    if transaction.source_channel is SourceChannel.WEBHOOK:
        return Book.PAYMENTS
    if transaction.provider == "stripe" and transaction.source_channel is SourceChannel.POLL:
        is_ledger_row = transaction.provider_transaction_id.startswith("txn_")
        return Book.STATEMENT if is_ledger_row else Book.PAYMENTS
    return Book.STATEMENT if transaction.source_channel is SourceChannel.FILE else Book.PAYMENTS
