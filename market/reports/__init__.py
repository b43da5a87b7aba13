"""The reports: a vendor's day, a market's day, a month's adoption, a campaign; and their four faces.

The functions here import what they need when they are called: a page that shows a vendor's day
never waits for pandas.
"""

from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import Session

from market.adoption.periods import Scheme
from market.i18n import Lang
from market.reports.models import (
    AdoptionReport,
    CampaignReport,
    MarketDayReport,
    Product,
    VendorDayReport,
)
from market.reports.money_models import MarketMonthReport, VendorMonthReport

if TYPE_CHECKING:
    from rich.console import RenderableType

MoneyReport = VendorDayReport | VendorMonthReport | MarketDayReport | MarketMonthReport
Report = MoneyReport | AdoptionReport | CampaignReport

__all__ = [
    "AdoptionReport",
    "CampaignReport",
    "MarketDayReport",
    "MarketMonthReport",
    "MoneyReport",
    "Product",
    "Report",
    "VendorDayReport",
    "VendorMonthReport",
    "adoption_report",
    "campaign_report",
    "market_day_report",
    "market_month_report",
    "render_terminal",
    "to_csv",
    "to_json",
    "to_pdf",
    "vendor_day_report",
    "vendor_month_report",
]


def vendor_day_report(session: Session, vendor_code: str, on: date) -> VendorDayReport:
    """Return what one vendor received by QR on one day; raise ``VendorNotFound``."""
    from market.reports.vendor_day import vendor_day_report as build

    return build(session, vendor_code, on)


def market_day_report(session: Session, market_code: str, on: date) -> MarketDayReport:
    """Return what one market received by QR on one day; raise ``MarketNotFound``."""
    from market.reports.market_day import market_day_report as build

    return build(session, market_code, on)


def vendor_month_report(
    session: Session, vendor_code: str, month: date, *, today: date
) -> VendorMonthReport:
    """Return what one vendor received by QR in the month a day lies in; raise ``VendorNotFound``."""
    from market.reports.vendor_month import vendor_month_report as build

    return build(session, vendor_code, month, today=today)


def market_month_report(
    session: Session, market_code: str, month: date, *, today: date
) -> MarketMonthReport:
    """Return what one market received by QR in the month a day lies in; raise ``MarketNotFound``."""
    from market.reports.market_month import market_month_report as build

    return build(session, market_code, month, today=today)


def adoption_report(
    session: Session,
    period: str,
    market_code: str | None = None,
    *,
    product: Product = Product.ECONOMIST,
    scheme: Scheme = Scheme.CALENDAR,
    within: frozenset[str] | None = None,
    area_code: str | None = None,
    p_percent: int | None = None,
) -> AdoptionReport:
    """Return how far vendors were paid by QR in a period.

    Raises ``MarketNotFound``, and ``PlaceNotInPeriod`` where its figures are older than the place.

    It is what was published of the period last; what there is to tell now, where nothing was.

    Args:
        period: a month, a quarter or a year: ``2026-10``, ``2026-Q4``, ``2026``.
        scheme: by the calendar, or cut off on the 14th.
        market_code: one market, or ``None`` for all of them and their total. What is hidden is
            decided on the whole table either way.
        product: the economist's table hides what would tell one vendor's figure; a market's own
            management sees its market whole.
        within: the markets the reader may see; ``None`` = all. Short of all there is no total.
        area_code: an area group: its markets of the month's last day, and all of them together.
            Raises ``AreaNotFound`` when there is none, or it reaches beyond ``within``.
        p_percent: the secret of the rules of disclosure; ``None`` = the strictest there is.
    """
    from market.reports.adoption import build_adoption_report

    return build_adoption_report(
        session,
        period,
        market_code,
        product,
        scheme=scheme,
        within=within,
        area_code=area_code,
        p_percent=p_percent,
    )


def campaign_report(
    session: Session,
    programme_code: str,
    wave: int | None = None,
    *,
    today: date,
    within: frozenset[str] | None = None,
    p_percent: int | None = None,
) -> CampaignReport:
    """Return a campaign before, during and after its window; raise ``ProgrammeNotFound``.

    Args:
        programme_code: as it was added, ``CHO40-2026``.
        wave: one wave's markets and window, or ``None`` for all waves and the programme's window.
        today: what lies after it, or in a month not yet published, is not looked at.
        within: the markets the reader may see; ``None`` = all. Raises ``ScopeRefused`` when the
            campaign reaches beyond.
        p_percent: the secret of the rules of disclosure; ``None`` = the strictest there is.
    """
    from market.reports.campaign import build_campaign_report

    return build_campaign_report(
        session, programme_code, wave, today=today, within=within, p_percent=p_percent
    )


def render_terminal(report: Report) -> "RenderableType":
    """Return the report as tables for a terminal."""
    from market.reports.terminal import render

    return render(report)


def to_json(report: Report) -> str:
    """Return the report as JSON text."""
    return report.model_dump_json(indent=2)


def to_pdf(report: MoneyReport, lang: Lang = Lang.VI, *, is_for_phone: bool = False) -> bytes:
    """Return a money report as PDF: on A4, or as one page as wide as a phone."""
    from market.documents.money_sheet import Paper, money_sheet_pdf
    from market.reports.money_sheets import money_sheet

    return money_sheet_pdf(money_sheet(report, lang), Paper.PHONE if is_for_phone else Paper.A4)


def to_csv(report: Report) -> bytes:
    """Return the report as CSV: UTF-8 with BOM, ISO dates, dot decimals."""
    from market.exports import csv_bytes
    from market.reports.tidy import tidy_rows

    return csv_bytes(*tidy_rows(report))
