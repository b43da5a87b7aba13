"""What is kept in mind of a photo, for code that reads no pictures itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from qr.seen import SeenSymbol

PHOTO_BYTES_MAX = 8 * 1024 * 1024
"""A phone's photo at full size, and below what the doors take at all."""


@dataclass(frozen=True, slots=True)
class SeenPhoto:
    """The codes of a photo, and the photo's SHA-256; nothing else is kept of it."""

    symbols: Sequence[SeenSymbol]
    sha256: str
