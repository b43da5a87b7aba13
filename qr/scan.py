"""Payment codes read from pictures: a photo of a stall, or a page just drawn."""

import io
import struct
from collections.abc import Mapping
from types import MappingProxyType

import zxingcpp
from PIL import Image, UnidentifiedImageError

from qr.errors import ImageRefused, NoCodeInPicture, TooManyCodes
from qr.seen import CODES_MAX, SeenSymbol

IMAGE_BYTES_MAX = 20 * 1024 * 1024
"""No phone's photo is larger; the doors of the web take less."""
PIXELS_MAX: Mapping[str, int] = MappingProxyType(
    {"JPEG": 64_000_000, "MPO": 64_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
)
"""By format; MPO is how some phones write JPEG. JPEG is opened in grey, and large ones reduced."""

_QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_JPEG = frozenset({"JPEG", "MPO"})
_REDUCED_TO_PX = 3000
_MEGABYTE = 1024 * 1024


def decode_symbols(content: bytes) -> list[SeenSymbol]:
    """Return every QR code in a picture with its wear, top to bottom; empty when there is none.

    Raises:
        ImageRefused, TooManyCodes: as ``decode_image``.
    """
    return [SeenSymbol(_text(code), _unused(code)) for code in _codes(_grey(content))]


def decode_image(content: bytes) -> list[str]:
    """Return the text of every QR code in a picture, top to bottom; empty when there is none.

    All codes are read, not the first: a second one may be the sticker pasted over the first. Size
    and pixels are looked at before anything is decoded.

    Raises:
        ImageRefused: the content is no JPEG, PNG or WebP, is broken, or is too large to open.
        TooManyCodes: it shows more codes than a stall has.
    """
    return texts_in_grey(_grey(content))


def decode_photo(content: bytes) -> list[str]:
    """Return the codes of a picture that must show at least one, as ``decode_image`` does.

    Raises:
        NoCodeInPicture: it shows none.
        ImageRefused, TooManyCodes: as ``decode_image``.
    """
    found = decode_image(content)
    if not found:
        raise NoCodeInPicture
    return found


def check_image_bytes(size_bytes: int) -> None:
    """Check the size of a picture's file, before it is read.

    Raises:
        ImageRefused: it is larger than any phone's photo.
    """
    if size_bytes > IMAGE_BYTES_MAX:
        size, limit = size_bytes / _MEGABYTE, IMAGE_BYTES_MAX // _MEGABYTE
        raise ImageRefused(
            f"it has {size:.1f} MB, at most {limit} MB are read",
            f"ảnh nặng {size:.1f} MB, nhận nhiều nhất {limit} MB",
        )


def texts_in_grey(picture: Image.Image) -> list[str]:
    """Return the text of every QR code in an opened picture in grey, top to bottom.

    Raises:
        TooManyCodes: it shows more codes than a stall has.
    """
    return [_text(code) for code in _codes(picture)]


def decode_page(content: bytes) -> list[str]:
    """Return the codes of a page drawn by ourselves: upright, sharp, black on white."""
    with Image.open(io.BytesIO(content)) as page:
        return decode_drawn(page.convert("L"))


def decode_drawn(page: Image.Image) -> list[str]:
    """Return the codes of such a page, opened and in grey."""
    codes = zxingcpp.read_barcodes(page, formats=_QR_ONLY, try_rotate=False, try_invert=False)
    return [_text(code) for code in _ordered(codes)]


def _codes(picture: Image.Image) -> list[zxingcpp.Barcode]:
    codes = zxingcpp.read_barcodes(picture, formats=_QR_ONLY)
    if len(codes) > CODES_MAX:
        raise TooManyCodes(limit=CODES_MAX)
    return _ordered(codes)


def _ordered(codes: list[zxingcpp.Barcode]) -> list[zxingcpp.Barcode]:
    return sorted(codes, key=lambda code: (code.position.top_left.y, code.position.top_left.x))


def _unused(code: zxingcpp.Barcode) -> float | None:
    # Older decoders tell nothing more than the text.
    told = getattr(code, "extra", {}).get("UEC")
    return None if told is None else float(told)


def _text(code: zxingcpp.Barcode) -> str:
    """Return the bytes of a code as UTF-8, which payment codes are; the decoder would guess."""
    try:
        return bytes(code.bytes).decode("utf-8")
    except UnicodeDecodeError:
        return str(code.text)


def _grey(content: bytes) -> Image.Image:
    """Return the picture in grey on white: a transparent ground would otherwise turn black."""
    check_image_bytes(len(content))
    try:
        # Only these readers are let near a stranger's bytes; MPO comes through JPEG's.
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as image:
            _check_pixels(image)
            if image.format in _JPEG:
                # Read in grey, and at a half or less where that leaves plenty: a third of the memory.
                image.draft("L", (_REDUCED_TO_PX, _REDUCED_TO_PX))
            if not image.has_transparency_data:
                return image.convert("L")
            clear = image.convert("RGBA")
    except UnidentifiedImageError:
        raise ImageRefused(
            "it is no JPEG, PNG or WebP", "tệp này không phải ảnh JPEG, PNG hay WebP"
        ) from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        # Pillow looks at the pixels itself, at a higher limit, before it lets us look.
        raise _too_many_pixels(max(PIXELS_MAX.values())) from None
    except (OSError, SyntaxError, ValueError, struct.error) as broken:
        raise ImageRefused(f"it is broken: {broken}", "tệp ảnh hỏng hoặc thiếu") from broken
    white = Image.new("L", clear.size, 255)
    white.paste(clear.convert("L"), mask=clear.getchannel("A"))
    return white


def _check_pixels(image: Image.Image) -> None:
    limit = PIXELS_MAX[image.format or ""]
    if image.width * image.height > limit:
        raise _too_many_pixels(limit)


def _too_many_pixels(limit: int) -> ImageRefused:
    millions = limit // 1_000_000
    return ImageRefused(
        f"it has more than {millions} million pixels",
        f"ảnh có hơn {millions} triệu điểm ảnh; gửi ảnh chụp thường, đừng phóng to",
    )
