"""XML in records: a long document is read one record at a time, whatever its namespaces.

A document type is refused before any entity could expand, an encoding other than UTF-8 and UTF-16
is refused because a wrong guess of it cannot fail. Source: feeds.md 6, 11.1.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.text import (
    CELL_BYTES_MAX,
    refuse_control_characters,
    refuse_empty,
    refuse_other_formats,
)

DEPTH_MAX = 64
CHILDREN_MAX = 100_000
"""Of one record; a statement may hold any number of records."""

_CHUNK = 1 << 16
_DECLARED = re.compile(rb"""\A<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DOCTYPE = re.compile(rb"<!doctype", re.IGNORECASE)


@dataclass(slots=True)
class Element:
    """One element with what is inside it, names without their namespace."""

    name: str
    attributes: dict[str, str]
    children: "list[Element]" = field(default_factory=list)
    text: str = ""

    def all(self, path: str) -> "Iterator[Element]":
        """Yield the elements at a path like ``Refs/EndToEndId``, in document order."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.name == name:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def first(self, *paths: str) -> str | None:
        """Return the trimmed text of the first of the paths that holds any."""
        texts = (element.text.strip() for path in paths for element in self.all(path))
        return next(filter(None, texts), None)


@dataclass(frozen=True, slots=True)
class Begun:
    """A container begins."""

    name: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A container has ended."""

    name: str


def read_records(content: bytes, containers: frozenset[str]) -> Iterator[Begun | Ended | Element]:
    """Yield where containers begin and end, and in between each of their children as a whole.

    Raises:
        FileRefused: empty, too_large, encrypted, unsupported_format, encoding, control_character,
            xml_dtd, not_parseable.
    """
    _refuse_bytes(content)
    reader = _Reader(containers)
    try:
        for start in range(0, len(content), _CHUNK):
            reader.parse(content[start : start + _CHUNK], is_last=start + _CHUNK >= len(content))
            yield from reader.told
            reader.told.clear()
    except expat.ExpatError as failure:
        raise FileRefused("not_parseable", f"no well-formed XML: {failure}") from failure


def _refuse_bytes(content: bytes) -> None:
    refuse_empty(content)
    refuse_other_formats(content)
    if _DOCTYPE.search(content):
        raise FileRefused("xml_dtd", "a document type declaration")
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    declared = _DECLARED.search(content)
    encoding = declared[1].decode().lower() if declared else "utf-8"
    if not marked and encoding not in {"utf-8", "us-ascii"}:
        raise FileRefused("encoding", f"XML in {encoding}, not in UTF-8")
    try:
        refuse_control_characters(content.decode("utf-16" if marked else "utf-8"))
    except UnicodeDecodeError as failure:
        raise FileRefused("encoding", f"byte {failure.start}: {failure.reason}") from failure


class _Reader:
    def __init__(self, containers: frozenset[str]) -> None:
        self.told: list[Begun | Ended | Element] = []
        self._containers = containers
        self._depth = 0
        self._inside: str | None = None
        self._open: list[Element] = []
        self._parts: list[str] = []
        self._length = 0
        self._count = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def parse(self, chunk: bytes, *, is_last: bool) -> None:
        self._parser.Parse(chunk, is_last)

    def _doctype(self, *_declared: object) -> None:
        raise FileRefused("xml_dtd", "a document type declaration")

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise FileRefused("not_parseable", f"XML more than {DEPTH_MAX} levels deep")
        name = qualified.rpartition(":")[2]
        if self._inside is None:
            if name in self._containers:
                self._inside = name
                self.told.append(Begun(name))
            return
        self._count = self._count + 1 if self._open else 1
        if self._count > CHILDREN_MAX:
            raise FileRefused("too_large", f"more than {CHILDREN_MAX} elements in one record")
        element = Element(name, attributes)
        if self._open:
            self._open[-1].children.append(element)
        self._open.append(element)
        self._parts, self._length = [], 0

    def _characters(self, text: str) -> None:
        if self._open:
            self._parts.append(text)
            self._length += len(text)
            if self._length > CELL_BYTES_MAX:
                line = self._parser.CurrentLineNumber
                raise FileRefused("too_large", f"line {line}: more than {CELL_BYTES_MAX} bytes")

    def _end(self, qualified: str) -> None:
        self._depth -= 1
        if self._open:
            element = self._open.pop()
            if not element.children:
                element.text = "".join(self._parts)
            self._parts, self._length = [], 0
            if not self._open:
                self.told.append(element)
        elif qualified.rpartition(":")[2] == self._inside:
            self.told.append(Ended(self._inside))
            self._inside = None
