"""What economists are told of a period until it is published: how many vendors, in round numbers.

A period that runs is measured anew each night. Told exactly, two readings would tell what the day
between them added, which may be one vendor's money. So nothing of money is told of it, nor anything
that rests on money: with other amounts paid to the same people it is the same to the letter. Counts
are rounded together to multiples, as the public's are, and shares are those of the rounded counts,
with no interval and nothing reached of a plan: both would say more than rounded counts carry.
Whoever works for a market sees it whole. Source: domain.md 12.
"""

from market.adoption.disclosure.hidden import Hidden
from market.adoption.disclosure.products import ProductRule, TableProduct, rules_or_strictest
from market.adoption.disclosure.public import COUNTED, RoundedCounts
from market.reports.models import AreaView, IndicatorView, PeriodTables, Product
from market.reports.rounded import rounded_counts
from market.reports.study_models import PeriodStudies

ROUNDED = ("S2", *COUNTED)
IN_PER_CENT = ("S1", "S6", "S7")
"""Shares of stalls, codes and posters: of things, and of nobody's money."""


def before_publication(
    tables: PeriodTables, studies: PeriodStudies
) -> tuple[PeriodTables, PeriodStudies]:
    """Return what a product tells of a period as long as it is not published."""
    if tables.product is Product.MANAGER:
        return tables, studies
    return tables_before(tables), studies.model_copy(update={"areas": {}, "hidden": []})


def tables_before(tables: PeriodTables) -> PeriodTables:
    """Return the same of the tables alone.

    Raises:
        RoundingNotPossible: no multiples near the counts add up.
    """
    if tables.product is Product.MANAGER:
        return tables
    rule = rules_or_strictest(None)[TableProduct.PUBLIC]
    counts = rounded_counts(tables, rule.count_rounding_base, ROUNDED)
    return tables.model_copy(
        update={
            "counts_rounded_to": rule.count_rounding_base,
            "areas": {code: _area(area, counts, rule) for code, area in tables.areas.items()},
            "cohorts": [],
            "hidden": [],
        }
    )


def in_whole_per_cents(tables: PeriodTables) -> PeriodTables:
    """Return tables with the shares of rounded counts as they leave the house, exact ones as they are.

    What is kept of a draft are the quotients of its counts; their decimals say nothing.
    """
    if tables.counts_rounded_to is None:
        return tables

    def whole(area: AreaView) -> AreaView:
        shares = [
            one.model_copy(update={"value": round(one.value, 2)})
            if one.is_rounded and one.value is not None
            else one
            for one in area.indicators
        ]
        return area.model_copy(update={"indicators": shares})

    return tables.model_copy(
        update={"areas": {code: whole(area) for code, area in tables.areas.items()}}
    )


def _area(area: AreaView, counts: RoundedCounts, rule: ProductRule) -> AreaView:
    frame = counts.frames.get(area.market_code)
    return area.model_copy(
        update={
            "vendors_in_frame": frame,
            # A commune's, which is not rounded with the others, waits as its figures do.
            "frame_hidden": area.frame_hidden if frame is not None else _why(area).value,
            "indicators": [_figure(one, area, counts, rule) for one in area.indicators],
            "goods": [],
        }
    )


def _why(area: AreaView) -> Hidden:
    return Hidden(area.frame_hidden) or Hidden.WAITING


def _figure(
    one: IndicatorView, area: AreaView, counts: RoundedCounts, rule: ProductRule
) -> IndicatorView:
    if one.id in ROUNDED:
        return _counted(one, area.market_code, counts, rule)
    if one.id in IN_PER_CENT:
        return _of_things(one)
    if area.closes or one.hidden or one.value is not None:
        return _waiting(one)
    # Of a period without a closed day there is no money, and nothing to wait for.
    return _told(one, numerator=None, denominator=None, value=None)


def _counted(
    one: IndicatorView, code: str, counts: RoundedCounts, rule: ProductRule
) -> IndicatorView:
    share = counts.share(code, one.id)
    if one.hidden or one.value is None:
        return _told(one, numerator=None, denominator=None, value=None)
    if share.part is None or (share.whole or 0) < rule.rate_base_min:
        return _waiting(one)
    whole = share.whole or 0
    return _told(one, numerator=share.part, denominator=whole, value=share.part / whole)


def _of_things(one: IndicatorView) -> IndicatorView:
    value = None if one.value is None else round(one.value, 2)
    return _told(one, numerator=None, denominator=None, value=value)


def _waiting(one: IndicatorView) -> IndicatorView:
    told = _told(one, numerator=None, denominator=None, value=None)
    return told.model_copy(update={"hidden": Hidden.WAITING.value})


def _told(
    one: IndicatorView,
    *,
    numerator: int | None,
    denominator: int | None,
    value: float | None,
) -> IndicatorView:
    """Return a figure with what is told of it, and nothing that was made of the exact one."""
    return one.model_copy(
        update={
            "value": value,
            "numerator": numerator,
            "denominator": denominator,
            "coverage": None if one.coverage is None else round(one.coverage, 2),
            "plan": one.plan and one.plan.model_copy(update={"attainment": None}),
            "low": None,
            "high": None,
            "credible": None,
            "is_rounded": value is not None,
        }
    )
