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
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
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
    session: Reading, caller: Caller, market_code: str, month: Month
) -> Response:
    """Return one market's adoption in a month as CSV."""
    report = adoption_report(session, month, market_code, product=_product(caller))
    return _csv(report, f"muc-do-dung-{market_code}-{month}")


@router.get("/markets/{market_code}/adoption/{month}")
def market_adoption(
    session: Reading, caller: Caller, market_code: str, month: Month
) -> AdoptionReport:
    """Return how far vendors of one market were paid by QR in a month."""
    return adoption_report(session, month, market_code, product=_product(caller))


@router.get("/adoption/{month}.csv", response_class=Response)
def adoption_csv(session: Reading, caller: Caller, month: Month) -> Response:
    """Return the adoption of the reader's markets in a month as CSV."""
    report = adoption_report(session, month, within=caller.market_codes)
    return _csv(report, f"muc-do-dung-{month}")


@router.get("/adoption/{month}")
def adoption(session: Reading, caller: Caller, month: Month) -> AdoptionReport:
    """Return how far vendors were paid by QR in a month, in every market and together."""
    return adoption_report(session, month, within=caller.market_codes)


def _product(caller: Principal) -> Product:
    """Return the table for the reader: whoever works for a market sees that market whole."""
    return Product.MANAGER if caller.may(Right.READ_MARKET) else Product.ECONOMIST


def _csv(report: Report, name: str) -> Response:
    return Response(
        to_csv(report),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
