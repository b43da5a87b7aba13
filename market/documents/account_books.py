"""A vendor's list of accounts for the tax office, and a market's list of accounts to be replaced.

Texts are written as texts whatever they begin with: an account's leading zeros stay.
"""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from market.documents.record import Record, RecordSection, record_pdf
from market.i18n import day
from market.i18n.vendor_words import ACCOUNT_KINDS
from merchants.acceptance.name_rule import NameRule
from merchants.acceptance.statement import AccountStatement
from merchants.acceptance.upkeep import UpkeepEntry

TITLE = "Bảng kê số tài khoản, ví điện tử"
SUBTITLE = "Nội dung theo mẫu 01/BK-STK"
NOTE = (
    "Người bán tự nộp cho cơ quan thuế. Chợ không gửi bảng này đi đâu và không kê khai thay. Chỉ gồm "
    "tài khoản đã ghi trong sổ chợ: thêm các tài khoản khác dùng để kinh doanh trước khi nộp. Đối "
    "chiếu với mẫu đang có hiệu lực."
)
HEADER = (
    "STT",
    "Loại",
    "Ngân hàng, tổ chức mở",
    "Số tài khoản, số hiệu ví",
    "Chủ tài khoản",
    "Dùng từ ngày",
)
MIGRATION_HEADER = (
    "Gian hàng", "Người bán", "Tên hộ kinh doanh", "Ngân hàng", "Tài khoản (4 số cuối)",
    "Chủ tài khoản", "Tấm mã đang dùng", "Đề nghị đổi",
)  # fmt: skip


def statement_pdf(statement: AccountStatement) -> bytes:
    """Return the list as PDF on A4."""
    section = RecordSection(
        title="Các tài khoản đang dùng",
        columns=HEADER,
        rows=_rows(statement),
        widths=(0.5, 1.3, 1.4, 1.8, 1.9, 1.1),
        remark=NOTE,
    )
    return record_pdf(
        Record(
            title=TITLE,
            subtitle=SUBTITLE,
            lede="",
            footer=f"Lập ngày {day(statement.on)}",
            sections=[RecordSection(title="Người kinh doanh", facts=_facts(statement)), section],
        )
    )


def statement_xlsx(statement: AccountStatement) -> bytes:
    """Return the list as a workbook."""
    lines: list[Sequence[str]] = [(TITLE,), (SUBTITLE,), *_facts(statement), (), HEADER]
    return _workbook("Bảng kê", [*lines, *_rows(statement), (), (NOTE,)], header_at=len(lines) - 1)


def write_migration_list(
    market_name: str, entries: Sequence[UpkeepEntry], rule: NameRule, *, on: date
) -> bytes:
    """Return a market's accounts to be replaced as a workbook, numbers cut to their tails."""
    lines: list[Sequence[str]] = [
        (f"{market_name}: tài khoản cần đổi sang tên hộ kinh doanh, ngày {day(on)}",),
        (f"Quy định áp dụng từ {day(rule.effective_from)}: {rule.legal_ref}",),
        (),
        MIGRATION_HEADER,
    ]
    rows = [
        (
            ", ".join(entry.stall_codes),
            entry.vendor_name,
            entry.business_name,
            entry.institution,
            entry.tail,
            entry.holder_name,
            ", ".join(entry.live_posters),
            "đang chờ" if entry.has_open_change else "chưa có",
        )
        for entry in entries
    ]
    return _workbook("Cần đổi tên", [*lines, *rows], header_at=len(lines) - 1)


def _facts(statement: AccountStatement) -> list[tuple[str, str]]:
    return [
        ("Họ tên", statement.vendor_name),
        ("Tên hộ kinh doanh", statement.business_name or "chưa đăng ký"),
        ("Nơi kinh doanh", f"{statement.market_name}, {statement.commune_name}"),
        ("Gian hàng", ", ".join(statement.stall_codes) or "không giữ gian hàng"),
        ("Ngày lập", day(statement.on)),
    ]


def _rows(statement: AccountStatement) -> list[tuple[str, ...]]:
    return [
        (
            str(number),
            ACCOUNT_KINDS[line.kind],
            line.institution,
            line.number,
            line.holder_name,
            day(line.used_from),
        )
        for number, line in enumerate(statement.lines, start=1)
    ]


def _workbook(title: str, lines: Sequence[Sequence[str]], *, header_at: int) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        bold: Any = book.add_format({"bold": True})
        sheet = book.add_worksheet(title)
        for place, cells in enumerate(lines):
            for column, text in enumerate(cells):
                sheet.write_string(place, column, text, bold if place == header_at else None)
        sheet.set_column(0, len(lines[header_at]) - 1, 22)
        sheet.freeze_panes(header_at + 1, 0)
    return out.getvalue()
