"""The root hash of a run made again from its tables alone, without the engine.

A root is the SHA-256 over the columns and words of the table of outcomes, and over the hash of every
leaf of every book and leg. A leaf is a share of the (provider, account) pairs, by a hash of their
bytes; inside it rows stand as they are written. The hash of texts is said once more here, in the
arithmetic of plain whole numbers.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

_MASK = (1 << 64) - 1
_SEED, _SPREAD, _FINISH = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_BUCKETS = _PER_BUCKET = 16
_NO_ACCOUNT = _BUCKETS * _PER_BUCKET
_WORDS = {"book": 0, "leg": 1, "outcome": 2, "rule": 3, "reason": 4}
_TEXTS = frozenset({"record_id", "counterpart_id", "class_id"})

Words = Sequence[Sequence[str]]
"""The words of books, legs, outcomes, rules and reasons, each in its order."""


def root_of_tables(
    books: Mapping[str, pa.Table],
    outcomes: pa.Table,
    columns: Sequence[str],
    words: Words,
    places: Iterable[str],
) -> str:
    """Return the root that a table of outcomes has.

    Args:
        books: what was given, by book; ``record_id``, ``provider``, ``account``, every record once.
        outcomes: as the run wrote it, in its order, each of a record that was given.
        columns: of the table, in the order that is hashed.
        places: books and legs that were decided, ``payments.B``: some may hold no record.
    """
    leaves = {name: _leaves(book) for name, book in books.items()}
    place = outcomes.select(["book", "leg"]).to_pandas().astype("str")
    digest = hashlib.sha256(json.dumps([list(columns), [list(each) for each in words]]).encode())
    rows_of = place.groupby(["book", "leg"]).indices
    for book, leg in sorted(tuple(name.split(".")) for name in places):
        rows = rows_of.get((book, leg), np.zeros(0, np.int64))
        own = outcomes.take(pa.array(rows)).combine_chunks()
        leaf = leaves[book].reindex(_text(own, "record_id")).to_numpy(np.int64)
        order = np.argsort(leaf, kind="stable")
        told = [_Column(own.take(pa.array(order)), name, words) for name in columns]
        bounds = np.searchsorted(leaf[order], np.arange(_NO_ACCOUNT + 2)).tolist()
        found = [
            [at, _hash_rows(told, bounds[at], bounds[at + 1])]
            for at in range(_NO_ACCOUNT + 1)
            if bounds[at] < bounds[at + 1]
        ]
        digest.update(json.dumps([book, leg, found]).encode())
    return digest.hexdigest()


def leaf_of(provider: str, account: str) -> int:
    """Return the leaf that an account of a provider is in; an empty account has one of its own."""
    if not account:
        return _NO_ACCOUNT
    of_account = _hash(account.encode())
    inside = _finish(_mix(of_account, _hash(provider.encode()))) % _PER_BUCKET
    return of_account % _BUCKETS + inside * _BUCKETS


def _leaves(book: pa.Table) -> "pd.Series[int]":
    """Return the leaf of each record of a book, under its id."""
    pairs = pd.DataFrame({name: _text(book, name) for name in ("provider", "account")}).fillna("")
    code, known = pd.factorize(pd.MultiIndex.from_frame(pairs))
    leaf = np.array([leaf_of(*pair) for pair in known], np.int64)
    return pd.Series(leaf[code], index=_text(book, "record_id"), dtype="int64")


def _text(table: pa.Table, name: str) -> "pd.Series[str]":
    """Return a column as text: whole numbers as they are written."""
    text: pd.Series[str] = table.column(name).cast(pa.large_string()).to_pandas()
    return text


class _Column:
    """A column of some rows, as the numbers and bytes that are hashed."""

    def __init__(self, table: pa.Table, name: str, words: Words) -> None:
        column = table.column(name).combine_chunks()
        self._missing: NDArray[np.bool_] = column.is_null().to_numpy(zero_copy_only=False)
        self._bytes: bytes | memoryview = b""
        self._ends = np.zeros(1, np.int64)
        if name in _WORDS:
            numbers = {word: at for at, word in enumerate(words[_WORDS[name]])}
            told = column.cast(pa.string()).to_pandas()
            # A word that is none of the closed list has a number of its own: the root is another.
            known = told.map(numbers).fillna(-1)
            self._values: NDArray[np.signedinteger] = known.to_numpy(np.int8)
        elif name in _TEXTS:
            texts = column.cast(pa.large_string()).fill_null("")
            _, ends, held = texts.buffers()
            self._ends = np.frombuffer(ends, np.int64)[texts.offset :][: len(texts) + 1]
            self._bytes = memoryview(held) if held is not None else b""
            self._values = np.diff(self._ends).astype(np.int32)
        else:
            self._values = column.fill_null(0).cast(pa.int64()).to_numpy()

    def told(self, first: int, end: int) -> bytes:
        """Return what is hashed of the rows from ``first`` up to ``end``."""
        missing = self._missing[first:end]
        parts = [bytes([bool(missing.any())])]
        if missing.any():
            parts.append(np.packbits(missing).tobytes())
        parts.append(self._values[first:end].tobytes())
        if len(self._ends) > 1:
            parts.append(bytes(self._bytes[int(self._ends[first]) : int(self._ends[end])]))
        return b"".join(parts)


def _hash_rows(columns: Sequence[_Column], first: int, end: int) -> str:
    digest = hashlib.sha256((end - first).to_bytes(8, "little"))
    for column in columns:
        digest.update(column.told(first, end))
    return digest.hexdigest()


def _hash(text: bytes) -> int:
    """Return 64 bits over the length and each eight bytes of a text."""
    found = _mix(_SEED, len(text))
    for at in range(0, len(text), 8):
        found = _mix(found, int.from_bytes(text[at : at + 8], "little"))
    return _finish(found)


def _mix(found: int, word: int) -> int:
    mixed = (found ^ word) * _SPREAD & _MASK
    return mixed ^ mixed >> 32


def _finish(found: int) -> int:
    finished = found * _FINISH & _MASK
    finished ^= finished >> 29
    finished = finished * _SPREAD & _MASK
    return finished ^ finished >> 32
