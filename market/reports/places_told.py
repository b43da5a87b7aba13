"""Places that the tables of a period do not tell: unknown, not there yet, or younger than the tables."""

from collections.abc import Iterable

from sqlmodel import Session

from market.adoption.codes import GROUP
from market.adoption.periods import Period, Scheme
from market.reports.editions import edition_tables, newest_edition
from market.reports.errors import PlaceNotInPeriod
from market.reports.market_changes import markets_there
from market.reports.models import AreaGroupView, PeriodTables, Product
from merchants.errors import AreaNotFound
from merchants.find import find_market
from merchants.markets.areas import areas_within
from merchants.markets.commune_areas import find_told_area


def check_opened_later(session: Session, tables: PeriodTables, code: str) -> None:
    """Pass a market that the tables tell nothing of because it opened after their period.

    Raises:
        MarketNotFound: no market has the code.
        PlaceNotInPeriod: it had opened, and was registered after the tables were made.
    """
    market, period = find_market(session, code), _period_of(tables)
    if code in markets_there(session, period.window.last):
        raise PlaceNotInPeriod(period, code, market.name, is_market=True, version=tables.version)


def area_without_markets(
    session: Session, tables: PeriodTables, code: str, within: frozenset[str] | None
) -> AreaGroupView:
    """Return an area that had no market at the end of the period.

    Raises:
        AreaNotFound: there is no such area, or it reaches beyond ``within``.
        PlaceNotInPeriod: it had markets then, which the tables do not know of it.
    """
    period = _period_of(tables)
    on = period.window.last
    area = find_told_area(session, code)
    if not areas_within([area], within, on):
        raise AreaNotFound(code)
    if markets_there(session, on).keys() & area.markets_on(on):
        raise PlaceNotInPeriod(period, code, area.name, is_market=False, version=tables.version)
    return AreaGroupView(
        code=area.code,
        name=area.name,
        caveat=area.caveat,
        legal_basis=area.legal_basis,
        market_codes=[],
    )


def period_that_tells(
    session: Session, missing: PlaceNotInPeriod, newest_first: Iterable[Period]
) -> Period | None:
    """Return the newest of some periods that tells a place; ``None`` = none does.

    What nobody published is measured with whatever is registered now.
    """
    for period in newest_first:
        edition = newest_edition(session, period)
        if edition is None or edition.id is None:
            if period != missing.period:
                return period
            continue
        tables = edition_tables(session, edition.id, Product.ECONOMIST)
        told = tables.areas if missing.is_market else tables.groups
        if (missing.code if missing.is_market else GROUP + missing.code) in told:
            return period
    return None


def _period_of(tables: PeriodTables) -> Period:
    return Period.read(tables.period, Scheme(tables.scheme))
