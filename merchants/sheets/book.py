"""The vendor sheet as a file: the columns the import knows, as XLSX with help and lists, or as CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from xlsxwriter import Workbook

from merchants.acceptance.banks import account_providers
from merchants.sheets.columns import COLUMNS, EXAMPLE_NAME, Column
from merchants.sheets.guide import ADVICE, HELP, MEANING, RULES, TITLE
from merchants.stalls.words import STALL_STATE_WORDS

Value = str | int | date | None
Line = Mapping[str, Value]
"""The values of a row by column key; a column left out is empty."""

SHEET, GUIDE, LISTS = "Danh sách", "Hướng dẫn", "Danh mục"
HEADER_ROW = 3
"""From 0: above it stand the title, an advice and a line of help, which no reader takes for data."""
LIST_ROWS = 20_000
"""Rows that offer the words of a list, all that one file may hold."""

DAYS = frozenset({"consented_on", "contract_from", "audited_on", "installed_on"})
_NUMBERS = frozenset({"displayed_codes"})
_STOP, _HINT = "stop", "information"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Given so that the same rows make the same bytes.
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 (a workbook's property has no zone)


def example_line(market_code: str, zone: str) -> dict[str, Value]:
    """Return the example row of a template; the import knows it and leaves it aside."""
    return {
        "market_code": market_code,
        "zone": zone,
        "stall_code": "VIDU",
        "goods_group": "Rau củ",
        "stall_state": "Đang bán",
        "full_name": EXAMPLE_NAME,
        "phone": "0900000000",
        "consented_on": date(2026, 8, 1),
        "bank": "Vietcombank",
        "account": "0123456789012",
        "holder_name": "NGUYEN THI VI DU",
    }


def write_book(lines: Iterable[Line], *, zones: Sequence[str], notes: Sequence[str] = ()) -> bytes:
    """Return the rows as XLSX: help above the headers, lists to choose from, a sheet of guidance.

    Args:
        zones: names offered in the column of zones; others may be written all the same.
        notes: sentences about these very rows, told at the end of the guidance.
    """
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": TITLE, "created": _CREATED})
        sheet, guide, lists = (book.add_worksheet(title) for title in (SHEET, GUIDE, LISTS))
        _write_guide(book, guide, notes)
        sources = _write_lists(lists, zones)
        _write_head(book, sheet)
        _write_lines(book, sheet, lines)
        for place, column in enumerate(COLUMNS):
            if column.key in sources:
                source, kind = sources[column.key]
                choice = {"validate": "list", "source": source, "error_type": kind}
                first, last = HEADER_ROW + 1, HEADER_ROW + LIST_ROWS
                sheet.data_validation(first, place, last, place, choice)
        sheet.freeze_panes(HEADER_ROW + 1, 3)
    return out.getvalue()


def write_csv(lines: Iterable[Line]) -> bytes:
    """Return the rows as CSV: UTF-8 with BOM, commas, days as dd/mm/yyyy, headers in line 1."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.title for column in COLUMNS])
    for line in lines:
        writer.writerow([_as_text(line.get(column.key)) for column in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    """Return a text with an apostrophe before it when a spreadsheet would reckon it as a formula.

    One that has such apostrophes of its own gets one more, so that reading takes off just this one.
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA_STARTS) else text


def _as_text(value: Value) -> str:
    match value:
        case None:
            return ""
        case date():
            return f"{value:%d/%m/%Y}"
        case str():
            return guarded(value)
    return str(value)


def _write_head(book: Any, sheet: Any) -> None:
    helped = book.add_format({"text_wrap": True, "font_size": 9, "valign": "top", "italic": True})
    sheet.write_string(0, 0, TITLE, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, ADVICE)
    sheet.set_row(2, 48)
    for place, column in enumerate(COLUMNS):
        look = {"bold": column.is_required, "bg_color": "#eef0fa", "bottom": 1}
        sheet.set_column(place, place, _width(column), book.add_format(_shape(column)))
        sheet.write_string(2, place, HELP[column.key], helped)
        sheet.write_string(HEADER_ROW, place, column.title, book.add_format(look))


def _write_lines(book: Any, sheet: Any, lines: Iterable[Line]) -> None:
    shapes = {column.key: book.add_format(_shape(column)) for column in COLUMNS}
    for at, line in enumerate(lines, start=HEADER_ROW + 1):
        for place, column in enumerate(COLUMNS):
            value, shape = line.get(column.key), shapes[column.key]
            match value:
                case None | "":
                    continue
                case date():
                    moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001
                    sheet.write_datetime(at, place, moment, shape)
                case int():
                    sheet.write_number(at, place, value, shape)
                case _:
                    sheet.write_string(at, place, guarded(value), shape)


def _shape(column: Column) -> dict[str, str]:
    if column.key in DAYS:
        return {"num_format": "dd/mm/yyyy"}
    return {"num_format": "0" if column.key in _NUMBERS else "@"}


def _width(column: Column) -> int:
    return max(14, len(column.title) + 2)


def _write_guide(book: Any, guide: Any, notes: Sequence[str]) -> None:
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    guide.set_column(0, 0, 28)
    guide.set_column(1, 1, 100, wrapped)
    guide.write_string(0, 0, "Cột", bold)
    guide.write_string(0, 1, "Ý nghĩa", bold)
    for at, column in enumerate(COLUMNS, start=1):
        required = " (bắt buộc)" if column.is_required else ""
        guide.write_string(at, 0, column.title + required, bold)
        guide.write_string(at, 1, MEANING[column.key], wrapped)
    told = [("Quy tắc chung", rule) for rule in RULES]
    told += [("Chưa ghi được vào bảng", note) for note in notes]
    for at, (what, sentence) in enumerate(told, start=len(COLUMNS) + 2):
        guide.write_string(at, 0, what, bold)
        guide.write_string(at, 1, guarded(sentence), wrapped)


def _write_lists(lists: Any, zones: Sequence[str]) -> dict[str, tuple[Any, str]]:
    """Write the long lists on a sheet of their own and return each column's source and strictness.

    Excel takes 255 characters of a list written into the rule itself; banks alone need more.
    """
    lists.hide()
    sources: dict[str, tuple[Any, str]] = {
        "stall_state": ([words[0] for words in STALL_STATE_WORDS.values()], _STOP),
        "wallet": (["MoMo", "Stripe"], _STOP),
    }
    banks = [each.short_name for each in account_providers()]
    for place, (key, words) in enumerate((("bank", banks), ("zone", [*zones]))):
        for at, word in enumerate(words):
            lists.write_string(at, place, guarded(word))
        if words:
            letter = "AB"[place]
            sources[key] = (f"='{LISTS}'!${letter}$1:${letter}${len(words)}", _HINT)
    return sources
