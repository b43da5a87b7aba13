"""The line of stalls with a code against the line of the plan, drawn by hand as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from market.overview.plan_progress import WeekPoint

WIDTH, HEIGHT = 328, 208
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 20, 28
_STEPS = (1, 2, 5)
_LINES_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Paths and labels of the chart, in units of its view box."""

    width: int
    height: int
    floor_y: str
    right: int
    left: int
    grid: tuple[tuple[str, int], ...]
    """Height of a grid line and the number beside it."""
    weeks: tuple[tuple[str, str, str], ...]
    """Place, anchor and label of first, present and last week."""
    planned: str
    done: str
    planned_end: tuple[str, str, int] | None
    done_end: tuple[str, str, int] | None
    is_ahead: bool
    """Whether what is done lies above the plan's line, where its number has room."""


def draw_chart(weeks: Sequence[WeekPoint]) -> Chart:
    """Return the chart of some weeks; the two ends carry their numbers."""
    values = [
        value for week in weeks for value in (week.planned, week.with_code) if value is not None
    ]
    step = _step(max(values, default=0))
    top_value = step * max(1, -(-max(values, default=0) // step))
    across = (WIDTH - _LEFT - _RIGHT) / max(1, len(weeks) - 1)

    def x(place: int) -> str:
        return f"{_LEFT + place * across:.1f}"

    def y(value: int) -> str:
        return f"{HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / top_value:.1f}"

    planned = [
        (x(n), y(w.planned), w.planned) for n, w in enumerate(weeks) if w.planned is not None
    ]
    done = [
        (x(n), y(w.with_code), w.with_code) for n, w in enumerate(weeks) if w.with_code is not None
    ]
    labels = {0: "start", len(weeks) - 1: "end"}
    now = len(done) - 1
    if 2 <= now <= len(weeks) - 3:
        labels[now] = "middle"
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        floor_y=y(0),
        left=_LEFT,
        right=WIDTH - _RIGHT,
        grid=tuple((y(value), value) for value in range(0, top_value + 1, step)),
        weeks=tuple(
            (x(place), anchor, f"{weeks[place].from_on:%d/%m}")
            for place, anchor in sorted(labels.items())
        ),
        planned=_path(planned),
        done=_path(done),
        planned_end=planned[-1] if planned else None,
        done_end=done[-1] if done else None,
        is_ahead=bool(done) and done[-1][2] >= (weeks[now].planned or 0),
    )


def _path(points: Sequence[tuple[str, str, int]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y, _ in points) if points else ""


def _step(highest: int) -> int:
    """Return a round distance between grid lines that gives a handful of them."""
    size = 1
    while True:
        for step in _STEPS:
            if highest <= step * size * _LINES_MAX:
                return step * size
        size *= 10
