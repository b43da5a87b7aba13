"""One set of linked tables as each product shows it: cells, flags, and the rules they rest on."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from market.adoption.disclosure.hidden import Hidden
from market.adoption.disclosure.products import ProductRule, TableProduct
from market.adoption.disclosure.protect import Pattern, protect
from market.adoption.disclosure.tables import Key, LinkedTables

OTHERS = "khác"


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell as a product tells it."""

    key: Key
    value: int | None
    """``None`` = hidden."""
    hidden: Hidden

    @property
    def flag(self) -> str:
        """Return ``c``, ``s`` or nothing."""
        return self.hidden.value


def publish_values(
    tables: LinkedTables,
    rules: Mapping[TableProduct, ProductRule],
    *,
    hidden_before: Mapping[TableProduct, Collection[Key]] | None = None,
    shown_before: Mapping[TableProduct, Collection[Key]] | None = None,
    covered: Collection[Key] | None = None,
) -> dict[TableProduct, Pattern]:
    """Return for each product which cells of value it hides.

    What the district does not see the public does not see either: else the two tables together
    would tell it.

    Args:
        rules: of the products asked for; a product that is left out hides nothing from others.
        hidden_before: by product, what it hid in earlier periods of the year.
        shown_before: by product, what it has published already.
        covered: cells with data coverage enough; ``None`` = all.
    """
    hidden_before, shown_before = hidden_before or {}, shown_before or {}
    patterns: dict[TableProduct, Pattern] = {}
    closed: frozenset[Key] = frozenset()
    for product, rule in ((each, rules[each]) for each in TableProduct if each in rules):
        if rule.shows_all:
            patterns[product] = Pattern({})
            continue
        patterns[product] = protect(
            tables,
            rule.cell,
            hidden_before=closed | frozenset(hidden_before.get(product, ())),
            shown_before=shown_before.get(product, ()),
            covered=covered,
        )
        closed |= patterns[product].hidden.keys()
    return patterns


def shown_cells(tables: LinkedTables, pattern: Pattern) -> list[ShownCell]:
    """Return every cell with its value, or why it has none, by key."""
    return [
        ShownCell(key, None if pattern[key] else tables.cells[key].value, pattern[key])
        for key in sorted(tables.cells)
    ]


def merge_small_categories(
    records: Iterable[tuple[Sequence[str], str, int]], place: int, holdings_min: int
) -> list[tuple[tuple[str, ...], str, int]]:
    """Return the records with small categories of a dimension told together as ``khác``.

    Small is a category with fewer contributing holdings than these, in all records. One small
    category alone takes the next smallest with it: merged with nobody it would only change its name.
    """
    told = [(tuple(categories), holding, value) for categories, holding, value in records]
    holders: dict[str, set[str]] = {}
    for categories, holding, value in told:
        holders.setdefault(categories[place], set()).update({holding} if value else ())
    by_size = sorted(holders, key=lambda name: (len(holders[name]), name))
    small = [name for name in by_size if len(holders[name]) < holdings_min]
    merged = set(by_size[: max(2, len(small))]) if small else set()
    return [
        (
            (*categories[:place], OTHERS, *categories[place + 1 :])
            if categories[place] in merged
            else categories,
            holding,
            value,
        )
        for categories, holding, value in told
    ]
