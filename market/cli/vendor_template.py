"""The blank vendor sheet: the headers the import knows, account columns as text, one example."""

import io
from datetime import datetime
from typing import Any

from merchants.sheet_columns import COLUMNS, Column
from merchants.stall_words import STALL_STATE_WORDS

TITLE = "DANH SÁCH GIAN HÀNG VÀ NGƯỜI BÁN"
ADVICE = (
    "Mỗi dòng một gian hàng. Cột đậm là bắt buộc phải có. Ngày ghi ngày/tháng/năm. "
    "Cột Điện thoại và Số tài khoản để dạng chữ, Excel mới không cắt số 0 ở đầu."
)
HEADER_ROW = 2
ROW_COUNT = 2_000
"""Rows that offer the words of a list; more may be filled in without."""

EXAMPLE: dict[str, str | datetime] = {
    "market_code": "MA",
    "zone": "Khu A",
    "stall_code": "A012",
    "goods_group": "Rau củ",
    "stall_state": "Đang bán",
    "full_name": "Nguyễn Thị Ví Dụ",
    "phone": "0900000000",
    "consented_on": datetime(2026, 8, 1),  # noqa: DTZ001 (Excel's days have no zone)
    "bank": "Vietcombank",
    "account": "0123456789012",
    "holder_name": "NGUYEN THI VI DU",
}
_DAYS = frozenset({"consented_on", "contract_from", "audited_on", "installed_on"})
_CHOICES = {
    "stall_state": [words[0] for words in STALL_STATE_WORDS.values()],
    "wallet": ["MoMo", "Stripe"],
}


def vendor_template() -> bytes:
    """Return the sheet as XLSX; its example row is accepted once market MA is registered."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": TITLE, "created": datetime(2026, 1, 1)})  # noqa: DTZ001
        sheet = book.add_worksheet("Danh sách")
        sheet.write_string(0, 0, TITLE, book.add_format({"bold": True, "font_size": 14}))
        sheet.write_string(1, 0, ADVICE)
        for place, column in enumerate(COLUMNS):
            _write_column(book, sheet, place, column)
        sheet.freeze_panes(HEADER_ROW + 1, 3)
    return out.getvalue()


def _write_column(book: Any, sheet: Any, place: int, column: Column) -> None:
    shape = book.add_format({"num_format": "dd/mm/yyyy" if column.key in _DAYS else "@"})
    header = book.add_format({"bold": column.is_required, "bg_color": "#eef0fa", "bottom": 1})
    sheet.set_column(place, place, max(12, len(column.title) + 2), shape)
    sheet.write_string(HEADER_ROW, place, column.title, header)
    value = EXAMPLE.get(column.key, "")
    if isinstance(value, datetime):
        sheet.write_datetime(HEADER_ROW + 1, place, value, shape)
    elif value:
        sheet.write_string(HEADER_ROW + 1, place, value, shape)
    if column.key in _CHOICES:
        first, last = HEADER_ROW + 1, HEADER_ROW + ROW_COUNT
        choice = {"validate": "list", "source": _CHOICES[column.key]}
        sheet.data_validation(first, place, last, place, choice)
