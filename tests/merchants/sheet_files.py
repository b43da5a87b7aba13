"""Vendor sheets for tests: a test spells out only the cells it is about."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from xlsxwriter import Workbook

from merchants.sheets.reading import Sheet, read_sheet

ROW: Mapping[str, object] = {
    "Mã chợ": "MA",
    "Khu vực": "Khu A",
    "Mã gian hàng": "A001",
    "Ngành hàng": "Rau củ",
    "Tình trạng gian hàng": "Đang bán",
    "Họ tên": "Nguyễn Thị Hương",
    "Điện thoại": "0912345678",
    "Tên hộ kinh doanh": "",
    "Ngày đồng ý": "01/08/2026",
    "Ngân hàng": "Vietcombank",
    "Số tài khoản": "0123456789012",
    "Tên chủ tài khoản": "NGUYEN THI HUONG",
    "Ví / cổng thanh toán": "",
    "Mã điểm ví": "",
    "Số hợp đồng": "",
    "Ngày hợp đồng": "",
    "Số mã QR đang treo": "",
    "Ngày kiểm tra": "",
    "Ngày treo bảng mã": "",
}
"""A complete row that is accepted without a remark once market MA is registered."""

HEADER = tuple(ROW)


def row(**changes: object) -> dict[str, object]:
    """The complete row with some cells changed, by the keys of ``NAMES``."""
    return dict(ROW) | {NAMES[key]: value for key, value in changes.items()}


NAMES = {
    "market": "Mã chợ",
    "zone": "Khu vực",
    "stall": "Mã gian hàng",
    "goods": "Ngành hàng",
    "state": "Tình trạng gian hàng",
    "name": "Họ tên",
    "phone": "Điện thoại",
    "business": "Tên hộ kinh doanh",
    "consented": "Ngày đồng ý",
    "bank": "Ngân hàng",
    "account": "Số tài khoản",
    "holder": "Tên chủ tài khoản",
    "wallet": "Ví / cổng thanh toán",
    "wallet_point": "Mã điểm ví",
    "contract": "Số hợp đồng",
    "contract_from": "Ngày hợp đồng",
    "codes": "Số mã QR đang treo",
    "audited": "Ngày kiểm tra",
    "installed": "Ngày treo bảng mã",
}

VACANT: Mapping[str, object] = {
    "state": "Trống", "name": "", "phone": "", "consented": "", "bank": "", "account": "",
    "holder": "",
}  # fmt: skip


def lines(
    rows: Iterable[Mapping[str, object]], header: Sequence[str] = HEADER
) -> list[list[object]]:
    """The header and the rows as lines of cells."""
    return [list(header), *([each.get(title, "") for title in header] for each in rows)]


def csv_bytes(
    table: Iterable[Sequence[object]], *, delimiter: str = ",", encoding: str = "utf-8"
) -> bytes:
    """The lines as a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(table)
    return text.getvalue().encode(encoding)


def xlsx_bytes(table: Iterable[Sequence[object]], *, title: str = "Khu A-D") -> bytes:
    """The lines as an XLSX file: texts as text, days as days, numbers as numbers, ``=…`` formulas."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet(title)
        for line, cells in enumerate(table):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    moment = datetime.combine(cell, datetime.min.time())
                    sheet.write_datetime(line, place, moment, day)
                elif isinstance(cell, bool):
                    sheet.write_boolean(line, place, cell)
                elif isinstance(cell, int | float):
                    sheet.write_number(line, place, cell)
                elif isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(line, place, cell)
                elif cell != "":
                    sheet.write_string(line, place, str(cell))
    return out.getvalue()


def sheet_of(*rows: Mapping[str, object], name: str = "gian-hang.xlsx") -> Sheet:
    """The rows written as XLSX and read back."""
    return read_sheet(xlsx_bytes(lines(rows)), name)
