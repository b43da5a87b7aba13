"""Bars of shares below each other: the steps of a ladder, the bands of a distribution."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from market.charts.scales import place

WIDE, NARROW = 640, 320
ROW, _TOP, _BOTTOM = 28, 6, 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One share of one; ``share`` ``None`` = hidden or nothing to tell, which ``text`` says."""

    name: str
    text: str
    share: float | None
    behind: float | None = None
    """A second share, drawn paler behind the first."""


def bar_chart(bars: Sequence[Bar], *, label: str, width: int = WIDE) -> str:
    """Return the bars as SVG, in their order; the pale length behind each is the whole."""
    left, right = (210, 110) if width >= WIDE else (140, 84)
    height = _TOP + ROW * len(bars) + _BOTTOM
    room = width - left - right
    letters = (left - 12) // 7
    parts = []
    for number, bar in enumerate(bars):
        top = _TOP + ROW * number
        middle = top + ROW // 2
        name = bar.name if len(bar.name) <= letters else f"{bar.name[: letters - 1]}…"
        parts.append(
            f'<text x="{left - 10}" y="{middle}" dy=".35em" text-anchor="end" font-size="13" '
            f'fill="var(--ink)">{escape(name)}</text>'
            f'<rect x="{left}" y="{top + 6}" width="{room}" height="{ROW - 12}" '
            f'fill="var(--line)" opacity=".5"/>'
            f'<text x="{width - right + 8}" y="{middle}" dy=".35em" font-size="13" '
            f'font-weight="700" fill="var(--ink)">{escape(bar.text)}</text>'
        )
        parts += [
            f'<rect x="{left}" y="{top + 6}" width="{place(room * min(share, 1))}" '
            f'height="{ROW - 12}" fill="var({paint})"/>'
            for share, paint in ((bar.behind, "--chart-3"), (bar.share, "--chart-1"))
            if share is not None
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )
