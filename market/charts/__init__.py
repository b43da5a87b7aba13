"""Charts as SVG drawn by hand: one drawing for the page's themes, for paper and for a picture file.

Colours are names of the style sheet (``var(--chart-1)``) on pages and fixed in files (``painted``).
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typst import Fonts

PAINT: Mapping[str, str] = MappingProxyType(
    {
        "--chart-1": "#2e3780",
        "--chart-2": "#5862b4",
        "--chart-3": "#a3abdf",
        "--chart-ref": "#777a8e",
        "--ink": "#1b1e36",
        "--ink-2": "#4b4f68",
        "--line": "#ddd6c9",
        "--accent-ink": "#933f0e",
    }
)
"""The light theme of the style sheet, for files."""
_NAME = re.compile(r"var\((--[a-z0-9-]+)\)")
PNG_PER_INCH = 192


def painted(svg: str, font: str = "Be Vietnam Pro") -> str:
    """Return a chart with fixed colours and a font, on white, as a file of its own."""
    coloured = _NAME.sub(lambda found: PAINT[found[1]], svg)
    head, _, rest = coloured.partition(">")
    return f'{head} font-family="{font}"><rect width="100%" height="100%" fill="#fff"/>{rest}'


def png_of(svg: str) -> bytes:
    """Return a chart as PNG; the same chart gives the same bytes."""
    import typst

    compiler = typst.Compiler(
        b"#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg))",
        font_paths=_fonts(),
        sys_inputs={"svg": painted(svg)},
    )
    picture = compiler.compile(format="png", ppi=PNG_PER_INCH)
    assert isinstance(picture, bytes)
    return picture


@cache
def _fonts() -> "Fonts":
    import typst

    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(files("qr").joinpath("fonts"))],
    )
