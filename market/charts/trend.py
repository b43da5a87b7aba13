"""Shares by period as lines: gaps where nothing was published, the last value written out.

Several lines are named above, each beside a stroke of its own colour.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from market.charts.scales import place, round_top

WIDE, NARROW = (640, 260), (320, 240)
_TOP, _BOTTOM, _LEFT, _RIGHT = 14, 30, 48, 60
_STROKES = ("--chart-1", "--chart-3")
_NAMES, _STROKE, _LETTER = 24, 18, 7.2
"""Height of the row of names, length of the stroke before each, and about the width of a letter."""

Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Line:
    """One series: a value for each period; ``None`` = hidden, or there is none."""

    name: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something to know about a period: Tết, a campaign, a market that opened."""

    at: int
    """The place of the period."""
    name: str


def trend_chart(
    periods: Sequence[str],
    lines: Sequence[Line],
    *,
    label: str,
    size: tuple[int, int] = WIDE,
    events: Sequence[Event] = (),
    as_share: bool = True,
) -> str:
    """Return the lines as SVG.

    Args:
        periods: short names, one a place.
        label: what the chart says, for who does not see it.
        as_share: values are shares of one, written as per cent.
    """
    width, height = size
    floor = height - _BOTTOM
    ceiling = _TOP + (_NAMES if len(lines) > 1 else 0)
    values = [value for line in lines for value in line.values if value is not None]
    top, step = round_top(max(values, default=0.0))
    if as_share:
        top = min(top, 1.0) if max(values, default=0.0) <= 1 else top

    def x(at: int) -> float:
        return _LEFT + (width - _LEFT - _RIGHT) * (at / max(1, len(periods) - 1))

    def y(value: float) -> float:
        return floor - (floor - ceiling) * value / top

    parts = [_names(lines) if len(lines) > 1 else "", _grid(width, top, step, y, as_share=as_share)]
    parts += [
        f'<rect x="{place(x(at) - 7)}" y="{ceiling}" width="14" height="{floor - ceiling}" '
        f'fill="var(--line)" opacity=".6"><title>{escape("; ".join(names))}</title></rect>'
        for at, names in _by_place(events).items()
    ]
    parts += [_axis(periods, x, floor, width)]
    used: list[float] = []
    parts += [
        _line(line, x, y, _STROKES[number % len(_STROKES)], used)
        for number, line in enumerate(lines)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _by_place(events: Sequence[Event]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for event in events:
        found.setdefault(event.at, []).append(event.name)
    return found


def _names(lines: Sequence[Line]) -> str:
    found, at = [], 0.0
    for number, line in enumerate(lines):
        found.append(
            f'<path d="M{place(at)} 9h{_STROKE}" stroke="var({_STROKES[number % len(_STROKES)]})" '
            f'stroke-width="3" stroke-linecap="round" fill="none"/>'
            f'<text x="{place(at + _STROKE + 7)}" y="9" dy=".35em" font-size="13" '
            f'fill="var(--ink)">{escape(line.name)}</text>'
        )
        at += _STROKE + 7 + _LETTER * len(line.name) + 16
    return "".join(found)


def _grid(width: int, top: float, step: float, y: Scale, *, as_share: bool) -> str:
    found = []
    for number in range(round(top / step) + 1):
        value = number * step
        text = f"{value * 100:g}%".replace(".", ",") if as_share else f"{value:g}".replace(".", ",")
        at = place(y(value))
        found.append(
            f'<path d="M{_LEFT} {at}H{width - _RIGHT + 8}" stroke="var(--line)" fill="none"/>'
            f'<text x="{_LEFT - 8}" y="{at}" dy=".35em" text-anchor="end" font-size="13" '
            f'fill="var(--ink-2)">{text}</text>'
        )
    return "".join(found)


def _axis(periods: Sequence[str], x: Callable[[int], float], floor: int, width: int) -> str:
    room = max(1, -(-len(periods) * 62 // (width - _LEFT - _RIGHT)))
    shown = [at for at in range(len(periods)) if (len(periods) - 1 - at) % room == 0]
    return "".join(
        f'<text x="{place(x(at))}" y="{floor + 20}" text-anchor="middle" font-size="13" '
        f'fill="var(--ink-2)">{escape(periods[at])}</text>'
        for at in shown
    )


def _line(line: Line, x: Callable[[int], float], y: Scale, stroke: str, used: list[float]) -> str:
    known = {at: value for at, value in enumerate(line.values) if value is not None}
    if not known:
        return ""
    drawn = [
        f"{'L' if at - 1 in known else 'M'}{place(x(at))} {place(y(value))}"
        for at, value in known.items()
    ]
    last = max(known)
    dots = "".join(
        f'<circle cx="{place(x(at))}" cy="{place(y(value))}" r="{5 if at == last else 3}" '
        f'fill="var({stroke})"/>'
        for at, value in known.items()
    )
    at_y = y(known[last])
    while any(abs(at_y - other) < 15 for other in used):
        at_y += 15
    used.append(at_y)
    return (
        f'<path d="{"".join(drawn)}" fill="none" stroke="var({stroke})" stroke-width="3" '
        f'stroke-linejoin="round" stroke-linecap="round"/>{dots}'
        f'<text x="{place(x(last) + 9)}" y="{place(at_y)}" dy=".35em" font-size="14" '
        f'font-weight="700" fill="var(--ink)">{escape(line.texts[last])}</text>'
    )
