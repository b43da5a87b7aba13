"""The market adoption report of a period as one reader may see it: a cut out of its tables."""

import hashlib

from sqlmodel import Session

from market.adoption.codes import GROUP
from market.adoption.definitions import DICTIONARY, Definition
from market.adoption.periods import Period, Scheme
from market.adoption.report import ALL_MARKETS
from market.reports.cashless import cashless_of
from market.reports.closes import newest_views
from market.reports.composite import index_of
from market.reports.market_changes import has_a_row
from market.reports.models import (
    NOT_CASH_EN,
    NOT_CASH_VI,
    AdoptionReport,
    AreaGroupView,
    AreaView,
    CloseView,
    DefinitionView,
    PeriodTables,
    Product,
)
from market.reports.peers import peers_of
from market.reports.period_tables import ALL_NAME
from market.reports.places_told import area_without_markets, check_opened_later
from market.reports.season import seasons_of
from market.reports.study_models import PeriodStudies, StudyView
from market.reports.tables_told import studied_tables_of
from market.reports.unpublished import in_whole_per_cents
from market.reports.vintage import as_published
from merchants.errors import AreaNotFound
from reconciliation.bulk import one_of, table_of
from reconciliation.tables import DayClose

__all__ = ["ALL_NAME", "build_adoption_report", "definition_view"]


def build_adoption_report(
    session: Session,
    label: str,
    market_code: str | None,
    product: Product,
    *,
    scheme: Scheme = Scheme.CALENDAR,
    within: frozenset[str] | None = None,
    area_code: str | None = None,
    p_percent: int | None = None,
) -> AdoptionReport:
    """Return the report of a period; see ``market.reports.adoption_report``."""
    period = Period.read(label, scheme)
    if area_code is not None:
        product = Product.ECONOMIST  # whoever asks for an area sees it as economists do
    tables, studies = studied_tables_of(session, period, product, p_percent=p_percent, waits=True)
    return cut(session, tables, market_code, within=within, area_code=area_code, studies=studies)


def cut(
    session: Session,
    tables: PeriodTables,
    market_code: str | None,
    *,
    within: frozenset[str] | None = None,
    area_code: str | None = None,
    with_closes: bool = True,
    studies: PeriodStudies | None = None,
) -> AdoptionReport:
    """Return what of a period's tables is about a market, an area, or all the reader may see.

    Raises:
        MarketNotFound: no market has the code. Of one that opened later nothing is told.
        AreaNotFound: there is no such area, or it reaches beyond ``within``.
        PlaceNotInPeriod: there is, and the tables are older than it.
    """
    tables = in_whole_per_cents(tables)
    markets = {
        code: area
        for code, area in tables.areas.items()
        if code != ALL_MARKETS and code not in tables.groups
    }
    if market_code is not None and market_code not in markets:
        check_opened_later(session, tables, market_code)
    group = None if area_code is None else _group(session, tables, area_code, within)
    told = {code for code in markets if market_code in {None, code}}
    told &= told if within is None else within
    told &= told if group is None else set(group.market_codes)
    shown = [area for code, area in markets.items() if code in told]
    if market_code is None:
        shown = [one for one in shown if has_a_row(one, tables.window_first)] or shown
    total = _total(tables, market_code, within, group)
    main = total or (shown[0] if shown else None)
    study = _study(studies, market_code, group, total)
    cashless = cashless_of(session, sorted(told), tables.window_last, tables.known_at)
    return AdoptionReport(
        period=tables.period,
        scheme=tables.scheme,
        version=tables.version,
        is_published=tables.version is not None,
        counts_rounded_to=tables.counts_rounded_to,
        known_at=tables.known_at,
        rules_sha256=tables.rules_sha256,
        window_first=tables.window_first,
        window_last=tables.window_last,
        market_code=market_code,
        area=group,
        product=tables.product,
        is_provisional=any(one.is_provisional for area in shown for one in area.indicators)
        if shown
        else tables.version is None,
        total=total if total is None or group is None else _named(total, group.code),
        markets=shown,
        cohorts=tables.cohorts if main is not None and main.market_code == ALL_MARKETS else [],
        trend=[one for one in tables.trend if main and one.area_code == main.market_code],
        study=study,
        cards=[one for one in studies.cards if one.market_code in told] if studies else [],
        cashless=cashless,
        peers=peers_of(session, market_code, markets)
        if market_code is not None
        and market_code in markets
        and within is None
        and tables.product is Product.ECONOMIST
        else None,
        index=index_of(session, tables, main, study, cashless, sorted(told))
        if main is not None and study is not None
        else None,
        seasons=seasons_of(tables.series.get(main.market_code, []))
        if main is not None and study is not None
        else None,
        definitions=[
            definition_view(DICTIONARY[id_])
            for id_ in dict.fromkeys(one.id for area in shown for one in area.indicators)
        ],
        closes=_closes(session, tables, told) if with_closes else [],
        rests_on_sha256=_rests_on(shown, main),
        note_vi=NOT_CASH_VI,
        note_en=NOT_CASH_EN,
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
        source_vi=definition.source_vi,
        source_en=definition.source_en,
    )


def _group(
    session: Session, tables: PeriodTables, code: str, within: frozenset[str] | None
) -> AreaGroupView:
    group = tables.groups.get(GROUP + code) or area_without_markets(session, tables, code, within)
    if within is not None and not set(group.market_codes) <= within:
        raise AreaNotFound(code)
    return group


def _total(
    tables: PeriodTables,
    market_code: str | None,
    within: frozenset[str] | None,
    group: AreaGroupView | None,
) -> AreaView | None:
    if group is not None:
        return tables.areas.get(GROUP + group.code)
    return tables.areas.get(ALL_MARKETS) if market_code is None and within is None else None


def _study(
    studies: PeriodStudies | None,
    market_code: str | None,
    group: AreaGroupView | None,
    total: AreaView | None,
) -> StudyView | None:
    if studies is None:
        return None
    if group is not None:
        found = studies.areas.get(GROUP + group.code)
        return found and found.model_copy(update={"area_code": group.code})
    code = ALL_MARKETS if total is not None else market_code
    return studies.areas.get(code or "")


def _named(total: AreaView, code: str) -> AreaView:
    """Return an area's view under the code people know, without the mark of groups among markets."""
    return total.model_copy(update={"market_code": code})


def _closes(session: Session, tables: PeriodTables, codes: set[str]) -> list[CloseView]:
    """Return the closes the tables rest on, of these markets, by market and day."""
    close = table_of(DayClose).c
    wanted = [
        one_of(session, close.scope, codes),
        close.business_date.between(tables.window_first, tables.window_last),
    ]
    period = Period.read(tables.period, Scheme(tables.scheme))
    wanted += as_published(session, period, tables.known_at).conditions(close)
    return newest_views(session, *wanted)


def _rests_on(shown: list[AreaView], main: AreaView | None) -> str:
    """Return the digest of the area the report is about; of several markets one over all of theirs."""
    if main is not None and (main.market_code == ALL_MARKETS or len(shown) == 1):
        return main.rests_on_sha256
    told = "\n".join(area.rests_on_sha256 for area in shown)
    return hashlib.sha256(told.encode()).hexdigest()
