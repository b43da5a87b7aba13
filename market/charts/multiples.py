"""Small multiples: one panel for each market on one scale, so that their courses compare at a glance."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from html import escape

from market.charts.scales import place, round_top

WIDTH, COLUMNS = 640, 4
_HIGH, _HEAD, _FOOT, _LEFT, _GAP = 100, 22, 22, 34, 22


@dataclass(frozen=True, slots=True)
class Panel:
    """One market: a share for each period; ``None`` = hidden, or the market was not open."""

    name: str
    values: tuple[float | None, ...]
    text: str
    """What the newest period says."""


def multiples_chart(
    panels: Sequence[Panel],
    periods: Sequence[str],
    *,
    label: str,
    shaded: Collection[int] = (),
) -> str:
    """Return the panels as SVG, row by row.

    Args:
        periods: short names, one a place; the first and the last are written.
        shaded: places to remark, as those that hold Tết.
    """
    rows = -(-len(panels) // COLUMNS)
    height = _HIGH * rows
    highest = max((v for panel in panels for v in panel.values if v is not None), default=0.0)
    top = min(round_top(highest)[0], 1.0)
    wide = (WIDTH - _LEFT) / COLUMNS
    parts = []
    for number, panel in enumerate(panels):
        row, column = divmod(number, COLUMNS)
        box = _Box(_LEFT + wide * column, _HIGH * row, wide - _GAP)
        parts.append(_panel(panel, periods, box, top, shaded, has_scale=column == 0))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a panel stands."""

    left: float
    above: float
    wide: float

    @property
    def top(self) -> float:
        return self.above + _HEAD

    @property
    def floor(self) -> float:
        return self.above + _HIGH - _FOOT


def _panel(
    panel: Panel,
    periods: Sequence[str],
    box: _Box,
    top: float,
    shaded: Collection[int],
    *,
    has_scale: bool,
) -> str:
    last = max(1, len(periods) - 1)

    def x(at: int) -> float:
        return box.left + box.wide * at / last

    def y(value: float) -> float:
        return box.floor - (box.floor - box.top) * value / top

    # A long name would touch the figure at the panel's other end.
    letters = int(box.wide - 7 * len(panel.text)) // 6
    name = panel.name if len(panel.name) <= letters else f"{panel.name[: letters - 1]}…"
    right = box.left + box.wide
    parts = [
        _words(box.left, box.above + 14, name, "start"),
        _words(right, box.above + 14, panel.text, "end", ' font-weight="700"'),
    ]
    parts += [
        f'<rect x="{place(x(at) - 4)}" y="{place(box.top)}" width="8" '
        f'height="{place(box.floor - box.top)}" fill="var(--line)"/>'
        for at in sorted(shaded)
    ]
    parts += [
        f'<path d="M{place(box.left)} {place(y(value))}H{place(right)}" '
        f'stroke="var(--line)" fill="none"/>'
        for value in (0.0, top)
    ]
    if has_scale:
        parts += [
            _words(box.left - 5, y(value) + 4, _percent(value), "end") for value in (0.0, top)
        ]
    parts += [
        _words(box.left, box.floor + 14, periods[0], "start"),
        _words(right, box.floor + 14, periods[-1], "end"),
    ]
    return "".join([*parts, _course(panel.values, x, y)])


def _words(x: float, y: float, text: str, anchor: str, weight: str = "") -> str:
    return (
        f'<text x="{place(x)}" y="{place(y)}" text-anchor="{anchor}" font-size="12"{weight} '
        f'fill="var(--ink)">{escape(text)}</text>'
    )


def _percent(value: float) -> str:
    return f"{value * 100:g}%".replace(".", ",")


def _course(
    values: Sequence[float | None], x: Callable[[int], float], y: Callable[[float], float]
) -> str:
    known = {at: value for at, value in enumerate(values) if value is not None}
    if not known:
        return ""
    drawn = "".join(
        f"{'L' if at - 1 in known else 'M'}{place(x(at))} {place(y(value))}"
        for at, value in known.items()
    )
    dots = "".join(
        f'<circle cx="{place(x(at))}" cy="{place(y(value))}" r="2.5" fill="var(--chart-1)"/>'
        for at, value in known.items()
    )
    return (
        f'<path d="{drawn}" fill="none" stroke="var(--chart-1)" stroke-width="2" '
        f'stroke-linejoin="round"/>{dots}'
    )
