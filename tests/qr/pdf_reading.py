"""What a PDF of Typst's holds, read without a library: pages, their texts, fonts and tags."""

import re
import zlib
from dataclasses import dataclass

_NESTED = rb"(?:\\.|[^\\()]|\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\))*"
_RUN = re.compile(rb"/Lang\(\w+\)|/(f\d+) [\d.]+ Tf|\((" + _NESTED + rb")\)|\bET\b", re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True)
class Pdf:
    """The objects of a file: dictionary (or array) and, where there is one, the stream opened."""

    bodies: dict[int, bytes]
    streams: dict[int, bytes]
    root: bytes

    @property
    def pages(self) -> list[int]:
        """Return the numbers of the page objects in reading order."""
        return self._pages(_reference(self.root, b"Pages"))

    @property
    def fonts(self) -> dict[bytes, bool]:
        """Return the name of each font and whether its glyphs are in the file."""
        return {
            name[1]: b"/FontFile2 " in body
            for body in self.bodies.values()
            if (name := re.search(rb"/Type/FontDescriptor/FontName/[A-Z]{6}\+(\S+?)/", body))
        }

    @property
    def tags(self) -> list[str]:
        """Return the kinds of the tags in reading order, children in brackets."""
        return [
            self._tag(kid) for kid in _kids(self.bodies[_reference(self.root, b"StructTreeRoot")])
        ]

    def texts(self, page: int) -> list[str]:
        """Return the runs of text of a page, in the order they are drawn."""
        body = self.bodies[page]
        resources = self.bodies[_reference(body, b"Resources")]
        maps = {
            name: self._letters(int(number))
            for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
        }
        runs, run, letters = [], "", maps.get(b"f0", {})
        for found in _RUN.finditer(self.streams[_reference(body, b"Contents")]):
            if found[1]:
                letters = maps[found[1]]
            elif found[2] is not None:
                codes = _ESCAPED.sub(_unescaped, found[2])
                run += "".join(
                    # A chart's own font writes in another way than Typst does.
                    letters.get(
                        int.from_bytes(codes[at : at + 2], "big"), "\N{REPLACEMENT CHARACTER}"
                    )
                    for at in range(0, len(codes), 2)
                )
            elif run and found[0] == b"ET":
                runs.append(run)
                run = ""
        return runs

    def _pages(self, number: int) -> list[int]:
        body = self.bodies[number]
        if b"/Type/Pages" not in body:
            return [number]
        kids = re.search(rb"/Kids\[(.*?)\]", body)
        assert kids
        return [
            page for kid in re.findall(rb"(\d+) 0 R", kids[1]) for page in self._pages(int(kid))
        ]

    def _letters(self, font: int) -> dict[int, str]:
        mapping = self.streams[_reference(self.bodies[font], b"ToUnicode")]
        return {
            int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
            for code, text in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", mapping)
        }

    def _tag(self, number: int) -> str:
        body = self.bodies[number]
        kind = re.search(rb"/S/(\w+)", body)
        assert kind
        name = kind[1].decode() + ("+Alt" if b"/Alt" in body else "")
        inner = [self._tag(kid) for kid in _kids(body)]
        return f"{name}({' '.join(inner)})" if inner else name


def read_pdf(content: bytes) -> Pdf:
    """Return the objects of a file, found through its table of offsets."""
    start = int(content[content.rindex(b"startxref") :].split()[1])
    count = int(content[start:].split()[2])
    table = content.index(b"\n0000000000 65535 f", start) + 1
    bodies, streams = {}, {}
    for number in range(1, count):
        offset = int(content[table + 20 * number : table + 20 * number + 10])
        head = b"%d 0 obj\n" % number
        assert content[offset : offset + len(head)] == head
        part = content[offset + len(head) :]
        end = part.index(b"endobj")
        mark = part.find(b"stream\n", 0, end)
        bodies[number] = part[: mark if mark >= 0 else end]
        if mark >= 0:
            length = re.search(rb"/Length (\d+)", bodies[number])
            assert length
            raw = part[mark + 7 : mark + 7 + int(length[1])]
            streams[number] = zlib.decompress(raw) if b"/FlateDecode" in bodies[number] else raw
    trailer = content[content.rindex(b"trailer") :]
    return Pdf(bodies, streams, bodies[_reference(trailer, b"Root")])


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found, f"no {name.decode()} in {body[:200]!r}"
    return int(found[1])


def _kids(body: bytes) -> list[int]:
    found = re.search(rb"/K\[(.*?)\]", body)
    return [int(kid) for kid in re.findall(rb"(\d+) 0 R", found[1])] if found else []


def _unescaped(found: re.Match[bytes]) -> bytes:
    escaped = found[1]
    if escaped[:1].isdigit():
        return bytes([int(escaped, 8)])
    return _LETTERS.get(escaped, escaped)
