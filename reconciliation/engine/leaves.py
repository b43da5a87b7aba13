"""Which leaf an account belongs to: the smallest share of the accounts that is dealt out as one.

A leaf holds whole (provider, account) pairs, chosen by a hash of their texts alone, so the same
account falls into the same leaf on every machine. Sixteen leaves make a bucket, the folder of a
lake, in which all providers of an account stay together. Every part of a run is a set of leaves, and
the root hash is a hash over the leaves: it does not depend on how they were dealt out.
Source: architecture.md section 8.
"""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Codes, code_text, finish, hash_text, mix

BUCKETS = 16
LEAVES_PER_BUCKET = 16
LEAVES = BUCKETS * LEAVES_PER_BUCKET
NO_ACCOUNT = LEAVES
"""The leaf of records that name no account."""

Leaves = NDArray[np.uint16]


def bucket_of(leaf: int) -> int:
    """Return the bucket that holds a leaf."""
    return leaf % BUCKETS


def leaves_of(provider: Codes, providers: pa.Array, account: Codes, accounts: pa.Array) -> Leaves:
    """Return the leaf of each record by the codes of its provider and account, -1 = none."""
    if not len(accounts):
        return np.full(len(account), NO_ACCOUNT, np.uint16)
    of_account = hash_text(code_text(accounts))
    of_provider = np.append(hash_text(code_text(providers)), np.uint64(0))
    hashes = of_account[account]
    inside = finish(mix(hashes, of_provider[provider])) % np.uint64(LEAVES_PER_BUCKET)
    leaves: Leaves = (hashes % np.uint64(BUCKETS) + inside * np.uint64(BUCKETS)).astype(np.uint16)
    leaves[account < 0] = NO_ACCOUNT
    return leaves


def leaves_of_columns(provider: pa.Array, account: pa.Array) -> Leaves:
    """Return the leaf of each row of two columns of text; an empty account is none."""
    columns = [_coded(column) for column in (provider, account)]
    return leaves_of(*columns[0], *columns[1])


def _coded(column: Any) -> tuple[Codes, pa.Array]:
    """Return codes (-1 = missing or empty) and the texts they stand for."""
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column
        column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = column.chunk(0)
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.large_string()).dictionary_encode()
    texts = column.dictionary.cast(pa.large_string())
    codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    empty = np.append(np.array([not text for text in texts.to_pylist()], bool), True)
    return np.where(empty[codes], -1, codes), texts
