"""Codes found in remarks although a bank changed one character of them, in bulk.

A code is near a remark when some stretch of the remark becomes the code by at most one character
changed, lost or put in; characters that are read for one another count as the same. All pairs of a
group are compared at once, a bit per character of the code (Myers 1999, "A fast bit-vector algorithm
for approximate string matching based on dynamic programming"), so the answer is exact.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import CodedText, Codes, Rows

DISTANCE_MAX = 1
CODE_LENGTH_MAX = 63
"""One bit of a 64-bit word per character of the code."""
PAIRS_MAX = 1 << 20
"""Pairs of one group that are compared; in a larger group nothing is told apart by its codes."""
LOOK_ALIKES = ("0OQD", "1ILJ", "2Z", "5S", "6G", "8B", "UV")
"""Characters that people, cameras and old terminals take for one another."""
_AT_ONCE = 1 << 13
_ONE = np.uint64(1)


_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _classes() -> NDArray[np.uint8]:
    """Return the class of each byte: a number of its own, one for all look-alikes, 0 for signs."""
    classes = np.zeros(256, np.uint8)
    for number, character in enumerate(_LETTERS, start=1):
        classes[ord(character)] = number
    for alike in LOOK_ALIKES:
        classes[[ord(character) for character in alike]] = classes[ord(alike[0])]
    return classes


_CLASS = _classes()
_CLASSES = len(_LETTERS) + 1


@dataclass(frozen=True, slots=True)
class NearCodes:
    """Pairs (place among the codes, place among the remarks) at most one character apart."""

    code: Rows
    remark: Rows


def find_near_codes(
    codes: CodedText, code_group: Codes, remarks: CodedText, remark_group: Codes
) -> NearCodes:
    """Return which codes stand in which remarks of their group, but for one character.

    Args:
        codes: letters and digits in capitals.
        remarks: likewise, without anything in between.
        code_group: what must be equal besides (account, direction, amount), as an integer code.
        remark_group: likewise.
    """
    fits = np.flatnonzero((codes.lengths > DISTANCE_MAX) & (codes.lengths <= CODE_LENGTH_MAX))
    at, remark = _pairs(code_group[fits], remark_group)
    code = fits[at]
    long_enough = remarks.lengths[remark] >= codes.lengths[code] - DISTANCE_MAX
    code, remark = code[long_enough], remark[long_enough]
    near = np.zeros(len(code), bool)
    places = _places_of_characters(codes)
    for first in range(0, len(code), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        distance = _distance(places, code[part], codes.lengths[code[part]], remarks, remark[part])
        near[part] = distance <= DISTANCE_MAX
    return NearCodes(code[near], remark[near])


def _pairs(left: Codes, right: Codes) -> tuple[Rows, Rows]:
    """Return every pair of places of one group, but of groups that are too large."""
    order = np.argsort(right, kind="stable")
    line = right[order]
    first = np.searchsorted(line, left, "left")
    count = np.searchsorted(line, left, "right") - first
    size = 1 + int(max(left.max(initial=-1), right.max(initial=-1)))
    of_group = np.bincount(left, weights=count, minlength=size)
    count[of_group[left] > PAIRS_MAX] = 0
    i = np.repeat(np.arange(len(left)), count)
    inside = np.arange(len(i)) - np.repeat(np.cumsum(count) - count, count)
    return i, order[np.repeat(first, count) + inside]


def _distance(
    places: NDArray[np.uint64],
    code: Rows,
    lengths: NDArray[np.int32],
    remarks: CodedText,
    remark: Rows,
) -> NDArray[np.int32]:
    """Return for each pair the fewest changes that make some stretch of the remark the code.

    Args:
        places: per code and class of characters, as ``_places_of_characters`` returns them.
    """
    last = _ONE << (lengths - 1).astype(np.uint64)
    plus = np.full(len(code), ~np.uint64(0))
    minus = np.zeros(len(code), np.uint64)
    score, best = lengths.copy(), lengths.copy()
    row = code.astype(np.int64) * _CLASSES
    starts, ends = remarks.starts[remark], remarks.lengths[remark]
    for at in range(int(ends.max(initial=0))):
        read = remarks.data[np.minimum(starts + at, len(remarks.data) - 1)]
        same = places[row + np.where(at < ends, _CLASS[read], 0)]
        vertical = same | minus
        across = (((same & plus) + plus) ^ plus) | same
        up = minus | ~(across | plus)
        down = plus & across
        score += (up & last) != 0
        score -= (down & last) != 0
        np.minimum(best, score, out=best)
        up <<= _ONE
        down <<= _ONE
        plus = down | ~(vertical | up)
        minus = up & vertical
    return best


def _places_of_characters(codes: CodedText) -> NDArray[np.uint64]:
    """Return for each code and class the places of the code, one bit each, that hold the class.

    Class 0 is held nowhere: signs, and what lies behind the end of a remark.
    """
    places = np.zeros(len(codes.lengths) * _CLASSES, np.uint64)
    rows = np.flatnonzero(codes.lengths <= CODE_LENGTH_MAX)
    for at in range(int(codes.lengths[rows].max(initial=0))):
        inside = rows[codes.lengths[rows] > at]
        held = _CLASS[codes.data[codes.starts[inside] + at]].astype(np.int64)
        places[inside * _CLASSES + held] |= _ONE << np.uint64(at)
    places[0::_CLASSES] = 0
    return places
