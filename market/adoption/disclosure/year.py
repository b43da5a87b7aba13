"""Publishing month by month: one pattern through the year, and the year to date told beside it.

Months and the year to date are one system of linked tables: the year to date of two months tells
the month between them, and the year less eleven months the twelfth. What was published is published;
each month is protected with all of it known.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from market.adoption.disclosure.products import ProductRule, TableProduct
from market.adoption.disclosure.protect import Pattern
from market.adoption.disclosure.publishing import publish_values
from market.adoption.disclosure.tables import Key, LinkedTables, linked_tables

MONTH = 0
"""The place of the month in a key; months are labels that sort by time."""


def year_to_date(month: str) -> str:
    """Return how the months of a year up to one of them are called together."""
    return f"..{month}"


@dataclass(frozen=True)
class PublishedYear:
    """What of a year was published so far, by product."""

    shown: Mapping[TableProduct, frozenset[Key]]
    hidden: Mapping[TableProduct, frozenset[Key]]

    @classmethod
    def nothing(cls) -> "PublishedYear":
        """Return the year before its first month."""
        return cls(
            {product: frozenset() for product in TableProduct},
            dict.fromkeys(TableProduct, frozenset()),
        )


@dataclass(frozen=True)
class PublishedMonth:
    """The tables of the year so far, what each product shows of them, and the year after it."""

    tables: LinkedTables
    patterns: Mapping[TableProduct, Pattern]
    year: PublishedYear


def publish_month(
    records: Iterable[tuple[Sequence[str], str, int]],
    breakdowns: Sequence[frozenset[int]],
    rules: Mapping[TableProduct, ProductRule],
    year: PublishedYear,
    *,
    groups: Mapping[tuple[int, str], Sequence[str]] | None = None,
    covered: Collection[Key] | None = None,
) -> PublishedMonth:
    """Return what the newest month of the records adds to what was published of the year.

    A cell that was hidden in an earlier month is hidden in this one.

    Args:
        records: of all months so far; categories with the month first, holding, value.
        breakdowns: dimensions of each table, as for ``linked_tables``; the month is in all of them.
        groups: areas and the like; groups of months are made here.

    Raises:
        TablesNotProtectable: what was published before gives an unsafe cell away.
    """
    told = [(tuple(categories), holding, value) for categories, holding, value in records]
    months = sorted({categories[MONTH] for categories, _, _ in told})
    tables = linked_tables(
        told,
        [breakdown | {MONTH} for breakdown in breakdowns],
        {**(groups or {}), **_years_to_date(months)},
        without_margin=frozenset({MONTH}),
    )
    patterns = publish_values(
        tables,
        rules,
        hidden_before={
            product: hidden | _same_in(tables, hidden, months[-1])
            for product, hidden in year.hidden.items()
        },
        shown_before=year.shown,
        covered=covered,
    )
    return PublishedMonth(
        tables,
        patterns,
        PublishedYear(
            {
                product: frozenset(tables.cells.keys() - pattern.hidden.keys())
                for product, pattern in patterns.items()
            },
            {product: frozenset(pattern.hidden) for product, pattern in patterns.items()},
        ),
    )


def _years_to_date(months: Sequence[str]) -> dict[tuple[int, str], Sequence[str]]:
    """Return each year to date as the one before and its own month; January's is January."""
    return {
        (MONTH, year_to_date(month)): (year_to_date(before), month)
        for before, month in pairwise(months)
    } | {(MONTH, year_to_date(months[0])): (months[0],)}


def _same_in(tables: LinkedTables, hidden: Collection[Key], month: str) -> frozenset[Key]:
    """Return the cells of a month that are hidden ones of other months, whatever year to date."""
    same = {(month, *key[1:]) for key in hidden if not key[MONTH].startswith("..")}
    return frozenset(same & tables.cells.keys())
