"""What of a period's figures each product may tell: shares of vendors, and money.

Everything that is told of a period is one system of linked tables: markets, the areas they are in,
all of them together; money by goods group and receipts by band beside its totals; vendors of a share
and those of its rest. One rule decides them all (``protect``, ``publish_values``), so that no table
tells what another hides. Source: domain.md 12.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from market.adoption.definitions import TICKET_BAND_IDS, DisclosureClass
from market.adoption.disclosure.areas import Cell, DisclosedArea
from market.adoption.disclosure.hidden import Hidden
from market.adoption.disclosure.products import ProductRule, TableProduct
from market.adoption.disclosure.protect import Pattern, protect
from market.adoption.disclosure.publishing import merge_small_categories, publish_values
from market.adoption.disclosure.rules import CellRule
from market.adoption.disclosure.tables import ALL, Key, LinkedTables, linked_tables
from market.adoption.report import AreaFigures

PART, REST = "part", "rest"
OF_FRAME = frozenset({"S2", "S3", "S4", "U1", "U2", "U4"})
"""Shares of the vendors in the frame, whose number is told beside them."""
OF_EQUIPPED = frozenset({"U5", "U6"})
"""Shares of the equipped: their number is the part of S3."""
CASH_POINTS = "S9"
"""Points are no secret, the vendors they are divided by may be."""
MONEY, BANDS = "money", "bands"
UNSEEN = ":u"
"""After the name of a table: the cell was hidden for the data covered too little, and for no secret.

It stays hidden in sums over its own days, and may be told of other periods of the year. A period that
hides it for the days it holds is protected without it and does not remember it: its own edition does.
"""

Remembered = frozenset[tuple[str, ...]]
"""Hidden cells of money as (table, area, category): what stays hidden through the year.

Only what is received adds up over months; how many vendors there are on a day does not.
"""


@dataclass(frozen=True, slots=True)
class Takings:
    """What one vendor received in the period; ``bands`` counts the receipts by amount."""

    market_code: str
    goods_group: str
    holding: str
    value_vnd: int
    bands: tuple[int, ...]


@dataclass(frozen=True)
class Told:
    """What a product tells: areas with their cells marked, and money by goods group."""

    areas: tuple[DisclosedArea, ...]
    goods: Mapping[tuple[str, str], Hidden]
    """By area and goods group, small groups as ``khác``."""
    merged: Mapping[str, str]
    """Under which name a goods group is told."""
    frames_hidden: Mapping[str, Hidden]
    """Why the number of vendors is not told, by area; those not in it are told theirs."""
    hidden: Remembered
    unseen: frozenset[str] = frozenset()
    """Areas whose money is hidden for some of its days alone, which were covered too little."""


def tell(
    areas: Sequence[AreaFigures],
    members: Mapping[str, Collection[str]],
    takings: Sequence[Takings],
    rules: Mapping[TableProduct, ProductRule],
    product: TableProduct,
    hidden_before: Remembered = frozenset(),
) -> Told:
    """Return what a product may tell of the figures of a period.

    Args:
        areas: of every market, of every area of ``members``, and of ``*`` if it is told; an area
            must be told whole or not be asked for: what is decided holds for all readers.
        members: codes of markets by the code of the area, with ``GROUP`` before it.
        takings: of all markets, of the period.
        hidden_before: what the product hid in other periods of the year; with ``UNSEEN``, of days that
            this period holds too.
    """
    rule = rules[product]
    merged = {one.goods_group: one.goods_group for one in takings}
    if rule.shows_all:
        return Told(_marked(areas, {}), {}, merged, {}, frozenset())
    desk = _Desk(areas, members, rules, product, hidden_before)
    merged, goods = desk.money(takings)
    frames = desk.frame()
    desk.shares(frames)
    return Told(
        _marked(areas, desk.patterns),
        goods,
        merged,
        desk.frames_hidden(frames),
        frozenset(desk.remembered),
        desk.unseen,
    )


def same_areas(markets: Sequence[str], members: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return areas that are another area under a second name: one market, all, or an earlier one."""
    known = {frozenset(markets): ALL} | {frozenset([code]): code for code in markets}
    same: dict[str, str] = {}
    for code, own in members.items():
        first = known.setdefault(frozenset(own), code)
        if first != code:
            same[code] = first
    return same


class _Desk:
    """The patterns decided so far, by indicator and area."""

    def __init__(
        self,
        areas: Sequence[AreaFigures],
        members: Mapping[str, Collection[str]],
        rules: Mapping[TableProduct, ProductRule],
        product: TableProduct,
        hidden_before: Remembered,
    ) -> None:
        self.markets = [a for a in areas if a.market_code != ALL and a.market_code not in members]
        self.areas = areas
        self.rule, self.product = rules[product], product
        self._same = same_areas([one.market_code for one in self.markets], members)
        self._groups = {
            (0, code): sorted(own) for code, own in members.items() if code not in self._same
        }
        self._before = hidden_before
        self._few = CellRule(self.rule.count_shown_min, Fraction(0))
        self._merged_below = rules[TableProduct.DISTRICT].cell.holdings_min
        self.patterns: dict[str, dict[str, Hidden]] = defaultdict(dict)
        self.remembered: set[tuple[str, ...]] = set()
        self.unseen: frozenset[str] = frozenset()

    def money(
        self, takings: Sequence[Takings]
    ) -> tuple[dict[str, str], dict[tuple[str, str], Hidden]]:
        """Decide U7, U8, U9 and the goods groups; return the names of groups, and their cells."""
        rows = [((t.market_code, t.goods_group), t.holding, t.value_vnd) for t in takings]
        # The public's groups are the district's: told by others, sums of the two would tell a third.
        told = merge_small_categories(rows, 1, self._merged_below)
        merged = {old[0][1]: new[0][1] for old, new in zip(rows, told, strict=True)}
        tables = linked_tables(told, [frozenset({0, 1})], self._groups)
        uncovered = self._uncovered()
        covered = [key for key in tables.cells if key[0] not in uncovered]
        secret, unseen = cells_hidden(self._before, MONEY, tables)
        own = publish_values(
            tables,
            {self.product: self.rule},
            hidden_before={self.product: secret},
            covered=covered,
        )[self.product]
        self._remember(MONEY, own, uncovered)
        pattern = own.beside(unseen)
        self.unseen = frozenset(
            self._named({k[0]: w for k, w in pattern.hidden.items() if k[1] == ALL and not own[k]})
        )
        # A group that is told with others now is hidden: a quarter less its other months would tell it.
        self.remembered |= {
            (MONEY, self._same.get(area.market_code, area.market_code), name)
            for area in self.areas
            for name, told_as in merged.items()
            if name != told_as
        }
        totals = self._named({key[0]: w for key, w in pattern.hidden.items() if key[1] == ALL})
        totals |= dict.fromkeys(uncovered, Hidden.UNCOVERED)
        for id_ in self._ids_of(DisclosureClass.VALUE):
            self.patterns[id_] |= totals
        self._bands(takings, totals)
        return merged, {
            (area, name): Hidden.UNCOVERED if area in uncovered else pattern[known, name]
            for area in (one.market_code for one in self.areas)
            for known in [self._same.get(area, area)]
            for name in set(merged.values())
        }

    def _bands(self, takings: Sequence[Takings], totals: Mapping[str, Hidden]) -> None:
        """Decide the bands of U9: receipts by amount, beside receipts in all."""
        rows = [
            ((one.market_code, id_), one.holding, count)
            for one in takings
            for id_, count in zip(TICKET_BAND_IDS, one.bands, strict=True)
        ]
        tables = linked_tables(rows, [frozenset({0, 1})], self._groups)
        secret, unseen = cells_hidden(self._before, BANDS, tables)
        before = {(area, ALL) for area in totals if area not in self.unseen} | secret
        own = protect(
            tables, CellRule(self.rule.cell.holdings_min, Fraction(0)), hidden_before=before
        )
        self._remember(BANDS, own, self._uncovered())
        pattern = own.beside(unseen)
        for area in self.areas:
            code = area.market_code
            known = self._same.get(code, code)
            for id_ in TICKET_BAND_IDS:
                why = totals.get(code, Hidden.NO) or pattern[known, id_]
                if why:
                    self.patterns[id_][code] = why
            # Were receipts in all told where the bands leave them open, the bands would be told.
            if (why := pattern[known, ALL]) and code not in totals:
                for id_ in self._ids_of(DisclosureClass.VALUE):
                    self.patterns[id_].setdefault(code, why)

    def frame(self) -> Pattern:
        """Decide the numbers of vendors in the frame; return their pattern, by area."""
        counts = {one.market_code: one["S2"].base for one in self.markets}
        units = _units({(code,): count for code, count in counts.items()})
        tables = linked_tables(units, [frozenset({0})], self._groups)
        return protect(tables, self._few, told_below=self.rule.count_shown_min)

    def shares(self, frames: Pattern) -> None:
        """Decide the shares of vendors, those of one whole with the same whole."""
        equipped: Pattern | None = None
        for id_ in self._ids_of(DisclosureClass.RATE):
            wholes: Mapping[str, Hidden] | None = None
            if id_ in OF_FRAME:
                wholes = {key[0]: why for key, why in frames.hidden.items()}
            elif id_ in OF_EQUIPPED and equipped is not None:
                wholes = {key[0]: w for key, w in equipped.hidden.items() if key[1] == PART}
            pattern = self._share(id_, wholes)
            if id_ == "S3":
                equipped = pattern
        self._cash_points(frames)

    def _share(self, id_: str, wholes: Mapping[str, Hidden] | None) -> Pattern:
        counts: dict[Key, int] = {}
        for one in self.markets:
            if id_ in {each.id for each in one.indicators}:
                cell = one[id_]
                counts[one.market_code, PART] = cell.contributors
                counts[one.market_code, REST] = cell.rest
        tables = linked_tables(_units(counts), [frozenset({0, 1})], self._groups)
        before: set[Key] = set()
        shown: set[Key] = set()
        if wholes is not None:
            margins = {key for key in tables.cells if key[1] == ALL}
            before |= {key for key in margins if key[0] in wholes}
            shown = {
                key for key in margins - before if tables.cells[key].value >= self._few.holdings_min
            }
        pattern = protect(
            tables,
            self._few,
            hidden_before=before,
            shown_before=shown,
            told_below=self.rule.count_shown_min,
        )
        for area in self.areas:
            code = area.market_code
            if id_ not in {each.id for each in area.indicators}:
                continue
            known = self._same.get(code, code)
            why = [pattern[known, side] for side in (PART, REST)]
            if any(why):
                self.patterns[id_][code] = max(why, key=_STRENGTH.index)
            elif 0 < area[id_].base < self.rule.rate_base_min:
                # Too few to make a share of; no secret, so nothing else is hidden for it.
                self.patterns[id_][code] = Hidden.PRIMARY
        return pattern

    def _cash_points(self, frames: Pattern) -> None:
        """Hide S9 where what it is divided by would tell a number of vendors that is not told.

        That is the area's own number where the points of all its markets are known, else the sum of
        the numbers of those whose are: it tells nothing where each of them is told.
        """
        hidden = self.frames_hidden(frames)
        known = {
            one.market_code
            for one in self.markets
            if any(each.id == CASH_POINTS and each.denominator for each in one.indicators)
        }
        for area in self.areas:
            code = area.market_code
            if not any(each.id == CASH_POINTS for each in area.indicators):
                continue
            is_whole = area[CASH_POINTS].denominator == area["S2"].base
            if hidden.keys() & ({code} if is_whole else known & self._markets_of(code)):
                self.patterns[CASH_POINTS][code] = Hidden.SECONDARY

    def _markets_of(self, code: str) -> set[str]:
        known = self._same.get(code, code)
        markets = {one.market_code for one in self.markets}
        return set(self._groups.get((0, known), markets if known == ALL else {known}))

    def _named(self, hidden: Mapping[str, Hidden]) -> dict[str, Hidden]:
        """Return what is hidden under every name an area has."""
        return {
            area.market_code: hidden[known]
            for area in self.areas
            for known in [self._same.get(area.market_code, area.market_code)]
            if known in hidden
        }

    def frames_hidden(self, frames: Pattern) -> dict[str, Hidden]:
        """Return why the number of vendors is not told, by area."""
        return self._named({key[0]: why for key, why in frames.hidden.items()})

    def _uncovered(self) -> frozenset[str]:
        """Return the areas with less data coverage than values may be told with, or unknown coverage.

        Where no day is closed there is no value either: that is nothing to hide.
        """
        return frozenset(
            area.market_code
            for area in self.areas
            for coverage, money in [(area["S6"].value, area["U8"])]
            if coverage is None or coverage < self.rule.coverage_min
            if money.denominator or money.contributors
        )

    def _ids_of(self, kind: DisclosureClass) -> list[str]:
        ids = dict.fromkeys(one.id for area in self.areas for one in area.indicators)
        known = {one.id: one.definition for area in self.areas for one in area.indicators}
        return [id_ for id_ in ids if known[id_].disclosure is kind and id_ not in TICKET_BAND_IDS]

    def _remember(self, table: str, pattern: Pattern, uncovered: Collection[str]) -> None:
        self.remembered |= remembered(table, pattern, uncovered)


def cells_hidden(before: Remembered, table: str, tables: LinkedTables) -> tuple[set[Key], set[Key]]:
    """Return the cells of a table that other periods hid as secrets, and those for no secret."""
    named: dict[str, set[Key]] = {table: set(), table + UNSEEN: set()}
    for name, *key in before:
        if name in named and tuple(key) in tables.cells:
            named[name].add(tuple(key))
    return named[table], named[table + UNSEEN] - named[table]


def remembered(table: str, pattern: Pattern, uncovered: Collection[str]) -> set[tuple[str, ...]]:
    """Return what of a pattern stays hidden, by the name of its table.

    Of an area that was covered too little nothing is told, nor is it in a sum that holds these days:
    other days tell nothing of them, whatever was unsafe.
    """
    return {(table + UNSEEN if key[0] in uncovered else table, *key) for key in pattern.hidden}


_STRENGTH = (Hidden.NO, Hidden.UNCOVERED, Hidden.SECONDARY, Hidden.PRIMARY)


def _units(counts: Mapping[Key, int]) -> Iterable[tuple[Key, str, int]]:
    """Yield counts of vendors as contributions: five holdings at most, which is all that is asked."""
    for key, count in counts.items():
        name = "/".join(key)
        places = min(count, 5) or 1
        for place in range(places):
            yield key, f"{name}#{place}", count // places + (place < count % places)


def _marked(
    areas: Sequence[AreaFigures], patterns: Mapping[str, Mapping[str, Hidden]]
) -> tuple[DisclosedArea, ...]:
    return tuple(
        DisclosedArea(
            area.market_code,
            tuple(
                Cell(one, patterns.get(one.id, {}).get(area.market_code, Hidden.NO))
                for one in area.indicators
            ),
        )
        for area in areas
    )
