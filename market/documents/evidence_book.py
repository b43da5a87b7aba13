"""A month's evidence of the teams as a workbook: read-me, teams, visits. Source: domain.md A20, 13.2.

Texts are written as texts whatever they begin with, numbers as numbers; nothing is a formula. There
is no sum of money in it but the rate somebody entered, and that is neither checked nor added up.
"""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from market.i18n import day, instant, month
from market.i18n.campaign_names import EXIT_REASONS, TEAM_KINDS, VISIT_OUTCOMES
from merchants.campaigns.evidence import TeamEvidence

README, TEAMS, VISITS = "Đọc trước", "Theo tổ", "Lần ghé"

TEAM_HEADER = (
    "Tổ",
    "Cấp",
    "Thôn, xã",
    "Thành viên",
    "Lần ghé",
    "Số phút",
    "Tiểu thương được hỗ trợ",
    "Tiểu thương kích hoạt",
    "Ngày chợ có mặt",
)
RATE_HEADER = "Mức hỗ trợ do người lập ghi (₫/tháng)"
VISIT_HEADER = (
    "Ngày",
    "Ngày chợ",
    "Tổ",
    "Thành viên",
    "Gian hàng",
    "Mã người bán",
    "Số phút",
    "Kết quả",
    "Lý do từ chối",
)
LEGAL_NOTE = (
    "Căn cứ được nhắc trong báo chí: NQ 60/2022/NQ-HĐND ngày 09/12/2022; QĐ 1845/QĐ-UBND ngày "
    "12/10/2023 (500.000 ₫/tổ/tháng, 01/6 đến 31/12/2023). Phải đối chiếu với văn bản chính thức và "
    "hiệu lực hiện nay trước khi dùng."
)
_MEANINGS = (
    ("Lần ghé, số phút", "Ghi bởi thành viên tổ hoặc ban quản lý; cộng từ trang “Lần ghé”."),
    (
        "Tiểu thương được hỗ trợ",
        (
            "Số người bán khác nhau có ít nhất một việc trong sổ chợ ghi có tổ hỗ trợ, hoặc một lần ghé "
            "“Đã hỗ trợ”, theo ngày ghi. Người được hai tổ hỗ trợ tính ở cả hai dòng, ở dòng cộng tính một."
        ),
    ),
    (
        "Tiểu thương kích hoạt",
        (
            "Người bán lần đầu có khách trả qua QR trong tháng. Mỗi người tính một lần, cho tổ có thành "
            "viên hỗ trợ đầu tiên trước đó. Không tính theo số lần cài ứng dụng."
        ),
    ),
    (
        "Ngày chợ có mặt",
        "Số ngày chợ họp trong tháng mà tổ ghi ít nhất một lần ghé.",
    ),
)


def write_evidence(
    evidence: TeamEvidence, *, made_at: datetime, support_vnd: int | None = None
) -> bytes:
    """Return the workbook as XLSX.

    Args:
        support_vnd: the support of a team and month as whoever makes the file entered it, printed
            beside each team as it is; ``None`` = no such column.
    """
    from xlsxwriter import Workbook

    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(content, options) as book:
        # Made now, not when the library was imported; the same evidence gives the same bytes.
        book.set_properties({"title": _title(evidence), "created": made_at.replace(tzinfo=None)})
        sheets = _Sheets(book)
        sheets.readme(evidence, made_at, support_vnd)
        sheets.teams(evidence, support_vnd)
        sheets.visits(evidence)
    return content.getvalue()


def _title(evidence: TeamEvidence) -> str:
    return f"Hoạt động của tổ hỗ trợ, {evidence.market_name}, tháng {month(evidence.first)}"


class _Sheets:
    def __init__(self, book: Any) -> None:
        self._book = book
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self._number = book.add_format({"num_format": "#,##0"})
        self._total = book.add_format({"num_format": "#,##0", "bold": True, "top": 1})
        self._day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})

    def readme(self, evidence: TeamEvidence, made_at: datetime, support_vnd: int | None) -> None:
        sheet = self._book.add_worksheet(README)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 90)
        sheet.write_string(0, 0, _title(evidence), self._book.add_format({"bold": True}))
        rows = [
            ("Chợ", f"{evidence.market_name} ({evidence.market_code})"),
            ("Kỳ", f"{day(evidence.first)} đến {day(evidence.last)}"),
            ("Ngày chợ trong kỳ", str(evidence.market_days)),
            ("Lập lúc", instant(made_at)),
            ("Nguồn", "Sổ chợ Chợ 4.0: lần ghé đã ghi và nhật ký thay đổi của sổ."),
            *_MEANINGS,
            (
                "Tiền hỗ trợ",
                "Tệp này không tính tiền và không quyết định ai được hưởng."
                + (
                    " Mức ở cột cuối do người lập ghi, không kiểm tra, không cộng."
                    if support_vnd is not None
                    else ""
                ),
            ),
            ("Căn cứ pháp lý", LEGAL_NOTE),
            ("Dữ liệu cá nhân", "Không có số điện thoại; người bán chỉ có mã và gian hàng."),
        ]
        for number, (name, text) in enumerate(rows, start=2):
            sheet.write_string(number, 0, name, self._bold)
            sheet.write_string(number, 1, text, self._wrap)

    def teams(self, evidence: TeamEvidence, support_vnd: int | None) -> None:
        header = [*TEAM_HEADER, *([RATE_HEADER] if support_vnd is not None else [])]
        sheet = self._sheet(TEAMS, header, widths=(30, 22, 22, 12, 10, 10, 16, 16, 14, 20))
        for number, team in enumerate(evidence.teams, start=1):
            texts = (team.name, TEAM_KINDS[team.kind], team.place)
            numbers = [
                team.members,
                team.visits,
                team.minutes,
                team.vendors_helped,
                team.activated,
                team.market_days_attended,
                *([support_vnd] if support_vnd is not None else []),
            ]
            self._row(sheet, number, texts, numbers)
        last = len(evidence.teams) + 1
        sheet.write_string(last, 0, "Cộng", self._total)
        totals = {
            4: evidence.visits,
            5: evidence.minutes,
            6: evidence.vendors_helped,
            7: evidence.activated,
        }
        for column in range(1, len(header)):
            if column in totals:
                sheet.write_number(last, column, totals[column], self._total)
            else:
                sheet.write_blank(last, column, None, self._total)

    def visits(self, evidence: TeamEvidence) -> None:
        widths = (12, 10, 30, 26, 12, 16, 10, 18, 26)
        sheet = self._sheet(VISITS, VISIT_HEADER, widths=widths)
        for number, line in enumerate(evidence.lines, start=1):
            visit = line.visit
            sheet.write_datetime(number, 0, _midnight(visit.visited_on), self._day)
            texts = (
                "có" if line.is_market_day else "không",
                visit.team_name,
                visit.member_name,
                visit.stall_code,
                visit.vendor_code,
            )
            for column, text in enumerate(texts, start=1):
                sheet.write_string(number, column, text, self._wrap)
            sheet.write_number(number, 6, visit.minutes, self._number)
            sheet.write_string(number, 7, VISIT_OUTCOMES[visit.outcome], self._wrap)
            reason = EXIT_REASONS[visit.reason] if visit.reason else ""
            sheet.write_string(number, 8, reason, self._wrap)

    def _sheet(self, title: str, header: Sequence[str], *, widths: Sequence[int]) -> Any:
        sheet = self._book.add_worksheet(title)
        for column, (name, width) in enumerate(zip(header, widths, strict=False)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, self._bold)
        sheet.freeze_panes(1, 0)
        return sheet

    def _row(self, sheet: Any, number: int, texts: Sequence[str], numbers: Sequence[int]) -> None:
        for column, text in enumerate(texts):
            sheet.write_string(number, column, text, self._wrap)
        for column, value in enumerate(numbers, start=len(texts)):
            sheet.write_number(number, column, value, self._number)


def _midnight(on: date) -> datetime:
    return datetime(on.year, on.month, on.day)  # noqa: DTZ001 (a day of a sheet has no zone)
