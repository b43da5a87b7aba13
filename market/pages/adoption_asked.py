"""What a reader of adoption asks for: the period, whom it is about, what it is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Query, Request
from sqlmodel import Session, col, select

from market.adoption.periods import LABEL, Length, Period, Scheme
from market.i18n import Translator
from market.i18n import month as month_text
from market.pages.days import today_of
from market.reports.errors import check_begun
from market.reports.models import AdoptionReport, Product
from market.security.principal import Principal
from market.security.rights import Right
from merchants.markets.areas import Area, areas_within, list_areas
from merchants.tables import Market
from reconciliation.tables import DayClose

PERIOD = f"^{LABEL}$"
ROMAN = ("I", "II", "III", "IV")


class Compared(StrEnum):
    """With which period a figure is compared."""

    PREVIOUS = "truoc"
    YEAR_BEFORE = "cung-ky"
    NOTHING = "khong"


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    """As it came in the address."""

    label: str | None
    scheme: Scheme
    market_code: str | None
    area_code: str | None
    compared: Compared
    as_of: date | None
    """As it was published by the end of this day; ``None`` = as it was last."""


def _asked(
    ky: Annotated[str | None, Query(pattern=PERIOD)] = None,
    cho: str | None = None,
    dia_ban: Annotated[str | None, Query(alias="dia-ban", max_length=20)] = None,
    chot: Scheme = Scheme.CALENDAR,
    so: Compared = Compared.PREVIOUS,
    luc: date | None = None,
) -> AskedPeriod:
    return AskedPeriod(ky, chot, cho or None, None if cho else dia_ban or None, so, luc)


Asked = Annotated[AskedPeriod, Depends(_asked)]


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader's report, what it is compared with, and what else there is to choose."""

    period: Period
    report: AdoptionReport
    other: Period | None
    """The period compared with; ``None`` = none was asked for."""
    before: AdoptionReport | None
    """Its report; ``None`` = nobody closed a day of it, or the counts compared would be rounded."""
    areas: Sequence[Area]
    market_names: Sequence[tuple[str, str]]
    months: Sequence[Period]


def read_adoption(
    request: Request, session: Session, caller: Principal, asked: AskedPeriod
) -> Reading:
    """Return the report a reader asks for, within what the reader may see."""
    from market.reports.adoption import cut
    from market.reports.editions import newest_edition
    from market.reports.revisions import published_by
    from market.reports.tables_told import tables_of

    scope = _Scope.of(request, session, caller, asked)
    period, within = scope.period, caller.market_codes

    def report_of(one: Period, known_at: datetime | None = None) -> AdoptionReport:
        tables = tables_of(
            session,
            one,
            scope.product,
            p_percent=request.app.state.disclosure_p_percent,
            known_at=known_at,
        )
        return cut(
            session,
            tables,
            scope.market_code,
            within=within,
            area_code=scope.area_code,
            with_closes=False,
        )

    other = {
        Compared.PREVIOUS: period.previous(),
        Compared.YEAR_BEFORE: period.year_before(),
        Compared.NOTHING: None,
    }[asked.compared]
    report = report_of(period, published_by(session, period, asked.as_of))
    before = None
    # What was published is compared with what was published; the rest is measured while one waits.
    # Rounded counts are compared with nothing: the difference would be mostly what rounding moved.
    is_exact = not report.is_rounded
    if other is not None and is_exact and (newest_edition(session, other) or not report.version):
        before = report_of(other) if _is_closed(session, other) else None
    return Reading(
        period=period,
        report=report,
        other=other,
        before=before,
        areas=scope.areas,
        market_names=_market_names(session, within),
        months=scope.months,
    )


def read_study(
    request: Request, session: Session, caller: Principal, asked: AskedPeriod
) -> Reading:
    """Return the same with what was studied of the period, and nothing to compare it with."""
    from market.reports.adoption import cut
    from market.reports.revisions import published_by
    from market.reports.tables_told import studied_tables_of

    scope = _Scope.of(request, session, caller, asked)
    within = caller.market_codes
    tables, studies = studied_tables_of(
        session,
        scope.period,
        scope.product,
        p_percent=request.app.state.disclosure_p_percent,
        known_at=published_by(session, scope.period, asked.as_of),
    )
    return Reading(
        period=scope.period,
        report=cut(
            session,
            tables,
            scope.market_code,
            within=within,
            area_code=scope.area_code,
            with_closes=False,
            studies=studies,
        ),
        other=None,
        before=None,
        areas=scope.areas,
        market_names=_market_names(session, within),
        months=scope.months,
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a reader asked for, read against what the reader may see."""

    period: Period
    product: Product
    market_code: str | None
    area_code: str | None
    areas: Sequence[Area]
    months: Sequence[Period]

    @classmethod
    def of(
        cls, request: Request, session: Session, caller: Principal, asked: AskedPeriod
    ) -> "_Scope":
        today = today_of(request)
        months = _months(session, today, asked.scheme)
        within = caller.market_codes
        areas = areas_within(list_areas(session), within, today)
        market_code, area_code = asked.market_code, asked.area_code
        if not market_code and not area_code and within:
            # The total of all markets is not of this reader's area: that of the area is, or one
            # market.
            own = [area.code for area in areas if set(area.markets_on(today)) == within]
            area_code, market_code = (own[0], None) if own else (None, min(within))
        period = Period.read(asked.label, asked.scheme) if asked.label else months[0]
        check_begun(period, today)
        return cls(
            period=period,
            product=product_for(caller, market_code),
            market_code=market_code,
            area_code=area_code,
            areas=areas,
            months=months,
        )


def _market_names(session: Session, within: frozenset[str] | None) -> list[tuple[str, str]]:
    names = session.exec(select(Market.code, Market.name).order_by(col(Market.code))).all()
    return [(code, name) for code, name in names if within is None or code in within]


def product_for(caller: Principal, market_code: str | None) -> Product:
    """Return the table for the reader: whoever works for a market sees that market whole."""
    sees_whole = market_code and caller.may(Right.READ_MARKET)
    return Product.MANAGER if sees_whole else Product.ECONOMIST


def period_label(period: Period, _: Translator) -> str:
    """Return a period as it is written: ``Tháng 10/2026``, ``Quý IV/2026``, ``Năm 2026``."""
    year, month = divmod(period.first_month, 12)
    if period.length is Length.YEAR:
        return _("Năm {year}", year=year)
    if period.length is Length.QUARTER:
        return _("Quý {quarter}/{year}", quarter=ROMAN[month // 3], year=year)
    return _("Tháng {month}", month=month_text(date(year, month + 1, 1)))


def periods_to_choose(months: Sequence[Period], shown: Period) -> list[Period]:
    """Return months, their quarters and years, newest first, the one shown among them."""
    found = dict.fromkeys(months)
    for length in (Length.QUARTER, Length.YEAR):
        found |= dict.fromkeys(
            Period.holding(month.window.last, length, month.scheme) for month in months
        )
    return list(found if shown in found else {shown: None} | found)


def _months(session: Session, today: date, scheme: Scheme) -> list[Period]:
    """Return the months from the newest closed day back to the first one, newest first."""
    span = session.execute(
        sa.select(
            sa.func.min(col(DayClose.business_date)), sa.func.max(col(DayClose.business_date))
        ).where(col(DayClose.market_id).is_not(None))
    ).one()
    first, last = (Period.holding(day or today, Length.MONTH, scheme) for day in span)
    return [last.moved(-back) for back in range(last.first_month - first.first_month + 1)]


def _is_closed(session: Session, period: Period) -> bool:
    window = period.window
    return (
        session.exec(
            select(DayClose.id)
            .where(col(DayClose.business_date).between(window.first, window.last))
            .limit(1)
        ).first()
        is not None
    )
