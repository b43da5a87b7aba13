"""Look into an XLSX file before it is unpacked for real: sizes, places of cells, formulas.

The spreadsheet library lays a worksheet out as one dense block of memory from its first to its last
cell: five kilobytes with a cell in XFD1048576 ask for half a terabyte and end the process. So every
member is unpacked here first, within bounds, and the cells' addresses are read with expat. Vendor
sheets and statement files both pass here; each caller has its own bounds and its own words.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from xml.parsers import expat

MEMBER_COUNT_MAX = 1_000

Places = frozenset[tuple[int, int]]
"""Row and column of cells, both from 0."""


class XlsxProblem(Enum):
    """Why a file is not opened; the value says it with the facts of the refusal."""

    NOT_WHOLE = "no whole ZIP file"
    DAMAGED = "broken ZIP: {damage}"
    DAMAGED_MEMBER = "{member} is not what the ZIP directory declares"
    ODD_STRUCTURE = "{count} ZIP members: too many, or one name twice"
    ENCRYPTED = "a ZIP member is encrypted"
    RARE_PACKING = "a ZIP member is packed in a rare way"
    NO_WORKBOOK = "a ZIP that is no XLSX workbook"
    BINARY_WORKBOOK = "a binary workbook (.xlsb)"
    WORD_DOCUMENT = "a Word document"
    OPEN_DOCUMENT = "an OpenDocument file"
    TOO_LARGE = "unpacks to {megabytes} MB, at most {megabytes_max} MB fit"
    TOO_MANY_TEXTS = "{member} announces more texts than it has bytes"
    TOO_FAR = "a sheet reaches to row {row}, column {column}"
    ODD_ROW = "{written!r} is no row number"
    ODD_ADDRESS = "{written!r} is no cell address"
    BROKEN_XML = "broken XML: {damage}"
    ODD_ENCODING = "XML in another encoding than UTF-8{encoding}"
    DOCUMENT_TYPE = "XML declares a document type"


class XlsxRefused(Exception):
    """A file is not safe to open; ``facts`` fill in the sentence a caller has for ``problem``."""

    def __init__(self, problem: XlsxProblem, **facts: object) -> None:
        super().__init__(problem.value.format(**facts))
        self.problem = problem
        self.facts = facts


@dataclass(frozen=True, slots=True)
class SheetCells:
    """The cells of a worksheet whose values are not what somebody typed."""

    formulas: Places = frozenset()
    unreadable: Places = frozenset()
    """Errors, and formulas without a kept value: the library passes them on as blanks."""


_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_ENCRYPTED, _PATCHED, _UTF8_NAME = 0x1, 0x20 | 0x40, 0x800
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# What zipfile and zlib raise for broken archives.
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    ValueError,
)
_STRING_COUNT = re.compile(rb"""\buniqueCount\s*=\s*["']([0-9]+)["']""")
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ADDRESS_ANYHOW = re.compile(r"([A-Za-z]*)([0-9]+)")
_ROW_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
_FOREIGN = {
    "xl/workbook.bin": XlsxProblem.BINARY_WORKBOOK,
    "word/document.xml": XlsxProblem.WORD_DOCUMENT,
    "content.xml": XlsxProblem.OPEN_DOCUMENT,
}


def guard_xlsx(content: bytes, *, unpacked_bytes_max: int, area_max: int) -> dict[str, SheetCells]:
    """Return the cells to mistrust of each worksheet by its title, once the file is safe to unpack.

    Args:
        area_max: cells in the block from A1 to the last filled cell of a worksheet.

    Raises:
        XlsxRefused: no XLSX, damaged, encrypted, or larger inside than is taken.
    """
    try:
        members = _unpack(content, unpacked_bytes_max)
    except _BROKEN_ZIP as damage:
        raise XlsxRefused(XlsxProblem.DAMAGED, damage=damage) from None
    except (NotImplementedError, RuntimeError):  # what zipfile knows and cannot do
        raise XlsxRefused(XlsxProblem.RARE_PACKING) from None
    try:
        for name, data in members.items():
            _refuse_hostile_markup(name, data)
        # Every member is looked at, because a workbook may keep its sheets under any name.
        cells = {
            name: _scan_cells(data, area_max)
            for name, data in members.items()
            if b"sheetData" in data
        }
        titles = _paths_by_title(members)
    except expat.ExpatError as damage:
        raise XlsxRefused(XlsxProblem.BROKEN_XML, damage=damage) from None
    return {title: cells.get(path.casefold(), SheetCells()) for title, path in titles.items()}


def _unpack(content: bytes, unpacked_bytes_max: int) -> dict[str, bytes]:
    """Return the members by name in lower case: the library finds them in any case."""
    # Two readers of one archive must see the same members: nothing before the first, no comment
    # after the last, no name twice.
    if not content.startswith(b"PK\x03\x04") or content[-22:-18] != b"PK\x05\x06":
        raise XlsxRefused(XlsxProblem.NOT_WHOLE)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
    names = {member.filename.casefold() for member in members}
    if "" in names:
        raise XlsxRefused(XlsxProblem.DAMAGED, damage="a member without a name")
    if "xl/workbook.xml" not in names:
        foreign = (problem for path, problem in _FOREIGN.items() if path in names)
        raise XlsxRefused(next(foreign, XlsxProblem.NO_WORKBOOK))
    if len(names) < len(members) or len(members) > MEMBER_COUNT_MAX:
        raise XlsxRefused(XlsxProblem.ODD_STRUCTURE, count=len(members))
    unpacked = sum(member.file_size for member in members)
    if unpacked > unpacked_bytes_max:
        megabytes, megabytes_max = (size // 1024 // 1024 for size in (unpacked, unpacked_bytes_max))
        raise XlsxRefused(XlsxProblem.TOO_LARGE, megabytes=megabytes, megabytes_max=megabytes_max)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise XlsxRefused(XlsxProblem.ENCRYPTED)
    if any(m.compress_type not in _METHODS or m.flag_bits & _PATCHED for m in members):
        raise XlsxRefused(XlsxProblem.RARE_PACKING)
    return {member.filename.casefold(): _inflate(content, member) for member in members}


def _inflate(content: bytes, member: zipfile.ZipInfo) -> bytes:
    """Return a member's bytes, refusing one that is anything but what the directory declares."""
    header = _LOCAL_HEADER.unpack_from(content, member.header_offset)
    name_at = member.header_offset + _LOCAL_HEADER.size
    start = name_at + header[9] + header[10]
    name = content[name_at : name_at + header[9]].decode(
        "utf-8" if header[2] & _UTF8_NAME else "cp437"
    )
    packed = content[start : start + member.compress_size]
    data, is_whole = packed, header[0] == b"PK\x03\x04" and name == member.orig_filename
    if member.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        data = inflater.decompress(packed, member.file_size + 1)
        is_whole = is_whole and inflater.eof
    if not is_whole or len(data) != member.file_size or zlib.crc32(data) != member.CRC:
        raise XlsxRefused(XlsxProblem.DAMAGED_MEMBER, member=member.filename)
    return data


def _refuse_hostile_markup(name: str, data: bytes) -> None:
    if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in data[:65536].upper():
        raise XlsxRefused(XlsxProblem.DOCUMENT_TYPE)
    # The library makes room for as many texts as are announced, unseen.
    if any(int(count[:12]) > len(data) for count in _STRING_COUNT.findall(data)):
        raise XlsxRefused(XlsxProblem.TOO_MANY_TEXTS, member=name)


def _scan_cells(data: bytes, area_max: int) -> SheetCells:
    """Return a worksheet's cells to mistrust; refuse it when its cells lie too far apart."""
    formulas: set[tuple[int, int]] = set()
    valueless: set[tuple[int, int]] = set()
    errors: set[tuple[int, int]] = set()
    line, row, column = -1, -1, -1  # where the row element and the cell element stand
    last_row, last_column = 0, 0
    is_formula = False
    parser = _parser(data)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal line, row, column, last_row, last_column, is_formula
        match tag.rpartition(":")[2]:
            case "row":
                line, column = _row_number(attributes.get("r"), line + 1), -1
            case "c":
                row, column = _place(attributes.get("r"), line, column + 1, area_max)
                is_formula = False
                if attributes.get("t") == "e":
                    errors.add((row, column))
            case "v" | "is" | "f" as inside:
                # A cell may claim another row than its row element does: the farther one counts.
                last_row, last_column = max(last_row, row, line), max(last_column, column)
                _refuse_far(last_row, last_column, area_max)
                if inside == "f":
                    is_formula = True
                    formulas.add((row, column))
                    valueless.add((row, column))
                elif inside == "v" and is_formula:
                    parser.CharacterDataHandler, parser.EndElementHandler = kept_value, end

    def kept_value(_text: str) -> None:
        valueless.discard((row, column))

    def end(_tag: str) -> None:
        parser.CharacterDataHandler = parser.EndElementHandler = None

    parser.StartElementHandler = start
    parser.Parse(data, True)
    return SheetCells(frozenset(formulas), frozenset(errors | valueless))


def _refuse_far(row: int, column: int, area_max: int) -> None:
    if (row + 1) * (column + 1) > area_max:
        raise XlsxRefused(XlsxProblem.TOO_FAR, row=row + 1, column=column + 1)


def _row_number(written: str | None, next_row: int) -> int:
    if written is None:
        return next_row
    if not _ROW_NUMBER.fullmatch(written):
        raise XlsxRefused(XlsxProblem.ODD_ROW, written=written[:20])
    return int(written) - 1


def _place(address: str | None, next_row: int, next_column: int, area_max: int) -> tuple[int, int]:
    if address is None:
        return next_row, next_column
    if anyhow := _ADDRESS_ANYHOW.fullmatch(address):
        column = 0
        for letter in anyhow[1][:8].upper():
            column = column * 26 + ord(letter) - ord("A") + 1
        row = int(anyhow[2][:12])  # any number of that length is too far out already
        if _ADDRESS.fullmatch(address):
            return row - 1, column - 1
        _refuse_far(row - 1, max(column, 1) - 1, area_max)
    raise XlsxRefused(XlsxProblem.ODD_ADDRESS, written=address[:20])


def _paths_by_title(members: dict[str, bytes]) -> dict[str, str]:
    """Return which member holds the worksheet of each title."""
    relations: dict[str, str] = {}
    titles: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship" and "Target" in attributes:
            target = posixpath.normpath(posixpath.join("/xl", attributes["Target"]))
            relations[attributes.get("Id", "")] = target.lstrip("/")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] != "sheet":
            return
        for attribute, value in attributes.items():
            if attribute.rpartition(":")[2] == "id":
                titles[attributes.get("name", "")] = relations.get(value, "")

    _parse(members.get("xl/_rels/workbook.xml.rels", b"<none/>"), relation)
    _parse(members.get("xl/workbook.xml", b"<none/>"), sheet)
    return titles


def _parse(data: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    parser = _parser(data)
    parser.StartElementHandler = start
    parser.Parse(data, True)


def _parser(data: bytes) -> expat.XMLParserType:
    """Return a parser of UTF-8 XML without a document type, as every spreadsheet's is."""
    if b"\0" in data:
        raise XlsxRefused(XlsxProblem.ODD_ENCODING, encoding="")

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.casefold() not in {"utf-8", "utf8", "us-ascii"}:
            raise XlsxRefused(XlsxProblem.ODD_ENCODING, encoding=f" ({encoding[:20]})")

    def document_type(*_: object) -> None:
        raise XlsxRefused(XlsxProblem.DOCUMENT_TYPE)

    parser = expat.ParserCreate()
    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = document_type
    return parser
