"""What a chart's file says of itself once it has left its page: a title above, a source below."""

import re
from collections.abc import Sequence
from html import escape
from textwrap import wrap

from market.charts.scales import place

WIDTH = 640
"""Of a file that has nothing to draw."""
_SIZE = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)" width="[0-9.]+" height="[0-9.]+"')
_EDGE, _LINE, _GAP = 12, 19, 10
_LETTER = 7.2
"""About the width of a letter of 13 pixels."""


def framed(svg: str, *, title: str, head: Sequence[str], foot: Sequence[str]) -> str:
    """Return a drawing between its title, the lines below that, and its foot, long lines broken.

    Args:
        svg: as the charts of this package draw it.
    """
    size = _SIZE.search(svg)
    assert size is not None
    width, height = float(size[1]), float(size[2])
    letters = int(width / _LETTER)
    titles = wrap(title, int(letters * 0.88))
    above = [line for told in head for line in wrap(told, letters)]
    below = [line for told in foot for line in wrap(told, letters)]
    top = _EDGE + _LINE * (len(titles) + len(above)) + _GAP
    whole = top + height + _GAP + _LINE * len(below) + _EDGE
    parts = [
        *(_line(at, text, 'font-size="15" font-weight="700"') for at, text in enumerate(titles)),
        *(_line(at, text) for at, text in enumerate(above, start=len(titles))),
    ]
    begin = top + height + _GAP - _EDGE
    parts += [_line(at, text, 'font-size="12"', begin) for at, text in enumerate(below)]
    tag, _, rest = svg.partition(">")
    wide, high = place(width + 2 * _EDGE), place(whole)
    own = _SIZE.sub(f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"', tag)
    inside = rest.removesuffix("</svg>")
    return (
        f'{own}>{"".join(parts)}<g transform="translate({_EDGE} {place(top)})">{inside}</g></svg>'
    )


def in_words(text: str) -> str:
    """Return a drawing that says in words why there is none."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 60" width="{WIDTH}" '
        f'height="60" role="img" aria-label="{escape(text)}"><text y="35" '
        f'font-size="14" fill="var(--ink)">{escape(text)}</text></svg>'
    )


def _line(at: int, text: str, style: str = 'font-size="13"', begin: float = 0) -> str:
    y = place(begin + _EDGE + _LINE * at + 13)
    return f'<text x="{_EDGE}" y="{y}" {style} fill="var(--ink)">{escape(text)}</text>'
