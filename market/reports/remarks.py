"""How remarks of payments arrived, as it leaves the house: by bank and by hour; nobody is named."""

from datetime import date, timedelta

from sqlmodel import Session, select

from market.exports import csv_bytes
from market.reports.closes import refuse_far_day
from market.reports.sources import source_name
from market.reports.view import View
from merchants.errors import MarketNotFound
from merchants.tables import Market
from reconciliation.errors import DaysRefused, SpanTooLong
from reconciliation.remark_loss import remark_loss

DAYS_MAX = 366
BOOKS = {"payments": "thông báo", "statement": "sao kê"}


class RemarkCountView(View):
    """Remarks of one ledger, book and form of the payer's bank."""

    ledger: str
    ledger_name: str
    book: str
    form: str
    """The payer's bank or network as its way of writing tells; empty = not known."""
    payments: int
    intact: int
    bent: int
    none: int
    none_share: float
    amount_vnd: int
    none_vnd: int


class RemarkHourView(View):
    """Remarks of one hour of the day at the market."""

    hour: int
    payments: int
    none: int


class RemarkLossReport(View):
    """How the codes of vendors arrived in the remarks of some days."""

    market_code: str | None
    """``None`` = all markets."""
    market_name: str
    first: date
    last: date
    payments: int
    none: int
    counts: list[RemarkCountView]
    hours: list[RemarkHourView]
    pairs: int
    """Movements told by a notice and by the statement under one reference of the bank."""
    lost_by_statement: int
    lost_by_notice: int
    forgotten: int


def remark_loss_report(
    session: Session, first: date, last: date, *, market_code: str | None = None
) -> RemarkLossReport:
    """Return how remarks arrived from ``first`` to ``last``.

    Raises:
        MarketNotFound: no market has this code.
        DaysRefused: the last day lies before the first.
        SpanTooLong: it lies more than a year after it.
    """
    for day in (first, last):
        refuse_far_day(day)
    if last < first:
        raise DaysRefused(first, last)
    if last - first >= timedelta(days=DAYS_MAX):
        raise SpanTooLong(first, last, days_max=DAYS_MAX)
    name = ""
    if market_code is not None:
        market = session.exec(select(Market).where(Market.code == market_code)).one_or_none()
        if market is None:
            raise MarketNotFound(market_code)
        name = market.name
    found = remark_loss(session, first, last, market_code=market_code)
    return RemarkLossReport(
        market_code=market_code,
        market_name=name,
        first=first,
        last=last,
        payments=sum(one.payments for one in found.counts),
        none=sum(one.none for one in found.counts),
        counts=[
            RemarkCountView(
                ledger=one.ledger,
                ledger_name=source_name(one.ledger),
                book=one.book,
                form=one.form,
                payments=one.payments,
                intact=one.intact,
                bent=one.bent,
                none=one.none,
                none_share=one.none_share,
                amount_vnd=one.amount_vnd,
                none_vnd=one.none_vnd,
            )
            for one in found.counts
        ],
        hours=[
            RemarkHourView(hour=one.hour, payments=one.payments, none=one.none)
            for one in found.hours
        ],
        pairs=found.pairs,
        lost_by_statement=found.lost_by_statement,
        lost_by_notice=found.lost_by_notice,
        forgotten=found.forgotten,
    )


def remark_csv(report: RemarkLossReport) -> bytes:
    """Return the table by bank as CSV: UTF-8 with BOM."""
    names = [name for name in RemarkCountView.model_fields if name != "ledger_name"]
    return csv_bytes(
        ["market", "first", "last", *names],
        [
            [
                report.market_code,
                report.first.isoformat(),
                report.last.isoformat(),
                *(getattr(one, name) for name in names),
            ]
            for one in report.counts
        ],
    )
