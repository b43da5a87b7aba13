"""Sums that two tables tell together by subtraction, guarded as cells of a table are.

What an edition tells by goods, by band and by channel adds up over days and over vendors. So what lies
between two of them (late money, half a month) is a table of the same kind, under the same rules.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from market.adoption.definitions import TICKET_BAND_IDS
from market.adoption.disclosure.figures import BANDS, MONEY, same_areas
from market.adoption.disclosure.products import ProductRule
from market.adoption.disclosure.protect import protect
from market.adoption.disclosure.publishing import merge_small_categories
from market.adoption.disclosure.rules import CellRule
from market.adoption.disclosure.tables import ALL, LinkedTables, linked_tables
from market.adoption.study_disclosure import CHANNELS
from market.reports.contributions import Taken
from market.reports.models import PeriodTables
from market.reports.period_tables import Measured
from market.reports.study_models import PeriodStudies

GUARDED = (MONEY, BANDS, CHANNELS)
RECEIPTS = "U7"
"""Tells the receipts of an area in all: the sum of its bands."""
Cell = tuple[str, str, str]
"""Table, area, category."""
Part = tuple[str, int, int, str]
"""Table, vendor, market, category."""


def parts_of(taken: Iterable[Taken]) -> Counter[Part]:
    """Return what vendors have in the cells of each table: đồng, receipts by band."""
    found: Counter[Part] = Counter()
    for one in taken:
        who = one.vendor_id, one.market_id
        found[MONEY, *who, one.goods_group] += one.value_vnd
        found[CHANNELS, *who, one.channel] += one.value_vnd
        for band, count in zip(TICKET_BAND_IDS, one.bands, strict=True):
            found[BANDS, *who, band] += count
    return found


def moved(one: Counter[Part], other: Counter[Part]) -> Counter[Part]:
    """Return by how much two differ, where they do."""
    return Counter(
        {
            key: gap
            for key in one.keys() | other.keys()
            for gap in [abs(one[key] - other[key])]
            if gap
        }
    )


def told_cells(tables: PeriodTables, studies: PeriodStudies, hidden: str = "") -> frozenset[Cell]:
    """Return the cells with a mark; without one, those that are told."""
    found: set[Cell] = set()
    for code, area in tables.areas.items():
        if area.closes:
            whole = [(MONEY, "U8"), (CHANNELS, "U8"), (BANDS, RECEIPTS)]
            found |= {(table, code, ALL) for table, id_ in whole if area[id_].hidden == hidden}
            found |= {(BANDS, code, id_) for id_ in TICKET_BAND_IDS if area[id_].hidden == hidden}
        found |= {(MONEY, code, one.goods_group) for one in area.goods if one.hidden == hidden}
    for code, study in studies.areas.items():
        found |= {
            (CHANNELS, code, f"{one.acceptance_type}/{one.provider}")
            for one in study.channels
            if one.hidden == hidden
        }
    return frozenset(found)


@dataclass(frozen=True)
class Guard:
    """What of some sums would have to be hidden, were they told by themselves."""

    made: Measured
    rule: ProductRule
    codes: Mapping[int, str]
    """Of markets, by id."""
    merged: Mapping[str, str]
    """Under which name each goods group is told."""
    holdings: Mapping[int, str]

    @classmethod
    def of(
        cls,
        made: Measured,
        rule: ProductRule,
        codes: Mapping[int, str] | None = None,
    ) -> "Guard":
        """Return the guard of what is measured.

        Args:
            codes: of more markets than are measured; ``None`` = of these.
        """
        groups = made.facts.groups
        return cls(
            made,
            rule,
            {one.id: code for code, one in made.markets.items() if one.id is not None}
            if codes is None
            else codes,
            dict(_merged(made, rule)),
            dict(zip(groups["vendor_id"].tolist(), groups["holding"].tolist(), strict=True)),
        )

    def hidden(self, parts: Mapping[Part, int]) -> set[Cell]:
        """Return the cells that would be hidden, of all."""
        return {
            (table, area, category)
            for table in GUARDED
            for tables in [self._tables(table, parts)]
            if tables.cells
            for area, category in protect(tables, self._rule(table)).hidden
        }

    def hidden_beside(self, parts: Mapping[Part, int], told: Collection[Cell]) -> set[Cell]:
        """Return the cells that would be hidden, of those that are told."""
        known = self.once(told)
        found: set[Cell] = set()
        for table in GUARDED:
            tables = self._tables(table, parts)
            if tables.cells:
                open_ = {key for key in tables.cells if (table, *key) not in known}
                pattern = protect(tables, self._rule(table), hidden_before=open_)
                left = pattern.hidden.keys() - open_
                found |= {(table, area, category) for area, category in left}
        return found

    def once(self, cells: Iterable[Cell]) -> set[Cell]:
        """Return cells under the one name that an area has in tables."""
        same = self._same
        return {(table, same.get(area, area), category) for table, area, category in cells}

    def _rule(self, table: str) -> CellRule:
        return (
            CellRule(self.rule.cell.holdings_min, Fraction(0)) if table == BANDS else self.rule.cell
        )

    def _tables(self, table: str, parts: Mapping[Part, int]) -> LinkedTables:
        rows = [
            (
                (
                    self.codes[market],
                    self.merged.get(category, category) if table == MONEY else category,
                ),
                self.holdings.get(vendor) or f"#{vendor}",
                value,
            )
            for (own, vendor, market, category), value in parts.items()
            if own == table and value
        ]
        groups = {
            (0, code): sorted(own) for code, own in self._members.items() if code not in self._same
        }
        return linked_tables(rows, [frozenset({0, 1})], groups)

    @property
    def _members(self) -> dict[str, Collection[str]]:
        return {code: group.market_codes for code, group in self.made.groups.items()}

    @property
    def _same(self) -> dict[str, str]:
        return same_areas(sorted(self.made.markets), self._members)


def _merged(made: Measured, rule: ProductRule) -> Iterator[tuple[str, str]]:
    """Yield under which name each goods group is told in the period."""
    rows = [((one.goods_group,), one.holding, one.value_vnd) for one in made.takings]
    told = merge_small_categories(rows, 0, rule.cell.holdings_min)
    for before, after in zip(rows, told, strict=True):
        yield before[0][0], after[0][0]
