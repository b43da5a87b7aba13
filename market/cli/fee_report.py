"""``cho40 report fees``: a vendor's fees of a month or several as text, JSON, CSV, or as the letter about them."""

from datetime import date
from typing import TYPE_CHECKING

from market.cli.context import opened_database

if TYPE_CHECKING:
    from market.reports.fee_models import FeeAuditReport

TEXT_WIDTH = 120
COMPARED = ("Đã thu", "Theo hợp đồng", "Cao hơn", "Thấp hơn")


def tell_fees(
    code: str, month: date, today: date, *, shape: str, ledger: str, months: int = 1
) -> bytes:
    """Return the audit in a shape: ``text``, ``json``, ``csv`` or ``letter`` (to ``ledger``)."""
    from market.database import reading
    from market.documents.claim_letter import claim_letter_pdf
    from market.reports.fee_audit import fee_audit_report, fee_csv
    from market.reports.fee_claim import claim_letter, place_of

    with opened_database() as (_settings, engine), reading(engine) as session:
        report = fee_audit_report(session, code, month, today=today, months=months)
        place = place_of(session, report.market_code, today)
    match shape:
        case "json":
            return f"{report.model_dump_json(indent=2)}\n".encode()
        case "csv":
            return fee_csv(report)
        case "letter":
            return claim_letter_pdf(claim_letter(report, ledger, place=place, on=today))
    return _text(report)


def _text(report: "FeeAuditReport") -> bytes:
    import io

    from rich import box
    from rich.console import Console
    from rich.table import Table

    from market.i18n import day, num, vnd
    from market.reports.fee_claim import months_told

    sources = Table(title=f"{report.vendor_name}, {months_told(report)}", box=box.SIMPLE_HEAD)
    lines = Table(title="Các khoản có phí khác hợp đồng", box=box.SIMPLE_HEAD)
    short = Table(title="Đợt tiền về thiếu, chưa rõ vì sao", box=box.SIMPLE_HEAD)
    for table, names in (
        (sources, ("Nguồn", "Hợp đồng", "Đã so", "Chưa so", *COMPARED)),
        (short, ("Ngày", "Nguồn", "Tiền về", "Thiếu")),
        (lines, ("Ngày", "Nguồn", "Mã giao dịch", "Số tiền", "Đã thu", "Theo hợp đồng", "Lệch")),
    ):
        for at, name in enumerate(names):
            table.add_column(name, justify="right" if at > 1 and name != "Mã giao dịch" else "left")
    for one in report.sources:
        amounts = (one.charged_vnd, one.contract_vnd, one.over_vnd, one.under_vnd)
        counts = map(num, (one.lines, one.not_compared + one.untold))
        # Of what was not compared there is no figure: 0 ₫ would say that the fee is right.
        told = map(vnd, amounts) if one.lines else [""] * len(amounts)
        sources.add_row(one.name, one.contract, *counts, *told)
    for line in report.lines:
        amounts = (line.amount_vnd, line.charged_vnd, line.contract_vnd, line.difference_vnd)
        lines.add_row(day(line.on), line.ledger, line.reference, *map(vnd, amounts))
    for payout in report.short_payouts:
        short.add_row(day(payout.on), payout.name, vnd(payout.amount_vnd), vnd(payout.short_vnd))
    text = io.StringIO()
    console = Console(file=text, width=TEXT_WIDTH)
    nothing = f"{sources.title}: không có khoản nào phải trả phí hay phải so phí. / No fees."
    console.print(sources if report.sources else nothing, highlight=False)
    for table in (lines, short):
        if table.row_count:
            console.print(table)
    return text.getvalue().encode()
