"""Which of the eight masks makes a symbol easiest to read, decided for all eight at once.

Segno scores the masks one module at a time, which is four fifths of its work. Here the symbol is
drawn once by segno, with mask 0, and the scores are computed on arrays; the result is segno's own,
module for module (a test holds the two together).

Source: ISO/IEC 18004:2015, 7.8.2 and 7.8.3, pages 50 to 54.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import segno
from segno import consts

Modules = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Penalties = npt.NDArray[np.int64]

_FINDER = b"\x01\x00\x01\x01\x01\x00\x01"
_DATA = {consts.TYPE_DATA_LIGHT, consts.TYPE_DATA_DARK}
# Written only after the masks are scored, so light while they are.
_LATE = {
    consts.TYPE_FORMAT_LIGHT,
    consts.TYPE_FORMAT_DARK,
    consts.TYPE_VERSION_LIGHT,
    consts.TYPE_VERSION_DARK,
    consts.TYPE_DARKMODULE,
}


class Drawn(NamedTuple):
    """A finished symbol: rows of dark (1) and light (0) modules, and the mask that was chosen."""

    matrix: Modules
    mask: int


def draw_with_best_mask(symbol: segno.QRCode) -> Drawn:
    """Return the symbol with the best mask, given the same symbol as segno draws it with mask 0."""
    version = int(symbol.version)
    layout = _layout(version)
    unmasked = np.array(symbol.matrix, dtype=np.uint8) ^ layout.flips[0]
    candidates = np.where(layout.is_late, np.uint8(0), unmasked) ^ layout.flips
    mask = int(np.argmin(_penalties(candidates)))
    drawn = np.where(layout.is_data, candidates[mask], _function_modules(version, mask))
    return Drawn(drawn, mask)


class _Layout(NamedTuple):
    """What each place of a version is for; ``flips[k]`` is 1 where mask k turns a data module over."""

    is_data: Flags
    is_late: Flags
    flips: Modules


@cache
def _layout(version: int) -> _Layout:
    symbol = _any_symbol(version, mask=0)
    kinds = np.array([list(row) for row in symbol.matrix_iter(border=0, verbose=True)])
    # Segno 1.6 calls the module left of the upper right format information by its name too; it is data.
    kinds[8, -9] = consts.TYPE_DATA_LIGHT
    is_data = np.isin(kinds, list(_DATA))
    flips = _mask_patterns(len(kinds)) & is_data
    return _Layout(is_data, np.isin(kinds, list(_LATE)), flips.astype(np.uint8))


@cache
def _function_modules(version: int, mask: int) -> Modules:
    """Return a symbol whose finder, timing, format and version modules are those of any other."""
    return np.array(_any_symbol(version, mask=mask).matrix, dtype=np.uint8)


def _any_symbol(version: int, *, mask: int) -> segno.QRCode:
    return segno.make_qr("1", error="m", mode="byte", version=version, mask=mask, boost_error=False)


def _mask_patterns(size: int) -> Flags:
    """Return the eight data mask patterns. Source: ISO/IEC 18004:2015, table 10, page 50."""
    i, j = np.indices((size, size))
    return np.stack(
        [
            (i + j) % 2 == 0,
            i % 2 == 0,
            j % 3 == 0,
            (i + j) % 3 == 0,
            (i // 2 + j // 3) % 2 == 0,
            (i * j) % 2 + (i * j) % 3 == 0,
            ((i * j) % 2 + (i * j) % 3) % 2 == 0,
            ((i + j) % 2 + (i * j) % 3) % 2 == 0,
        ]
    )


def _penalties(candidates: Modules) -> Penalties:
    """Return the penalty of each candidate. Source: ISO/IEC 18004:2015, table 11, page 54."""
    turned = np.ascontiguousarray(candidates.transpose(0, 2, 1))
    lines = np.concatenate([candidates, turned], axis=1)
    return _runs(lines) + _blocks(candidates) + _finder_likes(lines) + _imbalance(candidates)


def _runs(lines: Modules) -> Penalties:
    """N1: a run of five or more like modules costs its length less two."""
    same = lines[..., 1:] == lines[..., :-1]
    pairs = same[..., 1:] & same[..., :-1]
    fives = pairs[..., 2:] & pairs[..., :-2]
    starts = fives.copy()
    starts[..., 1:] &= ~fives[..., :-1]
    cost: Penalties = fives.sum(axis=(1, 2)) + 2 * starts.sum(axis=(1, 2))
    return cost


def _blocks(candidates: Modules) -> Penalties:
    """N2: each two by two block of like modules costs three."""
    beside = candidates[:, :, 1:] == candidates[:, :, :-1]
    below = candidates[:, 1:, :] == candidates[:, :-1, :]
    like = beside[:, 1:, :] & beside[:, :-1, :] & below[:, :, 1:]
    cost: Penalties = 3 * like.sum(axis=(1, 2))
    return cost


def _finder_likes(lines: Modules) -> Penalties:
    """N3: what looks like a finder pattern beside four light modules costs forty."""
    return np.array([sum(map(_finder_like, rows)) for rows in _as_bytes(lines)])


def _as_bytes(lines: Modules) -> list[list[bytes]]:
    width = lines.shape[2]
    texts = [candidate.tobytes() for candidate in lines]
    return [[text[at : at + width] for at in range(0, len(text), width)] for text in texts]


def _finder_like(line: bytes) -> int:
    """Return the cost of one line, looking on from each find as segno does."""
    cost, at = 0, line.find(_FINDER)
    while at != -1:
        after = at + 7
        if (
            at in (0, len(line) - 7)
            or not any(line[max(at - 4, 0) : at])
            or not any(line[after : after + 4])
        ):
            cost += 40
        else:
            after = at + 4
        at = line.find(_FINDER, after)
    return cost


def _imbalance(candidates: Modules) -> Penalties:
    """N4: ten for each full five per cent that dark and light are out of balance."""
    share = candidates.mean(axis=(1, 2)) * 100
    cost: Penalties = 10 * (np.abs(share - 50) / 5).astype(np.int64)
    return cost
