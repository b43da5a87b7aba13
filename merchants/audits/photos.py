"""A photo of a stall as it is sent: looked at before it is decoded, and not kept."""

import hashlib

from merchants.audits.seen_photos import PHOTO_BYTES_MAX, SeenPhoto
from merchants.errors import CheckRefused
from merchants.sentences import Sentence
from qr.errors import ImageRefused
from qr.scan import decode_symbols

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
"""Source: ISO/IEC 23008-12, file type brands."""


def read_photo(content: bytes) -> SeenPhoto:
    """Return what a photo shows; without any code it shows none, which is an answer as well.

    Raises:
        CheckRefused: it is no photo, too large, broken, or shows more codes than a stall has.
    """
    if len(content) > PHOTO_BYTES_MAX:
        raise CheckRefused(
            "photo",
            Sentence(
                "Ảnh nặng {n:.1f} MB, nhận tối đa {most} MB",
                n=len(content) / 2**20,
                most=PHOTO_BYTES_MAX // 2**20,
            ),
        )
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        raise CheckRefused(
            "photo",
            "Ảnh dạng HEIC của iPhone chưa mở được. Chọn Cài đặt, Camera, Định dạng, Tương thích "
            "nhất rồi chụp lại",
        )
    try:
        symbols = decode_symbols(content)
    except ImageRefused as refusal:
        told = Sentence("Không mở được ảnh này: {reason}", reason=Sentence.of(refusal.reason_vi))
        raise CheckRefused("photo", told) from None
    return SeenPhoto(symbols, hashlib.sha256(content).hexdigest())
