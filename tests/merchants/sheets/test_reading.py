"""Vendor sheets as people send them: header, encodings, delimiters, limits, wrong files."""

import random
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.errors import SheetRefused
from merchants.files.workbook import FILE_BYTES_MAX, FORMULA
from merchants.sheets.columns import COLUMNS, column_of
from merchants.sheets.reading import ROW_COUNT_MAX, Sheet, read_sheet
from qr.text import fold_to_ascii
from tests.merchants.sheet_files import HEADER, ROW, csv_bytes, lines, row, xlsx_bytes

TITLE = [["DANH SÁCH GIAN HÀNG CHỢ MẬU A"], ["Lập ngày 01/08/2026"], []]


def texts(sheet: Sheet) -> list[dict[str, object]]:
    """The rows without their empty cells."""
    return [{k: v for k, v in each.cells.items() if v != ""} for each in sheet.rows]


EXPECTED = {
    "market_code": "MA",
    "zone": "Khu A",
    "stall_code": "A001",
    "goods_group": "Rau củ",
    "stall_state": "Đang bán",
    "full_name": "Nguyễn Thị Hương",
    "phone": "0912345678",
    "consented_on": "01/08/2026",
    "bank": "Vietcombank",
    "account": "0123456789012",
    "holder_name": "NGUYEN THI HUONG",
}


def test_an_xlsx_sheet_is_read() -> None:
    sheet = read_sheet(xlsx_bytes(lines([ROW])), "a.xlsx")

    assert texts(sheet) == [EXPECTED]
    assert (sheet.header_row, sheet.rows[0].row) == (1, 2)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_sheet_is_read_in_any_dress(delimiter: str, encoding: str) -> None:
    content = csv_bytes(lines([ROW]), delimiter=delimiter, encoding=encoding)

    assert texts(read_sheet(content, "a.csv")) == [EXPECTED]


def test_a_csv_in_windows_1258_is_read() -> None:
    # The code page holds letters such as ễ as a letter and a mark apart.
    text = csv_bytes(lines([ROW])).decode()
    content = decomposed_tones(text).encode("cp1258")

    assert texts(read_sheet(content, "a.csv")) == [EXPECTED]


def decomposed_tones(text: str) -> str:
    """The text with tone marks apart and the marks of ă â ê ô ơ ư kept on their letters."""
    tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    out = []
    for character in text:
        parts = unicodedata.normalize("NFD", character)
        tone = [part for part in parts if part in tones]
        rest = "".join(part for part in parts if part not in tones)
        out.append(unicodedata.normalize("NFC", rest) + "".join(tone))
    return "".join(out)


def test_decomposed_vietnamese_is_the_same_sheet() -> None:
    content = unicodedata.normalize("NFD", csv_bytes(lines([ROW])).decode()).encode()

    assert texts(read_sheet(content, "a.csv")) == [EXPECTED]


@pytest.mark.parametrize("rows_above", [0, 1, 79])
def test_the_header_may_stand_anywhere_in_the_first_80_rows(rows_above: int) -> None:
    content = xlsx_bytes([["x"]] * rows_above + lines([ROW]))

    sheet = read_sheet(content, "a.xlsx")

    assert sheet.header_row == rows_above + 1
    assert sheet.rows[0].row == rows_above + 2


def test_a_header_in_row_81_is_too_far_down() -> None:
    with pytest.raises(SheetRefused, match="không thấy dòng tiêu đề trong 80 dòng đầu"):
        read_sheet(csv_bytes([["x"]] * 80 + lines([ROW])), "a.csv")


@given(st.randoms(), st.sampled_from([str, str.upper, fold_to_ascii, str.lower]))
def test_columns_may_come_in_any_order_case_and_without_marks(
    shuffle: random.Random, style: object
) -> None:
    header = list(HEADER)
    shuffle.shuffle(header)
    table = lines([ROW], header)
    table[0] = [style(title) for title in header]  # type: ignore[operator]

    assert texts(read_sheet(csv_bytes(TITLE + table), "a.csv")) == [EXPECTED]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.key)
def test_each_column_is_known_by_all_its_headers(column: object) -> None:
    for header in (column.title, *column.also):  # type: ignore[attr-defined]
        assert column_of(f"  {header} (bắt buộc)*") is column


def test_running_numbers_and_remarks_are_left_aside() -> None:
    table = lines([row() | {"STT": "1", "Ghi chú": "vắng"}], ["STT", *HEADER, "Ghi chú"])

    assert texts(read_sheet(csv_bytes(table), "a.csv")) == [EXPECTED]


def test_a_wrong_header_names_missing_unknown_and_doubled_columns() -> None:
    header = [
        "Mã chợ",
        "Mã gian hàng",
        "Họ tên",
        "Ngân hàng",
        "Số tài khoảng",
        "Khu vực",
        "Dãy",
        "Tuổi",
    ]

    with pytest.raises(SheetRefused) as refusal:
        read_sheet(csv_bytes([header, ["MA", "A1"]]), "ds.csv")

    assert str(refusal.value) == (
        "Không đọc được tệp ds.csv: dòng tiêu đề thiếu cột “Số tài khoản”, “Tên chủ tài khoản”; "
        "có cột lạ “Số tài khoảng” (có phải “Số tài khoản”?), “Tuổi”; cột “Khu vực” có hai lần. "
        "Sửa dòng tiêu đề như tệp mẫu."
    )


def test_a_value_under_no_header_is_kept_for_the_row_to_answer_for() -> None:
    table = lines([ROW])
    table[1] = [*table[1], "", "lạc"]

    assert read_sheet(csv_bytes(table), "a.csv").rows[0].stray == "lạc"


def test_empty_rows_are_passed_over_and_row_numbers_stay() -> None:
    table = lines([ROW])
    content = xlsx_bytes([*table, [], [], *lines([row(stall="A002")])[1:]])

    assert [each.row for each in read_sheet(content, "a.xlsx").rows] == [2, 5]


def test_a_line_break_inside_a_cell_does_not_shift_the_rows() -> None:
    table = lines([row(goods="Rau\ncủ quả"), row(stall="A002")])

    sheet = read_sheet(csv_bytes(table), "a.csv")

    assert [each.row for each in sheet.rows] == [2, 3]
    assert sheet.rows[0].cells["goods_group"] == "Rau củ quả"


def test_spaces_that_cannot_be_seen_are_taken_away() -> None:
    table = lines([row(name="\u200bNguyễn\u00a0 Thị\tHương\ufeff ")])

    assert read_sheet(csv_bytes(table), "a.csv").rows[0].cells["full_name"] == "Nguyễn Thị Hương"


def test_excels_own_types_come_as_they_are() -> None:
    content = xlsx_bytes(
        lines([row(consented=date(2026, 8, 1), account=123456789012.0, phone="=1+1", zone=True)])
    )

    cells = read_sheet(content, "a.xlsx").rows[0].cells

    assert cells["consented_on"] == date(2026, 8, 1)
    assert cells["account"] == 123456789012.0
    assert cells["phone"] == FORMULA
    assert cells["zone"] is True


def test_a_hidden_worksheet_is_not_read() -> None:
    import io

    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out) as book:
        for title in ("Khu A", "Ẩn"):
            sheet = book.add_worksheet(title)
            for line, cells in enumerate(lines([ROW])):
                sheet.write_row(line, 0, cells)
        sheet.hide()

    assert texts(read_sheet(out.getvalue(), "a.xlsx")) == [EXPECTED]


def test_two_worksheets_with_a_header_are_refused_by_name() -> None:
    import io

    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out) as book:
        for title in ("Khu A", "Khu B"):
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, HEADER)
        book.add_worksheet("Hướng dẫn").write(0, 0, "Điền vào Khu A")

    with pytest.raises(
        SheetRefused, match="có 2 trang tính cùng có dòng tiêu đề: “Khu A”, “Khu B”"
    ):
        read_sheet(out.getvalue(), "a.xlsx")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "tệp trống"),
        (b" \r\n", "tệp trống"),
        (csv_bytes(lines([])), "chỉ có dòng tiêu đề"),
        (xlsx_bytes(lines([])), "chỉ có dòng tiêu đề"),
        (xlsx_bytes([]), "không thấy dòng tiêu đề"),
        (b"%PDF-1.7 ...", "đây là tệp PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ...", "kiểu cũ"),
        (b"<html><table><tr><td>M\xc3\xa3</td></tr></table></html>", "trang web"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "trang web"),
        (b"\x89PNG\r\n\x1a\n", "đây là ảnh"),
        (b"\xff\xfe\x00\xd8", "không nhận ra bảng mã"),
        (b"M\xe3 ch\xd3\xd2\xd2\x00", "không nhận ra bảng mã"),
        (b"x" * (FILE_BYTES_MAX + 1), "tệp nặng 5,0 MB, nhận tối đa 5 MB"),
        ("Mã gian hàng,Họ tên\nA1,\"Nguyễn".encode(), "tệp CSV hỏng ở dòng 2"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_sheet_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(SheetRefused, match=reason):
        read_sheet(content, "a.bin")


def test_more_rows_than_are_taken_at_once_are_refused() -> None:
    table = lines([ROW])
    content = csv_bytes(table[:1] + table[1:] * (ROW_COUNT_MAX + 1))

    with pytest.raises(SheetRefused, match=r"tệp có 20\.001 dòng, nhận tối đa 20\.000"):
        read_sheet(content, "a.csv")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with pytest.raises(SheetRefused):
        read_sheet(content, "a.bin")
