"""What of the month's report may leave the house: nobody's own figure, not even by subtraction.

The economists' product. Source: domain.md section 12, minimum frequency, with complementary
suppression so that the markets of a column, which add up to the total, do not give one away.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from market.adoption.definitions import TICKET_BAND_IDS, DisclosureClass
from market.adoption.disclosure.hidden import Hidden
from market.adoption.indicator import Indicator
from market.adoption.report import ALL_MARKETS, AreaFigures

VENDORS_MIN = 5
RATE_BASE_MIN = 20

BLOCKS = (
    ("S1",),
    ("S2",),
    ("S3",),
    ("S4",),
    ("S6",),
    ("U1",),
    ("U3",),
    ("U5",),
    ("U7", "U8", "U9.median", "U9.mean"),
    TICKET_BAND_IDS,
)
"""Indicators that are hidden together, because one can be worked out from the others: receipts,
their value and their mean; the bands, which add up to the receipts."""

# The denominator of U5 is the numerator of S3, and the bands add up to the numerator of U7: what
# one block hides the other must not show.
_LINKED_TO = {"U5": "S3", TICKET_BAND_IDS[0]: "U7"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One indicator of one area, and whether it may be shown."""

    indicator: Indicator
    hidden: Hidden

    @property
    def numerator_is_few(self) -> bool:
        """Say that the numerator is told as "<5": hidden, because it counts 1 to 4 vendors."""
        return (
            self.hidden is Hidden.PRIMARY
            and self.indicator.definition.disclosure is DisclosureClass.RATE
            and is_few(self.indicator.contributors)
        )


@dataclass(frozen=True, slots=True)
class DisclosedArea:
    """The cells of one market or of all markets together."""

    market_code: str
    cells: tuple[Cell, ...]

    def __getitem__(self, indicator_id: str) -> Cell:
        return next(cell for cell in self.cells if cell.indicator.id == indicator_id)


def is_few(count: int) -> bool:
    """Say whether a count of vendors is shown as "<5"."""
    return 1 <= count < VENDORS_MIN


def disclose(areas: Sequence[AreaFigures]) -> list[DisclosedArea]:
    """Return the whole table with the cells marked that must not be shown.

    The pattern is decided on the whole table: a page about one market shows what the table shows.
    """
    patterns = _patterns(areas)
    return [_disclosed(area, patterns) for area in areas]


def disclose_group(
    areas: Sequence[AreaFigures],
    group: AreaFigures,
    members: frozenset[str],
    told_before: Sequence[frozenset[str]] = (),
) -> list[DisclosedArea]:
    """Return the markets of a group as the whole table shows them, and last the group together.

    The group's sum is one more equation about hidden markets, beside the total's and those of the
    groups told before it. So it is shown only where the hidden markets that no such sum tells apart
    are two contributors or more, five vendors or more, in every part the sums cut them into.

    Args:
        areas: the whole table, all markets and their total.
        group: the figures of the members together.
        members: codes of the markets of the group.
        told_before: the members of groups that may have been published already.
    """
    patterns = _patterns(areas)
    for block in BLOCKS:
        pattern = patterns[block[0]]
        linked = patterns.get(_LINKED_TO.get(block[0], ""), {})
        hidden = _primary(group, block) or linked.get(group.market_code, Hidden.NO)
        if hidden is Hidden.NO and not _may_tell(areas, block, pattern, members, told_before):
            hidden = Hidden.SECONDARY
        pattern[group.market_code] = hidden
    return [_disclosed(area, patterns) for area in areas if area.market_code in members] + [
        _disclosed(group, patterns)
    ]


def disclose_compared(
    areas: Sequence[AreaFigures],
    groups: Sequence[tuple[AreaFigures, frozenset[str]]],
    told_before: Sequence[frozenset[str]] = (),
) -> list[DisclosedArea]:
    """Return all markets as the whole table shows them, and last the groups that are compared.

    A group is shown as ``disclose_group`` would, each after those before it; and all of them or
    none, because the total minus the shown ones would tell the hidden one.

    Args:
        areas: the whole table, all markets and their total.
        groups: the figures of each group together, and the codes of its markets.
        told_before: the members of groups that may have been published already.
    """
    patterns = _patterns(areas)
    for block in BLOCKS:
        pattern = patterns[block[0]]
        linked = patterns.get(_LINKED_TO.get(block[0], ""), {})
        verdicts: dict[str, Hidden] = {}
        told = list(told_before)
        for group, members in groups:
            hidden = _primary(group, block) or linked.get(group.market_code, Hidden.NO)
            if hidden is Hidden.NO and not _may_tell(areas, block, pattern, members, told):
                hidden = Hidden.SECONDARY
            verdicts[group.market_code] = hidden
            told.append(members)
        is_any_hidden = any(hidden is not Hidden.NO for hidden in verdicts.values())
        for code, hidden in verdicts.items():
            is_shown = hidden is Hidden.NO
            pattern[code] = Hidden.SECONDARY if is_shown and is_any_hidden else hidden
    return [_disclosed(area, patterns) for area in areas] + [
        _disclosed(group, patterns) for group, _ in groups
    ]


def show_all(areas: Sequence[AreaFigures]) -> list[DisclosedArea]:
    """Return the table with every cell shown: a market's own manager knows its vendors anyway."""
    return [
        DisclosedArea(area.market_code, tuple(Cell(one, Hidden.NO) for one in area.indicators))
        for area in areas
    ]


def _patterns(areas: Sequence[AreaFigures]) -> dict[str, dict[str, Hidden]]:
    """Return by indicator, and by area, whether it is hidden in the whole table."""
    patterns: dict[str, dict[str, Hidden]] = {}
    for block in BLOCKS:
        linked = patterns.get(_LINKED_TO.get(block[0], ""), {})
        pattern = _pattern(areas, block, linked)
        patterns |= dict.fromkeys(block, pattern)
    return patterns


def _disclosed(area: AreaFigures, patterns: dict[str, dict[str, Hidden]]) -> DisclosedArea:
    return DisclosedArea(
        market_code=area.market_code,
        cells=tuple(Cell(one, patterns[one.id][area.market_code]) for one in area.indicators),
    )


def _may_tell(
    areas: Sequence[AreaFigures],
    block: Sequence[str],
    pattern: dict[str, Hidden],
    members: frozenset[str],
    told_before: Sequence[frozenset[str]],
) -> bool:
    """Return whether a sum over these markets gives nobody away, after the sums told before."""
    hidden = [
        area
        for area in areas
        if area.market_code != ALL_MARKETS and pattern[area.market_code] is not Hidden.NO
    ]
    told: list[frozenset[str]] = []
    for group in (*told_before, members):
        is_safe = _are_parts_safe(hidden, block, [*told, group])
        if is_safe:
            told.append(group)
        elif group == members:
            return False
    return True


def _are_parts_safe(
    hidden: Sequence[AreaFigures], block: Sequence[str], told: Sequence[frozenset[str]]
) -> bool:
    """Return whether each part into which the sums cut the hidden markets is safe.

    Whatever is worked out from the sums is made of whole parts: markets in the same sums cannot be
    told apart by adding and subtracting them.
    """
    parts: dict[tuple[bool, ...], list[AreaFigures]] = {}
    for area in hidden:
        parts.setdefault(tuple(area.market_code in group for group in told), []).append(area)
    return all(_are_sums_safe(part, block) for part in parts.values())


def _pattern(
    areas: Sequence[AreaFigures], block: Sequence[str], linked: dict[str, Hidden]
) -> dict[str, Hidden]:
    """Return for each area whether the block is hidden."""
    pattern = {area.market_code: _primary(area, block) for area in areas}
    for code, hidden in linked.items():
        if pattern[code] is Hidden.NO:
            pattern[code] = hidden
    if ALL_MARKETS in pattern:
        markets = [area for area in areas if area.market_code != ALL_MARKETS]
        _protect_from_subtraction(markets, block, pattern)
    return pattern


def _primary(area: AreaFigures, block: Sequence[str]) -> Hidden:
    is_unsafe = any(_is_unsafe(area, area[id_]) for id_ in block)
    return Hidden.PRIMARY if is_unsafe else Hidden.NO


def _is_unsafe(area: AreaFigures, one: Indicator) -> bool:
    """Say whether too few vendors stand behind one figure."""
    disclosure = one.definition.disclosure
    if one.id in TICKET_BAND_IDS:
        return is_few(one.contributors)
    if disclosure is DisclosureClass.RATE and one.denominator:
        return one.base < RATE_BASE_MIN or is_few(one.contributors)
    if disclosure is DisclosureClass.VALUE and (one.contributors or _has_market_days(area)):
        return one.contributors < VENDORS_MIN
    return False


def _has_market_days(area: AreaFigures) -> bool:
    # Without a closed market day there is nothing to hide: the table says "not closed yet".
    return area["U8"].denominator > 0


def _protect_from_subtraction(
    markets: Sequence[AreaFigures], block: Sequence[str], pattern: dict[str, Hidden]
) -> None:
    """Hide the next smallest markets until total minus shown markets tells nobody's figure.

    What can be worked out is the sum of the hidden markets; it is safe when two of them or more
    contribute to it, five vendors or more together. Where no market is left to hide, the total is.
    """
    if pattern[ALL_MARKETS] is not Hidden.NO:
        return
    smallest_first = sorted(
        (sum(area[id_].contributors for id_ in block), area.market_code)
        for area in markets
        if pattern[area.market_code] is Hidden.NO
    )
    waiting = [code for contributors, code in smallest_first if contributors]
    while not _are_sums_safe(
        [a for a in markets if pattern[a.market_code] is not Hidden.NO], block
    ):
        if not waiting:
            pattern[ALL_MARKETS] = Hidden.SECONDARY
            return
        pattern[waiting.pop(0)] = Hidden.SECONDARY


def _are_sums_safe(hidden: Sequence[AreaFigures], block: Sequence[str]) -> bool:
    return not hidden or all(
        _is_sum_safe(id_, [area[id_].contributors for area in hidden]) for id_ in block
    )


def _is_sum_safe(indicator_id: str, contributors: Sequence[int]) -> bool:
    contributing = [count for count in contributors if count]
    if not contributing and indicator_id in TICKET_BAND_IDS:
        return True  # a band in which none of the hidden markets has a receipt tells of nobody
    return len(contributing) >= 2 and sum(contributing) >= VENDORS_MIN
