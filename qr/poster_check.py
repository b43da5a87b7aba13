"""Every page read back before it leaves: three distances, out of focus, each code where it belongs.

A page is drawn as a picture in which the finest module covers three pixels or more: as many as a phone
gets from the farthest place the fine print promises. All that a poster's piece of it holds is read, so
that a second code, or the neighbour's on a sheet, is found as surely as a wrong one. Then each code is
looked at as a phone sees it, a quarter of a module out of focus: from that farthest place, in daylight;
from the one promised under a roof; and from two thirds of that. A picture drawn coarser than a phone
would see it is enlarged: it shows less than the phone gets, never more.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PIL import Image, ImageFilter

from qr.errors import PosterUnreadable
from qr.poster_paper import Box, Layout
from qr.scan import decode_drawn
from qr.scan_distance import BRIGHT_PX_PER_MODULE, DIM_PX_PER_MODULE

CHECK_PX_PER_MODULE = BRIGHT_PX_PER_MODULE
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
            module_px = layout.art.code_mm / poster.modules * px_per_mm
            for seen in _afar(code, module_px):
                _compare(seen, poster, [poster.text])
    return len(expected)


def _compare(seen: Image.Image, poster: Expected, texts: Sequence[str | None]) -> None:
    found = decode_drawn(seen)
    if found != list(texts):
        raise PosterUnreadable(poster.name, expected=poster.text or "", found=found)


def _afar(code: Image.Image, module_px: float) -> Iterator[Image.Image]:
    """Yield a code as small as it is from each distance, and out of focus."""
    soft = None
    for px_per_module in DISTANCES_PX_PER_MODULE:
        side = max(1, round(code.width * px_per_module / module_px))
        if side < code.width:
            small = code.resize((side, side), Image.Resampling.BOX)
            yield small.filter(ImageFilter.GaussianBlur(_BLUR_MODULES * px_per_module))
            continue
        # Blurred before it is enlarged: the same picture, for fewer pixels, and once for all.
        soft = soft or code.filter(ImageFilter.GaussianBlur(_BLUR_MODULES * module_px))
        yield soft if side == code.width else soft.resize((side, side), Image.Resampling.BILINEAR)


def _crop(page: Image.Image, box: Box, px_per_mm: float) -> Image.Image:
    edges = (box.x, box.y, box.x + box.width, box.y + box.height)
    return page.crop(tuple(round(edge * px_per_mm) for edge in edges))  # type: ignore[arg-type]
