"""A vendor's own wallet code on a page of A6, drawn from the very payload that was taken over.

Nothing leaves before it was read back: a page that does not read as exactly that payload is refused.
"""

import json
from importlib.resources import files
from typing import Any, Literal

import typst

from qr.errors import PosterUnreadable
from qr.poster import PRINTABLE
from qr.scan import decode_page
from qr.symbol import Symbol
from qr.typeset import poster_fonts

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 105, 148
CODE_WIDTH_MM = 78
"""Leaves four modules of white at version 6, the coarsest symbol."""
_PPI = 300

Kind = Literal["pdf", "png"]


def render_own_code(symbol: Symbol, *, title: str, label: str, place: str, kind: Kind) -> bytes:
    """Return the page as PDF, or as PNG at 300 pixels per inch.

    Args:
        title: the stall's or vendor's name; letters the font lacks are left out.
        label: bank or wallet, as people know it.
        place: market and stall.

    Raises:
        PosterUnreadable: the drawn page does not decode to the symbol's payload.
    """
    templates = files("qr").joinpath("templates")
    page = {
        "width": PAGE_WIDTH_MM,
        "height": PAGE_HEIGHT_MM,
        "code": CODE_WIDTH_MM,
        "title": _printable(title) or _printable(place),
        "label": _printable(label),
        "place": _printable(place),
        "symbol": symbol.svg(border=0),
    }
    compiler = typst.Compiler(
        str(templates.joinpath("own_code.typ")),
        root=str(templates),
        font_paths=poster_fonts(),
        sys_inputs={"page": json.dumps(page)},
    )
    picture = bytes(_compiled(compiler, "png", _PPI))
    found = decode_page(picture)
    if found != [symbol.payload]:
        raise PosterUnreadable(place, expected=symbol.payload, found=found)
    return picture if kind == "png" else bytes(_compiled(compiler, "pdf", None))


def _compiled(compiler: typst.Compiler, format: Kind, ppi: float | None) -> Any:  # noqa: A002
    content, warnings = compiler.compile_with_warnings(format=format, ppi=ppi)
    if warnings:
        raise AssertionError(f"the own code's template warns: {warnings[0].message}")
    return content


def _printable(text: str) -> str:
    return "".join(character for character in text if PRINTABLE.match(character))
