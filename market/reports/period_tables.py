"""All that a product tells of a period: every market, every area, everything together.

The whole is made at once, because what one reader may see depends on what all others see; a reader's
report is a cut out of it (``adoption``).
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

import pandas as pd
from sqlmodel import Session

from market.adoption.codes import GROUP
from market.adoption.definitions import WITH_WILSON
from market.adoption.disclosure.areas import VENDORS_MIN, Cell, DisclosedArea, is_few
from market.adoption.disclosure.figures import UNSEEN, Remembered, Takings, Told, tell
from market.adoption.disclosure.hidden import Hidden
from market.adoption.disclosure.products import (
    ProductRule,
    TableProduct,
    rule_file_sha256,
    rules_or_strictest,
)
from market.adoption.fact_columns import BAND_COLUMNS
from market.adoption.facts import Facts
from market.adoption.frames import within
from market.adoption.indicator import Window
from market.adoption.intervals import wilson
from market.adoption.measures import period_figures
from market.adoption.periods import Period, Scheme
from market.adoption.reach import closed_days, reach
from market.adoption.report import ALL_MARKETS, AreaFigures
from market.adoption.retention import RetentionCell, retention_triangle
from market.adoption.study import open_shares
from market.adoption.study_disclosure import tell_breaks
from market.reports.closes import newest_views
from market.reports.contributions import Taken, taken_in
from market.reports.facts import load, load_halves
from market.reports.goods_told import GoodsTold
from market.reports.market_changes import MarketChange, changes_of, markets_there
from market.reports.models import (
    AreaGroupView,
    AreaView,
    CloseView,
    CohortView,
    GoodsView,
    IndicatorView,
    PeriodTables,
    Product,
)
from market.reports.plans import plan_view
from market.reports.vintage import KnownAt, known
from merchants.campaigns.attainment import PlanLine
from merchants.campaigns.targets import plans_of_all, plans_of_markets
from merchants.days import market_day
from merchants.markets.areas import list_areas
from merchants.markets.commune_areas import COMMUNE
from merchants.markets.communes import communes_of
from merchants.markets.periods import Period as Span
from merchants.tables import Market
from reconciliation.bulk import table_of
from reconciliation.tables import DayClose

ALL_NAME = "Tất cả các chợ"
PRODUCTS = {Product.ECONOMIST: TableProduct.DISTRICT, Product.MANAGER: TableProduct.MANAGER}
COHORTS_TOLD = 24


@dataclass(frozen=True, slots=True)
class History:
    """What was published of other periods."""

    hidden: Collection[Sequence[str]] = ()
    """What the product hid in editions of the same year."""
    withheld: Collection[Sequence[str]] = ()
    """What other editions would give away; hidden in sums over these days only."""


def period_tables(
    session: Session,
    period: Period,
    product: Product,
    *,
    p_percent: int | None,
    known_at: datetime | None = None,
    before: "History | None" = None,
    made: "Measured | None" = None,
) -> PeriodTables:
    """Return everything a product tells of a period.

    Args:
        p_percent: the secret of the rules of disclosure; ``None`` = the strictest there is.
        known_at: closes made later are left out.
        before: what was published of other periods; ``None`` = nothing.
        made: the period as it was measured with the same ``known_at``; ``None`` = it is measured now.
    """
    made = made or Measured.of(session, period.window, known_at=known_at)
    before = before or History()
    told = made.told(product, p_percent, [*before.hidden, *before.withheld])
    rule = rules_or_strictest(p_percent)[PRODUCTS[product]]
    plans = _plans(session, made)
    open_hidden, open_cells = made.told_breaks(told, rule, before.hidden)
    areas = {
        area.market_code: _without_width(view)
        if (area.market_code, ALL_MARKETS) in open_hidden
        else view
        for area in told.areas
        for view in [made.view(area, told, plans[area.market_code])]
    }
    return PeriodTables(
        period=period.label,
        scheme=period.scheme.value,
        product=product,
        window_first=made.window.first,
        window_last=made.window.last,
        known_at=known_at,
        version=None,
        counts_rounded_to=None,
        rules_sha256=rule_file_sha256(),
        areas=areas,
        groups=dict(made.groups),
        cohorts=_cohorts(made.retention(session, period.scheme), rule),
        trend=[],
        series={},
        hidden=sorted(
            list(key)
            for key in _remembered(told, made.told(product, p_percent, before.hidden)) | open_cells
        ),
    )


def _remembered(told: Told, anyway: Told) -> Remembered:
    """Return the hidden cells, those hidden for the sake of other editions as of these days alone."""
    return anyway.hidden | {
        (f"{table}{UNSEEN}", *rest)
        for table, *rest in told.hidden - anyway.hidden
        if not table.endswith(UNSEEN)
    }


@dataclass(frozen=True)
class Measured:
    """The figures of a window before anything is hidden."""

    asked: Window
    known_at: KnownAt
    window: Window
    """As far into the window as its market days are closed."""
    until: date | None
    """No figure speaks of a later day; ``None`` = the days of the window have all come."""
    facts: Facts
    days: pd.DataFrame
    markets: Mapping[str, Market]
    communes: Mapping[str, tuple[str, date]]
    changes: Mapping[str, MarketChange]
    groups: Mapping[str, AreaGroupView]
    figures: Sequence[AreaFigures]
    closes: Mapping[str, Sequence[CloseView]]
    goods: GoodsTold
    """Under which goods the vendors' money is told."""
    taken: Sequence[Taken]
    """What each vendor received in the window."""
    takings: Sequence[Takings]
    """The same by goods group."""
    area_ids: Mapping[str, Sequence[int]]
    """Ids of markets by the code of every area that is measured."""
    _halves: list[tuple[pd.DataFrame, pd.DataFrame]] = field(default_factory=list)
    _told: dict[tuple[object, ...], Told] = field(default_factory=dict)
    _cells: dict[Scheme, list[RetentionCell]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        session: Session,
        asked: Window,
        *,
        known_at: KnownAt = None,
        today: date | None = None,
        sides: Mapping[str, AreaGroupView] = MappingProxyType({}),
    ) -> "Measured":
        """Return the figures of every market, of every area, of all together.

        A market that opened later is no part of them: registering it leaves the months before alone.

        Args:
            today: no figure speaks of a later day; ``None`` = the day ``known_at`` is of, if told.
            sides: more areas, by a code of their own that begins with ``GROUP``; with them markets
                stay that opened later, since a side is the same markets before and after.
        """
        markets = markets_there(session, date.max if sides else asked.last)
        facts = load(session, asked, list(markets), known_at=known_at)
        groups, communes = _groups(session, markets, asked.last)
        groups |= sides
        ids = {code: one.id for code, one in markets.items() if one.id is not None}
        members = {code: [ids[m] for m in group.market_codes] for code, group in groups.items()}
        areas = {code: [id_] for code, id_ in ids.items()} | members
        if ids:
            areas[ALL_MARKETS] = list(ids.values())
        days = closed_days(facts)
        at = known(known_at).at
        until = today if at is None else market_day(at)
        window = Window(asked.first, reach(days, asked, until))
        noted, holdings = (
            dict(zip(facts.groups["vendor_id"].tolist(), facts.groups[name].tolist(), strict=True))
            for name in ("goods_group", "holding")
        )
        goods = GoodsTold.of(session, asked, noted)
        codes = {id_: code for code, id_ in ids.items()}
        taken = [
            one for one in taken_in(session, window, known_at, goods) if one.market_id in codes
        ]
        return cls(
            asked=asked,
            known_at=known_at,
            window=window,
            until=until,
            facts=facts,
            days=days[within(days["day_on"], asked)],
            markets=markets,
            communes=communes,
            changes=changes_of(session, markets, asked),
            groups=groups,
            figures=period_figures(facts, asked, areas=areas, until=until) if areas else [],
            closes=_closes(session, asked, known_at),
            goods=goods,
            taken=taken,
            takings=_takings(taken, holdings, codes),
            area_ids={code: own for code, own in areas.items() if own},
        )

    def halves(self, session: Session) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return days with receipts and first receipts, up to the last day asked for; read once."""
        if not self._halves:
            self._halves.append(load_halves(session, last=self.asked.last, known_at=self.known_at))
        return self._halves[0]

    def told(
        self,
        product: Product,
        p_percent: int | None,
        hidden_before: Collection[Sequence[str]] = (),
    ) -> Told:
        """Return what a product may tell of them; decided once."""
        before = frozenset(tuple(key) for key in hidden_before)
        asked = (product, p_percent, before)
        if asked not in self._told:
            self._told[asked] = tell(
                self.figures,
                {code: group.market_codes for code, group in self.groups.items()},
                self.takings,
                rules_or_strictest(p_percent),
                PRODUCTS[product],
                before,
            )
        return self._told[asked]

    def retention(self, session: Session, scheme: Scheme) -> list[RetentionCell]:
        """Return the retention triangle of all markets together; worked out once."""
        if scheme not in self._cells:
            days, firsts = self.halves(session)
            self._cells[scheme] = retention_triangle(days, firsts, self.window, scheme=scheme)
        return self._cells[scheme]

    def told_breaks(
        self, told: Told, rule: ProductRule, hidden_before: Collection[Sequence[str]] = ()
    ) -> tuple[dict[tuple[str, str], Hidden], Remembered]:
        """Return what is hidden of the money that is open; see ``study_disclosure.tell_breaks``."""
        groups = self.facts.groups
        return tell_breaks(
            open_shares(self.facts, self.window),
            told,
            {code: group.market_codes for code, group in self.groups.items()},
            {one.id: code for code, one in self.markets.items() if one.id is not None},
            dict(zip(groups["vendor_id"].tolist(), groups["holding"].tolist(), strict=True)),
            rule,
            frozenset(tuple(key) for key in hidden_before),
        )

    def view(self, area: DisclosedArea, told: Told, plans: Mapping[str, PlanLine]) -> AreaView:
        """Return one area as far as it may be shown."""
        code = area.market_code
        codes = self._markets_of(code)
        market = self.markets.get(code)
        commune = self.communes.get(code)
        change = self.changes.get(code)
        days = self.days[self.days["market_id"].isin([self.markets[one].id for one in codes])]
        opened = days[days["is_open"]]
        seen = opened[opened["day_on"] <= pd.Timestamp(self.window.last)]
        # A day that has not come is not late: nobody could have closed it.
        come = opened["day_on"] <= pd.Timestamp(self.until or self.asked.last)
        waiting = opened.loc[come & ~opened["is_closed"], "day_on"].dt.date
        frame = area["S2"].indicator.denominator
        closes = [close for one in codes for close in self.closes.get(one, ())]
        return AreaView(
            market_code=code,
            market_name=market.name if market else self._name(code),
            commune_code=commune[0] if commune else "",
            commune_valid_from=commune[1] if commune else None,
            reference_on=area["S2"].indicator.window_last,
            opened_on=change.opened_on if change else None,
            closed_on=change.closed_on if change else None,
            borders=list(change.borders) if change else [],
            market_days=len(seen),
            closed_days=int(seen["is_closed"].sum()),
            provisional_days=int((seen["is_closed"] & ~seen["is_final"]).sum()),
            days_not_closed=sorted(set(waiting)),
            vendors_in_frame=None if code in told.frames_hidden else frame,
            frame_hidden=told.frames_hidden.get(code, Hidden.NO).value,
            indicators=[
                _indicator_view(cell, plans.get(cell.indicator.id), self.window.last)
                for cell in area.cells
            ],
            goods=self._goods(code, codes, told, is_whole=not area["U8"].hidden),
            closes=len(closes),
            rests_on_sha256=hashlib.sha256(
                "\n".join(close.root_sha256 for close in closes).encode()
            ).hexdigest(),
        )

    def _goods(
        self, code: str, codes: Sequence[str], told: Told, *, is_whole: bool
    ) -> list[GoodsView]:
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        sellers: dict[str, set[tuple[int, int]]] = defaultdict(set)
        wanted = {self.markets[one].id for one in codes}
        for one in self.taken:
            if one.market_id in wanted:
                name = told.merged[one.goods_group]
                sums[name][0] += sum(one.bands)
                sums[name][1] += one.value_vnd
                # Who sold other goods once is told among both.
                sellers[name].add((one.vendor_id, one.market_id))
        everything = sum(value_vnd for _, value_vnd in sums.values())
        rows = []
        for name, (receipts, value_vnd) in sums.items():
            why = told.goods.get((code, name), Hidden.NO)
            rows.append(
                GoodsView(
                    goods_group=name,
                    vendors=None if why else len(sellers[name]),
                    receipts=None if why else receipts,
                    value_vnd=None if why else value_vnd,
                    share=value_vnd / everything if everything and is_whole and not why else None,
                    hidden=why.value,
                )
            )
        # Their order would tell how large the hidden ones are.
        return sorted(
            rows, key=lambda row: (bool(row.hidden), -(row.value_vnd or 0), row.goods_group)
        )

    def _markets_of(self, code: str) -> list[str]:
        if code == ALL_MARKETS:
            return list(self.markets)
        return [code] if code in self.markets else list(self.groups[code].market_codes)

    def _name(self, code: str) -> str:
        return ALL_NAME if code == ALL_MARKETS else self.groups[code].name


def _takings(
    taken: Sequence[Taken], holdings: Mapping[int, str], codes: Mapping[int, str]
) -> list[Takings]:
    sums: dict[tuple[int, int, str], list[int]] = {}
    for one in taken:
        own = sums.setdefault(
            (one.vendor_id, one.market_id, one.goods_group), [0] * (1 + len(BAND_COLUMNS))
        )
        for place, number in enumerate((one.value_vnd, *one.bands)):
            own[place] += number
    return [
        Takings(
            market_code=codes[market],
            goods_group=goods,
            holding=holdings.get(vendor) or f"#{vendor}",
            value_vnd=value,
            bands=tuple(bands),
        )
        for (vendor, market, goods), (value, *bands) in sorted(sums.items())
    ]


def _groups(
    session: Session, markets: Mapping[str, Market], on: date
) -> tuple[dict[str, AreaGroupView], dict[str, tuple[str, date]]]:
    """Return the areas of several markets on a day, and the commune of each market."""
    groups: dict[str, AreaGroupView] = {}
    for area in list_areas(session):
        groups[GROUP + area.code] = AreaGroupView(
            code=area.code,
            name=area.name,
            caveat=area.caveat,
            legal_basis=area.legal_basis,
            market_codes=[code for code in area.markets_on(on) if code in markets],
        )
    told = communes_of(session, list(markets.values()))
    inside: dict[tuple[str, str], list[str]] = defaultdict(list)
    communes: dict[str, tuple[str, date]] = {}
    for code, market in markets.items():
        spans = told.get(market.id or 0, [])
        span = next((one for one in spans if Span(one.from_on, one.to_on).covers(on)), None)
        if span is None:
            communes[code] = (market.commune_code, market.commune_valid_from)
            continue
        communes[code] = (span.code, span.valid_from)
        inside[span.code, span.name].append(code)
    for (commune, name), own in sorted(inside.items()):
        groups[f"{GROUP}{COMMUNE}{commune}"] = AreaGroupView(
            code=COMMUNE + commune, name=name, caveat="", legal_basis="", market_codes=own
        )
    return {code: group for code, group in groups.items() if group.market_codes}, communes


def _closes(session: Session, window: Window, known_at: KnownAt) -> dict[str, list[CloseView]]:
    """Return by market the newest closes of the window, by day."""
    close = table_of(DayClose).c
    wanted = [
        close.market_id.is_not(None),
        close.business_date.between(window.first, window.last),
        *known(known_at).conditions(close),
    ]
    found: dict[str, list[CloseView]] = defaultdict(list)
    for one in newest_views(session, *wanted):
        found[one.market_code].append(one)
    return found


def _plans(session: Session, made: Measured) -> Mapping[str, Mapping[str, PlanLine]]:
    """Return by area what is planned for each indicator on the window's last day."""
    on, codes = made.window.last, list(made.markets)
    plans: dict[str, dict[str, PlanLine]] = {one.market_code: {} for one in made.figures}
    for (code, indicator), plan in plans_of_markets(session, codes, on).items():
        plans[code][indicator] = plan
    for code, group in made.groups.items():
        plans[code] = dict(plans_of_all(session, group.market_codes, on))
    if codes:
        plans[ALL_MARKETS] = dict(plans_of_all(session, codes, on))
    return plans


def _without_width(area: AreaView) -> AreaView:
    """Return an area without what its money may come to: too few vendors' money is open."""
    return area.model_copy(
        update={
            "indicators": [
                one.model_copy(update={"credible": None}) if one.id == "U8" else one
                for one in area.indicators
            ]
        }
    )


def _indicator_view(cell: Cell, plan: PlanLine | None, on: date) -> IndicatorView:
    one, is_hidden = cell.indicator, cell.hidden is not Hidden.NO
    interval = one.interval
    if interval is None and one.id in WITH_WILSON and one.numerator is not None:
        interval = wilson(int(one.numerator), one.denominator)
    if is_hidden or one.value is None:
        interval = None
    bounds = None if is_hidden else one.bounds
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
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        credible=float(bounds.high) if bounds else None,
        is_rounded=False,
    )


def _cohorts(triangle: Sequence[RetentionCell], rule: ProductRule) -> list[CohortView]:
    """Return the retention triangle of all markets together, as far as it may be told."""
    rows: dict[str, list[RetentionCell]] = defaultdict(list)
    for cell in triangle:
        rows[cell.cohort.label].append(cell)

    def told(count: int, rest: int) -> int | None:
        few = range(1, rule.count_shown_min)
        return None if count in few or rest in few else count

    return [
        CohortView(
            month=month,
            size=None if is_few(cells[0].size) and not rule.shows_all else cells[0].size,
            active=[
                None
                if is_few(cell.size) and not rule.shows_all
                else told(cell.active, cell.size - cell.active)
                for cell in cells
            ],
            returned=[
                None if is_few(cell.size) and not rule.shows_all else told(cell.returned, 0)
                for cell in cells
            ],
        )
        for month, cells in sorted(rows.items())[-COHORTS_TOLD:]
    ]
