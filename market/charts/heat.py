"""Shares as a triangle of cells, darker where more: cohorts by the months since they began."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from market.charts.scales import place

WIDE, NARROW = 640, 320
ROW, _TOP, _LEFT, _RIGHT = 26, 26, 120, 8
STEPS = 6
_WHITE_FROM = 4
"""From this step on a cell is so dark that its text is white."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One share; ``step`` is its place on the ramp, 0 = hidden, which ``text`` says."""

    text: str
    step: int


@dataclass(frozen=True, slots=True)
class Row:
    """One cohort, from its first month on."""

    name: str
    cells: tuple[Cell, ...]


def heat_chart(rows: Sequence[Row], *, label: str, width: int = WIDE) -> str:
    """Return the rows as SVG, in their order; columns are numbered from 0."""
    columns = max((len(row.cells) for row in rows), default=1) or 1
    wide = (width - _LEFT - _RIGHT) / columns
    height = _TOP + ROW * len(rows) + _RIGHT
    parts = [_text(_LEFT + wide * (at + 0.5), _TOP - 9, str(at), "middle") for at in range(columns)]
    for number, row in enumerate(rows):
        top = _TOP + ROW * number
        parts.append(_text(_LEFT - 8, top + 17, row.name, "end"))
        parts += [_cell(_LEFT + wide * at, top, wide, cell) for at, cell in enumerate(row.cells)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _cell(left: float, top: float, wide: float, cell: Cell) -> str:
    paint = (
        f'fill="var(--chart-1)" opacity="{place(cell.step / STEPS)}"'
        if cell.step
        else 'fill="var(--line)"'
    )
    ink = "#fff" if cell.step >= _WHITE_FROM else "var(--ink)"
    return (
        f'<rect x="{place(left + 1)}" y="{top + 1}" width="{place(wide - 2)}" height="{ROW - 2}" '
        f"{paint}/>{_text(left + wide / 2, top + 17, cell.text, 'middle', ink)}"
    )


def _text(x: float, y: float, text: str, anchor: str, ink: str = "var(--ink)") -> str:
    return (
        f'<text x="{place(x)}" y="{place(y)}" text-anchor="{anchor}" font-size="13" '
        f'fill="{ink}">{escape(text)}</text>'
    )
