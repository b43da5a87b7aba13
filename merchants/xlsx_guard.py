"""Look into an XLSX file before it is unpacked for real: sizes, places of cells, formulas.

The spreadsheet library lays a worksheet out as one dense block of memory from its first to its last
cell: five kilobytes with a cell in XFD1048576 ask for half a terabyte and end the process. So every
member is unpacked here first, within bounds, and the cells' addresses are read with expat.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

from merchants.errors import SheetRefused

UNPACKED_BYTES_MAX = 64 * 1024 * 1024
MEMBER_COUNT_MAX = 1_000
AREA_MAX = 2_000_000
"""Cells in the block from A1 to the last filled cell of a worksheet: 20,000 rows of 100 columns."""

FormulaCells = frozenset[tuple[int, int]]
"""Row and column of each formula cell, both from 0."""

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
_RESAVE = "Mở bằng Excel hoặc LibreOffice, chọn Lưu thành, kiểu .xlsx, rồi gửi lại."
_OTHER_KINDS = {
    "xl/workbook.bin": "đây là tệp Excel nhị phân (.xlsb). ",
    "word/document.xml": "đây là tệp Word. Cần bảng tính: ",
    "content.xml": "đây là tệp OpenDocument (.ods). ",
}


class _Unsafe(Exception):
    """Carries the reason up to where the file's name is known."""


def inspect_xlsx(content: bytes, name: str) -> dict[str, FormulaCells]:
    """Return the formula cells of each worksheet by its title, once the file is safe to unpack.

    Raises:
        SheetRefused: no XLSX, damaged, encrypted, or larger inside than is taken.
    """
    try:
        members = _unpack(content)
        formulas = {
            path: _scan_cells(data) for path, data in members.items() if b"sheetData" in data
        }
        titles = _paths_by_title(members)
    except _Unsafe as reason:
        raise SheetRefused(name, str(reason)) from None
    except (zipfile.BadZipFile, struct.error, zlib.error, NotImplementedError) as damage:
        raise SheetRefused(name, f"tệp Excel hỏng ({damage}). {_RESAVE}") from None
    except expat.ExpatError as damage:
        raise SheetRefused(name, f"tệp Excel hỏng bên trong ({damage}). {_RESAVE}") from None
    return {title: formulas.get(path, frozenset()) for title, path in titles.items()}


def _unpack(content: bytes) -> dict[str, bytes]:
    # Two readers of one archive must see the same members: nothing before the first, no comment
    # after the last, no name twice.
    if not content.startswith(b"PK\x03\x04") or content[-22:-18] != b"PK\x05\x06":
        raise _Unsafe(f"tệp Excel hỏng hoặc chưa tải xong. {_RESAVE}")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
    names = {member.filename.casefold() for member in members}
    if "xl/workbook.xml" not in names:
        kind = next((text for path, text in _OTHER_KINDS.items() if path in names), "")
        raise _Unsafe(f"{kind or 'đây không phải tệp Excel .xlsx. '}{_RESAVE}")
    if len(names) < len(members) or len(members) > MEMBER_COUNT_MAX:
        raise _Unsafe(f"tệp Excel có cấu trúc lạ ({len(members)} phần). {_RESAVE}")
    unpacked = sum(member.file_size for member in members)
    if unpacked > UNPACKED_BYTES_MAX:
        raise _Unsafe(
            f"tệp bung ra {unpacked // 1024 // 1024} MB, nhận tối đa "
            f"{UNPACKED_BYTES_MAX // 1024 // 1024} MB. Chia thành nhiều tệp."
        )
    return {member.filename: _inflate(content, member) for member in members}


def _inflate(content: bytes, member: zipfile.ZipInfo) -> bytes:
    """Return a member's bytes, refusing one that unpacks to anything but its declared size."""
    if member.flag_bits & 0x1:
        raise _Unsafe("tệp có mật khẩu. Bỏ mật khẩu rồi lưu lại.")
    header = _LOCAL_HEADER.unpack_from(content, member.header_offset)
    start = member.header_offset + _LOCAL_HEADER.size + header[9] + header[10]
    packed = content[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        data, is_whole = packed, True
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        data = inflater.decompress(packed, member.file_size + 1)
        is_whole = inflater.eof
    else:
        raise _Unsafe(f"tệp Excel nén kiểu lạ. {_RESAVE}")
    if not is_whole or len(data) != member.file_size or zlib.crc32(data) != member.CRC:
        raise _Unsafe(f"tệp Excel hỏng ở phần {member.filename}. {_RESAVE}")
    return data


def _scan_cells(data: bytes) -> FormulaCells:
    """Return a worksheet's formula cells; raise ``_Unsafe`` when its cells lie too far apart."""
    formulas: set[tuple[int, int]] = set()
    line, row, column = -1, -1, -1  # where the row element and the cell element stand
    last_row, last_column = 0, 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal line, row, column, last_row, last_column
        match tag.rpartition(":")[2]:
            case "row":
                line, column = _row_number(attributes.get("r"), line + 1), -1
            case "c":
                row, column = _place(attributes.get("r"), line, column + 1)
            case "v" | "is" | "f" as inside:
                # A cell may claim another row than its row element does: the farther one counts.
                last_row, last_column = max(last_row, row, line), max(last_column, column)
                if (last_row + 1) * (last_column + 1) > AREA_MAX:
                    raise _Unsafe(
                        f"trang tính có ô ở dòng {last_row + 1}, cột {last_column + 1}, quá xa "
                        "bảng. Xoá các dòng, cột thừa rồi lưu lại."
                    )
                if inside == "f":
                    formulas.add((row, column))

    _parse(data, start)
    return frozenset(formulas)


def _row_number(written: str | None, next_row: int) -> int:
    if written is None:
        return next_row
    if not _ROW_NUMBER.fullmatch(written):
        raise _Unsafe(f"tệp Excel có số dòng lạ ({written[:20]}). {_RESAVE}")
    return int(written) - 1


def _place(address: str | None, row: int, next_column: int) -> tuple[int, int]:
    if address is None:
        return row, next_column
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise _Unsafe(f"tệp Excel có toạ độ ô lạ ({address[:20]}). {_RESAVE}")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def _paths_by_title(members: dict[str, bytes]) -> dict[str, str]:
    """Return which member holds the worksheet of each title."""
    relations: dict[str, str] = {}
    titles: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship" and "Target" in attributes:
            target = posixpath.normpath(posixpath.join("/xl", attributes["Target"]))
            relations[attributes.get("Id", "")] = target.lstrip("/")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] != "sheet" or "name" not in attributes:
            return
        for attribute, value in attributes.items():
            if attribute.rpartition(":")[2] == "id":
                titles[attributes["name"]] = relations.get(value, "")

    _parse(members.get("xl/_rels/workbook.xml.rels", b"<none/>"), relation)
    _parse(members.get("xl/workbook.xml", b"<none/>"), sheet)
    return titles


def _parse(data: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    """Run over the elements of UTF-8 XML without a document type, as every spreadsheet's is."""
    if b"\0" in data:
        raise _Unsafe(f"tệp Excel dùng bảng mã lạ. {_RESAVE}")

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.casefold() not in {"utf-8", "utf8", "us-ascii"}:
            raise _Unsafe(f"tệp Excel dùng bảng mã lạ ({encoding[:20]}). {_RESAVE}")

    def document_type(*_: object) -> None:
        raise _Unsafe(f"tệp Excel có phần khai báo không cho phép (DOCTYPE). {_RESAVE}")

    parser = expat.ParserCreate()
    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = document_type
    parser.StartElementHandler = start
    parser.Parse(data, True)
