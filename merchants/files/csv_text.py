"""CSV as people save it: several encodings, several delimiters, Vietnamese in any form."""

import csv
import io
import re
import unicodedata

from merchants.errors import SheetRefused
from merchants.remedies import remedied_whole
from merchants.sentences import Sentence

DELIMITERS = (",", ";", "\t")

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Left by copying from web pages and chat: they look like nothing and make two equal words differ.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\u061c\ufeff\u00ad]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Marks that turn the direction of writing make a cell read otherwise than it is: they, and control
# characters, are left in a sheet's cells so that the row can be refused by name.
_HARMLESS = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_HOSTILE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
# Of Latin letters in UTF-16 every second byte is zero; a zero here and there is something else.
_UTF16_SHARE = 8


def decode_text(content: bytes, name: str) -> str:
    """Return the text of a CSV file: by its byte order mark, else UTF-8, UTF-16 or Windows-1258.

    Raises:
        SheetRefused: it is none of them.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decode(content, (encoding,), name)
    if content.count(0) * _UTF16_SHARE > len(content):
        # A Latin letter in UTF-16 is a zero byte and a letter; which comes first tells the order.
        order = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
        return _decode(content, (order,), name)
    return _decode(content, ("utf-8", "cp1258"), name)


def _decode(content: bytes, encodings: tuple[str, ...], name: str) -> str:
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or "\0" not in text:
            return text
    raise SheetRefused(
        name,
        remedied_whole(
            "không nhận ra bảng mã chữ Việt của tệp",
            "mở bằng Excel, chọn Lưu thành, kiểu “CSV UTF-8” hoặc .xlsx",
        ),
    )


def clean_text(text: str) -> str:
    """Return the text in NFC on one line, single-spaced, without invisible or control characters."""
    if text.isascii() and text.isalnum():
        return text
    visible = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def clean_cell(text: str) -> str:
    """Return a cell's text in NFC on one line, single-spaced, hostile characters left in it."""
    if text.isascii() and text.isalnum():
        return text
    return " ".join(unicodedata.normalize("NFC", _HARMLESS.sub("", text)).split())


def hostile_character(text: str) -> str:
    """Return the first character nobody types, such as ``U+202E``; empty when there is none."""
    found = _HOSTILE.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def parse_csv(text: str, delimiter: str) -> tuple[list[list[str]], str]:
    """Return the rows under one delimiter, and where and why reading broke off, empty if it did not.

    Under a wrong delimiter a stray quote is no fault of the file, so it is told and not raised.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend([clean_cell(field) for field in fields] for fields in reader)
    except csv.Error as damage:
        return rows, Sentence("dòng {line}: {damage}", line=reader.line_num, damage=str(damage))
    return rows, ""
