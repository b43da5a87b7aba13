"""Which records share a key: 64-bit hashes, one sort, and the bytes compared afterwards.

The keys of both books are sorted together, so one sort finds the repeats inside each book and the
pairs between them. Hashes that agree while the keys do not (chance, or somebody's intent) send the
rows concerned to an exact grouping: the result never depends on the hash function.
Source: performance.md, "hash every id once to 64 bits, sort-join the hashes, verify".
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reconciliation.engine.coded_text import (
    CodedText,
    Codes,
    Flags,
    Hashes,
    HashText,
    Rows,
    finish,
    mix,
    same_text,
)

_TABLE_MIN = 1 << 16
_AT_ONCE = 1 << 18


@dataclass(frozen=True, slots=True)
class KeySide:
    """The rows of one book that take part in a join, and for each of them its key.

    ``block`` is what must be equal besides the text (account, direction …), as an integer code.
    """

    rows: Rows
    text: CodedText
    block: Codes


@dataclass(frozen=True, slots=True)
class SharedKeys:
    """Groups of equal keys. Keys that stand once in one book only are in none of them.

    ``left, right``: rows of groups of exactly one record in each book, pair by pair.
    ``crowd_*``: rows of all other groups, with the number of their group.
    """

    left: Rows
    right: Rows
    crowd_left: Rows
    crowd_left_group: Codes
    crowd_right: Rows
    crowd_right_group: Codes


def share_keys(left: KeySide, right: KeySide, hash_text: HashText) -> SharedKeys:
    """Return which rows of two books hold the same text in the same block.

    Rows without text must not be passed: a missing key is equal to nothing.
    """
    sizes = len(left.rows), len(right.rows)
    hashes = np.empty(sum(sizes), np.uint64)
    hashes[: sizes[0]] = _hash(left, hash_text)
    hashes[sizes[0] :] = _hash(right, hash_text)
    order, run = _sorted_runs(hashes)
    del hashes
    run_sizes = np.diff(run, append=np.int32(len(order)))
    pair_at = run[run_sizes == 2]
    a, b = order[pair_at], order[pair_at + 1]
    crossing = (a < sizes[0]) & (b >= sizes[0])
    a, b = a[crossing], b[crossing] - sizes[0]
    true = (left.block[a] == right.block[b]) & same_text(left.text, a, right.text, b)
    crowd, doubtful = _crowds(order, run, run_sizes, pair_at[~crossing], left, right)
    if not true.all():
        doubtful = np.concatenate([doubtful, a[~true], b[~true] + sizes[0]])
        a, b = a[true], b[true]
    positions, groups = crowd
    if len(doubtful):
        exact = _exact_groups(doubtful, left, right)
        apart_a, apart_b, doubtful, exact = _split_pairs(doubtful, exact, sizes[0])
        a, b = np.concatenate([a, apart_a]), np.concatenate([b, apart_b - sizes[0]])
        positions = np.concatenate([positions, doubtful])
        groups = np.concatenate([groups, exact + groups.max(initial=-1) + 1])
    on_left = positions < sizes[0]
    return SharedKeys(
        left=left.rows[a],
        right=right.rows[b],
        crowd_left=left.rows[positions[on_left]],
        crowd_left_group=groups[on_left],
        crowd_right=right.rows[positions[~on_left] - sizes[0]],
        crowd_right_group=groups[~on_left],
    )


def canonical_order(text: CodedText, hash_text: HashText) -> tuple[Rows, Rows]:
    """Return rows in an order that their text alone decides, and rows that repeat the one before.

    The order is that of the hashes; where they agree, of the bytes.
    """
    order, run = _sorted_runs(hash_text(text))
    sizes = np.diff(run, append=len(order))
    repeated: list[int] = []
    for begin, size in zip(run[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        rows = order[begin : begin + size]
        held = sorted(zip(text.take(rows).texts(), rows.tolist(), strict=True))
        order[begin : begin + size] = [row for _, row in held]
        repeated += [row for (before, _), (here, row) in pairwise(held) if here == before]
    return order, np.array(sorted(repeated), np.int64)


def code_together(*columns: Codes) -> NDArray[np.int64]:
    """Return one integer per row from 0 up, equal where all columns are equal: exact, no hash."""
    codes = _dense(columns[0])
    for column in columns[1:]:
        other = _dense(column)
        codes = _dense(codes * (int(other.max(initial=0)) + 1) + other)
    return codes


def _dense(values: Codes) -> NDArray[np.int64]:
    """Return codes 0, 1, 2 … for values."""
    if not len(values):
        return values.astype(np.int64)
    low, high = int(values.min()), int(values.max())
    if high - low < max(_TABLE_MIN, 4 * len(values)):
        seen = np.zeros(high - low + 1, bool)
        seen[values - low] = True
        numbers: NDArray[np.int64] = np.cumsum(seen) - 1
        return numbers[values - low]
    return pd.factorize(values)[0].astype(np.int64)


def _hash(side: KeySide, hash_text: HashText) -> Hashes:
    hashes = hash_text(side.text)
    return finish(mix(hashes, side.block.astype(np.uint64)))


def _sorted_runs(hashes: Hashes) -> tuple[Rows, Rows]:
    """Return positions in the order of their hashes and where each run of equals begins.

    The low bits of each hash make room for its position, so that values are sorted, not indexes:
    twice as fast. What the hash loses, the comparison of bytes makes good. ``hashes`` is used up.
    """
    bits = np.uint64(max(len(hashes) - 1, 1).bit_length())
    mask = (np.uint64(1) << bits) - np.uint64(1)
    packed = hashes
    packed &= ~mask
    for first in range(0, len(packed), _AT_ONCE):
        last = min(first + _AT_ONCE, len(packed))
        packed[first:last] |= np.arange(first, last, dtype=np.uint64)
    packed.sort()
    place = np.int32 if len(hashes) < np.iinfo(np.int32).max else np.int64
    order: Rows = (packed & mask).astype(place)
    packed >>= bits
    begins = np.ones(len(packed), bool)
    np.not_equal(packed[1:], packed[:-1], out=begins[1:])
    del packed
    return order, np.flatnonzero(begins).astype(place)


def _crowds(
    order: Rows, run: Rows, run_sizes: Rows, twins: Rows, left: KeySide, right: KeySide
) -> tuple[tuple[Rows, Codes], Rows]:
    """Return (positions, groups) of verified crowds, and positions whose runs are doubtful."""
    first = np.concatenate([twins, run[run_sizes > 2]])
    sizes = np.concatenate([np.full(len(twins), 2), run_sizes[run_sizes > 2]])
    group = np.repeat(np.arange(len(first)), sizes)
    inside = np.arange(len(group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    positions = order[np.repeat(first, sizes) + inside]
    same = _same_positions(positions[:-1], positions[1:], left, right)
    broken = np.zeros(len(first), bool)
    broken[group[1:][~same & (inside[1:] > 0)]] = True
    doubtful = broken[group]
    return (positions[~doubtful], group[~doubtful]), positions[doubtful]


def _same_positions(a: Rows, b: Rows, left: KeySide, right: KeySide) -> Flags:
    """Return whether positions of the two sides laid end to end hold the same key."""
    cut = len(left.rows)
    same = np.zeros(len(a), bool)
    for one, a_is in ((left, a < cut), (right, a >= cut)):
        for other, b_is in ((left, b < cut), (right, b >= cut)):
            at = np.flatnonzero(a_is & b_is)
            i = a[at] - (cut if one is right else 0)
            j = b[at] - (cut if other is right else 0)
            same[at] = (one.block[i] == other.block[j]) & same_text(one.text, i, other.text, j)
    return same


def _exact_groups(positions: Rows, left: KeySide, right: KeySide) -> Codes:
    """Return the group of each position by the full key, whatever its hash."""
    cut = len(left.rows)
    on_left = positions < cut
    places = np.concatenate([np.flatnonzero(on_left), np.flatnonzero(~on_left)])
    i, j = positions[on_left], positions[~on_left] - cut
    texts = np.array([*left.text.take(i).texts(), *right.text.take(j).texts(), None], object)[:-1]
    codes = pd.factorize(texts)[0].astype(np.int64)
    groups = np.empty(len(positions), np.int64)
    groups[places] = code_together(codes, np.concatenate([left.block[i], right.block[j]]))
    return groups


def _split_pairs(positions: Rows, groups: Codes, cut: int) -> tuple[Rows, Rows, Rows, Codes]:
    """Return positions of groups of one and one, and (positions, groups) of the other groups."""
    count = np.bincount(groups)
    on_left = np.bincount(groups[positions < cut], minlength=len(count))
    paired = (count == 2) & (on_left == 1)
    at = np.flatnonzero(paired[groups])
    at = at[np.lexsort((positions[at], groups[at]))]
    rest = count[groups] > 1
    rest &= ~paired[groups]
    return positions[at[0::2]], positions[at[1::2]], positions[rest], groups[rest]
