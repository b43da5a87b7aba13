"""Every provider this service reads, by name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from reconciliation.feeds.providers import (
    bank_acb,
    bank_agribank,
    bank_camt,
    bank_mb,
    bank_msb,
    bank_mt940,
    bank_tcb,
    bank_vcb,
    generic,
    napas,
)
from reconciliation.feeds.providers.casso import CassoReader
from reconciliation.feeds.providers.gsma import GsmaReader
from reconciliation.feeds.providers.momo import MomoReader
from reconciliation.feeds.providers.mpesa import MpesaReader
from reconciliation.feeds.providers.mtn import MtnReader
from reconciliation.feeds.providers.payos import PayosReader
from reconciliation.feeds.providers.sepay import SepayReader
from reconciliation.feeds.providers.shopeepay import ShopeepayReader
from reconciliation.feeds.providers.stripe import StripeReader
from reconciliation.feeds.providers.viettel import ViettelReader
from reconciliation.feeds.providers.vnpay import VnpayReader
from reconciliation.feeds.providers.zalopay import ZalopayReader
from reconciliation.feeds.reading.context import ReadContext, Reader
from reconciliation.feeds.reading.doors import Door
from reconciliation.feeds.reading.json_body import is_json
from reconciliation.records import Book, SourceChannel, Transaction

__all__ = ["DOORS", "READERS", "ReadContext", "Reader", "book_of", "identify", "usual_channel"]


class _Pushing(Reader, Protocol):
    @property
    def door(self) -> Door: ...


# Providers that push, each with its door; some of them are polled or send files as well.
_PUSHING: tuple[_Pushing, ...] = (
    StripeReader(),
    SepayReader(),
    CassoReader(),
    PayosReader(),
    MomoReader(),
    ZalopayReader(),
    VnpayReader(),
    ViettelReader(),
    ShopeepayReader(),
    GsmaReader(),
    MtnReader(),
    MpesaReader(),
)
# Providers that only send files.
_FILING: tuple[Reader, ...] = (
    bank_vcb.READER,
    bank_mb.READER,
    bank_tcb.READER,
    bank_agribank.READER,
    bank_acb.READER,
    bank_msb.READER,
    bank_camt.READER,
    bank_mt940.READER,
    napas.READER,
    generic.READER,
)

READERS: Mapping[str, Reader] = MappingProxyType(
    {reader.provider: reader for reader in (*_PUSHING, *_FILING)}
)
DOORS: Mapping[str, Door] = MappingProxyType({one.provider: one.door for one in _PUSHING})
"""How each provider that pushes is let in and answered."""


def identify(content: bytes, name: str) -> Reader | None:
    """Return the reader whose format the bytes have, ``None`` when no reader knows them."""
    return next((reader for reader in READERS.values() if reader.identify(content, name)), None)


def usual_channel(provider: str, content: bytes) -> SourceChannel:
    """Return the door that such bytes usually come through, for a file read by hand."""
    door = DOORS.get(provider)
    if door is not None and door.is_pushed(content):
        return SourceChannel.WEBHOOK
    return SourceChannel.POLL if is_json(content) else SourceChannel.FILE


def book_of(transaction: Transaction) -> Book:
    """Return the book a row belongs to: payments as they happen, or statement lines.

    Webhooks and polled charges are payments; files and Stripe's balance transactions are the
    statement they are compared with. A bank's notice (camt.054) is a file that tells of a payment:
    it has an id of its own, and its statement (camt.053) has precedence where both are.
    """
    if transaction.source_channel is SourceChannel.WEBHOOK:
        return Book.PAYMENTS
    if transaction.provider == "bank_camt" and transaction.provider_event_id:
        return Book.PAYMENTS
    if transaction.provider == "stripe" and transaction.source_channel is SourceChannel.POLL:
        is_ledger_row = transaction.provider_transaction_id.startswith("txn_")
        return Book.STATEMENT if is_ledger_row else Book.PAYMENTS
    return Book.STATEMENT if transaction.source_channel is SourceChannel.FILE else Book.PAYMENTS
