"""XLSX to sheets: sizes are read before anything is unpacked. Source: feeds.md 5.5, 11.1, 11.2."""

import io

import python_calamine

from merchants.files.xlsx_guard import Places, SheetCells, XlsxProblem, XlsxRefused, guard_xlsx
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.sheets import Cell, Sheet, SheetRow, Unreadable
from reconciliation.feeds.reading.text import CELL_BYTES_MAX, refuse_control_characters

UNPACKED_BYTES_MAX = 100 * 1024 * 1024
GRID_CELLS_MAX = 6_000_000
"""A sheet is held as a full rectangle: one cell at XFD1048576 alone would ask for 400 GB."""

_ZIP = b"PK\x03\x04"
_REASONS = {
    XlsxProblem.TOO_LARGE: "too_large",
    XlsxProblem.TOO_FAR: "too_large",
    XlsxProblem.ENCRYPTED: "encrypted",
    XlsxProblem.DOCUMENT_TYPE: "xml_dtd",
    XlsxProblem.RARE_PACKING: "unsupported_format",
    XlsxProblem.NO_WORKBOOK: "unsupported_format",
    XlsxProblem.BINARY_WORKBOOK: "unsupported_format",
    XlsxProblem.WORD_DOCUMENT: "unsupported_format",
    XlsxProblem.OPEN_DOCUMENT: "unsupported_format",
}
"""Every other problem is ``not_parseable``."""


def is_zip(content: bytes) -> bool:
    """Tell from the first bytes whether this is a ZIP container, as every XLSX is."""
    return content.startswith(_ZIP)


def read_workbook(content: bytes) -> tuple[Sheet, ...]:
    """Return the sheets of an XLSX file in workbook order, rows and columns in place.

    Raises:
        FileRefused: too_large, encrypted, unsupported_format, not_parseable, xml_dtd,
            control_character.
    """
    cells = _inspect(content)
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as workbook:
            return tuple(
                _sheet(workbook.get_sheet_by_name(name), cells.get(name, SheetCells()).unreadable)
                for name in _worksheet_names(workbook)
            )
    except (python_calamine.CalamineError, OSError, ValueError) as failure:
        raise FileRefused("not_parseable", f"no readable workbook: {failure}") from failure


def _inspect(content: bytes) -> dict[str, SheetCells]:
    try:
        return guard_xlsx(content, unpacked_bytes_max=UNPACKED_BYTES_MAX, area_max=GRID_CELLS_MAX)
    except XlsxRefused as refusal:
        reason = _REASONS.get(refusal.problem, "not_parseable")
        raise FileRefused(reason, str(refusal)) from refusal


def _worksheet_names(workbook: python_calamine.CalamineWorkbook) -> list[str]:
    kinds = python_calamine.SheetTypeEnum
    return [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == kinds.WorkSheet]


def _sheet(sheet: python_calamine.CalamineSheet, unreadable: Places) -> Sheet:
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
