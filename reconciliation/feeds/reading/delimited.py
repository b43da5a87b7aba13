"""Delimited text to a sheet, with the limits of a line and a cell. Source: feeds.md 5.5, 11.1."""

import csv
import re
from collections.abc import Iterator

from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.sheets import Sheet, SheetRow
from reconciliation.feeds.reading.text import CELL_BYTES_MAX, LINE_BYTES_MAX

DELIMITERS = (",", ";", "\t")

# Only these three end a line; str.splitlines() would also cut at U+2028 and the like, which a
# memo may hold.
_LINE = re.compile("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def physical_lines(text: str) -> list[str]:
    """Return the lines of a text with their ends (CRLF, LF or CR).

    Raises:
        FileRefused: ``too_large`` for a line of more than 1 MiB.
    """
    lines = _LINE.findall(text)
    for number, line in enumerate(lines, start=1):
        # A character takes at most four bytes, so that most lines need no encoding to be measured.
        if len(line) * 4 > LINE_BYTES_MAX and len(line.encode()) > LINE_BYTES_MAX:
            raise FileRefused("too_large", f"line {number} is longer than {LINE_BYTES_MAX} bytes")
    return lines


def read_delimited(lines: list[str], delimiter: str, *, row_max: int | None = None) -> Sheet:
    """Return the sheet that the lines hold under one delimiter, or its first ``row_max`` rows.

    Raises:
        FileRefused: ``not_parseable`` for an unclosed quote, ``too_large`` for a cell over 32 KiB.
    """
    rows: list[SheetRow] = []
    for row in _rows(lines, delimiter):
        rows.append(row)
        if len(rows) == row_max:
            break
    return Sheet(None, tuple(rows))


def _rows(lines: list[str], delimiter: str) -> Iterator[SheetRow]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    first = 0
    try:
        for cells in reader:
            last = reader.line_num
            raw = lines[first] if last == first + 1 else "".join(lines[first:last])
            _refuse_large_cells(cells, raw, first + 1)
            yield SheetRow(tuple(cells), raw.rstrip("\r\n"))
            first = last
    except csv.Error as failure:
        raise FileRefused(*_csv_refusal(failure, first + 1)) from failure


def _refuse_large_cells(cells: list[str], raw: str, line: int) -> None:
    if len(raw) * 4 <= CELL_BYTES_MAX:
        return
    for column, cell in enumerate(cells, start=1):
        if len(cell.encode()) > CELL_BYTES_MAX:
            raise FileRefused(
                "too_large",
                f"line {line}, column {column}: a cell of more than {CELL_BYTES_MAX} bytes",
            )


def _csv_refusal(failure: csv.Error, line: int) -> tuple[str, str]:
    # The csv module has one exception for everything; its own limit of 128 KiB per cell lies
    # above ours, so that meeting it means the same as meeting ours.
    reason = "too_large" if "field limit" in str(failure) else "not_parseable"
    return reason, f"line {line}: {failure}"
