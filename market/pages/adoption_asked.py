"""What a reader of adoption asks for: the period, whom it is about, what it is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import BeforeValidator
from sqlmodel import Session, col, select

from market.adoption.periods import LABEL, Period, Scheme
from market.pages.adoption_absent import Absent, absent_of
from market.pages.adoption_earlier import Earlier, read_earlier
from market.pages.adoption_periods import months_closed
from market.pages.days import today_of
from market.reports.errors import check_begun
from market.reports.models import AdoptionReport, Product
from market.security.principal import Principal
from market.security.rights import Right
from merchants.days import market_day
from merchants.markets.areas import Area, areas_within, list_areas
from merchants.markets.commune_areas import commune_areas
from merchants.tables import Market

PERIOD = f"^{LABEL}$"


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
    luc: Annotated[date | None, BeforeValidator(lambda text: text or None)] = None,
) -> AskedPeriod:
    return AskedPeriod(ky, chot, cho or None, None if cho else dia_ban or None, so, luc)


Asked = Annotated[AskedPeriod, Depends(_asked)]


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader's report, what it is compared with, and what else there is to choose."""

    period: Period
    report: AdoptionReport
    as_of: date | None
    """The end of the day as of which it is told; ``None`` = as it was published last."""
    earlier: Earlier | None
    """What it is compared with; ``None`` = nothing was asked for."""
    absent: Absent | None
    """The place asked for, where the period holds no market of it; else ``None``."""
    areas: Sequence[Area]
    communes: Sequence[Area]
    """Those in which a market lay at the end of the period."""
    market_names: Sequence[tuple[str, str]]
    months: Sequence[Period]
    published_on: Sequence[date]
    """The days up to which editions of the period know, newest first."""


def read_adoption(
    request: Request, session: Session, caller: Principal, asked: AskedPeriod
) -> Reading:
    """Return the report a reader asks for, within what the reader may see."""
    from market.reports.adoption import cut
    from market.reports.revisions import published_by
    from market.reports.tables_told import tables_of

    scope = _Scope.of(request, session, caller, asked)
    period, within = scope.period, caller.market_codes
    until = published_by(session, period, asked.as_of, today=scope.today)

    def report_of(one: Period) -> AdoptionReport:
        tables = tables_of(
            session,
            one,
            scope.product,
            p_percent=request.app.state.disclosure_p_percent,
            known_at=until,
            today=scope.today,
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
    report = report_of(period)
    earlier = None if other is None else read_earlier(session, other, report_of, report, until)
    return scope.reading(session, report, within, earlier)


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
        known_at=published_by(session, scope.period, asked.as_of, today=scope.today),
        today=scope.today,
    )
    report = cut(
        session,
        tables,
        scope.market_code,
        within=within,
        area_code=scope.area_code,
        with_closes=False,
        studies=studies,
    )
    return scope.reading(session, report, within, None)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a reader asked for, read against what the reader may see."""

    today: date
    period: Period
    product: Product
    market_code: str | None
    area_code: str | None
    as_of: date | None
    areas: Sequence[Area]
    months: Sequence[Period]

    @classmethod
    def of(
        cls, request: Request, session: Session, caller: Principal, asked: AskedPeriod
    ) -> "_Scope":
        today = today_of(request)
        months = months_closed(session, today, asked.scheme)
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
            today=today,
            period=period,
            product=product_for(caller, market_code),
            market_code=market_code,
            area_code=area_code,
            as_of=asked.as_of,
            areas=areas,
            months=months,
        )

    def reading(
        self,
        session: Session,
        report: AdoptionReport,
        within: frozenset[str] | None,
        earlier: Earlier | None,
    ) -> Reading:
        """Return a report with what else there is to choose."""
        from market.reports.editions import editions_of

        on = self.period.window.last
        communes = commune_areas(session)
        editions = editions_of(session, self.period) if report.is_published else []
        return Reading(
            period=self.period,
            report=report,
            as_of=self.as_of,
            earlier=earlier,
            absent=None
            if report.main
            else absent_of(session, report, on, [*self.areas, *communes]),
            areas=self.areas,
            communes=[one for one in areas_within(communes, within, on) if one.markets_on(on)],
            market_names=_market_names(session, within),
            months=self.months,
            published_on=list(dict.fromkeys(market_day(one.known_at) for one in editions)),
        )


def _market_names(session: Session, within: frozenset[str] | None) -> list[tuple[str, str]]:
    names = session.exec(select(Market.code, Market.name).order_by(col(Market.code))).all()
    return [(code, name) for code, name in names if within is None or code in within]


def product_for(caller: Principal, market_code: str | None) -> Product:
    """Return the table for the reader: whoever works for a market sees that market whole."""
    sees_whole = market_code and caller.may(Right.READ_MARKET)
    return Product.MANAGER if sees_whole else Product.ECONOMIST
