"""What of a study each product may tell. Source: domain.md 12.

Channels and breaks are tables of money beside the totals that are told already: the same rule, the
same groups of markets. A Herfindahl index times its total is a sum of squares and adds up over
markets as money does, so it is guarded as money is, with as many contributors as a share needs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from market.adoption.concentration import Concentration
from market.adoption.disclosure.figures import (
    Remembered,
    Told,
    cells_hidden,
    remembered,
    same_areas,
)
from market.adoption.disclosure.hidden import Hidden
from market.adoption.disclosure.products import ProductRule
from market.adoption.disclosure.protect import Pattern, TablesNotProtectable, protect
from market.adoption.disclosure.rules import CellRule
from market.adoption.disclosure.tables import ALL, linked_tables
from market.adoption.study import Share, Study

CHANNELS, BREAKS, SQUARES = "channels", "breaks", "squares"
_ALL_VALUE = "value"


@dataclass(frozen=True)
class StudyTold:
    """What is hidden, by area and category; what is not in it may be told."""

    channels: Mapping[tuple[str, str], Hidden]
    breaks: Mapping[tuple[str, str], Hidden]
    """Under ``*`` all breaks of an area together: the width of its bounds."""
    concentration: Mapping[str, Hidden]
    hidden: Remembered


def tell_study(
    found: Study,
    told: Told,
    members: Mapping[str, Collection[str]],
    codes: Mapping[int, str],
    holdings: Mapping[int, str],
    rule: ProductRule,
    hidden_before: Remembered = frozenset(),
) -> StudyTold:
    """Return what a product may tell of a study beside the figures it tells.

    Args:
        told: what the product tells of the figures of the same areas.
        members: codes of markets by the code of the area.
        codes: of markets, by id.
        holdings: by vendor, the household business she belongs to.
        hidden_before: what the product hid in other periods of the year.
    """
    if rule.shows_all:
        return StudyTold({}, {}, {}, frozenset())
    desk = _Desk(told, members, hidden_before)
    channels = desk.pattern(CHANNELS, _rows(found.channels, codes, holdings), rule.cell)
    breaks, of_breaks = tell_breaks(
        found.breaks, told, members, codes, holdings, rule, hidden_before
    )
    everybody = found.areas[ALL].concentration if ALL in found.areas else None
    squares = desk.pattern(
        SQUARES,
        _rows(_squared(found.values, everybody), codes, holdings),
        CellRule(rule.rate_base_min, rule.cell.p_percent),
        totals_told=False,
    )
    return StudyTold(
        channels=desk.by_area(channels),
        breaks=breaks,
        concentration={
            code: why for (code, name), why in desk.by_area(squares).items() if name == ALL
        },
        hidden=frozenset(desk.hidden) | of_breaks,
    )


def tell_breaks(
    breaks: Sequence[Share],
    told: Told,
    members: Mapping[str, Collection[str]],
    codes: Mapping[int, str],
    holdings: Mapping[int, str],
    rule: ProductRule,
    hidden_before: Remembered = frozenset(),
) -> tuple[dict[tuple[str, str], Hidden], Remembered]:
    """Return what is hidden of the breaks of each area, and the cells to remember.

    Under ``*`` stand all breaks of an area together: the width of the bounds of its money, which is
    told nowhere else and so may be hidden where the money is told.
    """
    if rule.shows_all:
        return {}, frozenset()
    desk = _Desk(told, members, hidden_before)
    rows = _rows(breaks, codes, holdings)
    pattern = desk.pattern(BREAKS, rows, rule.cell, totals_told=False)
    return desk.by_area(pattern), frozenset(desk.hidden)


def _rows(
    shares: Iterable[Share], codes: Mapping[int, str], holdings: Mapping[int, str]
) -> list[tuple[tuple[str, ...], str, int]]:
    return [
        (
            (codes[one.market_id], one.category),
            holdings.get(one.vendor_id) or f"#{one.vendor_id}",
            one.value_vnd,
        )
        for one in shares
    ]


def _squared(values: Sequence[Share], everybody: Concentration | None) -> list[Share]:
    """Return each vendor's square over everybody's total: amounts of the size of the amounts."""
    total = (everybody.value_vnd if everybody else sum(one.value_vnd for one in values)) or 1
    return [
        Share(one.vendor_id, one.market_id, _ALL_VALUE, -(-one.value_vnd * one.value_vnd // total))
        for one in values
    ]


class _Desk:
    """The tables of a study, beside the totals that are told or hidden already."""

    def __init__(
        self,
        told: Told,
        members: Mapping[str, Collection[str]],
        hidden_before: Remembered,
    ) -> None:
        self._totals = {
            area.market_code: why for area in told.areas for why in [area["U8"].hidden] if why
        }
        self._areas = [area.market_code for area in told.areas]
        markets = [code for code in self._areas if code != ALL and code not in members]
        self._same = same_areas(markets, members)
        self._groups = {
            (0, code): sorted(own) for code, own in members.items() if code not in self._same
        }
        self._before = hidden_before
        self._unseen = {self._same.get(code, code) for code in told.unseen}
        self.hidden: set[tuple[str, ...]] = set()

    def pattern(
        self,
        name: str,
        rows: Sequence[tuple[Sequence[str], str, int]],
        rule: CellRule,
        *,
        totals_told: bool = True,
    ) -> Pattern:
        """Decide one table; where it cannot be told beside the totals, all of it is hidden."""
        tables = linked_tables(rows, [frozenset({0, 1})], self._groups)
        areas = {self._same.get(code, code) for code in self._totals} - self._unseen
        secret, unseen = cells_hidden(self._before, name, tables)
        before = {key for key in tables.cells if key[0] in areas} | secret
        shown = {key for key in tables.cells if key[1] == ALL} - before if totals_told else set()
        try:
            found = protect(tables, rule, hidden_before=before, shown_before=shown)
        except TablesNotProtectable:
            found = Pattern(
                {key: Hidden.SECONDARY for key in tables.cells if not totals_told or key[1] != ALL}
            )
        uncovered = [code for code, why in self._totals.items() if why is Hidden.UNCOVERED]
        self.hidden |= remembered(name, found, uncovered)
        return found.beside(unseen | {key for key in tables.cells if key[0] in self._unseen})

    def by_area(self, pattern: Pattern) -> dict[tuple[str, str], Hidden]:
        """Return what is hidden under every name an area has."""
        found: dict[tuple[str, str], Hidden] = {}
        for code in self._areas:
            known = self._same.get(code, code)
            found |= {
                (code, category): self._totals.get(code, why)
                for (area, category), why in pattern.hidden.items()
                if area == known
            }
        return found
