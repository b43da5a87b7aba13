"""Posters set in type: one Typst template gives PDF, PNG and SVG of a stall and the book of a market.

Nothing leaves before it was read back. Of a PNG the very bytes are decoded with zxing-cpp; of a
PDF, a book or an SVG every page is exported once more, as a picture, from the same compiled
document, and decoded. A page that does not read as exactly its stall's payload is refused.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import typst

from qr.errors import PosterUnreadable
from qr.poster import CODE_WIDTH_MM, PAGE_HEIGHT_MM, PAGE_WIDTH_MM, PANEL_WIDTH_MM, PosterFace
from qr.scan import decode_page
from qr.symbol import draw_symbol

Format = Literal["pdf", "png", "svg"]

PNG_PPI = 300
_CHECK_PX_PER_MODULE = 4.0
_GROUND_HEIGHT_MM = 125
_MM_PER_INCH = 25.4
_CHECKERS = 2


def render_poster(face: PosterFace, format: Format) -> bytes:  # noqa: A002
    """Return one poster as PDF, as PNG at 300 pixels per inch, or as SVG.

    Raises:
        PosterUnreadable: the drawn page does not decode to the face's payload.
    """
    book = _Book([face])
    if format == "png":
        content = book.pages(PNG_PPI)[0]
        _check(face, content)
        return content
    book.check(None)
    return book.export(format)


def render_book(
    faces: Sequence[PosterFace], *, on_progress: Callable[[int], None] | None = None
) -> bytes:
    """Return one PDF with a page for each face, in their order.

    ``on_progress`` is called with the number of posters read back so far.

    Raises:
        ValueError: there is no face.
        PosterUnreadable: a page does not decode to its face's payload.
    """
    if not faces:
        raise ValueError("a book needs at least one poster")
    book = _Book(faces)
    content = book.export("pdf")
    book.check(on_progress)
    return content


class _Book:
    """One compiled document: all its formats come from the same template and the same inputs."""

    def __init__(self, faces: Sequence[PosterFace]) -> None:
        self._faces = faces
        self._symbols = [draw_symbol(face.payload) for face in faces]
        templates = files("qr").joinpath("templates")
        self._compiler = typst.Compiler(
            str(templates.joinpath("poster.typ")),
            root=str(templates),
            font_paths=poster_fonts(),
            sys_inputs={"posters": self._inputs()},
        )

    def _inputs(self) -> str:
        page = {
            "width": PAGE_WIDTH_MM,
            "height": PAGE_HEIGHT_MM,
            "panel": PANEL_WIDTH_MM,
            "code": CODE_WIDTH_MM,
            "ground": _GROUND_HEIGHT_MM,
        }
        return json.dumps(
            {
                "title": f"Mã QR {self._faces[0].market_name}",
                "page": page,
                "posters": [
                    _texts(face) | {"symbol": symbol.svg(border=0)}
                    for face, symbol in zip(self._faces, self._symbols, strict=True)
                ],
            }
        )

    def export(self, format: Format) -> bytes:  # noqa: A002
        """Return the document; only a PDF holds more than one page."""
        content = self._compile(format, None)
        return bytes(content[0] if isinstance(content, list) else content)

    def pages(self, ppi: float) -> list[bytes]:
        """Return a PNG of each page."""
        content = self._compile("png", ppi)
        return content if isinstance(content, list) else [content]

    def _compile(self, format: Format, ppi: float | None) -> Any:  # noqa: A002
        content, warnings = self._compiler.compile_with_warnings(format=format, ppi=ppi)
        if warnings:
            raise AssertionError(f"the poster template warns: {warnings[0].message}")
        return content

    def check(self, on_progress: Callable[[int], None] | None) -> None:
        """Draw every page, large enough for its finest symbol, and read each back."""
        finest_mm = CODE_WIDTH_MM / max(symbol.modules for symbol in self._symbols)
        pages = self.pages(_CHECK_PX_PER_MODULE * _MM_PER_INCH / finest_mm)
        # zxing works outside the interpreter lock.
        with ThreadPoolExecutor(_CHECKERS) as pool:
            pairs = zip(self._faces, pages, strict=True)
            for done, _ in enumerate(pool.map(lambda pair: _check(*pair), pairs), start=1):
                if on_progress is not None:
                    on_progress(done)


def _check(face: PosterFace, page: bytes) -> None:
    found = decode_page(page)
    if found != [face.payload]:
        raise PosterUnreadable(face.stall_code, expected=face.payload, found=found)


def _texts(face: PosterFace) -> dict[str, str | None]:
    has_accents = face.holder_name != face.holder_name_folded
    return {
        "holder": face.holder_name_folded,
        "holder-accented": face.holder_name if has_accents else None,
        "bank": face.bank_name,
        "tail": face.account_tail,
        "stall": face.stall_code,
        "display": face.display_name,
        "market": face.market_name,
        "serial": face.serial,
        "issued": face.issued_on.strftime("%d/%m/%Y"),
        "verification": face.verification_code,
        "url": face.verify_url,
    }


@cache
def poster_fonts() -> typst.Fonts:
    """Return the packaged fonts, and no others."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(files("qr").joinpath("fonts"))],
    )
