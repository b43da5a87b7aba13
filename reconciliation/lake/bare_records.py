"""Which part decides a record that names no account.

Only the provider's id can join such a record, so it matters where that id stands beside an account.
Where one account holds it, the record goes to the part that holds the account. Where nobody does, or
where several accounts or several bare records share it, the bare records and all those accounts
are decided together, in a part of their own. So every part stays a run of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from reconciliation.engine.book_columns import BookColumns
from reconciliation.engine.books import BookName
from reconciliation.engine.coded_text import Rows
from reconciliation.engine.leaves import leaves_of_columns
from reconciliation.lake.parts import Account, Part
from reconciliation.lake.rounds import Link
from reconciliation.profiles import Join, Profiles

_LINES = (BookName.PAYMENTS, BookName.STATEMENT)
_Key = tuple[int, str, str]
"""A join, a provider, an id."""


@dataclass(frozen=True, slots=True)
class BareRecords:
    """The records of a lake that name no account, by book; ``keys``: their ids, row by row."""

    tables: dict[str, pa.Table]
    joins: tuple[Join, ...]
    keys: dict[_Key, list[tuple[str, int]]]

    def ids(self) -> tuple[pa.Array, ...]:
        """Return the distinct ids under each join."""
        found: list[set[str]] = [set() for _ in self.joins]
        for join, _, text in self.keys:
            found[join].add(text)
        return tuple(pa.array(sorted(texts), pa.large_string()) for texts in found)


def read_bare_keys(tables: dict[str, pa.Table], profiles: Profiles) -> BareRecords:
    """Return bare records with the ids by which they may be joined."""
    joins = tuple(sorted({row.id_join for row in profiles.rows if row.id_join}))
    keys: dict[_Key, list[tuple[str, int]]] = defaultdict(list)
    for book in _LINES:
        if book.value not in tables:
            continue
        columns = BookColumns(tables[book.value], book.value)
        for number, join in enumerate(joins):
            told = columns.arrow(join[book is BookName.STATEMENT])
            if told is None or not columns.size:
                continue
            texts = told.cast(pa.large_string()).to_pylist()
            names = columns.required("provider").cast(pa.large_string()).to_pylist()
            for row, (provider, text) in enumerate(zip(names, texts, strict=True)):
                if text:
                    keys[number, provider, text].append((book.value, row))
    return BareRecords(tables, joins, dict(keys))


def assign(
    bare: BareRecords, links: Iterable[Link], leaves: Sequence[tuple[int, ...]]
) -> list[Part]:
    """Return the parts of a run, and behind them one of what cannot be given to a single account."""
    accounts: dict[_Key, set[Account]] = defaultdict(set)
    for join, provider, text, account in links:
        accounts[join, provider, text].add((provider, account))
    lent: dict[Account, list[tuple[str, int]]] = defaultdict(list)
    moved: set[Account] = set()
    for keys in _together(bare.keys):
        rows = sorted({row for key in keys for row in bare.keys[key]})
        owners = {account for key in keys for account in accounts.get(key, ())}
        books = [book for book, _ in rows]
        if len(owners) == 1 and len(set(books)) == len(books):
            lent[next(iter(owners))] += rows
        else:
            moved |= owners
    for owner in moved & lent.keys():
        del lent[owner]
    return _parts(bare, lent, frozenset(moved), leaves)


def _parts(
    bare: BareRecords,
    lent: dict[Account, list[tuple[str, int]]],
    moved: frozenset[Account],
    leaves: Sequence[tuple[int, ...]],
) -> list[Part]:
    part_of_leaf = {leaf: number for number, own in enumerate(leaves) for leaf in own}
    given: list[dict[str, list[int]]] = [defaultdict(list) for _ in leaves]
    taken: dict[str, list[int]] = defaultdict(list)
    for account, leaf in zip(lent, _leaves(list(lent)), strict=True):
        for book, row in lent[account]:
            given[part_of_leaf[leaf]][book].append(row)
            taken[book].append(row)
    parts = [
        Part(number, own, moved, frozenset(), _rows(bare, given[number]))
        for number, own in enumerate(leaves)
    ]
    rest = {
        book: np.setdiff1d(np.arange(len(table)), np.array(taken[book], np.int64)).tolist()
        for book, table in bare.tables.items()
    }
    if moved or any(rest.values()) or not parts:
        parts.append(Part(len(parts), (), frozenset(), moved, _rows(bare, rest)))
    return parts


def _together(keys: dict[_Key, list[tuple[str, int]]]) -> Iterable[list[_Key]]:
    """Return the keys in sets: those that one record holds are decided by one part."""
    leader: dict[_Key, _Key] = {key: key for key in keys}

    def find(key: _Key) -> _Key:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    first: dict[tuple[str, int], _Key] = {}
    for key, rows in keys.items():
        for row in rows:
            leader[find(key)] = find(first.setdefault(row, key))
    found: dict[_Key, list[_Key]] = defaultdict(list)
    for key in leader:
        found[find(key)].append(key)
    return found.values()


def _leaves(accounts: list[Account]) -> list[int]:
    if not accounts:
        return []
    provider, account = (pa.array(column) for column in zip(*accounts, strict=True))
    leaves: list[int] = leaves_of_columns(provider, account).tolist()
    return leaves


def _rows(bare: BareRecords, rows: dict[str, list[int]]) -> dict[str, pa.Table]:
    numbers: dict[str, Rows] = {book: np.sort(np.array(of, np.int64)) for book, of in rows.items()}
    return {book: bare.tables[book].take(pa.array(of)) for book, of in numbers.items() if len(of)}
