"""What goods groups received, and what an area's money may come to, as rows of the tidy table."""

from collections.abc import Iterator

from market.adoption.definitions import DICTIONARY
from market.exports import Value
from market.reports.headline import MATCHED, headline_figure
from market.reports.models import AdoptionReport, AreaView
from market.reports.tidy_study import StudyRow

NO_GROUP = "unknown"
"""After the slash, for vendors whose goods nobody noted."""


def credible_row(area: AreaView) -> StudyRow:
    """Return the money of a market day with everything that was announced; confirmed to credible as bounds.

    Hidden with the match rate, which is made of the same two: the width may tell the money of few.
    """
    money, name = area["U8"], DICTIONARY["U8"].name_vi
    if money.credible is None:
        hidden = headline_figure(area, MATCHED).hidden
        return StudyRow("U8/credible", name, None, money.unit, hidden=hidden)
    credible = round(money.credible)
    return StudyRow(
        "U8/credible",
        name,
        credible,
        money.unit,
        denominator=money.denominator,
        low=money.value,
        high=credible,
    )


def goods_rows(area: AreaView) -> Iterator[StudyRow]:
    """Yield what each group received, its part of the area, and of how many vendors and receipts it is.

    Of an area whose whole is hidden no group's part is told, though the group may be.
    """
    name, whole = DICTIONARY["GOODS"].name_vi, area["U8"].hidden
    for one in area.goods:
        id_ = f"GOODS/{one.goods_group or NO_GROUP}"
        yield StudyRow(id_, name, one.value_vnd, "vnd", hidden=one.hidden)
        yield StudyRow(f"{id_}/share", name, one.share, "ratio", hidden=one.hidden or whole)
        yield StudyRow(f"{id_}/vendors", name, one.vendors, "vendors", hidden=one.hidden)
        yield StudyRow(f"{id_}/receipts", name, one.receipts, "receipts", hidden=one.hidden)


def money_values(report: AdoptionReport, area: AreaView, row: StudyRow) -> list[Value]:
    """Return a row in the columns of the tidy table up to the flag: of the days and coverage of U8."""
    money = area["U8"]
    first = money.window_first or report.window_first
    marks = ("p" if money.is_provisional else "") + ("b" if area.has_break else "")
    return [
        report.period,
        f"{first.isoformat()}/{money.window_last.isoformat()}",
        area.commune_code,
        area.commune_valid_from.isoformat() if area.commune_valid_from else "",
        area.market_code,
        row.indicator,
        row.name,
        row.value,
        row.unit,
        row.numerator,
        row.denominator,
        row.low,
        row.high,
        money.coverage,
        f"{row.flag}{marks}",
    ]
