"""How remarks of payments to a market's vendors arrived, for machines: JSON and CSV."""

from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from market.reports.remarks import RemarkLossReport, remark_csv, remark_loss_report
from market.security.sessions import Reading

router = APIRouter(prefix="/api/v1/markets/{market_code}", tags=["remarks"])


@router.get("/remarks.csv", response_class=Response)
def remarks_csv(session: Reading, market_code: str, first: date, last: date) -> Response:
    """Return the table by bank as CSV."""
    report = remark_loss_report(session, first, last, market_code=market_code)
    name = f"noi-dung-{market_code}-{first.isoformat()}-{last.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(remark_csv(report), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/remarks")
def remarks(session: Reading, market_code: str, first: date, last: date) -> RemarkLossReport:
    """Return how remarks arrived, by bank and by hour."""
    return remark_loss_report(session, first, last, market_code=market_code)
