"""The names of the fields in what has no columns: JSON, XML, MT940, forms. Pure.

They are what a form of message is known by. Which of them stand in one message varies, so only a name
nobody has met before is news; a field that is needed and gone stops its row, which says so itself.
"""

import json
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl
from xml.parsers import expat

Fields = tuple[str, ...]


class Form(StrEnum):
    """In what form a delivery is written."""

    TABLE = "table"
    JSON = "json"
    XML = "xml"
    MT940 = "mt940"
    FIELDS = "fields"
    """``name=value&…``, as browsers and VNPAY write."""


FIELDS_MAX = 400
NAME_LENGTH_MAX = 120
_DEPTH_MAX = 8
_LOOKED_AT = 1 << 20
"""Of a long file the first megabyte tells its form."""
_FREE_KEYS = frozenset({"metadata"})
"""Below these stand keys that the merchant chose, not the provider."""
_NESTED = frozenset({list, dict})
_MT940_TAG = re.compile(rb"^:([0-9]{2}[A-Z]?):", re.MULTILINE)
_FORM_BODY = re.compile(rb"[A-Za-z0-9_.%\[\]-]{1,80}=")


def fields_of(content: bytes) -> tuple[Form, Fields]:
    """Return the form of a message and the names in it, sorted; none where it cannot be read."""
    head = content[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] in (b"{", b"["):
        return Form.JSON, _sorted(_json_names(content))
    if head[:1] == b"<":
        return Form.XML, _sorted(_xml_names(head))
    if tags := set(_MT940_TAG.findall(head)):
        return Form.MT940, _sorted(tag.decode() for tag in tags)
    return Form.FIELDS, _sorted(_form_names(head))


def message_kind(form: Form, fields: Fields) -> str:
    """Return which message of its form it is, as its fields tell; empty where a form has one kind.

    A document of ISO 20022 has one message: a statement and a notice share the form and no field.
    """
    if form is not Form.XML:
        return ""
    return next((name for name in fields if name.rpartition("/")[0].endswith("Document")), "")


def _sorted(names: Iterable[str]) -> Fields:
    kept = {name[:NAME_LENGTH_MAX] for name in names if name.isprintable()}
    return tuple(sorted(kept)[:FIELDS_MAX])


def _json_names(content: bytes) -> set[str]:
    names: set[str] = set()
    if len(content) > _LOOKED_AT:
        return names
    # One object, or one a line as pages are kept.
    for line in [content] if b"\n{" not in content else content.split(b"\n"):
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            continue
        _note_names(names, told, "", 0)
    return names


def _note_names(names: set[str], told: Any, path: str, depth: int) -> None:
    if depth > _DEPTH_MAX:
        return
    if isinstance(told, list):
        for one in told:
            _note_names(names, one, path, depth + 1)
    elif isinstance(told, dict):
        names.update([path + name for name in told] if path else told)
        for name, value in told.items():
            # Most values are plain, and asking each anew would be most of the work.
            if type(value) in _NESTED and name not in _FREE_KEYS:
                _note_names(names, value, f"{path}{name}.", depth + 1)


def _xml_names(head: bytes) -> Iterator[str]:
    """Yield the paths of elements; what declares a document type is not looked into."""
    if b"<!doctype" in head.lower():
        return
    found: set[str] = set()
    path: list[str] = []

    def begin(name: str, _attributes: object) -> None:
        path.append(name.rpartition(" ")[2])
        if len(path) <= 2 * _DEPTH_MAX and len(found) < FIELDS_MAX:
            found.add("/".join(path))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _name: path.pop()
    try:
        parser.Parse(head, False)
    except expat.ExpatError:
        return
    yield from found


def _form_names(head: bytes) -> Iterator[str]:
    if not _FORM_BODY.match(head) or b"\n" in head.strip():
        return
    try:
        pairs = parse_qsl(head.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        return
    yield from (name for name, _ in pairs)
