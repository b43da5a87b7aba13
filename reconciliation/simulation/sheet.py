"""The vendor sheet a market board would hand in: one row per stall, Vietnamese headers, XLSX."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xlsxwriter import Workbook

from reconciliation.simulation.people import STRIPE_ACCOUNT, SimVendor
from reconciliation.simulation.register import SimRegister, SimStall

COLUMNS = (
    "Mã chợ",
    "Khu vực",
    "Mã gian hàng",
    "Ngành hàng",
    "Tình trạng gian hàng",
    "Họ tên",
    "Điện thoại",
    "Tên hộ kinh doanh",
    "Ngày đồng ý",
    "Ngân hàng",
    "Số tài khoản",
    "Tên chủ tài khoản",
    "Ví / cổng thanh toán",
    "Mã điểm ví",
    "Số hợp đồng",
    "Ngày hợp đồng",
    "Số mã QR đang treo",
    "Ngày kiểm tra",
    "Ngày treo bảng mã",
)
TITLE = (
    "DANH SÁCH ĐIỂM KINH DOANH TẠI CHỢ",
    "Dữ liệu mô phỏng: tên người, số điện thoại và tài khoản đều là hư cấu",
)
STATES = {"occupied": "Đang bán", "vacant": "Trống", "closed": "Đóng"}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FlawedRow:
    """A row with a mistake people make, and what is wrong with it."""

    row: Row
    flaw: str


def sheet_rows(
    register: SimRegister, market_code: str | None = None, *, as_of: date = date.max
) -> list[Row]:
    """Return the rows of one market or of all, in floor order, as they were known on a day."""
    return [
        _row(register, stall, as_of)
        for stall in register.stalls
        if market_code is None or stall.market_code == market_code
    ]


def flawed_rows(register: SimRegister, *, as_of: date = date.max) -> list[FlawedRow]:
    """Return rows that no register may take: each is a sound row with one thing wrong."""
    rows = (_row(register, stall, as_of) for stall in register.stalls)
    sound = next(row for row in rows if row.get("Số tài khoản"))
    fresh = {"Điện thoại": "0900099901", "Họ tên": "Nguyễn Văn Thử"}
    wrong: dict[str, Row] = {
        "ngân hàng không có": {"Ngân hàng": "Ngân hàng Sao Hỏa"},
        "số tài khoản sai": {"Số tài khoản": "12-34 X"},
        "ngày không có thật": {"Ngày đồng ý": "31/02/2026"},
        "chợ chưa đăng ký": {"Mã chợ": "ZZ"},
    }
    return [
        FlawedRow(sound, "gian hàng lặp"),
        *(
            FlawedRow(sound | fresh | {"Mã gian hàng": f"X{n:02d}"} | change, flaw)
            for n, (flaw, change) in enumerate(wrong.items(), start=1)
        ),
    ]


def write_sheet(rows: Iterable[Row], *, made_at: datetime) -> bytes:
    """Return the rows as an XLSX workbook; the same rows and ``made_at`` give the same bytes."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": TITLE[0], "created": made_at.replace(tzinfo=None)})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Danh sách")
        for line, text in enumerate(TITLE):
            sheet.write_string(line, 0, text, bold if line == 0 else None)
        head = len(TITLE) + 1
        sheet.write_row(head, 0, COLUMNS, bold)
        sheet.freeze_panes(head + 1, 3)
        sheet.set_column(0, len(COLUMNS) - 1, 16)
        for line, row in enumerate(rows, start=head + 1):
            _write_row(sheet, line, [row.get(column) for column in COLUMNS], day)
    return out.getvalue()


def _write_row(sheet: Any, line: int, cells: Sequence[object], day: Any) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, date):
            sheet.write_datetime(line, column, datetime.combine(cell, datetime.min.time()), day)
        elif isinstance(cell, int):
            sheet.write_number(line, column, cell)
        elif cell:
            # Accounts and phones are text: as numbers they would lose their leading zeros.
            sheet.write_string(line, column, str(cell))


def _row(register: SimRegister, stall: SimStall, as_of: date) -> Row:
    row: Row = {
        "Mã chợ": stall.market_code,
        "Khu vực": stall.goods.zone,
        "Mã gian hàng": stall.code,
        "Ngành hàng": stall.goods.name,
        "Tình trạng gian hàng": STATES[stall.state],
    }
    if stall.audited_on and stall.audited_on <= as_of:
        row |= {"Số mã QR đang treo": stall.displayed_codes, "Ngày kiểm tra": stall.audited_on}
    return row if stall.vendor is None else row | _holder(register.vendors[stall.vendor], as_of)


def _holder(vendor: SimVendor, as_of: date) -> Row:
    listed: Row = {
        "Họ tên": vendor.full_name,
        "Điện thoại": vendor.phone,
        "Tên hộ kinh doanh": vendor.business_name,
    }
    if vendor.consented_on is None or vendor.consented_on > as_of:
        return listed  # who has not consented has told no account
    wallet, point = "", ""
    if vendor.momo_store:
        wallet, point = "MoMo", vendor.momo_store
    elif vendor.stripe:
        wallet, point = "Stripe", STRIPE_ACCOUNT
    hung = vendor.installed_on is not None and vendor.installed_on <= as_of
    return listed | {
        "Ngày đồng ý": vendor.consented_on,
        "Ngân hàng": vendor.bank.name if vendor.bank else "",
        "Số tài khoản": vendor.account,
        "Tên chủ tài khoản": vendor.holder_name,
        "Ví / cổng thanh toán": wallet,
        "Mã điểm ví": point,
        "Số hợp đồng": vendor.contract_no,
        "Ngày hợp đồng": vendor.contract_on,
        "Ngày treo bảng mã": vendor.installed_on if hung else None,
    }
