"""The market adoption report of a month, from the register and the newest closes."""

import hashlib
from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
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
from market.adoption.indicator import Window
from market.adoption.report import (
    ALL_MARKETS,
    AreaFigures,
    adoption_figures,
    group_figures,
)
from market.reports.closes import close_view, newest_closes_of
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
from merchants import frames as register_frames
from merchants.campaigns.attainment import PlanLine
from merchants.campaigns.targets import plans_of_all, plans_of_markets
from merchants.errors import AreaNotFound, MarketNotFound
from merchants.markets.areas import list_areas
from merchants.tables import Market, Stall, StallHolding, StallState
from reconciliation import frames as money_frames
from reconciliation.tables import CloseState, DayClose

BEGINNING = date(2020, 1, 1)
"""Before any feed of this service."""
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
    days = _Days.of(session, markets, first, month_end)
    frames = _frames(session, days)
    areas = adoption_figures(frames, days.window, days.reference_days)
    if group is not None:
        disclosed = _disclose_area(areas, frames, days, group)
    else:
        disclosed = show_all(areas) if product is Product.MANAGER else disclose(areas)
    plans = _plans(session, markets, days.window.last, group)
    views = {
        area.market_code: _area_view(area, days, plans[area.market_code], group)
        for area in disclosed
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
        definitions=[_definition_view(definition) for definition in CATALOGUE.values()],
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
    areas: Sequence[AreaFigures], frames: AdoptionFrames, days: "_Days", group: _Group
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


@dataclass(frozen=True)
class _Days:
    """The calendar of the period: what was open, what is closed, up to where figures reach."""

    markets: Sequence[Market]
    frame: pd.DataFrame
    """As ``market.adoption.frames.DAY_COLUMNS``, the whole month."""
    closes: Mapping[tuple[str, date], DayClose]
    window: Window
    reference_days: Mapping[int, date]

    @classmethod
    def of(
        cls, session: Session, markets: Sequence[Market], first: date, month_end: date
    ) -> "_Days":
        closes = newest_closes_of(session, [m.code for m in markets], first, month_end)
        frame = _with_closes(
            register_frames.open_day_frame(session, first, month_end), markets, closes
        )
        last = _window_last(frame, closes, month_end)
        return cls(
            markets=markets,
            frame=frame,
            closes=closes,
            window=Window(first, last),
            reference_days=_reference_days(frame, markets, last),
        )

    def of_markets(self, market_code: str, members: Collection[str] = ()) -> pd.DataFrame:
        """Return the days of one market, of all, or of the members of an area."""
        if market_code == ALL_MARKETS:
            return self.frame
        wanted = members or (market_code,)
        ids = [market.id for market in self.markets if market.code in wanted]
        return self.frame[self.frame["market_id"].isin(ids)]


def _month(month: str) -> tuple[date, date]:
    first = date.fromisoformat(f"{month}-01")
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _with_closes(
    days: pd.DataFrame, markets: Sequence[Market], closes: Mapping[tuple[str, date], DayClose]
) -> pd.DataFrame:
    codes = {market.id: market.code for market in markets}
    keys = [
        (codes[market_id], day.date())
        for market_id, day in zip(
            days["market_id"].tolist(), pd.to_datetime(days["day_on"]), strict=True
        )
    ]
    return days.assign(
        is_closed=pd.Series([key in closes for key in keys], days.index, dtype="bool"),
        is_final=pd.Series(
            [key in closes and closes[key].state is CloseState.FINAL for key in keys],
            days.index,
            dtype="bool",
        ),
    )


def _window_last(
    days: pd.DataFrame, closes: Mapping[tuple[str, date], DayClose], month_end: date
) -> date:
    """Return the end of the month when all its market days are closed, else the newest close."""
    waiting = days["is_open"] & ~days["is_closed"]
    if not closes or not waiting.any():
        return month_end
    return max(day for _, day in closes)


def _reference_days(days: pd.DataFrame, markets: Sequence[Market], last: date) -> dict[int, date]:
    """Return for each market the last market day of the window, else the window's last day."""
    opened = days[days["is_open"] & (pd.to_datetime(days["day_on"]) <= pd.Timestamp(last))]
    newest = opened.groupby("market_id")["day_on"].max()
    return {
        market.id: pd.Timestamp(newest[market.id]).date() if market.id in newest.index else last
        for market in markets
        if market.id is not None
    }


def _frames(session: Session, days: _Days) -> AdoptionFrames:
    window = days.window
    # From the beginning, because "ever active" asks for it; the same rows serve the window.
    receipts = money_frames.receipts(session, BEGINNING, window.last)
    first_on = receipts.groupby(["vendor_id", "market_id"])["business_date"].min()
    return AdoptionFrames(
        vendors=_vendors(session, days.reference_days, window.last),
        markets=register_frames.market_frame(session),
        coverage=register_frames.coverage_frame(session, window.last),
        days=days.frame,
        trading=_trading(session),
        receipts=receipts,
        first_receipts=first_on.rename("first_on").reset_index(),
    )


def _vendors(session: Session, reference_days: Mapping[int, date], last: date) -> pd.DataFrame:
    """Return each market's vendors as of its own reference day."""
    parts = []
    for as_of in sorted(set(reference_days.values())) or [last]:
        market_ids = [id_ for id_, day in reference_days.items() if day == as_of]
        frame = register_frames.vendor_frame(session, as_of)
        parts.append(frame[frame["market_id"].isin(market_ids)])
    return pd.concat(parts, ignore_index=True)


def _trading(session: Session) -> pd.DataFrame:
    """Return who holds an occupied stall from and to which day."""
    rows = session.execute(
        sa.select(
            col(StallHolding.vendor_id),
            col(Stall.market_id),
            col(StallHolding.from_on),
            col(StallHolding.to_on),
        )
        .join(Stall, col(Stall.id) == col(StallHolding.stall_id))
        # As in the register's frame: a holding that has ended tells of a stall occupied then.
        .where(
            sa.or_(col(Stall.state) == StallState.OCCUPIED, col(StallHolding.to_on).is_not(None))
        )
    ).all()
    return pd.DataFrame(
        [tuple(row) for row in rows], columns=["vendor_id", "market_id", "from_on", "to_on"]
    ).astype({"vendor_id": "int64", "market_id": "int64"})


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


def _area_view(
    area: DisclosedArea, days: _Days, plans: Mapping[str, PlanLine], group: _Group | None
) -> AreaView:
    is_group = group is not None and area.market_code == group.view.code
    market = next((m for m in days.markets if m.code == area.market_code and not is_group), None)
    calendar = days.of_markets(area.market_code, group.members if group and is_group else ())
    opened = calendar[calendar["is_open"]]
    seen = opened[pd.to_datetime(opened["day_on"]) <= pd.Timestamp(days.window.last)]
    not_closed = pd.to_datetime(opened.loc[~opened["is_closed"], "day_on"]).dt.date
    in_frame = area["S2"].indicator.denominator
    return AreaView(
        market_code=area.market_code,
        market_name=market.name if market else group.view.name if group else ALL_NAME,
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


def _definition_view(definition: Definition) -> DefinitionView:
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
