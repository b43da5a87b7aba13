"""Posters set in type: Typst templates give PDF, PNG and SVG of a stall's poster on every paper.

Nothing leaves before it was read back (``qr/poster_check.py``). Of a PNG the very bytes are read; of
a PDF or an SVG every page is exported once more, as a picture, from the same compiled document. A
page that does not read as exactly what it must is refused.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import typst

from qr.poster import MarketSign, PosterFace
from qr.poster_check import CHECK_PX_PER_MODULE, Expected, check_pages
from qr.poster_inputs import expected_code, expected_sign, poster_inputs, sign_inputs
from qr.poster_paper import LAYOUTS, Layout, Look, Paper

Format = Literal["pdf", "png", "svg"]

PNG_LONG_SIDE_MAX_PX = 2048
"""Zalo shows a photo at this size at most; modules are a whole number of pixels below it."""
_PNG_PX_PER_MODULE_MIN = 4
_MM_PER_INCH = 25.4

# Typst ends the file with the catalogue, so that its offset and no other changes.
_VIEWER = b"/ViewerPreferences<</Direction/L2R>>"
_VIEWER_EXACT = b"/ViewerPreferences<</Direction/L2R/PrintScaling/None/Duplex/Simplex>>"


def draw_poster(
    face: PosterFace,
    paper: Paper = Paper.A5,
    format: Format = "pdf",  # noqa: A002
    look: Look | None = None,
) -> bytes:
    """Return one poster as PDF, as PNG for a phone, or as SVG; the same poster gives the same bytes.

    Raises:
        PosterRefused: a text does not fit the paper.
        SymbolTooLarge: the payload needs modules too small for the paper.
        PosterUnreadable: the drawn page does not decode to what the face says.
    """
    return draw_page([face], paper, format, look)


def draw_page(
    faces: Sequence[PosterFace],
    paper: Paper,
    format: Format = "pdf",  # noqa: A002
    look: Look | None = None,
) -> bytes:
    """Return one page with as many posters as the paper holds, in rows from the upper left.

    Raises:
        ValueError: there is none, or more than the page holds, or the paper is a market's sign.
        PosterRefused, SymbolTooLarge, PosterUnreadable: as ``draw_poster``.
    """
    layout = stall_layout(paper)
    if not 1 <= len(faces) <= layout.per_page:
        raise ValueError(f"{len(faces)} posters, a page of {paper} holds 1 to {layout.per_page}")
    document = PosterDocument.of_faces(faces, layout, look or Look())
    return document.checked(format)


def draw_sign(
    sign: MarketSign,
    format: Format = "pdf",  # noqa: A002
    look: Look | None = None,
) -> bytes:
    """Return the A3 sign of a market; with an address it carries that address as a code.

    Raises:
        PosterRefused: a text does not fit the sign.
        PosterUnreadable: the drawn sign does not decode to the address.
    """
    layout, look = LAYOUTS[Paper.SIGN], look or Look()
    inputs, expected = sign_inputs(sign, layout, look), expected_sign(sign, layout)
    return PosterDocument(inputs, [expected], layout).checked(format)


def stall_layout(paper: Paper) -> Layout:
    """Return the layout of a paper for posters of stalls.

    Raises:
        ValueError: the paper is a market's sign.
    """
    if paper is Paper.SIGN:
        raise ValueError("a market's sign holds no poster of a stall: draw_sign")
    return LAYOUTS[paper]


class PosterDocument:
    """One compiled document: all its formats come from the same templates and the same inputs."""

    def __init__(
        self, inputs: dict[str, Any], expected: Sequence[Expected], layout: Layout
    ) -> None:
        self.expected = expected
        self.layout = layout
        self._is_duplex = bool(inputs["is-duplex"])
        templates = files("qr").joinpath("templates")
        self._compiler = typst.Compiler(
            str(templates.joinpath("posters.typ")),
            root=str(templates),
            font_paths=poster_fonts(),
            sys_inputs={"posters": json.dumps(inputs)},
        )

    @classmethod
    def of_faces(cls, faces: Sequence[PosterFace], layout: Layout, look: Look) -> "PosterDocument":
        """Return the document of stalls' posters, as many pages as they need."""
        expected = [expected_code(face, layout) for face in faces]
        return cls(poster_inputs(faces, layout, look), expected, layout)

    def checked(self, format: Format) -> bytes:  # noqa: A002
        """Return a document of one page, read back; of a PNG the very bytes."""
        if format == "png":
            content = self.pages(self._png_ppi())[0]
            check_pages([content], self.layout, self.expected)
            return content
        check_pages(self.check_pages(), self.layout, self.expected)
        return self.pdf() if format == "pdf" else bytes(self._compile("svg", None))

    def pdf(self) -> bytes:
        """Return the document as PDF, which asks to be printed at its size and on one side."""
        content = bytes(self._compile("pdf", None))
        head, catalogue, tail = content.rpartition(_VIEWER)
        start = tail[tail.rindex(b"startxref") :].split()[1]
        moved = int(start) + len(_VIEWER_EXACT) - len(_VIEWER)
        assert catalogue
        assert int(start) > len(head)
        return head + _VIEWER_EXACT + tail.replace(b"startxref\n" + start, b"startxref\n%d" % moved)

    def check_pages(self) -> list[bytes]:
        """Return a PNG of each page with posters, as large as the check needs."""
        pages = self.pages(CHECK_PX_PER_MODULE * _MM_PER_INCH / self._finest_mm())
        return pages[::2] if self._is_duplex else pages

    def pages(self, ppi: float) -> list[bytes]:
        """Return a PNG of each page."""
        content = self._compile("png", ppi)
        return content if isinstance(content, list) else [content]

    def _finest_mm(self) -> float:
        return self.layout.art.code_mm / max(each.modules for each in self.expected)

    def _png_ppi(self) -> float:
        module_mm = self._finest_mm()
        px = int(PNG_LONG_SIDE_MAX_PX / max(self.layout.page_mm) * module_mm)
        return max(px, _PNG_PX_PER_MODULE_MIN) / module_mm * _MM_PER_INCH

    def _compile(self, format: Format, ppi: float | None) -> Any:  # noqa: A002
        content, warnings = self._compiler.compile_with_warnings(format=format, ppi=ppi)
        if warnings:
            raise AssertionError(f"the poster template warns: {warnings[0].message}")
        return content


@cache
def poster_fonts() -> typst.Fonts:
    """Return the packaged fonts, and no others."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(files("qr").joinpath("fonts"))],
    )
