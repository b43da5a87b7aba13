"""The market adoption report of a month, from the register and the newest closes."""

import hashlib
from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlmodel import Session, col, select

from market.adoption.definitions import CATALOGUE, Definition
from market.adoption.disclosure import (
    VENDORS_MIN,
    Cell,
    DisclosedArea,
    Hidden,
    disclose,
    disclose_group,
    is_few,
    show_all,
)
from market.adoption.frames import AdoptionFrames
from market.adoption.report import (
    ALL_MARKETS,
    AreaFigures,
    adoption_figures,
    group_figures,
)
from market.reports.adoption_days import ReportDays, load_frames
from market.reports.closes import close_view
from market.reports.models import (
    NOT_CASH_EN,
    NOT_CASH_VI,
    AdoptionReport,
    AreaGroupView,
    AreaView,
    DefinitionView,
    IndicatorView,
    Product,
)
from market.reports.plans import plan_view
from merchants.campaigns.attainment import PlanLine
from merchants.campaigns.targets import plans_of_all, plans_of_markets
from merchants.errors import AreaNotFound, MarketNotFound
from merchants.markets.areas import list_areas
from merchants.tables import Market

ALL_NAME = "Tất cả các chợ"


def build_adoption_report(
    session: Session,
    month: str,
    market_code: str | None,
    product: Product,
    *,
    within: frozenset[str] | None = None,
    area_code: str | None = None,
) -> AdoptionReport:
    """Return the report of ``month`` (``2026-10``); see ``market.reports.adoption_report``."""
    first, month_end = _month(month)
    markets = list(session.exec(select(Market).order_by(col(Market.code))))
    if market_code is not None and market_code not in {market.code for market in markets}:
        raise MarketNotFound(market_code)
    group = None if area_code is None else _Group.of(session, area_code, month_end, within)
    days = ReportDays.of(session, markets, first, month_end)
    frames = load_frames(session, days)
    areas = adoption_figures(frames, days.window, days.reference_days)
    if group is not None:
        disclosed = _disclose_area(areas, frames, days, group)
    else:
        disclosed = show_all(areas) if product is Product.MANAGER else disclose(areas)
    plans = _plans(session, markets, days.window.last, group)
    views = {
        area.market_code: _view_of(area, days, plans[area.market_code], group) for area in disclosed
    }
    told = {m.code for m in markets if market_code in {None, m.code}}
    told &= told if within is None else within
    told &= told if group is None else group.members
    shown = [views[m.code] for m in markets if m.code in told]
    closes = [
        close_view(close) for (scope, _), close in sorted(days.closes.items()) if scope in told
    ]
    return AdoptionReport(
        period=month,
        window_first=first,
        window_last=days.window.last,
        market_code=market_code,
        area=group.view if group else None,
        product=product,
        is_provisional=any(one.is_provisional for area in shown for one in area.indicators),
        total=_total(views, market_code, within, group),
        markets=shown,
        definitions=[definition_view(definition) for definition in CATALOGUE.values()],
        closes=closes,
        rests_on_sha256=hashlib.sha256(
            "\n".join(close.root_sha256 for close in closes).encode()
        ).hexdigest(),
        note_vi=NOT_CASH_VI,
        note_en=NOT_CASH_EN,
    )


@dataclass(frozen=True)
class _Group:
    """The area a report is asked for, and the areas that were made before it."""

    view: AreaGroupView
    members: frozenset[str]
    told_before: Sequence[frozenset[str]]

    @classmethod
    def of(cls, session: Session, code: str, on: date, within: frozenset[str] | None) -> "_Group":
        told_before: list[frozenset[str]] = []
        for area in list_areas(session):
            members = frozenset(area.markets_on(on))
            if area.code == code and (within is None or members <= within):
                view = AreaGroupView(
                    code=area.code,
                    name=area.name,
                    caveat=area.caveat,
                    legal_basis=area.legal_basis,
                )
                return cls(view, members, told_before)
            told_before.append(members)
        raise AreaNotFound(code)


def _disclose_area(
    areas: Sequence[AreaFigures], frames: AdoptionFrames, days: ReportDays, group: _Group
) -> list[DisclosedArea]:
    """Return the area's markets and their sum; whoever asks for an area sees it as economists do."""
    ids = [m.id for m in days.markets if m.code in group.members and m.id is not None]
    if not ids:
        return []
    figures = group_figures(
        frames, days.window, days.reference_days, code=group.view.code, market_ids=ids
    )
    return disclose_group(areas, figures, group.members, group.told_before)


def _total(
    views: Mapping[str, AreaView],
    market_code: str | None,
    within: frozenset[str] | None,
    group: _Group | None,
) -> AreaView | None:
    if group is not None:
        return views.get(group.view.code)
    return views.get(ALL_MARKETS) if market_code is None and within is None else None


def _month(month: str) -> tuple[date, date]:
    first = date.fromisoformat(f"{month}-01")
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _plans(
    session: Session, markets: Sequence[Market], on: date, group: _Group | None
) -> Mapping[str, Mapping[str, PlanLine]]:
    """Return by market, and ``*`` for all together, what is planned for each indicator on a day."""
    codes = [market.code for market in markets]
    plans: dict[str, dict[str, PlanLine]] = {code: {} for code in codes}
    for (code, indicator), plan in plans_of_markets(session, codes, on).items():
        plans[code][indicator] = plan
    if group is not None:
        return plans | {group.view.code: plans_of_all(session, group.members, on)}
    return plans | {ALL_MARKETS: plans_of_all(session, codes, on)}


def _view_of(
    area: DisclosedArea, days: ReportDays, plans: Mapping[str, PlanLine], group: _Group | None
) -> AreaView:
    if group is not None and area.market_code == group.view.code:
        return area_view(area, days, plans, name=group.view.name, members=group.members)
    return area_view(area, days, plans, name=ALL_NAME)


def area_view(
    area: DisclosedArea,
    days: ReportDays,
    plans: Mapping[str, PlanLine],
    *,
    name: str,
    members: Collection[str] = (),
) -> AreaView:
    """Return one market's figures, or those of several together, as far as they may be shown.

    Args:
        plans: what is planned, by indicator.
        name: of several markets together; one market's own is taken when it has one.
        members: the codes of several markets together; empty = the market of ``area``, or all.
    """
    market = next((m for m in days.markets if m.code == area.market_code and not members), None)
    calendar = days.of_markets(area.market_code, members)
    opened = calendar[calendar["is_open"]]
    seen = opened[pd.to_datetime(opened["day_on"]) <= pd.Timestamp(days.window.last)]
    not_closed = pd.to_datetime(opened.loc[~opened["is_closed"], "day_on"]).dt.date
    in_frame = area["S2"].indicator.denominator
    return AreaView(
        market_code=area.market_code,
        market_name=market.name if market else name,
        commune_code=market.commune_code if market else "",
        commune_valid_from=market.commune_valid_from if market else None,
        reference_on=area["S2"].indicator.window_last,
        market_days=len(seen),
        closed_days=int(seen["is_closed"].sum()),
        provisional_days=int((seen["is_closed"] & ~seen["is_final"]).sum()),
        days_not_closed=sorted(set(not_closed)),
        vendors_in_frame=None if area["S2"].hidden and is_few(in_frame) else in_frame,
        indicators=[
            _indicator_view(cell, plans.get(cell.indicator.id), days.window.last)
            for cell in area.cells
        ],
    )


def _indicator_view(cell: Cell, plan: PlanLine | None, on: date) -> IndicatorView:
    one, is_hidden = cell.indicator, cell.hidden is not Hidden.NO
    return IndicatorView(
        id=one.id,
        name_vi=one.name_vi,
        name_en=one.name_en,
        value=None if is_hidden else one.value,
        unit=one.unit.value,
        numerator=None if is_hidden else one.numerator,
        numerator_below=VENDORS_MIN if cell.numerator_is_few else None,
        denominator=None if is_hidden else one.denominator,
        window_first=one.window_first,
        window_last=one.window_last,
        coverage=one.coverage,
        is_provisional=one.is_provisional,
        hidden=cell.hidden.value,
        plan=plan_view(plan, one.value, is_hidden=is_hidden, on=on) if plan else None,
    )


def definition_view(definition: Definition) -> DefinitionView:
    """Return a row of the catalogue as it is printed beside the figures."""
    return DefinitionView(
        id=definition.id,
        name_vi=definition.name_vi,
        name_en=definition.name_en,
        formula_vi=definition.formula_vi,
        formula_en=definition.formula_en,
        note_vi=definition.note_vi,
        note_en=definition.note_en,
        unit=definition.unit.value,
        disclosure=definition.disclosure.value,
        source=definition.source,
    )
