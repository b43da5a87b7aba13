"""A vendor's day: money first, one column, and the poster to download."""

from datetime import date

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col, select

from market.i18n import translator
from market.pages.days import Day, now_of, today_of
from market.pages.rendering import lang_of, page
from market.reports import vendor_day_report
from market.reports.models import COUNTED, ReceiptState, ReceiptView
from market.security.scope import Granted
from market.security.sessions import Reading
from merchants.kinds import ENDED_POSTER_STATES
from merchants.tables import Market, Poster, Stall, Vendor
from reconciliation.records import Book
from reconciliation.tables import DayClose, ProviderTransaction

router = APIRouter()

SHOWN_FIRST = 8

WORDS = {
    ReceiptState.MATCHED: "Đã vào {provider}",
    ReceiptState.DIFFERS: "Đã vào {provider}, số tiền đang hỏi lại",
    ReceiptState.UNMATCHED: "Đã vào {provider}, đang kiểm tra lại",
    ReceiptState.REFUND: "Đã trả lại khách từ {provider}",
    ReceiptState.PENDING: "{provider} đã báo, chưa cộng vào",
    ReceiptState.NOT_ON_STATEMENT: "Chưa thấy trong sao kê {provider}, chưa cộng vào",
    ReceiptState.ANNOUNCED: "{provider} vừa báo, chưa cộng vào",
}


@router.get("/nguoi-ban/{vendor_code}", response_class=HTMLResponse)
def vendor_day(
    request: Request, session: Reading, grant: Granted, vendor_code: str, ngay: Day = None
) -> HTMLResponse:
    """Show what a vendor received by QR on a day."""
    today = today_of(request)
    on = ngay or _newest_day(session, vendor_code, today)
    report = vendor_day_report(session, vendor_code, on)
    _ = translator(lang_of(request))

    def receipt_words(receipt: ReceiptView) -> str:
        return _(WORDS[receipt.state], provider=receipt.provider_name)

    return page(
        request,
        "vendor",
        grant=grant,
        report=report,
        here=f"/nguoi-ban/{vendor_code}",
        api=f"/api/v1/vendors/{vendor_code}/days/{on.isoformat()}",
        today=today,
        now=now_of(request),
        week_max=max(day.gross_vnd or 0 for day in report.week),
        shown_first=SHOWN_FIRST,
        receipt_words=receipt_words,
        COUNTED=COUNTED,
        poster_stalls=_stalls_with_poster(session, vendor_code),
    )


def _newest_day(session: Session, vendor_code: str, today: date) -> date:
    """Return the newest day, not after today, that is closed or that something was announced on."""
    of_vendor = sa.select(col(Vendor.id)).where(col(Vendor.code) == vendor_code).scalar_subquery()
    of_market = (
        sa.select(col(Market.code))
        .join(Vendor, col(Vendor.market_id) == col(Market.id))
        .where(col(Vendor.code) == vendor_code)
        .scalar_subquery()
    )
    announced = sa.select(sa.func.max(col(ProviderTransaction.business_date))).where(
        col(ProviderTransaction.vendor_id) == of_vendor,
        col(ProviderTransaction.book) == Book.PAYMENTS,
        col(ProviderTransaction.business_date) <= today,
    )
    closed = sa.select(sa.func.max(col(DayClose.business_date))).where(
        col(DayClose.scope) == of_market, col(DayClose.business_date) <= today
    )
    found = session.execute(sa.select(announced.scalar_subquery(), closed.scalar_subquery())).one()
    return max((day for day in found if day is not None), default=today)


def _stalls_with_poster(session: Session, vendor_code: str) -> list[str]:
    statement = (
        select(Stall.code)
        .join(Poster, col(Poster.stall_id) == col(Stall.id))
        .join(Vendor, col(Vendor.id) == col(Poster.vendor_id))
        .where(col(Vendor.code) == vendor_code)
        .where(col(Poster.state).not_in(ENDED_POSTER_STATES))
        .distinct()
        .order_by(col(Stall.code))
    )
    return list(session.exec(statement))
