"""``cho40 report remarks``: how vendors' codes arrived in remarks, as text, JSON or CSV."""

from datetime import date
from typing import TYPE_CHECKING

from market.cli.context import opened_database

if TYPE_CHECKING:
    from market.reports.remarks import RemarkLossReport

TEXT_WIDTH = 120


def tell_remarks(first: date, last: date, market_code: str | None, *, shape: str) -> bytes:
    """Return the table in a shape: ``text``, ``json`` or ``csv``."""
    from market.database import reading
    from market.reports.remarks import remark_csv, remark_loss_report

    with opened_database() as (_settings, engine), reading(engine) as session:
        report = remark_loss_report(session, first, last, market_code=market_code)
    if shape == "json":
        return f"{report.model_dump_json(indent=2)}\n".encode()
    return remark_csv(report) if shape == "csv" else _text(report)


def _text(report: "RemarkLossReport") -> bytes:
    import io

    from rich import box
    from rich.console import Console
    from rich.table import Table

    from market.i18n import day, num, pct
    from market.reports.remarks import BOOKS

    table = Table(
        title=f"Mã người bán trong nội dung, {day(report.first)} đến {day(report.last)}",
        box=box.SIMPLE_HEAD,
    )
    names = (
        "Dạng nội dung",
        "Nguồn",
        "Sổ",
        "Khoản",
        "Nguyên vẹn",
        "Bị đổi",
        "Không có mã",
        "Tỷ lệ",
    )
    for at, name in enumerate(names):
        table.add_column(name, justify="right" if at > len(("form", "ledger")) else "left")
    for one in report.counts:
        table.add_row(
            one.form or "không rõ",
            one.ledger_name,
            BOOKS[one.book],
            *(num(count) for count in (one.payments, one.intact, one.bent, one.none)),
            pct(one.none_share),
        )
    text = io.StringIO()
    Console(file=text, width=TEXT_WIDTH).print(table)
    return text.getvalue().encode()
