"""Tables that share cells, as one system: cells with their contributors, and sums they obey.

A cell is named by one category per dimension, ``*`` for all of them. Linked tables (market × goods,
month × market) are simply more cells and more sums of one system.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

ALL = "*"
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableCell:
    """A value and who contributed how much to it, by holding."""

    key: Key
    contributions: Mapping[str, int]

    @property
    def value(self) -> int:
        """Return the sum of the contributions."""
        return sum(self.contributions.values())


@dataclass(frozen=True, slots=True)
class Sum:
    """One cell is the sum of others."""

    total: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True)
class LinkedTables:
    """Cells and the sums that everybody knows them to obey."""

    cells: Mapping[Key, TableCell]
    sums: tuple[Sum, ...]

    def union(self, keys: Iterable[Key]) -> dict[str, int]:
        """Return the contributions to several disjoint cells together."""
        found: dict[str, int] = defaultdict(int)
        for key in keys:
            for holding, value in self.cells[key].contributions.items():
                found[holding] += value
        return dict(found)


def linked_tables(
    records: Iterable[tuple[Sequence[str], str, int]],
    tables: Sequence[frozenset[int]],
    groups: Mapping[tuple[int, str], Sequence[str]] | None = None,
) -> LinkedTables:
    """Return all cells of some tables with their margins, and every sum between them.

    Args:
        records: categories in the order of the dimensions, holding, value at least 0.
        tables: for each table the dimensions it is broken down by; it has all its margins.
        groups: by dimension and name, categories that are also told together (an area, a quarter,
            the year to date); groups may overlap. A group named after another group of the same
            dimension may hold it.

    Raises:
        ValueError: a value is below 0, or a category is named ``*`` or like a group.
    """
    groups = groups or {}
    found: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    shown = _breakdowns(tables)
    plain: dict[int, set[str]] = defaultdict(set)
    memberships = _memberships(groups)
    keys_of: dict[Key, list[Key]] = {}
    for told, holding, value in records:
        categories = tuple(told)
        if value < 0:
            raise ValueError(f"a contribution of {value} to {categories} is below 0")
        if categories not in keys_of:
            for place, category in enumerate(categories):
                if category == ALL or (place, category) in groups:
                    raise ValueError(f"category {category!r} of dimension {place} is a margin")
                plain[place].add(category)
            keys_of[categories] = [
                key for breakdown in shown for key in _keys(categories, breakdown, memberships)
            ]
        for key in keys_of[categories]:
            found[key][holding] += value
    cells = {key: TableCell(key, dict(by)) for key, by in found.items()}
    return LinkedTables(cells, tuple(_sums(cells, plain, groups)))


def _breakdowns(tables: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """Return every set of dimensions some table or one of its margins is broken down by."""
    return sorted(
        {
            frozenset(chosen)
            for table in tables
            for size in range(len(table) + 1)
            for chosen in combinations(sorted(table), size)
        },
        key=lambda each: (len(each), sorted(each)),
    )


def _memberships(
    groups: Mapping[tuple[int, str], Sequence[str]],
) -> dict[tuple[int, str], set[str]]:
    """Return by dimension and category the groups it is in, through groups of groups too."""
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for (place, name), members in groups.items():
        waiting = list(members)
        while waiting:
            member = waiting.pop()
            waiting.extend(groups.get((place, member), ()))
            found[place, member].add(name)
    return found


def _keys(
    categories: Sequence[str],
    breakdown: frozenset[int],
    memberships: Mapping[tuple[int, str], set[str]],
) -> list[Key]:
    keys: list[Key] = [()]
    for place, category in enumerate(categories):
        names = (
            [category, *sorted(memberships.get((place, category), ()))]
            if place in breakdown
            else [ALL]
        )
        keys = [(*key, name) for key in keys for name in names]
    return keys


def _sums(
    cells: Mapping[Key, TableCell],
    plain: Mapping[int, set[str]],
    groups: Mapping[tuple[int, str], Sequence[str]],
) -> list[Sum]:
    """Return for each dimension the margin as the sum of its categories, and each group of its own."""
    sums = []
    for key in sorted(cells):
        for place, name in enumerate(key):
            if name == ALL:
                members: Iterable[str] = sorted(plain[place])
            elif (place, name) in groups:
                members = groups[place, name]
            else:
                continue
            parts = [(*key[:place], member, *key[place + 1 :]) for member in members]
            present = tuple(part for part in parts if part in cells)
            if present:
                sums.append(Sum(key, present))
    return sums
