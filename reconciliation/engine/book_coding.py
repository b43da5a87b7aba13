"""A book as a stranger hands it over, checked value by value, as integer-coded columns.

Reading is strict where money could be lost (an amount, a direction, a day that is not there is
refused with its file, row and column) and plain elsewhere: an unknown status moved no money, an
unknown type is ``other``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconciliation.engine.book_columns import BookColumns
from reconciliation.engine.books import (
    CLASS_OF_TYPE,
    CREDIT,
    DEBIT,
    STATUS_CODE,
    TEXT_COLUMNS,
    TYPE_CODE,
    AnyBook,
    CodedBook,
    CodedPayouts,
    CodedRequests,
    RecordIds,
)
from reconciliation.engine.coded_text import Flags, HashText
from reconciliation.engine.keys import canonical_order
from reconciliation.records import Direction, Status, TransactionType

RETURNED_WORDS = ("failed", "returned", "reversed", "canceled", "cancelled")
"""Payout statuses under which the money did not stay. Source: feeds.md 1.4, payout statuses."""


@dataclass(frozen=True, slots=True)
class Named(Generic[AnyBook]):
    """A coded book whose provider and account codes are places in vocabularies of its own."""

    book: AnyBook
    providers: pa.Array
    accounts: pa.Array


def code_lines(book: BookColumns, hash_text: HashText) -> Named[CodedBook]:
    """Return payments or statement lines coded.

    Raises:
        EngineInputRefused: naming the file, the row and the column.
    """
    provider, providers = _always(book, "provider")
    account, accounts = _if_told(book, "account")
    debit = _directions(book)
    kind = _coded(book, "transaction_type", TYPE_CODE, TransactionType.OTHER)
    fee, fee_told = book.maybe_amounts("fee_vnd")
    tax, tax_told = book.maybe_amounts("tax_vnd")
    balance, balance_told = book.maybe_amounts("balance_after_vnd")
    amount = book.amounts("amount_vnd")
    book.refuse_beyond(amount, fee, tax)
    coded = CodedBook(
        provider=provider,
        account=account,
        block=np.full(book.size, -1, np.int32),
        kind=(debit + 2 * CLASS_OF_TYPE[kind]).astype(np.int8),
        type=kind,
        status=_coded(book, "status", STATUS_CODE, Status.UNKNOWN),
        amount=amount,
        day=book.days("business_date"),
        time=book.instants("occurred_at"),
        fee=fee,
        fee_told=fee_told,
        tax=tax,
        tax_told=tax_told,
        balance=balance,
        balance_told=balance_told,
        original_told=book.flags("original_is_told"),
        foreign=_foreign(book),
        ids=_record_ids(book, hash_text),
        texts={name: book.text(name) for name in TEXT_COLUMNS},
    )
    return Named(coded, providers, accounts)


def code_payouts(book: BookColumns, hash_text: HashText) -> Named[CodedPayouts]:
    """Return payouts coded."""
    provider, providers = _always(book, "provider")
    account, accounts = _if_told(book, "account")
    status, words = book.words("status", required=False)
    back = [word is not None and word.lower() in RETURNED_WORDS for word in words.to_pylist()]
    amount = book.amounts("amount_vnd")
    book.refuse_beyond(amount)
    coded = CodedPayouts(
        provider=provider,
        account=account,
        block=np.full(book.size, -1, np.int32),
        amount=amount,
        day=book.days("arrived_on"),
        foreign=_foreign(book),
        returned=np.array([*back, False])[status],
        ids=_record_ids(book, hash_text),
        reference=book.text("payout_reference"),
    )
    return Named(coded, providers, accounts)


def code_requests(book: BookColumns, hash_text: HashText) -> Named[CodedRequests]:
    """Return requests coded."""
    provider, providers = _always(book, "provider")
    account, accounts = _if_told(book, "account")
    amount = book.amounts("amount_vnd")
    book.refuse_beyond(amount)
    coded = CodedRequests(
        provider=provider,
        account=account,
        block=np.full(book.size, -1, np.int32),
        amount=amount,
        expires=book.instants("expires_at"),
        foreign=_foreign(book),
        ids=_record_ids(book, hash_text),
        reference=book.text("reference"),
    )
    return Named(coded, providers, accounts)


def _record_ids(book: BookColumns, hash_text: HashText) -> RecordIds:
    """Return the record ids, each there and each once."""
    book.required("record_id")
    ids = book.text("record_id")
    if not ids.present.all():
        raise book.refusal("record_id", "is missing", ~ids.present)
    order, repeated = canonical_order(ids, hash_text)
    if len(repeated):
        again = np.zeros(book.size, bool)
        again[repeated] = True
        value = ids.take(repeated[:1]).texts()[0].decode()
        raise book.refusal("record_id", f"{value!r} stands in an earlier row too", again)
    return RecordIds(ids, order)


def _if_told(book: BookColumns, column: str) -> tuple[NDArray[np.int32], pa.Array]:
    """Return a column that must be there but may be empty in some rows, or in all."""
    book.must_have(column)
    return book.words(column, required=False)


def _always(book: BookColumns, column: str) -> tuple[NDArray[np.int32], pa.Array]:
    codes, texts = book.words(column)
    if (codes < 0).any():
        raise book.refusal(column, "is missing", codes < 0)
    return codes, texts


def _directions(book: BookColumns) -> NDArray[np.int8]:
    codes, texts = book.words("direction")
    known = {Direction.CREDIT: CREDIT, Direction.DEBIT: DEBIT}
    meaning = [known.get(text.lower(), -1) for text in texts.fill_null("").to_pylist()]
    debit = np.array([*meaning, -1], np.int8)[codes]
    if (debit < 0).any():
        raise book.refusal("direction", "is neither 'credit' nor 'debit'", debit < 0)
    return debit


def _coded(
    book: BookColumns, column: str, known: Mapping[str, int], otherwise: str
) -> NDArray[np.int8]:
    """Return codes of a closed list; an unknown or missing word counts as ``otherwise``."""
    codes, texts = book.words(column)
    unknown = known[otherwise]
    words = texts.fill_null("").to_pylist()
    meaning = [known.get(word.strip().lower(), unknown) for word in words]
    return np.array([*meaning, unknown], np.int8)[codes]


def _foreign(book: BookColumns) -> Flags:
    """Return which records name a currency other than đồng."""
    codes, texts = book.words("currency", required=False)
    words = pc.utf8_upper(texts.fill_null("VND")).to_pylist()
    return np.array([*(word.strip() not in {"", "VND"} for word in words), False])[codes]
