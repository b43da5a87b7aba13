"""Which layout a file has, from its first rows alone: a file is recognised without being read.

A dozen readers are asked about one file after the other, so what stands in its first rows is kept
for the file that was asked about last.
"""

import codecs
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import islice

from reconciliation.feeds.reading.archive import is_archive, members
from reconciliation.feeds.reading.delimited import DELIMITERS, delimited_rows, physical_lines
from reconciliation.feeds.reading.layout import HEADER_ROW_MAX, Layout, header_key
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.sheets import SheetRow, cell_text
from reconciliation.feeds.reading.text import BYTE_ORDER_MARKS, refuse_empty
from reconciliation.feeds.reading.workbook import is_zip, read_workbook

_HEAD_BYTES = 1 << 18

Header = tuple[str, ...]
Headers = frozenset[Header]


def knows(content: bytes, layouts: Sequence[Layout], *, opens_archives: bool = False) -> bool:
    """Tell whether one of the first rows of a file is the header of one of the layouts."""
    try:
        refuse_empty(content)
    except FileRefused:
        return False
    if not is_zip(content):
        headers = _text_headers(content[:_HEAD_BYTES])
    elif opens_archives or not is_archive(content):
        headers = _newest.headers(content)
    else:
        return False
    return any(layout.fitted(header) for layout in layouts for header in headers)


def first_rows(content: bytes) -> Headers:
    """Return the first rows of a file's tables as headers are compared, whatever they are; bounded."""
    try:
        refuse_empty(content)
    except FileRefused:
        return frozenset()
    return _newest.headers(content) if is_zip(content) else _text_headers(content[:_HEAD_BYTES])


def text_head(content: bytes) -> str:
    """Return the beginning of a text, cut anywhere, in NFC; empty when it is no text."""
    head = content[:_HEAD_BYTES]
    marked = [encoding for mark, encoding in BYTE_ORDER_MARKS if head.startswith(mark)]
    for encoding in marked or ["utf-8", "cp1258"]:
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        return unicodedata.normalize("NFC", text)
    return ""


@lru_cache(maxsize=1)
def _text_headers(head: bytes) -> Headers:
    text = text_head(head)
    return frozenset(
        header for delimiter in DELIMITERS for header in _delimited_headers(text, delimiter)
    )


def _delimited_headers(text: str, delimiter: str) -> Iterator[Header]:
    if delimiter not in text:
        return  # no row has two cells
    try:
        yield from _headers_of(delimited_rows(physical_lines(text), delimiter))
    except FileRefused:
        return  # the wrong delimiter tears quoted cells apart


def _headers_of(rows: Iterable[SheetRow]) -> Iterator[Header]:
    for row in islice(rows, HEADER_ROW_MAX):
        if row.width > 1:
            yield tuple(header_key(cell_text(cell)) for cell in row.cells[: row.width])


def _zip_headers(content: bytes) -> Headers:
    try:
        if not is_archive(content):
            return _workbook_headers(content)
        files = [member for _name, member in members(content)]
        return frozenset().union(
            *(
                _workbook_headers(file) if is_zip(file) else _text_headers(file[:_HEAD_BYTES])
                for file in files
            )
        )
    except FileRefused:
        return frozenset()


def _workbook_headers(content: bytes) -> Headers:
    sheets = read_workbook(content)
    return frozenset(header for sheet in sheets for header in _headers_of(sheet.rows))


class _Newest:
    """The headers of the ZIP that was asked about last, known by its digest, not by its bytes."""

    def __init__(self, read: Callable[[bytes], Headers]) -> None:
        self._read = read
        self._kept: tuple[bytes, Headers] = (b"", frozenset())

    def headers(self, content: bytes) -> Headers:
        digest = blake2b(content).digest()
        known, headers = self._kept
        if known != digest:
            headers = self._read(content)
            self._kept = (digest, headers)
        return headers


_newest = _Newest(_zip_headers)
