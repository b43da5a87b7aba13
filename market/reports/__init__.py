"""The reports: a vendor's day, a market's day, a month's adoption, a campaign; and their four faces.

The functions here import what they need when they are called: a page that shows a vendor's day
never waits for pandas.
"""

from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import Session

from market.reports.models import (
    AdoptionReport,
    CampaignReport,
    MarketDayReport,
    Product,
    VendorDayReport,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

Report = VendorDayReport | MarketDayReport | AdoptionReport | CampaignReport

__all__ = [
    "AdoptionReport",
    "CampaignReport",
    "MarketDayReport",
    "Product",
    "Report",
    "VendorDayReport",
    "adoption_report",
    "campaign_report",
    "market_day_report",
    "render_terminal",
    "to_csv",
    "to_json",
    "vendor_day_report",
]


def vendor_day_report(session: Session, vendor_code: str, on: date) -> VendorDayReport:
    """Return what one vendor received by QR on one day; raise ``VendorNotFound``."""
    from market.reports.vendor_day import vendor_day_report as build

    return build(session, vendor_code, on)


def market_day_report(session: Session, market_code: str, on: date) -> MarketDayReport:
    """Return what one market received by QR on one day; raise ``MarketNotFound``."""
    from market.reports.market_day import market_day_report as build

    return build(session, market_code, on)


def adoption_report(
    session: Session,
    month: str,
    market_code: str | None = None,
    *,
    product: Product = Product.ECONOMIST,
    within: frozenset[str] | None = None,
    area_code: str | None = None,
) -> AdoptionReport:
    """Return how far vendors were paid by QR in ``month`` (``2026-10``); raise ``MarketNotFound``.

    Args:
        month: a calendar month, ``2026-10``.
        market_code: one market, or ``None`` for all of them and their total. What is hidden is
            decided on the whole table either way.
        product: the economist's table hides what would tell one vendor's figure; a market's own
            management sees its market whole.
        within: the markets the reader may see; ``None`` = all. Short of all there is no total.
        area_code: an area group: its markets of the month's last day, and all of them together.
            Raises ``AreaNotFound`` when there is none, or it reaches beyond ``within``.
    """
    from market.reports.adoption import build_adoption_report

    return build_adoption_report(
        session, month, market_code, product, within=within, area_code=area_code
    )


def campaign_report(
    session: Session,
    programme_code: str,
    wave: int | None = None,
    *,
    today: date,
    within: frozenset[str] | None = None,
) -> CampaignReport:
    """Return a campaign before, during and after its window; raise ``ProgrammeNotFound``.

    Args:
        programme_code: as it was added, ``CHO40-2026``.
        wave: one wave's markets and window, or ``None`` for all waves and the programme's window.
        today: what lies after it is not looked at.
        within: the markets the reader may see; ``None`` = all. Raises ``ScopeRefused`` when the
            campaign reaches beyond.
    """
    from market.reports.campaign import build_campaign_report

    return build_campaign_report(session, programme_code, wave, today=today, within=within)


def render_terminal(report: Report) -> "RenderableType":
    """Return the report as tables for a terminal."""
    from market.reports.terminal import render

    return render(report)


def to_json(report: Report) -> str:
    """Return the report as JSON text."""
    return report.model_dump_json(indent=2)


def to_csv(report: Report) -> bytes:
    """Return the report as CSV: UTF-8 with BOM, ISO dates, dot decimals."""
    from market.exports import csv_bytes
    from market.reports.tidy import tidy_rows

    return csv_bytes(*tidy_rows(report))
