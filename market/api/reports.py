"""The reports for machines: the same models as the pages, as JSON and as CSV."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from market.reports import (
    AdoptionReport,
    MarketDayReport,
    Product,
    Report,
    VendorDayReport,
    adoption_report,
    market_day_report,
    to_csv,
    vendor_day_report,
)
from market.security.links import Grant, Role
from market.security.scope import Granted
from market.security.sessions import Reading

router = APIRouter(prefix="/api/v1")

Month = Annotated[str, Path(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="2026-10")]

# The CSV routes come first: ``{on}`` would take "2026-10-31.csv" for a day.


@router.get("/vendors/{vendor_code}/days/{on}.csv", response_class=Response)
def vendor_day_csv(session: Reading, vendor_code: str, on: date) -> Response:
    """Return one vendor's day as CSV."""
    name = f"nguoi-ban-{vendor_code}-{on.isoformat()}"
    return _csv(vendor_day_report(session, vendor_code, on), name)


@router.get("/vendors/{vendor_code}/days/{on}")
def vendor_day(session: Reading, vendor_code: str, on: date) -> VendorDayReport:
    """Return what one vendor received by QR on one day."""
    return vendor_day_report(session, vendor_code, on)


@router.get("/markets/{market_code}/days/{on}.csv", response_class=Response)
def market_day_csv(session: Reading, market_code: str, on: date) -> Response:
    """Return one market's day as CSV."""
    name = f"cho-{market_code}-{on.isoformat()}"
    return _csv(market_day_report(session, market_code, on), name)


@router.get("/markets/{market_code}/days/{on}")
def market_day(session: Reading, market_code: str, on: date) -> MarketDayReport:
    """Return what one market received by QR on one day."""
    return market_day_report(session, market_code, on)


@router.get("/markets/{market_code}/adoption/{month}.csv", response_class=Response)
def market_adoption_csv(
    session: Reading, grant: Granted, market_code: str, month: Month
) -> Response:
    """Return one market's adoption in a month as CSV."""
    report = adoption_report(session, month, market_code, product=_product(grant))
    return _csv(report, f"muc-do-dung-{market_code}-{month}")


@router.get("/markets/{market_code}/adoption/{month}")
def market_adoption(
    session: Reading, grant: Granted, market_code: str, month: Month
) -> AdoptionReport:
    """Return how far vendors of one market were paid by QR in a month."""
    return adoption_report(session, month, market_code, product=_product(grant))


@router.get("/adoption/{month}.csv", response_class=Response)
def adoption_csv(session: Reading, month: Month) -> Response:
    """Return the adoption of all markets in a month as CSV."""
    return _csv(adoption_report(session, month), f"muc-do-dung-{month}")


@router.get("/adoption/{month}")
def adoption(session: Reading, month: Month) -> AdoptionReport:
    """Return how far vendors were paid by QR in a month, in every market and together."""
    return adoption_report(session, month)


def _product(grant: Grant | None) -> Product:
    """Return the table for the reader: a market's own management sees its market whole."""
    is_manager = grant is not None and grant.role is Role.MARKET
    return Product.MANAGER if is_manager else Product.ECONOMIST


def _csv(report: Report, name: str) -> Response:
    return Response(
        to_csv(report),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
