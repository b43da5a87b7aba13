"""A symbol by itself as a picture file, read back before it is handed out."""

import io

from PIL import Image

from qr.errors import PosterUnreadable
from qr.scan import decode_page
from qr.symbol import QUIET_MODULES, Symbol

PIXELS_PER_MODULE = 12
_PIXELS_PER_MODULE_MAX = 40
_MM_PER_INCH = 25.4


def symbol_png(
    symbol: Symbol, *, pixels_per_module: int = PIXELS_PER_MODULE, module_mm: float | None = None
) -> bytes:
    """Return the symbol as PNG, black on white with its quiet zone; equal symbols give equal bytes.

    A whole number of pixels a module, so that no module is wider than another. With ``module_mm``
    the file says how large it is to be printed.

    Raises:
        ValueError: ``pixels_per_module`` is not 1 to 40.
        PosterUnreadable: the picture does not decode to the symbol's payload.
    """
    if not 1 <= pixels_per_module <= _PIXELS_PER_MODULE_MAX:
        raise ValueError(
            f"pixels_per_module is {pixels_per_module}, must be 1 to {_PIXELS_PER_MODULE_MAX}"
        )
    picture = grey_picture(symbol, pixels_per_module)
    dpi = (pixels_per_module / module_mm * _MM_PER_INCH,) * 2 if module_mm is not None else None
    content = io.BytesIO()
    picture.convert("1").save(content, "PNG", optimize=True, **({"dpi": dpi} if dpi else {}))
    check_reads(symbol, content.getvalue() if pixels_per_module > 1 else _png(symbol))
    return content.getvalue()


def symbol_svg(symbol: Symbol, *, module_mm: float | None = None) -> str:
    """Return the symbol as SVG with its quiet zone, once its modules were read back.

    Raises:
        PosterUnreadable: the modules do not decode to the symbol's payload.
    """
    check_reads(symbol, _png(symbol))
    return symbol.svg(module_mm=module_mm)


def grey_picture(symbol: Symbol, pixels_per_module: int) -> Image.Image:
    """Return the symbol and its quiet zone in grey, black 0 and white 255."""
    side = symbol.modules + 2 * QUIET_MODULES
    picture = Image.new("L", (side, side), 255)
    dark = Image.frombytes("L", (symbol.modules, symbol.modules), b"".join(symbol.matrix))
    picture.paste(dark.point([255, 0] + [0] * 254), (QUIET_MODULES, QUIET_MODULES))
    size = side * pixels_per_module
    return picture.resize((size, size), Image.Resampling.NEAREST)


def check_reads(symbol: Symbol, content: bytes) -> None:
    """Check that a picture holds exactly one code, the symbol's.

    Raises:
        PosterUnreadable: it does not.
    """
    found = decode_page(content)
    if found != [symbol.payload]:
        raise PosterUnreadable("-", expected=symbol.payload, found=found)


def _png(symbol: Symbol) -> bytes:
    content = io.BytesIO()
    grey_picture(symbol, 4).save(content, "PNG")
    return content.getvalue()
