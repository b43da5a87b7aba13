"""XLSX files made to hurt are refused before the spreadsheet library sees them."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.errors import SheetRefused
from merchants.files.workbook import FORMULA, inspect_xlsx
from merchants.sheets.reading import read_sheet
from tests.merchants.sheet_files import ROW, lines, xlsx_bytes

GOOD = xlsx_bytes(lines([ROW]))
WORKSHEET = "xl/worksheets/sheet1.xml"


def changed(edit: Callable[[dict[str, bytes]], None], base: bytes = GOOD) -> bytes:
    """A file, the good one unless told otherwise, with its members edited."""
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    edit(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def with_cell(address: str) -> bytes:
    def edit(members: dict[str, bytes]) -> None:
        cell = f'<row r="9"><c r="{address}"><v>1</v></c></row></sheetData>'.encode()
        members[WORKSHEET] = members[WORKSHEET].replace(b"</sheetData>", cell)

    return changed(edit)


def in_worksheet(old: bytes, new: bytes) -> bytes:
    def edit(members: dict[str, bytes]) -> None:
        assert old in members[WORKSHEET]
        members[WORKSHEET] = members[WORKSHEET].replace(old, new, 1)

    return changed(edit)


def test_a_good_file_passes() -> None:
    assert inspect_xlsx(GOOD, "a.xlsx") == {"Khu A-D": frozenset()}


def test_formula_cells_are_found_by_title_and_place() -> None:
    content = xlsx_bytes([["a", "=1+1"], ["=B1", "x"]], title="Khu & A")

    assert inspect_xlsx(content, "a.xlsx") == {"Khu & A": frozenset({(0, 1), (1, 0)})}


@pytest.mark.parametrize("address", ["XFD1048576", "A1048576", "ZZZ20000"])
def test_a_cell_far_away_is_refused(address: str) -> None:
    # The library lays out every cell from the first to the last: half a terabyte for XFD1048576.
    content = with_cell(address)

    assert len(content) < 20_000
    with pytest.raises(SheetRefused, match="quá xa bảng"):
        read_sheet(content, "a.xlsx")


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1048576"><c r="XFC1"/><c><v>1</v></c></row>',
        b'<row r="1"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"/><row><c r="XFC1"/><c><is><t>x</t></is></c></row>',
    ],
)
def test_rows_and_cells_that_contradict_each_other_hide_nothing(cells: bytes) -> None:
    with pytest.raises(SheetRefused, match="quá xa bảng"):
        read_sheet(in_worksheet(b"</sheetData>", cells + b"</sheetData>"), "a.xlsx")


def test_formatted_but_empty_cells_far_away_are_no_harm() -> None:
    blank = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'

    sheet = read_sheet(in_worksheet(b"</sheetData>", blank), "a.xlsx")

    assert len(sheet.rows) == 1


def test_a_file_that_unpacks_to_too_much_is_refused() -> None:
    def edit(members: dict[str, bytes]) -> None:
        members["xl/media/a.bin"] = bytes(65 * 1024 * 1024)

    content = changed(edit)

    assert len(content) < 100_000
    with pytest.raises(SheetRefused, match="tệp bung ra 65 MB, nhận tối đa 64 MB"):
        read_sheet(content, "a.xlsx")


def test_a_declared_size_that_lies_is_refused() -> None:
    def edit(members: dict[str, bytes]) -> None:
        members["xl/media/a.bin"] = bytes(3_000_000)

    content = bytearray(changed(edit))
    claimed, real = (100).to_bytes(4, "little"), (3_000_000).to_bytes(4, "little")
    assert content.count(real) >= 2
    lying = bytes(content).replace(real, claimed)

    with pytest.raises(SheetRefused, match=r"hỏng ở phần xl/media/a\.bin"):
        read_sheet(lying, "a.xlsx")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (GOOD[:-1], "chưa tải xong"),
        (GOOD[: len(GOOD) // 2], "chưa tải xong"),
        (GOOD + b"x", "chưa tải xong"),
        (b"PK\x03\x04" + GOOD[4:1000] + GOOD[-22:], "tệp Excel hỏng"),
        (in_worksheet(b"<worksheet", b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet"), "DOCTYPE"),
        (in_worksheet(b'encoding="UTF-8"', b'encoding="UTF-7"'), "bảng mã lạ"),
        (in_worksheet(b"<sheetData>", b"<sheetData>\0"), "bảng mã lạ"),
        (in_worksheet(b"</sheetData>", b""), "tệp Excel hỏng bên trong"),
        (in_worksheet(b'r="A1"', b'r="A0"'), "toạ độ ô lạ"),
        (in_worksheet(b'<row r="1"', b'<row r="1x"'), "số dòng lạ"),
        (changed(lambda m: m.pop("xl/workbook.xml")), "đây không phải tệp Excel"),
        (
            changed(lambda m: (m.pop("xl/workbook.xml"), m.update({"word/document.xml": b""}))),
            "tệp Word",
        ),
        (changed(lambda m: m.pop("xl/sharedStrings.xml")), None),
    ],
)
def test_a_damaged_or_foreign_file_is_refused(content: bytes, reason: str | None) -> None:
    with pytest.raises(SheetRefused, match=reason):
        read_sheet(content, "a.xlsx")


def test_an_encrypted_member_is_refused() -> None:
    content = bytearray(GOOD)
    place = content.find(b"PK\x01\x02")
    content[place + 8] |= 1

    with pytest.raises(SheetRefused, match="mật khẩu"):
        read_sheet(bytes(content), "a.xlsx")


def test_one_name_twice_is_refused() -> None:
    out = io.BytesIO(GOOD)
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(out, "a") as archive,
    ):
        archive.writestr(WORKSHEET, b"<worksheet/>")

    with pytest.raises(SheetRefused, match="cấu trúc lạ"):
        read_sheet(out.getvalue(), "a.xlsx")


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_one_changed_byte_is_read_or_refused(place: int, value: int) -> None:
    content = GOOD[:place] + bytes([value]) + GOOD[place + 1 :]

    try:
        sheet = read_sheet(content, "a.xlsx")
    except SheetRefused:
        return
    assert len(sheet.rows) == 1


def test_cells_without_addresses_are_counted_along() -> None:
    def edit(members: dict[str, bytes]) -> None:
        bare = re.sub(rb' r="[A-Z]*[0-9]+"', b"", members[WORKSHEET])
        assert b' r="' not in bare
        members[WORKSHEET] = bare

    filled = [title for title, cell in ROW.items() if cell]
    dense = xlsx_bytes(lines([ROW], filled))

    bare = changed(edit, dense)

    assert read_sheet(bare, "a.xlsx").rows == read_sheet(dense, "a.xlsx").rows
    formula = b"<row><c/><c><f>1+1</f></c></row></sheetData>"
    assert inspect_xlsx(in_worksheet(b"</sheetData>", formula), "a.xlsx") == {
        "Khu A-D": frozenset({(2, 1)})
    }


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_compression_is_refused(method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive, zipfile.ZipFile(out, "w", method) as other:
        for name in archive.namelist():
            other.writestr(name, archive.read(name))

    with pytest.raises(SheetRefused, match="nén kiểu lạ"):
        read_sheet(out.getvalue(), "a.xlsx")


def test_a_file_stored_without_compression_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive, zipfile.ZipFile(out, "w") as other:
        for name in archive.namelist():
            other.writestr(name, archive.read(name))

    assert len(read_sheet(out.getvalue(), "a.xlsx").rows) == 1


def local_headers(content: bytes) -> list[tuple[int, str]]:
    """Where each member's own header stands, and its name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(member.header_offset, member.filename) for member in archive.infolist()]


def test_a_member_named_otherwise_in_its_own_header_is_refused() -> None:
    content = bytearray(GOOD)
    offset, name = next(each for each in local_headers(GOOD) if each[1] == WORKSHEET)
    start = offset + 30
    content[start : start + len(name)] = name.replace("sheet1", "sheet9").encode()

    with pytest.raises(SheetRefused, match=r"hỏng ở phần xl/worksheets/sheet1\.xml"):
        read_sheet(bytes(content), "a.xlsx")


@pytest.mark.parametrize(("flag", "reason"), [(0x1, "có mật khẩu"), (0x20, "nén kiểu lạ"), (0x40, "nén kiểu lạ")])  # fmt: skip
def test_a_patched_flag_in_the_directory_is_refused(flag: int, reason: str) -> None:
    content = bytearray(GOOD)
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= flag

    with pytest.raises(SheetRefused, match=reason):
        read_sheet(bytes(content), "a.xlsx")


def test_a_flag_patched_in_a_members_own_header_changes_nothing() -> None:
    content = bytearray(GOOD)
    for offset, _ in local_headers(GOOD):
        content[offset + 6] |= 0x1

    # The directory decides, for the guard as for the library: both read the same bytes.
    assert read_sheet(bytes(content), "a.xlsx").rows == read_sheet(GOOD, "a.xlsx").rows


def test_formulas_are_found_under_member_names_in_any_case() -> None:
    def shout(members: dict[str, bytes]) -> None:
        members["xl/worksheets/SHEET1.XML"] = members.pop(WORKSHEET)

    content = changed(shout, xlsx_bytes(lines([ROW | {"Ngành hàng": "=1+1"}])))

    assert read_sheet(content, "a.xlsx").rows[0].cells["goods_group"] == FORMULA


def test_two_names_that_differ_in_case_alone_are_refused() -> None:
    def twice(members: dict[str, bytes]) -> None:
        members["xl/worksheets/SHEET1.XML"] = members[WORKSHEET]

    with pytest.raises(SheetRefused, match="cấu trúc lạ"):
        read_sheet(changed(twice), "a.xlsx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    def bomb(members: dict[str, bytes]) -> None:
        members["xl/media/image1.png"] = b"\0" * (65 * 1024 * 1024)

    content = changed(bomb)

    assert len(content) < 100_000
    with pytest.raises(SheetRefused, match="tệp bung ra 65 MB, nhận tối đa 64 MB"):
        read_sheet(content, "a.xlsx")
