"""Bytes to text, strictly: what a feed's encoding is and which bytes are no text at all.

Source: feeds.md 5.5 and 11.1.
"""

import codecs
import re
import unicodedata

from reconciliation.feeds.reading.refusal import FileRefused

LINE_BYTES_MAX = 1024 * 1024
CELL_BYTES_MAX = 32 * 1024

_SOMETHING = re.compile("[^\ufeff \t\r\n\v\f\u00a0]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MARKS = re.compile("[\u0300-\u036f]")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FORMATS = (_OLE2, b"%PDF", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\x89PNG", b"\xff\xd8\xff")
_HTML = re.compile(r"<(!doctype\s+html|html|head|body|table|meta|style|div)\b", re.IGNORECASE)
_OPENPGP_TAGS = frozenset({1, 2, 3, 4, 8, 9, 18, 20})


def decode(content: bytes) -> tuple[str, str]:
    """Return the text of a feed in NFC and the name of its encoding.

    A byte order mark decides and is then strict; without one strict UTF-8, then strict cp1258.
    latin-1 is never tried because it cannot fail. Python decodes cp1258 to decomposed letters,
    hence NFC after every decode.

    Raises:
        FileRefused: empty, encrypted, unsupported_format, encoding, control_character.
    """
    refuse_empty(content)
    refuse_other_formats(content)
    text, encoding = _decoded(content)
    text = unicodedata.normalize("NFC", text)
    if not _SOMETHING.search(text):
        raise FileRefused("empty", "the file holds nothing but white space")
    refuse_control_characters(text)
    return text, encoding


def refuse_empty(content: bytes) -> None:
    """Raise ``FileRefused`` when the file holds nothing to read."""
    if not content or content.isspace():
        raise FileRefused("empty", "the file holds nothing but white space")


def refuse_control_characters(text: str) -> None:
    """Raise ``FileRefused`` for NUL or another C0 character except TAB, CR and LF."""
    if found := _CONTROL.search(text):
        raise FileRefused(
            "control_character", f"U+{ord(found[0]):04X} at character {found.start() + 1}"
        )


def refuse_markup(text: str) -> None:
    """Raise ``FileRefused`` when the text is HTML or XML, whatever its file is called."""
    start = text.lstrip("\ufeff \t\r\n")[:4096]
    if not start.startswith("<"):
        return
    if _HTML.match(start):
        raise FileRefused("unsupported_format", "an HTML page, not a table")
    if "<!doctype" in text.casefold():
        raise FileRefused("xml_dtd", "a document type declaration")
    raise FileRefused("unsupported_format", "markup where a table is due")


def fold(text: str) -> str:
    """Return upper-case text without accents, đ as D, white space collapsed."""
    if not text.isascii():  # most cells are ASCII, and folding them is most of the work
        text = text.replace("đ", "d").replace("Đ", "D")
        text = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return " ".join(text.upper().split())


def clean(text: str) -> str | None:
    """Return free text in NFC with every run of white space as one space; ``None`` when empty."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split()) or None


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _strict(content, encoding), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _strict(content, "cp1258"), "cp1258"


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as failure:
        raise FileRefused(
            "encoding", f"byte {failure.start} is not {encoding}: {failure.reason}"
        ) from failure


def refuse_other_formats(content: bytes) -> None:
    """Raise ``FileRefused`` for an OpenPGP message, an old workbook, a PDF and the like."""
    if content.lstrip().startswith(b"-----BEGIN PGP") or _is_openpgp_packet(content):
        raise FileRefused("encrypted", "an OpenPGP message where plain text is due")
    for signature in _OTHER_FORMATS:
        if content.startswith(signature):
            raise FileRefused("unsupported_format", f"the file starts with {signature!r}")


def _is_openpgp_packet(content: bytes) -> bool:
    """Tell whether the first packet header is one of a message.

    The version octet behind the header lies between 1 and 6, a control character that no text
    has there, so that no cp1258 text is taken for a packet. Source: RFC 4880, 4.2.
    """
    head = content[:7]
    if len(head) < 3 or not head[0] & 0x80:
        return False
    if head[0] & 0x40:
        tag, length_octets = head[0] & 0x3F, _new_length_octets(head[1])
    else:
        tag, length_octets = (head[0] >> 2) & 0x0F, (1, 2, 4, 0)[head[0] & 0x03]
    version_at = 1 + length_octets
    return tag in _OPENPGP_TAGS and version_at < len(head) and 1 <= head[version_at] <= 6


def _new_length_octets(first: int) -> int:
    if first < 192 or 224 <= first < 255:
        return 1
    return 2 if first < 224 else 5
