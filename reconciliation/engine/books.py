"""The books given to the engine, and the same books as integer-coded columns.

Columns: reconciliation.md section 7; others are ignored. Optional beside them: ``settlement_id`` of
a statement line (the payout whose own listing names it) and its running ``balance_after_vnd``,
``original_transaction_id`` of what gives a payment back (and ``original_is_told``: whoever hands
over the books knows that payment, though it may be in none of them), ``bank_reference`` of a payment,
``currency`` of any record (default đồng), ``status`` of a payout. Requests have ``record_id,
provider, account, amount_vnd, reference`` and, if told, ``expires_at``.

Amounts are whole đồng in integers, decimals, whole floats or text of plain digits. None is beyond
``column_values.AMOUNT_MAX_VND`` = 2·10^18, nor are all amounts, fees and taxes of a book in all. Days are dates, timestamps or ISO text from 1900 to 2099; instants
(``occurred_at``, ``expires_at``) tell their zone, or are plain dates. Anything else is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reconciliation.engine.book_columns import BookColumns, Table
from reconciliation.engine.coded_text import CodedText, Flags, Rows, no_text
from reconciliation.records import Status, TransactionType

TYPES = tuple(TransactionType)
TYPE_CODE: dict[str, int] = {name: code for code, name in enumerate(TYPES)}
STATUSES = tuple(Status)
STATUS_CODE: dict[str, int] = {name: code for code, name in enumerate(STATUSES)}
CREDIT, DEBIT = 0, 1

SETTLEMENT_TYPES = (
    TransactionType.FEE,
    TransactionType.TAX,
    TransactionType.PAYOUT,
    TransactionType.PAYOUT_REVERSAL,
    TransactionType.RESERVE,
    TransactionType.ADJUSTMENT,
)
"""Entries a provider makes on its own: they pair only with an entry of the same type."""
CUSTOMER_TYPES = (
    TransactionType.PAYMENT,
    TransactionType.REFUND,
    TransactionType.REFUND_REVERSAL,
    TransactionType.REVERSAL,
    TransactionType.CHARGEBACK,
    TransactionType.CHARGEBACK_REVERSAL,
    TransactionType.OTHER,
)
"""Movements between a customer and a vendor: when one book lacks them, that is a break."""

GIVE_BACK_TYPES = (
    TransactionType.REFUND,
    TransactionType.REFUND_REVERSAL,
    TransactionType.REVERSAL,
    TransactionType.CHARGEBACK,
    TransactionType.CHARGEBACK_REVERSAL,
)
"""Entries about another payment, which they may name."""

CLASS_OF_TYPE = np.array(
    [SETTLEMENT_TYPES.index(kind) + 1 if kind in SETTLEMENT_TYPES else 0 for kind in TYPES]
)
"""0 for what both books tell of customers, else a number of its own."""
KINDS = 2 * (len(SETTLEMENT_TYPES) + 1)
TEXT_COLUMNS = (
    "provider_transaction_id",
    "reference",
    "bank_reference",
    "settlement_id",
    "original_transaction_id",
)


class BookName(StrEnum):
    """The four books. Source: reconciliation.md section 1."""

    REQUESTS = "requests"
    PAYMENTS = "payments"
    STATEMENT = "statement"
    PAYOUTS = "payouts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What the engine is given: frames (or Arrow tables) with the columns of section 7.

    ``provider`` is the ledger and ``account`` the settling account at it. ``payouts`` or
    ``requests`` left ``None`` = that book is not looked at. ``files`` names books in refusals.
    """

    payments: Table
    statement: Table
    payouts: Table | None = None
    requests: Table | None = None
    files: Mapping[str, str] = field(default_factory=dict)

    def columns(self, name: BookName) -> BookColumns:
        """Return one book's columns, those of an empty book when it was not given."""
        table: Table | None = getattr(self, name.value)
        file = self.files.get(name, name.value)
        return BookColumns(pd.DataFrame() if table is None else table, file)


@dataclass(frozen=True, slots=True)
class RecordIds:
    """The record ids of a book, and its rows in the order that the ids alone decide."""

    text: CodedText
    order: Rows

    def places(self) -> Rows:
        """Return the place of each row in that order."""
        places = np.empty(len(self.order), np.int64)
        places[self.order] = np.arange(len(self.order))
        return places

    def take(self, rows: Rows) -> "RecordIds":
        """Return the ids of some rows, without bytes of the others."""
        return RecordIds(self.text.take(rows).compact(), np.argsort(self.places()[rows]))


NO_IDS = RecordIds(no_text(0), np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedBook:
    """One book of payments or statement lines as columns of numbers, all of one length.

    ``block`` codes (provider, account), -1 without an account. ``kind`` codes the direction and,
    for entries a provider makes on its own, the type: records of different kind never pair.
    """

    provider: NDArray[np.int32]
    account: NDArray[np.int32]
    block: NDArray[np.int32]
    kind: NDArray[np.int8]
    type: NDArray[np.int8]
    status: NDArray[np.int8]
    amount: NDArray[np.int64]
    day: NDArray[np.int32]
    time: NDArray[np.int64]
    fee: NDArray[np.int64]
    fee_told: Flags
    tax: NDArray[np.int64]
    tax_told: Flags
    balance: NDArray[np.int64]
    balance_told: Flags
    original_told: Flags
    foreign: Flags
    ids: RecordIds
    texts: dict[str, CodedText]

    def __len__(self) -> int:
        return len(self.amount)

    @property
    def live(self) -> Flags:
        """Records that say money moved, in đồng."""
        succeeded: Flags = self.status == STATUS_CODE[Status.SUCCEEDED]
        return succeeded & ~self.foreign

    @property
    def is_debit(self) -> Flags:
        """Records of money away from the vendor."""
        debit: Flags = (self.kind & 1).astype(bool)
        return debit

    def take(self, rows: Rows) -> "CodedBook":
        """Return some records as a book of their own, without bytes of the others."""
        taken = {
            name.name: getattr(self, name.name)[rows]
            for name in fields(self)
            if name.name not in {"ids", "texts"}
        }
        texts = {name: text.take(rows).compact() for name, text in self.texts.items()}
        return CodedBook(**taken, ids=self.ids.take(rows), texts=texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedPayouts:
    """The payouts book as columns of numbers; ``returned``: the money did not stay."""

    provider: NDArray[np.int32]
    account: NDArray[np.int32]
    block: NDArray[np.int32]
    amount: NDArray[np.int64]
    day: NDArray[np.int32]
    foreign: Flags
    returned: Flags
    ids: RecordIds
    reference: CodedText

    def __len__(self) -> int:
        return len(self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedRequests:
    """The requests book as columns of numbers; ``expires`` in microseconds, ``NO_TIME`` = never."""

    provider: NDArray[np.int32]
    account: NDArray[np.int32]
    block: NDArray[np.int32]
    amount: NDArray[np.int64]
    expires: NDArray[np.int64]
    foreign: Flags
    ids: RecordIds
    reference: CodedText

    def __len__(self) -> int:
        return len(self.amount)


AnyBook = TypeVar("AnyBook", CodedBook, CodedPayouts, CodedRequests)
