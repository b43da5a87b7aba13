"""A phone's camera before a printed poster: far, out of focus, held askew, over a stained paper."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from qr.poster import PosterFace
from qr.poster_paper import LAYOUTS, Paper
from qr.scan import texts_in_grey
from qr.scan_distance import reach_mm
from qr.symbol import draw_symbol
from tests.qr.papers import grey_page

DRAWN_AT = 8
"""Pixels a module of the page before the camera."""
NOISE, BLACK, WHITE = 5, 35, 240
_ONE_PX_AT_MM = reach_mm(1, px_per_module=1)


@dataclass(frozen=True, slots=True)
class View:
    """How a code is looked at; blur in modules, stained share of the code's area."""

    px_per_module: float
    blur: float = 0.25
    angle: int = 0
    stained: float = 0.0


def px_at(paper: Paper, distance_m: float, modules: int) -> float:
    """Return the pixels a module of a paper's code covers from a distance."""
    return _ONE_PX_AT_MM * LAYOUTS[paper].art.code_mm / modules / (distance_m * 1000)


@cache
def panel_of(face: PosterFace, paper: Paper) -> Image.Image:
    """Return the white panel of a drawn poster with its code, and a little of the ground around it."""
    layout = LAYOUTS[paper]
    modules = draw_symbol(face.payload).modules
    px_per_mm = DRAWN_AT * modules / layout.art.code_mm
    page = grey_page(face, paper, px_per_mm * 25.4)
    box = layout.panels(layout.cells()[0])[-1]
    edges = (box.x - 2, box.y - 2, box.x + box.width + 2, box.y + box.height + 2)
    return page.crop(tuple(max(0, round(edge * px_per_mm)) for edge in edges))  # type: ignore[arg-type]


def is_read(face: PosterFace, paper: Paper, view: View, *, seed: int = 0) -> bool:
    """Return whether a phone reads exactly the payload."""
    return texts_in_grey(seen(face, paper, view, seed=seed)) == [face.payload]


def seen(face: PosterFace, paper: Paper, view: View, *, seed: int = 0) -> Image.Image:
    """Return the picture the camera takes; the same seed gives the same picture."""
    chance = np.random.default_rng(seed)
    page = _stained(panel_of(face, paper), view.stained, chance)
    turned = page.rotate(view.angle, Image.Resampling.BICUBIC, expand=True, fillcolor=200)
    share = view.px_per_module / DRAWN_AT
    size = (max(1, round(turned.width * share)), max(1, round(turned.height * share)))
    small = turned.resize(size, Image.Resampling.BOX if share < 1 else Image.Resampling.BICUBIC)
    blurred = small.filter(ImageFilter.GaussianBlur(view.blur * view.px_per_module))
    dull = BLACK + np.asarray(blurred, dtype=np.float64) * ((WHITE - BLACK) / 255)
    dull += chance.normal(0, NOISE, dull.shape)
    return Image.fromarray(dull.clip(0, 255).astype(np.uint8))


def _stained(page: Image.Image, share: float, chance: np.random.Generator) -> Image.Image:
    """Return the page with round stains, dark or light, over a share of it; none on a finder pattern.

    A stain on one of the three corners hides any code at any level of correction: what is measured
    is dirt, not a covered corner.
    """
    if not share:
        return page
    stained = page.copy()
    draw = ImageDraw.Draw(stained)
    wanted, radius = share * page.width * page.height, page.width / 40
    for x, y in _places(page, chance, round(wanted / (np.pi * radius**2))):
        fill = int(chance.integers(0, 2)) * 255
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)
    return stained


def _places(
    page: Image.Image, chance: np.random.Generator, count: int
) -> Iterator[tuple[float, float]]:
    side, corner = page.width, page.width * 0.32
    while count:
        x, y = chance.uniform(side * 0.12, side * 0.88, 2)
        if not ((x < corner or x > side - corner) and y < corner) and not (
            x < corner and y > side - corner
        ):
            count -= 1
            yield float(x), float(y)
