"""All books of a run under one coding: the same provider or account has one number in each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from reconciliation.engine.book_coding import code_lines, code_payouts, code_requests
from reconciliation.engine.books import (
    AnyBook,
    BookName,
    Books,
    CodedBook,
    CodedPayouts,
    CodedRequests,
)
from reconciliation.engine.coded_text import HashText

_TABLE_MAX = 1 << 25


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedBooks:
    """Payments, statement and payouts; ``providers`` and ``accounts`` are the texts of the codes.

    Block codes run from 0 to ``blocks`` - 1. ``has_…``: that book was given, be it empty.
    ``whole_ids``: all record ids came as whole numbers.
    """

    payments: CodedBook
    statement: CodedBook
    payouts: CodedPayouts
    requests: CodedRequests
    has_payouts: bool
    has_requests: bool
    providers: tuple[str, ...]
    accounts: pa.Array
    blocks: int
    whole_ids: bool


def code_books(books: Books, hash_text: HashText) -> CodedBooks:
    """Return the books coded together.

    Raises:
        EngineInputRefused: a column is missing or a value breaks the contract.
    """
    columns = {name: books.columns(name) for name in BookName}
    payments = code_lines(columns[BookName.PAYMENTS], hash_text)
    statement = code_lines(columns[BookName.STATEMENT], hash_text)
    payouts = code_payouts(columns[BookName.PAYOUTS], hash_text)
    requests = code_requests(columns[BookName.REQUESTS], hash_text)
    names = (payments, statement, payouts, requests)
    providers, provider = _one_vocabulary([book.providers for book in names])
    accounts, account = _one_vocabulary([book.accounts for book in names])
    recoded = (
        _recoded(payments.book, provider[0], account[0]),
        _recoded(statement.book, provider[1], account[1]),
        _recoded(payouts.book, provider[2], account[2]),
        _recoded(requests.book, provider[3], account[3]),
    )
    blocks, block = _blocks(recoded, len(accounts))
    return CodedBooks(
        payments=replace(recoded[0], block=block[0]),
        statement=replace(recoded[1], block=block[1]),
        payouts=replace(recoded[2], block=block[2]),
        requests=replace(recoded[3], block=block[3]),
        has_payouts=books.payouts is not None,
        has_requests=books.requests is not None,
        providers=tuple(providers.to_pylist()),
        accounts=accounts,
        blocks=blocks,
        whole_ids=all(book.holds_numbers("record_id") for book in columns.values() if book.size),
    )


def _one_vocabulary(vocabularies: list[pa.Array]) -> tuple[pa.Array, list[NDArray[np.int32]]]:
    """Return the texts of several vocabularies, and for each the common code of its own codes."""
    joined = pa.concat_arrays(vocabularies).dictionary_encode()
    codes = joined.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    ends = np.cumsum([len(vocabulary) for vocabulary in vocabularies])
    return joined.dictionary, np.split(codes, ends[:-1])


def _recoded(book: AnyBook, provider: NDArray[np.int32], account: NDArray[np.int32]) -> AnyBook:
    missing = np.int32(-1)
    return replace(
        book,
        provider=np.append(provider, missing)[book.provider],
        account=np.append(account, missing)[book.account],
    )


def _blocks(
    books: Sequence[CodedBook | CodedPayouts | CodedRequests], accounts: int
) -> tuple[int, list[NDArray[np.int32]]]:
    """Return how many (provider, account) there are, and their code per record."""
    raw = [
        np.where(book.account < 0, -1, book.provider.astype(np.int64) * accounts + book.account)
        for book in books
    ]
    possible = int(max(block.max(initial=-1) for block in raw)) + 1
    if possible <= _TABLE_MAX:
        return possible, [block.astype(np.int32) for block in raw]
    found = pd.factorize(np.concatenate([np.array([-1]), *raw]))[0].astype(np.int32) - 1
    ends = np.cumsum([len(block) for block in raw])[:-1]
    return int(found.max()) + 1, np.split(found[1:], ends)
