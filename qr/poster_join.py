"""PDF files of one make joined into one, piece by piece, so that a book never lies whole in memory.

Only what Typst writes is understood: plain objects with a classic table of offsets, no outline, no
form, one tree of pages and one of tags. Source: ISO 32000-1:2008, 7.5 (file structure), 7.7.3
(pages), 14.7 (tags).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_HEADER = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n"
_CATALOGUE, _PAGES, _TAGS, _INFO, _METADATA = range(1, 6)
_FIRST_FREE = 6
# Strings come first: what looks like a reference inside one is none. Typst leaves brackets that
# match as they are.
_INNER = rb"\((?:\\.|[^\\()])*\)"
_STRING = rb"\((?:\\.|[^\\()]|" + _INNER + rb")*\)"
_STRING_OR_REFERENCE = re.compile(_STRING + rb"|\b(\d+) 0 R\b", re.DOTALL)
_STRUCT_PARENTS = re.compile(rb"/StructParents (\d+)")
_PARENT_TREE = re.compile(rb"/ParentTree<</Nums\[(.*?)\]>>", re.DOTALL)
_PAIR = re.compile(rb"(\d+) (\d+) 0 R")
_KIDS = re.compile(rb"/K\[([^\]]*)\]")


def join_pdfs(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield one PDF with the pages of all parts in their order; title and looks are the first's.

    Raises:
        ValueError: there is no part, or one is not as Typst writes them.
    """
    book = _Book()
    for part in parts:
        yield from book.add(_Part(part))
    if book.first is None:
        raise ValueError("a PDF is joined from at least one part")
    yield from book.end()


class _Part:
    """A file cut into its objects."""

    def __init__(self, content: bytes) -> None:
        start = content.rfind(b"startxref\n")
        table = re.compile(rb"xref\n0 (\d+)\n").match(
            content, int(content[start + 10 :].split()[0])
        )
        if start < 0 or table is None:
            raise ValueError("a part is no PDF with a table of offsets")
        entries = content[table.end() : table.end() + 20 * int(table[1])]
        offsets = [int(entries[at : at + 10]) for at in range(20, len(entries), 20)]
        ends = [*sorted(offsets)[1:], table.start()]
        end_of = dict(zip(sorted(offsets), ends, strict=True))
        self.objects = {
            number: content[offset : end_of[offset]]
            for number, offset in enumerate(offsets, start=1)
        }
        trailer = content[table.end() : start]
        self.catalogue = _named(trailer, b"Root")
        self.info = _named(trailer, b"Info")
        root = self.objects[self.catalogue]
        self.pages, self.tags = _named(root, b"Pages"), _named(root, b"StructTreeRoot")
        self.metadata = _named(root, b"Metadata")


@dataclass
class _Book:
    """What was written so far: offsets, and what the trees at the end must name."""

    first: _Part | None = None
    at: int = 0
    offsets: dict[int, int] = field(default_factory=dict)
    next_free: int = _FIRST_FREE
    pages: int = 0
    kids: list[int] = field(default_factory=list)
    tags: list[bytes] = field(default_factory=list)
    parents: list[bytes] = field(default_factory=list)
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, part: _Part) -> Iterator[bytes]:
        """Yield a part's objects under their new numbers."""
        if self.first is None:
            self.first = part
            yield self._written(_HEADER)
        base = self.next_free
        left_out = {part.catalogue, part.info, part.metadata, part.tags}
        new = {old: base + place for place, old in enumerate(sorted(set(part.objects) - left_out))}
        self.next_free += len(new)
        new[part.tags] = _TAGS
        for old, content in part.objects.items():
            if old in left_out:
                continue
            body, mark, stream = content.partition(b"stream\n")
            body = _renumbered(body, new)
            if old == part.pages:
                body = body.replace(b"/Type/Pages", b"/Type/Pages/Parent %d 0 R" % _PAGES, 1)
            elif body.find(b"<</Type/Page/") >= 0:
                body = _STRUCT_PARENTS.sub(self._moved_parent, body, count=1)
            yield self._object(new[old], body.partition(b"obj\n")[2] + mark + stream)
        self._remember(part, new)

    def end(self) -> Iterator[bytes]:
        """Yield the trees, the catalogue and the table of offsets."""
        assert self.first is not None
        yield self._object(
            _PAGES,
            b"<</Type/Pages/Count %d/Kids[%s]>>\nendobj\n"
            % (self.pages, b" ".join(b"%d 0 R" % kid for kid in self.kids)),
        )
        tags = _body(self.first, self.first.tags)
        tags = _KIDS.sub(lambda _: b"/K[%s]" % b" ".join(self.tags), tags, count=1)
        tags = _PARENT_TREE.sub(
            lambda _: b"/ParentTree<</Nums[%s]>>" % b" ".join(self.parents), tags, count=1
        )
        tags = re.sub(
            rb"/ParentTreeNextKey \d+", b"/ParentTreeNextKey %d" % len(self.parents), tags
        )
        yield self._object(_TAGS, tags)
        yield self._object(_INFO, _body(self.first, self.first.info))
        yield self._object(_METADATA, _body(self.first, self.first.metadata))
        names = {
            self.first.pages: _PAGES,
            self.first.tags: _TAGS,
            self.first.metadata: _METADATA,
        }
        yield self._object(_CATALOGUE, _renumbered(_body(self.first, self.first.catalogue), names))
        yield self._table()

    def _remember(self, part: _Part, new: dict[int, int]) -> None:
        pages = part.objects[part.pages]
        count = re.search(rb"/Count (\d+)", pages)
        nums = _PARENT_TREE.search(part.objects[part.tags])
        tops = _KIDS.search(part.objects[part.tags])
        if count is None or nums is None or tops is None:
            raise ValueError("a part has no tree of pages or of tags")
        self.kids.append(new[part.pages])
        self.pages += int(count[1])
        self.tags.append(_renumbered(tops[1], new))
        base = len(self.parents)
        self.parents += [
            b"%d %d 0 R" % (base + int(key), new[int(to)]) for key, to in _PAIR.findall(nums[1])
        ]

    def _moved_parent(self, found: re.Match[bytes]) -> bytes:
        return b"/StructParents %d" % (len(self.parents) + int(found[1]))

    def _object(self, number: int, content: bytes) -> bytes:
        self.offsets[number] = self.at
        return self._written(b"%d 0 obj\n%s" % (number, content))

    def _table(self) -> bytes:
        start, size = self.at, len(self.offsets) + 1
        rows = b"".join(b"%010d 00000 n\r\n" % self.offsets[number] for number in range(1, size))
        name = self.digest.hexdigest()[:32].encode()
        return (
            b"xref\n0 %d\n0000000000 65535 f\r\n%strailer\n<</Size %d/Root %d 0 R/Info %d 0 R"
            b"/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF"
            % (size, rows, size, _CATALOGUE, _INFO, name, name, start)
        )

    def _written(self, content: bytes) -> bytes:
        self.at += len(content)
        self.digest.update(content)
        return content


def _body(part: _Part, number: int) -> bytes:
    return part.objects[number].partition(b"obj\n")[2]


def _named(content: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", content)
    if found is None:
        raise ValueError(f"a part names no {name.decode()}")
    return int(found[1])


def _renumbered(body: bytes, new: dict[int, int]) -> bytes:
    return _STRING_OR_REFERENCE.sub(
        lambda found: found[0] if found[1] is None else b"%d 0 R" % new[int(found[1])], body
    )
