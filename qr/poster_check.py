"""Every page read back before it leaves: three distances, out of focus, each code where it belongs.

A page is drawn as a picture in which the finest module covers four pixels or more. All that a poster's
piece of it holds is read, so that a second code, or the neighbour's on a sheet, is found as surely as
a wrong one. Then each code is looked at as a phone sees it, a quarter of a module out of focus: from
the distance the fine print promises in daylight, from the one it promises under a roof, and from two
thirds of that.
"""

import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PIL import Image, ImageFilter

from qr.errors import PosterUnreadable
from qr.poster_paper import Box, Layout
from qr.scan import decode_page
from qr.scan_distance import BRIGHT_PX_PER_MODULE, DIM_PX_PER_MODULE

CHECK_PX_PER_MODULE = DIM_PX_PER_MODULE
DISTANCES_PX_PER_MODULE = (BRIGHT_PX_PER_MODULE, DIM_PX_PER_MODULE, 1.5 * DIM_PX_PER_MODULE)
_BLUR_MODULES = 0.25
_READERS = 2


@dataclass(frozen=True)
class Expected:
    """What one poster must read as: ``text`` from each of its codes, None when it carries none."""

    name: str
    text: str | None
    modules: int


def check_pages(
    pages: Sequence[bytes],
    layout: Layout,
    expected: Sequence[Expected],
    *,
    on_progress: Callable[[int], None] | None = None,
    done: int = 0,
) -> None:
    """Read every poster of drawn pages (PNG); ``on_progress`` is told how many, ``done`` included.

    Raises:
        PosterUnreadable: a poster does not read as exactly what is expected of it.
    """
    groups = [
        expected[at : at + layout.per_page] for at in range(0, len(expected), layout.per_page)
    ]
    # Zxing and Pillow work outside the interpreter's lock.
    with ThreadPoolExecutor(_READERS) as pool:
        for count in pool.map(
            lambda pair: _check_page(pair[0], layout, pair[1]), zip(pages, groups, strict=True)
        ):
            done += count
            if on_progress is not None:
                on_progress(done)


def _check_page(content: bytes, layout: Layout, expected: Sequence[Expected]) -> int:
    with Image.open(io.BytesIO(content)) as opened:
        page = opened.convert("L")
    px_per_mm = page.width / layout.page_mm[0]
    for cell, poster in zip(layout.cells(), expected, strict=False):
        panels = layout.panels(cell) if poster.text is not None else []
        _compare(_crop(page, cell, px_per_mm), poster, [poster.text] * len(panels))
        for panel in panels:
            code = _crop(page, panel, px_per_mm)
            for px_per_module in DISTANCES_PX_PER_MODULE:
                share = px_per_module * poster.modules / layout.art.code_mm / px_per_mm
                _compare(_afar(code, share, px_per_module), poster, [poster.text])
    return len(expected)


def _compare(seen: Image.Image, poster: Expected, texts: Sequence[str | None]) -> None:
    content = io.BytesIO()
    seen.save(content, "PPM")
    found = decode_page(content.getvalue())
    if found != list(texts):
        raise PosterUnreadable(poster.name, expected=poster.text or "", found=found)


def _afar(code: Image.Image, share: float, px_per_module: float) -> Image.Image:
    """Return a code as small as it is from afar, and out of focus."""
    side = max(1, round(code.width * share))
    resampling = Image.Resampling.BOX if share < 1 else Image.Resampling.BICUBIC
    small = code if side == code.width else code.resize((side, side), resampling)
    return small.filter(ImageFilter.GaussianBlur(_BLUR_MODULES * px_per_module))


def _crop(page: Image.Image, box: Box, px_per_mm: float) -> Image.Image:
    edges = (box.x, box.y, box.x + box.width, box.y + box.height)
    return page.crop(tuple(round(edge * px_per_mm) for edge in edges))  # type: ignore[arg-type]
