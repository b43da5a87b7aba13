"""Delimited text to rows, with the limits of a line and a cell. Source: feeds.md 5.5, 11.1."""

import csv
import re
from collections.abc import Iterable, Iterator

from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.sheets import SheetRow
from reconciliation.feeds.reading.text import CELL_BYTES_MAX, LINE_BYTES_MAX

DELIMITERS = (",", ";", "\t")

# Only these three end a line; str.splitlines() would also cut at U+2028 and the like, which a
# memo may hold.
_LINE = re.compile("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def physical_lines(text: str) -> Iterator[str]:
    """Yield the lines of a text with their ends (CRLF, LF or CR).

    Raises:
        FileRefused: ``too_large`` for a line of more than 1 MiB.
    """
    for number, found in enumerate(_LINE.finditer(text), start=1):
        line = found[0]
        # A character takes at most four bytes, so that most lines need no encoding to be measured.
        if len(line) * 4 > LINE_BYTES_MAX and len(line.encode()) > LINE_BYTES_MAX:
            raise FileRefused("too_large", f"line {number} is longer than {LINE_BYTES_MAX} bytes")
        yield line


def delimited_rows(lines: Iterable[str], delimiter: str) -> Iterator[SheetRow]:
    """Yield the rows that the lines hold under one delimiter, one at a time.

    Raises:
        FileRefused: ``not_parseable`` for an unclosed quote, ``too_large`` for a cell over 32 KiB.
    """
    consumed: list[str] = []
    reader = csv.reader(_noted(lines, consumed), delimiter=delimiter, strict=True)
    first = 1
    try:
        for cells in reader:
            raw = consumed[0] if len(consumed) == 1 else "".join(consumed)
            consumed.clear()
            _refuse_large_cells(cells, raw, first)
            yield SheetRow(tuple(cells), raw.rstrip("\r\n"))
            first = reader.line_num + 1
    except csv.Error as failure:
        raise FileRefused(*_csv_refusal(failure, first)) from failure


def _noted(lines: Iterable[str], consumed: list[str]) -> Iterator[str]:
    for line in lines:
        consumed.append(line)
        yield line


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
