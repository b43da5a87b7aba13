"""A vendor's fees of a month or several: charged and contract, by day and source, and the rows that differ."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from market.i18n import Lang, Translator, translator
from market.reports.fee_models import (
    FeeAuditReport,
    FeeDayView,
    FeeLineView,
    FeeSourceView,
    ShortPayoutView,
)
from market.reports.months import Month, rests_on
from market.reports.rules import fee_words
from market.reports.sources import source_name
from market.reports.vendor_day import find_vendor_and_market
from merchants.errors import PaymentsNotSeen
from reconciliation.close.fee_audit import AuditedFees, FeeLine, audit_fees

FEE_HEADER = [
    "vendor_code",
    "market",
    "date",
    "time",
    "ledger",
    "reference",
    "amount_vnd",
    "charged_vnd",
    "contract_vnd",
    "difference_vnd",
    "close_version",
    "close_root",
]


def fee_audit_report(
    session: Session, vendor_code: str, month: date, *, today: date, months: int = 1
) -> FeeAuditReport:
    """Return a vendor's fees of the month a day lies in, beside those of the contracts on file.

    Args:
        months: so many months in a row, of which that one is the last.

    Raises:
        VendorNotFound: no vendor has this code.
        PaymentsNotSeen: the vendor is in the poster-only tier.
        MonthNotBegun: the month has not begun.
    """
    vendor, market = find_vendor_and_market(session, vendor_code)
    assert vendor.id is not None
    if vendor.is_poster_only:
        raise PaymentsNotSeen(vendor_code)
    span = Month.of(session, market.code, month, today, months=months)
    audited = audit_fees(session, span.in_order, vendor.id)
    sources = _sources(audited)
    closes = span.views()
    return FeeAuditReport(
        vendor_code=vendor_code,
        vendor_name=vendor.business_name or vendor.full_name,
        market_code=market.code,
        market_name=market.name,
        month=f"{span.last:%Y-%m}",
        months=months,
        first=span.first,
        last=span.last,
        sources=sources,
        days=[day for day in _days(audited.lines) if day.over_vnd or day.under_vnd],
        lines=[_line(line) for line in audited.lines if line.difference_vnd],
        short_payouts=[
            ShortPayoutView(
                on=one.on,
                ledger=one.ledger,
                name=source_name(one.ledger),
                amount_vnd=one.amount_vnd,
                short_vnd=one.short_vnd,
            )
            for one in audited.short_payouts
        ],
        over_vnd=sum(one.over_vnd for one in sources),
        under_vnd=sum(one.under_vnd for one in sources),
        compared=sum(one.lines for one in sources),
        left_out=sum(one.not_compared + one.untold for one in sources),
        days_not_closed=span.not_closed,
        closes=closes,
        rests_on_sha256=rests_on(closes),
    )


def fee_csv(report: FeeAuditReport) -> bytes:
    """Return the rows that differ as CSV: UTF-8 with BOM, ISO dates."""
    from market.exports import csv_bytes

    return csv_bytes(
        FEE_HEADER,
        [
            [
                report.vendor_code,
                report.market_code,
                one.on.isoformat(),
                one.occurred_at.isoformat() if one.occurred_at else None,
                one.ledger,
                one.reference,
                one.amount_vnd,
                one.charged_vnd,
                one.contract_vnd,
                one.difference_vnd,
                one.close_version,
                one.close_root,
            ]
            for one in report.lines
        ],
    )


def _sources(audited: AuditedFees) -> list[FeeSourceView]:
    of: dict[str, list[FeeLine]] = defaultdict(list)
    for line in audited.lines:
        of[line.ledger].append(line)
    return [
        FeeSourceView(
            ledger=ledger,
            name=source_name(ledger),
            contract=_contracts(audited, ledger, translator(Lang.VI)),
            contract_en=_contracts(audited, ledger, translator(Lang.EN)),
            lines=len(lines),
            over_lines=sum(line.difference_vnd > 0 for line in lines),
            under_lines=sum(line.difference_vnd < 0 for line in lines),
            not_compared=audited.not_compared.get(ledger, 0),
            untold=audited.untold.get(ledger, 0),
            **_sums(lines),
        )
        for ledger in sorted({*of, *audited.not_compared, *audited.untold})
        for lines in [of[ledger]]
    ]


def _contracts(audited: AuditedFees, ledger: str, _: Translator) -> str:
    """Return the contracts that fees of a source were held against, in words."""
    return "; ".join(fee_words(fee, _) for fee in audited.contracts.get(ledger, ()))


def _days(lines: Sequence[FeeLine]) -> list[FeeDayView]:
    of: dict[tuple[date, str], list[FeeLine]] = defaultdict(list)
    for line in lines:
        of[line.on, line.ledger].append(line)
    return [
        FeeDayView(on=on, ledger=ledger, lines=len(found), **_sums(found))
        for (on, ledger), found in sorted(of.items())
    ]


def _sums(lines: Sequence[FeeLine]) -> dict[str, int]:
    return {
        "amount_vnd": sum(line.amount_vnd for line in lines),
        "charged_vnd": sum(line.charged_vnd for line in lines),
        "contract_vnd": sum(line.contract_vnd for line in lines),
        "over_vnd": sum(max(line.difference_vnd, 0) for line in lines),
        "under_vnd": sum(max(-line.difference_vnd, 0) for line in lines),
    }


def _line(line: FeeLine) -> FeeLineView:
    return FeeLineView(
        on=line.on,
        occurred_at=line.occurred_at,
        ledger=line.ledger,
        reference=line.reference,
        amount_vnd=line.amount_vnd,
        charged_vnd=line.charged_vnd,
        contract_vnd=line.contract_vnd,
        difference_vnd=line.difference_vnd,
        close_version=line.close_version,
        close_root=line.close_root,
    )
