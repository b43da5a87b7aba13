"""The bytes of an XLSX or CSV file as plain rows of cells, or one clear refusal.

Whoever sends the file is not trusted: sizes are bounded before anything is unpacked, and only typed
values are taken, never what a formula last showed.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from merchants.errors import SheetRefused
from merchants.files.csv_text import DELIMITERS, clean_cell, decode_text, parse_csv
from merchants.files.xlsx_guard import Places, XlsxProblem, XlsxRefused, guard_xlsx
from merchants.remedies import remedied_whole
from merchants.sentences import Sentence

FILE_BYTES_MAX = 5 * 1024 * 1024
UNPACKED_BYTES_MAX = 64 * 1024 * 1024
AREA_MAX = 2_000_000
"""Cells in the block from A1 to the last filled cell of a worksheet: 20,000 rows of 100 columns."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell whose value a formula reckoned when the file was last saved, if ever."""


FORMULA = Formula()

Cell = str | float | bool | date | datetime | time | timedelta | Formula
"""``str`` from CSV always; an empty cell is the empty string."""


@dataclass(frozen=True, slots=True)
class Table:
    """One worksheet by its title, or one reading of a CSV file; ``damage`` says where it broke."""

    title: str
    rows: Sequence[Sequence[Cell]]
    damage: str = ""


def read_tables(content: bytes, name: str) -> list[Table]:
    """Return the tables a file can be read as: its visible worksheets, or one per CSV delimiter.

    Raises:
        SheetRefused: empty, too large, not XLSX or CSV, damaged, or unsafe to unpack.
    """
    if not content.strip():
        raise SheetRefused(name, remedied_whole("tệp trống", "chọn lại tệp danh sách gian hàng"))
    if len(content) > FILE_BYTES_MAX:
        megabytes = f"{len(content) / 1024 / 1024:.1f}".replace(".", ",")
        raise SheetRefused(
            name,
            remedied_whole(
                Sentence(
                    "tệp nặng {size} MB, nhận tối đa {most} MB",
                    size=megabytes,
                    most=FILE_BYTES_MAX // 1024 // 1024,
                ),
                "bỏ hình ảnh và trang tính thừa, hoặc chia thành nhiều tệp",
            ),
        )
    for is_kind, advice in _REFUSED_KINDS:
        if is_kind(content):
            raise SheetRefused(name, advice)
    return _read_xlsx(content, name) if content.startswith(b"PK") else _read_csv(content, name)


def _is_markup(content: bytes) -> bool:
    start = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta", b"<head"))


_SAVE_AS = "mở bằng Excel, chọn Lưu thành, kiểu .xlsx"
_NEEDED = "cần tệp Excel đuôi .xlsx hoặc tệp .csv"
_REFUSED_KINDS: tuple[tuple[Callable[[bytes], bool], Sentence], ...] = (
    (
        lambda content: content.startswith(b"\xd0\xcf\x11\xe0"),
        remedied_whole(
            "tệp Excel kiểu cũ (.xls) hoặc có mật khẩu",
            "mở bằng Excel, chọn Lưu thành, kiểu .xlsx, không đặt mật khẩu",
        ),
    ),
    (lambda content: content.startswith(b"%PDF"), remedied_whole("đây là tệp PDF", _NEEDED)),
    (
        _is_markup,
        remedied_whole("đây là trang web (HTML) hoặc XML, dù tên tệp có thể ghi .xls", _SAVE_AS),
    ),
    (
        lambda content: content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")),
        remedied_whole("đây là ảnh", _NEEDED),
    ),
)


_RESAVE = "mở bằng Excel hoặc LibreOffice, chọn Lưu thành, kiểu .xlsx, rồi gửi lại"
_XLSX_ADVICE: Mapping[XlsxProblem, tuple[str, str]] = {
    XlsxProblem.NOT_WHOLE: ("tệp Excel hỏng hoặc chưa tải xong", _RESAVE),
    XlsxProblem.DAMAGED: ("tệp Excel hỏng ({damage})", _RESAVE),
    XlsxProblem.DAMAGED_MEMBER: ("tệp Excel hỏng ở phần {member}", _RESAVE),
    XlsxProblem.ODD_STRUCTURE: ("tệp Excel có cấu trúc lạ ({count} phần)", _RESAVE),
    XlsxProblem.ENCRYPTED: ("tệp có mật khẩu", "bỏ mật khẩu rồi lưu lại"),
    XlsxProblem.RARE_PACKING: ("tệp Excel nén kiểu lạ", _RESAVE),
    XlsxProblem.NO_WORKBOOK: ("đây không phải tệp Excel .xlsx", _RESAVE),
    XlsxProblem.BINARY_WORKBOOK: ("đây là tệp Excel nhị phân (.xlsb)", _RESAVE),
    XlsxProblem.WORD_DOCUMENT: ("đây là tệp Word, cần bảng tính", _RESAVE),
    XlsxProblem.OPEN_DOCUMENT: ("đây là tệp OpenDocument (.ods)", _RESAVE),
    XlsxProblem.TOO_LARGE: (
        "tệp bung ra {megabytes} MB, nhận tối đa {megabytes_max} MB",
        "chia thành nhiều tệp",
    ),
    XlsxProblem.TOO_MANY_TEXTS: ("tệp Excel hỏng ở phần {member}", _RESAVE),
    XlsxProblem.TOO_FAR: (
        "trang tính có ô ở dòng {row}, cột {column}, quá xa bảng",
        "xoá các dòng, cột thừa rồi lưu lại",
    ),
    XlsxProblem.ODD_ROW: ("tệp Excel có số dòng lạ ({written})", _RESAVE),
    XlsxProblem.ODD_ADDRESS: ("tệp Excel có toạ độ ô lạ ({written})", _RESAVE),
    XlsxProblem.BROKEN_XML: ("tệp Excel hỏng bên trong ({damage})", _RESAVE),
    XlsxProblem.ODD_ENCODING: ("tệp Excel dùng bảng mã lạ{encoding}", _RESAVE),
    XlsxProblem.DOCUMENT_TYPE: ("tệp Excel có phần khai báo không cho phép (DOCTYPE)", _RESAVE),
}


def inspect_xlsx(content: bytes, name: str) -> dict[str, Places]:
    """Return the formula cells of each worksheet by its title, once the file is safe to unpack.

    Raises:
        SheetRefused: no XLSX, damaged, encrypted, or larger inside than is taken.
    """
    try:
        sheets = guard_xlsx(content, unpacked_bytes_max=UNPACKED_BYTES_MAX, area_max=AREA_MAX)
    except XlsxRefused as refusal:
        why, fix = _XLSX_ADVICE[refusal.problem]
        raise SheetRefused(name, remedied_whole(Sentence(why, **refusal.facts), fix)) from None
    return {title: cells.formulas for title, cells in sheets.items()}


def _read_xlsx(content: bytes, name: str) -> list[Table]:
    formulas = inspect_xlsx(content, name)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            return [
                Table(title, _rows(workbook, title, formulas.get(title, frozenset())))
                for title in _visible_titles(workbook)
            ]
    except (CalamineError, OSError, ValueError) as damage:
        raise SheetRefused(
            name,
            remedied_whole(Sentence("tệp Excel hỏng ({damage})", damage=str(damage)), _RESAVE),
        ) from None


def _visible_titles(workbook: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def _rows(workbook: CalamineWorkbook, title: str, formulas: Places) -> list[list[Cell]]:
    read = workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
    rows: list[list[Cell]] = [
        [clean_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in read
    ]
    for row, column in formulas:
        # A formula without a kept value may lie outside what the library gives back.
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = FORMULA
    return rows


def _read_csv(content: bytes, name: str) -> list[Table]:
    text = decode_text(content, name)
    tables = []
    for delimiter in DELIMITERS:
        rows, damage = parse_csv(text, delimiter)
        tables.append(Table("", rows, damage))
    return tables
