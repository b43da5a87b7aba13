"""XLSX to sheets: sizes are read before anything is unpacked. Source: feeds.md 5.5, 11.1, 11.2."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape

import python_calamine

from reconciliation.feeds.refusal import FileRefused
from reconciliation.feeds.sheets import Cell, Sheet, SheetRow, Unreadable
from reconciliation.feeds.text import CELL_BYTES_MAX, refuse_control_characters

UNPACKED_BYTES_MAX = 100 * 1024 * 1024
GRID_CELLS_MAX = 6_000_000
"""A sheet is held as a full rectangle: one cell at XFD1048576 alone would ask for 400 GB."""

_ZIP = b"PK\x03\x04"
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# What zipfile raises for broken archives; LookupError is for a member with an empty name.
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    ValueError,
)
_CORNER = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
_STRING_COUNT = re.compile(rb"""\buniqueCount\s*=\s*["']([0-9]+)["']""")
# No pattern may run over a "<": each then costs time in proportion to the file, however hostile.
_TAG = re.compile(rb"<(?:\w+:)?(c|f|v)\b([^<>]*)>([^<]?)")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_RELATIONSHIP = re.compile(r"<(?:\w+:)?Relationship\b[^<>]*>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^<>]*>")

_Place = tuple[int, int]


def is_zip(content: bytes) -> bool:
    """Tell from the first bytes whether this is a ZIP container, as every XLSX is."""
    return content.startswith(_ZIP)


def read_workbook(content: bytes) -> tuple[Sheet, ...]:
    """Return the sheets of an XLSX file in workbook order, rows and columns in place.

    Raises:
        FileRefused: too_large, encrypted, unsupported_format, not_parseable, xml_dtd,
            control_character.
    """
    members = _checked_members(content)
    unreadable = {name: _unreadable_cells(name, body) for name, body in members.items()}
    paths = _sheet_paths(members)
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as workbook:
            return tuple(
                _sheet(
                    workbook.get_sheet_by_name(name),
                    unreadable.get(paths.get(name, ""), frozenset()),
                )
                for name in _worksheet_names(workbook)
            )
    except (python_calamine.CalamineError, OSError, ValueError) as failure:
        raise FileRefused("not_parseable", f"no readable workbook: {failure}") from failure


def _checked_members(content: bytes) -> dict[str, bytes]:
    """Return the members by name, after the sizes in the directory were found small enough and true.

    ``zipfile`` stops at the declared size and then compares the checksum, so that a member which
    unpacks to more than it declares is refused as well.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > UNPACKED_BYTES_MAX:
                raise FileRefused("too_large", f"unpacks to more than {UNPACKED_BYTES_MAX} bytes")
            if any(info.flag_bits & _ENCRYPTED for info in infos):
                raise FileRefused("encrypted", "a ZIP member is encrypted")
            if any(info.compress_type not in _METHODS for info in infos):
                raise FileRefused("unsupported_format", "a ZIP member is packed in a rare way")
            members = {info.filename: archive.read(info) for info in infos if not info.is_dir()}
    except _BROKEN_ZIP as failure:
        raise FileRefused("not_parseable", f"broken ZIP: {failure}") from failure
    except (NotImplementedError, RuntimeError) as failure:  # what zipfile knows and cannot do
        raise FileRefused("unsupported_format", f"ZIP: {failure}") from failure
    if "xl/workbook.xml" not in members:
        raise FileRefused("unsupported_format", "a ZIP that is no XLSX workbook")
    for name, body in members.items():
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in body[:65536].upper():
            raise FileRefused("xml_dtd", f"{name} declares a document type")
        # The spreadsheet reader makes room for as many texts as are announced, unseen.
        if any(int(count[:12]) > len(body) for count in _STRING_COUNT.findall(body)):
            raise FileRefused("not_parseable", f"{name} announces more texts than it has bytes")
    return members


def _unreadable_cells(name: str, xml: bytes) -> frozenset[_Place]:
    """Return (row, column) of the cells without a value, which the reader passes on as blanks.

    Every member is looked at, because a workbook may keep its sheets under any name.

    Raises:
        FileRefused: ``too_large`` when the sheet's far corner is too far out.
    """
    corners = set(_CORNER.findall(xml))
    bottom = max((_row_number(digits) for _, digits in corners), default=0)
    right = max((_column_number(letters) for letters, _ in corners), default=0)
    if bottom * max(right, 1) > GRID_CELLS_MAX:
        raise FileRefused("too_large", f"{name} spans {bottom} rows by {right} columns")
    if _FORMULA.search(xml) is None and _ERROR.search(xml) is None:
        return frozenset()
    return frozenset(_cells_without_value(xml))


def _cells_without_value(xml: bytes) -> Iterator[_Place]:
    place: _Place | None = None
    is_calculated = has_value = is_error = False
    for tag, attributes, first in _TAG.findall(xml):
        if tag == b"f":
            is_calculated = True
        elif tag == b"v":
            has_value = bool(first)
        else:
            if place and (is_error or (is_calculated and not has_value)):
                yield place
            place, is_error = _place(attributes), _ERROR.search(attributes) is not None
            is_calculated = has_value = False
    if place and (is_error or (is_calculated and not has_value)):
        yield place


def _place(attributes: bytes) -> _Place | None:
    corner = _CORNER.search(attributes)
    return (_row_number(corner[2]) - 1, _column_number(corner[1]) - 1) if corner else None


def _row_number(digits: bytes) -> int:
    return int(digits[:12])  # any number of that length is too far out already


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - 64
    return number


def _sheet_paths(members: dict[str, bytes]) -> dict[str, str]:
    """Return sheet name → member; a name that cannot be followed is simply absent."""
    relations = members.get("xl/_rels/workbook.xml.rels", b"").decode("utf-8", "replace")
    targets = {}
    for tag in _RELATIONSHIP.findall(relations):
        identity, target = _attribute(tag, "Id"), _attribute(tag, "Target")
        targets[identity] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    workbook = members["xl/workbook.xml"].decode("utf-8", "replace")
    return {
        _attribute(tag, "name"): targets.get(_attribute(tag, r"\w+:id"), "")
        for tag in _SHEET.findall(workbook)
    }


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\b{name}=(?:\"([^\"]*)\"|'([^']*)')", tag)
    return unescape(found[1] if found[1] is not None else found[2]) if found else ""


def _worksheet_names(workbook: python_calamine.CalamineWorkbook) -> list[str]:
    kinds = python_calamine.SheetTypeEnum
    return [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == kinds.WorkSheet]


def _sheet(sheet: python_calamine.CalamineSheet, unreadable: frozenset[_Place]) -> Sheet:
    rows = []
    columns_by_row: dict[int, set[int]] = {}
    for row, column in unreadable:
        columns_by_row.setdefault(row, set()).add(column)
    for row_index, values in enumerate(sheet.to_python(skip_empty_area=False)):
        cells: list[Cell] = list(values)
        for column in columns_by_row.get(row_index, set()) & set(range(len(cells))):
            cells[column] = Unreadable.CELL
        for cell in cells:
            if cell and isinstance(cell, str):
                _refuse_bad_text(cell, sheet.name, row_index + 1)
        rows.append(SheetRow(tuple(cells)))
    return Sheet(sheet.name, tuple(rows))


def _refuse_bad_text(cell: str, sheet: str, row: int) -> None:
    if len(cell) * 4 > CELL_BYTES_MAX and len(cell.encode()) > CELL_BYTES_MAX:
        raise FileRefused(
            "too_large", f"sheet {sheet!r}, row {row}: a cell of more than {CELL_BYTES_MAX} bytes"
        )
    refuse_control_characters(cell)
