"""Days and months of vendors and markets for machines: the pages' own models as JSON, CSV and PDF.

Each has an ETag: who asks again with ``If-None-Match`` gets 304 while nothing has changed.
"""

import hashlib
from collections.abc import Callable
from datetime import date
from importlib.metadata import version as version_of
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from market.documents.money_sheet import Paper
from market.i18n import Lang
from market.reports import (
    MarketDayReport,
    MarketMonthReport,
    MoneyReport,
    VendorDayReport,
    VendorMonthReport,
    market_day_report,
    market_month_report,
    to_csv,
    to_json,
    to_pdf,
    vendor_day_report,
    vendor_month_report,
)
from market.security.sessions import Reading
from merchants.days import market_day as day_at_market

router = APIRouter(prefix="/api/v1", tags=["days and months"])

Month = Annotated[str, Path(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="2026-10")]
PaperAsked = Annotated[Paper, Query(description="a4, phone")]

# The files come first: ``{on}`` would take "2026-10-31.csv" for a day.


@router.get("/vendors/{vendor_code}/days/{on}.csv", response_class=Response)
def vendor_day_csv(request: Request, session: Reading, vendor_code: str, on: date) -> Response:
    """Return one vendor's day as CSV."""
    return csv_of(request, vendor_day_report(session, vendor_code, on))


@router.get("/vendors/{vendor_code}/days/{on}.pdf", response_class=Response)
def vendor_day_pdf(
    request: Request, session: Reading, vendor_code: str, on: date, paper: PaperAsked = Paper.A4
) -> Response:
    """Return one vendor's day as PDF: A4, or one page as wide as a phone."""
    return pdf_of(request, vendor_day_report(session, vendor_code, on), paper)


@router.get("/vendors/{vendor_code}/days/{on}", response_model=VendorDayReport)
def vendor_day(request: Request, session: Reading, vendor_code: str, on: date) -> Response:
    """Return what one vendor received by QR on one day."""
    return json_of(request, vendor_day_report(session, vendor_code, on))


@router.get("/vendors/{vendor_code}/months/{month}.csv", response_class=Response)
def vendor_month_csv(
    request: Request, session: Reading, vendor_code: str, month: Month
) -> Response:
    """Return one vendor's month as CSV."""
    return csv_of(request, _vendor_month(request, session, vendor_code, month))


@router.get("/vendors/{vendor_code}/months/{month}.pdf", response_class=Response)
def vendor_month_pdf(
    request: Request,
    session: Reading,
    vendor_code: str,
    month: Month,
    paper: PaperAsked = Paper.A4,
) -> Response:
    """Return one vendor's month as PDF: A4, or one page as wide as a phone."""
    return pdf_of(request, _vendor_month(request, session, vendor_code, month), paper)


@router.get("/vendors/{vendor_code}/months/{month}", response_model=VendorMonthReport)
def vendor_month(request: Request, session: Reading, vendor_code: str, month: Month) -> Response:
    """Return what one vendor received by QR in one month, day by day."""
    return json_of(request, _vendor_month(request, session, vendor_code, month))


@router.get("/markets/{market_code}/days/{on}.csv", response_class=Response)
def market_day_csv(request: Request, session: Reading, market_code: str, on: date) -> Response:
    """Return one market's day as CSV."""
    return csv_of(request, market_day_report(session, market_code, on))


@router.get("/markets/{market_code}/days/{on}.pdf", response_class=Response)
def market_day_pdf(
    request: Request, session: Reading, market_code: str, on: date, paper: PaperAsked = Paper.A4
) -> Response:
    """Return one market's day as PDF: A4, or one page as wide as a phone."""
    return pdf_of(request, market_day_report(session, market_code, on), paper)


@router.get("/markets/{market_code}/days/{on}", response_model=MarketDayReport)
def market_day(request: Request, session: Reading, market_code: str, on: date) -> Response:
    """Return what one market received by QR on one day."""
    return json_of(request, market_day_report(session, market_code, on))


@router.get("/markets/{market_code}/months/{month}.csv", response_class=Response)
def market_month_csv(
    request: Request, session: Reading, market_code: str, month: Month
) -> Response:
    """Return one market's month as CSV."""
    return csv_of(request, _market_month(request, session, market_code, month))


@router.get("/markets/{market_code}/months/{month}.pdf", response_class=Response)
def market_month_pdf(
    request: Request,
    session: Reading,
    market_code: str,
    month: Month,
    paper: PaperAsked = Paper.A4,
) -> Response:
    """Return one market's month as PDF: A4, or one page as wide as a phone."""
    return pdf_of(request, _market_month(request, session, market_code, month), paper)


@router.get("/markets/{market_code}/months/{month}", response_model=MarketMonthReport)
def market_month(request: Request, session: Reading, market_code: str, month: Month) -> Response:
    """Return what one market received by QR in one month, day by day and vendor by vendor."""
    return json_of(request, _market_month(request, session, market_code, month))


def json_of(request: Request, report: MoneyReport) -> Response:
    """Return a report as JSON."""
    return _answer(request, report, "application/json", "", lambda: to_json(report).encode())


def csv_of(request: Request, report: MoneyReport) -> Response:
    """Return a report as CSV to save."""
    return _answer(request, report, "text/csv; charset=utf-8", "csv", lambda: to_csv(report))


def pdf_of(request: Request, report: MoneyReport, paper: Paper) -> Response:
    """Return a report as PDF to look at, in the reader's language."""
    # Only what the address says: a page in one language links to papers in the same.
    lang = Lang.EN if request.query_params.get("lang") == Lang.EN else Lang.VI
    return _answer(
        request,
        report,
        "application/pdf",
        "pdf",
        lambda: to_pdf(report, lang, is_for_phone=paper is Paper.PHONE),
        layout=f"{paper.value} {lang.value}",
    )


def _answer(
    request: Request,
    report: MoneyReport,
    media_type: str,
    suffix: str,
    make: Callable[[], bytes],
    *,
    layout: str = "",
) -> Response:
    """Return the file, or 304 without making it when the reader has it already."""
    told = "\n".join([to_json(report), media_type, layout, version_of("cho40")])
    etag = f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if etag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    if suffix:
        kind = "inline" if suffix == "pdf" else "attachment"
        headers["Content-Disposition"] = f'{kind}; filename="{_name(report)}.{suffix}"'
    return Response(make(), media_type=media_type, headers=headers)


def _name(report: MoneyReport) -> str:
    match report:
        case VendorDayReport():
            return f"nguoi-ban-{report.vendor_code}-{report.on.isoformat()}"
        case VendorMonthReport():
            return f"nguoi-ban-{report.vendor_code}-{report.month}"
        case MarketDayReport():
            return f"cho-{report.market_code}-{report.on.isoformat()}"
    return f"cho-{report.market_code}-{report.month}"


def _vendor_month(
    request: Request, session: Session, vendor_code: str, month: str
) -> VendorMonthReport:
    first = date.fromisoformat(f"{month}-01")
    return vendor_month_report(session, vendor_code, first, today=_today(request))


def _market_month(
    request: Request, session: Session, market_code: str, month: str
) -> MarketMonthReport:
    first = date.fromisoformat(f"{month}-01")
    return market_month_report(session, market_code, first, today=_today(request))


def _today(request: Request) -> date:
    return day_at_market(request.app.state.now())
