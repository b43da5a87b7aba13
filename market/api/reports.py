"""The reports for machines: the same models as the pages, as JSON and as CSV."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from market.reports import (
    AdoptionReport,
    CampaignReport,
    MarketDayReport,
    Product,
    Report,
    VendorDayReport,
    adoption_report,
    campaign_report,
    market_day_report,
    to_csv,
    vendor_day_report,
)
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.campaigns.programmes import WAVE_NUMBER_MAX
from merchants.days import market_day as day_at_market

router = APIRouter(prefix="/api/v1")

Month = Annotated[str, Path(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="2026-10")]

ProgrammeCode = Annotated[str, Path(pattern=r"^[A-Z0-9][A-Z0-9-]{0,19}$")]
WaveAsked = Annotated[int | None, Query(ge=1, le=WAVE_NUMBER_MAX)]

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


@router.get("/programmes/{programme_code}/comparison.csv", response_class=Response)
def campaign_csv(
    request: Request,
    session: Reading,
    caller: Caller,
    programme_code: ProgrammeCode,
    wave: WaveAsked = None,
) -> Response:
    """Return a programme, or one wave, before, during and after its window as CSV."""
    report = _campaign(request, session, caller, programme_code, wave)
    return _csv(report, f"truoc-trong-sau-{programme_code}" + (f"-{wave}" if wave else ""))


@router.get("/programmes/{programme_code}/comparison")
def campaign(
    request: Request,
    session: Reading,
    caller: Caller,
    programme_code: ProgrammeCode,
    wave: WaveAsked = None,
) -> CampaignReport:
    """Return a programme, or one wave, before, during and after, beside the markets not in it."""
    return _campaign(request, session, caller, programme_code, wave)


@router.get("/adoption/{month}.csv", response_class=Response)
def adoption_csv(session: Reading, caller: Caller, month: Month) -> Response:
    """Return the adoption of the reader's markets in a month as CSV."""
    report = adoption_report(session, month, within=caller.market_codes)
    return _csv(report, f"muc-do-dung-{month}")


@router.get("/adoption/{month}")
def adoption(session: Reading, caller: Caller, month: Month) -> AdoptionReport:
    """Return how far vendors were paid by QR in a month, in every market and together."""
    return adoption_report(session, month, within=caller.market_codes)


def _campaign(
    request: Request, session: Session, caller: Principal, programme_code: str, wave: int | None
) -> CampaignReport:
    today = day_at_market(request.app.state.now())
    return campaign_report(session, programme_code, wave, today=today, within=caller.market_codes)


def _product(caller: Principal) -> Product:
    """Return the table for the reader: whoever works for a market sees that market whole."""
    return Product.MANAGER if caller.may(Right.READ_MARKET) else Product.ECONOMIST


def _csv(report: Report, name: str) -> Response:
    return Response(
        to_csv(report),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
