"""Statements of any bank written from rows, in any of the forms a bank's portal may choose."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import xlsxwriter

from reconciliation.feeds.providers.generic import template


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One movement of an account."""

    on: date
    reference: str
    signed: int
    balance: int
    memo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a portal writes: encoding, delimiter, line end, grouping, order."""

    encoding: str = "utf-8"
    delimiter: str = ","
    line_end: str = "\n"
    grouping: str = ","
    is_newest_first: bool = False


def grouped(amount: int, form: Form) -> str:
    return f"{amount:,}".replace(",", form.grouping)


def side(amount: int, form: Form) -> str:
    return grouped(amount, form) if amount > 0 else ""


def vcb(row: Row, form: Form) -> list[str]:
    day = f"{row.on:%d/%m/%Y}"
    return [day, row.reference, side(-row.signed, form), side(row.signed, form), row.memo]


def vcb_old(row: Row, form: Form) -> list[str]:
    sign = "+" if row.signed > 0 else "-"
    return [f"{row.on:%d/%m/%Y}", row.reference, sign, grouped(abs(row.signed), form), row.memo]


def mb(row: Row, form: Form) -> list[str]:
    day = f"{row.on:%d/%m/%Y}"
    debit, credit = (f"{grouped(max(a, 0), form)} VND" for a in (-row.signed, row.signed))
    return [day, f"{day} 14:02:37", row.reference, debit, credit,
            f"{grouped(row.balance, form)} VND", row.memo]  # fmt: skip


def tcb(row: Row, form: Form) -> list[str]:
    day = f"{row.on:%d/%m/%Y}"
    debit = grouped(row.signed, form) if row.signed < 0 else ""
    return [day, day, row.reference, "VIETCOMBANK", "0351000646393", "NGUYEN VAN A", row.memo,
            debit, side(row.signed, form), "", "", grouped(row.balance, form)]  # fmt: skip


def agribank(row: Row, form: Form) -> list[str]:
    debit, credit = side(-row.signed, form), side(row.signed, form)
    return [f"{row.on:%d/%m/%Y}", row.memo, debit, credit, grouped(row.balance, form),
            row.reference]  # fmt: skip


def acb(row: Row, form: Form) -> list[str]:
    day, debit, credit = f"{row.on:%d/%m/%Y}", side(-row.signed, form), side(row.signed, form)
    return [day, row.reference, row.memo, debit, credit]


def msb(row: Row, form: Form) -> list[str]:
    debit, credit = side(-row.signed, form), side(row.signed, form)
    return [f"{row.on:%d/%m/%Y}", row.reference, "HN", row.memo, debit, credit]


def generic(row: Row, form: Form) -> list[str]:
    day = f"{row.on:%d/%m/%Y}"
    return [day, "", row.reference, side(-row.signed, form), side(row.signed, form),
            grouped(row.balance, form), row.memo, "A12"]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """What a bank's statement is made of."""

    provider: str
    header: Sequence[str]
    cells: Callable[[Row, Form], list[str]]
    closing: Callable[[int, int, Form], list[str]] | None = None
    has_balance: bool = False


BANKS = {
    "vcb": Bank(
        provider="bank_vcb",
        header=("Ngày giao dịch", "Số tham chiếu", "Số tiền ghi nợ", "Số tiền ghi có", "Mô tả"),
        cells=vcb,
        closing=lambda debit, credit, form: [
            "Tổng", "", grouped(debit, form), grouped(credit, form)
        ],
    ),
    "vcb_old": Bank(
        provider="bank_vcb",
        header=("Ngày giao dịch", "Số tham chiếu", "Thay đổi", "Số tiền", "Mô tả"),
        cells=vcb_old,
        closing=lambda debit, credit, form: ["Tổng", "", "", grouped(credit - debit, form), ""],
    ),
    "mb": Bank(
        provider="bank_mb",
        header=(
            "NGÀY HẠCH TOÁN/POSTING DATE",
            "NGÀY GIAO DỊCH/TRANSACTION DATE",
            "SỐ BÚT TOÁN/REFERENCE NO",
            "PHÁT SINH NỢ/DEBIT",
            "PHÁT SINH CÓ/CREDIT",
            "SỐ DƯ/BALANCE",
            "NỘI DUNG/DIỄN GIẢI",
        ),
        cells=mb,
        closing=lambda debit, credit, form: [
            "", "", "TỔNG CỘNG", f"{grouped(debit, form)} VND", f"{grouped(credit, form)} VND"
        ],
        has_balance=True,
    ),
    "tcb": Bank(
        provider="bank_tcb",
        header=(
            "Ngày yêu cầu/Requesting date",
            "Ngày giao dịch/Transaction date",
            "Số bút toán/Reference number",
            "Ngân hàng đối tác/Remitter's bank",
            "Tài khoản đối tác/Remitter's account number",
            "Tên tài khoản đối tác/Remitter's account name",
            "Diễn giải/Description",
            "Nợ/Debit",
            "Có/Credit",
            "Phí/Lãi Fee/Interest",
            "Thuế/Transaction VAT",
            "Số dư/Running balance",
        ),
        cells=tcb,
        has_balance=True,
    ),
    "agribank": Bank(
        provider="bank_agribank",
        header=(
            "Ngày giao dịch/Date",
            "Nội dung/Transactions",
            "Nợ/Debit",
            "Có/Credit",
            "Số dư/Balance",
            "Số tham chiếu/Ref no",
        ),
        cells=agribank,
        has_balance=True,
    ),
    "acb": Bank(
        provider="bank_acb",
        header=("Ngày hiệu lực", "Số GD", "Nội dung", "Số tiền rút ra", "Số tiền gửi vào"),
        cells=acb,
    ),
    "msb": Bank(
        provider="bank_msb",
        header=("Ngày giao dịch", "Số bút toán", "Chi nhánh", "Diễn giải", "Nợ", "Có"),
        cells=msb,
    ),
    "generic": Bank(
        provider="generic",
        header=tuple(template("vi").split("\r\n")[2].split(",")),
        cells=generic,
        closing=lambda debit, credit, form: [
            "Tổng", "", "", grouped(debit, form), grouped(credit, form)
        ],
        has_balance=True,
    ),
}  # fmt: skip


def rows_of(opening: int, movements: Sequence[tuple[int, str, str]]) -> list[Row]:
    """Return rows of (signed amount, reference, memo), one a day, each with its balance."""
    rows: list[Row] = []
    first = date(2026, 11, 1)
    for number, (signed, reference, memo) in enumerate(movements):
        balance = (rows[-1].balance if rows else opening) + signed
        on = first + timedelta(days=number)
        rows.append(Row(on=on, reference=reference, signed=signed, balance=balance, memo=memo))
    return rows


def grid(bank: Bank, rows: Sequence[Row], form: Form) -> list[list[str]]:
    """Return the cells of the whole statement."""
    ordered = rows[::-1] if form.is_newest_first else rows
    cells = [["SAO KÊ TÀI KHOẢN"], [], list(bank.header)]
    cells += [bank.cells(row, form) for row in ordered]
    if bank.closing is not None:
        debit = -sum(row.signed for row in rows if row.signed < 0)
        credit = sum(row.signed for row in rows if row.signed > 0)
        cells.append(bank.closing(debit, credit, form))
    return cells


def delimited(cells: Sequence[Sequence[str]], form: Form) -> bytes:
    """Return the statement as delimited text."""
    special = {form.delimiter, '"', "\r", "\n"}

    def written(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"' if special.intersection(cell) else cell

    lines = (form.delimiter.join(map(written, row)) + form.line_end for row in cells)
    return "".join(lines).encode(form.encoding)


def workbook(*sheets: Sequence[Sequence[str | int | datetime]]) -> bytes:
    """Return the statement as a workbook of one sheet or several."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        days = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, cells in enumerate(sheets, 1):
            sheet = book.add_worksheet("Sao kê" if number == 1 else f"Sao kê {number}")
            for row_number, row in enumerate(cells):
                for column, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(row_number, column, cell, days)
                    elif isinstance(cell, str):
                        sheet.write_string(row_number, column, cell)
                    else:
                        sheet.write_number(row_number, column, cell)
    return content.getvalue()
