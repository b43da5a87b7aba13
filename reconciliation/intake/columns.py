"""The columns of a file and how they differ from those of the files that were read before. Pure."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from reconciliation.feeds.reading.sniffing import first_rows

Columns = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDrift:
    """How a header differs from the one that was read: pairs (was, is), and names."""

    renamed: tuple[tuple[str, str], ...] = ()
    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    is_reordered: bool = False

    @property
    def is_none(self) -> bool:
        """Return whether nothing differs."""
        return not (self.renamed or self.added or self.missing or self.is_reordered)


def columns_of(content: bytes, known: Collection[str] = ()) -> Columns:
    """Return the likeliest header among a file's first rows; empty when it has no table.

    Args:
        known: names of columns that were read before; a row that holds most of them is the header.
            Without any, the row with most cells of words: data hold digits.
    """
    names = frozenset(known)

    def likeliness(row: Columns) -> tuple[int, int, Columns]:
        worded = sum(bool(cell) and not any(map(str.isdigit, cell)) for cell in row)
        return len(names.intersection(row)), worded, row

    best = max(first_rows(content), key=likeliness, default=())
    return best if likeliness(best)[1] > 1 else ()


def columns_sha256(columns: Columns) -> str:
    """Return what names a header: the hash of its cells in their order."""
    return hashlib.sha256(written(columns).encode()).hexdigest()


def written(columns: Columns) -> str:
    """Return a header as it is kept."""
    return json.dumps(columns, ensure_ascii=False)


def drift_between(was: Sequence[str], now: Sequence[str]) -> ColumnDrift:
    """Return how a header differs from an earlier one.

    A column that is gone and one that is new at the same place are one that was renamed.
    """
    missing = [name for name in was if name not in now]
    added = [name for name in now if name not in was]
    renamed = [
        (old, new) for old, new in zip(was, now, strict=False) if old in missing and new in added
    ]
    kept_before = [name for name in was if name in now]
    kept_now = [name for name in now if name in was]
    return ColumnDrift(
        renamed=tuple(renamed),
        added=tuple(name for name in added if name not in {new for _, new in renamed}),
        missing=tuple(name for name in missing if name not in {old for old, _ in renamed}),
        is_reordered=kept_before != kept_now,
    )
