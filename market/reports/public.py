"""The public's tables of an edition: made of what the district is told, hidden and rounded further."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from market.adoption.codes import GROUP
from market.adoption.definitions import DICTIONARY
from market.adoption.disclosure.figures import Told, tell
from market.adoption.disclosure.hidden import Hidden
from market.adoption.disclosure.products import ProductRule, TableProduct, rules_or_strictest
from market.adoption.disclosure.public import COUNTED, RoundedCounts
from market.adoption.report import ALL_MARKETS
from market.reports.market_changes import has_a_row
from market.reports.models import AreaView, IndicatorView, PeriodTables
from market.reports.period_tables import Measured
from market.reports.public_kept import KeptPublic
from market.reports.public_models import (
    PublicArea,
    PublicFigure,
    PublicGoods,
    PublicSurvey,
    PublicTables,
)
from market.reports.rounded import named_areas, rounded_counts
from market.surveys.latest import latest_share
from merchants.days import market_day

VALUE_BASE_VND = 100_000
_IN_PER_CENT = ("U3", "S6", "S7")
"""Shares without counts of vendors in the frame; the first is a mean of days."""
_RECEIPTS = "U7"
_MONEY = "U8"
FIGURES = (*COUNTED, *_IN_PER_CENT, _RECEIPTS, _MONEY)


def public_tables(
    session: Session,
    district: PeriodTables,
    made: Measured,
    *,
    version: int,
    p_percent: int | None,
    known_at: datetime,
    hidden_before: Collection[Sequence[str]],
) -> KeptPublic:
    """Return what the public is told of a period.

    Args:
        district: what the economists are told of it: what they are not told, nobody is.
        hidden_before: what was hidden from the public in editions of the same year.
    """
    rules = rules_or_strictest(p_percent)
    rule = rules[TableProduct.PUBLIC]
    groups = {code: group.market_codes for code, group in made.groups.items()}
    told = tell(
        made.figures,
        groups,
        made.takings,
        rules,
        TableProduct.PUBLIC,
        frozenset(tuple(key) for key in [*hidden_before, *district.hidden]),
    )
    areas = named_areas(district)
    counts = rounded_counts(district, rule.count_rounding_base)
    return KeptPublic(
        told=PublicTables(
            period=district.period,
            scheme=district.scheme,
            version=version,
            is_provisional=any(
                one.is_provisional for area in areas.values() for one in area.indicators
            ),
            known_on=market_day(known_at),
            window_first=district.window_first,
            window_last=district.window_last,
            count_base=rule.count_rounding_base,
            value_base_vnd=VALUE_BASE_VND,
            areas=[
                _area(area, district, told, counts, rule)
                for _, area in sorted(areas.items(), key=_place)
                if has_a_row(area, district.window_first)
            ],
            survey=_survey(session, made, p_percent, known_at),
        ),
        hidden=sorted(list(key) for key in told.hidden),
    )


def _area(
    area: AreaView,
    district: PeriodTables,
    told: Told,
    counts: RoundedCounts,
    rule: ProductRule,
) -> PublicArea:
    code = area.market_code
    cells = next(one for one in told.areas if one.market_code == code)
    hidden = {cell.indicator.id: cell.hidden for cell in cells.cells}
    group = district.groups.get(code)
    return PublicArea(
        code=code.removeprefix(GROUP),
        name=area.market_name,
        kind="all" if code == ALL_MARKETS else "area" if group else "market",
        caveat=group.caveat if group else "",
        market_days=area.market_days,
        vendors=counts.frames.get(code),
        figures=[
            _figure(one, hidden[one.id], code, counts, rule)
            for id_ in FIGURES
            for one in area.indicators
            if one.id == id_
        ],
        goods=_goods(area, told),
    )


def _figure(
    one: IndicatorView, why: Hidden, code: str, counts: RoundedCounts, rule: ProductRule
) -> PublicFigure:
    hidden = one.hidden or why.value
    part = whole = None
    value: float | None = None
    if one.id in COUNTED:
        share = counts.share(code, one.id)
        if not hidden and share.part is None:
            hidden = Hidden.SECONDARY.value
        if not hidden and (share.whole or 0) >= rule.rate_base_min:
            part, whole = share.part, share.whole
            value = None if share.percent is None else share.percent / 100
        elif not hidden:
            hidden = Hidden.PRIMARY.value
    elif not hidden and one.value is not None:
        value = _rounded(one.id, one.value)
    definition = DICTIONARY[one.id]
    return PublicFigure(
        id=one.id,
        name_vi=definition.name_vi,
        name_en=definition.name_en,
        unit=one.unit,
        value=value,
        numerator=part,
        denominator=whole,
        hidden=hidden,
    )


def _rounded(id_: str, value: float) -> float:
    if id_ == _MONEY:
        return float(round(value / VALUE_BASE_VND) * VALUE_BASE_VND)
    return round(value, 1 if id_ == _RECEIPTS else 2)


def _goods(area: AreaView, told: Told) -> list[PublicGoods]:
    whole = next(
        cell.hidden
        for one in told.areas
        if one.market_code == area.market_code
        for cell in one.cells
        if cell.indicator.id == _MONEY
    )
    rows = []
    for one in area.goods:
        why = one.hidden or told.goods.get((area.market_code, one.goods_group), Hidden.NO).value
        is_told = not why and not whole and one.share is not None
        rows.append(
            PublicGoods(
                goods_group=one.goods_group,
                share=round(one.share or 0.0, 2) if is_told else None,
                hidden=why or whole.value,
            )
        )
    # Their order would tell how large the hidden ones are.
    return sorted(rows, key=lambda row: (row.share is None, -(row.share or 0), row.goods_group))


def _place(item: tuple[str, AreaView]) -> tuple[int, str]:
    code, _ = item
    return (0 if code == ALL_MARKETS else 1 if code.startswith(GROUP) else 2), code


def _survey(
    session: Session, made: Measured, p_percent: int | None, known_at: datetime
) -> PublicSurvey | None:
    found = latest_share(
        session, list(made.markets), by=made.window.last, known_at=known_at, p_percent=p_percent
    )
    if found is None:
        return None
    return PublicSurvey(
        name=found.name,
        first_on=found.first_on,
        last_on=found.last_on,
        market_codes=list(found.market_codes),
        share=found.share,
        low=found.low,
        high=found.high,
        answers=found.answers,
        response_rate=found.response_rate,
        untold=found.untold,
    )
