"""A vendor's day: money first, one column, a code of an exact amount, and the poster to download."""

from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from sqlmodel import Session, col, select

from market.i18n import translator, vnd_words
from market.i18n.place_words import CASH_SERVICES
from market.i18n.vendor_words import STAGE_NAMES
from market.pages.amount_form import amount_form
from market.pages.amounts import read_amount
from market.pages.days import Day, month_asked, now_of, today_of
from market.pages.posters.shown import files_of
from market.pages.rendering import lang_of, page
from market.reports import vendor_day_report
from market.reports.models import COUNTED, ReceiptState, ReceiptView
from market.reports.money_words import matched_words, net_words, where_it_is
from market.roles import Role
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.audits.incident_lists import open_incidents_of
from merchants.find import find_vendor
from merchants.kinds import AccountChangeState
from merchants.markets.cash_points import cash_points_of
from merchants.markets.contact import spoken_phone
from merchants.posters.exact_code import exact_code
from merchants.posters.printed import live_posters_of
from merchants.tables import AccountChange, Market, Stall, StallHolding, Vendor
from merchants.vendors.own_steps import own_steps
from qr.symbol import draw_symbol
from reconciliation.records import Book
from reconciliation.tables import DayClose, ProviderTransaction

router = APIRouter()

SHOWN_FIRST = 6
QUIET_DAYS = 7
"""Who was paid within so many days is shown today, and anybody else the newest day there is."""

WORDS = {
    ReceiptState.MATCHED: "Đã vào {provider}",
    ReceiptState.DIFFERS: "Đã vào {provider}, số tiền đang hỏi lại",
    ReceiptState.FEE_DIFFERS: "Đã vào {provider}, phí đang hỏi lại",
    ReceiptState.UNMATCHED: "Đã vào {provider}, đang kiểm tra lại",
    ReceiptState.REFUND: "Đã trả lại khách từ {provider}",
    ReceiptState.PENDING: "{provider} đã báo, chưa cộng vào",
    ReceiptState.NOT_ON_STATEMENT: "Chưa thấy trong sao kê {provider}, chưa cộng vào",
    ReceiptState.ANNOUNCED: "{provider} vừa báo, chưa cộng vào",
}
OPEN_DAY_WORDS = "{provider} vừa báo"
"""Of an announced receipt on a day nobody closed: nothing is added up yet, so nothing is left out."""

Typed = Annotated[str | None, Query(alias="so", max_length=40, description="85")]
Quick = Annotated[str | None, Query(alias="nhanh", max_length=40)]
Gian = Annotated[str | None, Query(max_length=12)]


@router.get("/nguoi-ban/{vendor_code}", response_class=HTMLResponse)
def vendor_day(
    request: Request,
    session: Reading,
    caller: Caller,
    vendor_code: str,
    ngay: Day = None,
    so: Typed = None,
    nhanh: Quick = None,
    gian: Gian = None,
) -> HTMLResponse:
    """Show what a vendor received by QR on a day, and the code of an amount when one is typed."""
    vendor = find_vendor(session, vendor_code)
    office = session.get_one(Market, vendor.market_id)
    typed = nhanh if nhanh is not None else so
    shown = {
        "here": f"/nguoi-ban/{vendor_code}",
        "vendor_code": vendor_code,
        "poster_files": files_of(
            request,
            live_posters_of(session, vendor_code=vendor_code),
            f"/nguoi-ban/{vendor_code}/bang-ma",
        ),
        "today": today_of(request),
        "now": now_of(request),
        "steps": own_steps(session, vendor, now=now_of(request)),
        "step_words": STAGE_NAMES,
        "office": office,
        "cash_points": cash_points_of(session, office, today_of(request)).open,
        "cash_services": CASH_SERVICES,
        "spoken_phone": spoken_phone,
        "wrong_codes": open_incidents_of(session, vendor.id or 0),
        "asks_account": caller.role is Role.VENDOR and _has_account_to_confirm(session, vendor),
    } | _amount(request, session, vendor, typed, gian)
    if vendor.is_poster_only:
        return _poster_only(request, session, caller, vendor, shown)
    return _day(request, session, caller, vendor_code, ngay, shown)


def _has_account_to_confirm(session: Session, vendor: Vendor) -> bool:
    """Return whether somebody proposes another account and waits for the vendor's word."""
    waiting = select(AccountChange.id).where(
        AccountChange.vendor_id == vendor.id,
        AccountChange.state == AccountChangeState.PROPOSED,
    )
    return session.exec(waiting).first() is not None


def _day(
    request: Request,
    session: Session,
    caller: Principal,
    vendor_code: str,
    ngay: date | None,
    shown: dict[str, Any],
) -> HTMLResponse:
    on = ngay or _newest_day(session, vendor_code, shown["today"])
    report = vendor_day_report(session, vendor_code, on)
    _ = translator(lang_of(request))

    def receipt_words(receipt: ReceiptView) -> str:
        is_told = report.amounts is None and receipt.state is ReceiptState.ANNOUNCED
        words = OPEN_DAY_WORDS if is_told else WORDS[receipt.state]
        return _(words, provider=receipt.provider_name)

    return page(
        request,
        "vendor",
        caller=caller,
        status_code=422 if shown["amount_fault"] else 200,
        report=report,
        month_asked=month_asked(on, shown["today"]),
        api=f"/api/v1/vendors/{vendor_code}/days/{on.isoformat()}",
        week_max=max(
            report.announced_vnd if report.amounts is None else 0,
            *(day.gross_vnd or 0 for day in report.week),
        ),
        shown_first=SHOWN_FIRST,
        receipt_words=receipt_words,
        COUNTED=COUNTED,
        matched=matched_words(report.amounts, _) if report.amounts else "",
        places=where_it_is(report.sources),
        net_words=net_words(report.sources, _),
        **shown,
    )


def _poster_only(
    request: Request, session: Session, caller: Principal, vendor: Vendor, shown: dict[str, Any]
) -> HTMLResponse:
    """Show the poster of a vendor who lets nobody see payments; there is no amount to show."""
    market = session.get_one(Market, vendor.market_id)
    return page(
        request,
        "vendor_poster_only",
        caller=caller,
        status_code=422 if shown["amount_fault"] else 200,
        vendor=vendor,
        vendor_name=vendor.business_name or vendor.full_name,
        market_name=market.name,
        market_code=market.code,
        stalls=_stalls(session, vendor),
        **shown,
    )


def _amount(
    request: Request, session: Session, vendor: Vendor, typed: str | None, stall_code: str | None
) -> dict[str, Any]:
    """Return what the form of the exact amount and its full-screen code need."""
    shown = amount_form(session, vendor, stall_code, typed=typed or "") | {
        "code": None,
        "symbol": "",
        "amount_words": "",
    }
    if typed is None or shown["payable"] is None:
        return shown
    amount = read_amount(typed)
    if amount.amount_vnd is None:
        return shown | {"amount_fault": amount.fault}
    code = exact_code(
        session,
        vendor.code or "",
        amount.amount_vnd,
        sealer=request.app.state.sealer,
        stall_code=stall_code,
    )
    assert code is not None
    return shown | {
        "code": code,
        "symbol": Markup(draw_symbol(code.payload).svg()),  # noqa: S704 (drawn here, from modules)
        "amount_words": vnd_words(code.amount_vnd),
    }


def _newest_day(session: Session, vendor_code: str, today: date) -> date:
    """Return today, or the newest day there is of a vendor or market that has long been quiet."""
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
    newest = max((day for day in found if day is not None), default=today)
    return today if (today - newest).days <= QUIET_DAYS else newest


def _stalls(session: Session, vendor: Vendor) -> list[str]:
    statement = (
        select(Stall.code)
        .join(StallHolding, col(StallHolding.stall_id) == col(Stall.id))
        .where(StallHolding.vendor_id == vendor.id, col(StallHolding.to_on).is_(None))
        .order_by(col(Stall.code))
    )
    return list(session.exec(statement))
