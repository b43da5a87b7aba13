"""What became of a sheet, as a sheet: the sender's own columns and beside them why and what to do.

Corrected in place it can be sent in again as it is: the added columns are left aside.
"""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from xlsxwriter import Workbook

from merchants.files.workbook import Cell, Formula
from merchants.imports.row_results import RowResult
from merchants.imports.row_words import OUTCOMES_VI
from merchants.remedies import why_and_fix
from merchants.sheets.book import DAYS
from merchants.sheets.columns import RESULT_TITLES, column_of, is_result
from merchants.sheets.reading import Sheet
from merchants.sheets.rows import SheetRow

CELL_LENGTH_MAX = 32_767
"""What a cell of Excel holds."""

_ORDER = ("rejected", "warned", "accepted")
_INKS = {"rejected": "#a31d3c", "warned": "#933f0e", "accepted": "#1c6546"}


def result_xlsx(
    sheet: Sheet, results: Sequence[RowResult], *, only_rejected: bool = False
) -> bytes:
    """Return the rows of a sheet with their results as XLSX, rejected rows first, or these alone."""
    lines = {row.row: row for row in sheet.rows}
    wanted = [each for each in results if each.outcome == "rejected" or not only_rejected]
    kept = [place for place, title in enumerate(sheet.titles) if not is_result(title)]
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("Kết quả")
        writer = _Writer(book, page, [sheet.titles[place] for place in kept])
        writer.write_header()
        in_order = sorted(wanted, key=lambda each: (_ORDER.index(each.outcome), each.row))
        for at, result in enumerate(in_order, start=1):
            row = lines[result.row]
            writer.write_line(at, [_given(row, place) for place in kept], result)
        page.freeze_panes(1, 0)
    return out.getvalue()


def _given(row: SheetRow, place: int) -> Cell:
    return row.given[place] if place < len(row.given) else ""


class _Writer:
    def __init__(self, book: Any, page: Any, titles: Sequence[str]) -> None:
        self.page, self.titles = page, titles
        self.bold = book.add_format({"bold": True, "bg_color": "#eef0fa", "bottom": 1})
        self.day = book.add_format({"num_format": "dd/mm/yyyy"})
        # The mark of Excel's own apostrophe: what begins like a formula stays the text it is.
        self.text = book.add_format({"num_format": "@", "quote_prefix": True})
        self.told = book.add_format({"text_wrap": True, "valign": "top"})
        self.inks = {
            outcome: book.add_format({"font_color": ink, "bold": True, "valign": "top"})
            for outcome, ink in _INKS.items()
        }
        self.plain = book.add_format({"num_format": "@"})

    def write_header(self) -> None:
        for place, title in enumerate(self.titles):
            column = column_of(title)
            is_day = column is not None and column.key in DAYS
            self.page.set_column(place, place, 16, self.day if is_day else self.plain)
            self.page.write_string(0, place, title[:CELL_LENGTH_MAX], self.bold)
        for place, title in enumerate(RESULT_TITLES, start=len(self.titles)):
            self.page.set_column(place, place, 18 if title == RESULT_TITLES[0] else 56)
            self.page.write_string(0, place, title, self.bold)

    def write_line(self, at: int, cells: Sequence[Cell], result: RowResult) -> None:
        for place, cell in enumerate(cells):
            self._write_cell(at, place, cell)
        split = [why_and_fix(message) for message in result.messages]
        first = len(self.titles)
        whys = "\n".join(why for why, _ in split)[:CELL_LENGTH_MAX]
        fixes = "\n".join(fix for _, fix in split if fix)[:CELL_LENGTH_MAX]
        self.page.write_string(at, first, OUTCOMES_VI[result.outcome], self.inks[result.outcome])
        self.page.write_string(at, first + 1, whys, self.told)
        self.page.write_string(at, first + 2, fixes, self.told)

    def _write_cell(self, at: int, place: int, cell: Cell) -> None:
        match cell:
            case "":
                return
            case str():
                self.page.write_string(at, place, cell[:CELL_LENGTH_MAX], self.text)
            case bool():
                self.page.write_boolean(at, place, cell)
            case datetime():
                self.page.write_datetime(at, place, cell, self.day)
            case date():
                moment = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001
                self.page.write_datetime(at, place, moment, self.day)
            case int() | float():
                self.page.write_number(at, place, cell)
            case Formula():
                return  # it has no value of its own that could be sent in again
            case _:
                self.page.write_string(at, place, str(cell), self.text)
