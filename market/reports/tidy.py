"""Each report as one tidy table: a row for a fact, dates in ISO form. Source: domain.md 13.2."""

from datetime import date, datetime

from market.exports import Value
from market.reports.models import (
    LINE_AMOUNTS,
    AdoptionReport,
    AreaView,
    CampaignReport,
    DayAmounts,
    IndicatorView,
    MarketDayReport,
    PlanView,
    VendorDayReport,
)

Table = tuple[list[str], list[list[Value]]]

ADOPTION_HEADER = [
    "period",
    "window",
    "area_code",
    "area_valid_from",
    "market",
    "indicator",
    "name",
    "value",
    "unit",
    "numerator",
    "denominator",
    "coverage",
    "flag",
    "plan",
    "plan_attainment",
    "plan_from",
    "plan_to",
    "plan_area",
    "plan_legal_basis",
]
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
VENDOR_HEADER = [
    "vendor_code",
    "market",
    "date",
    "record",
    "name",
    "time",
    "count",
    "amount_vnd",
    "provider",
    "state",
    "close_version",
    "close_root",
]
MARKET_HEADER = [
    "market",
    "date",
    "record",
    "name",
    "vendor_code",
    "stalls",
    *LINE_AMOUNTS,
    "amount_vnd",
    "state",
    "close_version",
    "close_root",
]


def tidy_rows(
    report: VendorDayReport | MarketDayReport | AdoptionReport | CampaignReport,
) -> Table:
    """Return header and rows of the report."""
    if isinstance(report, CampaignReport):
        return CAMPAIGN_HEADER, _campaign_rows(report)
    if isinstance(report, AdoptionReport):
        rows = _adoption_rows(report)
        if report.area is None:
            return ADOPTION_HEADER, rows
        # Nobody may quote a figure of the area without what its borders leave unsaid.
        area = [report.area.code, report.area.caveat]
        return [*ADOPTION_HEADER, "group_code", "caveat"], [[*row, *area] for row in rows]
    if isinstance(report, MarketDayReport):
        return MARKET_HEADER, _market_rows(report)
    return VENDOR_HEADER, _vendor_rows(report)


def _adoption_rows(report: AdoptionReport) -> list[list[Value]]:
    areas = [*report.markets, *([report.total] if report.total else [])]
    return [_indicator_row(report, area, one) for area in areas for one in area.indicators]


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
        one.coverage,
        one.flags,
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


def _vendor_rows(report: VendorDayReport) -> list[list[Value]]:
    close = report.close
    start: list[Value] = [report.vendor_code, report.market_code]
    end: list[Value] = [close.version if close else None, close.root_sha256 if close else None]
    day, state = report.on.isoformat(), report.state.value
    totals: list[list[Value]] = [
        [*start, day, "total", name, None, None, value, None, state, *end]
        for name, value in _amounts(report.amounts)
    ]
    receipts: list[list[Value]] = [
        [
            *start,
            day,
            "receipt",
            None,
            _iso(receipt.occurred_at),
            1,
            receipt.amount_vnd,
            receipt.provider,
            receipt.state.value,
            *end,
        ]
        for receipt in report.receipts
    ]
    week: list[list[Value]] = [
        [
            *start,
            one.on.isoformat(),
            "day",
            "gross_vnd",
            None,
            one.payments,
            one.gross_vnd,
            None,
            "closed" if one.is_closed else "open",
            None,
            None,
        ]
        for one in report.week
    ]
    return [*totals, *receipts, *week]


def _market_rows(report: MarketDayReport) -> list[list[Value]]:
    close = report.close
    start: list[Value] = [report.market_code, report.on.isoformat()]
    end: list[Value] = [
        report.state.value,
        close.version if close else None,
        close.root_sha256 if close else None,
    ]
    totals: list[list[Value]] = [
        [*start, "total", name, None, None, *[None] * len(LINE_AMOUNTS), value, *end]
        for name, value in _amounts(report.amounts)
    ]
    vendors: list[list[Value]] = [
        [
            *start,
            "vendor" if line.vendor_code else "untracked",
            line.vendor_name,
            line.vendor_code,
            " ".join(line.stalls),
            *(getattr(line, name) for name in LINE_AMOUNTS),
            None,
            *end,
        ]
        for line in [*report.vendors, *([report.untracked] if report.untracked else [])]
    ]
    return [*totals, *vendors]


def _amounts(amounts: DayAmounts | None) -> list[tuple[str, int]]:
    if amounts is None:
        return []
    return [(name, value) for name, value in amounts if name.endswith("_vnd")]


def _iso(value: date | datetime | None) -> str:
    return value.isoformat() if value else ""
