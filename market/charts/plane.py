"""Lines and bands on a plane: a Lorenz curve, a curve of waiting, a fan of paths."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from market.charts.scales import place

WIDE, NARROW = (640, 280), (320, 250)
_TOP, _BOTTOM, _LEFT, _RIGHT = 36, 46, 52, 24
_NAMED = 14
"""Where the vertical axis has its name: above it and level, as it is read without turning one's head."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points; both axes in shares of their length."""

    points: tuple[Point, ...]
    stroke: str = "--chart-1"
    is_dashed: bool = False
    has_dots: bool = False
    text: str = ""
    """Written at its last point."""


@dataclass(frozen=True, slots=True)
class Band:
    """From what to what, along the horizontal axis."""

    lower: tuple[Point, ...]
    upper: tuple[Point, ...]
    opacity: float


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis measures, and its marks: place as a share of its length, and text."""

    name: str
    marks: tuple[tuple[float, str], ...]


def plane_chart(
    curves: Sequence[Curve],
    *,
    across: Axis,
    up: Axis,
    label: str,
    bands: Sequence[Band] = (),
    size: tuple[int, int] = WIDE,
) -> str:
    """Return the drawing as SVG; ``label`` says what it shows to who does not see it."""
    width, height = size
    floor, right = height - _BOTTOM, width - _RIGHT

    def at(point: Point) -> str:
        return f"{place(_LEFT + (right - _LEFT) * point[0])} {place(floor - (floor - _TOP) * point[1])}"

    parts = [_rows(up, right, floor), _columns(across, height, right, floor)]
    parts += [
        f'<path d="M{"L".join(at(p) for p in (*band.lower, *reversed(band.upper)))}Z" '
        f'fill="var(--chart-3)" opacity="{band.opacity:g}"/>'
        for band in bands
        if band.lower
    ]
    for curve in curves:
        if not curve.points:
            continue
        dashes = ' stroke-dasharray="5 5"' if curve.is_dashed else ""
        thick = 2 if curve.is_dashed else 3
        parts.append(
            f'<path d="M{"L".join(at(point) for point in curve.points)}" fill="none" '
            f'stroke="var({curve.stroke})" stroke-width="{thick}" stroke-linejoin="round"{dashes}/>'
        )
        if curve.has_dots:
            parts += [
                '<circle cx="{}" cy="{}" r="4" fill="var({})"/>'.format(
                    *at(point).split(), curve.stroke
                )
                for point in curve.points
            ]
        if curve.text:
            x, y = at(curve.points[-1]).split()
            is_right = curve.points[-1][0] > 0.6
            anchor, shift = ("end", -4) if is_right else ("start", 6)
            parts.append(
                f'<text x="{float(x) + shift:g}" y="{max(float(y) - 8, _TOP - 8):g}" '
                f'text-anchor="{anchor}" font-size="13" font-weight="700" fill="var(--ink)">'
                f"{escape(curve.text)}</text>"
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _rows(axis: Axis, right: int, floor: int) -> str:
    found = [
        f'<text x="0" y="{_NAMED}" font-size="13" fill="var(--ink-2)">{escape(axis.name)}</text>'
    ]
    for share, text in axis.marks:
        y = place(floor - (floor - _TOP) * share)
        found.append(
            f'<path d="M{_LEFT} {y}H{right}" stroke="var(--line)" fill="none"/>'
            f'<text x="{_LEFT - 8}" y="{y}" dy=".35em" text-anchor="end" font-size="13" '
            f'fill="var(--ink-2)">{escape(text)}</text>'
        )
    return "".join(found)


def _columns(axis: Axis, height: int, right: int, floor: int) -> str:
    found = [
        f'<text x="{place(_LEFT + (right - _LEFT) * share)}" y="{floor + 18}" text-anchor="middle" '
        f'font-size="13" fill="var(--ink-2)">{escape(text)}</text>'
        for share, text in _fitting(axis.marks, right - _LEFT)
    ]
    found.append(
        f'<text x="{(_LEFT + right) // 2}" y="{height - 6}" text-anchor="middle" font-size="13" '
        f'fill="var(--ink-2)">{escape(axis.name)}</text>'
    )
    return "".join(found)


def _fitting(marks: Sequence[tuple[float, str]], room: int) -> list[tuple[float, str]]:
    """Return the marks whose texts do not touch, the last among them."""
    kept: list[tuple[float, str]] = []
    for share, text in reversed(marks):
        half = 4 * len(text) + 4
        if not kept or room * (kept[-1][0] - share) >= half + 4 * len(kept[-1][1]) + 4:
            kept.append((share, text))
    return list(reversed(kept))
