"""A synthetic camera: how few pixels a module may cover for a symbol to be read.

It stands for phones, which it is not: the symbol is turned a little, shrunk until a module covers few
pixels, blurred, dulled and strewn with noise, and decoded.
"""

import numpy as np
from PIL import Image, ImageFilter

from qr.picture import grey_picture
from qr.scan import texts_in_grey
from qr.symbol import Symbol

_STEPS = (1.5, 1.75, 2.0, 2.25, 2.5, 3.0, 4.0)
_ANGLES = (-12, -5, 0, 3, 8)
_DRAWN_AT = 6
_BLUR_PX = 0.5
_BLACK, _WHITE, _NOISE = 40, 240, 6


def measured_px_per_module(symbol: Symbol) -> float | None:
    """Return the least pixels a module must cover to be read at every angle; ``None`` = not even at 4.

    The same symbol always gives the same figure: the noise is seeded.
    """
    drawn = grey_picture(symbol, _DRAWN_AT)
    least = None
    for px_per_module in reversed(_STEPS):
        seen = [_seen(drawn, px_per_module, angle=angle) for angle in _ANGLES]
        if any(texts_in_grey(picture) != [symbol.payload] for picture in seen):
            break
        least = px_per_module
    return least


def _seen(drawn: Image.Image, px_per_module: float, *, angle: int) -> Image.Image:
    """Return a drawn symbol as a phone's camera sees it, so many pixels a module."""
    turned = drawn.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=255)
    side = round(turned.width * px_per_module / _DRAWN_AT)
    small = turned.resize((side, side), Image.Resampling.BOX)
    blurred = np.asarray(small.filter(ImageFilter.GaussianBlur(_BLUR_PX)), dtype=np.float64)
    noise = np.random.default_rng(abs(angle)).normal(0, _NOISE, blurred.shape)
    dull = _BLACK + blurred * ((_WHITE - _BLACK) / 255) + noise
    return Image.fromarray(dull.clip(0, 255).astype(np.uint8))
