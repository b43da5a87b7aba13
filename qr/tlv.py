"""EMVCo data objects: two digits of ID, two of length, then that many characters, not bytes.

Source: EMVCo QR Code Specification, Merchant-Presented Mode, v1.1, 3.2 and 4.4.1.
"""

import re
from typing import Literal, NamedTuple

LENGTH_MAX = 99
_HEADER = 4

# str.isdigit and \d also take Arabic-Indic and full-width digits; int() takes "+9" and " 9".
_TWO_DIGITS = re.compile(r"[0-9]{2}")


class DataObject(NamedTuple):
    """One object of a payload or template."""

    id: str
    value: str


class Breakage(NamedTuple):
    """Where and how a text stops being a row of data objects.

    ``kind`` is one of ``id``, ``length``, ``zero``, ``past-end``, ``left-over``; ``value`` is the
    text found there, ``offset`` counts characters from the start of the text that was read.
    """

    kind: Literal["id", "length", "zero", "past-end", "left-over"]
    offset: int
    id: str
    value: str
    available: int


class Split(NamedTuple):
    """The objects of a text in their order, and what stopped the reading, if anything did."""

    objects: tuple[DataObject, ...]
    breakage: Breakage | None


def read_objects(text: str) -> Split:
    """Split a text into its data objects, stopping at the first that cannot be read."""
    objects: list[DataObject] = []
    offset = 0
    while offset < len(text):
        breakage = _header_breakage(text, offset)
        if breakage is not None:
            return Split(tuple(objects), breakage)
        start = offset + _HEADER
        end = start + int(text[offset + 2 : start])
        objects.append(DataObject(text[offset : offset + 2], text[start:end]))
        offset = end
    return Split(tuple(objects), None)


def _header_breakage(text: str, offset: int) -> Breakage | None:
    """Return why no object starts at ``offset``, or None when one does."""
    tag, length = text[offset : offset + 2], text[offset + 2 : offset + _HEADER]
    available = len(text) - offset - _HEADER
    if available < 0:
        return Breakage("left-over", offset, tag, text[offset:], len(text) - offset)
    if not _TWO_DIGITS.fullmatch(tag):
        return Breakage("id", offset, tag, tag, available)
    if not _TWO_DIGITS.fullmatch(length):
        return Breakage("length", offset, tag, length, available)
    if length == "00":
        return Breakage("zero", offset, tag, length, available)
    if int(length) > available:
        return Breakage("past-end", offset, tag, length, available)
    return None


def write_object(tag: str, value: str) -> str:
    """Return one data object.

    A length written modulo 100 would keep a right checksum and be unreadable, so a value that is
    empty or too long is a bug of the caller.

    Raises:
        ValueError: the value holds no character or more than 99.
    """
    if not 1 <= len(value) <= LENGTH_MAX:
        raise ValueError(f"object {tag} holds {len(value)} characters, 1 to {LENGTH_MAX} fit")
    return f"{tag}{len(value):02d}{value}"
