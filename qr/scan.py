"""Payment codes read from pictures: a photo of a stall, or a page just drawn."""

import io
import warnings

import zxingcpp
from PIL import Image, UnidentifiedImageError

from qr.errors import ImageRefused

_QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_FORMATS = {"JPEG", "MPO", "PNG", "WEBP"}  # MPO is how some phones write JPEG


def decode_image(content: bytes) -> list[str]:
    """Return the text of every QR code in a picture, top to bottom; empty when there is none.

    All codes are read, not the first: a second one may be the sticker pasted over the first.

    Raises:
        ImageRefused: the content is no JPEG, PNG or WebP, is broken, or is too large to open.
    """
    return _texts(zxingcpp.read_barcodes(_grey(content), formats=_QR_ONLY))


def decode_page(content: bytes) -> list[str]:
    """Return the codes of a page drawn by ourselves: upright, sharp, black on white."""
    with Image.open(io.BytesIO(content)) as page:
        codes = zxingcpp.read_barcodes(
            page.convert("L"),
            formats=_QR_ONLY,
            try_rotate=False,
            try_invert=False,
        )
    return _texts(codes)


def _texts(codes: list[zxingcpp.Barcode]) -> list[str]:
    ordered = sorted(codes, key=lambda code: (code.position.top_left.y, code.position.top_left.x))
    return [_text(code) for code in ordered]


def _text(code: zxingcpp.Barcode) -> str:
    """Return the bytes of a code as UTF-8, which payment codes are; the decoder would guess."""
    try:
        return bytes(code.bytes).decode("utf-8")
    except UnicodeDecodeError:
        return str(code.text)


def _grey(content: bytes) -> Image.Image:
    """Return the picture in grey on white: a transparent ground would otherwise turn black."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as image:
                if image.format not in _FORMATS:
                    raise ImageRefused(f"it is {image.format}, only JPEG, PNG and WebP are read")
                if not image.has_transparency_data:
                    return image.convert("L")
                clear = image.convert("RGBA")
    except UnidentifiedImageError:
        raise ImageRefused("it is no JPEG, PNG or WebP") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise ImageRefused(f"it has more than {Image.MAX_IMAGE_PIXELS} pixels") from None
    except (OSError, SyntaxError, ValueError) as broken:
        raise ImageRefused(str(broken)) from broken
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert("L")
