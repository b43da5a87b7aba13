"""Markets side by side: each share as a dot on the interval it may lie in."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from market.charts.scales import place

WIDE, NARROW = 640, 320
ROW, _TOP, _BOTTOM = 30, 8, 30
LINE = 14
"""From one line of a name to the next: two fit into a row."""
_LETTER = 7.2
"""About the width of a letter of the text beside a row."""


@dataclass(frozen=True, slots=True)
class Row:
    """One market; ``value`` ``None`` = hidden or nothing to tell, which ``text`` says."""

    name: str
    text: str
    value: float | None
    low: float | None
    high: float | None


def interval_chart(rows: Sequence[Row], *, label: str, width: int = WIDE) -> str:
    """Return the rows as SVG, in their order."""
    left = 210 if width >= WIDE else 128
    right = max(62, 16 + round(_LETTER * max((len(row.text) for row in rows), default=0)))
    height = _TOP + ROW * len(rows) + _BOTTOM
    room = width - left - right
    letters = (left - 12) // 7

    def x(share: float) -> str:
        return place(left + room * share)

    parts = [
        f'<path d="M{x(share)} {_TOP}V{height - _BOTTOM}" stroke="var(--line)" fill="none"/>'
        f'<text x="{x(share)}" y="{height - 10}" text-anchor="middle" font-size="13" '
        f'fill="var(--ink-2)">{round(share * 100)}%</text>'
        for share in (0, 0.25, 0.5, 0.75, 1)
        if width >= WIDE or share in {0, 0.5, 1}
    ]
    for number, row in enumerate(rows):
        middle = _TOP + ROW * number + ROW // 2
        name = wrap(row.name, letters, max_lines=2, placeholder="…")
        parts += [
            f'<text x="{left - 10}" y="{middle + LINE * at - LINE * (len(name) - 1) // 2}" '
            f'dy=".35em" text-anchor="end" font-size="13" fill="var(--ink)">{escape(line)}</text>'
            for at, line in enumerate(name)
        ]
        parts.append(
            f'<text x="{width - right + 10}" y="{middle}" dy=".35em" font-size="13" '
            f'font-weight="700" fill="var(--ink)">{escape(row.text)}</text>'
        )
        if row.value is None:
            continue
        if row.low is not None and row.high is not None:
            parts.append(
                f'<path d="M{x(row.low)} {middle}H{x(row.high)}" stroke="var(--chart-3)" '
                f'stroke-width="7" stroke-linecap="round" fill="none"/>'
            )
        parts.append(f'<circle cx="{x(row.value)}" cy="{middle}" r="6" fill="var(--chart-1)"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )
