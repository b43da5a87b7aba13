"""A movement in the form the ledger stores: its keys, its content, and nothing of the payer.

The content hash covers every canonical field that is about the movement itself and none that is
about how it came here (channel, delivery, sheet, row): one fact through two files is one fact.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from operator import attrgetter, le
from typing import NamedTuple, overload

from merchants.columns import VND_MAX
from merchants.days import market_day
from merchants.sealing import Sealer
from reconciliation.bulk import table_of
from reconciliation.feeds.catalogue import book_of
from reconciliation.feeds.reading.keys import row_digest
from reconciliation.feeds.reading.refusal import RowRefused
from reconciliation.ledger.accounts import REFERENCE_KEYED
from reconciliation.ledger.aliases import Aliases, without_account
from reconciliation.ledger.known_banks import KnownBanks
from reconciliation.records import (
    Book,
    Direction,
    Reject,
    SourceChannel,
    Status,
    Transaction,
    TransactionType,
)
from reconciliation.references import without_payer
from reconciliation.tables import ProviderTransaction

RECEIVED = "received"
"""Business date rule of a movement that tells no time at all: the day it reached us."""

_JSON = json.JSONEncoder(ensure_ascii=False, default=str)


class Told(NamedTuple):
    """What the provider told, named as the columns of ``provider_transaction`` it is stored in."""

    provider: str
    account_alias: str
    provider_transaction_id: str
    merchant_reference: str | None
    bank_reference: str | None
    original_transaction_id: str | None
    transaction_type: TransactionType
    direction: Direction
    status: Status
    provider_status: str | None
    amount: int
    currency: str
    currency_exponent: int
    fee_amount: int | None
    tax_amount: int | None
    net_amount: int | None
    balance_after: int | None
    occurred_at: datetime | None
    settlement_id: str | None
    store_id: str | None
    terminal_id: str | None
    description: str | None
    payer_token: str | None


_ALIAS_AT = Told._fields.index("account_alias")


class ToldOfTime(NamedTuple):
    """The dates the provider told; where it told none, ours is no part of the content."""

    business_date: date | None
    business_date_rule: str | None
    time_precision: str | None
    booking_date: date | None
    value_date: date | None
    settlement_date: date | None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One movement ready to be stored."""

    book: Book
    ledger: str
    own_alias: str
    """The account as its key names it, by what the bytes say alone (``Aliases.of``)."""
    key: str
    other_key: str | None
    """For banks that use a reference again: the key to take when ``key`` is another movement's."""
    channel: SourceChannel
    row: int
    business_date: date
    business_date_rule: str
    told: Told
    told_of_time: ToldOfTime

    @cached_property
    def content_sha256(self) -> str:
        """Return the hash of everything told about the movement, in hex.

        Which bank the account is at may be learnt later; what was told stays the same.
        """
        content = [*self.told, *self.told_of_time]
        content[_ALIAS_AT] = self.own_alias
        text = _JSON.encode(content)
        return hashlib.sha256(text.encode()).hexdigest()

    def under(self, key: str) -> "Entry":
        """Return the movement under another key."""
        return replace(self, key=key, other_key=None)

    def keeping(self, *, settlement_id: str | None, original_transaction_id: str | None) -> "Entry":
        """Return the movement with what an earlier telling named and this one leaves open.

        A row belongs to a payout, or takes back a charge, whether or not the page at hand says so.
        """
        told = self.told._replace(
            settlement_id=self.told.settlement_id or settlement_id,
            original_transaction_id=self.told.original_transaction_id or original_transaction_id,
        )
        return self if told == self.told else replace(self, told=told)


def entries_of(
    transactions: Iterable[Transaction],
    *,
    sealer: Sealer,
    received_at: datetime,
    banks: KnownBanks | None = None,
) -> tuple[list[Entry], list[Reject]]:
    """Return the transactions of one reading as entries; what no column can hold is a reject.

    A reader that was told ``refuse_unfit`` keeps such rows out itself, with what they said.
    """
    entries: list[Entry] = []
    rejects: list[Reject] = []
    aliases = Aliases(sealer, banks)
    for transaction in transactions:
        if refusal := _cannot_hold(transaction):
            reason, why = refusal
            rejects.append(Reject(transaction.row, reason, why, transaction.case))
        else:
            entries.append(_entry(transaction, aliases, sealer, received_at))
    return entries, rejects


def refuse_unfit(transaction: Transaction) -> None:
    """Raise ``RowRefused`` when a column cannot hold a value as it was told."""
    if refusal := _cannot_hold(transaction):
        raise RowRefused(*refusal)


def storable(text: str) -> str:
    """Return text that both databases can store: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _entry(
    transaction: Transaction, aliases: Aliases, sealer: Sealer, received_at: datetime
) -> Entry:
    occurred_at = transaction.occurred_at
    account = transaction.provider_account_id
    own_alias = aliases.of(transaction.provider, account)
    place = aliases.place(transaction.provider, account, transaction.bank)
    memo = without_payer(transaction.description)
    told = Told(
        provider=transaction.provider,
        account_alias=place.alias,
        provider_transaction_id=transaction.provider_transaction_id,
        merchant_reference=transaction.merchant_reference,
        bank_reference=transaction.bank_reference,
        original_transaction_id=transaction.original_transaction_id,
        transaction_type=transaction.transaction_type,
        direction=transaction.direction,
        status=transaction.status,
        provider_status=transaction.provider_status,
        amount=transaction.amount,
        currency=transaction.currency,
        currency_exponent=transaction.currency_exponent,
        fee_amount=transaction.fee_amount,
        tax_amount=transaction.tax_amount,
        net_amount=transaction.net_amount,
        balance_after=transaction.balance_after,
        occurred_at=None if occurred_at is None else occurred_at.astimezone(UTC),
        settlement_id=transaction.settlement_id,
        store_id=transaction.store_id,
        terminal_id=transaction.terminal_id,
        description=without_account(memo, account) if memo else memo,
        payer_token=sealer.fingerprint(transaction.payer) if transaction.payer else None,
    )
    return Entry(
        book=book_of(transaction),
        ledger=place.ledger,
        own_alias=own_alias,
        key=_key(transaction.dedupe_key, transaction, own_alias),
        other_key=_key(_other_key(transaction), transaction, own_alias),
        channel=transaction.source_channel,
        row=transaction.row,
        business_date=transaction.business_date or market_day(received_at),
        business_date_rule=transaction.business_date_rule or RECEIVED,
        told=told,
        told_of_time=ToldOfTime(
            business_date=transaction.business_date,
            business_date_rule=transaction.business_date_rule,
            time_precision=transaction.time_precision,
            booking_date=transaction.booking_date,
            value_date=transaction.value_date,
            settlement_date=transaction.settlement_date,
        ),
    )


@overload
def _key(key: str, transaction: Transaction, alias: str) -> str: ...
@overload
def _key(key: str | None, transaction: Transaction, alias: str) -> str | None: ...
def _key(key: str | None, transaction: Transaction, alias: str) -> str | None:
    """Return the key of a row with the alias where the provider's key names the account."""
    if key is None:
        return None
    named = f"{transaction.provider}:{transaction.provider_account_id}:"
    return f"{transaction.provider}:{alias}:{key.removeprefix(named)}"


def _other_key(transaction: Transaction) -> str | None:
    """Return the h-form for a bank's row that has its reference for a key, else ``None``."""
    ledger = f"{transaction.provider}:{transaction.provider_account_id}"
    is_under_reference = transaction.dedupe_key == f"{ledger}:{transaction.bank_reference}"
    if transaction.provider not in REFERENCE_KEYED or not is_under_reference:
        return None
    digest = row_digest(
        booked_on=transaction.booking_date,
        direction=transaction.direction,
        amount=transaction.amount,
        balance_after=transaction.balance_after,
        reference=transaction.bank_reference,
        description=transaction.description,
    )
    # The first row of a file with its reference, so also the first with its h.
    return f"{ledger}:h:{digest}:1"


_TEXT_FIELDS = (
    "provider",
    "provider_account_id",
    "provider_transaction_id",
    "dedupe_key",
    "merchant_reference",
    "bank_reference",
    "original_transaction_id",
    "provider_status",
    "currency",
    "business_date_rule",
    "settlement_id",
    "store_id",
    "terminal_id",
    "description",
)
ACCOUNT_LENGTH_MAX = 40
_LENGTH_MAX = {"provider_account_id": ACCOUNT_LENGTH_MAX} | {
    column.name: length
    for column in table_of(ProviderTransaction).columns
    if column.name in _TEXT_FIELDS and (length := getattr(column.type, "length", None))
}
_AMOUNT_FIELDS = ("amount", "fee_amount", "tax_amount", "net_amount", "balance_after")
_texts = attrgetter(*_TEXT_FIELDS)
_measured_texts = attrgetter(*_LENGTH_MAX)
_amounts = attrgetter(*_AMOUNT_FIELDS)
_MOST = tuple(_LENGTH_MAX.values())


def _cannot_hold(transaction: Transaction) -> tuple[str, str] | None:
    """Return reason and explanation when a column cannot hold a value as it was told."""
    # Nearly every row can be held, and it takes a tenth of the time to see that than to say why not.
    if _is_held(transaction):
        return None
    for field, most in _LENGTH_MAX.items():
        length = len(getattr(transaction, field) or "")
        if length > most:
            return "field_length", f"{field} holds {length} characters, at most {most} fit"
    for field in _AMOUNT_FIELDS:
        amount = getattr(transaction, field)
        if amount is not None and abs(amount) > VND_MAX:
            return "amount_range", f"{field} is {amount}, at most {VND_MAX} fits"
    for field in _TEXT_FIELDS:
        text = getattr(transaction, field)
        if text and not text.isprintable() and storable(text) != text:
            return "control_character", f"{field} is {storable(text)!r}"
    return None


def _is_held(transaction: Transaction) -> bool:
    """Tell whether no value of a row is too long or too large, and none has an unprintable character."""
    lengths = [len(text) if text else 0 for text in _measured_texts(transaction)]
    amounts = [amount for amount in _amounts(transaction) if amount is not None]
    return (
        "".join(filter(None, _texts(transaction))).isprintable()
        and all(map(le, lengths, _MOST))
        and max(amounts) <= VND_MAX
        and min(amounts) >= -VND_MAX
    )
