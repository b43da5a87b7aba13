"""The ground of a poster: fine curves that no two serials share and no white sticker can hide on.

Two families, both real curves written as cubic Béziers. The *field* runs across the whole sheet, edge
to edge: braids of sine waves whose width swells and shrinks. The *wreath* runs round the white panel
of each code: closed curves that swing to and fro across a rounded square. Every wave length, swing and
phase comes from the serial, so the same poster has the same ground on any machine, and a forged board
copied from the neighbour's has the wrong one.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qr.poster_paper import Box

FIELD_COLOUR = "#d3d8ef"
WREATH_COLOUR = "#8d96d0"
ACCENT_COLOUR = "#dd9c6d"
"""Light enough to read text on, dark enough in grey to show where they stop (tests hold both)."""

_UNITS_PER_MM = 100
_TURN = 2 * np.pi
_FIELD_POINTS, _WREATH_POINTS = 3, 4
"""Points a wave; with the true slope at each, a cubic leaves a sine by a twentieth of its swing or less."""
_NEARBY = 1e-4

Array = npt.NDArray[np.float64]


class Strands(NamedTuple):
    """Curves of like length: points, and at each the handle towards the next, by (strand, point, axis)."""

    points: Array
    handles: Array


@dataclass(frozen=True)
class Ink:
    """How much is printed: width of the lines, braids and strands; ``eco`` prints half."""

    line_mm: float
    braid_gap_mm: float
    strands: int
    wreath_strands: int


NORMAL = Ink(line_mm=0.16, braid_gap_mm=7.6, strands=3, wreath_strands=6)
ECO = Ink(line_mm=0.11, braid_gap_mm=8.4, strands=2, wreath_strands=4)


def draw_guilloche(
    serial: str,
    *,
    width_mm: float,
    height_mm: float,
    panels: Sequence[Box],
    swing_mm: tuple[float, float],
    scale: float = 1.0,
    bleed_mm: float = 0.0,
    is_eco: bool = False,
) -> str:
    """Return the ground of one poster as SVG; its curves run past all four edges.

    Args:
        panels: the white squares that hold codes, each wreathed.
        swing_mm: how far a wreath reaches beyond its panel, sideways and up and down.
        scale: size of the pattern; 1 suits A5.
        bleed_mm: how far the picture reaches beyond the poster on each side, for the knife.
    """
    ink = ECO if is_eco else NORMAL
    chance = _Chance(serial)
    line = ink.line_mm * min(scale, 1.5)
    field = _field(chance, width_mm, height_mm, ink, scale, bleed_mm)
    parts = [_path(field, FIELD_COLOUR, line)]
    for panel in panels:
        points, handles = _wreath(chance, panel, swing_mm, ink, scale)
        # Every third strand is warm; the cool ones lie under it.
        is_warm = np.arange(len(points)) % 3 == 0
        parts += [
            _path(Strands(points[chosen], handles[chosen]), colour, line)
            for chosen, colour in ((~is_warm, WREATH_COLOUR), (is_warm, ACCENT_COLOUR))
        ]
    box = (-bleed_mm, -bleed_mm, width_mm + 2 * bleed_mm, height_mm + 2 * bleed_mm)
    size = " ".join(f"{each * _UNITS_PER_MM:g}" for each in box)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}">{"".join(parts)}</svg>'


class _Chance:
    """Numbers between two bounds, one after the other, the same for the same serial everywhere."""

    def __init__(self, serial: str) -> None:
        self._bytes = hashlib.shake_256(f"guilloche|{serial}".encode()).digest(256)
        self._at = 0

    def between(self, low: float, high: float) -> float:
        word = int.from_bytes(self._bytes[self._at : self._at + 2], "big")
        self._at = (self._at + 2) % len(self._bytes)
        return low + (high - low) * word / 0xFFFF


def _field(
    chance: _Chance, width: float, height: float, ink: Ink, scale: float, bleed: float
) -> Strands:
    """Return braids of waves from left of the left edge to right of the right edge."""
    gap = ink.braid_gap_mm * scale
    wave = chance.between(34, 42) * scale
    swell = chance.between(75, 99) * scale
    drift, lean = chance.between(0.5, 1.1), chance.between(0.5, 0.9)
    phase, swell_phase = chance.between(0, _TURN), chance.between(0, _TURN)
    rows = np.repeat(np.arange(-1, int((height + 2 * bleed) / gap) + 1), ink.strands)[:, None]
    shifts = _TURN * (np.arange(len(rows)) % ink.strands / ink.strands)[:, None]

    def curve(x: Array) -> Array:
        reach = gap * (0.62 + 0.3 * np.sin(_TURN * x / swell + swell_phase + lean * rows))
        turned = _TURN * x / wave + phase + drift * rows + shifts
        y = (rows + 0.5) * gap - bleed + reach * np.sin(turned)
        return np.stack([np.broadcast_to(x, y.shape), y], axis=2)

    step = wave / _FIELD_POINTS
    return _sampled(curve, np.arange(-bleed - step, width + bleed + step, step), step)


def _wreath(
    chance: _Chance, panel: Box, swing: tuple[float, float], ink: Ink, scale: float
) -> Strands:
    """Return closed curves that swing across a rounded square just outside the panel."""
    half = np.array([panel.width / 2 + swing[0] / 2, panel.height / 2 + swing[1] / 2])
    middle = np.array([panel.x + panel.width / 2, panel.y + panel.height / 2])
    around = 2 * (panel.width + panel.height) + 4 * (swing[0] + swing[1])
    waves = round(around / (chance.between(16, 19) * scale))
    swells = round(chance.between(5, 11))
    phase = chance.between(0, _TURN)
    shifts = _TURN * (np.arange(ink.wreath_strands) / ink.wreath_strands)[:, None]

    def curve(at: Array) -> Array:
        base, normal = _rounded(at % 1, half, radius=max(swing) / 2 + 2.5 * scale)
        reach = 0.86 + 0.14 * np.sin(_TURN * swells * at - shifts)
        sway = reach * np.sin(_TURN * waves * at + phase + shifts)
        return middle + base + normal * (np.array(swing) / 2) * sway[:, :, None]

    points = waves * _WREATH_POINTS
    return _sampled(curve, np.arange(points + 1) / points, 1 / points)


def _sampled(curve: Callable[[Array], Array], at: Array, step: float) -> Strands:
    near = step * _NEARBY
    slopes = (curve(at + near) - curve(at - near)) / (2 * near)
    return Strands(curve(at), slopes * step / 3)


def _rounded(at: Array, half: Array, *, radius: float) -> tuple[Array, Array]:
    """Return points of a rounded rectangle about the origin, by share of its way round, and normals."""
    straight = 2 * (half - radius)
    bend = np.pi / 2 * radius
    lengths = [straight[0], bend, straight[1], bend, straight[0], bend, straight[1], bend]
    ends = np.cumsum(lengths)
    way = at * ends[-1]
    part = np.searchsorted(ends, way, side="right")
    past = way - np.concatenate([[0], ends])[part]
    side, is_bend = part // 2, part % 2 == 1
    # Side 0 is the top, walked to the right; the others follow clockwise.
    heading = side * np.pi / 2 + np.where(is_bend, past / radius, 0)
    along = np.column_stack([np.cos(heading), np.sin(heading)])
    normal = np.column_stack([np.sin(heading), -np.cos(heading)])
    inner = half - radius
    starts = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * inner
    centres = np.array([[1, -1], [1, 1], [-1, 1], [-1, -1]]) * inner
    points = np.where(
        is_bend[:, None],
        centres[side] + normal * radius,
        starts[side] + normal * radius + along * past[:, None],
    )
    return points, normal


def _path(strands: Strands, colour: str, line_mm: float) -> str:
    """Return curves as one SVG path: of each one ``c``, then ``s``, whose first handle mirrors the last."""
    whole = np.rint(strands.points * _UNITS_PER_MM).astype(np.int64)
    reach = np.rint(strands.handles * _UNITS_PER_MM).astype(np.int64)
    ends = np.diff(whole, axis=1)
    steps = np.concatenate([ends - reach[:, 1:], ends], axis=2).reshape(len(whole), -1).tolist()
    starts = np.concatenate([whole[:, 0], reach[:, 0]], axis=1).tolist()
    shapes = (
        f"M{x} {y}c{dx} {dy} {' '.join(map(str, parts[:4]))}s{' '.join(map(str, parts[4:]))}"
        for (x, y, dx, dy), parts in zip(starts, steps, strict=True)
    )
    return (
        f'<path fill="none" stroke="{colour}" stroke-width="{line_mm * _UNITS_PER_MM:g}"'
        f' d="{"".join(shapes)}"/>'
    )
