"""The counts of vendors of all areas, as economists are told them, rounded together."""

from collections.abc import Sequence

from market.adoption.codes import GROUP
from market.adoption.disclosure.public import COUNTED, RoundedCounts, ToldCounts, round_counts
from market.adoption.report import ALL_MARKETS
from market.reports.models import AreaView, PeriodTables
from merchants.markets.commune_areas import COMMUNE


def named_areas(tables: PeriodTables) -> dict[str, AreaView]:
    """Return the areas that people ask for by name: communes are areas for the sums alone."""
    return {
        code: area for code, area in tables.areas.items() if not code.startswith(GROUP + COMMUNE)
    }


def rounded_counts(
    tables: PeriodTables, base: int, counted: Sequence[str] = COUNTED
) -> RoundedCounts:
    """Return the told counts of the named areas as multiples of a base; every sum between them holds.

    Raises:
        RoundingNotPossible: no multiples near the counts add up.
    """
    areas = named_areas(tables)
    markets = [code for code in tables.areas if code != ALL_MARKETS and code not in tables.groups]
    members = {code: group.market_codes for code, group in tables.groups.items()}
    return round_counts(
        {code: _told_counts(area, counted) for code, area in areas.items()},
        {code: own for code, own in ({ALL_MARKETS: markets} | members).items() if code in areas},
        base,
        counted,
    )


def _told_counts(area: AreaView, counted: Sequence[str]) -> ToldCounts:
    parts: dict[str, int | None] = {
        one.id: int(one.numerator)
        if one.value is not None and one.numerator is not None and not one.hidden
        else None
        for one in area.indicators
        if one.id in counted
    }
    return ToldCounts(area.vendors_in_frame, parts)
