"""JSON bodies without floats: ids and amounts stay as they were sent."""

import json
import re
from decimal import Decimal
from typing import Any

from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.text import refuse_control_characters, refuse_empty

# Escapes that give a character no database stores as text: NUL and half a surrogate pair.
_SUSPECT_ESCAPE = re.compile(rb"\\u(?:0000|00[01][0-9a-f]|d[89a-f][0-9a-f]{2})", re.IGNORECASE)


class Exponential(Decimal):
    """A number written with an exponent, as no provider writes an amount."""


def is_json(content: bytes) -> bool:
    """Tell from the first character whether bytes can be a JSON object or list."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


def read_json(content: bytes) -> Any:
    """Return the parsed body; numbers with a fraction are ``Decimal``.

    Raises:
        FileRefused: empty, encoding, not_parseable, control_character.
    """
    refuse_empty(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise FileRefused("encoding", f"byte {failure.start} is not UTF-8") from failure
    try:
        body = json.loads(text, parse_float=_decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as failure:
        raise FileRefused("not_parseable", f"no JSON: {failure}") from failure
    if _SUSPECT_ESCAPE.search(content):
        _refuse_bad_strings(body)
    return body


def raw_json(value: object) -> str:
    """Return a parsed value as compact JSON text again, for a reject."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def read_id(value: object, field: str) -> str:
    """Return an id as sent: a text, or a whole number as its digits.

    Raises:
        RowRefused: ``reference`` when it is missing, empty or anything else.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise RowRefused("reference", f"{field} is {value!r}, no id")


def optional_text(value: object) -> str | None:
    """Return a text or a whole number as text, ``None`` for null, empty or anything else."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _decimal(digits: str) -> Decimal:
    try:
        return Exponential(digits) if "e" in digits.lower() else Decimal(digits)
    except ArithmeticError as failure:
        raise ValueError(f"{digits[:40]} is no number") from failure


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _refuse_bad_strings(value: object) -> None:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, str):
            if any("\ud800" <= character <= "\udfff" for character in item):
                raise FileRefused("encoding", "half a surrogate pair in a JSON text")
            refuse_control_characters(item)
