"""The root hash of a run: one SHA-256 over those of every leaf of every book and leg.

A leaf is hashed by whoever decided its accounts; the root needs the hashes alone. So it is the same
whether one process saw all accounts or a hundred saw a few each.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reconciliation.engine.coded_text import code_text
from reconciliation.engine.leaves import LEAVES, Leaves
from reconciliation.engine.outcome_table import COLUMNS, VOCABULARIES

Place: TypeAlias = tuple[str, str]
"""A book and a leg."""
LeafHashes: TypeAlias = Mapping[Place, Mapping[int, str]]
"""SHA-256 of each leaf that holds a record, by book and leg."""


def hash_leaves(table: pa.Table, leaves: Iterable[tuple[Place, Leaves]]) -> LeafHashes:
    """Return the hash of every leaf of a table of outcomes.

    Args:
        leaves: of each chunk of the table its book and leg, and the leaf of each row, ascending.
    """
    found: dict[Place, dict[int, str]] = {}
    for number, (place, of_row) in enumerate(leaves):
        columns = [_Column(table.column(name).chunk(number)) for name in COLUMNS]
        bounds = np.searchsorted(of_row, np.arange(LEAVES + 2))
        found[place] = {
            leaf: _hash_rows(columns, int(bounds[leaf]), int(bounds[leaf + 1]))
            for leaf in np.flatnonzero(np.diff(bounds)).tolist()
        }
    return found


def root_of(leaves: LeafHashes) -> str:
    """Return the root over the hashes of all leaves, in whatever order they came."""
    digest = hashlib.sha256(json.dumps([COLUMNS, VOCABULARIES]).encode())
    for place in sorted(leaves):
        told = [[leaf, leaves[place][leaf]] for leaf in sorted(leaves[place])]
        digest.update(json.dumps([*place, told]).encode())
    return digest.hexdigest()


def _hash_rows(columns: "list[_Column]", first: int, end: int) -> str:
    """Return the SHA-256 over every value of some rows, column by column.

    Words are hashed as their numbers in the vocabularies, texts as their lengths and bytes; what is
    missing is told apart from what is empty or zero.
    """
    digest = hashlib.sha256((end - first).to_bytes(8, "little"))
    for column in columns:
        column.add_to(digest, first, end)
    return digest.hexdigest()


class _Column:
    """A chunk of a column as plain arrays, so that any of its rows are hashed without copying."""

    def __init__(self, chunk: pa.Array) -> None:
        self._missing: NDArray[np.bool_] | None = None
        if chunk.null_count:
            self._missing = chunk.is_null().to_numpy(zero_copy_only=False)
        self._bytes: NDArray[np.uint8] | None = None
        if pa.types.is_dictionary(chunk.type):
            self._values = chunk.indices.to_numpy(zero_copy_only=False)
        elif pa.types.is_string(chunk.type) or pa.types.is_large_string(chunk.type):
            text = code_text(chunk)
            self._values = np.ascontiguousarray(text.lengths)
            self._bytes = text.data
            self._ends = np.append(text.starts, text.starts[-1:] + text.lengths[-1:])
        else:
            self._values = chunk.fill_null(0).cast(pa.int64()).to_numpy(zero_copy_only=False)

    def add_to(self, digest: "hashlib._Hash", first: int, end: int) -> None:
        """Hash the rows from ``first`` up to ``end``."""
        some_missing = self._missing is not None and bool(self._missing[first:end].any())
        digest.update(bytes([some_missing]))
        if self._missing is not None and some_missing:
            digest.update(np.packbits(self._missing[first:end]).data)
        digest.update(np.ascontiguousarray(self._values[first:end]).data)
        if self._bytes is not None:
            digest.update(self._bytes[int(self._ends[first]) : int(self._ends[end])].data)
