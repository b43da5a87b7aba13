"""Each report as one tidy table: a row for a fact, dates in ISO form. Source: domain.md 13.2."""

from datetime import date, datetime

from market.adoption.definitions import DICTIONARY
from market.exports import Value
from market.reports.models import (
    AdoptionReport,
    AreaView,
    CampaignReport,
    IndicatorView,
    MarketDayReport,
    PlanView,
    VendorDayReport,
)
from market.reports.money_models import VendorMonthReport
from market.reports.money_sheets import MoneyReport
from market.reports.tidy_goods import credible_row, goods_rows, money_values
from market.reports.tidy_money import (
    Table,
    market_day_rows,
    market_month_rows,
    vendor_day_rows,
    vendor_month_rows,
)
from market.reports.tidy_row import ADOPTION_HEADER, AREA_HEADER
from market.reports.tidy_study import study_rows, study_values

CAMPAIGN_HEADER = [
    "programme",
    "wave",
    "phase",
    "side",
    "window",
    "market",
    "indicator",
    "name",
    "value",
    "unit",
    "numerator",
    "denominator",
    "coverage",
    "flag",
    "change_from_before",
    "formula",
]


def tidy_rows(report: MoneyReport | AdoptionReport | CampaignReport) -> Table:
    """Return header and rows of the report."""
    if isinstance(report, CampaignReport):
        return CAMPAIGN_HEADER, _campaign_rows(report)
    if isinstance(report, AdoptionReport):
        rows = _adoption_rows(report)
        if report.area is None:
            return ADOPTION_HEADER, rows
        # Nobody may quote a figure of the area without what its borders leave unsaid.
        area = [report.area.code, report.area.caveat]
        return AREA_HEADER, [[*row, *area] for row in rows]
    return _money(report)


def tidy_records(report: AdoptionReport) -> list[dict[str, Value]]:
    """Return the rows by the names of their columns, as JSON tells them."""
    header, rows = tidy_rows(report)
    return [dict(zip(header, row, strict=True)) for row in rows]


def _money(report: MoneyReport) -> Table:
    match report:
        case VendorDayReport():
            return vendor_day_rows(report)
        case VendorMonthReport():
            return vendor_month_rows(report)
        case MarketDayReport():
            return market_day_rows(report)
    return market_month_rows(report)


def _adoption_rows(report: AdoptionReport) -> list[list[Value]]:
    areas = [*report.markets, *([report.total] if report.total else [])]
    rows = [_indicator_row(report, area, one) for area in areas for one in area.indicators]
    rows += [
        [*money_values(report, area, row), *_plan(None)]
        for area in areas
        for row in (credible_row(area), *goods_rows(area))
    ]
    rows += [[*study_values(report, row), *_plan(None)] for row in study_rows(report)]
    return rows + _cashless_rows(report)


def _cashless_rows(report: AdoptionReport) -> list[list[Value]]:
    """Return what the newest survey says of the cashless share, as an estimate of its own days."""
    one = report.cashless
    if one is None or one.share is None:
        return []
    where = report.main.market_code if report.main else ""
    return [
        [
            report.period,
            f"{_iso(one.first_on)}/{_iso(one.last_on)}",
            "",
            "",
            where,
            "CASHLESS",
            DICTIONARY["CASHLESS"].name_vi,
            one.share,
            DICTIONARY["CASHLESS"].unit.value,
            None,
            one.answers,
            one.low,
            one.high,
            None,
            "e",
            *_plan(None),
        ]
    ]


def _indicator_row(report: AdoptionReport, area: AreaView, one: IndicatorView) -> list[Value]:
    numerator = f"<{one.numerator_below}" if one.numerator_below else one.numerator
    return [
        report.period,
        f"{_iso(one.window_first)}/{_iso(one.window_last)}",
        area.commune_code,
        _iso(area.commune_valid_from),
        area.market_code,
        one.id,
        one.name_vi,
        one.value,
        one.unit,
        numerator,
        one.denominator,
        one.low,
        one.high,
        one.coverage,
        f"{one.flags}b" if area.has_break else one.flags,
        *_plan(one.plan),
    ]


def _campaign_rows(report: CampaignReport) -> list[list[Value]]:
    formulas = {definition.id: definition.formula_vi for definition in report.definitions}
    rows: list[list[Value]] = []
    for phase in report.phases:
        sides = [("in", phase.inside), *([("out", phase.outside)] if phase.outside else [])]
        for side, area in [*sides, *(("market", market) for market in phase.markets)]:
            for one in area.indicators:
                moved = report.change(one.id, phase.phase)
                change = {"in": moved.inside, "out": moved.outside} if moved else {}
                numerator = f"<{one.numerator_below}" if one.numerator_below else one.numerator
                rows.append(
                    [
                        report.programme_code,
                        report.wave,
                        phase.phase,
                        side,
                        f"{_iso(one.window_first)}/{_iso(one.window_last)}",
                        area.market_code if side == "market" else None,
                        one.id,
                        one.name_vi,
                        one.value,
                        one.unit,
                        numerator,
                        one.denominator,
                        one.coverage,
                        one.flags,
                        change.get(side),
                        formulas[one.id],
                    ]
                )
    return rows


def _plan(plan: PlanView | None) -> list[Value]:
    if plan is None:
        return [None] * 6
    return [
        plan.value,
        plan.attainment,
        plan.period_from.isoformat(),
        plan.period_to.isoformat(),
        f"{plan.area}:{plan.area_code}",
        plan.legal_basis,
    ]


def _iso(value: date | datetime | None) -> str:
    return value.isoformat() if value else ""
