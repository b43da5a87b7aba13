"""A column of text as bytes and offsets, hashed and compared in bulk.

Joining a million 20-character ids costs little once each is a 64-bit number, and a lot as long as
each is a Python object. Nothing here trusts the number alone: ``same`` compares the bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Rows = NDArray[np.signedinteger[Any]]
"""Row numbers of a book, from 0, in 32 or 64 bits."""
Flags = NDArray[np.bool_]
Hashes = NDArray[np.uint64]
Codes = NDArray[np.signedinteger[Any]]
"""Whole numbers that stand for something, or count it."""

_WORD = 8
_COPIED_AT_ONCE = 1 << 16
_SEED = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xBF58476D1CE4E5B9)
_FINISH = np.uint64(0x94D049BB133111EB)
_HALF, _THIRD = np.uint64(32), np.uint64(29)


@dataclass(frozen=True, slots=True)
class CodedText:
    """Text of one column; an empty text and a missing one are the same: ``lengths`` 0."""

    data: NDArray[np.uint8]
    starts: NDArray[np.int32] | NDArray[np.int64]
    lengths: NDArray[np.int32]

    @property
    def present(self) -> Flags:
        """Which rows hold text."""
        return self.lengths > 0

    def take(self, rows: Rows) -> "CodedText":
        """Return the text of some rows; bytes are shared, not copied."""
        if len(rows) == len(self.lengths) and (np.diff(rows) == 1).all():
            return self
        return CodedText(self.data, self.starts[rows], self.lengths[rows])

    def texts(self) -> list[bytes]:
        """Return each row's bytes: a Python object per row, so for few rows."""
        held = self.data.data
        begins = self.starts.tolist()
        return [
            bytes(held[begin : begin + length])
            for begin, length in zip(begins, self.lengths.tolist(), strict=True)
        ]

    def to_arrow(self, missing: Flags | None = None) -> pa.Array:
        """Return the rows as Arrow text with bytes of its own; ``missing`` rows are null, not ""."""
        ends = np.zeros(len(self.lengths) + 1, np.int64)
        np.cumsum(self.lengths, out=ends[1:])
        nulls = None if missing is None else pa.array(~missing).buffers()[1]
        held = pa.py_buffer(self._bytes(ends))
        if ends[-1] > np.iinfo(np.int32).max:
            kind = pa.LargeStringArray
        else:
            kind, ends = pa.StringArray, ends.astype(np.int32)
        return kind.from_buffers(len(self.starts), pa.py_buffer(ends), held, nulls)

    def _bytes(self, ends: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the bytes of all rows behind each other."""
        widths = np.flatnonzero(self.lengths)
        width = int(self.lengths[widths[0]]) if len(widths) else 0
        if width and (self.lengths[widths] == width).all() and len(self.data) >= width:
            return _slices(self, widths, width).view(np.uint8)
        held = np.empty(int(ends[-1]), np.uint8)
        for first in range(0, len(self.starts), _COPIED_AT_ONCE):
            part = slice(first, first + _COPIED_AT_ONCE)
            lengths = self.lengths[part]
            shift = self.starts[part] - (ends[:-1][part] - ends[first])
            inside = np.arange(int(lengths.sum())) + np.repeat(shift, lengths)
            held[ends[first] : ends[first] + len(inside)] = self.data[inside]
        return held

    def compact(self) -> "CodedText":
        """Return the same text with no other bytes in memory, to be sent to another process."""
        return code_text(self.to_arrow())


HashText = Callable[[CodedText], Hashes]
"""A hash over each row's bytes; any function will do, a bad one only costs time."""


def code_text(array: pa.Array) -> CodedText:
    """Return an Arrow array of text (or of whole numbers, as written) as ``CodedText``."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        array = array.cast(pa.large_string())
    wide = pa.types.is_large_string(array.type)
    _, offsets, data = array.buffers()
    ends: Any = np.frombuffer(offsets, dtype=np.int64 if wide else np.int32)
    ends = ends[array.offset : array.offset + len(array) + 1]
    held = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, np.uint8)
    if len(held) < _WORD:
        held = np.concatenate([held, np.zeros(_WORD, np.uint8)])
    lengths = np.diff(ends).astype(np.int32, copy=False)
    if array.null_count:
        lengths *= array.is_valid().to_numpy(zero_copy_only=False)
    return CodedText(held, ends[:-1], lengths)


def rank_rows(*columns: CodedText) -> NDArray[np.int64]:
    """Return the place of each row in the order of its bytes: a Python object per row, for few."""
    keys = list(zip(*(column.texts() for column in columns), strict=True))
    ranks = np.empty(len(keys), np.int64)
    ranks[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    return ranks


def join_texts(first: CodedText, second: CodedText) -> CodedText:
    """Return the rows of two columns behind each other."""
    return CodedText(
        np.concatenate([first.data, second.data]),
        np.concatenate([first.starts, second.starts + np.int64(len(first.data))]),
        np.concatenate([first.lengths, second.lengths]),
    )


def gather_text(text: CodedText, places: Rows) -> pa.Array:
    """Return the text of each place as Arrow text, null where the place is -1."""
    missing = places < 0
    if missing.all():
        return pa.nulls(len(places), pa.string())
    if not missing.any():
        return text.take(places).to_arrow()
    taken = text.take(np.where(missing, 0, places))
    lengths = np.where(missing, 0, taken.lengths).astype(np.int32, copy=False)
    return CodedText(taken.data, taken.starts, lengths).to_arrow(missing)


def no_text(size: int) -> CodedText:
    """Return a column in which every text is missing."""
    return CodedText(np.zeros(_WORD, np.uint8), np.zeros(size, np.int64), np.zeros(size, np.int32))


def hash_text(text: CodedText) -> Hashes:
    """Return a 64-bit number per row that depends on every byte of it and on its length."""
    hashes = mix(np.full(len(text.lengths), _SEED), text.lengths.astype(np.uint64))
    longest = int(text.lengths.max(initial=0))
    shortest = int(text.lengths.min(initial=0))
    for at in range(0, longest, _WORD):
        if shortest > at:
            hashes = mix(hashes, _words(text.data, text.starts, text.lengths, at))
        else:
            rows = np.flatnonzero(text.lengths > at)
            words = _words(text.data, text.starts[rows], text.lengths[rows], at)
            hashes[rows] = mix(hashes[rows], words)
    return finish(hashes)


def mix(hashes: Hashes, words: Hashes) -> Hashes:
    """Return hashes that depend on ``words`` too."""
    mixed = hashes ^ words
    mixed *= _SPREAD
    mixed ^= mixed >> _HALF
    return mixed


def finish(hashes: Hashes) -> Hashes:
    """Return hashes of which every bit depends on every bit that went in."""
    finished = hashes * _FINISH
    finished ^= finished >> _THIRD
    finished *= _SPREAD
    finished ^= finished >> _HALF
    return finished


def same_text(left: CodedText, i: Rows, right: CodedText, j: Rows) -> Flags:
    """Return, pair by pair, whether row ``i`` of one column holds the bytes of ``j`` of another."""
    width = left.lengths[i]
    same: Flags = width == right.lengths[j]
    usual = int(width[0]) if len(width) else 0
    fits = min(len(left.data), len(right.data)) >= usual > 0
    alike: Flags = same & (width == usual) if fits else np.zeros(len(same), bool)
    at = np.flatnonzero(alike)
    for first in range(0, len(at), _COPIED_AT_ONCE):
        part = at[first : first + _COPIED_AT_ONCE]
        same[part] = _slices(left, i[part], usual) == _slices(right, j[part], usual)
    rest = np.flatnonzero(same & ~alike)
    for word in range(0, int(width[rest].max(initial=0)), _WORD):
        rest = rest[same[rest] & (width[rest] > word)]
        there = _words(left.data, left.starts[i[rest]], width[rest], word)
        here = _words(right.data, right.starts[j[rest]], width[rest], word)
        same[rest] = there == here
    return same


def _slices(text: CodedText, rows: Rows, width: int) -> NDArray[np.void]:
    """Return ``width`` bytes of each row as one opaque value."""
    view: NDArray[np.void] = np.ndarray(
        (len(text.data) - width + 1,), dtype=f"V{width}", buffer=text.data, strides=(1,)
    )
    return view[text.starts[rows]]


def _words(
    data: NDArray[np.uint8],
    starts: NDArray[np.int32] | NDArray[np.int64],
    lengths: NDArray[np.int32],
    at: int,
) -> Hashes:
    """Return bytes ``at`` to ``at + 8`` of each text as a number, zeros behind its end."""
    words: Hashes = np.ndarray((len(data) - _WORD + 1,), dtype="<u8", buffer=data, strides=(1,))
    places = starts.astype(np.int64)
    places += at
    last = len(data) - _WORD
    if int(places.max(initial=0)) <= last:
        read = words[places]
    else:
        beyond = np.maximum(places - last, 0)
        read = words[places - beyond] >> (beyond * 8).astype(np.uint64)
    shortest, longest = int(lengths.min(initial=_WORD)) - at, int(lengths.max(initial=0)) - at
    if shortest == longest < _WORD:
        read &= np.uint64((1 << 8 * longest) - 1)
    elif shortest < _WORD:
        bits = np.minimum(lengths - at, _WORD - 1) * 8
        keep = (np.uint64(1) << bits.astype(np.uint64)) - np.uint64(1)
        keep[lengths - at >= _WORD] = ~np.uint64(0)
        read &= keep
    return read
