"""Text fitted into a room before it is set: how large, on how many lines, or not at all.

Widths come from the packaged font itself, so that whether a name fits is known when the poster is
issued and not when it is printed. Source: OpenType 1.9, tables cmap (format 4), hhea, hmtx.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

MM_PER_PT = 25.4 / 72
CAP_HEIGHT = 0.74
LINE_HEIGHT = 1.265
"""Of Be Vietnam Pro, in em: a capital without accents, and a line with all of them and descenders."""
CAPS_GAP = 0.4
SPARE = 1.01  # A pair of letters may be kerned apart.


@dataclass(frozen=True)
class Room:
    """Space for one text: millimetres, type size in points, lines, weight of the font."""

    width: float
    height: float
    size_max: float
    size_min: float
    lines_max: int = 1
    weight: int = 400
    is_capitals: bool = False

    def scaled(self, by: float) -> "Room":
        """Return a room of the same shape, larger in everything by a factor."""
        return Room(
            self.width * by,
            self.height * by,
            self.size_max * by,
            self.size_min * by,
            self.lines_max,
            self.weight,
            self.is_capitals,
        )


@dataclass(frozen=True)
class Fitted:
    """A text as it will be set: its lines, the size in points, the room it was fitted to."""

    lines: tuple[str, ...]
    size: float
    room: Room


@lru_cache(maxsize=4096)
def fit(text: str, room: Room) -> Fitted | None:
    """Return the text as large as its room allows, None when that is smaller than the least size.

    One line, unless more make it larger. Lines end between words only; nothing is cut off.
    """
    best: Fitted | None = None
    for lines in _broken(text, room.lines_max, room.weight):
        widest = max(text_width(line, room.weight) for line in lines) * SPARE
        tall = _height(len(lines), is_capitals=room.is_capitals)
        size = min(room.size_max, room.width / MM_PER_PT / widest, room.height / MM_PER_PT / tall)
        size = int(size * 100) / 100
        if size >= room.size_min and (best is None or size > best.size):
            best = Fitted(lines, size, room)
    return best


def text_width(text: str, weight: int) -> float:
    """Return the width of one line in em."""
    widths = _advances(weight)
    return sum(widths[ord(character)] for character in text)


def _height(lines: int, *, is_capitals: bool) -> float:
    if is_capitals:
        return lines * CAP_HEIGHT + (lines - 1) * CAPS_GAP
    return lines * LINE_HEIGHT


def _broken(text: str, lines_max: int, weight: int) -> Iterator[tuple[str, ...]]:
    """Yield the text on one line, and on two with the break that makes the longer the shortest.

    A text with line breaks of its own is broken there and nowhere else.
    """
    if "\n" in text:
        yield tuple(text.split("\n"))
        return
    words = text.split()
    yield (" ".join(words),)
    if lines_max < 2 or len(words) < 2:
        return
    halves = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words)))
    yield min(halves, key=lambda pair: max(text_width(half, weight) for half in pair))


@cache
def _advances(weight: int) -> dict[int, float]:
    """Return the width in em of every character the font of that weight can draw."""
    font = files("qr").joinpath("fonts", f"BeVietnamPro-{weight}.ttf").read_bytes()
    tables = {
        font[at : at + 4]: struct.unpack(">I", font[at + 8 : at + 12])[0]
        for at in range(12, 12 + 16 * _u16(font, 4), 16)
    }
    upm, measured = _u16(font, tables[b"head"] + 18), _u16(font, tables[b"hhea"] + 34)
    metrics = tables[b"hmtx"]
    return {
        code: _u16(font, metrics + 4 * min(glyph, measured - 1)) / upm
        for code, glyph in _glyphs(font, tables[b"cmap"])
    }


def _glyphs(font: bytes, cmap: int) -> Iterator[tuple[int, int]]:
    """Yield (character, glyph) of the font's format 4 map."""
    (table,) = {
        cmap + struct.unpack(">I", font[at + 4 : at + 8])[0]
        for at in range(cmap + 4, cmap + 4 + 8 * _u16(font, cmap + 2), 8)
        if _u16(font, cmap + struct.unpack(">I", font[at + 4 : at + 8])[0]) == 4
    }
    double = _u16(font, table + 6)
    ends, starts = table + 14, table + 16 + double
    deltas, offsets = starts + double, starts + 2 * double
    for at in range(0, double, 2):
        for code in range(_u16(font, starts + at), _u16(font, ends + at) + 1):
            offset = _u16(font, offsets + at)
            glyph = code
            if offset:
                place = offsets + at + offset + 2 * (code - _u16(font, starts + at))
                glyph = _u16(font, place)
            if glyph or not offset:
                yield code, (glyph + _u16(font, deltas + at)) & 0xFFFF


def _u16(font: bytes, at: int) -> int:
    return int.from_bytes(font[at : at + 2], "big")
