"""A vendor's fees of a month, or of several in a row, against the contracts, for machines: JSON, CSV, XLSX and the letter."""

import hashlib
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from market.reports.fee_audit import fee_audit_report, fee_csv
from market.reports.fee_models import FeeAuditReport
from market.security.sessions import Reading
from merchants.days import market_day

router = APIRouter(prefix="/api/v1/vendors/{vendor_code}/fees", tags=["fees"])

Month = Annotated[str, Path(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="2026-10")]
Months = Annotated[
    int, Query(ge=1, le=12, description="So many months in a row, the last of which is the path's.")
]
Ledger = Annotated[str, Query(pattern="^[a-z0-9_]{1,20}$", description="stripe")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/{month}.csv", response_class=Response)
def fees_csv(
    request: Request, session: Reading, vendor_code: str, month: Month, months: Months = 1
) -> Response:
    """Return the payments whose fee is not that of the contract as CSV."""
    report = _report(request, session, vendor_code, month, months)
    return _file(request, fee_csv(report), "text/csv; charset=utf-8", f"{_name(report)}.csv")


@router.get("/{month}.xlsx", response_class=Response)
def fees_xlsx(
    request: Request, session: Reading, vendor_code: str, month: Month, months: Months = 1
) -> Response:
    """Return the payments whose fee is not that of the contract as a workbook."""
    from market.reports.fee_claim import claim_workbook

    report = _report(request, session, vendor_code, month, months)
    # Made when its newest day was closed: the same report gives the same bytes.
    made_at = max((close.closed_at for close in report.closes), default=request.app.state.now())
    content = claim_workbook(report, made_at=made_at)
    return _file(request, content, XLSX, f"{_name(report)}.xlsx")


@router.get("/{month}/letter.pdf", response_class=Response)
def letter(
    request: Request,
    session: Reading,
    vendor_code: str,
    month: Month,
    ledger: Ledger,
    months: Months = 1,
) -> Response:
    """Return the letter that asks one provider to look at the fees it charged."""
    from market.documents.claim_letter import claim_letter_pdf
    from market.reports.fee_claim import claim_letter, place_of

    report = _report(request, session, vendor_code, month, months)
    on = market_day(request.app.state.now())
    place = place_of(session, report.market_code, on)
    content = claim_letter_pdf(claim_letter(report, ledger, place=place, on=on))
    return _file(
        request, content, "application/pdf", f"{_name(report)}-{ledger}.pdf", kind="inline"
    )


@router.get("/{month}")
def fees(
    request: Request, session: Reading, vendor_code: str, month: Month, months: Months = 1
) -> FeeAuditReport:
    """Return what was charged of a vendor in a month, and what the contracts ask for."""
    return _report(request, session, vendor_code, month, months)


def _report(
    request: Request, session: Session, vendor_code: str, month: str, months: int
) -> FeeAuditReport:
    today, last = market_day(request.app.state.now()), date.fromisoformat(f"{month}-01")
    return fee_audit_report(session, vendor_code, last, today=today, months=months)


def _name(report: FeeAuditReport) -> str:
    whole = report.month if report.months == 1 else f"{report.first:%Y-%m}-den-{report.month}"
    return f"phi-{report.vendor_code}-{whole}"


def _file(
    request: Request, content: bytes, media_type: str, name: str, *, kind: str = "attachment"
) -> Response:
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if etag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'{kind}; filename="{name}"'
    return Response(content, media_type=media_type, headers=headers)
